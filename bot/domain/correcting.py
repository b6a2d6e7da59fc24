"""Correcting a fact that a branch rests on: the run goes on again from there, and the corrector becomes an author."""

from datetime import datetime

from bot.domain.acting import has_begun
from bot.domain.audit.entry import EntryKind
from bot.domain.errors import AlreadyDecided, Unfit, Unknown
from bot.domain.event import Decided, Verdict
from bot.domain.frozen import replace
from bot.domain.gate import allow, may_answer, may_decide
from bot.domain.gating import close, refuse_unseen
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.run import GateStatus, Source, StepState, StepStatus
from bot.domain.value import checked, downstream
from bot.domain.workflow import fact_type


def correct(move: Move, event: Decided) -> None:
    """Replace what a model or a person said, and walk on from there. Raises Refused where that is too late."""
    _may_correct(move, event)
    if event.step not in move.run.steps or move.run.steps[event.step].status is not StepStatus.DONE:
        raise Unfit(f"“{event.step}” has no value yet that could be corrected.")
    step = move.terms.definition.step(event.step)
    fact = fact_type(step)
    state = move.run.steps[event.step]
    if fact is None or state.source in (Source.TRIGGER, Source.SYSTEM, Source.CODE):
        raise Unfit("Only what a model or a person said can be corrected; records come from their system.")
    before = state.value if isinstance(state.value, dict) else {}
    value = checked(fact, {**before, **event.values})
    changed = [name for name in value if value[name] != before.get(name)]
    if not changed:
        raise Unfit("Nothing was changed. Say which field gets which new value.")
    for gate in tuple(move.run.gates.values()):
        if gate.step in downstream(move.terms, event.step):
            editors = tuple(dict.fromkeys((*gate.editors, event.person.id)))
            close(move, replace(gate, editors=editors), f"{event.step} was corrected by {event.person.id}")
    fields: dict[str, Plain] = {}
    for name in changed:
        fields |= {f"before.{name}": before.get(name), f"after.{name}": value[name]}
    move.step(
        event.step,
        StepState(StepStatus.DONE, value, Source.PERSON, by=event.person.id),
        EntryKind.STEP_CORRECTED,
        fields=fields,
        reviewer=event.person.id,
    )
    move.forget(tuple(n for n in downstream(move.terms, event.step) if n in move.run.steps))


def _may_correct(move: Move, event: Decided) -> None:
    if any(has_begun(action) for action in move.run.actions):
        raise AlreadyDecided("Something was carried out already, so nothing before it can be corrected. Undo it first.")
    if move.run.ended:
        raise AlreadyDecided(f"This run has ended ({move.run.state}).")
    gates = [g for g in move.run.gates.values() if g.status is GateStatus.OPEN and _in_time(event, g.expires_at)]
    for gate in gates:
        refuse_unseen(event, gate)
    permissions = [may_decide(event.person, Verdict.CORRECT, gate, move.run, move.terms.brief) for gate in gates] + [
        may_answer(event.person, question, move.run, move.terms.brief)
        for question in move.run.questions.values()
        if _in_time(event, question.expires_at)
    ]
    if not permissions:
        raise Unknown("Nothing waits for a decision here, so there is nothing to correct.")
    allow(next((p for p in permissions if p.allowed), permissions[0]))


def _in_time(event: Decided, until: datetime | None) -> bool:
    return until is None or event.at < until
