"""The gate against a model of it in sixty lines: any person, any verb, any card, time, redelivery, crashes.

The model knows nothing of the machine. After each rule this holds: nothing goes out without a prior approval of exactly
that by enough people who may give it; one action at a time; the record tells the state; nobody decides without the
right to; a version is decided once, and never after it expired; caps are kept.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.domain.acting import find
from bot.domain.attempt import Attempt
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel, Effect, Execute, Read
from bot.domain.errors import Refused
from bot.domain.event import (
    Answered,
    Begun,
    Cancelled,
    Decided,
    Delayed,
    Done,
    Event,
    OutcomeUnknown,
    Paused,
    ReadBack,
    Reconciled,
    Resumed,
    Verdict,
    Woken,
)
from bot.domain.intent import Fact
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Person
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, GateStatus, RunState, StepStatus
from bot.domain.wanted import is_held_up, is_wanted
from tests.made import (
    ACCOUNT,
    EVE,
    FARAH,
    INES,
    JONAS,
    LEO,
    MIA,
    OLGA,
    OPEN,
    TICKET,
    actor_of,
    credit_run,
    hold_after_every_event,
    of_another_team,
    stranger,
)

EXPIRES, NEEDED, REDRAFTS = timedelta(days=3), 2, 2
BRIEF = {
    "reviewers": {"support": {"needed": NEEDED, "expires_after": "3d", "escalate_to": "finance", "redrafts": REDRAFTS}},
    "invariants": [{"rule": "A credit is at most 500 EUR.", "holds": "is_at_most_500"}],
}
PEOPLE = (
    MIA, LEO, INES, FARAH, OLGA, JONAS, EVE,
    stranger(MIA, active=False), stranger(LEO, bot=True), of_another_team(INES),
)  # fmt: skip
REVIEWERS = {MIA, LEO, INES}
REQUESTER = LEO
FACTS: Mapping[str, Fact] = {
    "helpdesk.ticket_of": TICKET,
    "helpdesk.account_of": ACCOUNT,
    "helpdesk.state_of": OPEN,
}
ATTEMPTS = (Attempt("m", "p", "answered"),)
THROUGH = (StepStatus.DONE, StepStatus.SKIPPED)
seldom = st.sampled_from([False, False, False, True])


@dataclass
class Model:
    """What a gate is, in plain words."""

    opened: datetime
    version: int = 1
    cents: int = 50_00
    status: str = "open"
    approvals: set[str] = field(default_factory=set[str])
    editors: set[str] = field(default_factory=set[str])
    invited: set[Person] = field(default_factory=set[Person])
    redrafts: int = 0
    begun: bool = False
    """Whether what was approved has left, or may have."""

    def takes(self, person: Person, verdict: Verdict, version: int, at: datetime, cents: int) -> bool:
        """Whether the gate takes this verdict."""
        if version != self.version or (person not in REVIEWERS and person not in self.invited):
            return False
        if self.status == "approved":
            return verdict is Verdict.REJECT and not self.begun
        if self.status != "open" or at >= self.opened + EXPIRES:
            return False
        match verdict:
            case Verdict.APPROVE:
                return person != REQUESTER and person.id not in self.editors
            case Verdict.EDIT:
                return 0 < cents <= 500_00 and cents != self.cents
            case Verdict.REDRAFT:
                return self.redrafts < REDRAFTS
            case _:
                return verdict in (Verdict.REJECT, Verdict.TAKE_OVER, Verdict.ESCALATE)

    def take(self, person: Person, verdict: Verdict, cents: int) -> None:
        match verdict:
            case Verdict.APPROVE:
                self.approvals.add(person.id)
                self.status = "approved" if len(self.approvals) >= NEEDED else "open"
            case Verdict.EDIT:
                self.anew(cents)
                self.editors.add(person.id)
            case Verdict.REDRAFT:
                self.status, self.redrafts, self.editors = "drafting", self.redrafts + 1, set()
            case Verdict.ESCALATE:
                self.invited |= {FARAH} if FARAH not in self.invited else {OLGA}
            case _:
                self.status = "ended"

    def anew(self, cents: int, opened: datetime | None = None) -> None:
        self.version, self.cents, self.approvals, self.status = self.version + 1, cents, set(), "open"
        self.opened = opened or self.opened


class GateRules(RuleBasedStateMachine):
    """A run of `Credit`, driven by chance: what it orders is performed in any order, late, or lost half-way."""

    @initialize()
    def begin(self) -> None:
        played = credit_run(requester="@leo", brief=BRIEF)
        self.run, self.terms, self.now, self.entries = played.run, played.terms, played.now, played.entries
        self.model = Model(self.now)
        self.outbox: list[Effect] = []
        self.past: list[Event] = []
        self.effects: set[str] = set()
        """What truly happened outside, by key."""

    # --- what happens -------------------------------------------------------------------------------------------------

    def happens(self, event: Event, *, crash: bool = False) -> bool:
        """Let the event happen, if it is not refused. A crash before the commit throws everything it did away."""
        try:
            moved = advance(self.run, event, self.terms)
        except Refused:
            return False
        if crash:
            return False
        entries = (*self.entries, *moved.entries)
        hold_after_every_event(self.run, event, moved, entries, self.terms)
        self.run, self.entries = replace(moved.run, seq=len(entries)), entries
        self.outbox += [effect for effect in moved.effects if isinstance(effect, Read | AskModel | Execute)]
        self.past.append(event)
        self.model.begun |= any(entry.kind is EntryKind.ACTION_INTENDED for entry in moved.entries)
        self.follow()
        return True

    def follow(self) -> None:
        """A new draft, or an approval that ran out before it was used, is asked about anew."""
        gate = self.run.gates["approved"]
        if gate.version > self.model.version and self.model.status in ("drafting", "approved"):
            cents = gate.proposals[0].data["cents"]
            assert isinstance(cents, int)
            self.model.anew(cents, self.now)

    @rule(
        person=st.sampled_from(PEOPLE),
        verdict=st.sampled_from([v for v in Verdict if v not in (Verdict.COMMENT, Verdict.OBSERVE, Verdict.CORRECT)]),
        behind=st.sampled_from([0, 0, 0, 1, -1]),
        cents=st.sampled_from([0, 1, 20_00, 500_00, 500_01]),
        crash=seldom,
    )
    def anybody_decides(self, person: Person, verdict: Verdict, behind: int, cents: int, crash: bool) -> None:
        self.decides(person, verdict, behind=behind, cents=cents, crash=crash)

    @rule(person=st.sampled_from([MIA, INES, FARAH, OLGA]))
    def a_reviewer_approves(self, person: Person) -> None:
        self.decides(person, Verdict.APPROVE)

    @rule(most=st.integers(0, 4))
    def it_goes_as_it_usually_goes(self, most: int) -> None:
        for person in (MIA, INES):
            self.decides(person, Verdict.APPROVE)
        self.the_world_keeps_up(most)

    @rule(person=st.sampled_from([MIA, LEO, FARAH]), sure=seldom)
    def somebody_rejects_what_was_approved(self, person: Person, sure: bool) -> None:
        if self.model.status == "approved" and sure:
            self.decides(person, Verdict.REJECT)

    @rule(
        person=st.sampled_from([MIA, LEO, INES]),
        verdict=st.sampled_from([Verdict.EDIT, Verdict.REDRAFT, Verdict.ESCALATE]),
        cents=st.integers(1, 500_00),
    )
    def a_reviewer_wants_it_otherwise(self, person: Person, verdict: Verdict, cents: int) -> None:
        self.decides(person, verdict, cents=cents)

    def decides(
        self, person: Person, verdict: Verdict, *, behind: int = 0, cents: int = 0, crash: bool = False
    ) -> None:
        version, who = self.model.version - behind, actor_of(person)
        values: dict[str, Plain] = {"cents": cents} if verdict is Verdict.EDIT else {}
        event = Decided(self.now, who, person, verdict, "approved", version, None, "other", "Hm.", values)
        takes = self.model.takes(person, verdict, version, self.now, cents)
        taken = self.happens(event, crash=crash)
        if not crash:
            assert taken is takes, f"{person.name} wants to {verdict}: {self.model}"
            if takes:
                self.model.take(person, verdict, cents)

    @rule(hours=st.sampled_from([1, 1, 1, 12, 71, 72]), timer=st.booleans())
    def time_passes(self, hours: int, timer: bool) -> None:
        self.now += timedelta(hours=hours)
        if timer:
            self.happens(Woken(self.now, ENGINE, "approved"))
            if self.model.status == "open" and self.now >= self.model.opened + EXPIRES:
                self.model.status = "expired"

    @rule(crash=seldom)
    def it_has_to_wait(self, crash: bool) -> None:
        self.happens(Delayed(self.now, ENGINE, "Another run is at it."), crash=crash)

    @rule(which=st.integers(0, 3), crash=seldom, crash_before=seldom, lost=seldom, unknown=seldom)
    def an_effect_is_performed(self, which: int, crash: bool, crash_before: bool, lost: bool, unknown: bool) -> None:
        if self.outbox:
            self.perform(which, crash=crash, crash_before=crash_before, lost=lost, unknown=unknown)

    @rule(most=st.integers(1, 5))
    def the_world_is_quick(self, most: int) -> None:
        self.the_world_keeps_up(most)

    def the_world_keeps_up(self, most: int) -> None:
        while self.outbox and (most := most - 1) >= 0:
            self.perform(0)

    def perform(
        self, which: int, *, crash: bool = False, crash_before: bool = False, lost: bool = False, unknown: bool = False
    ) -> None:
        effect = self.outbox[which % len(self.outbox)]
        if is_held_up(self.run, effect, paused=self.run.paused):
            return
        event: Event | None = None
        match effect:
            case Read(step=step, lookup=lookup, purpose=purpose) if is_wanted(self.run, effect):
                value = FACTS[lookup].model_dump(mode="json")
                event = ReadBack(self.now, ENGINE, step, value, purpose)
            case AskModel(step=step) if is_wanted(self.run, effect):
                event = Answered(self.now, ENGINE, step, {"cents": 30_00, "note": ""}, ATTEMPTS, 95)
            case Execute() if is_wanted(self.run, effect):
                self.happens(Begun(self.now, ENGINE, "given", 0), crash=crash_before)
                event = self.call(lost=lost, unknown=unknown)
                if event is None and crash_before:
                    return
            case _:
                pass
        if event is None or self.happens(event, crash=crash):
            self.outbox.remove(effect)

    def call(self, *, lost: bool, unknown: bool) -> Event | None:
        """The call itself, under its key; it may get lost on the way there, or its answer on the way back."""
        action = find(self.run, "given", 0)
        if action is None or action.status is not ActionStatus.BEGUN:
            return None
        if not (lost and unknown):
            self.effects.add(action.key)
        if lost or unknown:
            return OutcomeUnknown(self.now, ENGINE, "given", 0, "The line broke.")
        return Done(self.now, ENGINE, "given", 0, {"id": "CR-1", "link": None, "undo": {}})

    @rule(person=st.sampled_from([OLGA, JONAS, MIA]))
    def somebody_looks_whether_it_happened(self, person: Person) -> None:
        action = find(self.run, "given", 0)
        happened = action is not None and action.key in self.effects
        if self.happens(Reconciled(self.now, actor_of(person), person, "given", 0, happened)):
            assert person in (OLGA, JONAS)
            self.model.begun = happened

    @rule(person=st.sampled_from([OLGA, JONAS, EVE, FARAH]))
    def somebody_pauses_or_resumes(self, person: Person) -> None:
        unpauses, parked = self.run.paused, self.run.state is RunState.PARKED
        event = Resumed if unpauses or parked else Paused
        if self.happens(event(self.now, actor_of(person), person)):
            assert person in (OLGA, JONAS)
            if parked and not unpauses and self.model.status == "expired":
                self.model.anew(self.model.cents, self.now)

    @rule(person=st.sampled_from([EVE, FARAH, EVE, FARAH, OLGA]), sure=seldom)
    def somebody_cancels(self, person: Person, sure: bool) -> None:
        if sure and self.happens(Cancelled(self.now, actor_of(person), person)):
            assert person is OLGA
            self.model.status = "ended"

    @rule(which=st.integers(0, 99))
    def something_is_delivered_again(self, which: int) -> None:
        """What the world said comes a second time, however late: it changes nothing, unless it is waited for again."""
        world = [event for event in self.past if isinstance(event, ReadBack | Answered | Done | OutcomeUnknown | Begun)]
        if world:
            event = replace(world[which % len(world)], at=self.now)
            step = self.run.steps.get(event.step)
            if self.run.ended or (step is not None and step.status in THROUGH and not isinstance(event, ReadBack)):
                moved = advance(self.run, event, self.terms)
                assert (moved.run, moved.entries, moved.effects) == (self.run, (), ())

    # --- what holds ---------------------------------------------------------------------------------------------------

    @invariant()
    def the_gate_is_what_the_model_says(self) -> None:
        gate, model = self.run.gates["approved"], self.model
        assert (gate.version, gate.redrafts) == (model.version, model.redrafts)
        assert gate.redrafts <= REDRAFTS
        assert (gate.status is GateStatus.OPEN) is (model.status == "open")
        if model.status == "open":
            assert {vote.person for vote in gate.approvals} == model.approvals
            assert set(gate.editors) == model.editors
            assert gate.proposals[0].data["cents"] == model.cents <= 500_00

    @invariant()
    def nothing_goes_out_that_was_not_approved_by_enough_who_may(self) -> None:
        approved: dict[object, set[str]] = {}
        for entry in self.entries:
            if entry.kind is EntryKind.GATE_DECIDED and entry.notes["standing"] == "approved":
                approved[entry.notes["digest"]] = set()
            if entry.notes.get("outcome") == "reject":
                approved.clear()
            if entry.kind is EntryKind.ACTION_INTENDED:
                assert entry.notes["digest"] in approved
                by = set(str(entry.notes["reviewer"]).split(", "))
                assert len(by) >= NEEDED
                assert not by & {REQUESTER.id, EVE.id}

    @invariant()
    def one_thing_goes_out_at_most(self) -> None:
        assert len(self.effects) <= 1
        assert len(self.run.actions) <= 1

    @invariant()
    def a_version_is_decided_once_and_before_it_expires(self) -> None:
        opened, decided = self.now, set[object]()
        for entry in self.entries:
            if entry.kind is EntryKind.GATE_OPENED:
                opened = entry.at
            if entry.kind is EntryKind.GATE_DECIDED and entry.notes["standing"] == "approved":
                assert entry.at < opened + EXPIRES
                assert entry.notes["version"] not in decided
                decided.add(entry.notes["version"])


def test_the_gate_does_what_its_model_says() -> None:
    run_state_machine_as_test(GateRules, settings=settings(max_examples=80, stateful_step_count=50, deadline=None))


@pytest.mark.certify
@pytest.mark.timeout(3600)
def test_the_gate_does_what_its_model_says_for_as_long_as_one_likes() -> None:
    run_state_machine_as_test(GateRules, settings=settings(max_examples=2_000, stateful_step_count=200, deadline=None))


def test_the_model_is_small_enough_to_be_read() -> None:
    assert len([line for line in inspect.getsource(Model).splitlines() if line.strip()]) <= 60
