"""Table: what an element that keeps something keeps it as, and what it makes of what a person entered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from bot.workspace.blocks.naming import filled
from bot.workspace.blocks.rich import RICH_TEXT_VALUE
from bot.workspace.blocks.text import MENU_OPTION
from bot.workspace.payload import Json, as_object


@dataclass(frozen=True, slots=True)
class Holding:
    """How one kind of element keeps its value."""

    field: str
    """Its name in `state.values`, and in the entry of an action."""
    initial: str
    """The name of what stands there at first."""
    read: Callable[[Json, object], object]
    """What a person entered, as Slack keeps it; None or an empty list where that is nothing it could be."""
    many: bool = False

    def of(self, element: Json, entered: object) -> object:
        """What the element keeps; `entered` is None where a person left it empty."""
        return ([] if self.many else None) if entered is None else self.read(element, entered)

    def at_first(self, element: Json) -> object:
        """What it keeps before anybody touched it."""
        return element.get(self.initial, [] if self.many else None)


def options_of(element: Json) -> list[Json]:
    """Everything that can be chosen in it; nothing where an app is asked for it."""
    options: list[Json] = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options += group["options"]
    return options


def option_of(element: Json, chosen: object) -> Json | None:
    """The option a person chose: given as it is, or by its value. None where the element does not offer it."""
    option = as_object(chosen)
    value: object = chosen if option is None else option.get("value")
    if not isinstance(value, str):
        return None
    if "external" not in element["type"]:
        return next((one for one in options_of(element) if one["value"] == value), None)
    if option is not None and not MENU_OPTION.flaws(option):
        return filled(option)
    return _initially(element, value) or {"text": _plain(value), "value": value}


def _initially(element: Json, value: str) -> Json | None:
    """An option of another's source that the element has known from the first."""
    known: list[Json] = [*element.get("initial_options", ())]
    if "initial_option" in element:
        known.append(element["initial_option"])
    return next((one for one in known if one["value"] == value), None)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def _text(_: Json, entered: object) -> object:
    """A text; a number is taken as it is spelled."""
    if isinstance(entered, bool) or not isinstance(entered, (str, int, float)):
        return None
    return str(entered) or None


def _whole(_: Json, entered: object) -> object:
    if isinstance(entered, str) and entered.isascii() and entered.isdecimal() and len(entered) <= 10:
        return int(entered)
    return entered if isinstance(entered, int) and not isinstance(entered, bool) else None


def _list(entered: object) -> list[object]:
    return cast("list[object]", entered) if isinstance(entered, list) else [entered]


def _ids(_: Json, entered: object) -> object:
    return [one for one in dict.fromkeys(one for one in _list(entered) if isinstance(one, str)) if one]


def _options(element: Json, entered: object) -> object:
    """In the order they were chosen; those of checkboxes in the order they stand in."""
    found = (option_of(element, one) for one in _list(entered))
    chosen = {option["value"]: option for option in found if option is not None}
    if element["type"] == "checkboxes":
        return [option for option in options_of(element) if option["value"] in chosen]
    return list(chosen.values())


def _files(_: Json, entered: object) -> object:
    """Files as they are, or by their ids."""
    found: list[Json] = []
    for one in _list(entered):
        if isinstance(one, str) and one:
            found.append({"id": one})
        elif (file := as_object(one)) is not None and isinstance(file.get("id"), str):
            found.append(file)
    return found


def _rich(_: Json, entered: object) -> object:
    """Rich text as it is, or a text that becomes it."""
    if (value := as_object(entered)) is not None:
        return None if RICH_TEXT_VALUE.flaws(value) else value
    if not isinstance(entered, str) or not entered:
        return None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": entered}]}
    return {"type": "rich_text", "elements": [section]}


HOLDINGS: dict[str, Holding] = {
    "plain_text_input": Holding("value", "initial_value", _text),
    "email_text_input": Holding("value", "initial_value", _text),
    "url_text_input": Holding("value", "initial_value", _text),
    "number_input": Holding("value", "initial_value", _text),
    "rich_text_input": Holding("rich_text_value", "initial_value", _rich),
    "file_input": Holding("files", "", _files, many=True),
    "static_select": Holding("selected_option", "initial_option", option_of),
    "external_select": Holding("selected_option", "initial_option", option_of),
    "radio_buttons": Holding("selected_option", "initial_option", option_of),
    "users_select": Holding("selected_user", "initial_user", _text),
    "conversations_select": Holding("selected_conversation", "initial_conversation", _text),
    "channels_select": Holding("selected_channel", "initial_channel", _text),
    "multi_static_select": Holding("selected_options", "initial_options", _options, many=True),
    "multi_external_select": Holding("selected_options", "initial_options", _options, many=True),
    "checkboxes": Holding("selected_options", "initial_options", _options, many=True),
    "multi_users_select": Holding("selected_users", "initial_users", _ids, many=True),
    "multi_conversations_select": Holding("selected_conversations", "initial_conversations", _ids, many=True),
    "multi_channels_select": Holding("selected_channels", "initial_channels", _ids, many=True),
    "datepicker": Holding("selected_date", "initial_date", _text),
    "timepicker": Holding("selected_time", "initial_time", _text),
    "datetimepicker": Holding("selected_date_time", "initial_date_time", _whole),
}
"""Buttons and overflow menus keep nothing."""
