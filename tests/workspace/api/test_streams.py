"""Answers written piece by piece."""

import pytest

from bot.workspace.changes.streaming import LIFE
from bot.workspace.changes.waking import wake
from bot.workspace.clock import Clock
from bot.workspace.payload import Json
from bot.workspace.state.change import Change, Edited, Posted
from bot.workspace.state.message import Message
from tests.workspace.api.desk import DIRECT, SECTION, STREAMED, Caller
from tests.workspace.made import APP_BOT, MIA, SUPPORT


def task(id: str = "1", **more: object) -> Json:
    return {"type": "task_update", "id": id, "title": "Look", "status": "in_progress", **more}


def words(text: str) -> Json:
    return {"type": "markdown_text", "text": text}


def message(call: Caller, ts: str) -> Message:
    return call.workspace.channels[SUPPORT].messages[ts]


def kinds(call: Caller, ts: str) -> list[str]:
    return [block["type"] for block in message(call, ts).blocks or []]


def append(call: Caller, ts: str, *chunks: Json, **more: object) -> Json:
    return call.ok("chat.appendStream", channel=SUPPORT, ts=ts, chunks=[*chunks], **more)


def text_in(rich: Json) -> str:
    text: str = rich["elements"][0]["elements"][0]["text"]
    return text


# --- how it goes -------------------------------------------------------------------------------------------------


def test_a_stream_is_a_reply_that_grows(call: Caller) -> None:
    heard: list[Change] = []
    root = call.of_mia("Why?")
    call.workspace.listen(heard.append)
    ts = call.ok("chat.startStream", channel=SUPPORT, thread_ts=root, **STREAMED)["ts"]
    assert message(call, ts).thread_ts == root
    append(call, ts, words("Let me "))
    append(call, ts, markdown_text="see")
    stopped = call.ok("chat.stopStream", channel=SUPPORT, ts=ts, chunks=[words(".")])
    assert stopped["message"]["text"] == "Let me see."
    assert [block["text"] for block in stopped["message"]["blocks"]] == ["Let me see."]
    of_it = [one for one in heard if isinstance(one, (Posted, Edited)) and one.message.ts == ts]
    assert isinstance(of_it[0], Posted)
    assert [one.before["text"] for one in of_it if isinstance(one, Edited)] == ["", "Let me ", "Let me see"]
    assert message(call, ts).edited_ts == ""


def test_a_stream_begins_with_what_it_is_given(call: Caller) -> None:
    ts = call.streaming(markdown_text="First", chunks=[words(" and"), task(), words("then")])
    assert kinds(call, ts) == ["markdown", "task_card", "markdown"]
    assert message(call, ts).text == "First andthen"


def test_a_task_stays_in_its_place_and_its_details_add_up(call: Caller) -> None:
    ts = call.streaming(chunks=[task("a", details="one"), words("meanwhile"), task("b")])
    append(call, ts, task("a", title="Looked", status="complete", details=", two", output="found"))
    append(call, ts, task("a", title="Looked", status="complete"))
    assert kinds(call, ts) == ["task_card", "markdown", "task_card"]
    card = (message(call, ts).blocks or [])[0]
    assert (card["task_id"], card["title"], card["status"]) == ("a", "Looked", "complete")
    assert (text_in(card["details"]), text_in(card["output"])) == ("one, two", "found")


def test_sources_of_a_task_come_as_links(call: Caller) -> None:
    ts = call.streaming(chunks=[task(sources=[{"type": "url", "url": "https://a.example", "text": "FAQ"}])])
    append(call, ts, task(status="complete"))
    ((card,)) = message(call, ts).blocks or []
    assert card["sources"] == [{"type": "url", "url": "https://a.example", "text": "FAQ"}]


def test_tasks_of_a_plan_stand_together(call: Caller) -> None:
    ts = call.streaming(task_display_mode="plan", chunks=[words("I will "), task("a"), words("and "), task("b")])
    assert kinds(call, ts) == ["markdown", "plan", "markdown"]
    append(call, ts, {"type": "plan_update", "title": "Two steps"}, task("a", status="complete"))
    plan = (message(call, ts).blocks or [])[1]
    assert plan["title"] == "Two steps"
    assert [(one["task_id"], one["status"]) for one in plan["tasks"]] == [("a", "complete"), ("b", "in_progress")]


def test_a_title_said_before_any_task_is_kept_for_the_plan(call: Caller) -> None:
    ts = call.streaming(task_display_mode="plan", chunks=[{"type": "plan_update", "title": "Soon"}])
    append(call, ts, task())
    ((plan,)) = message(call, ts).blocks or []
    assert plan["title"] == "Soon"


def test_blocks_come_between_and_at_the_end(call: Caller) -> None:
    ts = call.streaming(chunks=[{"type": "blocks", "blocks": [SECTION]}])
    metadata: Json = {"event_type": "t", "event_payload": {}}
    stopped = call.ok("chat.stopStream", channel=SUPPORT, ts=ts, blocks=[SECTION], metadata=metadata)["message"]
    assert [block["type"] for block in stopped["blocks"]] == ["section", "section"]
    assert len({block["block_id"] for block in stopped["blocks"]}) == 2
    assert stopped["metadata"] == metadata


def test_what_others_hold_of_a_message_does_not_change_under_them(call: Caller) -> None:
    ts = call.streaming(chunks=[words("one"), task()])
    before = call.ok("conversations.replies", channel=SUPPORT, ts=ts)["messages"][0]
    append(call, ts, task(status="complete"), words("two"))
    assert [block["type"] for block in before["blocks"]] == ["markdown", "task_card"]
    assert before["blocks"][1]["status"] == "in_progress"


# --- how it ends -------------------------------------------------------------------------------------------------


def test_a_stream_nobody_ends_is_ended_after_five_minutes(call: Caller) -> None:
    ts = call.streaming(markdown_text="Let me")
    call.workspace.clock.advance(LIFE - 1)
    append(call, ts, words(" see"))
    call.workspace.clock.advance(1)
    for method, more in (("chat.appendStream", {"markdown_text": "x"}), ("chat.stopStream", {})):
        assert call.error(method, channel=SUPPORT, ts=ts, **more) == "message_not_in_streaming_state"
    assert message(call, ts).text == "Let me see"
    call.ok("chat.update", channel=SUPPORT, ts=ts, markdown_text="Let me see: yes")


def test_a_stream_ends_though_the_workspace_was_started_again(call: Caller) -> None:
    ts = call.streaming()
    call.workspace.clock = Clock(stands_at=call.workspace.clock.now())
    wake(call.workspace)
    call.workspace.clock.advance(LIFE)
    assert message(call, ts).stream is None


def test_a_message_is_edited_only_once_its_stream_is_over(call: Caller) -> None:
    ts = call.streaming(markdown_text="x")
    assert call.error("chat.update", channel=SUPPORT, ts=ts, text="y") == "streaming_state_conflict"
    call.ok("chat.stopStream", channel=SUPPORT, ts=ts)
    call.ok("chat.update", channel=SUPPORT, ts=ts, markdown_text="y")


def test_a_stream_whose_message_is_deleted_is_over(call: Caller) -> None:
    ts = call.streaming(markdown_text="x")
    call.ok("chat.delete", channel=SUPPORT, ts=ts)
    assert call.error("chat.appendStream", channel=SUPPORT, ts=ts, markdown_text="y") == "message_not_found"
    call.workspace.clock.advance(LIFE)


def test_a_message_that_was_never_streamed_takes_nothing_more(call: Caller) -> None:
    place = {"channel": SUPPORT, "ts": call.said()}
    assert call.error("chat.appendStream", markdown_text="x", **place) == "message_not_in_streaming_state"


def test_stopping_can_say_how_the_session_stands(call: Caller) -> None:
    ts = call.streaming()
    call.ok("chat.stopStream", channel=SUPPORT, ts=ts, session_status="suspended")
    (session,) = call.workspace.sessions.values()
    assert (session.thread_ts, session.stage) == (message(call, ts).thread_ts, "suspended")


# --- what is refused ---------------------------------------------------------------------------------------------


def test_a_direct_message_needs_no_recipient(call: Caller) -> None:
    call.ok("chat.startStream", channel=DIRECT, thread_ts=call.of_mia(channel=DIRECT))


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "poem"},
        {"type": []},
        {},
        "text",
        words("x") | {"text": 5},
        task(title="x" * 257),
        task(details="x" * 257),
        task(output="x" * 257),
        task(status="asleep"),
        task(id=""),
        task(title=None),
        task(sources="https://a.example"),
        task(sources=[{"type": "url"}]),
        task(sources=[{"type": "file", "url": "x"}]),
        {"type": "plan_update", "title": "x" * 257},
        {"type": "plan_update"},
    ],
)
def test_a_chunk_that_is_none_is_refused_and_nothing_is_added(call: Caller, chunk: object) -> None:
    ts = call.streaming(markdown_text="before")
    answer = call("chat.appendStream", channel=SUPPORT, ts=ts, chunks=[words("x"), chunk])
    assert answer["error"] == "invalid_chunks"
    assert message(call, ts).text == "before"


@pytest.mark.parametrize("field", ["title", "details", "output"])
def test_a_field_of_a_task_holds_256_characters(call: Caller, field: str) -> None:
    call.streaming(chunks=[task(**{field: "x" * 256})])


def test_twelve_thousand_characters_come_at_once_and_not_one_more(call: Caller) -> None:
    ts = call.streaming(markdown_text="x" * 12_000)
    append(call, ts, words("x" * 6_000), words("x" * 6_000))
    chunks = [words("x" * 6_000), words("x" * 6_001)]
    assert call.error("chat.appendStream", channel=SUPPORT, ts=ts, chunks=chunks) == "msg_too_long"
    assert len(message(call, ts).text) == 24_000


def test_a_message_holds_fifty_tasks(call: Caller) -> None:
    ts = call.streaming(chunks=[task(f"{n}") for n in range(50)])
    append(call, ts, *(task(f"{n}", status="complete") for n in range(50)))
    assert call.error("chat.appendStream", channel=SUPPORT, ts=ts, chunks=[task("50")]) == "msg_blocks_too_many"
    assert len(message(call, ts).blocks or []) == 50


def test_a_message_is_dressed_as_the_call_says(call: Caller) -> None:
    ts = call.streaming(username="Refunds", icon_emoji=":moneybag:")
    assert (message(call, ts).username, message(call, ts).bot) == ("Refunds", APP_BOT)
    assert message(call, ts).user != MIA
