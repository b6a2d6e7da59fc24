"""The clock: reminders, escalations, expiry and waits. Expiry never approves."""

from datetime import datetime, timedelta

from bot.domain.asking import REMINDER, next_look
from bot.domain.attendance import Link
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Show, Telling, Wake, Write
from bot.domain.event import Woken
from bot.domain.frozen import replace
from bot.domain.gating import next_time, reject_by_brief
from bot.domain.inviting import escalate
from bot.domain.mend import by_brief
from bot.domain.move import Move
from bot.domain.person import ENGINE
from bot.domain.reminding import waited, what_comes
from bot.domain.run import Ask, Gate, GateStatus, Question, RunState, Source, StepState, StepStatus


def wake(move: Move, event: Woken) -> None:
    """Do whatever is due at this step by now; a timer that came too late or twice changes nothing."""
    if move.run.ended:
        return
    gate = move.run.gates.get(event.step)
    question = move.run.questions.get(event.step)
    state = move.run.steps.get(event.step)
    if gate is not None and gate.status is GateStatus.OPEN and move.run.state is not RunState.PARKED:
        _wake_gate(move, gate, event.links)
    elif question is not None:
        _wake_question(move, question)
    elif state is not None and state.status is StepStatus.WAITING:
        _end_wait(move, event, state)


def _wake_gate(move: Move, gate: Gate, links: tuple[Link, ...]) -> None:
    group = move.terms.brief.reviewers[gate.group]
    if gate.expires_at is not None and move.at >= gate.expires_at:
        return _expire(move, gate)
    if gate.escalate_at is not None and move.at >= gate.escalate_at:
        text = "Nobody has decided this in time."
        escalate(move, gate, by=ENGINE.ref, text=text, reason="no answer", links=links)
    elif gate.remind_at is not None and move.at >= gate.remind_at:
        gate = replace(gate, remind_at=move.at + group.remind_after if group.remind_after else None)
        move.gate(gate, EntryKind.GATE_REMINDED, by=ENGINE)
        to = gate.holder or f"group:{gate.group}"
        said = f"Run {move.run.id} of {move.run.workflow} still waits for you at “{gate.step}”."
        ahead = what_comes(gate, move.at, rejects=group.on_expiry == "reject")
        move.tell(to, f"{said} {ahead}", step=gate.step, how=Telling.REMINDED)
        move.order(Wake(next_time(gate), gate.step))
    return None


def _expire(move: Move, gate: Gate) -> None:
    group = move.terms.brief.reviewers[gate.group]
    expired = replace(gate, status=GateStatus.EXPIRED, decided_at=move.at)
    move.gate(expired, EntryKind.GATE_EXPIRED, by=ENGINE)
    move.order(Show(gate.step, gate.version))
    why = f"Nobody decided “{gate.step}” in time, so nothing was done."
    if group.on_expiry == "reject":
        return reject_by_brief(move, expired, group, why)
    others = by_brief(move.run, "To ask others, change", f"reviewers.{gate.group}.members")
    return move.park(f"{why} Resume to ask again, or cancel. {others}", step=gate.step)


def _wake_question(move: Move, question: Question) -> None:
    if question.expires_at is None or move.at < question.expires_at:
        return _remind(move, question)
    if question.kind in (Ask.OBSERVE, Ask.DONE_BY_ME):
        move.close_question(question.step)
        done = StepState(StepStatus.DONE, None, Source.CODE)
        move.step(question.step, done, EntryKind.QUESTION_EXPIRED, by=ENGINE, reason=question.kind.value)
        move.order(Show(question.step))
    elif move.run.state is not RunState.PARKED:
        move.write(EntryKind.QUESTION_EXPIRED, step=question.step, by=ENGINE, reason=question.kind.value)
        move.park(f"Nobody answered “{question.step}” in time. Resume to ask again, or cancel.", step=question.step)
    return None


def _remind(move: Move, question: Question) -> None:
    if question.remind_at is None or move.at < question.remind_at:
        return
    if question.group in move.terms.brief.outsiders and question.expires_at is not None:
        _remind_outside(move, question, question.expires_at)
        return
    later = replace(question, remind_at=move.at + timedelta(days=1))
    move.run = replace(move.run, questions={**move.run.questions, question.step: later})
    move.write(EntryKind.QUESTION_REMINDED, step=question.step, by=ENGINE)
    text = f"Run {move.run.id} of {move.run.workflow} still waits for an answer: {question.text}"
    waits = waited(question.opened_at, move.at)
    move.tell(_whom(move, question.group), f"{text} {waits}", step=question.step, how=Telling.REMINDED)
    move.order(Wake(next_look(later), question.step))


def _remind_outside(move: Move, question: Question, until: datetime) -> None:
    """By one mail more, with the same link."""
    reminded = replace(question, remind_at=None)
    move.run = replace(move.run, questions={**move.run.questions, question.step: reminded})
    move.write(EntryKind.QUESTION_REMINDED, step=question.step, by=ENGINE, group=question.group)
    move.order(Write(question.step, REMINDER, until), Wake(until, question.step))


def _whom(move: Move, group: str) -> str:
    """Whom to remind; where a machine asked for the run, nobody but its owner is there to answer."""
    if group in move.terms.brief.reviewers:
        return f"group:{group}"
    return group if group == "requester" and "/" in move.run.origin.requester else "owner"


def _end_wait(move: Move, event: Woken, state: StepState) -> None:
    if not event.by_event and isinstance(state.value, str) and event.at < datetime.fromisoformat(state.value):
        return
    done = StepState(StepStatus.DONE, {"ended_by_event": event.by_event})
    brought = {"source": event.delivery} if event.delivery else {}
    outcome = "event" if event.by_event else "time"
    move.step(event.step, done, EntryKind.STEP_DONE, notes=brought, outcome=outcome)
