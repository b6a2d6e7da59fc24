"""Who gets it, and when the next touch is due, in real runs: durable, fair under races, kept once chosen."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.application.conclude import conclude
from bot.application.dry_run import dry_run
from bot.application.perform import perform
from bot.application.start import start
from bot.domain.effect import Read
from bot.domain.run import RunState, Stage
from bot.ports.store import EffectId, Lease
from bot.ports.version import VersionKind
from tests.application.chasing import Here, changed, here_at, route


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    async with here_at(tmp_path) as one:
        yield one


TURN = "Everybody, in turn"


# --- the turn -------------------------------------------------------------------------------------------------------


async def test_several_runs_go_to_each_in_turn_and_each_says_by_which_rule(here: Here) -> None:
    runs = [await here.started(n=n) for n in (1, 2, 3)]
    assert [route(run)["to"] for run in runs] == ["@mia", "@leo", "@tom"]
    assert route(runs[0]) == {
        "to": "@mia",
        "rule": TURN,
        "why": "Everybody, in turn: @mia is next in turn.",
        "passed_over": [],
    }


async def test_runs_at_the_same_moment_get_different_people(here: Here) -> None:
    begun = await asyncio.gather(*(start(here.bot.parts, here.request(language=str(n))) for n in range(9)))
    runs = [await here.settled(one.run) for one in begun]
    assert Counter(route(run)["to"] for run in runs) == {"@mia": 3, "@leo": 3, "@tom": 3}


async def test_two_processes_that_start_runs_at_once_give_each_person_as_many(tmp_path: Path) -> None:
    """Each has a store of its own on the one file, as two servers do."""
    async with here_at(tmp_path) as one, here_at(tmp_path, beside=True) as other:
        sides = [one, other] * 5
        asked = [start(side.bot.parts, side.request(language=str(n))) for n, side in enumerate(sides[:9])]
        begun = await asyncio.gather(*asked)
        runs = [await side.settled(opened.run) for side, opened in zip(sides, begun, strict=False)]
    assert Counter(route(run)["to"] for run in runs) == {"@mia": 3, "@leo": 3, "@tom": 3}


async def test_whose_turn_it_is_outlives_the_process(tmp_path: Path) -> None:
    async with here_at(tmp_path) as first:
        assert route(await first.started(n=1))["to"] == "@mia"
    async with here_at(tmp_path) as second:
        assert route(await second.started(n=2))["to"] == "@leo"


async def test_turns_are_not_forgotten_with_the_counters_of_past_days(here: Here) -> None:
    await here.started(n=1)
    await here.bot.store.run(lambda tx: tx.limits.forget(date(9000, 1, 1)))
    assert route(await here.started(n=2))["to"] == "@leo"


async def test_a_choice_that_was_not_committed_skips_nobody(here: Here) -> None:
    """Whoever lost the lease, as after a crash, has taken no turn: the next try gives what it would have given."""
    run = await here.started(n=1)
    effect = Read("route", "routes.tickets", {"id": "T-1001"})
    nobodys = Lease(id=EffectId(10**6), run=run.id, effect=effect, token=7, attempt=1, created_at=run.started_at)
    await perform(here.bot.parts, nobodys)
    assert await conclude(here.bot.parts, nobodys, lambda tx, now: pytest.fail("nothing may be chosen")) is None
    assert route(await here.started(n=2))["to"] == "@leo"


async def test_what_is_tried_takes_no_turn(here: Here) -> None:
    for _ in range(2):
        tried = await dry_run(here.bot.parts, here.request(n=1))
        assert route(tried.run)["to"] == "@mia"
    assert route(await here.started(n=1))["to"] == "@mia"


async def test_what_runs_in_shadow_takes_turns_of_its_own(here: Here) -> None:
    brief = here.bot.library.text((VersionKind.BRIEF, "chase_ticket"))
    await changed(here, VersionKind.BRIEF, brief.replace('"approved"', '"shadow"'))
    shadows = [await here.started(n=n) for n in (1, 2)]
    assert {run.stage for run in shadows} == {Stage.SHADOW}
    assert [route(run)["to"] for run in shadows] == ["@mia", "@leo"]
    await changed(here, VersionKind.BRIEF, brief)
    assert route(await here.started(n=3))["to"] == "@mia"


# --- who is there ---------------------------------------------------------------------------------------------------


async def test_whoever_is_away_is_passed_over_and_the_record_says_so(here: Here) -> None:
    here.people.away = {"@mia"}
    chosen = route(await here.started())
    assert (chosen["to"], chosen["passed_over"]) == ("@leo", ["@mia: is away"])


async def test_where_nobody_is_there_it_goes_to_the_owner(here: Here) -> None:
    here.people.away = {"@mia", "@leo", "@tom"}
    chosen = route(await here.started(n=1))
    assert (chosen["to"], chosen["rule"]) == ("@olga", TURN)
    here.people.away = set()
    assert route(await here.started(n=2))["to"] == "@mia", "nobody took that turn"


async def test_a_delegate_stands_in_for_the_one_whom_a_field_names(here: Here) -> None:
    chosen = route(await here.started(keeper="@ines"))  # away in the sample company, with Leo as her delegate
    assert (chosen["to"], chosen["passed_over"]) == ("@leo", ["@ines: is away"])


# --- once chosen ----------------------------------------------------------------------------------------------------


async def test_what_was_chosen_is_carried_out_and_no_second_turn_is_taken(here: Here) -> None:
    run = await here.approve(await here.started(n=3))
    assert (run.state, route(run)["to"]) == (RunState.DONE, "@mia")
    assert [call.kind for call in here.bot.back_office.backstage.effects()] == ["helpdesk.AddTag"]
    assert route(await here.started(n=4))["to"] == "@leo"


async def test_where_they_have_gone_since_the_card_asks_again_with_the_next(here: Here) -> None:
    run = await here.started(n=3)
    here.people.away = {"@mia"}
    asked = await here.approve(run)
    assert (asked.state, route(asked)["to"]) == (RunState.WAITING, "@leo")
    assert here.bot.back_office.backstage.effects() == ()
    assert "route.to was '@mia' and is now '@leo'" in asked.gates["approved"].why
    assert (await here.approve(asked)).state is RunState.DONE


# --- by which tables ------------------------------------------------------------------------------------------------


async def test_a_run_goes_by_the_tables_it_began_with(here: Here) -> None:
    text = here.bot.library.text((VersionKind.ROUTES, "chase_ticket"))
    before = await here.started(language="de")
    await changed(here, VersionKind.ROUTES, text.replace('to = "@mia"', 'to = "@tom"'))
    pinned = here.bot.library.pinned(before).routes["tickets"][1]
    now = here.bot.library.current("chase_ticket").routes["tickets"][1]
    assert pinned.to != now.to
    assert route(await here.approve(before))["to"] == "@mia"
    assert route(await here.started(language="DE"))["to"] == "@tom"


# --- the cadence ----------------------------------------------------------------------------------------------------


async def test_the_next_touch_is_due_after_the_interval_and_is_not_moved_by_a_late_approval(here: Here) -> None:
    run = await here.started(n=1)
    said = run.value("following")
    assert isinstance(said, dict)
    touch = next(iter(said["records"])) if isinstance(said["records"], list) else None
    assert isinstance(touch, dict)
    assert touch["n"] == 2
    assert abs(datetime.fromisoformat(str(touch["due"])) - run.started_at - timedelta(days=2)) < timedelta(hours=1)
    done = await here.approve(run)
    assert (done.state, done.value("following")) == (RunState.DONE, said)


async def test_after_the_last_touch_nothing_follows(here: Here) -> None:
    run = await here.approve(await here.started(n=3))
    said = run.value("following")
    assert isinstance(said, dict)
    assert said == {"records": [], "why": "Touch 3 was the last: the brief has 3 at most."}
    lines = await here.bot.store.queries.counts()
    assert sum(lines.get(state, 0) for state in ("running", "waiting")) == 0
