"""People, briefs, workflows, runs and a clock, for the tests of the machine and of what uses it.

`Watched` plays a run and holds, after every single event, what must be true of every run at any time.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

from bot.adapters.library.shelf import Shelf
from bot.authoring import (
    Fact,
    Field,
    Promised,
    Workflow,
    act,
    ask,
    decide,
    id_of,
    inquire,
    look_up,
    plan,
    propose,
    review,
    stop,
    trigger,
)
from bot.domain.acting import gate_of
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.audit.semantics import senseless
from bot.domain.brief import Brief
from bot.domain.card import card_of
from bot.domain.effect import Effect, Execute, Tell
from bot.domain.event import Begun, Event, Happening
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Intent
from bot.domain.machine import Moved, advance
from bot.domain.person import ENGINE, Actor, Door, Person, PersonId, person_actor
from bot.domain.plain import is_object
from bot.domain.run import ActionStatus, GateStatus, Mode, Pins, Run, RunState, StepStatus
from bot.domain.terms import Terms
from bot.domain.workflow import AnyLookup, LookUp, Propose, Trigger
from bot.intents import helpdesk
from bot.testing import Play, person
from bot.testing.play import MORNING
from bot.testing.world import Said, Unsure
from tests.gathered import TRIAGE_ALONE
from tests.shelves import shelf_of
from tests.workflows.fixtures.partner_onboarding import Application, Kind, Note
from workflows.support_triage import Category, Draft, Triage

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "workflows" / "fixtures"


# --- people ---------------------------------------------------------------------------------------------------------

SAM = person("@sam", "staff")
MIA = person("@mia", "staff", "support")
LEO = person("@leo", "staff", "support")
INES = person("@ines", "staff", "support")
FARAH = person("@farah", "staff", "finance")
TOM = person("@tom", "staff", "finance")
LENA = person("@lena", "staff", "finance", "specialists")
OLGA = person("@olga", "staff", "leads")
JONAS = person("@jonas", "staff")
PRIYA = person("@priya", "staff")
EVE = person("@eve")
ADA = person("@ada", "auditors")
NORA = person("@nora", "staff")
"""Owns partner onboarding, and is one of its partner desk."""
PEOPLE = (SAM, MIA, LEO, INES, FARAH, TOM, LENA, OLGA, JONAS, PRIYA, EVE, ADA)


def stranger(who: Person, **other: Any) -> Person:
    """The same person, but for one thing."""
    return replace(who, **other)


def of_another_team(who: Person) -> Person:
    return replace(who, id=PersonId(f"elsewhere/{who.handle[1:]}"))


def actor_of(who: Person) -> Actor:
    return person_actor(who.id, Door.TERMINAL)


@dataclass
class Hand:
    """A clock that a test moves by hand."""

    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


# --- facts ----------------------------------------------------------------------------------------------------------

TICKET = helpdesk.Ticket(
    id="T-1", customer_id="C-1", email="ana@example.com", subject="Charged twice", body="I was charged twice."
)
ACCOUNT = helpdesk.Account(
    customer_id="C-1", name="Bells", plan="Solo", since="2020-01-01", open_invoices=0, standing="good"
)
OPEN = helpdesk.TicketState(
    ticket_id="T-1", status=helpdesk.TicketStatus.OPEN, messages=1, updated_at=datetime(2026, 3, 1, tzinfo=UTC)
)
ANSWERED = OPEN.model_copy(update={"status": helpdesk.TicketStatus.ANSWERED, "messages": 2})


# --- workflows ------------------------------------------------------------------------------------------------------


class Idea(Fact):
    """What the model thinks the customer should get."""

    cents: int = Field(ge=0)
    note: str = Field(default="", max_length=200)


class Size(StrEnum):
    NOTHING = "nothing"
    SOMETHING = "something"


def size_of(idea: Idea) -> Size:
    return Size.SOMETHING if idea.cents else Size.NOTHING


def grant(ticket: helpdesk.Ticket, idea: Idea) -> helpdesk.GrantCredit:
    return helpdesk.GrantCredit(customer_id=ticket.customer_id, cents=idea.cents, reason=idea.note)


def is_for_the_customer(credit: helpdesk.GrantCredit, ticket: helpdesk.Ticket) -> bool:
    return credit.customer_id == ticket.customer_id


def is_at_most_500(credit: helpdesk.GrantCredit) -> bool:
    return credit.cents <= 500_00


def fails_always(credit: helpdesk.GrantCredit) -> bool:
    raise ZeroDivisionError("It divided by zero.")


class Credit(Workflow, version=1):
    """A credit that a model proposes and a person grants: the smallest workflow with money in it."""

    ticket = trigger(helpdesk.Ticket, again=helpdesk.ticket_of)
    account = look_up(helpdesk.account_of, ticket)
    idea = ask(Idea, about=(ticket, account))
    size = decide(idea, by=size_of)
    nothing = stop("There is nothing to credit.", when=size.is_(Size.NOTHING))
    credit = propose(grant, ticket, idea)
    approved = review(credit, by="support")
    given = act(approved)


def open_second(ticket: helpdesk.Ticket) -> helpdesk.OpenTicket:
    return helpdesk.OpenTicket(customer_id=ticket.customer_id, subject=f"Again: {ticket.subject}", body=ticket.body)


def tag_second(second: Promised) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=second, tag="second")


def tell_partner(ticket: helpdesk.Ticket) -> helpdesk.NotifyPartner:
    return helpdesk.NotifyPartner(ticket_id=ticket.id, text="We are at it.")


class Three(Workflow, version=1):
    """Three intents under one gate: the second is about what the first makes, the third cannot be undone."""

    ticket = trigger(helpdesk.Ticket)
    second = propose(open_second, ticket)
    tag = propose(tag_second, id_of(second))
    notice = propose(tell_partner, ticket)
    all_of_it = plan(second, tag, notice)
    approved = review(all_of_it, by="support")
    carried_out = act(approved)


class Wish(Fact):
    """Which colour would you like?"""

    colour: str = Field(min_length=1, max_length=20)
    amount: int = Field(default=1, ge=1, le=9)


def asking(of: str) -> type[Workflow]:
    """A workflow that asks people for facts by a form, and is done then."""

    class Asking(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        wish = inquire(Wish, of=of, about=ticket)

    return Asking


# --- briefs and terms -----------------------------------------------------------------------------------------------

SUPPORT: Mapping[str, object] = {"channel": "#support", "members": ["@mia", "@leo", "@ines"], "evidence": ["ticket"]}

BRIEF: Mapping[str, object] = {
    "process": "A customer gets a credit.",
    "owner": "@olga",
    "maintainer": "@jonas",
    "pager": "@priya",
    "triggers": {"who": ["staff"]},
    "inputs": "A ticket.",
    "output": "A credit.",
    "done_when": {"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "open"},
    "reads": {"helpdesk": ["account_of", "state_of", "ticket_of"]},
    "changes": {"helpdesk": ["GrantCredit", "OpenTicket", "AddTag", "NotifyPartner", "SendReply", "CloseTicket"]},
    "reviewers": {
        "support": SUPPORT,
        "finance": {**SUPPORT, "channel": "#finance", "members": ["@farah", "@tom", "@lena"]},
        "leads": {**SUPPORT, "channel": "#leads", "members": ["@olga"]},
    },
    "failure": {"when_wrong": {"do": "park"}, "when_unavailable": {"do": "park"}},
    "metric": {"name": "Minutes per credit", "target": "5", "baseline_minutes": 14},
    "invariants": [],
    "compliance": "none",
    "stage": "approved",
}


def merged(base: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """The one with the other written over it, key by key and level by level."""
    whole: dict[str, Any] = deepcopy(dict(base))
    for key, value in changed.items():
        below = whole.get(key)
        whole[key] = merged(below, value) if is_object(value) and is_object(below) else value
    return whole


def brief_of(**changed: object) -> Brief:
    return Brief.model_validate(merged(BRIEF, changed))


def kinds_of(*intents: type[Intent]) -> dict[str, type[Intent]]:
    return {intent.kind(): intent for intent in intents}


HELPDESK = kinds_of(
    helpdesk.SendReply,
    helpdesk.AddTag,
    helpdesk.DeleteTag,
    helpdesk.OpenTicket,
    helpdesk.CloseTicket,
    helpdesk.ReopenTicket,
    helpdesk.GrantCredit,
    helpdesk.WithdrawCredit,
    helpdesk.NotifyPartner,
)


def terms_of(workflow: type[Workflow] = Credit, /, **changed: object) -> Terms:
    """A workflow of a test on the brief above, some of it changed. Rules go by the functions of this module."""
    brief, steps = brief_of(**changed), workflow.definition.steps
    nodes = [step.node for step in steps]
    looked_up: list[AnyLookup] = [node.lookup for node in nodes if isinstance(node, LookUp)]
    looked_up += [node.again for node in nodes if isinstance(node, Trigger) and node.again is not None]
    looked_up.append(helpdesk.state_of)
    built = [node.intent for node in nodes if isinstance(node, Propose) and node.intent is not None]
    return Terms(
        definition=workflow.definition,
        brief=brief,
        pins=Pins("w" * 64, {step.name: "s" * 64 for step in steps}, "b" * 64, model="play"),
        intents={**HELPDESK, **kinds_of(*built)},
        lookups={one.kind: one for one in looked_up},
        invariants={rule.holds: globals()[rule.holds] for rule in brief.invariants},
    )


@cache
def _shelf(folder: Path, package: str) -> Shelf:
    return shelf_of(folder, model="play", package=package)


def _from_folder(folder: Path, package: str, name: str, changed: Mapping[str, object]) -> Terms:
    terms = _shelf(folder, package).current(name)
    written = terms.brief.model_dump(mode="json", by_alias=True, exclude_none=True)
    return replace(terms, brief=Brief.model_validate(merged(written, changed)))


def triage(**changed: object) -> Terms:
    """Support triage as it ships, with parts of its brief changed."""
    return _from_folder(TRIAGE_ALONE, "workflows", "support_triage", changed)


def onboarding(**changed: object) -> Terms:
    """The fixture with all twelve verbs."""
    return _from_folder(FIXTURES, "tests.workflows.fixtures", "partner_onboarding", changed)


# --- a run, watched -------------------------------------------------------------------------------------------------


class Watched(Play):
    """A play that is checked after every event. What is in `hold` is not performed until `let_go`.

    With `slow`, an action is begun and its outcome left to the test.
    """

    def __init__(
        self,
        terms: Terms,
        fact: Fact = TICKET,
        *,
        hold: Sequence[type] = (),
        slow: bool = False,
        requester: str = "@sam",
        **script: Any,
    ) -> None:
        self.hold, self.slow = tuple(hold), slow
        self.held: list[Effect] = []
        super().__init__(terms, fact, requester=requester, **script)

    def let_go(self) -> Self:
        self.hold, self._effects, self.held = (), [*self.held, *self._effects], []
        return self.until_waiting()

    def until_waiting(self) -> Self:
        super().until_waiting()
        if not self.held and not self.slow:
            refuse_a_silent_stand(self.run, {wake.step for wake in self._world.wakes})
        return self

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, self.hold):
            self.held.append(effect)
        elif self.slow and isinstance(effect, Execute) and not effect.dry:
            self._take(begun(self, effect))
        else:
            super()._perform(effect)

    def _take(self, event: Event) -> None:
        before = self.run
        moved = advance(before, event, self.terms)
        assert advance(before, event, self.terms) == moved, "The same event makes the same of the same run."
        super()._take(event)
        hold_after_every_event(before, event, moved, self.entries, self.terms)


FIFTY = Unsure(Idea(cents=50_00), 95, worth=95)
"""50 EUR, from a model of which people have decided enough answers to know what its confidence is worth."""


def credit_run(
    idea: Said | list[Said] | None = None, *, brief: Mapping[str, object] | None = None, **script: Any
) -> Watched:
    """A run of `Credit`: 50 EUR, unless the model has another idea."""
    fifty = FIFTY if (brief or {}).get("stage") in ("limited", "automatic") else Idea(cents=50_00)
    world = {
        "answers": {"idea": fifty if idea is None else idea},
        "reads": {helpdesk.account_of: ACCOUNT, helpdesk.state_of: OPEN},
    }
    return Watched(terms_of(Credit, **(brief or {})), **merged(world, script))


def three_run(*, brief: Mapping[str, object] | None = None, **script: Any) -> Watched:
    """A run of `Three`."""
    return Watched(terms_of(Three, **(brief or {})), **merged({"reads": {helpdesk.state_of: OPEN}}, script))


def triage_run(
    category: str | list[str] = "bug", *, brief: Mapping[str, object] | None = None, **script: Any
) -> Watched:
    """A run of support triage. The model says these categories, one after the other, and drafts “Hello.”"""
    categories = [category] if isinstance(category, str) else category
    world = {
        "answers": {
            "triage": [Triage(category=Category(one), urgent=False, summary="They ask.") for one in categories],
            "draft": Draft(body="Hello."),
        },
        "reads": {helpdesk.account_of: ACCOUNT, helpdesk.state_of: ANSWERED},
    }
    return Watched(triage(**(brief or {})), **merged(world, script))


def onboarding_run(kind: str = "referral", *, brief: Mapping[str, object] | None = None, **script: Any) -> Watched:
    """A run of the fixture with all twelve verbs."""
    world = {
        "answers": {
            "application": Application(kind=Kind(kind), company="Bells", summary="They sell bells."),
            "note": Note(note="Friendly people."),
        },
        "reads": {helpdesk.account_of: ACCOUNT, helpdesk.state_of: OPEN},
    }
    return Watched(onboarding(**(brief or {})), **merged(world, script))


def begun(play: Play, effect: Execute) -> Event:
    return Begun(play.now, ENGINE, effect.step, effect.n)


def unchanged(play: Play, event: Event) -> bool:
    """Whether an event changes nothing at all: the very same run comes back, nothing is written or ordered."""
    moved = advance(play.run, event, play.terms)
    return moved.run is play.run and not moved.entries and not moved.effects


def hold_after_every_event(before: Run, event: Happening, moved: Moved, entries: Sequence[Entry], terms: Terms) -> None:
    """Whatever happened, this is true of the run, of what was written and of what was ordered."""
    run = moved.run
    assert fold(entries) == standing_of(run)
    assert list(senseless(entries, run)) == []
    assert all(entry.at == event.at and entry.at.utcoffset() == timedelta(0) for entry in moved.entries)
    assert run.ended == (run.ended_at is not None)
    if run.state in (RunState.PARKED, RunState.FAILED) and before.state is not run.state:
        told = {effect.to for effect in moved.effects if isinstance(effect, Tell)}
        assert told & {"owner", "pager", "maintainer"}, "No run is parked or fails in silence."
    _hold_of_steps(run, terms)
    _hold_of_actions(run, terms)
    for step in (*run.gates, *run.questions):
        assert card_of(run, terms, step) is not None
    for entry in moved.entries:
        if entry.kind is EntryKind.ACTION_INTENDED:
            _hold_of_the_grant(run, str(entry.step), terms)


def _hold_of_steps(run: Run, terms: Terms) -> None:
    names = terms.definition.names()
    through = (StepStatus.DONE, StepStatus.SKIPPED)
    unfinished = [name for name in names if name in run.steps and run.steps[name].status not in through]
    assert len(unfinished) <= 1, "A run goes step by step."
    open_gates = [gate.step for gate in run.gates.values() if gate.status is GateStatus.OPEN]
    waiting = [*open_gates, *(name for name in run.questions if name in names)]
    assert len(waiting) <= 1
    if run.ended:
        assert not open_gates
        assert not run.questions
    elif waiting:
        assert run.steps[waiting[0]].status is StepStatus.ASKED
    for name, state in run.steps.items():
        if state.status is StepStatus.ASKED and not run.ended:
            gate = run.gates.get(name)
            asks = gate is not None and gate.status is not GateStatus.APPROVED
            assert asks or name in run.questions


def _hold_of_actions(run: Run, terms: Terms) -> None:
    assert len({action.key for action in run.actions}) == len(run.actions)
    for action in run.actions:
        if action.status is ActionStatus.PLANNED:
            continue
        gate = gate_of(run, terms.definition.step(action.step))
        assert gate.mode is Mode.EXECUTE
        assert gate.status is GateStatus.APPROVED, "Nothing goes out that is not approved."
        assert gate.proposals[action.n] == action.proposal
        assert action.begun_at is not None
        if action.status is ActionStatus.DONE:
            assert action.receipt is not None


def _hold_of_the_grant(run: Run, step: str, terms: Terms) -> None:
    """At the moment an action begins, enough people who may have approved exactly this, or the policy has."""
    gate = gate_of(run, terms.definition.step(step))
    people = {vote.person for vote in gate.approvals}
    if gate.policy:
        assert not people
        return
    assert len(people) >= gate.needed
    assert not gate.denials or len({vote.person for vote in gate.denials}) < gate.deny
    excluded = terms.brief.reviewers[gate.group].not_
    if "requester" in excluded:
        assert run.origin.requester not in people
    if "editor" in excluded:
        assert not people & set(gate.editors)


def refuse_a_silent_stand(run: Run, timers: set[str]) -> None:
    """A run at rest has ended, waits with a clock, or was parked: nothing stands still unnoticed."""
    if run.ended or run.paused or run.state is RunState.PARKED:
        return
    assert run.state is RunState.WAITING, f"The run is {run.state} and nothing will ever happen."
    waits = {name for name, state in run.steps.items() if state.status in (StepStatus.ASKED, StepStatus.WAITING)}
    assert waits & timers, f"{waits} waits for ever: there is no timer."
