"""Every change of every workflow that ships, through everything that can go wrong in the back office while it is made.

Whatever happens: one effect for each key, none without its entry, and the run is done, taken back, or with a person.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import BINDINGS, Call, Fault
from bot.application.audit_verify import Status
from bot.domain.audit.entry import EntryKind
from bot.domain.binding import Retry
from bot.domain.intent import key_of
from bot.domain.retrying import LOOK_AGAIN
from bot.domain.run import ActionStatus, Run, RunState
from tests.workflows.company import Company, company, let_act
from tests.workflows.lives import EVERY, LIVES, Life
from tests.workflows.shipped import intent_types, samples_of, terms_of


@dataclass(frozen=True)
class Bad:
    """What goes wrong, one after the other: a fault, and how often; None where it lasts."""

    name: str
    faults: tuple[tuple[Fault, int | None], ...]

    def __str__(self) -> str:
        return self.name

    @property
    def lasts(self) -> bool:
        return self.faults[-1][1] is None

    def has(self, *faults: Fault) -> bool:
        return any(one in faults for one, _ in self.faults)


@dataclass(frozen=True)
class Change:
    """One change that a sample of a workflow makes."""

    workflow: str
    life: Life
    kind: str

    def __str__(self) -> str:
        return f"{self.workflow} {self.kind}"


LATE = (Fault.DUPLICATE_REFUSED, Fault.UNSEEN, Fault.TWO_FOUND)
"""They meet whoever asks again: after an answer was lost, and for what is not shown also at the end."""
OUTAGES = (Fault.DOWN, Fault.RATE_LIMIT, Fault.ERROR_BEFORE)
"""Whoever looks after the machine is told of them, too."""


def _bads() -> Iterator[Bad]:
    for fault in Fault:
        first = ((Fault.LOST_ANSWER, 1),) if fault in LATE else ()
        if fault is not Fault.HANG:  # it lasts as long as the longest call may, on the machine's clock
            yield Bad(f"{fault} once", (*first, (fault, 1)))
            yield Bad(f"{fault} for good", (*first, (fault, None)))
    yield Bad("unseen twice at the end", ((Fault.UNSEEN, LOOK_AGAIN - 1),))
    yield Bad("unseen at the end for good", ((Fault.UNSEEN, None),))
    yield Bad("lost answer, unseen twice", ((Fault.LOST_ANSWER, 1), (Fault.UNSEEN, LOOK_AGAIN - 1)))


def _changes() -> Iterator[Change]:
    seen: set[tuple[str, str]] = set()
    for workflow, life in EVERY:
        for kind in life.does:
            if (workflow, kind) not in seen:
                seen.add((workflow, kind))
                yield Change(workflow, life, kind)


BADS, CHANGES = tuple(_bads()), tuple(_changes())
ALERT = next(one for one in CHANGES if (one.workflow, one.kind) == ("quiet_deal", "chat.PostMessage"))
"""The second of two: where it cannot be made, the first has to be taken back."""


@pytest.mark.parametrize("bad", BADS, ids=str)
@pytest.mark.asyncio
async def test_whatever_goes_wrong_with_an_alert_it_is_posted_once_or_the_deal_is_as_before(
    tmp_path: Path, bad: Bad
) -> None:
    await _goes_well(tmp_path, ALERT, bad)


@pytest.mark.certify
@pytest.mark.parametrize("bad", BADS, ids=str)
@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.asyncio
async def test_whatever_goes_wrong_with_a_change_nothing_is_done_twice_or_in_silence(
    tmp_path: Path, change: Change, bad: Bad
) -> None:
    await _goes_well(tmp_path, change, bad)


def test_every_change_that_a_workflow_may_make_is_made_here() -> None:
    made = {(one.workflow, one.kind) for one in CHANGES}
    briefs = {name: terms_of(name).brief for name in LIVES}
    may = {
        (name, f"{at}.{one}") for name, brief in briefs.items() for at, kinds in brief.changes.items() for one in kinds
    }
    assert made == may


async def _goes_well(folder: Path, change: Change, bad: Bad) -> None:
    async with company(folder / "data") as office:
        await let_act(office.bot, change.workflow)
        run = await office.start(change.workflow, samples_of(change.workflow)[change.life.sample])
        assert run.state is RunState.WAITING
        for fault, times in bad.faults:
            wait = timedelta(milliseconds=1) if fault is Fault.SLOW else None
            office.bot.back_office.backstage.fault(change.kind, fault, times=times, wait=wait)
        for who in change.life.by:
            run = await office.approve(run, who)
        effects = office.effects()
        assert _repeated(effects) <= _may_be_repeated(change, bad)
        assert {call.key for call in effects} <= await _accounted_for(office, run)
        assert _is_as_it_says(run, change, bad, effects), (run.state, run.reason, [call.kind for call in effects])
        assert run.state is RunState.DONE or _is_told(office, run, bad), office.told
        assert office.verified() is Status.WHOLE  # and its entries, put together, say what its row says


def _repeated(effects: Sequence[Call]) -> set[str]:
    """The kinds that were changed more than once under one key."""
    return {kind for (_, kind), times in Counter((call.key, call.kind) for call in effects).items() if times > 1}


def _may_be_repeated(change: Change, bad: Bad) -> set[str]:
    """Nothing; but what can be taken back is done again where its system, asked several times, never shows it."""
    never_shown = bad.faults[-1] == (Fault.UNSEEN, None)
    searched = BINDINGS[change.kind].retry is Retry.SEARCHABLE and intent_types()[change.kind].reversible()
    return {change.kind} if never_shown and searched else set()


async def _accounted_for(office: Company, run: Run) -> set[str]:
    """The keys of what the record says was begun: to do it, and to take it back."""
    entries = await office.bot.store.queries.entries(f"run:{run.id}")
    begun = {str(one.notes["key"]) for one in entries if one.kind == EntryKind.ACTION_INTENDED}
    undone = {str(one.notes["key"]) for one in entries if one.kind == EntryKind.COMPENSATION_BEGUN}
    undoing = [one for one in run.actions if one.key in undone]
    return begun | {key_of(run=run.id, step=f"{one.step} undo", digest=one.key, n=one.n) for one in undoing}


def _is_as_it_says(run: Run, change: Change, bad: Bad, effects: Sequence[Call]) -> bool:
    """Whether what a run says of itself is so in the back office."""
    made, stand = Counter(call.kind for call in effects), {one.status for one in run.actions}
    match run.state:
        case RunState.DONE if bad.has(Fault.EMPTY_PROMISE):
            return False
        case RunState.DONE:
            return set(made) == set(change.life.does)
        case RunState.FAILED:
            return not stand & {ActionStatus.DONE, ActionStatus.BEGUN, ActionStatus.IN_DOUBT}
        case _:
            return run.state is RunState.PARKED and bool(run.reason) and ActionStatus.BEGUN not in stand


def _is_told(office: Company, run: Run, bad: Bad) -> bool:
    """Whether the owner has read what it is about; or, of an outage, whoever looks after the machine."""
    brief = office.bot.library.current(run.workflow).brief
    people = [brief.owner, brief.pager] if bad.has(*OUTAGES) else [brief.owner]
    to = tuple(f"To {office.person(who).id}: " for who in people)
    return any(said.startswith(to) and run.reason in said for said in office.told)
