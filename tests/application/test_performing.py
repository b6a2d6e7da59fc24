"""One effect after the other, performed by hand: what is recorded, what is put off, what is dropped, who is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.adapters.directory.listed import Listed
from bot.adapters.model.scripted import Scripted, unavailable, wrong
from bot.application import ask_model
from bot.application.allowance import refuse_over_limit
from bot.application.ask_model import question_of
from bot.application.conclude import UNTIL_RESUMED, conclude, keep
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.perform import perform
from bot.application.read import reading
from bot.application.start import Request, start
from bot.application.start_runs import start_runs
from bot.application.switch import EVERYTHING, Flip, switch
from bot.application.tell import MENDING, PATIENCE, tell
from bot.application.waiting import answered
from bot.domain.binding import Binding, Retry
from bot.domain.brief import Brief
from bot.domain.effect import AskModel, Purpose, Read, Show, StartRuns, Tell, Wake
from bot.domain.errors import BotError, Broken, Transient, Unreachable
from bot.domain.event import Cancelled, Failed, ReadBack, Verdict, Woken
from bot.domain.machine import Moved, advance
from bot.domain.person import ENGINE, Door, Person, PersonId, person_actor
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId, RunState, StepStatus
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.intents.helpdesk import AddTag
from bot.ports.messenger import About
from bot.ports.queries import RunFilter
from bot.ports.store import EffectId, Lease, Transaction
from tests.audit.house import BILLING, FARAH, JONAS, MIA, NADIA, OLGA, SAM, TEAM, House, opened, ticket
from tests.made import merged

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
E = TypeVar("E")


@dataclass
class Heard:
    """A messenger that remembers, and fails as it is told to."""

    error: BotError | None = None
    unreachable: set[PersonId] = field(default_factory=set[PersonId])
    told: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    shown: list[str] = field(default_factory=list[str])

    async def show(self, _run: Run, _terms: Terms, step: str) -> str:
        if self.error is not None:
            raise self.error
        self.shown.append(step)
        return "place"

    async def tell(self, _run: Run, to: str, _text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        if self.error is not None:
            raise self.error
        if to in self.unreachable:
            raise Unreachable("Nobody here.")
        self.keys.append(key)
        self.told.append(to.removeprefix(f"{TEAM}/"))
        return "place"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        raise AssertionError((to, text, key))


@dataclass
class Desk:
    """A house whose runtime stands still: each effect is taken and performed by the test."""

    house: House
    parts: Parts
    heard: Heard
    model: Scripted

    async def start(self, n: int = 1) -> RunId:
        return (await start(self.parts, Request("support_triage", ticket(n), Door.TERMINAL, TEAM, SAM, SAM.id))).run

    async def leases(self, *, later: timedelta = timedelta()) -> list[Lease]:
        """Everything that is due, taken by us."""
        now = self.house.clock.now() + later

        def work(tx: Transaction) -> tuple[Lease, ...]:
            tx.outbox.release(None)
            return tx.outbox.lease(now=now, limit=99, owner="us", until=now + DAY)

        # The runtime that they were born to stands still: nobody has begun with any of them.
        return [replace(lease, seen=None, interrupted=False) for lease in await self.house.store.run(work)]

    async def lease(self, kind: type[E], *, later: timedelta = timedelta()) -> Lease:
        return next(lease for lease in await self.leases(later=later) if isinstance(lease.effect, kind))

    async def until(self, kind: type[E]) -> Lease:
        """Perform whatever comes before an effect of this kind."""
        for _ in range(20):
            for lease in await self.leases():
                if isinstance(lease.effect, kind):
                    return lease
                await perform(self.parts, lease)
        raise AssertionError(f"No {kind} came.")

    async def run(self, run: RunId) -> Run:
        return await self.house.store.queries.run(run)

    async def pending(self, run: RunId) -> dict[str, tuple[timedelta, int]]:
        """How long each effect still waits, and which try comes next."""
        rows, now = await self.house.store.queries.pending(run), self.house.clock.now()
        return {effect.type: (due - now, attempt) for effect, due, attempt in rows}

    def terms(self, **changed: object) -> Terms:
        terms = self.parts.library.current("support_triage")
        written = terms.brief.model_dump(mode="json", by_alias=True, exclude_none=True)
        return replace(terms, brief=Brief.model_validate(merged(written, changed)))

    def rule(self, **changed: object) -> None:
        """From now on the pinned brief says this."""
        terms = self.terms(**changed)
        library: Any = self.parts.library

        def pinned(_run: Run) -> Terms:
            return terms

        library.pinned = pinned


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path / "data") as house:
        await house.runtime.stop()
        heard, model = Heard(), Scripted(dict(BILLING))
        yield Desk(house, replace(house.parts, messenger=heard, model=model), heard, model)


async def at_gate(desk: Desk) -> tuple[RunId, Lease]:
    """A run at its gate, and the card that is still to be shown."""
    run = await desk.start()
    return run, await desk.until(Show)


# --- what is performed at all ----------------------------------------------------------------------------------------


async def test_what_the_run_no_longer_wants_is_dropped(desk: Desk) -> None:
    run = await desk.start()
    lease = await desk.until(AskModel)
    await cancel(desk, run)
    await perform(desk.parts, lease)
    assert desk.model.questions == []
    assert "ask model" not in await desk.pending(run)


async def cancel(desk: Desk, run: RunId) -> None:
    at = desk.house.clock.now()
    event = Cancelled(at, person_actor(OLGA.id, Door.TERMINAL), OLGA)

    def work(tx: Transaction) -> None:
        before = tx.runs.load(run)
        keep(tx, before, advance(before, event, desk.parts.library.pinned(before)))

    await desk.house.store.run(work)


async def test_in_a_pause_the_model_is_not_asked_and_the_effect_is_put_off_untried(desk: Desk) -> None:
    run = await desk.start()
    lease = await desk.until(AskModel)
    await switch(desk.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL, "Holidays."))
    await perform(desk.parts, lease)
    assert desk.model.questions == []
    waits, attempt = (await desk.pending(run))["ask model"]
    assert waits > UNTIL_RESUMED - DAY
    assert attempt == lease.attempt
    await switch(desk.parts, Flip(EVERYTHING, False, OLGA, Door.TERMINAL))
    await perform(desk.parts, await desk.until(AskModel))
    assert len(desk.model.questions) == 1


async def test_a_card_is_shown_in_a_pause(desk: Desk) -> None:
    _, lease = await at_gate(desk)
    await switch(desk.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL, "Holidays."))
    await perform(desk.parts, lease)
    assert desk.heard.shown == ["approved"]


async def test_who_lost_the_lease_asks_nobody_and_records_nothing(desk: Desk) -> None:
    run = await desk.start()
    lease = await desk.until(AskModel)
    before = await desk.run(run)
    await desk.leases()  # somebody else has it now
    await perform(desk.parts, lease)
    assert desk.model.questions == []
    assert await desk.run(run) == before


async def test_an_outcome_that_comes_after_its_lease_was_lost_is_not_recorded(desk: Desk) -> None:
    run = await desk.start()
    lease = await desk.until(AskModel)
    before = await desk.run(run)
    fresh = (await desk.leases())[0]
    woken = Woken(desk.house.clock.now(), ENGINE, "triage")
    done = list[str]()
    assert await conclude(desk.parts, lease, woken, also=lambda _tx, _run: done.append("it")) is None
    assert done == []
    assert await desk.run(run) == before
    assert fresh.token > lease.token
    assert "ask model" in await desk.pending(run), "Whoever has it now still has it."


async def test_a_move_that_changes_nothing_stores_nothing(desk: Desk) -> None:
    run = await desk.start()
    before = await desk.run(run)
    kept = await desk.house.store.run(lambda tx: keep(tx, before, Moved(before, (), ())))
    assert kept is before
    assert await desk.run(run) == before


async def test_the_timers_of_a_run_end_with_it(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    await perform(desk.parts, lease)
    assert "wake" in await desk.pending(run)
    await cancel(desk, run)
    assert "wake" not in await desk.pending(run)


async def test_a_timer_that_goes_off_looks_at_the_run(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    await perform(desk.parts, lease)
    later, _ = (await desk.pending(run))["wake"]
    wake = await desk.lease(Wake, later=later)
    desk.house.clock.at += later
    await perform(desk.parts, wake)
    assert "tell" in await desk.pending(run), "Whoever decides is reminded."


# --- cards and messages ----------------------------------------------------------------------------------------------


async def test_the_first_time_a_card_was_seen_is_kept(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    await perform(desk.parts, lease)
    first = (await desk.run(run)).gates["approved"].shown_at
    assert first is not None
    desk.house.clock.forward(hours=1)
    await decide(desk.parts, Wish(run, Verdict.COMMENT, MIA, Door.TERMINAL, text="They called."))
    await perform(desk.parts, await desk.until(Show))
    assert desk.heard.shown == ["approved", "approved"]
    assert (await desk.run(run)).gates["approved"].shown_at == first


async def test_a_chat_that_is_down_is_tried_later_and_the_run_waits_for_people_all_the_same(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    desk.heard.error = Transient("The chat is down.", retry_after=timedelta(minutes=7))
    await perform(desk.parts, lease)
    waits, attempt = (await desk.pending(run))["show"]
    assert timedelta(minutes=6) < waits <= timedelta(minutes=7), "It waits as long as it was asked to."
    assert attempt == lease.attempt + 1
    assert (await desk.run(run)).state is RunState.WAITING


async def test_a_card_that_never_gets_through_is_reported_and_given_up(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    desk.heard.error = Transient("The chat is down.")
    await perform(desk.parts, replace(lease, attempt=PATIENCE.retries + 1))
    assert "show" not in await desk.pending(run)
    told = [effect for effect, _, _ in await desk.house.store.queries.pending(run) if isinstance(effect, Tell)]
    assert [(one.to, "could not be shown: The chat is down." in one.text) for one in told] == [("pager", True)]


async def test_a_message_that_never_gets_through_orders_no_further_message(desk: Desk) -> None:
    run, _ = await at_gate(desk)
    desk.heard.error = Transient("The chat is down.")
    lease = Lease(EffectId(10**6), run, Tell("pager", "Look."), 1, PATIENCE.retries + 1, desk.house.clock.now())
    await tell(desk.parts, lease, await desk.run(run), Tell("pager", "Look."))
    assert "tell" not in await desk.pending(run), "Else they would tell each other for ever."


async def test_who_can_mend_it_hears_of_it_once_and_the_card_is_tried_until_it_is_mended(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    desk.heard.error = Unreachable("That channel is archived.")
    await perform(desk.parts, lease)
    orders = [effect for effect, _, _ in await desk.house.store.queries.pending(run) if isinstance(effect, Tell)]
    assert [(one.to, "That channel is archived." in one.text) for one in orders] == [("owner", True)]
    waits, attempt = (await desk.pending(run))["show"]
    assert (attempt, round(waits / MENDING, 2)) == (2, 1)
    desk.house.clock.at += MENDING
    await perform(desk.parts, await desk.lease(Show))
    waits, attempt = (await desk.pending(run))["show"]
    assert (attempt, round(waits / MENDING, 2)) == (3, 1)
    desk.heard.error = None
    desk.house.clock.at += MENDING
    await perform(desk.parts, await desk.lease(Show))
    assert desk.heard.shown == ["approved"]
    orders = [effect for effect, _, _ in await desk.house.store.queries.pending(run) if isinstance(effect, Tell)]
    assert [one.to for one in orders] == ["owner"]


async def test_a_mistake_of_ours_is_not_tried_again_and_the_pager_hears_of_it(desk: Desk) -> None:
    run, lease = await at_gate(desk)
    desk.heard.error = Broken("Slack refused it: invalid_blocks.")
    await perform(desk.parts, lease)
    assert "show" not in await desk.pending(run)
    orders = [effect for effect, _, _ in await desk.house.store.queries.pending(run) if isinstance(effect, Tell)]
    assert [one.to for one in orders] == ["pager"]


async def test_for_whoever_cannot_be_told_the_owner_is(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    desk.parts = replace(desk.parts, directory=Listed([SAM, FARAH, OLGA]))
    desk.heard.unreachable = {FARAH.id}
    assert await told(desk, run, "group:finance") == ["olga"]
    desk.heard.unreachable = {FARAH.id, OLGA.id}
    assert await told(desk, run, "group:finance") == []


async def test_a_message_that_is_tried_again_goes_under_the_same_key(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    await told(desk, run, "owner")
    await told(desk, run, "owner")
    assert desk.heard.keys == [f"{10**6}", f"{10**6}"]


AWAY = replace(MIA, away=True, delegate=NADIA.id)

WHOM: Mapping[str, list[str]] = {
    "owner": ["olga"],
    "maintainer": ["jonas"],
    "requester": ["sam"],
    "pager": ["@priya"],  # nobody here knows her: the messenger may
    "group:finance": ["farah"],
    "group:leads": ["olga", "mia"],
    "group:nobody": ["olga"],
    FARAH.id: ["farah"],
    "@farah": ["farah"],
    "auditors": ["nadia"],
    "somebody else": ["somebody else"],
}


async def test_whoever_a_role_stands_for_is_told(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    desk.parts = replace(desk.parts, directory=Listed([SAM, MIA, FARAH, OLGA, JONAS, NADIA]))
    assert {to: await told(desk, run, to) for to in WHOM} == WHOM


async def told(desk: Desk, run: Run, to: str) -> list[str]:
    desk.heard.told.clear()
    lease = Lease(EffectId(10**6), run.id, Tell(to, "Look."), 1, 1, desk.house.clock.now())
    await tell(desk.parts, lease, run, Tell(to, "Look."))
    return [*desk.heard.told]


PRESENT: Sequence[tuple[Sequence[Person], list[str]]] = (
    ([AWAY, NADIA, OLGA, SAM], ["nadia"]),
    ([AWAY, OLGA, SAM], ["mia"]),  # a delegate nobody knows stands in for nobody
    ([replace(MIA, away=True), OLGA, SAM], ["mia"]),
    ([OLGA, SAM], ["olga"]),
    ([SAM], ["@olga"]),
)


async def test_whoever_is_away_is_stood_in_for_and_nobody_is_the_owner(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    for people, who in PRESENT:
        desk.parts = replace(desk.parts, directory=Listed(people))
        assert await told(desk, run, "group:support") == who, people


# --- the model -------------------------------------------------------------------------------------------------------


async def asked(desk: Desk, **changed: object) -> tuple[Run, int]:
    """The run after its first question, and what the day has cost."""
    run = await desk.start()
    lease = await desk.until(AskModel)
    desk.rule(**changed)
    await perform(desk.parts, lease)
    spent = await desk.house.store.run(lambda tx: tx.limits.count("cost:support_triage", TODAY))
    return await desk.run(run), spent


async def test_what_an_answer_cost_is_counted_against_the_day(desk: Desk) -> None:
    desk.model.cost_micros = 300_000
    run, spent = await asked(desk, limits={"cost_per_day": "1 USD"})
    assert (run.steps["triage"].status, run.spent_micros, spent) == (StepStatus.DONE, 300_000, 300_000)


async def test_a_day_whose_budget_is_used_up_asks_no_model(desk: Desk) -> None:
    desk.model.cost_micros = 1_000_001
    run, spent = await asked(desk, limits={"cost_per_day": "1 USD"})
    assert desk.model.questions == []
    assert spent == 0
    assert "The day's budget of 1" in str([run.reason, *(question.text for question in run.questions.values())])


async def test_a_budget_can_be_used_to_its_last_cent(desk: Desk) -> None:
    desk.model.cost_micros = 1_000_000
    run, spent = await asked(desk, limits={"cost_per_day": "1 USD"})
    assert (run.steps["triage"].status, spent) == (StepStatus.DONE, 1_000_000)


async def test_a_call_that_does_not_say_what_it_cost_costs_its_estimate(desk: Desk) -> None:
    desk.model.cost_micros = 300_000
    desk.model.script = {**BILLING, "triage": wrong("No category.")}
    _, spent = await asked(desk, limits={"cost_per_day": "1 USD"})
    assert spent == 300_000


async def test_a_model_out_of_reach_is_tried_later_and_each_try_is_kept(desk: Desk) -> None:
    desk.model.script = {**BILLING, "triage": unavailable(transient=True)}
    run, _ = await asked(desk)
    waits, attempt = (await desk.pending(run.id))["ask model"]
    assert timedelta() < waits < timedelta(seconds=2)
    assert (attempt, run.steps["triage"].status) == (2, StepStatus.DUE)
    assert len(await desk.house.store.queries.attempts(run.id)) == 1


async def test_a_model_has_as_long_to_answer_as_the_brief_gives_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given = list[timedelta | None]()

    async def at_once(call: Awaitable[E], otherwise: BotError, *, within: timedelta | None = None) -> E:
        given.append(within)
        return await answered(call, otherwise, within=timedelta())

    monkeypatch.setattr(ask_model, "answered", at_once)
    desk.model.held = {"triage": asyncio.Event()}
    run, _ = await asked(desk, limits={"answer_within": "7s"})
    assert given == [timedelta(seconds=7) + ask_model.GRACE]
    assert desk.model.questions[0].within == timedelta(seconds=7)
    assert (await desk.pending(run.id))["ask model"][1] == 2
    (tried,) = await desk.house.store.queries.attempts(run.id)
    assert (tried.attempt.outcome, tried.attempt.error) == ("timeout", "The model did not answer in time.")


async def test_a_model_that_answers_badly_is_not_asked_the_same_again(desk: Desk) -> None:
    desk.model.script = {**BILLING, "triage": wrong("No category.")}
    run, _ = await asked(desk)
    assert "ask model" not in await desk.pending(run.id)
    assert [question.step for question in run.questions.values()] == ["triage"]


async def test_a_model_sees_what_its_prompt_declares_and_nothing_else(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    terms = desk.parts.library.pinned(run)
    question = question_of(desk.parts, run, terms, AskModel("triage"), key="k")
    assert set(question.material) <= set(terms.prompts["triage"].inputs)
    assert (question.previous, question.key) == (None, "k")


async def test_each_try_is_a_question_of_its_own(desk: Desk) -> None:
    desk.model.script = {**BILLING, "triage": unavailable(transient=True)}
    await asked(desk)
    desk.house.clock.forward(minutes=1)
    await perform(desk.parts, await desk.until(AskModel))
    first, second = desk.model.questions
    assert first.key != second.key


# --- reading ---------------------------------------------------------------------------------------------------------

ABOUT: Mapping[str, Plain] = ticket()


async def found(desk: Desk, lookup: str = "helpdesk.state_of", about: Mapping[str, Plain] = ABOUT) -> ReadBack | Failed:
    return await reading(desk.parts, desk.terms(), Read("ticket", lookup, about, Purpose.PROOF))


async def test_what_is_read_comes_back_with_why_it_was_read(desk: Desk) -> None:
    back = await found(desk)
    assert isinstance(back, ReadBack)
    assert (back.purpose, back.records) == (Purpose.PROOF, ("helpdesk.state_of",))
    assert back.value["ticket_id"] == "T-1001"


UNREAD: Sequence[tuple[str, Mapping[str, Plain], str]] = (
    ("helpdesk.ticket_of", ABOUT, "The brief does not allow reading helpdesk.ticket_of."),
    ("helpdesk.state_of", {**ABOUT, "id": "T-9999"}, "T-9999"),
    ("helpdesk.state_of", {}, "in a form we do not know"),
)


async def test_what_cannot_be_read_says_why(desk: Desk) -> None:
    for lookup, about, words in UNREAD:
        back = await found(desk, lookup, about)
        assert isinstance(back, Failed)
        assert words in back.text


# --- starting runs ---------------------------------------------------------------------------------------------------


async def started(desk: Desk, run: Run, records: tuple[Mapping[str, Plain], ...]) -> int:
    effect = StartRuns("each", "support_triage", records)
    lease = Lease(EffectId(10**6), run.id, effect, 1, 1, desk.house.clock.now())
    await start_runs(desk.parts, lease, run, effect)
    return (await desk.house.store.queries.counts()).get(RunState.RUNNING.value, 0)


async def test_each_record_starts_one_run_however_often_it_is_done(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    records = (ticket(2), ticket(3), ticket(2), {"id": "no ticket"})
    assert await started(desk, run, records) == 3  # the one that starts them, and two
    assert await started(desk, run, records) == 3


async def test_whoever_asked_for_the_first_of_several_runs_stands_behind_them_all(desk: Desk) -> None:
    """Else they would approve their own request, one run further on."""
    run = await desk.run(await desk.start())
    await started(desk, run, (ticket(2),))
    (child,) = [one.id for one in await desk.house.store.queries.runs(RunFilter()) if one.id != run.id]
    second = await desk.run(child)
    assert (second.origin.requester, second.origin.behind) == (f"run:{run.id}", SAM.id)
    await started(desk, second, (ticket(3),))
    others = [one.id for one in await desk.house.store.queries.runs(RunFilter()) if one.id not in (run.id, child)]
    assert [(await desk.run(one)).origin.behind for one in others] == [SAM.id]


# --- limits beyond a run ---------------------------------------------------------------------------------------------

TAG = AddTag(ticket_id="T-1001", tag="late")


def binding(per_day: int | None) -> Binding:
    return Binding(TAG.kind(), Retry.SEARCHABLE, sandbox=True, per_day=per_day)


LIMITS: Sequence[tuple[int, int, int | None, int, str]] = (
    (2, 9, None, 2, "limits.actions_per_day"),
    (9, 2, None, 2, "limits.actions_per_target_per_day"),
    (9, 9, 1, 1, "the binding of helpdesk.AddTag"),
    (9, 9, 0, 0, "the binding of helpdesk.AddTag"),
)


async def test_each_limit_lets_so_many_through_names_itself_and_is_free_again_tomorrow(desk: Desk) -> None:
    run = await desk.run(await desk.start())
    for n, (per_run_day, per_target, per_day, times, named) in enumerate(LIMITS):
        limits = {"actions_per_day": per_run_day, "actions_per_target_per_day": per_target}
        brief, day = desk.terms(limits=limits).brief, TODAY + n * DAY * 2
        count = counter(run, brief, per_day, day)
        said = [await desk.house.store.run(count) for _ in range(times + 2)]
        assert said[:times] == [""] * times
        assert all(f"({named})" in one and "free again tomorrow" in one for one in said[times:])
        assert await used(desk, day) == times, "What is refused is not counted."
        assert bool(await desk.house.store.run(counter(run, brief, per_day, day + DAY))) is (per_day == 0)


async def used(desk: Desk, day: date) -> int:
    return await desk.house.store.run(lambda tx: tx.limits.count(f"target:{TAG.record()}", day))


def counter(run: Run, brief: Brief, per_day: int | None, day: date) -> Callable[[Transaction], str]:
    return lambda tx: refuse_over_limit(tx, run, TAG.record(), binding(per_day), brief, day)
