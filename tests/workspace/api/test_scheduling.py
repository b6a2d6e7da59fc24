"""Messages that are posted when their time comes."""

import pytest

from bot.workspace.changes.waking import wake
from bot.workspace.clock import Clock
from tests.workspace.api.desk import SECTION, Caller
from tests.workspace.made import ALONE, APP, BOT, NOON, SUPPORT

SOON = int(NOON) + 100


def put_off(call: Caller, post_at: int = SOON, **more: object) -> str:
    answer = call.ok("chat.scheduleMessage", **({"channel": SUPPORT, "text": "Later", "post_at": post_at} | more))
    id: str = answer["scheduled_message_id"]
    return id


def texts(call: Caller) -> list[str]:
    return [one.text for one in call.workspace.channels[SUPPORT].messages.values()]


def listed(call: Caller, **more: object) -> list[str]:
    return [one["id"] for one in call.ok("chat.scheduledMessages.list", **more)["scheduled_messages"]]


def test_a_message_is_posted_when_its_time_comes(call: Caller) -> None:
    root = call.said("root")
    id = put_off(call, thread_ts=root, blocks=[SECTION])
    assert id.startswith("Q")
    call.workspace.clock.set(SOON - 0.5)
    assert texts(call) == ["root"]
    assert listed(call) == [id]
    call.workspace.clock.set(SOON)
    message = [*call.workspace.channels[SUPPORT].messages.values()][-1]
    assert (message.ts, message.user, message.thread_ts) == (f"{SOON}.000000", BOT, root)
    assert (message.blocks or [])[0]["block_id"]
    assert listed(call) == []


def test_messages_come_in_the_order_of_their_times(call: Caller) -> None:
    for text, post_at in (("second", SOON + 1), ("first", SOON), ("third", SOON + 1)):
        put_off(call, post_at, text=text)
    call.workspace.clock.advance(200)
    assert texts(call) == ["first", "second", "third"]


def test_a_message_called_off_is_never_posted(call: Caller) -> None:
    id = put_off(call)
    call.ok("chat.deleteScheduledMessage", channel=SUPPORT, scheduled_message_id=id)
    call.workspace.clock.advance(200)
    assert texts(call) == []
    answer = call.error("chat.deleteScheduledMessage", channel=SUPPORT, scheduled_message_id=id)
    assert answer == "invalid_scheduled_message_id"


def test_a_message_is_called_off_by_its_app_and_its_channel_only(call: Caller) -> None:
    id = put_off(call)
    assert call.error("chat.deleteScheduledMessage", channel=ALONE, scheduled_message_id=id) == (
        "invalid_scheduled_message_id"
    )
    call.workspace.scheduled[id].app = "A0OTHER000"
    assert call.error("chat.deleteScheduledMessage", channel=SUPPORT, scheduled_message_id=id) == (
        "invalid_scheduled_message_id"
    )
    assert listed(call) == []


def test_a_message_is_not_posted_into_an_archived_channel_or_for_an_app_that_is_gone(call: Caller) -> None:
    put_off(call)
    call.workspace.channels[SUPPORT].archived = True
    call.workspace.clock.advance(200)
    call.workspace.channels[SUPPORT].archived = False
    put_off(call, SOON + 200)
    call.workspace.apps[APP].revoked = True
    call.workspace.clock.advance(200)
    assert texts(call) == []


def test_a_message_is_posted_though_the_workspace_was_started_again(call: Caller) -> None:
    put_off(call)
    call.workspace.clock = Clock(stands_at=call.workspace.clock.now())
    wake(call.workspace)
    call.workspace.clock.advance(200)
    assert texts(call) == ["Later"]


@pytest.mark.parametrize(
    ("bounds", "count"),
    [({}, 3), ({"oldest": SOON + 1}, 2), ({"latest": SOON + 1}, 2), ({"oldest": SOON + 1, "latest": SOON + 1}, 1)],
)
def test_what_is_put_off_is_listed_within_bounds(call: Caller, bounds: dict[str, int], count: int) -> None:
    for n in (2, 0, 1):
        put_off(call, SOON + n)
    times = [one["post_at"] for one in call.ok("chat.scheduledMessages.list", **bounds)["scheduled_messages"]]
    assert (len(times), times) == (count, sorted(times))
    assert listed(call, channel=ALONE) == []


def test_what_is_put_off_is_listed_in_pages(call: Caller) -> None:
    ids = [put_off(call, SOON + n) for n in range(5)]
    first = call.ok("chat.scheduledMessages.list", limit=3)
    following = first["response_metadata"]["next_cursor"]
    assert [one["id"] for one in first["scheduled_messages"]] + listed(call, cursor=following) == ids


def test_a_time_lies_ahead_but_not_too_far(call: Caller) -> None:
    put_off(call, int(NOON) + 1)
    put_off(call, int(NOON) + 120 * 86_400)
    assert call.error("chat.scheduleMessage", channel=SUPPORT, text="x", post_at=int(NOON)) == "time_in_past"
    assert call.error("chat.scheduleMessage", channel=SUPPORT, text="x") == "invalid_arguments"
    for post_at in ("", "1.5", "１e9", "x" * 5_000):
        assert call.error("chat.scheduleMessage", channel=SUPPORT, text="x", post_at=post_at) == "invalid_time"
