"""Answers that come later: at an address, five times in half an hour, and only what can be shown."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.workspace.changes.forgetting import begin_anew
from bot.workspace.changes.granting import grant_response_url
from bot.workspace.changes.posting import delete, dismiss, post, whisper
from bot.workspace.delivery.answering import LONGEST_TEXT, respond, response_address
from bot.workspace.delivery.responding import LARGEST
from bot.workspace.fault import Fault, Trouble
from bot.workspace.log import Way
from bot.workspace.payload import Json
from bot.workspace.state.grant import RESPONSE_SECONDS, RESPONSE_USES, ResponseUrl
from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace
from tests.workspace.delivery.bench import Bench, opened
from tests.workspace.made import APP, APP_BOT, BOT, GENERAL, MIA, SUPPORT, made_workspace

BLOCKS: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        yield bench


def of_app(**more: Any) -> Message:
    return Message(channel=SUPPORT, user=BOT, app=APP, bot=APP_BOT, text="card", **more)


def granted(workspace: Workspace, message: Message | None = None) -> ResponseUrl:
    """The right to answer a command, or a click on a message."""
    ts, only_for = (message.ts, message.only_for) if message else ("", "")
    return grant_response_url(workspace, APP, MIA, SUPPORT, message_ts=ts, ephemeral=bool(only_for))


def messages(workspace: Workspace) -> list[Message]:
    return [*workspace.channels[SUPPORT].messages.values()]


def whispers(workspace: Workspace) -> list[Message]:
    return [*workspace.whispers.values()]


# --- what an answer does -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{}, {"response_type": "ephemeral"}, {"response_type": "nonsense"}])
def test_an_answer_is_for_the_one_person_unless_it_says_otherwise(said: Json) -> None:
    workspace = made_workspace()
    assert respond(workspace, granted(workspace), {"text": "a < b", "blocks": BLOCKS} | said) == ""
    [whisper] = whispers(workspace)
    assert (whisper.only_for, whisper.user, whisper.app, whisper.text) == (MIA, BOT, APP, "a &lt; b")
    assert whisper.blocks is not None
    assert whisper.blocks[0]["block_id"]
    assert messages(workspace) == []


def test_an_answer_for_the_channel_stands_in_it() -> None:
    workspace = made_workspace()
    del workspace.channels[SUPPORT].people[BOT]
    body = {"response_type": "in_channel", "text": "Started", "attachments": [{"text": "more", "blocks": BLOCKS}]}
    assert respond(workspace, granted(workspace), body) == ""
    [message] = messages(workspace)
    assert (message.text, message.user, message.bot) == ("Started", BOT, APP_BOT)
    assert message.attachments is not None
    assert message.attachments[0]["id"] == 1


def test_an_answer_replaces_the_message_that_was_clicked() -> None:
    workspace = made_workspace()
    message = post(workspace, of_app(blocks=BLOCKS))
    grant = granted(workspace, message)
    assert respond(workspace, grant, {"replace_original": True, "text": "Approved"}) == ""
    assert [(one.text, one.blocks) for one in messages(workspace)] == [("Approved", None)]
    assert respond(workspace, grant, {"replace_original": "true", "text": "Done"}) == ""
    assert messages(workspace)[0].text == "Done"


def test_an_answer_to_a_click_on_what_one_person_sees_replaces_that() -> None:
    workspace = made_workspace()
    message = whisper(workspace, of_app(only_for=MIA))
    assert respond(workspace, granted(workspace, message), {"replace_original": True, "text": "Approved"}) == ""
    assert [(one.text, one.ts) for one in whispers(workspace)] == [("Approved", message.ts)]
    assert messages(workspace) == []


@pytest.mark.parametrize("only_for", ["", MIA])
def test_an_answer_takes_the_clicked_message_away(only_for: str) -> None:
    workspace = made_workspace()
    put = whisper if only_for else post
    message = put(workspace, of_app(only_for=only_for))
    assert respond(workspace, granted(workspace, message), {"delete_original": True}) == ""
    assert (messages(workspace), whispers(workspace)) == ([], [])


@pytest.mark.parametrize("body", [{"delete_original": True}, {"replace_original": True, "text": "x"}])
@pytest.mark.parametrize("only_for", ["", MIA])
def test_an_answer_about_a_message_that_is_gone_finds_none(body: Json, only_for: str) -> None:
    workspace = made_workspace()
    put, take = (whisper, dismiss) if only_for else (post, delete)
    message = put(workspace, of_app(only_for=only_for))
    grant = granted(workspace, message)
    take(workspace, message)
    assert respond(workspace, grant, body) == "message_not_found"
    assert (messages(workspace), whispers(workspace)) == ([], [])


def test_an_answer_stands_in_a_thread_only_where_it_names_one() -> None:
    workspace = made_workspace()
    root = post(workspace, Message(channel=SUPPORT, user=MIA, text="root"))
    reply = of_app(thread_ts=root.ts)
    post(workspace, reply)
    grant = granted(workspace, reply)
    for thread_ts, stands_in in ((None, ""), (root.ts, root.ts), (reply.ts, root.ts), ("1.2", ""), (7, "")):
        assert respond(workspace, grant, {"text": "x", "response_type": "in_channel", "thread_ts": thread_ts}) == ""
        assert messages(workspace)[-1].thread_ts == stands_in


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": None, "blocks": []}, "no_text"),
        ({"text": 7}, "invalid_arguments"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"blocks": "text"}, "invalid_blocks"),
        ({"text": "x", "attachments": [7]}, "invalid_attachments"),
        ({"text": "x", "metadata": []}, "invalid_metadata_format"),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "msg_too_long"),
        ({"replace_original": True}, "no_text"),
    ],
)
def test_what_cannot_be_shown_is_refused(body: Json, error: str) -> None:
    workspace = made_workspace()
    message = post(workspace, of_app())
    assert respond(workspace, granted(workspace, message), body) == error
    assert [one.text for one in messages(workspace)] == ["card"]


def test_an_answer_that_comes_after_a_new_beginning_finds_nothing() -> None:
    workspace = made_workspace()
    grant = granted(workspace)
    fresh = made_workspace()
    del fresh.channels[SUPPORT]
    begin_anew(workspace, fresh)
    assert respond(workspace, grant, {"text": "x"}) == "channel_not_found"


def test_nothing_new_is_said_in_an_archived_channel() -> None:
    workspace = made_workspace()
    workspace.channels[SUPPORT].archived = True
    assert respond(workspace, granted(workspace), {"text": "x"}) == "is_archived"


# --- the address ---------------------------------------------------------------------------------------------------


def webhook(bench: Bench, grant: ResponseUrl) -> Any:
    """Slack's own client for such addresses."""
    return AsyncWebhookClient(response_address(bench.desk.address, grant))


async def posted(address: str, **how: Any) -> tuple[int, str]:
    """Post something there; the status and the text that come back."""
    async with aiohttp.ClientSession() as session, session.post(address, **how) as answer:
        return answer.status, await answer.text()


async def test_slacks_own_client_answers_five_times_and_no_more(bench: Bench) -> None:
    client = webhook(bench, granted(bench.workspace))
    for n in range(RESPONSE_USES):
        answer = await client.send(text=f"answer {n}", response_type="in_channel")
        assert (answer.status_code, answer.body) == (200, "ok")
    answer = await client.send(text="one too many")
    assert answer.status_code == 404
    assert json.loads(answer.body) == {"ok": False, "error": "used_url"}
    assert [message.text for message in messages(bench.workspace)] == [f"answer {n}" for n in range(5)]


async def test_an_address_is_good_for_half_an_hour(bench: Bench) -> None:
    client = webhook(bench, granted(bench.workspace))
    bench.clock.advance(RESPONSE_SECONDS)
    assert (await client.send(text="in time")).status_code == 200
    bench.clock.advance(1)
    answer = await client.send(text="late")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "expired_url")


async def test_an_answer_that_is_refused_uses_nothing_up(bench: Bench) -> None:
    grant = granted(bench.workspace)
    client = webhook(bench, grant)
    for _ in range(RESPONSE_USES + 1):
        answer = await client.send(text="x", blocks=[{"type": "nonsense"}])
        assert (answer.status_code, json.loads(answer.body)["error"]) == (400, "invalid_blocks")
    assert grant.uses == 0


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"text": "x", "n": NaN}', "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"text=hi", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=1"] * 200), "application/x-www-form-urlencoded"),
        (b"x" * (LARGEST + 1), "application/json"),
    ],
)
async def test_hostile_bytes_are_refused(bench: Bench, body: bytes, content_type: str) -> None:
    address = response_address(bench.desk.address, granted(bench.workspace))
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers={"Content-Type": content_type}) as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["error"] == "invalid_payload"
    assert (messages(bench.workspace), whispers(bench.workspace)) == ([], [])


async def test_an_answer_may_come_as_a_form(bench: Bench) -> None:
    address = response_address(bench.desk.address, granted(bench.workspace))
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data={"payload": '{"text": "from a form"}'}) as answer,
    ):
        assert (answer.status, await answer.text()) == (200, "ok")
    assert whispers(bench.workspace)[0].text == "from a form"


@pytest.mark.parametrize("key", ["none", "..", "%00", "x" * 5_000])
async def test_an_address_nobody_gave_is_not_there(bench: Bench, key: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bench.desk.address}/response/{key}", json={"text": "x"}) as answer,
    ):
        assert answer.status == 404


@pytest.mark.parametrize(
    ("fault", "status", "applied"),
    [
        (Fault(name="response_url", trouble=Trouble.STATUS, status=503, retry_after="7"), 503, False),
        (Fault(name="response_url", trouble=Trouble.STATUS), 500, False),
        (Fault(name="response_url", trouble=Trouble.ERROR, error="expired_url"), 404, False),
        (Fault(name="response_url", trouble=Trouble.ERROR, error="internal_error"), 400, False),
        (Fault(name="response_*", trouble=Trouble.GARBAGE, channel=SUPPORT), 200, True),
        (Fault(name="response_url", trouble=Trouble.DROP_BEFORE), 0, False),
        (Fault(name="response_url", trouble=Trouble.DROP_AFTER), 0, True),
        (Fault(name="response_url", trouble=Trouble.NONE), 200, True),
        (Fault(name="response_url", trouble=Trouble.STATUS, channel=GENERAL), 200, True),
    ],
)
async def test_an_answer_meets_the_trouble_that_is_set(bench: Bench, fault: Fault, status: int, applied: bool) -> None:
    bench.desk.faults.pending.append(fault)
    address = response_address(bench.desk.address, granted(bench.workspace))
    async with aiohttp.ClientSession() as session:
        if status:
            async with session.post(address, json={"text": "x"}) as answer:
                assert answer.status == status
                assert answer.headers.get("Retry-After", "") == fault.retry_after
        else:
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await session.post(address, json={"text": "x"})
    assert bool(whispers(bench.workspace)) is applied


async def test_what_was_answered_is_in_the_log(bench: Bench) -> None:
    await webhook(bench, granted(bench.workspace)).send(text="hello")
    await webhook(bench, granted(bench.workspace)).send(text="")
    good, bad = bench.lines("response_url", way=Way.CALL)
    assert (good.app, good.status, good.request) == (APP, "ok", {"text": "hello"})
    assert bad.status == "no_text"
