"""What Slack's answers and the failures of a connection mean, as errors that a person can do something with.

Whoever has to mend something is named: the owner of a workflow its channel and its people, whoever looks after the
app its token and its rights, and our own mistakes are a bug.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.adapters.slack.post.method import Kind, method_of
from bot.domain.errors import BotError, Broken, Transient, Uncertain, Unreachable

WHILE_BARRED = timedelta(minutes=5)
"""How often a token that was refused is tried again: somebody has to mend that first."""
_UNSAID, _LEAST, _MOST = timedelta(seconds=10), timedelta(seconds=1), timedelta(hours=1)


class Barred(Transient):
    """Slack does not let the bot in."""


_MENDED_IN_CHANNEL: Mapping[str, str] = {
    "channel_not_found": "Slack knows no such channel, or the bot may not see it. Invite the bot there, or name"
    " another channel in the brief.",
    "not_in_channel": "The bot is not in that channel. Invite it there with /invite, or name another channel in the"
    " brief.",
    "is_archived": "That channel is archived. Take it out of the archive, or name another channel in the brief.",
    "is_inactive": "That channel is archived. Take it out of the archive, or name another channel in the brief.",
    "restricted_action": "Only some people may post in that channel. Ask a workspace admin to let the bot post there.",
    "restricted_action_read_only_channel": "That channel is read-only. Ask a workspace admin to let the bot post"
    " there, or name another channel in the brief.",
    "restricted_action_non_threadable_channel": "That channel allows no threads. Ask a workspace admin to allow"
    " them, or name another channel in the brief.",
    "user_not_found": "Slack knows no such person. Mend the name in the brief.",
    "users_not_found": "Slack knows no such person. Mend the name in the brief.",
    "user_disabled": "That person's account is deactivated. Name somebody else in the brief.",
    "user_not_visible": "The bot may not see that person. Name somebody else in the brief.",
    "cannot_dm_bot": "A bot cannot be told anything. Name a person in the brief.",
    "messages_tab_disabled": "The app takes no direct messages. Ask whoever looks after the Slack app to switch its"
    " messages tab on.",
}
_MENDED_BY_TOKEN: Mapping[str, str] = {
    "token_revoked": "Slack has revoked the bot's token.",
    "token_expired": "The bot's token has expired.",
    "account_inactive": "The bot's account is deactivated, or the app was removed from the workspace.",
    "invalid_auth": "Slack does not accept the bot's token.",
    "not_authed": "The bot has no token.",
    "org_login_required": "The workspace is being moved to another organisation.",
    "team_access_not_granted": "The app was not let into this workspace.",
    "not_allowed_token_type": "The bot's token is of the wrong kind: it begins with xoxb-.",
    "enterprise_is_restricted": "The organisation does not let the app in.",
}
_LATER = frozenset(
    "ratelimited rate_limited message_limit_exceeded service_unavailable request_timeout team_added_to_org "
    "accesslimited".split()
)
_UNKNOWN_OUTCOME = frozenset({"fatal_error", "internal_error"})
"""Slack itself says of these that part of it may have happened."""


def trouble_of(method: str, error: Exception) -> BotError:
    """What went wrong with a call."""
    match error:
        case SlackApiError():
            return _of_answer(method, error)
        case aiohttp.ClientConnectorError():
            return Transient("Slack cannot be reached.")
        case TimeoutError():
            return _unknown(method, "Slack did not answer in time.")
        case aiohttp.ClientError() | OSError():
            return _unknown(method, "The connection to Slack broke.")
        case _:
            return _unknown(method, "Slack's answer cannot be read.")


def retry_after(error: Exception) -> timedelta | None:
    """How long Slack asks us to wait; None where this is no refusal for too many calls."""
    status, headers, body = _answer(error)
    if status != 429 and body.get("error") not in ("ratelimited", "rate_limited"):
        return None
    said = str(headers.get("Retry-After", headers.get("retry-after", ""))).strip()
    if not (said.isascii() and said.isdigit() and len(said) < 9):
        return _UNSAID
    return min(max(timedelta(seconds=int(said)), _LEAST), _MOST)


def code_of(error: Exception) -> str:
    """Slack's word for what is wrong; empty where it said none."""
    return str(_answer(error)[2].get("error", ""))


def _answer(error: Exception) -> tuple[int, Mapping[str, object], Mapping[str, object]]:
    """Status, headers and body of what came back; the client gives its own response, or aiohttp's where it failed."""
    response: object = getattr(error, "response", None)
    status: object = getattr(response, "status_code", None) or getattr(response, "status", 0)
    headers: object = getattr(response, "headers", None)
    body: object = getattr(response, "data", None)
    return (
        status if isinstance(status, int) else 0,
        _named(headers),
        _named(body),
    )


def _named(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        return {}
    return {str(name): one for name, one in cast("Mapping[object, object]", value).items()}


def _of_answer(method: str, error: SlackApiError) -> BotError:
    wait = retry_after(error)
    if wait is not None:
        return Transient("Slack takes no more calls of this kind just now.", retry_after=wait)
    status, _, body = _answer(error)
    code = str(body.get("error", ""))
    if not code:
        return _without_code(method, status)
    if code in _MENDED_IN_CHANNEL:
        return Unreachable(f"{_MENDED_IN_CHANNEL[code]} (Slack says: {code})")
    if code in _MENDED_BY_TOKEN:
        mend = "Ask whoever looks after the Slack app: install it again and give the bot its new token."
        return Barred(f"{_MENDED_BY_TOKEN[code]} {mend} (Slack says: {code})", retry_after=WHILE_BARRED)
    if code == "missing_scope":
        return Unreachable(_scope(method, str(body.get("needed", ""))))
    if code in _LATER:
        return Transient(f"Slack cannot do this just now ({code}).")
    if code in _UNKNOWN_OUTCOME:
        return _unknown(method, f"Slack failed in the middle of it ({code}).")
    return Broken(f"Slack refused {method}: {code}{_details(body)}. This is a bug of the bot: tell its maintainer.")


def _without_code(method: str, status: int) -> BotError:
    if status == 503:
        return Transient("Slack is not available just now (503).")
    return _unknown(method, f"Slack answered with status {status} and nothing that can be read.")


def _scope(method: str, needed: str) -> str:
    mend = f"Ask whoever looks after the Slack app to add {needed or 'it'} and to install the app again."
    return f"The bot lacks a right that {method} needs. {mend} (Slack says: missing_scope)"


def _details(body: Mapping[str, object]) -> str:
    """What is wrong with the blocks; Slack names places in them, and quotes nothing."""
    said = _named(body.get("response_metadata")).get("messages")
    if not isinstance(said, list):
        return ""
    lines = "; ".join(str(line)[:200] for line in cast("list[object]", said)[:3])
    return f" ({lines})" if lines else ""


def _unknown(method: str, words: str) -> BotError:
    if method_of(method).kind is Kind.ONCE:
        return Uncertain(f"{words} Nobody knows whether it arrived.")
    return Transient(words)
