"""Elements into which something is entered: texts, dates, files, choices."""

import json
from collections.abc import Mapping
from typing import Final

from bot.workspace.page.html import Given, Html, tag
from bot.workspace.page.render.mrkdwn import plain, text_object
from bot.workspace.page.render.part import Part
from bot.workspace.page.render.reading import inner, inners, number, text, texts, words
from bot.workspace.payload import Json

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "plain_text_input": ("text", "Text"),
    "email_text_input": ("email", "E-mail address"),
    "url_text_input": ("url", "Web address"),
    "number_input": ("number", "Number"),
    "datepicker": ("date", "Date"),
    "timepicker": ("time", "Time"),
    "datetimepicker": ("datetime-local", "Date and time"),
}
"""How a browser calls each kind of field, and a person."""
_INITIAL: Final[Mapping[str, tuple[str, str]]] = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_TOOLS: Final = (
    ("bold", "Bold", "B"),
    ("italic", "Italic", "I"),
    ("strike", "Strike through", "S"),
    ("code", "Code", "</>"),
    ("bullet", "List", "•"),
    ("ordered", "Numbered list", "1."),
    ("quote", "Quote", "❝"),
)
_SHAPED: Final = frozenset({"datepicker", "timepicker", "datetimepicker"})


def _value(it: Part, kind: str) -> str:
    """The text that stands in a field now."""
    was, first = _INITIAL.get(kind, ("value", "initial_value"))
    found = it.entered()
    value = it.one.get(first) if found is None else found.get(was)
    if kind == "datetimepicker":
        return _local(it, value)
    return value if isinstance(value, str) else ""


def _local(it: Part, seconds: object) -> str:
    """A moment as the reader's own field holds it."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return ""
    return it.place.viewer.moment(seconds).strftime("%Y-%m-%dT%H:%M")


def field(it: Part) -> Html:
    kind = text(it.one, "type")
    form, called = _KINDS[kind]
    value, hold = _value(it, kind), words(it.one, "placeholder")
    given: Given = {
        **it.given,
        **it.named(called),
        "class": "field",
        "placeholder": hold or None,
        "title": hold if kind in _SHAPED and hold else None,  # a browser shows no placeholder in these
        "disabled": it.still,
        "required": it.labelled.required,
        "minlength": number(it.one, "min_length"),
        "maxlength": number(it.one, "max_length"),
        "autofocus": bool(it.one.get("focus_on_load")),
        "dir": "auto" if kind == "plain_text_input" else None,
    }
    if kind == "plain_text_input" and it.one.get("multiline"):
        return tag("textarea", {**given, "rows": 4}, "\n" + value)  # the first line break of a textarea is not shown
    given |= {"type": form, "value": value or None, "autocomplete": "off"}
    return tag("input", given | _of_numbers(it.one) if kind == "number_input" else given)


def _of_numbers(one: Json) -> Given:
    return {
        "min": text(one, "min_value") or None,
        "max": text(one, "max_value") or None,
        "step": "any" if one.get("is_decimal_allowed") else "1",
        "inputmode": "decimal" if one.get("is_decimal_allowed") else "numeric",
    }


def file_field(it: Part) -> Html:
    kinds = ",".join(f".{name}" for name in texts(it.one, "filetypes"))
    most = number(it.one, "max_files") or 10
    given: Given = {**it.given, **it.named("Files"), "type": "file", "class": "field", "accept": kinds or None}
    given |= {"multiple": most > 1, "data-most": most, "disabled": it.still, "required": it.labelled.required}
    return tag("input", given)


def rich_field(it: Part) -> Html:
    """A field with a bar of marks above it."""
    found = it.entered()
    value = inner(it.one, "initial_value") if found is None else inner(found, "rich_text_value")
    buttons = (
        tag(
            "button",
            {"type": "button", "data-mark": mark, "aria-label": label, "title": label, "disabled": it.still},
            tag("span", {"aria-hidden": "true"}, sign),
        )
        for mark, label, sign in _TOOLS
    )
    box: Given = {
        **it.given,
        **it.named("Text"),
        "class": "rich-field",
        "contenteditable": "false" if it.still else "true",
        "role": "textbox",
        "dir": "auto",
        "tabindex": "0",
        "aria-multiline": "true",
        "aria-required": "true" if it.labelled.required else None,
        "data-placeholder": words(it.one, "placeholder") or None,
        "data-initial": json.dumps(value, ensure_ascii=False) if value else None,
        "autofocus": bool(it.one.get("focus_on_load")),
    }
    tools = tag("div", {"class": "toolbar", "role": "toolbar", "aria-label": "Marks"}, buttons)
    return tag("div", {"class": "rich-input"}, tools, tag("div", box))


def choices(it: Part) -> Html:
    """Checkboxes and radio buttons."""
    several = text(it.one, "type") == "checkboxes"
    found = it.entered()
    whole, name = (it.one, "initial_option") if found is None else (found, "selected_option")
    chosen = inners(whole, f"{name}s") if several else [inner(whole, name)]
    values = {text(option, "value") for option in chosen if option}
    given: Given = {"class": "choices", "role": "group" if several else "radiogroup", **it.given}
    given |= it.named("Choose any" if several else "Choose one")
    if it.labelled.required and not several:
        given["aria-required"] = "true"
    options = enumerate(inners(it.one, "options"))
    return tag("div", given, (_choice(it, option, values, several=several, first=not n) for n, option in options))


def _choice(it: Part, option: Json, chosen: set[str], *, several: bool, first: bool) -> Html:
    value, viewer, description = text(option, "value"), it.place.viewer, inner(option, "description")
    box: Given = {
        "type": "checkbox" if several else "radio",
        "name": it.name_of("g"),
        "value": value,
        "data-label": plain(viewer, words(option, "text")),
        "checked": value in chosen,
        "disabled": it.still,
        "autofocus": first and bool(it.one.get("focus_on_load")),
    }
    more = tag("span", {"class": "description"}, text_object(viewer, description)) if description else None
    said = tag("span", {"dir": "auto"}, text_object(viewer, inner(option, "text")), more)
    return tag("label", {"class": "choice"}, tag("input", box), said)
