"""Opening a gate, putting it to whoever answers it (nobody, a policy, or people), and writing down what they say."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from bot.domain.audit.entry import EntryKind
from bot.domain.brief import OnRejection, Reviewers
from bot.domain.effect import Show, Wake
from bot.domain.ending import ran_out, rejected
from bot.domain.errors import OutOfDate
from bot.domain.event import Decided, Verdict
from bot.domain.frozen import replace
from bot.domain.intent import Intent, Proposal, digest_of
from bot.domain.mend import by_brief
from bot.domain.move import Move, shown
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.policy import Answerer, Case, Ruling, policy_ref, rule
from bot.domain.run import Gate, GateStatus, RunState, StepState, StepStatus, card_id
from bot.domain.value import Wrong, guessed_upstream, intent_of, upstream
from bot.domain.workflow import AnyStep, PlanOf, Propose, Review

FINGERPRINT = 8
"""A card shows so many letters of its digest; fewer say too little."""


def proposals_of(move: Move, node: Review) -> tuple[Proposal, ...]:
    """What a gate decides on: one intent, or those of a plan, in order."""
    inner = node.intent.node
    steps = inner.intents if isinstance(inner, PlanOf) else (node.intent,)
    proposals: list[Proposal] = []
    for step in steps:
        if not isinstance(step.node, Propose) or step.node.intent is None:
            raise Wrong(f"“{step.name}” is not a proposal, so it cannot be reviewed.")
        value = move.run.value(step.name)
        kind = step.node.intent.kind()
        proposals.append(Proposal(step.name, kind, value if isinstance(value, dict) else {}))
    return tuple(proposals)


def open_gate(move: Move, step: AnyStep, node: Review) -> None:
    """Open the gate and put it to whoever answers it: nobody, a policy, or people."""
    proposals = proposals_of(move, node)
    intents = [intent_of(p, move.terms) for p in proposals]
    ruling = _after_a_move(move.run.gates.get(step.name), rule(case_of(move, step, intents), move.terms.brief))
    group = ruling.group or group_named(move, node)
    reviewers = move.terms.brief.reviewers.get(group)
    if reviewers is None:
        raise Wrong(no_reviewers(move, group))
    gate = _gate(move, step, proposals, ruling, group, reviewers)
    match ruling.answerer:
        case Answerer.PERSON:
            put_to_people(move, gate, reviewers)
        case Answerer.POLICY:
            _answer_by_policy(move, gate, ruling, until=move.at + reviewers.expires_after)
        case Answerer.NOBODY:
            closed = replace(gate, status=GateStatus.CLOSED)
            move.gate(closed, EntryKind.GATE_OPENED, fields=_said(closed), by=ENGINE)
            review_done(move, step.name)
        case _:
            assert_never(ruling.answerer)


def _after_a_move(last: Gate | None, ruling: Ruling) -> Ruling:
    """What was built anew because the world had moved is looked at by people, who are told why."""
    if last is None or not last.moved or ruling.answerer is Answerer.NOBODY:
        return ruling
    return replace(ruling, answerer=Answerer.PERSON, why=last.moved)


def no_reviewers(move: Move, group: str) -> str:
    """Nobody could decide; what to do about it."""
    return f"The brief has no reviewers “{group}”. {by_brief(move.run, 'Add them as', f'reviewers.{group}.members')}"


def group_named(move: Move, node: Review) -> str:
    """The reviewers that the workflow names for a gate."""
    if isinstance(node.by, str):
        return node.by
    chosen = move.run.value(node.by.choice.name)
    return node.by.table.get(chosen if isinstance(chosen, str) else "", node.by.otherwise)


def case_of(move: Move, step: AnyStep, intents: list[Intent]) -> Case:
    """The facts that a ruling on a gate rests on."""
    states = {name: move.run.steps[name] for name in guessed_upstream(move.run, move.terms, step)}
    return Case(
        stage=move.run.stage,
        step=step.name,
        intents=intents,
        confidence={name: state.confidence for name, state in states.items()},
        doubts=[doubt for state in states.values() for doubt in state.doubts],
        known={name for name, state in states.items() if state.worth is not None},
    )


def _gate(
    move: Move, step: AnyStep, proposals: tuple[Proposal, ...], ruling: Ruling, group: str, reviewers: Reviewers
) -> Gate:
    fresh = Gate(
        id=card_id(move.run.id, step.name),
        step=step.name,
        version=1,
        status=GateStatus.OPEN,
        mode=ruling.mode,
        proposals=proposals,
        digest=digest_of(proposals),
        group=group,
        needed=max(ruling.needed or 1, reviewers.needed),
        deny=reviewers.deny,
        opened_at=move.at,
        why=ruling.why,
        editors=_authors(move, step),
    )
    last = move.run.gates.get(step.name)
    if last is None:
        return fresh
    again = replace(
        fresh,
        version=last.version + 1,
        editors=tuple(dict.fromkeys((*last.editors, *fresh.editors))),
        remarks=last.remarks,
        redrafts=last.redrafts,
    )
    if last.group != group:
        return again
    return replace(again, escalations=last.escalations, invited=last.invited, holder=last.holder)


def _authors(move: Move, step: AnyStep) -> tuple[str, ...]:
    """Whoever wrote a fact this rests on in the model's place; like an editor, they may not approve it."""
    states = (move.run.steps.get(one.name) for one in upstream(move.terms, step))
    return tuple(dict.fromkeys(state.by for state in states if state is not None and state.by))


def _said(gate: Gate) -> dict[str, Plain]:
    """What a gate is about and why it asks. The reason may quote facts, so it can be erased like them."""
    return {**shown(gate.proposals), "_why": gate.why}


def put_to_people(move: Move, gate: Gate, reviewers: Reviewers) -> None:
    """Show the gate to its reviewers and set its clock."""
    gate = replace(
        gate,
        status=GateStatus.OPEN,
        expires_at=move.at + reviewers.expires_after,
        remind_at=move.at + reviewers.remind_after if reviewers.remind_after else None,
        escalate_at=move.at + reviewers.escalate_after if reviewers.escalate_after else None,
    )
    move.run = replace(move.run, steps={**move.run.steps, gate.step: StepState(StepStatus.ASKED, since=move.at)})
    move.gate(gate, EntryKind.GATE_OPENED, fields=_said(gate), by=ENGINE)
    move.order(Show(gate.step, gate.version), Wake(next_time(gate), gate.step))


def next_time(gate: Gate) -> datetime:
    """When the clock next matters to an open gate."""
    return min(t for t in (gate.remind_at, gate.escalate_at, gate.expires_at) if t is not None)


def _answer_by_policy(move: Move, gate: Gate, ruling: Ruling, *, until: datetime) -> None:
    """Approve it in the policy's name, for as long as people would have had."""
    ref = policy_ref(move.run.pins.brief)
    by = Actor(ActorKind.POLICY, ref)
    move.gate(gate, EntryKind.GATE_OPENED, fields=_said(gate), by=ENGINE)
    approved = replace(gate, status=GateStatus.APPROVED, policy=ref, decided_at=move.at, expires_at=until)
    move.gate(approved, EntryKind.GATE_DECIDED, by=by, outcome="approve", reviewer=ref, reason=ruling.why)
    review_done(move, gate.step)


def review_done(move: Move, step: str) -> None:
    """The gate is answered: the steps behind it may go on."""
    move.run = replace(move.run, steps={**move.run.steps, step: StepState(StepStatus.DONE, since=move.at)})


def void(move: Move, gate: Gate, why: str) -> Gate:
    """A new version of a gate: every vote is void, its card is out of date."""
    fresh = replace(
        gate,
        version=gate.version + 1,
        status=GateStatus.OPEN,
        approvals=(),
        denials=(),
        shown_at=None,
        decided_at=None,
        policy="",
    )
    move.gate(replace(gate, status=GateStatus.CLOSED), EntryKind.GATE_VOIDED, fields={"why": why})
    return fresh


def refuse_unseen(event: Decided, gate: Gate) -> None:
    """Raise OutOfDate unless the gate is still what somebody saw, where their door says what that was."""
    if event.version is not None and event.version != gate.version:
        raise OutOfDate(
            f"You saw version {event.version}; version {gate.version} is the current one. Look at it first."
        )
    if event.digest is not None and not (len(event.digest) >= FINGERPRINT and gate.digest.startswith(event.digest)):
        raise OutOfDate()


def record_verdict(move: Move, event: Decided, gate: Gate, fields: Mapping[str, Plain] | None = None) -> None:
    """Write down what somebody decided on a gate, and bring its card up to date."""
    move.gate(
        gate,
        EntryKind.GATE_DECIDED,
        fields={**(fields or {}), **({"text": event.text} if event.text else {})},
        outcome=event.verdict.value,
        reviewer=event.person.id,
        reason=event.reason if event.verdict is Verdict.REJECT else None,
        minutes=event.minutes,
    )
    move.order(Show(gate.step, gate.version))


def reject_by_brief(move: Move, gate: Gate, group: Reviewers, why: str) -> None:
    """What follows a rejection, or time that ran out: the run stops, or is parked for its owner."""
    if group.on_rejection is OnRejection.PARK:
        return move.park(why, step=gate.step)
    drop_waiting(move, why)
    move.enter(RunState.STOPPED, EntryKind.RUN_STOPPED, why)
    move.tell_what_stands("was rejected")
    late = gate.status is GateStatus.EXPIRED
    run, terms = move.run, move.terms
    return move.tell_requester(ran_out(run, terms) if late else rejected(run, terms, gate.denials))


def drop_waiting(move: Move, why: str) -> None:
    """Nobody is asked anything any more."""
    for gate in tuple(move.run.gates.values()):
        close(move, gate, why)
    for name in move.run.questions:
        move.order(Show(name))
    move.run = replace(move.run, questions={})


def close(move: Move, gate: Gate, why: str) -> None:
    """Close an open gate without a decision."""
    if gate.status is GateStatus.OPEN:
        closed = replace(gate, status=GateStatus.CLOSED, decided_at=move.at)
        move.gate(closed, EntryKind.GATE_VOIDED, fields={"why": why})
        move.order(Show(gate.step, gate.version))
