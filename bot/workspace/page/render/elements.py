"""Elements of blocks as controls that can be used. What the scripts go by stands in `render/__init__.py`."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.workspace.page.html import NOTHING, Given, Html, joined, safe_address, tag
from bot.workspace.page.render.fields import choices, field, file_field, rich_field
from bot.workspace.page.render.mrkdwn import with_emoji
from bot.workspace.page.render.part import Labelled, Part
from bot.workspace.page.render.pictures import picture_of
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, text, texts, words
from bot.workspace.page.render.selects import SELECTS, overflow, select
from bot.workspace.payload import Json

FIELDS: Final = (
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "datepicker", "timepicker",
    "datetimepicker",
)  # fmt: skip
LABELLED: Final = frozenset({*FIELDS, *SELECTS, "file_input"})
"""To these a label can lead; the others are named by it."""
_TYPED: Final = frozenset({*FIELDS[:4], "rich_text_input"})
_WHEN: Final[Mapping[str, str]] = {"on_enter_pressed": "enter", "on_character_entered": "typing"}
_NOBODY: Final = Labelled()


def element(place: Place, block: str, one: Json, *, labelled: Labelled = _NOBODY, dispatches: bool = True) -> Html:
    """An element of a block; nothing where the reader is not to see it, or where nobody knows its kind."""
    kind = text(one, "type")
    show = _SHOWN.get(kind)
    only_for = texts(one, "visible_to_user_ids")
    if show is None or (only_for and place.viewer.person.id not in only_for):
        return NOTHING
    confirm = inner(one, "confirm")
    given: Given = {
        "data-block": block,
        "data-action": text(one, "action_id"),
        "data-type": kind,
        "data-confirm": json.dumps(confirm, ensure_ascii=False) if confirm else None,
        "data-dispatch": _dispatch(kind, one) if dispatches else None,
    }
    return show(Part(place, one, given, labelled))


def elements(place: Place, block: str, many: Iterable[Json], *, labelled: Labelled = _NOBODY) -> Html:
    return joined([element(place, block, one, labelled=labelled) for one in many])


def _dispatch(kind: str, one: Json) -> str:
    if kind not in _TYPED:
        return "at once"
    when = texts(inner(one, "dispatch_action_config"), "trigger_actions_on")
    return " ".join(_WHEN[name] for name in _WHEN if name in when) or "enter"


# --- what acts ----------------------------------------------------------------------------------------------------


def _button(it: Part) -> Html:
    style, label = text(it.one, "style"), with_emoji(words(it.one, "text"))
    given: Given = {
        "class": f"button {style}" if style in ("primary", "danger") else "button",
        **it.given,
        "data-value": text(it.one, "value") or None,
        "aria-label": text(it.one, "accessibility_label") or None,
    }
    url = text(it.one, "url")
    if safe_address(url) == "#" or it.still:
        return tag("button", {"type": "button", "disabled": it.still, **given}, label)
    return tag("a", {**given, "href": url, "target": "_blank", "rel": "noopener noreferrer"}, label)


def _icon_button(it: Part) -> Html:
    name = words(it.one, "text") or text(it.one, "icon")
    said = text(it.one, "accessibility_label") or name
    given = {"type": "button", "class": "icon-button", "aria-label": said, "title": name, **it.given}
    icon = tag("span", {"aria-hidden": "true"}, "🗑" if text(it.one, "icon") == "trash" else "•")
    return tag("button", {**given, "data-value": text(it.one, "value") or None, "disabled": it.still}, icon)


def _feedback(it: Part) -> Html:
    """Two buttons, of which the one that was pressed stays pressed."""

    def side(name: str, sign: str) -> Html:
        button = inner(it.one, name)
        given: Given = {
            "type": "button",
            "class": f"icon-button {name.removesuffix('_button')}",
            "title": words(button, "text"),
            "aria-label": text(button, "accessibility_label") or words(button, "text") or name.replace("_", " "),
            "aria-pressed": "false",
            "data-value": text(button, "value"),
            "disabled": it.still,
        }
        return tag("button", {**given, **it.given}, tag("span", {"aria-hidden": "true"}, sign))

    return tag("span", {"class": "feedback"}, side("positive_button", "👍"), side("negative_button", "👎"))


def _image(it: Part) -> Html:
    return picture_of(it.place.viewer, it.one, kind="thumbnail")


_Show = Callable[[Part], Html]
_SHOWN: Final[Mapping[str, _Show]] = {
    "button": _button,
    "workflow_button": _button,
    "icon_button": _icon_button,
    "feedback_buttons": _feedback,
    "overflow": overflow,
    "checkboxes": choices,
    "radio_buttons": choices,
    "rich_text_input": rich_field,
    "file_input": file_field,
    "image": _image,
    **dict.fromkeys(FIELDS, field),
    **dict.fromkeys(SELECTS, select),
}
