"""What an app hears of what happens: each event in its shape, to those who may hear it, and to nobody else."""

import base64
import json

import pytest

from bot.workspace.changes import forgetting, gathering, installing, peopling, posting, viewing
from bot.workspace.delivery.announcing import Announcer
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace
from tests.workspace.delivery.happening import HAPPENINGS, Happening, changed, said, whole
from tests.workspace.made import (
    ALONE,
    APP,
    APP_BOT,
    BOT,
    GENERAL,
    MIA,
    OLGA,
    OTHER_TEAM,
    PIA,
    SAM,
    SECRET,
    SHARED,
    SUPPORT,
    TEAM,
    Recording,
    made_app,
    made_workspace,
)

EACH = pytest.mark.parametrize("happening", [pytest.param(one, id=name) for name, one in HAPPENINGS.items()])


def listening(workspace: Workspace | None = None) -> tuple[Workspace, Recording]:
    workspace, courier = workspace or made_workspace(), Recording()
    for app in workspace.apps.values():
        app.url = app.url or "http://127.0.0.1:9/"
    workspace.listen(Announcer(workspace, courier).hear)
    return workspace, courier


def heard(courier: Recording, name: str = "") -> list[Json]:
    """The inner events."""
    return [one.payload["event"] for one in courier.events if name in ("", one.name)]


# --- each of them --------------------------------------------------------------------------------------------------


@EACH
def test_an_event_has_the_keys_that_slacks_has(happening: Happening) -> None:
    workspace, courier = listening()
    happening.do(workspace)
    event = heard(courier, happening.event)[-1]
    assert event["type"] == happening.event.partition(".")[0]
    assert frozenset(event) == happening.keys
    assert event.get("subtype", "") == happening.subtype


@EACH
def test_an_app_hears_only_what_it_subscribed_to(happening: Happening) -> None:
    workspace, courier = listening()
    workspace.apps[APP].events = frozenset({happening.event})
    happening.do(workspace)
    assert {one.name for one in courier.events} == {happening.event}
    workspace, courier = listening()
    workspace.apps[APP].events = frozenset({"something_else"})
    happening.do(workspace)
    assert courier.events == []


@EACH
def test_an_app_hears_only_what_it_may_read(happening: Happening) -> None:
    workspace, courier = listening()
    workspace.apps[APP].scopes = frozenset({happening.scope})
    happening.do(workspace)
    assert heard(courier, happening.event)
    workspace, courier = listening()
    workspace.apps[APP].scopes = frozenset({"chat:write"})
    happening.do(workspace)
    assert bool(heard(courier, happening.event)) is happening.app_only


@EACH
def test_an_envelope_is_slacks(happening: Happening) -> None:
    workspace, courier = listening()
    happening.do(workspace)
    for delivery in courier.events:
        payload = delivery.payload
        assert {*payload} == {
            "token", "team_id", "context_team_id", "context_enterprise_id", "api_app_id", "event", "type",
            "event_id", "event_time", "authorizations", "is_ext_shared_channel", "event_context",
        }  # fmt: skip
        assert payload["authorizations"] == [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ]
        assert (payload["type"], payload["api_app_id"], payload["team_id"]) == ("event_callback", APP, TEAM)
        assert delivery.kind is DeliveryKind.EVENT
        json.dumps(payload)
    assert len({one.payload["event_id"] for one in courier.events}) == len(courier.events)
    assert all(one.payload["event_id"].startswith("Ev") for one in courier.events)


# --- who hears it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [ALONE, SECRET])
def test_an_app_does_not_hear_what_happens_where_it_is_not(channel: str) -> None:
    workspace, courier = listening()
    message = said(workspace, f"<@{BOT}>", channel=channel, user=OLGA)
    posting.react(workspace, message, OLGA, "wave")
    posting.pin(workspace, message, OLGA)
    posting.edit(workspace, message, OLGA, posting.Wording(text="x"))
    posting.delete(workspace, message)
    gathering.join(workspace, workspace.channels[channel], SAM)
    gathering.leave(workspace, workspace.channels[channel], SAM)
    assert courier.events == []


def test_everybody_hears_of_a_public_channel_and_only_members_of_a_private_one() -> None:
    workspace, courier = listening()
    gathering.create(workspace, "secret-2", OLGA, private=True)
    gathering.archive(workspace, workspace.channels[SECRET], OLGA)
    assert courier.events == []
    gathering.archive(workspace, workspace.channels[ALONE], OLGA)
    assert [event["type"] for event in heard(courier)] == ["channel_archive"]


def test_two_apps_hear_each_what_is_theirs() -> None:
    workspace = made_workspace()
    other = made_app()
    other.id, other.user, other.bot, other.verification_token = "A0OTHER000", "U0OTHER000", "B0OTHER000", "other"
    workspace.apps[other.id] = other
    workspace.channels[GENERAL].people[other.user] = None
    workspace, courier = listening(workspace)
    said(workspace, f"<@{other.user}>", channel=GENERAL)
    by_app = [(one.app.id, one.name, one.payload["token"]) for one in courier.events]
    assert by_app == [
        (APP, "message.channels", "verification"),
        (other.id, "message.channels", "other"),
        (other.id, "app_mention", "other"),
    ]


def test_an_app_whose_tokens_are_gone_hears_that_and_nothing_after() -> None:
    workspace, courier = listening()
    assert installing.revoke(workspace, workspace.apps[APP])
    assert not installing.revoke(workspace, workspace.apps[APP])
    said(workspace)
    assert heard(courier) == [
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}, "event_ts": heard(courier)[0]["event_ts"]},
        {"type": "app_uninstalled", "event_ts": heard(courier)[0]["event_ts"]},
    ]


@pytest.mark.parametrize(
    ("reached", "url", "events_url", "events", "listens"),
    [
        (Reached.HTTP, "", "", None, False),
        (Reached.HTTP, "http://a", "", None, True),
        (Reached.HTTP, "", "http://a", None, True),
        (Reached.HTTP, "http://a", "", frozenset[str](), False),
        (Reached.SOCKET, "", "", None, True),
        (Reached.SOCKET, "", "", frozenset({"message.channels"}), True),
        (Reached.SOCKET, "", "", frozenset[str](), False),
    ],
)
def test_an_app_that_no_event_can_be_brought_to_is_told_none(
    reached: Reached, url: str, events_url: str, events: frozenset[str] | None, listens: bool
) -> None:
    workspace, courier = listening()
    app = workspace.apps[APP]
    app.reached, app.url, app.events_url, app.events = reached, url, events_url, events
    said(workspace)
    assert bool(courier.events) is listens is app.listens


def test_what_changed_while_nobody_listened_is_no_news_later() -> None:
    workspace, courier = listening()
    workspace.apps[APP].events = frozenset()
    changed(SAM, status_text="Out")(workspace)
    workspace.apps[APP].events = None
    changed(SAM, title="Lead")(workspace)
    assert [one.name for one in courier.events] == ["user_change", "user_profile_changed"]


# --- messages ------------------------------------------------------------------------------------------------------


def test_what_is_said_in_a_shared_channel_says_whose_team_it_comes_from() -> None:
    workspace, courier = listening()
    said(workspace, channel=SHARED, user=PIA)
    event, payload = heard(courier)[0], courier.events[0].payload
    assert (event["team"], event["user_team"], event["source_team"]) == (OTHER_TEAM,) * 3
    assert payload["is_ext_shared_channel"] is True
    assert payload["team_id"] == TEAM


def test_the_context_of_an_event_can_be_read_as_slacks() -> None:
    workspace, courier = listening()
    said(workspace)
    version, _, packed = courier.events[0].payload["event_context"].partition("-")
    about = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert version == "4"
    assert about == {"et": "message", "tid": TEAM, "aid": APP, "cid": SUPPORT}


def test_a_mention_is_also_a_message() -> None:
    workspace, courier = listening()
    said(workspace, f"hey <@{BOT}|opsbot>, are you there?")
    message, mention = heard(courier)
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert {key: message[key] for key in mention if key != "type"} == {
        key: mention[key] for key in mention if key != "type"
    }


@pytest.mark.parametrize(
    ("text", "subtype", "app"),
    [
        (f"<@{BOT}> has joined the channel", "channel_join", ""),
        (f"<@{BOT}> set the topic", "channel_topic", ""),
        (f"I am <@{BOT}>", "", APP),
        ("@opsbot", "", ""),
        ("<@U0NOBODY00>", "", ""),
        (f"&lt;@{BOT}&gt;", "", ""),
    ],
)
def test_what_only_looks_like_a_mention_is_none(text: str, subtype: str, app: str) -> None:
    workspace, courier = listening()
    said(workspace, text, subtype=subtype, app=app)
    assert [one.name for one in courier.events] == ["message.channels"]


def test_no_mention_is_told_of_in_a_direct_message_or_an_edit() -> None:
    workspace, courier = listening()
    direct = gathering.open_direct(workspace, MIA, BOT)
    said(workspace, f"<@{BOT}>", channel=direct.id)
    posting.edit(workspace, said(workspace, "hello"), MIA, posting.Wording(text=f"<@{BOT}>"))
    assert "app_mention" not in {one.name for one in courier.events}


def test_an_edit_says_what_was_there_before() -> None:
    workspace, courier = listening()
    posting.edit(workspace, said(workspace), MIA, posting.Wording(text="hello!"))
    event = heard(courier)[-1]
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("hello", "hello!")
    assert event["message"]["edited"] == {"user": MIA, "ts": event["ts"]}
    assert event["hidden"] is True
    assert event["ts"] > event["message"]["ts"]


def test_a_deletion_says_what_was_there() -> None:
    workspace, courier = listening()
    message = said(workspace)
    posting.delete(workspace, message)
    event = heard(courier)[-1]
    assert (event["deleted_ts"], event["previous_message"]["text"]) == (message.ts, "hello")
    assert event["event_ts"] > message.ts


def test_that_a_reply_was_counted_is_told_to_nobody() -> None:
    workspace, courier = listening()
    root = said(workspace)
    posting.post(workspace, Message(channel=SUPPORT, user=SAM, text="reply", thread_ts=root.ts))
    assert [event["text"] for event in heard(courier)] == ["hello", "reply"]
    assert heard(courier)[1]["parent_user_id"] == MIA


def test_what_only_one_person_sees_is_told_to_nobody() -> None:
    workspace, courier = listening()
    whisper = Message(channel=SUPPORT, user=BOT, app=APP, bot=APP_BOT, text="psst", only_for=MIA)
    posting.whisper(workspace, whisper)
    posting.whisper_anew(workspace, whisper, posting.Wording(text="still"))
    posting.dismiss(workspace, whisper)
    posting.mark_read(workspace, workspace.channels[SUPPORT], MIA)
    assert courier.events == []


def test_joining_is_told_and_then_said() -> None:
    workspace, courier = listening()
    gathering.join(workspace, workspace.channels[SUPPORT], PIA)
    assert [(one.name, one.payload["event"].get("subtype")) for one in courier.events] == [
        ("member_joined_channel", None),
        ("message.channels", "channel_join"),
    ]
    assert whole(workspace).text == f"<@{PIA}> has joined the channel"
    assert heard(courier)[0]["team"] == OTHER_TEAM


# --- people and groups ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"title": "Lead"}, ["user_change", "user_profile_changed"]),
        ({"status_text": "Out"}, ["user_change", "user_profile_changed", "user_status_changed"]),
        ({"deleted": True}, ["user_change", "user_profile_changed"]),
        ({"quiet_until": 5}, ["dnd_updated_user"]),
        ({"away": True}, []),
        ({}, []),
    ],
)
def test_only_what_is_different_about_somebody_is_told(more: dict[str, object], names: list[str]) -> None:
    workspace, courier = listening()
    changed(SAM, **more)(workspace)
    assert [one.name for one in courier.events] == names
    changed(SAM)(workspace)
    assert [one.name for one in courier.events] == names


def test_quiet_is_told_as_it_is_now() -> None:
    workspace, courier = listening()
    now = int(workspace.clock.now())
    changed(SAM, quiet_from=now, quiet_until=now + 60)(workspace)
    changed(SAM, quiet_from=0, quiet_until=0)(workspace)
    assert [event["dnd_status"]["dnd_enabled"] for event in heard(courier)] == [True, False]


def test_who_came_into_a_group_and_who_left_it_is_told() -> None:
    workspace, courier = listening()
    group = workspace.groups["S0LEADS000"]
    group.people = [OLGA, SAM]
    peopling.settle_group(workspace, group)
    updated, members = heard(courier)
    assert updated["subteam"]["users"] == [OLGA, SAM]
    assert (members["added_users"], members["removed_users"]) == ([SAM], [MIA])
    group.name = "Leaders"
    peopling.settle_group(workspace, group)
    assert [event["type"] for event in heard(courier)[2:]] == ["subteam_updated"]


def test_a_workspace_that_begins_anew_is_known_anew() -> None:
    workspace, courier = listening()
    changed(SAM, title="Lead")(workspace)
    courier.events.clear()
    forgetting.begin_anew(workspace, made_workspace())
    changed(SAM)(workspace)
    assert courier.events == []


def test_a_home_that_was_never_published_is_opened_without_a_view() -> None:
    workspace, courier = listening()
    viewing.visit_home(workspace, APP, MIA, "messages")
    assert heard(courier)[0] == {
        "type": "app_home_opened",
        "user": MIA,
        "channel": "",
        "tab": "messages",
        "event_ts": heard(courier)[0]["event_ts"],
    }


def test_every_event_is_a_delivery_to_the_app() -> None:
    workspace, courier = listening()
    said(workspace)
    [delivery] = courier.events
    assert delivery == Delivery(
        app=workspace.apps[APP], kind=DeliveryKind.EVENT, name="message.channels", payload=delivery.payload
    )
