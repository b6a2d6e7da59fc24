"""A company comes into being: the same every time under the same seed, and whole in itself."""

import tomllib
from pathlib import Path

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.clock import Clock
from bot.workspace.company.form import Company
from bot.workspace.company.installing import reinstall
from bot.workspace.company.reading import read_company
from bot.workspace.company.settling import settle
from bot.workspace.ids import Ids
from bot.workspace.state.app import App, Reached
from bot.workspace.state.channel import ChannelKind
from bot.workspace.state.person import Kind
from bot.workspace.state.view import Surface
from bot.workspace.state.workspace import Workspace
from tests.workspace.whole import faults_in

NOW = 1_800_000_000.0
ADDRESS = "http://127.0.0.1:3000"


def sample(*, seed: int | None = 1) -> Workspace:
    return settle(read_company(None), Clock(stands_at=NOW), Ids(seed), ADDRESS)


@pytest.fixture
def workspace() -> Workspace:
    return sample()


def named(workspace: Workspace, name: str) -> str:
    person = workspace.person_named(name)
    assert person is not None
    return person.id


def small(**more: object) -> Company:
    return Company.model_validate(
        {
            "team": {"name": "Acme", "domain": "acme"},
            "people": {"mia": {"name": "Mia"}, "sam": {"name": "Sam", "kind": "guest"}},
            "channels": {"operations": {"people": ["everyone", "opsbot"]}},
            **more,
        }
    )


# --- the sample --------------------------------------------------------------------------------------------------


def test_the_sample_is_whole(workspace: Workspace) -> None:
    assert faults_in(workspace) == []


def test_everybody_whom_the_bots_own_sample_names_is_there(workspace: Workspace) -> None:
    bot = tomllib.loads((Path(__file__).parents[3] / "bot" / "sample.toml").read_text("utf-8"))
    for listed in bot["people"].values():
        person = workspace.person_named(listed["handle"])
        assert person is not None
        assert person.real_name == listed["name"]
        assert person.deleted is (listed.get("active") is False)
        assert (person.kind is Kind.STRANGER) is listed.get("foreign", False)
        assert (person.kind in (Kind.GUEST, Kind.SINGLE_CHANNEL_GUEST)) is listed.get("guest", False)


def test_the_organisation_of_a_stranger_has_a_name(workspace: Workspace) -> None:
    strangers = [person for person in workspace.people.values() if person.kind is Kind.STRANGER]
    assert {workspace.team.partners[person.team] for person in strangers} == {"Sample Cycle Supply"}


def test_every_channel_the_bots_workflows_name_has_its_bot(workspace: Workspace) -> None:
    (app,) = workspace.apps.values()
    for name in ("support", "finance", "care-leads"):
        channel = workspace.channel_named(name)
        assert channel is not None
        assert app.user in channel.people


def test_ids_look_like_those_of_slack(workspace: Workspace) -> None:
    (app,) = workspace.apps.values()
    assert workspace.team.id[0] == "T"
    assert {id[0] for id in workspace.people} == {"U"}
    assert {id[0] for id in workspace.channels} == {"C", "D", "G"}
    assert {id[0] for id in workspace.groups} == {"S"}
    assert (app.id[0], app.bot[0], app.bot_token[:5], app.app_token[:5]) == ("A", "B", "xoxb-", "xapp-")
    assert all(len(id) == 11 for id in (*workspace.people, *workspace.channels, *workspace.groups))


def test_the_same_seed_gives_the_same_workspace() -> None:
    one, other = sample(), sample()
    assert (one.team, one.people, one.groups, one.channels, one.apps) == (
        other.team, other.people, other.groups, other.channels, other.apps,
    )  # fmt: skip
    assert [*sample(seed=2).people] != [*one.people]
    assert [*sample(seed=None).people] != [*sample(seed=None).people]


def test_everyone_is_everybody_of_this_team_who_is_no_guest(workspace: Workspace) -> None:
    general = workspace.channel_named("general")
    assert general is not None
    kinds = {workspace.people[id].kind for id in general.people}
    assert kinds == {Kind.OWNER, Kind.ADMIN, Kind.MEMBER, Kind.BOT}
    assert not any(workspace.people[id].deleted for id in general.people)


def test_a_person_of_another_organisation_belongs_to_its_team(workspace: Workspace) -> None:
    pat, shared = workspace.people[named(workspace, "pat")], workspace.channel_named("cycle-supply")
    assert shared is not None
    assert pat.team == shared.shared_with != workspace.team.id
    assert pat.email == "pat@cyclesupply.example"


def test_who_wants_quiet_has_it_now(workspace: Workspace) -> None:
    ines = workspace.people[named(workspace, "ines")]
    assert ines.quiet_from <= NOW < ines.quiet_until
    assert (ines.status_emoji, ines.status_text, ines.away) == (":palm_tree:", "Back on Monday, Leo stands in", True)


def test_what_was_said_names_people_groups_and_channels_as_slack_does(workspace: Workspace) -> None:
    texts = [one.text for channel in workspace.channels.values() for one in channel.messages.values()]
    group = next(one.id for one in workspace.groups.values() if one.handle == "support-team")
    assert any(f"<@{named(workspace, 'farah')}>" in text for text in texts)
    assert any(f"<!subteam^{group}" in text for text in texts)
    assert any("Stock &gt; Export" in text for text in texts)


def test_what_people_said_is_rich_text_as_slacks_own_client_sends_it(workspace: Workspace) -> None:
    said = [one for channel in workspace.channels.values() for one in channel.messages.values()]
    assert all(one.blocks and one.blocks[0]["type"] == "rich_text" for one in said)
    assert all(flaws_in_blocks(one.blocks, Surface.MESSAGE) == [] for one in said)


def test_what_was_said_lies_in_the_past_and_everybody_has_read_it(workspace: Workspace) -> None:
    for channel in workspace.channels.values():
        assert all(float(ts) < NOW for ts in channel.messages)
        assert channel.read == (dict.fromkeys(channel.people, channel.times[-1]) if channel.times else {})


def test_what_is_said_from_now_on_comes_after_it(workspace: Workspace) -> None:
    latest = max(ts for channel in workspace.channels.values() for ts in channel.messages)
    assert workspace.ids.ts(NOW - 1e9) > latest


def test_a_thread_and_a_pin_are_as_the_file_says(workspace: Workspace) -> None:
    support = workspace.channel_named("support")
    assert support is not None
    root = next(one for one in support.messages.values() if one.replies)
    assert [workspace.people[one.user].name for one in support.thread(root.ts)] == ["mia", "leo", "farah"]
    assert [support.messages[ts].text.split(",")[0] for ts in support.pins] == ["Inês is away this week"]


def test_direct_messages_are_of_one_two_or_more(workspace: Workspace) -> None:
    kinds = [one.kind for one in workspace.channels.values() if one.is_direct]
    assert kinds == [ChannelKind.DIRECT, ChannelKind.DIRECT, ChannelKind.GROUP_DIRECT]
    assert workspace.direct(named(workspace, "sam"), named(workspace, "opsbot")) is not None


# --- from a file of one's own ------------------------------------------------------------------------------------


def test_names_that_nobody_has_stay_as_they_were_typed() -> None:
    said = {"by": "mia", "ago": "1h", "says": "@mia and @nobody in #ops and #else, mail a@b.example"}
    company = small(channels={"ops": {"people": ["mia"], "history": [said]}})
    workspace = settle(company, Clock(stands_at=NOW), Ids(1), ADDRESS)
    (channel,) = workspace.channels.values()
    (message,) = channel.messages.values()
    mia = named(workspace, "mia")
    assert message.text == f"<@{mia}> and @nobody in <#{channel.id}|ops> and #else, mail a@b.example"


def test_messages_stand_in_the_order_of_their_times_however_they_are_written() -> None:
    history = [{"by": "mia", "ago": ago, "says": ago} for ago in ("1h", "3d", "2h", "3d")]
    company = small(channels={"a": {"history": history}, "b": {"history": history}})
    workspace = settle(company, Clock(stands_at=NOW), Ids(1), ADDRESS)
    for channel in workspace.channels.values():
        assert [one.text for one in channel.messages.values()] == ["3d", "3d", "2h", "1h"]
    assert faults_in(workspace) == []


def test_a_message_of_the_app_is_one_of_its_bot() -> None:
    history = [{"by": "opsbot", "ago": "1h", "says": "Done."}]
    workspace = settle(small(channels={"a": {"history": history}}), Clock(stands_at=NOW), Ids(1), ADDRESS)
    (channel,), (app,) = workspace.channels.values(), workspace.apps.values()
    (message,) = channel.messages.values()
    assert (message.user, message.bot, message.app, message.client_msg_id) == (app.user, app.bot, app.id, "")


# --- anew, and what the app is -----------------------------------------------------------------------------------


def test_names_keep_their_ids_when_all_begins_anew(workspace: Workspace) -> None:
    anew = settle(read_company(None), workspace.clock, workspace.ids, ADDRESS, before=workspace)
    assert anew.team == workspace.team
    assert [*anew.people] == [*workspace.people]
    assert [*anew.channels] == [*workspace.channels]
    assert [*anew.groups] == [*workspace.groups]
    (app,) = anew.apps.values()
    assert app is next(iter(workspace.apps.values())), "sockets and tokens of the app go on"
    assert faults_in(anew) == []


def test_what_is_new_in_a_file_gets_new_ids(workspace: Workspace) -> None:
    anew = settle(small(), workspace.clock, workspace.ids, ADDRESS, before=workspace)
    (ops,) = anew.channels.values()
    assert ops.id not in workspace.channels
    assert named(anew, "mia") == named(workspace, "mia")


def test_an_app_of_which_nothing_is_said_may_do_everything(workspace: Workspace) -> None:
    (app,) = workspace.apps.values()
    assert (app.scopes, app.events, app.commands) == (None, None, None)
    assert app.reached is Reached.HTTP


def test_an_app_is_what_the_file_says_of_it_now(workspace: Workspace) -> None:
    (app,) = workspace.apps.values()
    token, url = app.bot_token, app.url
    said = {
        "name": "deploybot",
        "scopes": ["chat:write"],
        "events": ["app_mention"],
        "commands": [{"name": "/deploy", "usage_hint": "what"}],
        "shortcuts": [{"name": "Go", "callback_id": "go", "place": "global"}],
        "home": False,
    }
    again = reinstall(workspace, small(app=said).app)
    assert again is app
    assert (app.name, workspace.people[app.user].name) == ("deploybot", "deploybot")
    assert (app.may("chat:write"), app.may("chat:write.public"), app.hears("message")) == (True, False, False)
    assert _command(app, "/deploy") == "what"
    assert _command(app, "/ops") is None
    assert (app.bot_token, app.url, app.home) == (token, url, False)
    assert [one.callback_id for one in app.shortcuts] == ["go"]


def _command(app: App, name: str) -> str | None:
    found = app.command(name)
    return found.usage_hint if found else None
