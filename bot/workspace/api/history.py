"""`conversations.history` and `conversations.replies`: what was said, in pages."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.finding import joined_channel
from bot.workspace.api.paging import cursor, limit_of, time_of, uncursor
from bot.workspace.api.scope import Purpose
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json

MOST = 999


@dataclass(frozen=True, slots=True)
class _Span:
    """From when to when; bounds are as they sort, and empty where there is none."""

    oldest: str
    latest: str
    inclusive: bool

    def within(self, times: Sequence[str]) -> tuple[int, int]:
        """Where it begins and ends in times that are in order."""
        after = bisect_left if self.inclusive else bisect_right
        before = bisect_right if self.inclusive else bisect_left
        start = after(times, self.oldest) if self.oldest else 0
        return start, before(times, self.latest) if self.latest else len(times)


def _span(call: Call) -> _Span:
    oldest, latest = call.arguments.text("oldest"), call.arguments.text("latest")
    return _Span(
        time_of(oldest, "invalid_ts_oldest") if oldest else "",
        time_of(latest, "invalid_ts_latest") if latest else "",
        call.arguments.flag("inclusive"),
    )


def _cursor(ts: str) -> str:
    return cursor("next_ts", ts.replace(".", ""))


def _uncursor(call: Call) -> str:
    """The time in a cursor; empty where there is none."""
    digits = uncursor("next_ts", call.arguments.text("cursor"))
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) == 16):
        raise SlackError("invalid_cursor")
    return f"{digits[:10]}.{digits[10:]}" if digits else ""


def history(call: Call) -> Json:
    """The newest first; the cursor names the next one to come."""
    channel = joined_channel(call, Purpose.HISTORY)
    span, start_at, limit = _span(call), _uncursor(call), limit_of(call.arguments, 100, most=MOST)
    start, end = span.within(channel.times)
    if start_at:
        end = min(end, bisect_right(channel.times, start_at))
    first = max(start, end - limit)
    messages = [channel.messages[ts] for ts in reversed(channel.times[first:end])]
    more = first > start and first < end
    given = {name: call.arguments.text(name) for name in ("latest", "oldest") if call.arguments.text(name)}
    return given | {
        "messages": _shown(call, messages),
        "has_more": more,
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        "response_metadata": {"next_cursor": _cursor(channel.times[first - 1]) if more else ""},
    }


def replies(call: Call) -> Json:
    """A thread, its first message and then the replies, oldest first; a reply named by itself comes alone."""
    channel = joined_channel(call, Purpose.HISTORY)
    ts = time_of(call.arguments.needed("ts", "thread_not_found"), "thread_not_found")
    found = channel.messages.get(ts)
    if found is None:
        raise SlackError("thread_not_found")
    thread = channel.thread(ts)[1:]
    start, end = _span(call).within([one.ts for one in thread])
    wanted = [found, *thread[start:end]]
    start_at, limit = _uncursor(call), limit_of(call.arguments, MOST, most=MOST)
    first = next((at for at, one in enumerate(wanted) if one.ts >= start_at), len(wanted))
    following = wanted[first + limit : first + limit + 1]
    return {
        "messages": _shown(call, wanted[first : first + limit]),
        "has_more": bool(following),
        "response_metadata": {"next_cursor": _cursor(following[0].ts) if following else ""},
    }


def _shown(call: Call, messages: Sequence[Message]) -> list[Json]:
    workspace, whole = call.desk.workspace, call.arguments.flag("include_all_metadata")
    found = [message_json(workspace, message) for message in messages]
    if not whole:
        for one in found:
            one.pop("metadata", None)
    return found


_HISTORY = Purpose.HISTORY.scopes
_SPAN = "invalid_ts_oldest", "invalid_ts_latest", "invalid_cursor", "invalid_limit"

METHODS: Mapping[str, Method] = {
    "conversations.history": Method(
        do=history, scopes=_HISTORY, errors=("channel_not_found", "not_in_channel", *_SPAN)
    ),
    "conversations.replies": Method(
        do=replies,
        scopes=_HISTORY,
        takes_json=False,
        errors=("channel_not_found", "not_in_channel", "thread_not_found", *_SPAN),
    ),
}
