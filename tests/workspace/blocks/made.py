"""Blocks and elements for the tests, each as small as Slack takes it. Every call makes new ones."""

import copy
from typing import Any

from bot.workspace.payload import Json


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "a", text: str = "A", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"v{number}", f"Choice {number}") for number in range(count)]


def confirm(**more: Any) -> Json:
    return {
        "title": plain("Sure?"),
        "text": mrkdwn("It runs now."),
        "confirm": plain("Run"),
        "deny": plain("No"),
    } | more


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts) or [runs(said("Words"))]}


def runs(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(parts)}


def said(text: str = "Words", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://acme.example/cat.png", "alt_text": "A cat", **more}


def feedback(**more: Any) -> Json:
    return {
        "type": "feedback_buttons",
        "positive_button": {"text": plain("Good"), "value": "yes"},
        "negative_button": {"text": plain("Bad"), "value": "no"},
        **more,
    }


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def card(**more: Any) -> Json:
    return {"type": "card", "title": mrkdwn("A card"), **more}


def task(task_id: str = "t1", **more: Any) -> Json:
    return {"type": "task_card", "task_id": task_id, "title": "Look it up", "status": "complete", **more}


def chart(kind: str = "bar", labels: int = 2, **more: Any) -> Json:
    if kind == "pie":
        return {"type": "pie", "segments": [{"label": f"L{number}", "value": 1} for number in range(labels)], **more}
    names = [f"L{number}" for number in range(labels)]
    series = [{"name": "One", "data": [{"label": name, "value": 1.5} for name in names]}]
    return {"type": kind, "series": series, "axis_config": {"categories": names}, **more}


_ELEMENTS: dict[str, Json] = {
    "button": {"text": plain()},
    "workflow_button": {"text": plain(), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}}},
    "overflow": {"options": [option()]},
    "checkboxes": {"options": [option()]},
    "radio_buttons": {"options": [option()]},
    "static_select": {"options": [option()]},
    "external_select": {},
    "users_select": {},
    "conversations_select": {},
    "channels_select": {},
    "multi_static_select": {"options": [option()]},
    "multi_external_select": {},
    "multi_users_select": {},
    "multi_conversations_select": {},
    "multi_channels_select": {},
    "datepicker": {},
    "timepicker": {},
    "datetimepicker": {},
    "plain_text_input": {},
    "email_text_input": {},
    "url_text_input": {},
    "number_input": {"is_decimal_allowed": False},
    "rich_text_input": {},
    "file_input": {},
    "feedback_buttons": feedback(),
    "icon_button": {"icon": "trash", "text": plain("Delete")},
}
KINDS_OF_ELEMENTS = tuple(_ELEMENTS)


def element(kind: str, **more: Any) -> Json:
    """An element of this kind with no more than it needs."""
    made: Json = {"type": kind} | copy.deepcopy(_ELEMENTS[kind]) | more
    return made


_BLOCKS: dict[str, Json] = {
    "section": {"text": mrkdwn()},
    "divider": {},
    "header": {"text": plain()},
    "context": {"elements": [mrkdwn()]},
    "image": {"image_url": "https://acme.example/cat.png", "alt_text": "A cat"},
    "actions": {"elements": [button()]},
    "input": {"label": plain(), "element": {"type": "plain_text_input"}},
    "file": {"external_id": "F-1", "source": "remote"},
    "video": {
        "alt_text": "A film",
        "title": plain(),
        "thumbnail_url": "https://acme.example/t.png",
        "video_url": "https://acme.example/v",
    },
    "rich_text": rich(),
    "table": {"rows": [[cell()]]},
    "card": card(),
    "carousel": {"elements": [card()]},
    "container": {"title": plain(), "child_blocks": [{"type": "divider"}]},
    "markdown": {"text": "**Words**"},
    "context_actions": {"elements": [feedback()]},
    "task_card": task(),
    "plan": {"title": "Thinking"},
    "call": {"call_id": "R1"},
    "data_table": {"caption": "Scores", "rows": [[cell("Name")], [cell("Ann")]]},
    "data_visualization": {"title": "Sales", "chart": chart("pie")},
    "alert": {"text": plain()},
    "auth_provider": {"value": "jira", "name": plain("Jira"), "is_connected": False},
}
KINDS_OF_BLOCKS = tuple(_BLOCKS)


def block(kind: str, **more: Any) -> Json:
    """A block of this kind with no more than it needs."""
    made: Json = {"type": kind} | copy.deepcopy(_BLOCKS[kind]) | more
    return made


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("A form"), "blocks": list(blocks) or [block("section")], **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [block("section")], **more}


def asking(kind: str, block_id: str = "b", action_id: str = "a", **more: Any) -> Json:
    """An input block with an element of this kind."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Question"),
        "element": element(kind, action_id=action_id, **more),
    }
