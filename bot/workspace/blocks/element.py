"""Tables: the elements that stand in blocks."""

import re

from bot.workspace.blocks.rich import RICH_TEXT_VALUE
from bot.workspace.blocks.rule import Check, Flag, Form, Items, Kinds, Number, Rule, Shape, Text, typed
from bot.workspace.blocks.text import (
    ACCESSIBILITY_LABEL,
    CONFIRM,
    DISPATCH,
    FILTER,
    ID,
    IMAGE,
    LINK,
    LINKED_OPTION,
    MARKED_OPTION,
    MENU_OPTION,
    OPTION_GROUP,
    STYLE,
    WORKFLOW,
    plain,
)
from bot.workspace.blocks.together import (
    as_number,
    initial_fits,
    initial_is_offered,
    just_one,
    not_more_initial_than_selectable,
    ordered,
)

_DATE = Form(
    pattern=re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII),
    kind="format",
    expected="date",
    message="input must be a valid: date",
)
_TIME = Form(
    pattern=re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII),
    kind="pattern",
    expected="^([01][0-9]|2[0-3]):[0-5][0-9]$",
    message="input must match regex pattern: ^([01][0-9]|2[0-3]):[0-5][0-9]$",
)
_NUMBER = Form(
    pattern=re.compile(r"-?\d{1,300}(\.\d{1,300})?", re.ASCII),
    kind="pattern",
    expected="^-?[0-9]+(\\.[0-9]+)?$",
    message="input must match regex pattern: ^-?[0-9]+(\\.[0-9]+)?$",
)

_ACTION: dict[str, Rule] = {"action_id": ID}
_CONFIRMED = _ACTION | {"confirm": CONFIRM}
_FOCUSED = _CONFIRMED | {"focus_on_load": Flag()}
_HELD: dict[str, Rule] = {"placeholder": plain(150)}
_TYPED = _ACTION | _HELD | {"focus_on_load": Flag(), "dispatch_action_config": DISPATCH}
_IDS = Items(of=Text(least=1))
_PEOPLE = Items(of=Text(least=1), least=1, most=10)
_QUERY: dict[str, Rule] = {"min_query_length": Number(least=0)}
_CONVERSATIONS: dict[str, Rule] = {"default_to_current_conversation": Flag(), "filter": FILTER}
_RESPONDING: dict[str, Rule] = {"response_url_enabled": Flag()}
_OFFERED: dict[str, Rule] = {
    "options": Items(of=MENU_OPTION, least=1, most=100),
    "option_groups": Items(of=OPTION_GROUP, least=1, most=100),
}
_FEEDBACK = Shape(
    "text value",
    {"text": plain(75), "value": Text(most=2000), "accessibility_label": ACCESSIBILITY_LABEL},
)


def _select(*checks: Check, **more: Rule) -> Shape:
    return typed("", _FOCUSED | _HELD | more, *checks)


def _multi_select(*checks: Check, **more: Rule) -> Shape:
    many: dict[str, Rule] = {"max_selected_items": Number(least=1)}
    return typed("", _FOCUSED | _HELD | many | more, *checks, not_more_initial_than_selectable)


_BUTTONS: dict[str, Rule] = {
    "button": typed(
        "text",
        _CONFIRMED
        | {
            "text": plain(75),
            "value": Text(most=2000),
            "url": LINK,
            "style": STYLE,
            "accessibility_label": ACCESSIBILITY_LABEL,
            "visible_to_user_ids": _PEOPLE,
            "agent_prompt": Text(most=4000),
            "agent_prompt_display": Text(),
        },
    ),
    "workflow_button": typed(
        "text workflow",
        _CONFIRMED
        | {
            "text": plain(75),
            "workflow": WORKFLOW,
            "style": STYLE,
            "accessibility_label": ACCESSIBILITY_LABEL,
        },
    ),
    "icon_button": typed(
        "icon text",
        _CONFIRMED
        | {
            "icon": Text(among=("trash",)),
            "text": plain(75),
            "value": Text(most=2000),
            "accessibility_label": ACCESSIBILITY_LABEL,
            "visible_to_user_ids": _PEOPLE,
        },
    ),
    "feedback_buttons": typed(
        "positive_button negative_button",
        _ACTION | {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
    ),
    "overflow": typed("options", _CONFIRMED | {"options": Items(of=LINKED_OPTION, least=1, most=5)}),
}

_CHOICES: dict[str, Rule] = {
    "checkboxes": typed(
        "options",
        _FOCUSED
        | {
            "options": Items(of=MARKED_OPTION, least=1, most=10),
            "initial_options": Items(of=MARKED_OPTION, least=1, most=10),
        },
        initial_is_offered,
    ),
    "radio_buttons": typed(
        "options",
        _FOCUSED | {"options": Items(of=MARKED_OPTION, least=1, most=10), "initial_option": MARKED_OPTION},
        initial_is_offered,
    ),
}

_SELECTS: dict[str, Rule] = {
    "static_select": _select(
        *just_one("options", "option_groups"), initial_is_offered, initial_option=MENU_OPTION, **_OFFERED
    ),
    "external_select": _select(initial_option=MENU_OPTION, **_QUERY),
    "users_select": _select(initial_user=Text(least=1)),
    "conversations_select": _select(initial_conversation=Text(least=1), **_CONVERSATIONS, **_RESPONDING),
    "channels_select": _select(initial_channel=Text(least=1), **_RESPONDING),
}

MULTI_SELECTS: dict[str, Rule] = {
    "multi_static_select": _multi_select(
        *just_one("options", "option_groups"),
        initial_is_offered,
        initial_options=Items(of=MENU_OPTION, least=1, most=100),
        **_OFFERED,
    ),
    "multi_external_select": _multi_select(initial_options=Items(of=MENU_OPTION, least=1, most=100), **_QUERY),
    "multi_users_select": _multi_select(initial_users=_IDS),
    "multi_conversations_select": _multi_select(initial_conversations=_IDS, **_CONVERSATIONS),
    "multi_channels_select": _multi_select(initial_channels=_IDS),
}

_PICKERS: dict[str, Rule] = {
    "datepicker": typed("", _FOCUSED | _HELD | {"initial_date": Text(form=_DATE)}),
    "timepicker": typed("", _FOCUSED | _HELD | {"initial_time": Text(form=_TIME), "timezone": Text(least=1)}),
    "datetimepicker": typed("", _FOCUSED | {"initial_date_time": Number(least=1_000_000_000, most=9_999_999_999)}),
}

_TEXT_INPUTS: dict[str, Rule] = {
    "plain_text_input": typed(
        "",
        _TYPED
        | {
            "initial_value": Text(),
            "multiline": Flag(),
            "min_length": Number(least=0, most=3000),
            "max_length": Number(least=1, most=3000),
        },
        ordered("min_length", "max_length", as_number),
        initial_fits,
    ),
    "email_text_input": typed("", _TYPED | {"initial_value": Text(most=3000)}),
    "url_text_input": typed("", _TYPED | {"initial_value": Text(most=3000)}),
    "number_input": typed(
        "is_decimal_allowed",
        _TYPED
        | {
            "is_decimal_allowed": Flag(),
            "initial_value": Text(form=_NUMBER),
            "min_value": Text(form=_NUMBER),
            "max_value": Text(form=_NUMBER),
        },
        ordered("min_value", "max_value", as_number),
        ordered("min_value", "initial_value", as_number),
        ordered("initial_value", "max_value", as_number),
    ),
}
_RICH_INPUT: dict[str, Rule] = {
    "rich_text_input": typed(
        "",
        _TYPED
        | {
            "initial_value": RICH_TEXT_VALUE,
            "min_lines": Number(least=1, most=100),
            "max_lines": Number(least=1, most=100),
        },
        ordered("min_lines", "max_lines", as_number),
    ),
}
_FILE_INPUT: dict[str, Rule] = {
    "file_input": typed(
        "",
        _ACTION | {"filetypes": Items(of=Text(least=1), least=1), "max_files": Number(least=1, most=10)},
    ),
}

_MENUS = _SELECTS | _CHOICES | _PICKERS

BUTTON = Kinds(_BUTTONS).only("button")
OVERFLOW = Kinds(_BUTTONS).only("overflow")
CONTEXT_ACTIONS = Kinds(_BUTTONS).only("feedback_buttons", "icon_button")
_PLAIN_BUTTONS: dict[str, Rule] = {
    name: rule for name, rule in _BUTTONS.items() if name in ("button", "workflow_button", "overflow")
}
ACCESSORIES = Kinds(_PLAIN_BUTTONS | _MENUS | MULTI_SELECTS | {"image": IMAGE})
ACTIONS = Kinds(_PLAIN_BUTTONS | _MENUS | MULTI_SELECTS | _RICH_INPUT)
"""Multi-selects too, so that theirs is the error Slack has for them there."""
INPUTS = Kinds(_MENUS | MULTI_SELECTS | _TEXT_INPUTS | _RICH_INPUT | _FILE_INPUT)
INTERACTIVE = frozenset(_BUTTONS | _MENUS | MULTI_SELECTS | _TEXT_INPUTS | _RICH_INPUT | _FILE_INPUT)
"""What has an action id. An image has none."""
URL_SOURCE = Kinds({"url": typed("url text", {"url": Text(least=1, most=3000), "text": Text(least=1)})})
