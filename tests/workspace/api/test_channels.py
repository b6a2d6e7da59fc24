"""Channels: who sees, joins, leaves, names and archives them."""

import pytest

from bot.workspace.state.change import Change, ChannelChanged, Joined, Left
from tests.workspace.api.desk import DIRECT, Caller
from tests.workspace.made import ALONE, BOT, GENERAL, GRETA, MIA, OLGA, PIA, SAM, SECRET, SHARED, SUPPORT


def ids(call: Caller, method: str = "conversations.list", **more: object) -> list[str]:
    return [one["id"] for one in call.ok(method, **more)["channels"]]


def test_public_channels_are_listed_and_private_ones_only_with_the_bot_in_them(call: Caller) -> None:
    assert ids(call) == [GENERAL, SUPPORT, SHARED, ALONE]
    assert ids(call, types="private_channel") == []
    call.workspace.channels[SECRET].people[BOT] = None
    assert ids(call, types="private_channel,im") == [SECRET, DIRECT]
    assert ids(call, types=["im"]) == [DIRECT]


def test_archived_channels_are_left_out_where_the_call_asks(call: Caller) -> None:
    call.workspace.channels[SUPPORT].archived = True
    assert SUPPORT in ids(call)
    assert SUPPORT not in ids(call, exclude_archived=True)


def test_the_channels_of_a_person_are_those_the_bot_sees(call: Caller) -> None:
    every = "public_channel,private_channel,im,mpim"
    assert ids(call, "users.conversations", types=every) == [GENERAL, SUPPORT, SHARED, DIRECT]
    assert ids(call, "users.conversations", user=OLGA, types=every) == [GENERAL, SUPPORT, ALONE]
    assert ids(call, "users.conversations", user=PIA) == [SHARED]


def test_a_channel_says_whether_the_bot_is_in_it(call: Caller) -> None:
    assert call.ok("conversations.info", channel=SUPPORT)["channel"]["is_member"] is True
    alone = call.ok("conversations.info", channel=ALONE, include_num_members=1, include_locale=1)["channel"]
    assert (alone["is_member"], alone["num_members"], alone["locale"]) == (False, 1, "en-US")
    assert "last_read" not in alone
    shared = call.ok("conversations.info", channel=SHARED)["channel"]
    assert (shared["is_ext_shared"], shared["shared_team_ids"]) == (True, ["T0ACME0000", "T0PARTNER0"])


def test_a_direct_message_says_whom_it_is_with(call: Caller) -> None:
    direct = call.ok("conversations.info", channel=DIRECT)["channel"]
    assert (direct["is_im"], direct["user"]) == (True, MIA)


# --- opened ------------------------------------------------------------------------------------------------------


def test_a_direct_message_is_opened_once(call: Caller) -> None:
    first = call.ok("conversations.open", users=SAM)
    assert set(first) == {"ok", "channel"}
    assert set(first["channel"]) == {"id"}
    again = call.ok("conversations.open", users=SAM, return_im=True)
    assert (again["no_op"], again["already_open"], again["channel"]["id"]) == (True, True, first["channel"]["id"])
    resumed = call.ok("conversations.open", channel=first["channel"]["id"])
    assert resumed["channel"]["id"] == first["channel"]["id"]


def test_a_direct_message_of_several_has_a_name(call: Caller) -> None:
    for users in (f"{MIA},{SAM}", [MIA, SAM], f'["{MIA}", "{SAM}"]', f" {SAM} , {MIA},{SAM}"):
        channel = call.ok("conversations.open", users=users, return_im=True)["channel"]
        assert (channel["is_mpim"], channel["name"].startswith("mpdm-")) == (True, True)
    assert len(ids(call, types="mpim")) == 1


def test_nothing_is_opened_where_the_call_forbids_it(call: Caller) -> None:
    assert call.error("conversations.open", users=SAM, prevent_creation=True) == "channel_not_found"
    assert call.ok("conversations.open", users=MIA, prevent_creation=True)["channel"]["id"] == DIRECT


def test_what_is_unread_is_counted(call: Caller) -> None:
    for text in ("one", "two"):
        call.of_mia(text, channel=DIRECT)
    channel = call.ok("conversations.open", users=MIA, return_im=True)["channel"]
    assert (channel["unread_count"], channel["latest"]["text"]) == (2, "two")
    call.ok("conversations.mark", channel=DIRECT, ts=channel["latest"]["ts"])
    assert call.ok("conversations.open", users=MIA, return_im=True)["channel"]["unread_count"] == 0


# --- joined, left, invited ---------------------------------------------------------------------------------------


def heard_by(call: Caller) -> list[Change]:
    heard: list[Change] = []
    call.workspace.listen(heard.append)
    return heard


def test_joining_twice_is_a_warning(call: Caller) -> None:
    heard = heard_by(call)
    assert call.ok("conversations.join", channel=ALONE)["channel"]["is_member"] is True
    again = call.ok("conversations.join", channel=ALONE)
    assert again["warning"] == "already_in_channel"
    assert again["response_metadata"] == {"warnings": ["already_in_channel"]}
    assert [one.person for one in heard if isinstance(one, Joined)] == [BOT]


def test_leaving_twice_says_that_the_bot_was_not_there(call: Caller) -> None:
    assert call.ok("conversations.leave", channel=SUPPORT) == {"ok": True}
    assert call.ok("conversations.leave", channel=SUPPORT) == {"ok": True, "not_in_channel": True}


def test_nobody_is_invited_where_one_cannot_be(call: Caller) -> None:
    answer = call("conversations.invite", channel=SUPPORT, users=f"{GRETA},{SAM},U0NOBODY00")
    assert answer["error"] == "already_in_channel"
    assert [(one["user"], one["error"]) for one in answer["errors"]] == [
        (SAM, "already_in_channel"),
        ("U0NOBODY00", "user_not_found"),
    ]
    assert GRETA not in call.workspace.channels[SUPPORT].people


def test_those_who_can_be_are_invited_where_the_call_insists(call: Caller) -> None:
    heard = heard_by(call)
    answer = call.ok("conversations.invite", channel=SUPPORT, users=f"{GRETA},{SAM}", force=True)
    assert [one["user"] for one in answer["errors"]] == [SAM]
    assert [(one.person, one.inviter) for one in heard if isinstance(one, Joined)] == [(GRETA, BOT)]
    assert call.error("conversations.invite", channel=SUPPORT, users=SAM, force=True) == "already_in_channel"


def test_somebody_from_another_team_is_invited_only_to_what_is_shared_with_them(call: Caller) -> None:
    call.workspace.channels[SHARED].people.pop(PIA)
    call.ok("conversations.invite", channel=SHARED, users=PIA)
    assert call.error("conversations.invite", channel=SUPPORT, users=PIA) == "no_external_invite_permission"


def test_who_is_removed_is_told_of(call: Caller) -> None:
    heard = heard_by(call)
    call.ok("conversations.kick", channel=SUPPORT, user=SAM)
    assert [one.person for one in heard if isinstance(one, Left)] == [SAM]


# --- made, named, archived ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["incident-7", "a_b", "ünïcode", "日本", "x" * 80, "#with-sign", "2026"])
def test_a_channel_is_called_what_slack_allows(call: Caller, name: str) -> None:
    channel = call.ok("conversations.create", name=name)["channel"]
    assert channel["name"] == name.removeprefix("#")
    assert (channel["is_member"], channel["creator"], channel["is_private"]) == (True, BOT, False)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Upper", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("dot.dot", "invalid_name_specials"),
        ("a/b", "invalid_name_specials"),
        ("__", "invalid_name_punctuation"),
        ("#", "invalid_name_punctuation"),
        ("support", "name_taken"),
        ("secret", "name_taken"),
        ("here", "name_taken"),
    ],
)
def test_a_channel_is_not_called_otherwise(call: Caller, name: str, error: str) -> None:
    assert call.error("conversations.create", name=name) == error


def test_a_private_channel_is_seen_by_who_is_in_it(call: Caller) -> None:
    channel = call.ok("conversations.create", name="hush", is_private="true")["channel"]
    assert (channel["is_private"], channel["is_group"], channel["is_channel"]) == (True, True, False)
    assert not call.workspace.may_see(MIA, call.workspace.channels[channel["id"]])
    assert call.error("conversations.join", channel=channel["id"]) == "method_not_supported_for_channel_type"


def test_a_channel_is_renamed_archived_and_brought_back(call: Caller) -> None:
    heard = heard_by(call)
    id = call.ok("conversations.create", name="old")["channel"]["id"]
    assert call.ok("conversations.rename", channel=id, name="new")["channel"]["name"] == "new"
    call.ok("conversations.archive", channel=id)
    for method, more in (("chat.postMessage", {"text": "x"}), ("conversations.rename", {"name": "y"})):
        assert call.error(method, channel=id, **more) == "is_archived"
    call.ok("conversations.unarchive", channel=id)
    call.ok("chat.postMessage", channel=id, text="x")
    what = [one.what.value for one in heard if isinstance(one, ChannelChanged)]
    assert what == ["created", "renamed", "archived", "unarchived"]


@pytest.mark.parametrize("what", ["topic", "purpose"])
def test_a_topic_is_set_and_taken_away(call: Caller, what: str) -> None:
    method = f"conversations.set{what.title()}"
    for text in ("Orders & refunds", "x" * 250, ""):
        assert call.ok(method, channel=SUPPORT, **{what: text})["channel"][what]["value"] == text
    notes = [one["text"] for one in call.ok("conversations.history", channel=SUPPORT)["messages"]]
    assert notes[0] == f"<@{BOT}> cleared the channel {what}"
    assert call.error(method, channel=SUPPORT) == "invalid_arguments"
