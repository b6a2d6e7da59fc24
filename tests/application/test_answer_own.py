"""Who gets it, and when the next touch is due, in real runs: durable, fair under races, kept once chosen."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.application.conclude import conclude
from bot.application.decide import Wish, decide
from bot.application.dry_run import dry_run
from bot.application.perform import perform
from bot.application.start import Request, start
from bot.domain.effect import Read
from bot.domain.event import Verdict
from bot.domain.person import Door, Person, PersonId
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId, RunState, Stage
from bot.domain.version import digest_of_text
from bot.ports.directory import Directory
from bot.ports.store import EffectId, Lease
from bot.ports.version import Version, VersionKind
from bot.runtimes.embedded import Embedded
from bot.settings import read_settings
from bot.wiring import Bot, opened

FLOWS = Path(__file__).parent / "flows"
TURN = "Everybody, in turn"


@dataclass
class Moody:
    """The directory of the sample company, and who has left it in the meantime."""

    inner: Directory
    away: set[str] = field(default_factory=set[str])

    def _now(self, person: Person | None) -> Person | None:
        return replace(person, away=True) if person is not None and person.handle in self.away else person

    def person(self, id: PersonId) -> Person | None:
        return self._now(self.inner.person(id))

    def named(self, name: str) -> Person | None:
        return self._now(self.inner.named(name))

    def members(self, group: str) -> tuple[Person, ...]:
        return self.inner.members(group)


@dataclass
class Here:
    """A bot whose people come and go."""

    bot: Bot
    people: Moody
    runtime: Embedded | None = None

    def request(self, **said: object) -> Request:
        sam = self.people.named("@sam")
        assert sam is not None
        return Request("chase_ticket", {"id": "T-1001", **said}, Door.TERMINAL, sam.team, sam, sam.id, key=repr(said))

    async def started(self, **said: object) -> Run:
        run = (await start(self.bot.parts, self.request(**said))).run
        return await self.settled(run)

    async def settled(self, run: RunId) -> Run:
        assert self.runtime is not None
        await self.runtime.settle()
        return await self.bot.store.queries.run(run)

    async def approve(self, run: Run) -> Run:
        mia = self.people.inner.named("@mia")
        assert mia is not None
        await decide(self.bot.parts, Wish(run.id, Verdict.APPROVE, mia, Door.TERMINAL))
        return await self.settled(run.id)


@asynccontextmanager
async def here_at(folder: Path) -> AsyncIterator[Here]:
    settings = await asyncio.to_thread(read_settings, {}, data=str(folder), workflows=str(FLOWS))
    async with opened(settings) as bot:
        people = Moody(bot.parts.directory)
        bot = replace(bot, parts=replace(bot.parts, directory=people))
        async with bot.running() as runtime:
            yield Here(bot, people, runtime)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    async with here_at(tmp_path) as one:
        yield one


def route(run: Run) -> dict[str, Plain]:
    value = run.value("route")
    assert isinstance(value, dict), run.steps["route"]
    return value


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


async def changed(here: Here, kind: VersionKind, text: str) -> None:
    """A new version of a text, as if its owner had stored it."""
    fresh = Version(kind, "chase_ticket", 0, digest_of_text(text), text, here.bot.parts.clock.now(), "o", "why", "")
    here.bot.library.learn([await here.bot.store.run(lambda tx: tx.versions.add(fresh))])


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
    (touch,) = said["records"] if isinstance(said["records"], list) else ()
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
