"""What was said, in pages: order, bounds, cursors."""

import base64

import pytest

from bot.workspace.api.paging import cursor, time_of, uncursor
from tests.workspace.api.desk import Caller
from tests.workspace.made import ALONE, SUPPORT


def ten(call: Caller) -> list[str]:
    """The times of ten messages, a second apart."""
    times: list[str] = []
    for n in range(10):
        times.append(call.said(str(n)))
        call.workspace.clock.advance(1)
    return times


def history(call: Caller, **more: object) -> list[str]:
    return [one["text"] for one in call.ok("conversations.history", channel=SUPPORT, **more)["messages"]]


def test_the_newest_comes_first(call: Caller) -> None:
    ten(call)
    assert history(call) == list("9876543210")


@pytest.mark.parametrize(
    ("bounds", "texts"),
    [
        ({"oldest": 7}, "98"),
        ({"oldest": 7, "inclusive": True}, "987"),
        ({"latest": 2}, "10"),
        ({"latest": 2, "inclusive": True}, "210"),
        ({"oldest": 2, "latest": 6}, "543"),
        ({"oldest": 2, "latest": 6, "inclusive": True}, "65432"),
        ({"oldest": 6, "latest": 2}, ""),
        ({"oldest": 2, "limit": 3}, "987"),
        ({"latest": 3, "limit": 1, "inclusive": True}, "3"),
    ],
)
def test_bounds_are_left_out_unless_they_are_included(call: Caller, bounds: dict[str, int], texts: str) -> None:
    times = ten(call)
    named = {name: times[value] if name in ("oldest", "latest") else value for name, value in bounds.items()}
    assert history(call, **named) == list(texts)


@pytest.mark.parametrize("given", ["1800000003", "1800000003.0", "1800000003.000000", "1800000003.0000001"])
def test_a_bound_may_be_spelled_shorter_or_longer(call: Caller, given: str) -> None:
    ten(call)
    assert history(call, latest=given) == list("210")
    assert history(call, oldest="0", latest=given, inclusive="1") == list("3210")


@pytest.mark.parametrize("limit", [1, 3, 4, 9, 10, 11])
def test_pages_hold_everything_once_and_end(call: Caller, limit: int) -> None:
    ten(call)
    seen: list[str] = []
    following = ""
    for _ in range(11):
        page = call.ok("conversations.history", channel=SUPPORT, limit=limit, cursor=following)
        assert 0 < len(page["messages"]) <= limit
        seen += [one["text"] for one in page["messages"]]
        following = page["response_metadata"]["next_cursor"]
        assert page["has_more"] is bool(following)
        if not following:
            break
    assert seen == list("9876543210")


def test_a_page_goes_on_where_it_stopped_though_more_was_said(call: Caller) -> None:
    ten(call)
    following = call.ok("conversations.history", channel=SUPPORT, limit=4)["response_metadata"]["next_cursor"]
    call.said("new")
    assert history(call, limit=4, cursor=following) == list("5432")


def test_a_page_goes_on_though_the_next_message_is_gone(call: Caller) -> None:
    times = ten(call)
    following = call.ok("conversations.history", channel=SUPPORT, limit=4)["response_metadata"]["next_cursor"]
    call.ok("chat.delete", channel=SUPPORT, ts=times[5])
    assert history(call, limit=4, cursor=following) == list("4321")


def test_a_cursor_looks_like_slacks(call: Caller) -> None:
    times = ten(call)
    following = call.ok("conversations.history", channel=SUPPORT, limit=4)["response_metadata"]["next_cursor"]
    assert base64.b64decode(following).decode() == f"next_ts:{times[5].replace('.', '')}"
    people = call.ok("users.list", limit=1)["response_metadata"]["next_cursor"]
    assert people.startswith("dXNlcjpV")
    channels = call.ok("conversations.list", limit=1)["response_metadata"]["next_cursor"]
    assert channels.startswith("dGVhbTpD")


@pytest.mark.parametrize(
    "given", ["x", "====", "bmV4dF90czo=", cursor("next_ts", "soon"), cursor("user", "U1"), "ünicode", "a" * 5_000]
)
def test_a_cursor_that_is_none_is_refused(call: Caller, given: str) -> None:
    assert call.error("conversations.history", channel=SUPPORT, cursor=given) == "invalid_cursor"


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert uncursor("user", cursor("user", "U0MIA00000")) == "U0MIA00000"
    assert uncursor("message", cursor("message", "C1:1.2")) == "C1:1.2"
    assert uncursor("user", "") == ""


@pytest.mark.parametrize(
    ("given", "sorted_as"),
    [("1", "0000000001.000000"), ("1800000000.1", "1800000000.100000"), ("1800000000.", "1800000000.000000")],
)
def test_a_time_takes_the_form_that_sorts(given: str, sorted_as: str) -> None:
    assert time_of(given, "x") == sorted_as


def test_more_than_slack_gives_at_once_is_cut_and_no_number_is_refused(call: Caller) -> None:
    for n in range(1_001):
        call.said(str(n))
    assert len(history(call, limit=5_000)) == 999
    assert len(history(call)) == 100
    for limit in (-1, "ten", "1e3"):
        assert call.error("conversations.history", channel=SUPPORT, limit=limit) == "invalid_limit"
    assert len(history(call, limit="")) == len(history(call, limit=0)) == 100


def test_only_who_is_in_a_channel_reads_it(call: Caller) -> None:
    assert call.error("conversations.history", channel=ALONE) == "not_in_channel"
    call.ok("conversations.join", channel=ALONE)
    assert call.ok("conversations.history", channel=ALONE)["messages"][0]["subtype"] == "channel_join"


# --- threads -----------------------------------------------------------------------------------------------------


def replies(call: Caller, ts: str, **more: object) -> list[str]:
    return [one["text"] for one in call.ok("conversations.replies", channel=SUPPORT, ts=ts, **more)["messages"]]


def thread(call: Caller) -> list[str]:
    """A root and five replies, a second apart."""
    times = [call.said("root")]
    for n in range(5):
        call.workspace.clock.advance(1)
        times.append(call.said(str(n), thread_ts=times[0]))
    return times


def test_a_thread_begins_with_its_root_and_goes_on_in_order(call: Caller) -> None:
    root, *_ = thread(call)
    assert replies(call, root) == ["root", *"01234"]
    assert history(call) == ["root"]


def test_a_message_nobody_replied_to_comes_alone(call: Caller) -> None:
    assert replies(call, call.said("alone")) == ["alone"]


def test_a_reply_named_by_itself_comes_alone(call: Caller) -> None:
    times = thread(call)
    assert replies(call, times[3]) == ["2"]


def test_bounds_leave_the_root(call: Caller) -> None:
    times = thread(call)
    assert replies(call, times[0], oldest=times[2], latest=times[5]) == ["root", "2", "3"]
    assert replies(call, times[0], oldest=times[2], latest=times[5], inclusive=True) == ["root", *"1234"]


@pytest.mark.parametrize("limit", [1, 2, 4, 6, 7])
def test_a_thread_comes_in_pages(call: Caller, limit: int) -> None:
    root, *_ = thread(call)
    seen: list[str] = []
    following = ""
    for _ in range(7):
        page = call.ok("conversations.replies", channel=SUPPORT, ts=root, limit=limit, cursor=following)
        seen += [one["text"] for one in page["messages"]]
        following = page["response_metadata"]["next_cursor"]
        if not following:
            break
    assert seen == ["root", *"01234"]


def test_a_thread_is_named_or_refused(call: Caller) -> None:
    assert call("conversations.replies", channel=SUPPORT)["error"] == "invalid_arguments"
    for ts in ("", "yesterday", "1800000099.000000"):
        assert call.error("conversations.replies", channel=SUPPORT, ts=ts) == "thread_not_found"
