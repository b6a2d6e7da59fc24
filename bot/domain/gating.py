"""Opening a gate and putting it to whoever answers it: nobody, a policy, or people."""

import hashlib
from datetime import datetime
from typing import assert_never

from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Reviewers
from bot.domain.effect import Show, Wake
from bot.domain.frozen import replace
from bot.domain.intent import Intent, Proposal, digest_of
from bot.domain.move import Move, shown
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.policy import Answerer, Case, Ruling, policy_ref, rule
from bot.domain.run import Gate, GateStatus, StepState, StepStatus
from bot.domain.value import Wrong, guessed_upstream, intent_of, upstream
from bot.domain.workflow import AnyStep, Choose, PlanOf, Propose, Review


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
    ruling = rule(_case(move, step, intents), move.terms.brief)
    named = node.by if isinstance(node.by, str) else node.by.table.get(_chosen(move, node.by), node.by.otherwise)
    group = ruling.group or named
    reviewers = move.terms.brief.reviewers.get(group)
    if reviewers is None:
        raise Wrong(f"The brief has no reviewers “{group}”. Its owner can add them under [reviewers.{group}].")
    gate = _gate(move, step, proposals, ruling, group, reviewers)
    match ruling.answerer:
        case Answerer.PERSON:
            put_to_people(move, gate, reviewers)
        case Answerer.POLICY:
            _answer_by_policy(move, gate, ruling)
        case Answerer.NOBODY:
            closed = replace(gate, status=GateStatus.CLOSED)
            move.gate(closed, EntryKind.GATE_OPENED, fields=_said(closed), by=ENGINE)
            review_done(move, step.name)
        case _:
            assert_never(ruling.answerer)


def _chosen(move: Move, choose: Choose) -> str:
    value = move.run.value(choose.choice.name)
    return value if isinstance(value, str) else ""


def _case(move: Move, step: AnyStep, intents: list[Intent]) -> Case:
    states = {name: move.run.steps[name] for name in guessed_upstream(move.run, move.terms, step)}
    return Case(
        stage=move.run.stage,
        step=step.name,
        intents=intents,
        confidence={name: state.confidence for name, state in states.items()},
        doubts=[doubt for state in states.values() for doubt in state.doubts],
    )


def _gate(
    move: Move, step: AnyStep, proposals: tuple[Proposal, ...], ruling: Ruling, group: str, reviewers: Reviewers
) -> Gate:
    opaque = hashlib.sha256(f"{move.run.id}/{step.name}".encode()).hexdigest()[:32]
    fresh = Gate(
        id=opaque,
        step=step.name,
        version=1,
        status=GateStatus.OPEN,
        mode=ruling.mode,
        proposals=proposals,
        digest=digest_of(proposals),
        group=group,
        needed=ruling.needed or reviewers.needed,
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


def _answer_by_policy(move: Move, gate: Gate, ruling: Ruling) -> None:
    ref = policy_ref(move.run.pins.brief)
    by = Actor(ActorKind.POLICY, ref)
    move.gate(gate, EntryKind.GATE_OPENED, fields=_said(gate), by=ENGINE)
    approved = replace(gate, status=GateStatus.APPROVED, policy=ref, decided_at=move.at)
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


def close(move: Move, gate: Gate, why: str) -> None:
    """Close an open gate without a decision."""
    if gate.status is GateStatus.OPEN:
        closed = replace(gate, status=GateStatus.CLOSED, decided_at=move.at)
        move.gate(closed, EntryKind.GATE_VOIDED, fields={"why": why})
        move.order(Show(gate.step, gate.version))
