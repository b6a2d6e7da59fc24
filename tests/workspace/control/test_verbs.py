"""What a test can ask of a workspace: time, trouble, limits, a look inside; asked wrongly, it is told so in words."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace.beside import client_of
from bot.workspace.control.driver import Driver, NotDone
from bot.workspace.control.verb import VERBS
from tests.workspace.control.served import NOON, Place, place

Client = Any
"""slack_sdk's own, whose types say little."""


@pytest.fixture
def client(there: Place) -> Client:
    return client_of(there.both.connection)


# --- time --------------------------------------------------------------------------------------------------------


async def test_the_clock_stands_moves_and_runs(driver: Driver) -> None:
    assert await driver.ask("clock") == {"ok": True, "now": NOON, "stands": True}
    await driver.advance(90)
    assert await driver.now() == NOON + 90
    await driver.stop_clock(NOON + 1000)
    assert (await driver.ask("clock"))["now"] == NOON + 1000
    await driver.release_clock()
    assert (await driver.ask("clock"))["stands"] is False


async def test_what_is_due_happens_when_its_time_comes(driver: Driver, client: Client) -> None:
    await client.chat_scheduleMessage(channel="#random", post_at=int(NOON) + 60, text="An hour is over.")
    await driver.advance(59)
    assert not [one for one in await driver.messages("random") if "An hour" in one.text]
    await driver.advance(1)
    assert (await driver.until_message("random", having="An hour is over.")).ts.startswith(str(int(NOON) + 60))


# --- trouble -----------------------------------------------------------------------------------------------------


async def test_a_call_fails_as_often_as_was_said_and_then_no_more(driver: Driver, client: Client) -> None:
    await driver.fault("chat.*", trouble="error", error="restricted_action", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="restricted_action"):
            await client.chat_postMessage(channel="#support", text="x")
    assert (await client.chat_postMessage(channel="#support", text="x"))["ok"]


async def test_a_fault_of_a_channel_is_named_as_people_name_it(driver: Driver, client: Client) -> None:
    channels = {one["name"]: one["id"] for one in (await driver.state("channels"))["channels"]}
    await driver.fault("chat.postMessage", trouble="error", error="fatal_error", channel="#support")
    assert (await client.chat_postMessage(channel=channels["general"], text="x"))["ok"]
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel=channels["support"], text="x")


async def test_a_delivery_that_is_lost_is_told_to_the_person(driver: Driver) -> None:
    await driver.fault("/ops", trouble="drop before", delivery=True)
    with pytest.raises(NotDone, match="cannot be reached"):
        await driver.as_("mia").command("support", "/ops")
    await driver.as_("mia").command("support", "/ops")


async def test_trouble_ends_when_it_is_mended(driver: Driver, client: Client) -> None:
    await driver.fault("*", trouble="error", error="fatal_error", times=-1)
    await driver.mend()
    assert (await client.auth_test())["ok"]
    assert (await driver.ask("faults"))["faults"] == []


async def test_limits_are_as_real_as_is_wanted(driver: Driver, client: Client) -> None:
    await driver.limits("real")

    async def talk() -> None:
        for _ in range(20):
            await client.chat_postMessage(channel="#support", text="x")

    with pytest.raises(SlackApiError, match="ratelimited"):
        await talk()
    await driver.limits("off")
    assert (await client.chat_postMessage(channel="#support", text="x"))["ok"]


# --- looking -----------------------------------------------------------------------------------------------------


async def test_every_part_of_the_state_can_be_looked_at(driver: Driver) -> None:
    mia = driver.as_("mia")
    await mia.command("#support", "/ops")
    await mia.click(await driver.until_message("#support", having="do it"), "reject")
    form = await mia.until_form()
    await mia.open_home()
    await mia.until_home()
    parts = ("people", "groups", "channels", "messages", "whispers", "modals", "homes", "app", "files", "notices")
    state = await driver.state(*parts)
    assert set(parts) | {"ok", "now", "stands", "version"} == set(state)
    assert [one["id"] for one in state["modals"]] == [form.id]
    assert [one["person"] for one in state["homes"]] == [(await driver.person("mia"))["id"]]
    assert state["app"]["name"] == "opsbot"


async def test_no_token_of_the_app_is_shown(driver: Driver, there: Place) -> None:
    connection = there.both.connection
    shown = str(await driver.state("app", "people", "messages")) + str(await driver.log())
    for secret in (connection.bot_token, connection.app_token, connection.signing_secret):
        assert secret not in shown


async def test_a_channel_shows_who_has_read_how_far(driver: Driver) -> None:
    ts = await driver.as_("leo").say("#random", "New.")
    mia, leo = [str((await driver.person(name))["id"]) for name in ("mia", "leo")]
    read = (await driver.channel("#random"))["read"]
    assert read[leo] == ts
    assert read[mia] < ts
    await driver.as_("mia").read("random")
    assert (await driver.channel("#random"))["read"][mia] == ts


async def test_the_log_is_read_from_where_one_left_off(driver: Driver, client: Client) -> None:
    await client.auth_test()
    last = (await driver.ask("log"))["last"]
    await client.api_test()
    assert [one["name"] for one in await driver.log(after=last)] == ["api.test"]


async def test_whoever_waits_is_let_go_when_the_workspace_closes() -> None:
    async with place(app=False) as there:
        waiting = asyncio.create_task(there.driver.ask("state", after=10**9, wait=50))
        await there.driver.now()
        there.both.running.controls.watch.close()
        assert (await waiting)["ok"]


async def test_settle_returns_when_the_app_has_heard_everything(driver: Driver) -> None:
    await driver.as_("mia").say("#support", "hello")
    await driver.settle()
    assert {one["status"] for one in await driver.log("*", way="delivery", answered=False)} == {"ok"}


# --- the app, the people -----------------------------------------------------------------------------------------


async def test_an_app_loses_a_right_and_gets_it_back(driver: Driver, client: Client) -> None:
    await driver.ask("app", scopes=["reactions:write"])
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.chat_postMessage(channel="#support", text="x")
    await driver.ask("app", scopes="all")
    assert (await client.chat_postMessage(channel="#support", text="x"))["ok"]


async def test_a_revoked_app_is_told_and_can_be_let_in_again(driver: Driver, client: Client) -> None:
    await driver.ask("app", revoked=True)
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()
    await driver.ask("app", revoked=False)
    assert (await client.auth_test())["ok"]


async def test_an_app_hears_only_what_it_subscribed_to(driver: Driver) -> None:
    await driver.ask("app", events=["app_mention"])
    await driver.as_("mia").say("#support", "hello @opsbot")
    await driver.settle()
    assert {one["name"] for one in await driver.log("*", way="delivery")} == {"app_mention"}


async def test_an_app_that_moved_is_reached_at_its_new_address(driver: Driver) -> None:
    said = await driver.ask("app", url="http://127.0.0.1:9/slack/events")
    assert said["app"]["url"] == "http://127.0.0.1:9/slack/events"
    with pytest.raises(NotDone, match="cannot be reached"):
        await driver.as_("mia").command("support", "/ops")


async def test_the_address_of_an_app_is_verified(driver: Driver) -> None:
    assert (await driver.ask("verify"))["verified"] is True
    await driver.ask("app", url="http://127.0.0.1:9/slack/events")
    said = await driver.ask("verify")
    assert said["verified"] is False
    assert "could not be verified" in said["problem"]


async def test_sockets_are_told_to_go_and_the_app_comes_back() -> None:
    async with place(socket=True) as there:
        await there.driver.until_calls("apps.connections.open")
        assert await there.driver.disconnect() == 1
        await there.driver.until_calls("apps.connections.open", 2)


async def test_somebody_is_deactivated_and_can_do_nothing(driver: Driver) -> None:
    await driver.ask("person", person="leo", deactivated=True)
    assert (await driver.person("leo"))["deleted"] is True
    with pytest.raises(NotDone, match="deactivated"):
        await driver.as_("leo").say("#random", "I am still here")


async def test_what_somebody_is_changes_for_the_app_too(driver: Driver, client: Client) -> None:
    mia = str((await driver.person("mia"))["id"])
    await driver.ask(
        "person", person="@mia", kind="admin", status="Away", status_emoji=":car:", quiet=600, away=True, title="Boss"
    )
    user = (await client.users_info(user=mia))["user"]
    assert (user["is_admin"], user["profile"]["status_text"], user["profile"]["title"]) == (True, "Away", "Boss")
    assert (await client.dnd_info(user=mia))["dnd_enabled"] is True
    await driver.ask("person", person="mia", quiet=0)
    assert (await client.dnd_info(user=mia))["dnd_enabled"] is False


async def test_groups_have_exactly_those_they_should(driver: Driver, client: Client) -> None:
    await driver.ask("person", person="leo", groups=["leads"])
    groups = {one["handle"]: one["id"] for one in (await client.usergroups_list())["usergroups"]}
    leo = str((await driver.person("leo"))["id"])
    for handle, has in (("leads", True), ("support-team", False), ("finance-team", False)):
        assert (leo in (await client.usergroups_users_list(usergroup=groups[handle]))["users"]) is has


# --- beginning ---------------------------------------------------------------------------------------------------


async def test_many_messages_are_put_in_at_once_and_no_app_hears_of_them(driver: Driver) -> None:
    said = await driver.ask("seed", channel="#random", count=500, messages=[{"by": "mia", "text": "First"}])
    assert len(set(said["ts"])) == 501
    assert said["ts"] == sorted(said["ts"])
    assert (await driver.channel("random"))["messages"] == 503
    await driver.settle()
    assert await driver.log("message*", way="delivery") == []


async def test_a_thread_can_be_put_in(driver: Driver) -> None:
    (ts,) = (await driver.ask("seed", channel="#random", messages=[{"by": "mia", "text": "Root"}]))["ts"]
    await driver.ask("seed", channel="#random", messages=[{"by": "leo", "text": "Reply", "thread": ts}])
    root, reply = await driver.messages("#random", thread=ts)
    assert (root.raw["reply_count"], reply.text) == (1, "Reply")


async def test_everything_begins_anew_under_the_names_it_had(driver: Driver, client: Client) -> None:
    before = await driver.state("people", "groups", "channels")
    await driver.as_("mia").say("#random", "To be forgotten")
    await driver.as_("mia").create_channel("short-lived")
    await driver.ask("person", person="leo", deactivated=True)
    await driver.fault("auth.test", trouble="error", error="fatal_error", times=-1)
    await driver.limits("real")
    await driver.reset()
    after = await driver.state("people", "groups", "channels")
    assert {part: after[part] for part in ("people", "groups", "channels")} == {
        part: before[part] for part in ("people", "groups", "channels")
    }
    assert (await client.auth_test())["ok"], "the app keeps its tokens, and the fault is gone"
    assert [one["name"] for one in await driver.log()] == ["auth.test"]
    await driver.as_("mia").command("#support", "/ops")
    await driver.until_message("#support", having="do it")


async def test_nothing_from_before_comes_after_all_began_anew(driver: Driver) -> None:
    await driver.fault("message*", trouble="drop before", delivery=True, times=2)
    await driver.as_("mia").say("#support", "To be forgotten")
    await driver.settle()
    await driver.reset()
    await driver.advance(1000)
    await driver.settle()
    assert [one["name"] for one in await driver.log("*", way="delivery", answered=False)] == []


# --- asked wrongly -----------------------------------------------------------------------------------------------

WRONG: list[tuple[str, dict[str, object], str]] = [
    ("clok", {}, "The control has no “clok”. Did you mean “clock”?"),
    ("clock", {"advanse": 3}, "There is no argument “advanse”. Did you mean “advance”?"),
    ("clock", {"advance": -1}, "“advance”: Input should be greater than or equal to 0."),
    ("clock", {"advance": 1, "release": True}, "One of set, advance and release at a time."),
    ("clock", {"set": "noon"}, "“set”: Input should be a valid number, unable to parse string as a number."),
    ("faults", {"add": [{"name": "x", "trouble": "error"}]}, "“add.0”: a fault with trouble error needs the error"),
    ("faults", {"add": [{"name": "x", "trouble": "status"}]}, "“add.0”: a fault with trouble status needs a status"),
    ("faults", {"add": [{"name": "x", "retry_after": "1\r\nX: y"}]}, "stands in a header"),
    ("faults", {"add": [{"name": "x", "channel": "nowhere"}]}, "There is no channel “nowhere”."),
    ("limits", {"factor": "some"}, "“factor"),
    ("limits", {}, "The argument “factor” is missing."),
    ("state", {"of": ["massages"]}, "“of.0”: Input should be"),
    ("state", {"of": ["messages"], "channel": "suport"}, "There is no channel “suport”. Did you mean “support”?"),
    ("state", {"of": ["messages"], "channel": "@mia @sam"}, "There is no direct message of @mia @sam yet."),
    ("state", {"wait": 1e9}, "“wait”"),
    ("log", {"way": "sideways"}, "“way”"),
    ("sockets", {"reason": "boredom"}, "“reason”"),
    ("app", {"url": "javascript:alert(1)"}, "is no address of an app"),
    ("app", {"reached": "pigeon"}, "“reached”"),
    ("person", {}, "The argument “person” is missing."),
    ("person", {"person": "miia"}, "Nobody here is called “miia”. Did you mean “mia”?"),
    ("person", {"person": "opsbot", "kind": "owner"}, "opsbot is the bot of an app."),
    ("person", {"person": "mia", "groups": ["leeds"]}, "There is no user group “leeds”. Did you mean “leads”?"),
    ("seed", {"channel": "random", "messages": [{"by": "nobody", "text": "x"}]}, "Nobody here is called “nobody”."),
    ("seed", {"channel": "random", "messages": [{"by": "mia", "text": "x", "thread": "1.2"}]}, "There is no message"),
    ("seed", {"channel": "random", "messages": [{"by": "mia", "blocks": [{"type": "x"}]}]}, "none that Slack accepts"),
    ("reset", {"all": True}, "There is no argument “all”."),
]  # fmt: skip


async def test_what_is_asked_wrongly_is_answered_in_a_sentence(driver: Driver) -> None:
    said: dict[str, str] = {}
    for verb, arguments, sentence in WRONG:
        with pytest.raises(NotDone) as refused:
            await driver.ask(verb, **arguments)
        if sentence not in str(refused.value):
            said[f"{verb} {arguments}"] = str(refused.value)
    assert said == {}


async def test_every_verb_refuses_what_is_no_object(there: Place, driver: Driver) -> None:
    headers = {"X-Control-Token": driver.token}
    async with aiohttp.ClientSession(headers=headers) as session:
        for verb in VERBS:
            for body in (b"[]", b"{", b"\xff", b"null", b'{"a": NaN}', b"[" * 100_000):
                async with session.post(f"{there.address}/control/{verb}", data=body) as response:
                    assert response.status == 400, (verb, body[:10])
                    assert "Send a JSON object" in (await response.json())["error"]


async def test_a_driver_that_was_not_entered_says_so() -> None:
    with pytest.raises(RuntimeError, match="Enter the driver first"):
        await Driver("http://127.0.0.1:1", "x").now()
