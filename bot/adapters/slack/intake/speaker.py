"""Who speaks in an event: what programs say is heard by nobody, or two of them would talk to each other for ever."""

from bot.adapters.slack.intake.envelope import Payload, authorization, part, text

_ABOUT_US = frozenset({"member_joined_channel", "member_left_channel"})
"""Our own user does nothing there: something was done with it."""


def is_a_program(payload: Payload) -> bool:
    """Whether a bot, we ourselves among them, caused this event."""
    event = part(payload, "event")
    if _says_so(event) or _says_so(part(event, "message")):
        return True
    ours = authorization(payload)
    return (
        ours.get("is_bot") is True
        and bool(text(ours, "user_id"))
        and event.get("user") == ours.get("user_id")
        and text(event, "type") not in _ABOUT_US
    )


def _says_so(message: Payload) -> bool:
    return bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
