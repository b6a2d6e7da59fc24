"""What becomes of times at which nobody looked, or at which the run before has not ended: as the brief says."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.store.audit_key import KeyFile, keys_in
from bot.adapters.store.record import examine
from bot.adapters.store.store import SqliteStore
from bot.application.audit_prune import Pruning, prune
from bot.application.audit_verify import Status, verify
from bot.application.seal import seal
from bot.application.start import Request, start
from bot.application.start_by_clock import start_by_clock
from bot.application.steer import Move
from bot.application.switch import Flip, switch
from bot.domain.person import Door
from bot.domain.run import Run, RunId
from bot.ports.queries import Recorded
from tests.application.office import Office
from tests.application.test_start_by_clock import BY_CLOCK, alerts, at, day_of, deploy, look, morning, one
from tests.made import ADA, MIA, OLGA, PRIYA

HOURLY = {**BY_CLOCK, "schedule": "0 * * * *"}
MANY = {"runs_per_user_per_hour": 100, "open_cards_per_reviewer_group": 100}


async def keys(office: Office, runs: Sequence[RunId]) -> list[str]:
    return [(await office.run(run)).origin.key.removeprefix("schedule/2026-03-") for run in runs]


async def passed(office: Office) -> list[tuple[str, str]]:
    """The times that were passed over, as the record has them, each with the reason."""
    entries = await record(office)
    return [(str(one.notes["key"]).removeprefix("schedule/2026-03-"), str(one.notes["reason"])) for one in entries]


async def record(office: Office) -> list[Recorded]:
    return [*await office.store.queries.entries("clock:morning")]


async def end(office: Office, run: Run) -> None:
    await office.steer(run.id, Move.CANCEL, OLGA)
    assert (await office.run(run.id)).ended


# --- missed -----------------------------------------------------------------------------------------------------------


async def test_each_of_the_times_that_were_missed_is_started_the_oldest_first(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "missed": "all"}) as office:
        await one(office, at(3, 9))
        runs = await look(office, at(6, 23, 59))
        assert await keys(office, runs) == ["04T09:00Z", "05T09:00Z", "06T09:00Z"]
        assert [day_of(await office.run(run)) for run in runs] == ["2026-03-04", "2026-03-05", "2026-03-06"]
        assert (await look(office, at(6, 23, 59)), await passed(office), await alerts(office)) == ((), [], [])


async def test_nothing_is_caught_up_from_before_the_schedule_was_named(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**HOURLY, "missed": "all"}, limits=MANY) as office:
        runs = await look(office, at(2, 23))  # it was named at eight in the evening
        assert await keys(office, runs) == ["02T20:00Z", "02T21:00Z", "02T22:00Z", "02T23:00Z"]


async def test_at_most_24_are_caught_up_and_what_is_beyond_is_said_in_the_log_and_alerted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with morning(tmp_path, triggers={**HOURLY, "missed": "all"}, limits=MANY) as office:
        assert await look(office, at(2, 20)) != ()
        with caplog.at_level(logging.INFO):
            runs = await look(office, at(4, 10, 1))
        assert (await keys(office, runs))[::23] == ["03T11:00Z", "04T10:00Z"]
        assert len(runs) == 24
        said = [line for line in caplog.messages if "missed more than" in line]
        assert said == ["morning has missed more than 24 times: those until 2026-03-03 10:00 UTC are not caught up."]
        assert await passed(office) == [("03T10:00Z", "beyond")]
        assert await look(office, at(4, 10, 2)) == ()
        office.clock.at = at(4, 10, 11)
        ((to, text),) = await alerts(office)
        assert to == PRIYA.id
        assert text.startswith(
            "morning: a run should have started at 2026-03-03 10:00 UTC, and none has: more than 24 times were missed,"
        )
        assert await look(office, at(4, 11)) != ()
        office.clock.at = at(4, 11, 11)
        assert await alerts(office) == [(PRIYA.id, "Over: a scheduled run was missing, of morning.")]


async def test_what_a_limit_holds_up_goes_on_in_order_once_it_may_and_none_is_lost(tmp_path: Path) -> None:
    limits = {"runs_per_user_per_hour": 2}
    async with morning(tmp_path, triggers={**HOURLY, "missed": "all"}, limits=limits) as office:
        assert await look(office, at(2, 20)) != ()
        assert await keys(office, await look(office, at(3, 0, 30))) == ["02T21:00Z", "02T22:00Z"]
        office.clock.at = at(3, 0, 31)
        ((_, text),) = await alerts(office)
        assert "should have started at 2026-03-03 00:00 UTC, and none has: its limits are used up." in text
        assert await keys(office, await look(office, at(3, 1))) == ["02T23:00Z", "03T00:00Z"]
        assert await keys(office, await look(office, at(3, 2))) == ["03T01:00Z", "03T02:00Z"]


async def test_with_skip_nothing_is_started_that_passed_more_than_ten_minutes_ago(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "missed": "skip"}) as office:
        assert day_of(await one(office, at(3, 9, 10))) == "2026-03-03"
        assert await look(office, at(4, 9, 11)) == ()
        assert await passed(office) == [("04T09:00Z", "missed")]
        (entry,) = await record(office)
        assert (entry.kind, entry.actor_kind, entry.actor) == ("clock.passed_over", "schedule", "schedule:morning")
        assert (await look(office, at(4, 9, 12)), await alerts(office)) == ((), []), "The brief wants it so."
        assert len(await record(office)) == 1
        assert day_of(await one(office, at(5, 9))) == "2026-03-05"


async def test_with_skip_what_was_held_is_no_skip_and_raises_its_alert(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "missed": "skip"}) as office:
        await switch(office.parts, Flip("morning", pause=True, by=OLGA, door=Door.TERMINAL, why="Ana is ill."))
        assert (await look(office, at(3, 9)), await look(office, at(3, 9, 11))) == ((), ())
        ((_, text),) = await alerts(office)
        assert "should have started at 2026-03-03 09:00 UTC, and none has: it is paused." in text
        await switch(office.parts, Flip("morning", pause=False, by=OLGA, door=Door.TERMINAL))
        assert await look(office, at(3, 9, 20)) == ()
        assert await passed(office) == [("03T09:00Z", "missed")]
        assert await alerts(office) == [(PRIYA.id, "Over: a scheduled run was missing, of morning.")]


@pytest.mark.parametrize("missed", ["latest", "all", "skip"])
async def test_a_time_at_which_nobody_looks_at_all_raises_an_alert_whatever_the_brief_says(
    tmp_path: Path, missed: str
) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "missed": missed}) as office:
        await one(office, at(3, 9))
        office.clock.at = at(4, 9, 11)
        ((to, text),) = [one for one in await alerts(office) if "should have started" in one[1]]
        assert (to, "should have started at 2026-03-04 09:00 UTC, and none has.\n" in text) == (PRIYA.id, True)
        await look(office, at(4, 9, 12))
        assert (PRIYA.id, "Over: a scheduled run was missing, of morning.") in await alerts(office)


async def test_a_time_whose_run_was_pruned_is_not_started_again(tmp_path: Path) -> None:
    monthly = {**BY_CLOCK, "schedule": "0 9 3 * *"}
    async with morning(tmp_path, triggers=monthly, data={"keep_content": "9d", "keep_entries": "9d"}) as office:
        run = await one(office, at(3, 9))
        await end(office, run)
        office.clock.at = at(23, 12)
        await seal(office.parts)
        for name in office.parts.library.names():
            await deploy(office, {"data": {"keep_content": "9d", "keep_entries": "9d"}}, workflow=name)
        gone = await prune(office.parts, Pruning(office.clock.now(), "Past its time.", ADA, Door.TERMINAL))
        assert gone.runs == 1
        assert (await look(office, at(23, 12, 1)), await alerts(office)) == ((), [])


# --- overlap ----------------------------------------------------------------------------------------------------------


async def test_unless_the_brief_says_otherwise_the_next_time_starts_beside_the_run_before(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        first, second = await one(office, at(3, 9)), await one(office, at(4, 9))
        assert not (await office.run(first.id)).ended
        assert first.id != second.id


async def test_a_time_at_which_the_run_before_goes_on_is_passed_over_once_and_for_all(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "overlap": "skip"}) as office:
        first = await one(office, at(3, 9))
        assert await look(office, at(4, 9)) == ()
        (entry,) = await record(office)
        assert (entry.at, entry.notes["reason"], entry.notes["records"]) == (at(4, 9), "overlap", first.id)
        assert entry.notes["key"] == "schedule/2026-03-04T09:00Z"
        await end(office, first)
        assert await look(office, at(4, 9, 1)) == (), "It was passed over, and does not come back."
        office.clock.at = at(4, 9, 30)
        assert (await alerts(office), len(await record(office))) == ([], 1)
        await deploy(office)
        assert await look(office, at(4, 9, 31)) == ()
        assert day_of(await one(office, at(5, 9))) == "2026-03-05"
        await seal(office.parts)
        key, now = (tmp_path / "audit.key").read_bytes(), office.clock.now()
        found = examine(tmp_path / "data.sqlite3", lambda record: verify(record, keys=keys_in(key), now=now))
        assert found.status is Status.WHOLE


async def test_a_time_at_which_the_run_before_goes_on_waits_for_its_end(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "overlap": "wait"}) as office:
        first = await one(office, at(3, 9))
        assert (await look(office, at(4, 9)), await look(office, at(4, 10))) == ((), ())
        assert (await alerts(office), await record(office)) == ([], []), "It waits because the brief wants it so."
        await end(office, first)
        assert day_of(await one(office, at(4, 10, 1))) == "2026-03-04"


async def test_all_that_was_missed_waits_in_line(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "missed": "all", "overlap": "wait"}) as office:
        for day in (3, 4, 5):
            run = await one(office, at(5, 12, day))
            assert day_of(run) == f"2026-03-0{day}"
            assert await look(office, at(5, 12, day)) == ()
            await end(office, run)
        assert await look(office, at(5, 13)) == ()


async def test_a_run_that_a_person_started_is_in_nobodys_way(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "overlap": "skip"}) as office:
        by_hand = Request("morning", {"day": "2026-03-03"}, Door.TERMINAL, MIA.team, MIA, MIA.id)
        assert (await start(office.parts, by_hand)).fresh
        assert day_of(await one(office, at(3, 9))) == "2026-03-03"


async def test_what_is_paused_is_not_passed_over(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "overlap": "skip"}) as office:
        first = await one(office, at(3, 9))
        await switch(office.parts, Flip("morning", pause=True, by=OLGA, door=Door.TERMINAL, why="Ana is ill."))
        assert await look(office, at(4, 9)) == ()
        await end(office, first)
        await switch(office.parts, Flip("morning", pause=False, by=OLGA, door=Door.TERMINAL))
        assert day_of(await one(office, at(4, 10))) == "2026-03-04"
        assert await record(office) == []


# --- what it starts from ----------------------------------------------------------------------------------------------


async def test_a_brief_fills_in_what_is_to_be_the_same_each_time(tmp_path: Path) -> None:
    async with morning(tmp_path, triggers={**BY_CLOCK, "values": {"most": 9}}) as office:
        assert (await one(office, at(3, 9))).value("round") == {"day": "2026-03-03", "most": 9}


async def test_its_day_is_the_day_of_its_clock(tmp_path: Path) -> None:
    triggers = {**BY_CLOCK, "schedule": "30 0 * * *", "time_zone": "Europe/Berlin"}
    async with morning(tmp_path, triggers=triggers) as office:
        run = await one(office, at(2, 23, 30))
        assert (day_of(run), run.origin.key) == ("2026-03-03", "schedule/2026-03-02T23:30Z")


async def test_another_clock_starts_nothing_for_what_has_passed_by_then(tmp_path: Path) -> None:
    async with morning(tmp_path) as office:
        office.clock.at = at(3, 8, 30)
        await deploy(office, {"triggers": {**BY_CLOCK, "time_zone": "Europe/Berlin"}})
        assert await look(office, at(3, 8, 31)) == (), "It was nine in Berlin half an hour ago."
        office.clock.at = at(3, 8, 45)
        assert await alerts(office) == []
        assert (await one(office, at(4, 8))).origin.key == "schedule/2026-03-04T08:00Z"


# --- the days on which clocks are changed -----------------------------------------------------------------------------

CHANGED = [
    ("Europe/Berlin", "2026-03-29", "30 2 * * sat-sun,mon", ["28T02:30", "29T03:00", "30T02:30"]),
    ("Europe/Berlin", "2026-10-25", "30 2 * * 0,1,6", ["24T02:30", "25T02:30", "26T02:30"]),
    ("America/New_York", "2027-03-14", "15,45 2 * * sun", ["14T03:00"]),
    ("America/New_York", "2026-11-01", "30 1 * * sat,sun,mon", ["31T01:30", "01T01:30", "02T01:30"]),
    ("Australia/Lord_Howe", "2026-10-04", "10 2 * * sun-mon", ["04T02:30", "05T02:10"]),
    ("Australia/Lord_Howe", "2027-04-04", "45 1 * * sat,sun,mon", ["03T01:45", "04T01:45", "05T01:45"]),
]
"""A place, the day its clock is changed, what is due around it, and as that clock shows it."""


@pytest.mark.parametrize(("time_zone", "day", "schedule", "shown"), CHANGED)
async def test_around_a_change_of_the_clock_two_who_look_and_restart_start_one_run_for_each_time(
    tmp_path: Path, time_zone: str, day: str, schedule: str, shown: list[str]
) -> None:
    zone = ZoneInfo(time_zone)
    begin = (datetime.fromisoformat(day) - timedelta(days=1)).replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
    triggers: dict[str, Any] = {**BY_CLOCK, "schedule": schedule, "time_zone": time_zone}
    async with morning(tmp_path) as office:
        office.clock.at = begin
        await deploy(office, {"triggers": triggers})
        started = [run for n in range(3 * 12) for run in await both_look(office, begin + n * timedelta(minutes=120))]
        assert [await shown_at(office, run, zone) for run in started] == shown


async def both_look(office: Office, then: datetime) -> list[RunId]:
    """Two processes that look at once, each at a store that it has opened just now."""
    office.clock.at = then
    keys = KeyFile(office.folder.parent / "audit.key")
    other = SqliteStore(office.folder.parent / "data.sqlite3", keys=keys, writer="another", clock=office.clock)
    async with other.open():
        looks = [start_by_clock(parts) for parts in (office.parts, replace(office.parts, store=other))]
        return [run for runs in await asyncio.gather(*looks) for run in runs]


async def shown_at(office: Office, run: RunId, zone: ZoneInfo) -> str:
    key = (await office.run(run)).origin.key
    due = datetime.strptime(key, "schedule/%Y-%m-%dT%H:%M%z").astimezone(zone)
    return f"{due:%dT%H:%M}"
