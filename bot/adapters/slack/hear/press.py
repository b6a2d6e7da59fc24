"""A press on a card, as it came in. It says what the person saw; what stands now is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.slack.draw.naming import pressed
from bot.domain.person import ChannelId
from bot.domain.plain import Plain
from bot.ports.cards import CardId
from bot.ports.store import Delivery


@dataclass(frozen=True, slots=True)
class Press:
    """One button, select or menu of a card."""

    verb: str
    card: CardId
    version: int
    """The version whose buttons were pressed."""
    channel: ChannelId
    ts: str
    """The message they stood on."""
    trigger: str
    chosen: str = ""
    """The user who was picked."""


def press_of(delivery: Delivery) -> Press | None:
    """None where it is no button of a card."""
    action = first_pressed(delivery)
    seen = pressed(text(action, "block_id"))
    if seen is None:
        return None
    verb, entry = text(action, "action_id"), text(part(action, "selected_option"), "value")
    return Press(
        verb=entry if verb == "menu" else verb,
        card=CardId(seen.card),
        version=seen.version,
        channel=channel_of(delivery),
        ts=text(part(delivery.body, "container"), "message_ts"),
        trigger=text(delivery.body, "trigger_id"),
        chosen=text(action, "selected_user"),
    )


def first_block(delivery: Delivery) -> str:
    """The name of the block in which something was pressed; empty where it has none."""
    return text(first_pressed(delivery), "block_id")


def first_action(delivery: Delivery) -> str:
    """The name of what was pressed; empty where it has none."""
    return text(first_pressed(delivery), "action_id")


def channel_of(delivery: Delivery) -> ChannelId:
    """Where somebody pressed or typed something; empty where that is in no channel."""
    place = text(part(delivery.body, "container"), "channel_id") or text(delivery.body, "channel_id")
    return ChannelId(f"{delivery.team}/{place}" if place else "")


def first_pressed(delivery: Delivery) -> Mapping[str, Plain]:
    """What was pressed, as it came in; nothing where nothing was."""
    actions = delivery.body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    return action if isinstance(action, dict) else {}


def part(whole: Mapping[str, Plain], name: str) -> Mapping[str, Plain]:
    """What stands under a name, where that is an object; nothing otherwise."""
    value = whole.get(name)
    return value if isinstance(value, dict) else {}


def text(whole: Mapping[str, Plain], name: str) -> str:
    """What stands under a name, where that is text; nothing otherwise."""
    value = whole.get(name)
    return value if isinstance(value, str) else ""
