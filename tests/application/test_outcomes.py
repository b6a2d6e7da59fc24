"""Performing effects, as one table: whatever comes of each, one outcome is recorded or none, and its lease has an end.

What truly happened outside, and how often, stands in `test_execute.py`; here it is what the bot makes of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import get_args

import pytest

from bot.adapters.model.scripted import Script
from bot.application import ask_model, waiting
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING
from bot.domain.attempt import Attempt
from bot.domain.audit.semantics import senseless
from bot.domain.effect import Effect
from bot.domain.errors import Broken, Refused, Transient, Uncertain
from bot.domain.intent import Receipt
from bot.domain.person import Door
from bot.domain.run import Run
from bot.ports.model import NoAnswer
from bot.ports.store import Lease
from tests.application.conftest import APPLIED, TRIAGED
from tests.application.moods import (
    Came,
    Mood,
    Outside,
    at_a_call,
    at_a_card,
    at_a_compensation,
    at_a_look,
    at_a_message,
    at_a_preview,
    at_a_reading,
    at_a_timer,
    at_further_runs,
    at_once,
    at_the_model,
    fails,
    gives,
    hangs,
    meanwhile,
    observed,
)
from tests.application.office import ONBOARDING, PARTNER_TICKET, TRIAGE, Office, opened
from tests.made import NORA, OLGA

# --- the effects ------------------------------------------------------------------------------------------------------

RESELLER = {"application": {"kind": "reseller", "company": "Bells", "summary": "They sell bells."}}


@dataclass(frozen=True)
class Place:
    """An effect, and the way to where it is the next."""

    arrive: Callable[[Office], Awaitable[Lease]]
    workflow: str = "support_triage"
    copied: tuple[Path, ...] = (TRIAGE,)
    answers: Mapping[str, Script] | None = None
    brief: Mapping[str, object] | None = None


PLACES: Mapping[str, Place] = {
    "read": Place(at_a_reading),
    "ask model": Place(at_the_model),
    "show": Place(at_a_card),
    "tell": Place(at_a_message),
    "wake": Place(at_a_timer),
    "execute": Place(at_a_call),
    "seek": Place(at_a_look),
    "dry run": Place(at_a_preview, brief={"stage": "shadow"}),
    "compensate": Place(at_a_compensation, "one_act", ()),
    "start runs": Place(at_further_runs, "partner_onboarding", (ONBOARDING, PARTNER_TICKET), {**APPLIED, **RESELLER}),
}


ELSEWHERE = "write"
"""A question to somebody outside runs the errand of a call; what comes of it stands in `web/test_inquiries.py`."""


# --- what happens -----------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    WORKS = "works"
    TRANSIENT = "surely not, for now"
    IN_THE_END = "surely not, and it was tried often enough"
    UNCERTAIN = "nobody knows"
    BROKEN = "refused for good"
    WRONG_FORM = "an answer in a form we do not know"
    HANGS = "no answer at all"
    LOST_BEFORE = "the lease is lost before"
    LOST_MEANWHILE = "the lease is lost meanwhile"
    PAUSED = "the run is paused"
    PAUSED_SINCE = "everything is paused since it was looked at"
    CANCELLED_SINCE = "the run is cancelled since it was looked at"
    CANCELLED_MEANWHILE = "the run is cancelled meanwhile"
    CHANGED = "the workflow was changed ahead"


@dataclass
class Case:
    """One effect at its place."""

    office: Office
    outside: Outside
    lease: Lease
    run: Run
    patched: pytest.MonkeyPatch

    async def steal(self) -> None:
        """Somebody else takes over whatever is due."""
        await self.office.store.run(lambda tx: tx.outbox.release(None))
        await self.office.lease(limit=9)

    async def steer(self, move: Move) -> None:
        by = NORA if self.run.workflow == "partner_onboarding" else OLGA
        await steer(self.office.parts, Order(self.run.id, move, by, Door.TERMINAL))

    async def cancel(self) -> None:
        await self.steer(Move.CANCEL)

    async def pause_everything(self) -> None:
        await self.office.store.run(lambda tx: tx.limits.pause(EVERYTHING, "Holidays."))

    async def hold_up_further_runs(self) -> None:
        await self.office.store.run(lambda tx: tx.limits.pause("partner_ticket", "Holidays."))

    def deploy(self) -> None:
        """Change a step that the run still has ahead; of what is being taken back none is."""
        before, after = CHANGES[self.run.workflow]
        self.office.deploy(self.run.workflow, lambda text: text.replace(before, after))

    def lose_patience(self) -> None:
        """Whoever does not answer at once has not answered in time."""
        self.patched.setattr(waiting, "LONGEST_CALL", timedelta())
        self.patched.setattr(ask_model, "answered", at_once)

    def fails_with(self, outcome: Outcome) -> Mood:
        return {**FAILURES, **OTHER_FAILURES.get(self.lease.effect.type, {})}[outcome]


CHANGES = {
    "support_triage": ("act(approved)", "act(approved, when=category.is_not(Category.SPAM))"),
    "partner_onboarding": ("cap=10", "cap=9"),
    "one_act": ('tag="delayed"', 'tag="late"'),
}
FAILURES: Mapping[Outcome, Mood] = {
    Outcome.TRANSIENT: fails(Transient("Busy.")),
    Outcome.IN_THE_END: fails(Transient("Busy.")),
    Outcome.UNCERTAIN: fails(Uncertain("The line broke.")),
    Outcome.BROKEN: fails(Broken("No.")),
    Outcome.WRONG_FORM: gives(object()),
}
TRIED = Attempt("scripted/1", "triage", "failed")
BUSY = gives(NoAnswer(wrong=False, text="Busy.", attempts=(TRIED,), transient=True))
OTHER_FAILURES: Mapping[str, Mapping[Outcome, Mood]] = {
    "read": {Outcome.WRONG_FORM: gives(Receipt(id="R-1"))},
    "ask model": {
        Outcome.TRANSIENT: BUSY,
        Outcome.IN_THE_END: BUSY,
        Outcome.BROKEN: gives(NoAnswer(wrong=False, text="No such model.", attempts=(TRIED,))),
        Outcome.WRONG_FORM: gives(NoAnswer(wrong=True, text="No category.", attempts=(TRIED,))),
    },
}

Happening = Callable[[Case], Awaitable[object]]


async def nothing(_case: Case) -> None:
    return None


async def outside_fails(case: Case, outcome: Outcome) -> None:
    case.outside.mood = case.fails_with(outcome)


async def nobody_answers(case: Case) -> None:
    case.outside.mood = hangs
    case.lose_patience()


async def stolen_meanwhile(case: Case) -> None:
    case.outside.mood = meanwhile(case.steal)


async def cancelled_meanwhile(case: Case) -> None:
    case.outside.mood = meanwhile(case.cancel)


async def changed(case: Case) -> None:
    case.deploy()


HAPPENS: Mapping[Outcome, Happening] = {
    Outcome.WORKS: nothing,
    **{outcome: partial(outside_fails, outcome=outcome) for outcome in FAILURES},
    Outcome.HANGS: nobody_answers,
    Outcome.LOST_BEFORE: Case.steal,
    Outcome.LOST_MEANWHILE: stolen_meanwhile,
    Outcome.PAUSED: lambda case: case.steer(Move.PAUSE),
    Outcome.PAUSED_SINCE: Case.pause_everything,
    Outcome.CANCELLED_SINCE: Case.cancel,
    Outcome.CANCELLED_MEANWHILE: cancelled_meanwhile,
    Outcome.CHANGED: changed,
}
SEEN_BEFORE = (Outcome.PAUSED_SINCE, Outcome.CANCELLED_SINCE)
"""What happens between the commit that ordered the effect, with which it was leased, and its turn."""


async def what_comes(case: Case, outcome: Outcome) -> Came:
    if case.run.workflow == "partner_onboarding" and outcome is Outcome.BROKEN:
        await case.hold_up_further_runs()
    else:
        with suppress(Refused):
            await HAPPENS[outcome](case)
    lease = replace(case.lease, seen=case.run) if outcome in SEEN_BEFORE else case.lease
    lease = replace(lease, attempt=999) if outcome is Outcome.IN_THE_END else lease
    return await observed(case.office, case.outside, lease)


# --- what comes of it -------------------------------------------------------------------------------------------------

AGAIN = Came("step.retried", then="again")
THEIRS = Came(then="theirs")
DONE_FOR_NOTHING = Came()
CANCELLED = Came("run.cancelled", "tell")
"""The cancelling itself; what comes back after it changes nothing."""

WORK: Mapping[Outcome, Came] = {
    Outcome.TRANSIENT: AGAIN,
    Outcome.UNCERTAIN: AGAIN,
    Outcome.HANGS: AGAIN,
    Outcome.WRONG_FORM: AGAIN,
    Outcome.LOST_BEFORE: Came(then="theirs", calls=0),
    Outcome.LOST_MEANWHILE: THEIRS,
    Outcome.PAUSED: Came(then="held", calls=0),
    Outcome.CANCELLED_SINCE: DONE_FOR_NOTHING,
    Outcome.CANCELLED_MEANWHILE: CANCELLED,
    Outcome.CHANGED: Came("run.parked", "tell tell", "held", calls=0),
}
"""What comes of most: a failure is tried again, and whatever holds the run up holds up its work."""

PARKED = Came("step.failed run.parked", "tell tell")
FILLED_IN = Came("model.asked question.asked", "tell show wake")
ANSWERED = Came("model.asked step.done step.skipped", "ask model")
SHOWN = Came("gate.shown")
TOLD = Came(calls=3)
REMINDED = Came("gate.reminded", "tell wake", calls=0)
CARRIED_OUT = Came("action.intended action.done step.done", "show read")
MAY_HAVE_LEFT = Came("action.intended step.retried", then="again")
TRIED_OUT = Came("action.dry_run step.skipped question.asked", "wake")
TAKEN_BACK = Came("compensation.done run.undone", "show tell tell")
STUCK = Came("compensation.failed run.parked", "show tell tell")
NOT_SHOWN = Came("action.sought", "show")
STARTED = Came("step.done", "read", calls=0)

TABLE: Mapping[str, Mapping[Outcome, Came]] = {
    "read": {
        **WORK,
        Outcome.WORKS: Came("step.done", "ask model"),
        Outcome.IN_THE_END: PARKED,
        Outcome.BROKEN: PARKED,
        Outcome.WRONG_FORM: PARKED,
        Outcome.PAUSED_SINCE: Came("step.done", "ask model"),
    },
    "ask model": {
        **{outcome: came for outcome, came in WORK.items() if outcome is not Outcome.UNCERTAIN},
        Outcome.WORKS: ANSWERED,
        Outcome.IN_THE_END: FILLED_IN,
        Outcome.BROKEN: FILLED_IN,
        Outcome.WRONG_FORM: FILLED_IN,
        Outcome.PAUSED_SINCE: ANSWERED,
    },
    "show": {
        **WORK,
        Outcome.WORKS: SHOWN,
        Outcome.IN_THE_END: Came("message.lost", "tell"),
        Outcome.BROKEN: Came("message.lost", "tell"),
        Outcome.PAUSED: SHOWN,
        Outcome.PAUSED_SINCE: SHOWN,
        Outcome.CANCELLED_SINCE: SHOWN,
        Outcome.CANCELLED_MEANWHILE: Came("gate.voided run.cancelled gate.shown", "show tell"),
        Outcome.CHANGED: SHOWN,
    },
    "tell": {
        **WORK,
        Outcome.WORKS: TOLD,
        Outcome.IN_THE_END: Came("message.lost"),
        Outcome.BROKEN: Came("message.lost", calls=4),
        Outcome.WRONG_FORM: TOLD,
        Outcome.LOST_MEANWHILE: Came(then="theirs", calls=3),
        Outcome.PAUSED: TOLD,
        Outcome.PAUSED_SINCE: TOLD,
        Outcome.CANCELLED_SINCE: replace(TOLD, calls=0),
        Outcome.CANCELLED_MEANWHILE: Came("gate.voided run.cancelled gate.refused gate.refused", "show tell", calls=3),
        Outcome.CHANGED: TOLD,
    },
    "wake": {
        Outcome.WORKS: REMINDED,
        Outcome.LOST_BEFORE: WORK[Outcome.LOST_BEFORE],
        Outcome.PAUSED: REMINDED,
        Outcome.PAUSED_SINCE: REMINDED,
        Outcome.CANCELLED_SINCE: Came(calls=0),
        Outcome.CHANGED: WORK[Outcome.CHANGED],
    },
    "execute": {
        **WORK,
        Outcome.WORKS: CARRIED_OUT,
        Outcome.TRANSIENT: Came("action.intended step.retried action.failed", then="again"),
        Outcome.IN_THE_END: Came("action.intended action.failed step.failed run.parked", "show tell tell"),
        Outcome.UNCERTAIN: MAY_HAVE_LEFT,
        Outcome.BROKEN: Came("action.intended action.failed step.failed run.parked", "show tell tell"),
        Outcome.WRONG_FORM: MAY_HAVE_LEFT,
        Outcome.HANGS: MAY_HAVE_LEFT,
        Outcome.LOST_MEANWHILE: Came("action.intended", then="theirs"),
        Outcome.PAUSED: Came("action.delayed", then="held", calls=0),
        Outcome.PAUSED_SINCE: Came("action.delayed", then="held", calls=0),
        Outcome.CANCELLED_SINCE: Came(calls=0),
        Outcome.CANCELLED_MEANWHILE: Came("action.intended gate.refused action.done step.done", "show read"),
    },
    "dry run": {
        **WORK,
        Outcome.WORKS: TRIED_OUT,
        Outcome.IN_THE_END: PARKED,
        Outcome.BROKEN: TRIED_OUT,
        Outcome.PAUSED_SINCE: TRIED_OUT,
    },
    "compensate": {
        **WORK,
        Outcome.WORKS: TAKEN_BACK,
        Outcome.IN_THE_END: STUCK,
        Outcome.BROKEN: STUCK,
        Outcome.PAUSED_SINCE: WORK[Outcome.PAUSED],
        Outcome.CANCELLED_SINCE: TAKEN_BACK,
        Outcome.CANCELLED_MEANWHILE: Came("gate.refused compensation.done run.undone", "show tell tell"),
        Outcome.CHANGED: TAKEN_BACK,
    },
    "seek": {
        **WORK,
        Outcome.WORKS: NOT_SHOWN,
        Outcome.IN_THE_END: NOT_SHOWN,
        Outcome.UNCERTAIN: NOT_SHOWN,
        Outcome.BROKEN: NOT_SHOWN,
        Outcome.PAUSED: NOT_SHOWN,
        Outcome.PAUSED_SINCE: NOT_SHOWN,
        Outcome.CANCELLED_SINCE: NOT_SHOWN,  # what is in doubt cannot be cancelled
        Outcome.CANCELLED_MEANWHILE: Came("gate.refused action.sought", "show"),
        Outcome.CHANGED: NOT_SHOWN,
    },
    "start runs": {
        Outcome.WORKS: STARTED,
        Outcome.BROKEN: Came("step.done", "tell read", calls=0),
        Outcome.LOST_BEFORE: WORK[Outcome.LOST_BEFORE],
        Outcome.PAUSED: WORK[Outcome.PAUSED],
        Outcome.PAUSED_SINCE: WORK[Outcome.PAUSED],
        Outcome.CANCELLED_SINCE: Came(calls=0),
        Outcome.CHANGED: WORK[Outcome.CHANGED],
    },
}
NOBODY_OUTSIDE = {
    Outcome.TRANSIENT,
    Outcome.IN_THE_END,
    Outcome.UNCERTAIN,
    Outcome.WRONG_FORM,
    Outcome.HANGS,
    Outcome.LOST_MEANWHILE,
    Outcome.CANCELLED_MEANWHILE,
}
CANNOT_BE: Mapping[str, set[Outcome]] = {
    "wake": {*NOBODY_OUTSIDE, Outcome.BROKEN},
    "start runs": NOBODY_OUTSIDE,
    "ask model": {Outcome.UNCERTAIN},  # a question changes nothing, so it surely did nothing
}
CELLS = [(effect, outcome) for effect, outcomes in TABLE.items() for outcome in outcomes]


def test_the_table_says_of_every_effect_what_comes_of_every_outcome_there_can_be() -> None:
    types = {one.default for kind in get_args(Effect) for one in fields(kind) if one.name == "type"}
    assert types | {"dry run"} == {*PLACES, ELSEWHERE}
    for effect in PLACES:
        assert {*TABLE[effect]} | CANNOT_BE.get(effect, set()) == {*Outcome}
        assert not {*TABLE[effect]} & CANNOT_BE.get(effect, set())


@pytest.mark.parametrize(("effect", "outcome"), CELLS)
async def test_of_each_effect_one_outcome_is_recorded_or_none_and_its_lease_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effect: str, outcome: Outcome
) -> None:
    came = await cell(tmp_path, effect, outcome, monkeypatch)
    assert came == TABLE[effect][outcome]
    assert came.then in ("finished", "again", "held", "theirs")


async def cell(folder: Path, effect: str, outcome: Outcome, patched: pytest.MonkeyPatch) -> Came:
    place = PLACES[effect]
    answers, brief = place.answers or TRIAGED, place.brief
    async with opened(folder, copied=place.copied, answers=answers, brief=brief) as office:
        outside = Outside.around(office)
        lease = await place.arrive(office)
        case = Case(office, outside, lease, await office.run(lease.run), patched)
        came = await what_comes(case, outcome)
        run, entries = await office.run(lease.run), await office.entries(lease.run)
        assert list(senseless(entries, run)) == []
        return came
