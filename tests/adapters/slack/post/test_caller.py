"""Every call in its turn, and every failure as an error that says what to do."""

import asyncio
import logging
import socket
from datetime import timedelta

import aiohttp
import pytest

from bot.adapters.slack.post.caller import Answer, Caller, client_of
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.trouble import Barred
from bot.domain.errors import BotError, Broken, Transient, Uncertain, Unreachable
from tests.adapters.slack.post.place import Stand


async def post(slack: Stand, text: str = "Hello", *, channel: str = "support", **how: Urgency) -> Answer:
    return await slack.caller.call(
        "chat.postMessage", {"channel": slack.channel(channel), "text": text}, urgency=how.get("urgency", Urgency.TELL)
    )


async def failed(slack: Stand, method: str = "chat.postMessage", **arguments: object) -> BotError:
    given = arguments or {"channel": slack.channel("support"), "text": "Hello"}
    with pytest.raises(BotError) as error:
        await slack.caller.call(method, given)
    return error.value


# --- calling ------------------------------------------------------------------------------------------------------


async def test_an_answer_is_given_back_as_slack_gave_it(slack: Stand) -> None:
    answer = await post(slack)
    assert answer["ok"] is True
    assert [one.ts for one in slack.written("support")] == [answer["ts"]]


async def test_what_is_left_out_is_not_sent(slack: Stand) -> None:
    await slack.caller.call("conversations.history", {"channel": slack.channel("support"), "cursor": None})
    (request,) = await slack.requests("conversations.history")
    assert "cursor" not in request


async def test_the_bot_asks_once_who_it_is(slack: Stand) -> None:
    me = await slack.caller.me()
    assert (me.team, me.user) == (slack.team, slack.user("opsbot"))
    assert await slack.caller.me() == me
    assert await slack.calls("auth.test") == ["ok"]


async def test_a_list_is_read_to_its_end(slack: Stand) -> None:
    found = [one["id"] async for one in slack.caller.pages("users.list", "members", {"limit": 4})]
    assert found == [*slack.desk.workspace.people]
    assert len(await slack.calls("users.list")) > 2


async def test_a_refusal_that_is_expected_is_an_answer(slack: Stand) -> None:
    asked = {"channel": slack.channel("support"), "ts": "1700000000.000100", "text": "Hello"}
    answer = await slack.caller.call("chat.update", asked, expect={"message_not_found"})
    assert answer == {"ok": False, "error": "message_not_found"}


# --- what comes back as an error ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("not_in_channel", Unreachable, "Invite it there"),
        ("is_archived", Unreachable, "archive"),
        ("channel_not_found", Unreachable, "Invite the bot"),
        ("user_not_found", Unreachable, "Mend the name"),
        ("token_revoked", Barred, "new token"),
        ("account_inactive", Barred, "install it again"),
        ("invalid_auth", Barred, "new token"),
        ("msg_too_long", Broken, "a bug of the bot"),
        ("invalid_blocks", Broken, "a bug of the bot"),
        ("something_new", Broken, "something_new"),
        ("service_unavailable", Transient, "just now"),
        ("fatal_error", Uncertain, "Nobody knows"),
    ],
)
async def test_each_refusal_says_whom_to_ask_and_what_to_do(
    slack: Stand, code: str, kind: type[BotError], said: str
) -> None:
    await slack.driver.fault("chat.postMessage", trouble="error", error=code)
    error = await failed(slack)
    assert type(error) is kind
    assert said in error.message
    assert await slack.calls() == [code], "It is not tried again by itself."


async def test_a_right_that_is_missing_is_named(slack: Stand) -> None:
    slack.desk.workspace.apps[next(iter(slack.desk.workspace.apps))].scopes = frozenset({"chat:write"})
    error = await failed(slack, "users.list", limit=1)
    assert isinstance(error, Unreachable)
    assert "add users:read and" in error.message


async def test_blocks_that_do_not_fit_are_named_by_their_place(slack: Stand) -> None:
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3_001}}]
    error = await failed(slack, channel=slack.channel("support"), text="x", blocks=blocks)
    assert "/blocks/0/text/text" in error.message


@pytest.mark.parametrize(
    ("fault", "posting", "reading"),
    [
        ({"trouble": "drop before"}, Uncertain, Transient),
        ({"trouble": "drop after"}, Uncertain, Transient),
        ({"trouble": "garbage"}, Uncertain, Transient),
        ({"trouble": "status", "status": 500, "body": "<html>oh</html>"}, Uncertain, Transient),
        ({"trouble": "status", "status": 502}, Uncertain, Transient),
        ({"trouble": "status", "status": 503, "body": "upstream sad"}, Transient, Transient),
        ({"trouble": "status", "status": 200, "body": "[]"}, Uncertain, Transient),
    ],
)
async def test_what_may_have_arrived_is_uncertain_only_where_twice_is_too_often(
    slack: Stand, fault: dict[str, object], posting: type[BotError], reading: type[BotError]
) -> None:
    await slack.driver.fault("*", times=-1, **fault)
    assert type(await failed(slack)) is posting
    assert type(await failed(slack, "users.info", user=slack.user("mia"))) is reading
    assert type(await failed(slack, "conversations.open", users=slack.user("mia"))) is reading


async def test_an_answer_that_does_not_come_is_not_waited_for(slack: Stand) -> None:
    slack.passing.stands = True
    await slack.driver.fault("chat.postMessage", delay=60)
    caller = slack.another_caller(patience=timedelta(milliseconds=50))
    with pytest.raises(Uncertain, match="did not answer in time"):
        await caller.call("chat.postMessage", {"channel": slack.channel("support"), "text": "Hello"})
    await slack.driver.advance(60)


async def test_where_nobody_listens_surely_nothing_happened() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/api/"
    async with aiohttp.ClientSession() as session:
        caller = Caller(client_of("xoxb-made-for-tests", address, session))
        with pytest.raises(Transient, match="cannot be reached"):
            await caller.call("chat.postMessage", {"channel": "C1", "text": "Hello"})


async def test_a_token_that_was_revoked_is_noted_until_slack_lets_the_bot_in_again(
    slack: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    await slack.driver.ask("app", revoked=True)
    for _ in range(2):
        assert (await failed(slack)).message == slack.caller.barred
    assert [one.levelno for one in caplog.records if one.name.startswith("bot.")] == [logging.CRITICAL]
    await slack.driver.ask("app", revoked=False)
    await post(slack)
    assert slack.caller.barred == ""


async def test_nothing_that_is_said_stands_in_a_log_or_an_error(slack: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await post(slack, "a canary in a message")
    await slack.driver.fault("chat.postMessage", trouble="error", error="invalid_arguments")
    error = await failed(slack, channel=slack.channel("support"), text="a canary in a message")
    connection = slack.there.both.connection
    for secret in ("canary", connection.bot_token):
        assert secret not in caplog.text + str(error)


# --- in turn ------------------------------------------------------------------------------------------------------


async def test_a_burst_into_one_channel_goes_no_faster_than_slack_takes_it(slack: Stand) -> None:
    await slack.driver.limits("real")
    began = slack.passing.now()
    await asyncio.gather(*(post(slack, f"{n}") for n in range(30)))
    assert slack.texts("support") == [f"{n}" for n in range(30)]
    assert {*await slack.calls("chat.postMessage")} == {"ok"}, "Slack never had to refuse one."
    assert 25 <= slack.passing.now() - began <= 30


async def test_one_channel_does_not_wait_for_another(slack: Stand) -> None:
    began = slack.passing.now()
    await asyncio.gather(*(post(slack, channel=name) for name in ("support", "finance", "incidents") * 3))
    assert slack.passing.now() == began


async def test_a_storm_of_refusals_drains_in_order_and_approvals_go_first(slack: Stand) -> None:
    await slack.driver.fault("chat.postMessage", trouble="status", status=429, retry_after="2", times=7)
    later = [post(slack, f"step {n}", urgency=Urgency.PROGRESS) for n in range(4)]
    soon = [post(slack, f"approve {n}", urgency=Urgency.DECIDE) for n in range(4)]
    await asyncio.gather(*later, *soon)
    assert slack.texts("support")[-8:] == [*(f"approve {n}" for n in range(4)), *(f"step {n}" for n in range(4))]


@pytest.mark.parametrize(("said", "waits"), [("0", 1), ("1", 1), ("30", 30), ("", 10), ("soon", 10), ("-5", 10)])
async def test_slack_is_given_the_time_it_asks_for(slack: Stand, said: str, waits: int) -> None:
    await slack.driver.fault("chat.postMessage", trouble="status", status=429, retry_after=said)
    began = slack.passing.now()
    await post(slack)
    assert slack.passing.now() - began == pytest.approx(waits, abs=0.01)


async def test_other_methods_are_called_while_one_has_to_wait(slack: Stand) -> None:
    slack.passing.stands = True
    await slack.driver.fault("chat.postMessage", trouble="status", status=429, retry_after="30")
    posting = asyncio.create_task(post(slack))
    await slack.driver.until_calls("chat.postMessage")
    assert (await slack.caller.me()).team == slack.team
    assert not posting.done()
    slack.passing.stands = False
    slack.passing.look()
    await posting


async def test_what_would_come_too_late_is_given_back_with_how_long_it_takes(slack: Stand) -> None:
    await slack.driver.fault("chat.postMessage", trouble="status", status=429, retry_after="600")
    began = slack.passing.now()
    error = await failed(slack)
    assert isinstance(error, Transient)
    assert error.retry_after == timedelta(minutes=10)
    error = await failed(slack)
    assert isinstance(error, Transient)
    assert error.retry_after == pytest.approx(timedelta(minutes=10), abs=timedelta(seconds=1))
    assert slack.passing.now() == began
    assert await slack.calls("chat.postMessage") == ["429"], "The second never left."


async def test_one_message_is_not_changed_again_and_again(slack: Stand) -> None:
    ts = (await post(slack))["ts"]
    began = slack.passing.now()
    for n in range(6):
        await slack.caller.call("chat.update", {"channel": slack.channel("support"), "ts": ts, "text": f"{n}"})
    assert 8 <= slack.passing.now() - began <= 10


async def test_who_waits_when_the_bot_stops_is_told(slack: Stand) -> None:
    slack.passing.stands = True
    await slack.driver.fault("chat.postMessage", trouble="status", status=429, retry_after="30")
    posting = asyncio.create_task(post(slack))
    await slack.driver.until_calls("chat.postMessage")
    await slack.caller.me()  # by now it is back in the line
    await slack.caller.stop()
    with pytest.raises(Transient, match="stopping"):
        await posting


async def test_who_gives_up_leaves_the_line_to_the_others(slack: Stand) -> None:
    slack.passing.stands = True
    posting = [asyncio.create_task(post(slack, f"{n}")) for n in range(5)]
    await slack.driver.until_calls("chat.postMessage", count=3)
    posting[3].cancel()
    slack.passing.stands = False
    slack.passing.look()
    await asyncio.gather(*posting[:3], posting[4])
    assert slack.texts("support") == ["0", "1", "2", "4"]
