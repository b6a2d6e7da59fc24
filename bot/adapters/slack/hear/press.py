"""A press on a card, as it came in. It says what the person saw; what stands now is looked up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.plain import Plain

_BLOCK = re.compile(r"decide:(?P<card>[^:]{1,200}):(?P<version>[0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Press:
    """One button or select of a card."""

    verb: str
    card: str
    """The opaque id of the card."""
    version: int
    """The version whose buttons were pressed."""
    channel: str
    ts: str
    """The message they stood on."""
    trigger: str
    chosen: str = ""
    """The person, or the entry of a menu."""


def press_of(body: Mapping[str, Plain]) -> Press | None:
    """None where it is no button of a card."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, dict):
        return None
    block = _BLOCK.fullmatch(text(action, "block_id"))
    if block is None:
        return None
    place = part(body, "container")
    return Press(
        verb=text(action, "action_id"),
        card=block["card"],
        version=int(block["version"]),
        channel=text(place, "channel_id"),
        ts=text(place, "message_ts"),
        trigger=text(body, "trigger_id"),
        chosen=text(action, "selected_user") or text(part(action, "selected_option"), "value"),
    )


def part(whole: Mapping[str, Plain], name: str) -> Mapping[str, Plain]:
    """What stands under a name, where that is an object; nothing otherwise."""
    value = whole.get(name)
    return value if isinstance(value, dict) else {}


def text(whole: Mapping[str, Plain], name: str) -> str:
    """What stands under a name, where that is text; nothing otherwise."""
    value = whole.get(name)
    return value if isinstance(value, str) else ""
