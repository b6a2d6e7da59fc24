"""Who people are: as Slack says, with what the settings add, and no older than five minutes where it gives rights."""

import asyncio
from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.slack.post.people import FRESH, ROUND, People
from bot.adapters.slack.post.profile import AWAY, is_quiet, person_of, with_own_handles, with_settings
from bot.domain.errors import Transient
from bot.domain.person import Person, PersonId, Shift
from bot.workspace.payload import Json
from bot.workspace.state.person import Kind
from bot.workspace.state.person import Person as Somebody
from tests.adapters.slack.post.place import Stand
from tests.made import stranger


def id_of(slack: Stand, name: str) -> PersonId:
    person = next(one for one in slack.desk.workspace.people.values() if one.name == name)
    return PersonId(f"{person.team}/{person.id}")


async def people_of(slack: Stand, *listed: Person) -> People:
    people = People(slack.caller, slack.passing, listed=listed, epoch=slack.passing.now)
    await people.refresh()
    return people


def the(people: People, name: str) -> Person:
    found = people.named(name)
    assert found is not None, name
    return found


def somebody(slack: Stand, name: str) -> Somebody:
    return slack.desk.workspace.people[slack.user(name)]


# --- as slack says ------------------------------------------------------------------------------------------------


async def test_people_are_known_by_id_handle_and_name(slack: Stand) -> None:
    people = await people_of(slack)
    mia = people.person(id_of(slack, "mia"))
    assert mia is not None
    assert (mia.name, mia.handle, mia.team, mia.active) == ("Mia Lindqvist", "@mia", slack.team, True)
    for name in (mia.id, "@mia", "mia", "@MIA", "Mia Lindqvist", " mia lindqvist "):
        assert people.named(name) == mia
    assert people.named("@nobody") is None
    assert people.person(PersonId("T0OTHER/U1")) is None


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("sam", set[str]()),
        ("gus", {"guest"}),
        ("rosa", {"guest"}),
        ("pat", {"foreign"}),
        ("opsbot", {"bot"}),
        ("vera", {"gone"}),
    ],
)
async def test_who_may_not_decide_is_marked(slack: Stand, name: str, marks: set[str]) -> None:
    person = the(await people_of(slack), f"@{name}")
    shown = {"guest": person.guest, "foreign": person.foreign, "bot": person.bot, "gone": not person.active}
    assert {mark for mark, has in shown.items() if has} == marks


async def test_user_groups_are_known_by_their_handles(slack: Stand) -> None:
    people = await people_of(slack)
    assert the(people, "@mia").groups == {"support-team"}
    assert {one.handle for one in people.members("finance-team")} == {"@farah", "@tom"}
    assert people.members("group:leads") == (the(people, "@olga"),)
    assert people.members("nobody") == ()
    assert {"@mia", "auditors", "support-team"} <= {*people.names()}


async def test_who_has_left_is_in_no_group_and_not_among_the_names(slack: Stand) -> None:
    await slack.driver.ask("person", person="tom", deactivated=True)
    people = await people_of(slack)
    assert [one.handle for one in people.members("finance-team")] == ["@farah"]
    assert "@tom" not in people.names()


async def test_a_group_that_was_switched_off_gives_nobody_anything(slack: Stand) -> None:
    for group in slack.desk.workspace.groups.values():
        group.disabled = group.handle == "auditors"
    assert (await people_of(slack)).members("auditors") == ()


async def test_all_pages_are_read(slack: Stand) -> None:
    workspace = slack.desk.workspace
    for n in range(450):
        id = f"U0MANY{n:05}"
        workspace.people[id] = Somebody(id=id, team=slack.team, name=f"many{n}", real_name=f"Many {n}")
    people = await people_of(slack)
    assert the(people, "@many449").name == "Many 449"
    assert len(await slack.calls("users.list")) == 3


# --- what people call themselves -----------------------------------------------------------------------------------


async def test_nobody_takes_a_handle_or_a_name_from_somebody_by_calling_themselves_so(slack: Stand) -> None:
    found: list[Person | None] = []
    for name in ("@olga", "olga", "Olga Petrova"):
        somebody(slack, "kenji").real_name = name
        people = await people_of(slack)
        assert the(people, "@olga").id == id_of(slack, "olga")
        assert people.named("olga") == the(people, "@olga")
        found.append(people.named("Olga Petrova"))
    assert [one is None for one in found] == [False, False, True], "In the end two are called that."


async def test_a_stranger_with_the_same_user_name_has_no_handle(slack: Stand) -> None:
    somebody(slack, "pat").name = "mia"
    people = await people_of(slack)
    assert the(people, "@mia").team == slack.team
    partner = next(one for one in slack.desk.workspace.people.values() if one.kind is Kind.STRANGER)
    found = people.person(PersonId(f"{partner.team}/{partner.id}"))
    assert found is not None
    assert (found.handle, found.foreign) == ("", True)


# --- what the settings add -----------------------------------------------------------------------------------------


async def test_the_settings_add_groups_a_delegate_and_a_handle_to_an_id(slack: Stand) -> None:
    mia, leo = id_of(slack, "mia"), id_of(slack, "leo")
    listed = Person(mia, "M.", "@lead", frozenset({"specialists"}), delegate=leo)
    people = await people_of(slack, listed)
    person = the(people, "@lead")
    assert (person.id, person.name, person.delegate) == (mia, "Mia Lindqvist", leo)
    assert person.groups == {"support-team", "specialists"}
    assert people.members("specialists") == (person,)
    assert people.named("@mia") is None


async def test_a_handle_that_the_settings_give_is_nobody_elses(slack: Stand) -> None:
    people = await people_of(slack, Person(id_of(slack, "leo"), "Leo", "@mia"))
    assert the(people, "@mia").id == id_of(slack, "leo")
    real_mia = people.person(id_of(slack, "mia"))
    assert real_mia is not None
    assert real_mia.handle == ""


async def test_the_same_name_without_the_same_id_gets_nothing(slack: Stand) -> None:
    listed = Person(PersonId("sample/mia"), "Mia Lindqvist", "@boss", frozenset({"auditors"}))
    people = await people_of(slack, listed)
    mia = people.person(id_of(slack, "mia"))
    assert mia is not None
    assert mia.groups == {"support-team"}
    assert the(people, "@boss") == listed, "Whoever is in the file alone is known by the file."


MIA = Person(PersonId("T1/U1"), "Mia", "@mia", frozenset({"support"}))


@pytest.mark.parametrize("mark", ["guest", "bot", "foreign", "away"])
def test_the_settings_give_back_nothing_that_slack_took(mark: str) -> None:
    plain = replace(MIA, handle="")
    assert getattr(with_settings(stranger(MIA, **{mark: True}), plain), mark) is True
    assert getattr(with_settings(MIA, stranger(plain, **{mark: True})), mark) is True
    assert not with_settings(replace(MIA, active=False), plain).active
    assert not with_settings(MIA, replace(plain, active=False)).active
    assert with_settings(MIA, None) == MIA
    assert with_settings(MIA, plain).handle == "@mia"


def test_of_two_with_one_handle_the_one_who_is_here_has_it() -> None:
    gone = replace(MIA, id=PersonId("T1/U2"), active=False)
    partner = replace(MIA, id=PersonId("T2/U3"), foreign=True)
    handles = [one.handle for one in with_own_handles([gone, partner, MIA], {})]
    assert handles == ["", "", "@mia"]


# --- who is away --------------------------------------------------------------------------------------------------


async def test_who_does_not_want_to_be_disturbed_is_known_for_as_long_as_that_holds(slack: Stand) -> None:
    ines, leo = Person(id_of(slack, "ines"), "I", delegate=id_of(slack, "leo")), id_of(slack, "leo")
    slack.desk.workspace.people[slack.user("ines")].status_emoji = ""
    await slack.driver.ask("person", person="ines", quiet=3_600)
    people = await people_of(slack, ines)
    assert (the(people, "@ines").quiet, the(people, "@ines").delegate) == (True, leo)
    (asked,) = await slack.requests("dnd.teamInfo")
    first, *others = asked["users"].split(",")
    assert first == slack.user("ines"), "Whoever somebody stands in for matters most."
    assert {slack.user("leo"), slack.user("mia")} <= {*others}
    assert not {slack.user("opsbot"), slack.user("vera")} & {*others}, "Neither bots nor who is gone."
    slack.passing.pass_to(slack.passing.now() + 3_601)
    await people.refresh()
    assert not the(people, "@ines").quiet


async def test_slack_says_by_which_clock_somebody_works_unless_the_settings_do(slack: Stand) -> None:
    shift = Shift(frozenset({0}), time(9), time(17))
    settings = (
        Person(id_of(slack, "mia"), "M", shifts=(shift,)),
        Person(id_of(slack, "leo"), "L", zone=ZoneInfo("Asia/Tokyo")),
    )
    people = await people_of(slack, *settings)
    assert (the(people, "@mia").shifts, str(the(people, "@mia").zone)) == ((shift,), "Europe/Stockholm")
    assert (the(people, "@leo").shifts, str(the(people, "@leo").zone)) == ((), "Asia/Tokyo")


@pytest.mark.parametrize("zone", [None, "", "Nowhere/Town", "/etc/passwd", 7])
def test_a_clock_that_nobody_knows_is_none(zone: object) -> None:
    assert person_of({"id": "U1", "tz": zone}, team="T1", groups=(), now=100).zone is None


@pytest.mark.parametrize(
    ("status", "ends", "away"),
    [(":palm_tree:", 0, True), (":palm_tree:", 99, False), (":palm_tree:", 101, True), (":headphones:", 0, False)],
)
def test_a_status_says_who_is_away_while_it_holds(status: str, ends: int, *, away: bool) -> None:
    profile: Json = {"status_emoji": status, "status_expiration": ends}
    assert person_of({"id": "U1", "profile": profile}, team="T1", groups=(), now=100).away is away
    assert AWAY


@pytest.mark.parametrize(
    ("told", "quiet"),
    [
        ({"dnd_enabled": True, "next_dnd_start_ts": 90, "next_dnd_end_ts": 110}, True),
        ({"dnd_enabled": True, "next_dnd_start_ts": 90, "next_dnd_end_ts": 100}, False),
        ({"dnd_enabled": True, "next_dnd_start_ts": 101, "next_dnd_end_ts": 110}, False),
        ({"dnd_enabled": False, "next_dnd_start_ts": 90, "next_dnd_end_ts": 110}, False),
        ({"dnd_enabled": True}, False),
        ({}, False),
    ],
)
def test_quiet_is_from_when_to_when(told: Json, *, quiet: bool) -> None:
    assert is_quiet(told, 100) is quiet


@pytest.mark.parametrize("user", [{}, {"id": "U1", "profile": None}, {"id": "USLACKBOT", "name": "slackbot"}])
def test_whatever_slack_leaves_out_gives_no_rights(user: Json) -> None:
    person = person_of(user, team="T1", groups=(), now=0)
    assert person.groups == frozenset()
    assert person.bot is (user.get("id") == "USLACKBOT")


# --- how old it may be --------------------------------------------------------------------------------------------


async def test_a_change_in_slack_counts_after_the_next_look(slack: Stand) -> None:
    people = await people_of(slack)
    await slack.driver.ask("person", person="kenji", groups=["auditors"])
    await slack.driver.ask("person", person="mia", kind="guest")
    slack.passing.pass_to(slack.passing.now() + ROUND)
    await people.refresh()
    assert the(people, "@kenji").groups == {"auditors"}
    assert the(people, "@mia").guest


async def test_after_five_minutes_a_group_gives_nobody_rights_any_more(slack: Stand) -> None:
    listed = Person(id_of(slack, "mia"), "Mia", groups=frozenset({"specialists"}))
    people = await people_of(slack, listed)
    slack.passing.pass_to(slack.passing.now() + FRESH)
    assert people.is_fresh()
    assert len(people.members("support-team")) == 3
    slack.passing.pass_to(slack.passing.now() + 1)
    assert not people.is_fresh()
    assert people.members("support-team") == ()
    assert the(people, "@mia").groups == {"specialists"}, "What the settings say does not grow old."
    assert the(people, "@mia").name == "Mia Lindqvist"


async def test_a_look_that_fails_leaves_what_is_known(slack: Stand) -> None:
    people = await people_of(slack)
    slack.passing.pass_to(slack.passing.now() + 1)
    await slack.driver.fault("users.list", trouble="status", status=500)
    with pytest.raises(Transient):
        await people.refresh()
    assert the(people, "@mia").groups == {"support-team"}


async def test_it_is_asked_again_and_again_whatever_fails(slack: Stand, caplog: pytest.LogCaptureFixture) -> None:
    people = People(slack.caller, slack.passing, epoch=slack.passing.now)
    await slack.driver.fault("users.list", trouble="status", status=500)
    asking = asyncio.create_task(people.keep_fresh())
    await slack.driver.until_calls("users.list", count=3)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert the(people, "@mia").active
    assert "Who is who could not be asked" in caplog.text


async def test_who_asks_at_the_same_time_asks_once(slack: Stand) -> None:
    people = People(slack.caller, slack.passing, epoch=slack.passing.now)
    await asyncio.gather(*(people.refresh() for _ in range(3)))
    assert await slack.calls("users.list") == ["ok"]


async def test_before_anybody_was_asked_only_the_file_is_known(slack: Stand) -> None:
    people = People(slack.caller, slack.passing, listed=[MIA], epoch=slack.passing.now)
    assert people.named("@mia") == MIA
    assert people.person(id_of(slack, "leo")) is None


async def test_without_the_right_to_ask_there_are_no_groups(slack: Stand, caplog: pytest.LogCaptureFixture) -> None:
    app = next(iter(slack.desk.workspace.apps.values()))
    app.scopes = frozenset({"users:read"})
    people = await people_of(slack, Person(id_of(slack, "ines"), "I", delegate=id_of(slack, "leo")))
    assert the(people, "@mia").groups == frozenset()
    assert "usergroups:read" in caplog.text
    assert "dnd:read" in caplog.text or the(people, "@ines").away


# --- whom nobody knows yet -----------------------------------------------------------------------------------------


async def test_whoever_is_not_known_yet_is_asked_for_by_id(slack: Stand) -> None:
    people = await people_of(slack)
    new = Somebody(id="U0NEW00000", team=slack.team, name="new", real_name="New Hire")
    slack.desk.workspace.people[new.id] = new
    id = PersonId(f"{slack.team}/{new.id}")
    assert people.person(id) is None
    found = await people.find(id)
    assert found is not None
    assert (found.name, found.id) == ("New Hire", id)
    assert people.person(id) == await people.find(id) == found
    assert await slack.calls("users.info") == ["ok"]
    slack.passing.pass_to(slack.passing.now() + FRESH + 1)
    assert people.person(id) is None


@pytest.mark.parametrize("who", ["T0OTHER000/U0NOBODY00", "@nobody", "nobody"])
async def test_whom_slack_does_not_know_is_nobody(slack: Stand, who: str) -> None:
    assert await (await people_of(slack)).find(who) is None


async def test_somebody_of_another_team_is_not_taken_for_the_one_who_was_asked_for(slack: Stand) -> None:
    people = People(slack.caller, slack.passing, epoch=slack.passing.now)
    assert await people.find(f"{slack.team}/{somebody(slack, 'pat').id}") is None
    found = await people.find(id_of(slack, "pat"))
    assert found is not None
    assert found.foreign
