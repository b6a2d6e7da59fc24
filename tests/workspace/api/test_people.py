"""People, groups, reactions, pins, agents, and how an app gets its tokens."""

import pytest

from bot.workspace.changes.conversing import STATUS_SECONDS
from bot.workspace.changes.granting import Unusable
from bot.workspace.changes.installing import give_code
from bot.workspace.payload import Json
from bot.workspace.state.change import Change, GroupChanged, PersonChanged, Pinned, Reacted, Revoked, StatusSet
from bot.workspace.state.grant import CODE_SECONDS
from tests.workspace.api.desk import DIRECT, Caller, as_app
from tests.workspace.made import ALONE, APP, APP_BOT, BOT, BOT_TOKEN, DARIO, GRETA, MIA, OLGA, PIA, SAM, SUPPORT


def heard_by(call: Caller) -> list[Change]:
    heard: list[Change] = []
    call.workspace.listen(heard.append)
    return heard


# --- people ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "facts"),
    [
        (OLGA, {"is_owner": True, "is_admin": True, "is_restricted": False}),
        (MIA, {"is_admin": False, "tz": "Europe/Rome", "tz_offset": 3_600, "is_bot": False}),
        (SAM, {"tz": "America/New_York", "tz_offset": -18_000}),
        (GRETA, {"is_restricted": True, "is_ultra_restricted": False}),
        (DARIO, {"deleted": True}),
        (PIA, {"is_stranger": True, "team_id": "T0PARTNER0"}),
        (BOT, {"is_bot": True}),
    ],
)
def test_a_person_is_what_they_are(call: Caller, id: str, facts: Json) -> None:
    user = call.ok("users.info", user=id)["user"]
    assert {name: user[name] for name in facts} == facts


def test_an_address_finds_who_is_still_here(call: Caller) -> None:
    assert call.ok("users.lookupByEmail", email=" MIA@acme.example ")["user"]["id"] == MIA
    call.workspace.people[MIA].deleted = True
    assert call.error("users.lookupByEmail", email="mia@acme.example") == "users_not_found"
    assert call.error("users.lookupByEmail", email="") == "users_not_found"
    assert call.error("users.lookupByEmail") == "invalid_arguments"


def test_everybody_is_listed_at_once_unless_pages_are_asked_for(call: Caller) -> None:
    whole = call.ok("users.list")
    assert len(whole["members"]) == len(call.workspace.people)
    assert whole["response_metadata"] == {"next_cursor": ""}
    first = call.ok("users.list", limit=3)
    rest = call.ok("users.list", limit=300, cursor=first["response_metadata"]["next_cursor"])
    assert [one["id"] for one in first["members"] + rest["members"]] == [*call.workspace.people]


def test_a_bot_is_there_until_it_says_otherwise(call: Caller) -> None:
    heard = heard_by(call)
    assert call.ok("users.getPresence")["presence"] == "active"
    call.ok("users.setPresence", presence="away")
    assert call.ok("users.getPresence", user=BOT)["manual_away"] is True
    call.ok("users.setPresence", presence="auto")
    assert call.ok("users.getPresence")["presence"] == "active"
    assert [one.person for one in heard if isinstance(one, PersonChanged)] == [BOT, BOT]
    assert call.ok("users.getPresence", user=DARIO) == {"ok": True, "presence": "away"}


def test_who_wants_quiet_says_until_when(call: Caller) -> None:
    mia = call.workspace.people[MIA]
    mia.quiet_from, mia.quiet_until = 1_800_000_000, 1_800_003_600
    quiet = {"dnd_enabled": True, "next_dnd_start_ts": 1_800_000_000, "next_dnd_end_ts": 1_800_003_600}
    assert call.ok("dnd.info", user=MIA) == {"ok": True, **quiet}
    team = call.ok("dnd.teamInfo", users=f"{MIA},{SAM},U0NOBODY00")["users"]
    assert (team[MIA], team[SAM]["dnd_enabled"], len(team)) == (quiet, False, 2)
    assert call.ok("dnd.info")["snooze_enabled"] is False


def test_a_bot_is_known_by_its_id(call: Caller) -> None:
    assert call.ok("bots.info")["bot"]["id"] == APP_BOT
    bot = call.ok("bots.info", bot=APP_BOT)["bot"]
    assert (bot["app_id"], bot["user_id"], bot["name"]) == (APP, BOT, "opsbot")


# --- groups ------------------------------------------------------------------------------------------------------


def test_groups_say_as_much_as_they_are_asked_for(call: Caller) -> None:
    (plain,) = call.ok("usergroups.list")["usergroups"]
    (full,) = call.ok("usergroups.list", include_users=1, include_count=1)["usergroups"]
    assert not {"users", "user_count"} & set(plain)
    assert (full["users"], full["user_count"]) == ([OLGA, MIA], 2)


def test_a_group_is_made_filled_and_put_away(call: Caller) -> None:
    heard = heard_by(call)
    group = call.ok("usergroups.create", name="On Call!", channels=SUPPORT)["usergroup"]
    assert (group["handle"], group["id"][0]) == ("on-call", "S")
    id = group["id"]
    filled = call.ok("usergroups.users.update", usergroup=id, users=f"{MIA},{SAM},{MIA}")["usergroup"]
    assert filled["users"] == [MIA, SAM]
    assert call.ok("usergroups.update", usergroup=id, handle="@oncall")["usergroup"]["handle"] == "oncall"
    call.ok("usergroups.disable", usergroup=id)
    assert call.error("usergroups.users.list", usergroup=id) == "no_such_subteam"
    assert call.ok("usergroups.users.list", usergroup=id, include_disabled=1)["users"] == [MIA, SAM]
    assert id not in [one["id"] for one in call.ok("usergroups.list")["usergroups"]]
    call.ok("usergroups.enable", usergroup=id)
    assert call.ok("usergroups.users.list", usergroup=id)["users"] == [MIA, SAM]
    assert {one.group for one in heard if isinstance(one, GroupChanged)} == {id}


# --- reactions and pins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["eyes", ":eyes:", "+1", "-1", "thumbsup::skin-tone-3", "man-shrugging", "8ball"])
def test_a_reaction_is_added_seen_and_taken_back(call: Caller, name: str) -> None:
    heard, place = heard_by(call), {"channel": SUPPORT, "timestamp": call.of_mia()}
    call.ok("reactions.add", name=name, **place)
    (reaction,) = call.ok("reactions.get", **place)["message"]["reactions"]
    assert reaction == {"name": name.strip(":"), "users": [BOT], "count": 1}
    assert call.error("reactions.add", name=name, **place) == "already_reacted"
    call.ok("reactions.remove", name=name, **place)
    assert call.error("reactions.remove", name=name, **place) == "no_reaction"
    assert [one.added for one in heard if isinstance(one, Reacted)] == [True, False]


@pytest.mark.parametrize("name", ["", "::", "Eyes", "👀", "a b", "x" * 101, "thumbsup::skin-tone-7", "../x"])
def test_what_is_no_emoji_is_refused(call: Caller, name: str) -> None:
    assert call.error("reactions.add", name=name, channel=SUPPORT, timestamp=call.said()) == "invalid_name"


def test_reactions_of_a_person_are_listed_the_newest_first(call: Caller) -> None:
    times = [call.said(str(n)) for n in range(5)]
    for ts in times:
        call.ok("reactions.add", name="eyes", channel=SUPPORT, timestamp=ts)
    listed = [one["message"]["ts"] for one in call.ok("reactions.list")["items"]]
    assert listed == times[::-1]
    first = call.ok("reactions.list", limit=2)
    following = first["response_metadata"]["next_cursor"]
    rest = call.ok("reactions.list", cursor=following)["items"]
    assert [one["message"]["ts"] for one in first["items"] + rest] == times[::-1]
    assert [one["message"]["ts"] for one in call.ok("reactions.list", count=2, page=3)["items"]] == times[:1]
    assert call.ok("reactions.list", user=MIA)["items"] == []


def test_a_message_is_pinned_listed_and_taken_off(call: Caller) -> None:
    heard, first, second = heard_by(call), call.said("one"), call.said("two")
    for ts in (first, second):
        call.ok("pins.add", channel=SUPPORT, timestamp=ts)
    items = call.ok("pins.list", channel=SUPPORT)["items"]
    assert [(one["message"]["text"], one["created_by"]) for one in items] == [("two", BOT), ("one", BOT)]
    assert call.ok("conversations.history", channel=SUPPORT)["pin_count"] == 2
    call.ok("pins.remove", channel=SUPPORT, timestamp=first)
    call.ok("chat.delete", channel=SUPPORT, ts=second)
    assert call.ok("pins.list", channel=SUPPORT)["items"] == []
    assert [one.added for one in heard if isinstance(one, Pinned)] == [True, True, False]
    assert call.error("pins.list", channel=ALONE) == "not_in_channel"


# --- agents ------------------------------------------------------------------------------------------------------


def statuses(heard: list[Change]) -> list[str]:
    return [one.text for one in heard if isinstance(one, StatusSet)]


def test_a_status_stands_until_the_app_says_something(call: Caller) -> None:
    root, heard = call.of_mia(channel=DIRECT), heard_by(call)
    call.ok("assistant.threads.setStatus", channel_id=DIRECT, thread_ts=root, status="is thinking…")
    call.said("elsewhere", channel=DIRECT)
    assert statuses(heard) == ["is thinking…"]
    call.said("here", channel=DIRECT, thread_ts=root)
    call.said("again", channel=DIRECT, thread_ts=root)
    assert statuses(heard) == ["is thinking…", ""]


def test_a_status_stands_two_minutes_and_not_longer_than_the_last_one_set(call: Caller) -> None:
    place, heard = {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT)}, heard_by(call)
    call.ok("assistant.threads.setStatus", status="reads", **place)
    call.workspace.clock.advance(STATUS_SECONDS - 1)
    call.ok("assistant.threads.setStatus", status="writes", **place)
    call.workspace.clock.advance(STATUS_SECONDS - 1)
    assert statuses(heard) == ["reads", "writes"]
    call.workspace.clock.advance(1)
    assert statuses(heard) == ["reads", "writes", ""]
    call.ok("assistant.threads.setStatus", status="", **place)
    assert statuses(heard)[-1] == ""


@pytest.mark.parametrize(
    ("loading", "fine"),
    [
        (["Reading", "Writing"], True),
        (["x" * 50] * 10, True),
        (["x"] * 11, False),
        (["x" * 51], False),
        ([], False),
        ([5], False),
        ("Reading", False),
    ],
)
def test_loading_messages_are_few_and_short(call: Caller, loading: object, fine: bool) -> None:
    place = {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT)}
    answer = call("assistant.threads.setStatus", status="x", loading_messages=loading, **place)
    assert answer["ok"] is fine


def test_a_thread_has_a_title_and_prompts(call: Caller) -> None:
    place = {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT)}
    call.ok("assistant.threads.setTitle", title="A refund", **place)
    prompts = [{"title": "Sum up", "message": "Sum this up"}]
    call.ok("assistant.threads.setSuggestedPrompts", prompts=prompts, **place)
    (session,) = call.workspace.sessions.values()
    assert (session.title, session.prompts) == ("A refund", prompts)
    for wrong in ([], prompts * 5, "Sum up", [{"title": "", "message": "x"}]):
        assert call.error("assistant.threads.setSuggestedPrompts", prompts=wrong, **place) == "invalid_arguments"
    lost = place | {"thread_ts": "1600000000.000001"}
    assert call.error("assistant.threads.setTitle", title="x", **lost) == "invalid_thread_ts"


def test_a_session_is_named_when_it_begins_and_renamed_later(call: Caller) -> None:
    place = {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT)}
    begun = call.ok("agents.sessions.setStatus", status="active", title="A trip", initiator_user_id=MIA, **place)
    assert (begun["status"], begun["agent_status"], begun["title"]) == ("active", "active", "A trip")
    assert call.ok("agents.sessions.setStatus", status="processing", title="Ignored", **place)["title"] == "A trip"
    assert call.ok("agents.sessions.rename", title="A long trip", **place)["title"] == "A long trip"
    assert call.ok("agents.sessions.setStatus", status="closed", **place)["title"] == "A long trip"


# --- tokens ------------------------------------------------------------------------------------------------------


def test_a_code_is_good_once_and_for_ten_minutes(call: Caller) -> None:
    app, client = call.workspace.apps[APP], {"client_id": "1.2", "client_secret": "hush"}
    code = give_code(call.workspace, app, MIA, redirect_uri="https://a.example/cb")
    late = give_code(call.workspace, app, MIA)
    assert call.error("oauth.v2.access", code=code.code, **client) == "bad_redirect_uri"
    exchange: Json = {"code": code.code, "redirect_uri": "https://a.example/cb", **client}
    got = call.ok("oauth.v2.access", **exchange)
    assert (got["access_token"], got["authed_user"], got["bot_user_id"]) == (BOT_TOKEN, {"id": MIA}, BOT)
    assert call.error("oauth.v2.access", **exchange) == "invalid_code"
    call.workspace.clock.advance(CODE_SECONDS + 1)
    assert call.error("oauth.v2.access", code=late.code, **client) == "invalid_code"


def test_an_app_that_was_removed_is_installed_again(call: Caller) -> None:
    heard = heard_by(call)
    assert call.ok("auth.revoke", test=1)["revoked"] is False
    call.ok("auth.revoke")
    assert [one.app for one in heard if isinstance(one, Revoked)] == [APP]
    code = give_code(call.workspace, call.workspace.apps[APP], MIA)
    call.ok("oauth.v2.access", code=code.code, client_id="1.2", client_secret="hush")
    call.ok("auth.test")


def test_a_socket_is_opened_with_the_token_of_the_app_itself(call: Caller) -> None:
    assert as_app(call).ok("apps.connections.open")["url"].startswith("ws://127.0.0.1")


def test_the_try_out_gives_back_what_it_was_given(call: Caller) -> None:
    assert call.ok("api.test", foo="bar", token="x")["args"] == {"foo": "bar"}
    given = {"error": "my_error", "foo": "bar"}
    assert call("api.test", **given) == {"ok": False, "error": "my_error", "args": given}
    assert call.ok("api.test") == {"ok": True}
    assert Unusable.USED_TRIGGER.value == "exchanged_trigger_id"
