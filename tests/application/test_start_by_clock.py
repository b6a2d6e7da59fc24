"""What a brief's schedule starts: once for each time, whatever restarts, races, or jumps; or an alert says why not."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.application.change import Change, change
from bot.application.chase import chase
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.application.start_by_clock import start_by_clock
from bot.application.switch import Flip, switch
from bot.domain.errors import StoreBusy
from bot.domain.person import Door
from bot.domain.plain import is_object
from bot.domain.run import Run, RunId, RunState
from bot.ports.queries import RunFilter
from bot.ports.version import VersionKind
from bot.runtimes.embedded import Embedded
from tests.application.office import BRIEF, Office, opened, rewrite, shelf_of
from tests.made import MIA, OLGA, PRIYA

MORNING = '''"""Each morning, somebody names the ticket of the day, and it is marked once a person has approved that."""

from datetime import date

from bot.authoring import Fact, Workflow, act, inquire, propose, review, trigger
from bot.intents import helpdesk


class Round(Fact):
    """A look at what is open."""

    day: date
    most: int = 5


def mark(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="today")


class Morning(Workflow, version=1):
    round = trigger(Round)
    ticket = inquire(helpdesk.Ticket, of="support", about=round)
    deed = propose(mark, ticket)
    approved = review(deed, by="support")
    marked = act(approved)
'''
BY_CLOCK = {"who": ["staff"], "doors": ["schedule", "terminal"], "schedule": "0 9 * * *", "moment": "day"}
EVENING = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@asynccontextmanager
async def morning(folder: Path, **brief: Any) -> AsyncGenerator[Office]:
    """An office whose only scheduled workflow was named yesterday evening."""
    source = folder / "source" / "morning"
    source.mkdir(parents=True)
    (source / "__init__.py").write_text(MORNING, "utf-8")
    (source / "brief.toml").write_text(BRIEF, "utf-8")
    rewrite(source / "brief.toml", {"changes": {"helpdesk": ["AddTag"]}})
    async with opened(folder, copied=[source]) as office:
        office.clock.at = EVENING
        await deploy(office, {"triggers": BY_CLOCK, **brief})
        yield office


async def deploy(office: Office, brief: Mapping[str, object] | None = None, *, workflow: str = "morning") -> None:
    """Another process, with other files: it takes over what the store has."""
    office.rewrite(workflow, **(brief or {}))
    await office.store.run(lambda tx: shelf_of(office.parts).seed(tx, office.clock.now()))


async def look(office: Office, when: datetime) -> tuple[RunId, ...]:
    office.clock.at = when
    started = await start_by_clock(office.parts)
    await office.settle()
    return started


async def one(office: Office, when: datetime) -> Run:
    (run,) = await look(office, when)
    return await office.run(run)


def day_of(run: Run) -> object:
    value = run.value("round")
    assert is_object(value)
    return value["day"]


async def alerts(office: Office) -> list[tuple[str, str]]:
    office.chat.told.clear()
    await chase(office.parts)
    return [(to, text) for to, text in office.chat.told]


# --- what is started --------------------------------------------------------------------------------------------------


async def test_what_is_due_is_started_by_nobody_with_its_defaults_and_its_day(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        assert await look(office, at(3, 8, 59)) == ()
        run = await one(office, at(3, 9))
        assert (run.workflow, run.state, run.team) == ("morning", RunState.WAITING, OLGA.team)
        assert run.value("round") == {"day": "2026-03-03", "most": 5}
        assert (run.origin.door, run.origin.requester) == (Door.SCHEDULE, "schedule:morning")
        assert run.origin.key == "schedule/2026-03-03T09:00Z"
        (entry,) = await office.entries(run.id, "run.started")
        assert (entry.actor_kind, entry.actor, entry.notes["door"]) == ("schedule", "schedule:morning", "schedule")


async def test_each_time_starts_one_run_however_often_it_is_looked(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        first = await one(office, at(3, 9))
        for minute in range(1, 30):
            assert await look(office, at(3, 9, minute)) == ()
        second = await one(office, at(4, 9))
        assert first.id != second.id
        assert await office.entries(first.id, "run.duplicate") == [], "A look is no second request."


async def test_a_clock_that_goes_back_and_forth_starts_nothing_twice(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        await one(office, at(3, 9))
        assert await look(office, at(3, 8, 30)) == ()
        assert await look(office, at(3, 9, 1)) == ()
        ahead = await one(office, at(5, 10))
        assert day_of(ahead) == "2026-03-05"
        assert await look(office, at(3, 10)) == ()
        late = await one(office, at(4, 9))
        assert day_of(late) == "2026-03-04"
        assert await look(office, at(5, 9)) == ()


async def test_after_a_restart_what_was_started_is_not_started_again_and_what_was_missed_is_once(
    tmp_path: Path,
) -> None:
    async with morning(tmp_path) as office:
        await one(office, at(3, 9))
        await deploy(office)
        assert await look(office, at(3, 9, 5)) == ()
        # Away for three days: the last time is caught up, those before it have had their day.
        run = await one(office, at(6, 23, 59))
        assert day_of(run) == "2026-03-06"
        assert await look(office, at(6, 23, 59)) == ()


async def test_two_who_look_at_the_same_time_start_one_run(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        keys = KeyFile(tmp_path / "audit.key")
        other = SqliteStore(tmp_path / "data.sqlite3", keys=keys, writer="another", clock=office.clock)
        async with other.open():
            office.clock.at = at(3, 9)
            both = [office.parts, replace(office.parts, store=other)] * 3
            started = await asyncio.gather(*map(start_by_clock, both))
        (run,) = [run for some in started for run in some]
        assert (await office.run(run)).origin.key == "schedule/2026-03-03T09:00Z"
        counts = await office.store.queries.counts()
        assert sum(counts[state] for state in RunState) == 1


async def test_a_schedule_starts_nothing_for_a_time_before_it_was_named(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "schedule": "0 21 * * *"}) as office:
        assert await look(office, at(2, 20, 30)) == ()
        office.clock.at = at(3, 10)
        text = office.parts.library.text((VersionKind.BRIEF, "morning")).replace("0 21 * * *", "0 9 * * *")
        await change(office.parts, Change(VersionKind.BRIEF, "morning", text, OLGA, Door.TERMINAL, "Earlier."))
        assert await look(office, at(3, 10, 1)) == ()
        assert day_of(await one(office, at(4, 9))) == "2026-03-04"


async def test_another_change_of_the_brief_does_not_lose_a_time_that_was_missed(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        office.clock.at = at(3, 9, 20)  # nobody has looked since nine
        text = re.sub(
            r'process = ".*"', 'process = "Said better."', office.parts.library.text((VersionKind.BRIEF, "morning"))
        )
        await change(office.parts, Change(VersionKind.BRIEF, "morning", text, OLGA, Door.TERMINAL, "Clearer."))
        assert day_of(await one(office, at(3, 9, 21))) == "2026-03-03"


async def test_whoever_may_decide_may_decide_on_what_the_clock_has_started(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        run = await one(office, at(3, 9))
        assert run.questions["ticket"].group == "support"
        assert run.owner == OLGA.id
        assert not [to for to, _ in office.chat.told if to.startswith("schedule")], "The clock reads no messages."


# --- what is not ------------------------------------------------------------------------------------------------------


async def test_what_is_paused_is_not_started_and_the_alert_says_why_until_it_goes_on(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        await switch(office.parts, Flip("morning", pause=True, by=OLGA, door=Door.TERMINAL, why="Ana is ill."))
        assert await look(office, at(3, 9)) == ()
        office.clock.at = at(3, 9, 11)
        ((to, said),) = await alerts(office)
        assert to == PRIYA.id
        assert said.startswith(
            "morning: a run should have started at 2026-03-03 09:00 UTC, and none has: it is paused.\n"
        )
        assert "it starts once that is gone, until its next time (with" in said
        assert "Ana" not in said
        assert (await look(office, at(3, 9, 12)), await alerts(office)) == ((), [])
        await switch(office.parts, Flip("morning", pause=False, by=OLGA, door=Door.TERMINAL))
        assert day_of(await one(office, at(3, 9, 30))) == "2026-03-03"
        assert await alerts(office) == [(PRIYA.id, "Over: a scheduled run was missing, of morning.")]


async def test_a_time_that_passed_without_a_run_is_told_to_the_pager_and_so_is_its_end(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        office.clock.at = at(2, 21)
        assert await alerts(office) == [], "Nobody had said so when it was due last."
        office.clock.at = at(3, 9, 5)
        assert await alerts(office) == [], "It may be a few minutes late."
        office.clock.at = at(3, 9, 15)
        ((to, said),) = await alerts(office)
        assert to == PRIYA.id
        assert "a run should have started at 2026-03-03 09:00 UTC, and none has.\nLook at what" in said
        assert await alerts(office) == []
        assert await look(office, at(3, 9, 16)) != ()
        assert await alerts(office) == [(PRIYA.id, "Over: a scheduled run was missing, of morning.")]


async def test_a_limit_holds_the_clock_as_well_and_the_alert_says_so(tmp_path: Path) -> None:
    limits = {"runs_per_user_per_hour": 1}
    async with morning(tmp_path, triggers={**BY_CLOCK, "schedule": "0,30 9 * * *"}, limits=limits) as office:
        assert await look(office, at(3, 9)) != ()
        assert await look(office, at(3, 9, 30)) == ()
        office.clock.at = at(3, 9, 41)
        ((_, said),) = await alerts(office)
        assert "should have started at 2026-03-03 09:30 UTC, and none has: its limits are used up." in said
        assert await look(office, at(3, 10)) != ()


async def test_while_its_owner_is_not_known_nothing_is_started_nor_lost(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        gone = office.people.people.pop(OLGA.id)
        assert await look(office, at(3, 9)) == ()
        office.clock.at = at(3, 9, 11)
        ((_, said),) = await alerts(office)
        assert "none has: it cannot be started as its brief is now." in said
        office.people.people[OLGA.id] = gone
        assert await look(office, at(3, 9, 12)) != ()


async def test_what_does_not_load_starts_nothing_and_holds_nothing_else_up(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        await deploy(office, {"triggers": {"doors": ["schedule"], "schedule": "0 9 * * *"}}, workflow="one_act")
        assert [*shelf_of(office.parts).problems] == ["one_act"]
        assert "nobody fills in what Ticket needs" in shelf_of(office.parts).trouble("one_act")
        assert (await one(office, at(3, 9))).workflow == "morning"


async def test_the_alert_of_a_workflow_that_no_longer_loads_says_so(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        file = office.folder / "morning" / "__init__.py"
        file.write_text(MORNING.replace("day: date", "day: date\n    whose: str"), "utf-8")
        await deploy(office)
        assert "nobody fills in" in shelf_of(office.parts).trouble("morning")
        assert await look(office, at(3, 9)) == ()
        office.clock.at = at(3, 9, 11)
        said = await alerts(office)
        assert any("none has: it does not load." in text for _, text in said), said


async def test_a_store_that_is_busy_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with morning(tmp_path) as office:
        run = office.parts.store.run

        async def busy(work: Any, *, patient: bool = False) -> Any:
            raise StoreBusy

        monkeypatch.setattr(office.parts.store, "run", busy)
        office.clock.at = at(3, 9)
        with pytest.raises(StoreBusy):
            await start_by_clock(office.parts)
        monkeypatch.setattr(office.parts.store, "run", run)
        assert len(await look(office, at(3, 9, 1))) == 1


async def test_where_nothing_has_a_schedule_nothing_is_asked_of_the_store(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(work: Any, *, patient: bool = False) -> Any:
        raise AssertionError

    monkeypatch.setattr(office.parts.store, "run", run)
    assert await start_by_clock(office.parts) == ()


async def test_a_person_is_not_kept_from_starting_it_by_hand(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        by_hand = Request("morning", {"day": "2026-03-03"}, Door.TERMINAL, MIA.team, MIA, MIA.id)
        assert (await start(office.parts, by_hand)).fresh
        assert await look(office, at(3, 9)) != (), "What somebody starts is another run."


# --- the runtime ------------------------------------------------------------------------------------------------------


async def test_the_runtime_looks_with_each_minute_and_goes_on_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with morning(tmp_path) as office:
        runtime = Embedded(office.parts, owner="us", changed_elsewhere=office.store.changed_elsewhere)
        await runtime.start()
        try:
            scheduler: Any = runtime._scheduler
            job = scheduler.get_job("clock")
            assert (job.next_run_time.second, job.coalesce, job.max_instances) == (0, True, 1)
            assert job.misfire_grace_time is None, "However late it is: what is due is still due."
            office.clock.at = at(3, 9)
            await job.func()
            await runtime.settle()
            (line,) = await office.store.queries.runs(RunFilter(workflow="morning"))
            assert line.state is RunState.WAITING

            async def busy(parts: Parts) -> NoReturn:
                raise StoreBusy

            monkeypatch.setattr("bot.runtimes.embedded.start_by_clock", busy)
            await job.func()
        finally:
            await runtime.stop()
