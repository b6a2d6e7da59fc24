"""Elements of blocks as controls that can be used: buttons, fields, choices. What the scripts go by stands in
`render/__init__.py`."""

import json
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from bot.workspace.page.html import NOTHING, Given, Html, joined, tag
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, number, text, texts, words
from bot.workspace.page.render.selects import is_select, option_of, overflow, select
from bot.workspace.payload import Json

TEXT_KINDS: Final[Mapping[str, str]] = {
    "plain_text_input": "text",
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
}
_INITIAL: Final[Mapping[str, tuple[str, str]]] = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_ACT_AT_ONCE: Final = ("enter", "typing")
_MARKS: Final = (
    ("bold", "B"),
    ("italic", "I"),
    ("strike", "S"),
    ("code", "</>"),
    ("bullet", "•"),
    ("ordered", "1."),
    ("quote", "❝"),
)


class Part(NamedTuple):
    """One element on its way to the page."""

    place: Place
    one: Json
    given: Given
    """What it is, for the scripts."""
    named: Given
    """What it is called, for whoever cannot see it."""

    @property
    def still(self) -> bool:
        return self.place.still

    def entered(self) -> Json | None:
        """What was entered into it, once anything was said of that."""
        return self.place.entered(str(self.given["data-block"]), str(self.given["data-action"]))


def element(
    place: Place, block: str, one: Json, *, label: str = "", described_by: str = "", dispatches: bool = True
) -> Html:
    """An element of a block. A `label` that stands beside it names it; without one it names itself."""
    kind = text(one, "type")
    given: Given = {"data-block": block, "data-action": text(one, "action_id"), "data-type": kind}
    confirm = inner(one, "confirm")
    given["data-confirm"] = json.dumps(confirm, ensure_ascii=False) if confirm else None
    given["data-dispatch"] = _dispatch(one) if dispatches else None
    named: Given = {"aria-describedby": described_by or None}
    if label:
        named["aria-label"] = label
    if is_select(kind):
        named.setdefault("aria-label", words(one, "placeholder") or "Choose")
        return select(place, one, given, named=named)
    show = _SHOWN.get(kind)
    return show(Part(place, one, given, named)) if show else NOTHING


def _dispatch(one: Json) -> str:
    if text(one, "type") not in ("plain_text_input", "email_text_input", "url_text_input", "number_input"):
        return "at once"
    when = texts(inner(one, "dispatch_action_config"), "trigger_actions_on")
    return (
        " ".join(name for name in _ACT_AT_ONCE if f"on_{name}_pressed" in when or f"on_character_{name}" in when)
        or "enter"
    )


# --- what acts ----------------------------------------------------------------------------------------------------


def _button(it: Part) -> Html:
    only_for = texts(it.one, "visible_to_user_ids")
    if only_for and it.place.viewer.person.id not in only_for:
        return NOTHING
    style = text(it.one, "style")
    given = {"class": f"button {style}" if style in ("primary", "danger") else "button", **it.given}
    given |= {"data-value": text(it.one, "value") or None, "aria-label": text(it.one, "accessibility_label") or None}
    given["aria-describedby"] = it.named["aria-describedby"]
    if url := text(it.one, "url"):
        return tag(
            "a", {**given, "href": url, "target": "_blank", "rel": "noopener", "role": "button"}, words(it.one, "text")
        )
    return tag("button", {"type": "button", "disabled": it.still, **given}, words(it.one, "text"))


def _icon_button(it: Part) -> Html:
    name = words(it.one, "text") or text(it.one, "icon")
    given = {"type": "button", "class": "icon-button", "aria-label": name, "title": name, **it.given}
    icon = tag("span", {"aria-hidden": "true"}, "🗑" if text(it.one, "icon") == "trash" else "•")
    return tag("button", {**given, "data-value": text(it.one, "value") or None, "disabled": it.still}, icon)


def _feedback(it: Part) -> Html:
    def side(name: str, sign: str) -> Html:
        button = inner(it.one, name)
        label = text(button, "accessibility_label") or words(button, "text")
        marks: Given = {
            "type": "button",
            "class": f"icon-button {name.removesuffix('_button')}",
            "title": words(button, "text"),
        }
        marks |= {"aria-label": label, "data-value": text(button, "value"), "disabled": it.still}
        return tag("button", {**marks, **it.given}, tag("span", {"aria-hidden": "true"}, sign))

    return tag("span", {"class": "feedback"}, side("positive_button", "👍"), side("negative_button", "👎"))


def _overflow(it: Part) -> Html:
    return overflow(it.place, it.one, it.given)


# --- what is entered ------------------------------------------------------------------------------------------------


def _entered(it: Part) -> str:
    """The text that stands in a field now."""
    kind = text(it.one, "type")
    was, first = _INITIAL.get(kind, ("value", "initial_value"))
    found = it.entered()
    value = it.one.get(first) if found is None else found.get(was)
    if kind == "datetimepicker" and isinstance(value, int):
        return it.place.viewer.moment(value).strftime("%Y-%m-%dT%H:%M")
    return "" if value is None else str(value)


def _field(it: Part) -> Html:
    kind, value = text(it.one, "type"), _entered(it)
    given = {
        **it.given,
        **it.named,
        "class": "field",
        "placeholder": words(it.one, "placeholder") or None,
        "disabled": it.still,
    }
    given.setdefault("aria-label", words(it.one, "placeholder") or "Text")
    given |= {
        "minlength": number(it.one, "min_length"),
        "maxlength": number(it.one, "max_length"),
        "autofocus": bool(it.one.get("focus_on_load")),
    }
    if kind == "plain_text_input" and it.one.get("multiline"):
        return tag("textarea", {**given, "rows": 4}, "\n" + value)  # the first line break of a textarea is not shown
    given |= {"type": TEXT_KINDS[kind], "value": value or None}
    if kind == "number_input":
        given |= {"min": text(it.one, "min_value") or None, "max": text(it.one, "max_value") or None}
        given["step"] = "any" if it.one.get("is_decimal_allowed") else "1"
    return tag("input", {**given, "autocomplete": "off"})


def _file(it: Part) -> Html:
    kinds = ",".join(f".{name}" for name in texts(it.one, "filetypes"))
    most = number(it.one, "max_files") or 10
    given = {**it.given, **it.named, "type": "file", "accept": kinds or None, "multiple": most > 1, "data-most": most}
    return tag("input", {**given, "class": "field", "disabled": it.still})


def _rich_text(it: Part) -> Html:
    found = it.entered()
    value = inner(it.one, "initial_value") if found is None else inner(found, "rich_text_value")
    buttons = (
        tag(
            "button",
            {"type": "button", "data-mark": name, "aria-label": name, "title": name, "disabled": it.still},
            sign,
        )
        for name, sign in _MARKS
    )
    box = {
        **it.given,
        **it.named,
        "class": "rich-field",
        "contenteditable": "false" if it.still else "true",
        "role": "textbox",
    }
    box |= {"aria-multiline": "true", "data-placeholder": words(it.one, "placeholder") or None}
    box["data-initial"] = json.dumps(value, ensure_ascii=False) if value else None
    return tag(
        "div", {"class": "rich-input"}, tag("div", {"class": "toolbar", "role": "toolbar"}, buttons), tag("div", box)
    )


def _choices(it: Part) -> Html:
    """Checkboxes and radio buttons."""
    several = text(it.one, "type") == "checkboxes"
    found = it.entered()
    whole, name = (it.one, "initial_option") if found is None else (found, "selected_option")
    chosen = inners(whole, f"{name}s") if several else [inner(whole, name)]
    values = {text(option, "value") for option in chosen if option}
    group = f"{it.place.id}-{it.given['data-block']}-{it.given['data-action']}"
    lines = (_choice(it.place, option, group, values, several=several) for option in inners(it.one, "options"))
    role = "group" if several else "radiogroup"
    return tag("div", {"class": "choices", "role": role, **it.given, **it.named}, lines)


def _choice(place: Place, option: Json, group: str, chosen: set[str], *, several: bool) -> Html:
    line = option_of(option)
    box: Given = {
        "type": "checkbox" if several else "radio",
        "name": group,
        "value": line.value,
        "data-label": line.label,
    }
    box |= {"checked": line.value in chosen, "disabled": place.still}
    more = tag("span", {"class": "description"}, line.description) if line.description else None
    return tag("label", {"class": "choice"}, tag("input", box), tag("span", None, line.label, more))


# --- what is only seen ------------------------------------------------------------------------------------------------


def image(address: str, alt: str, here: str, *, kind: str = "picture") -> Html:
    """A picture of this workspace; of anywhere else its words and a link, as the page loads nothing from outside."""
    if address.startswith(here):
        return tag("img", {"src": address, "alt": alt, "class": kind, "loading": "lazy"})
    link = tag("a", {"href": address, "target": "_blank", "rel": "noopener noreferrer"}, "open") if address else None
    return tag(
        "span",
        {"class": f"{kind} elsewhere", "role": "img", "aria-label": alt},
        tag("span", None, alt or "picture"),
        " ",
        link,
    )


def _image(it: Part) -> Html:
    here = it.place.viewer.workspace.team.url
    return image(text(it.one, "image_url"), text(it.one, "alt_text"), here, kind="thumbnail")


_Show = Callable[[Part], Html]
_SHOWN: Final[Mapping[str, _Show]] = {
    "button": _button,
    "workflow_button": _button,
    "icon_button": _icon_button,
    "feedback_buttons": _feedback,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "rich_text_input": _rich_text,
    "file_input": _file,
    "image": _image,
    **dict.fromkeys(TEXT_KINDS, _field),
}


def all_elements(place: Place, block: str, many: list[Json]) -> Html:
    return joined(element(place, block, one) for one in many)
