"""Reading the world again: have the facts moved since the decision, and does the brief's proof hold at the end?"""

from bot.domain.acting import acting_step, call_off, execute_next, gate_of, has_begun, reopen, witnesses_left
from bot.domain.answering import PROOF, take_record
from bot.domain.asking import OBSERVE, ask_to_observe
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import DoneWhen
from bot.domain.edits import edits_of
from bot.domain.effect import Purpose, Read, Show
from bot.domain.ending import done, nothing_done
from bot.domain.event import Delayed, ReadBack
from bot.domain.frozen import replace
from bot.domain.gating import close
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.proof import proves, step_before
from bot.domain.run import ActionStatus, Gate, GateStatus, RunState, Stage, StepState, StepStatus
from bot.domain.value import downstream, skipped
from bot.domain.workflow import AnyStep, LookUp, Trigger


def take_reading(move: Move, event: ReadBack) -> None:
    """A read came back: an input, a witness, or the proof."""
    match event.purpose:
        case Purpose.INPUT:
            take_record(move, event)
        case Purpose.WITNESS:
            _take_witness(move, event)
        case Purpose.PROOF:
            _take_proof(move, event)


def _take_witness(move: Move, event: ReadBack) -> None:
    step = acting_step(move)
    left = witnesses_left(move.run, step.name) if step is not None else []
    if step is None or event.step not in left or move.run.ended:
        return None
    seen = move.run.value(event.step)
    before = seen if isinstance(seen, dict) else {}
    moved = {
        name: (before.get(name), event.value.get(name))
        for name in _watched(move, event.step)
        if before.get(name) != event.value.get(name)
    }
    if moved:
        return _ask_again(move, step, event, moved)
    move.write(EntryKind.STEP_WITNESSED, step=event.step, records=", ".join(event.records) or None)
    left = [name for name in left if name != event.step]
    move.step(step.name, StepState(StepStatus.DUE, {**_waiting(move, step), "witnessing": left}), None)
    if not left:
        execute_next(move, step.name)
    return None


def _waiting(move: Move, step: AnyStep) -> dict[str, Plain]:
    value = move.run.value(step.name)
    return value if isinstance(value, dict) else {}


def take_delay(move: Move, event: Delayed) -> None:
    """What is read again before an action leaves counts for that moment: after a wait it is read once more.

    A further try is not held up by this. How long it may be tried stays bounded.
    """
    step = acting_step(move)
    if step is None or move.run.ended or move.run.undoing is not None:
        return
    mine = [action for action in move.run.actions if action.step == step.name]
    tried = any(action.begun_at is not None for action in mine)
    waiting = _waiting(move, step)
    if not mine or tried or waiting.get("since") == "":
        return
    move.step(
        step.name,
        StepState(StepStatus.DUE, {**waiting, "since": ""}),
        EntryKind.ACTION_DELAYED,
        fields={"why": event.text},
    )


def _watched(move: Move, step: str) -> tuple[str, ...]:
    node = move.terms.definition.step(step).node
    lookup = node.again if isinstance(node, Trigger) else node.lookup if isinstance(node, LookUp) else None
    return lookup.witnessed if lookup is not None else ()


def _ask_again(move: Move, step: AnyStep, event: ReadBack, moved: dict[str, tuple[Plain, Plain]]) -> None:
    """The world moved since the decision: nothing runs, and the card asks again with the difference."""
    gate = gate_of(move.run, step)
    words = "; ".join(_moved(move, f"{event.step}.{name}", *pair) for name, pair in moved.items())
    state = move.run.steps[event.step]
    move.step(
        event.step,
        replace(state, value=dict(event.value)),
        EntryKind.STEP_CORRECTED,
        fields={f"{side}.{n}": pair[i] for n, pair in moved.items() for i, side in enumerate(("before", "after"))},
        records=", ".join(event.records) or None,
    )
    why = f"The world changed after this was approved: {words}."
    rests = downstream(move.terms, event.step)
    if _chooses(move, event.step) and not any(
        has_begun(one) and one.proposal.step in rests for one in move.run.actions
    ):
        return _build_anew(move, gate, rests, why)
    return reopen(move, gate, why)


def _chooses(move: Move, step: str) -> bool:
    node = move.terms.definition.step(step).node
    return isinstance(node, LookUp) and node.lookup.chooses


def _build_anew(move: Move, gate: Gate, rests: tuple[str, ...], why: str) -> None:
    """Go through everything again that rests on a choice, as it is now made; nothing of before stays in it."""
    if any(edits_of(move.run, gate)):
        why = f"{why} It was built anew; what people had changed in it is not in it any more."
    call_off(move, gate)
    closed = replace(gate, status=GateStatus.CLOSED, moved=why, editors=())
    move.gate(closed, EntryKind.GATE_VOIDED, fields={"why": why})
    move.order(Show(gate.step, gate.version))
    for other in [one for one in move.run.gates.values() if one.step in rests]:
        close(move, other, why)
    move.forget(tuple(name for name in rests if name in move.run.steps))


def _moved(move: Move, path: str, was: Plain, now: Plain) -> str:
    """What has changed; of what is personal only that it has."""
    personal = any(move.terms.fields.is_personal(path, value) for value in (was, now))
    return f"{path} has changed" if personal else f"{path} was {was!r} and is now {now!r}"


def finish(move: Move) -> None:
    """Every step is through: prove it, compare it, or end."""
    run, proof = move.run, move.terms.brief.done_when
    acted = any(a.status is ActionStatus.DONE for a in run.actions)
    state = run.steps.get(PROOF)
    if acted and state is None and not skipped(run, move.terms.definition.step(proof.of)):
        about = run.value(proof.of)
        move.step(PROOF, StepState(StepStatus.DUE), None)
        move.order(Read(PROOF, proof.read, about if isinstance(about, dict) else {}, Purpose.PROOF))
        return move.stand(RunState.RUNNING)
    if state is not None and state.status is not StepStatus.DONE:
        return None
    if run.stage is Stage.SHADOW and OBSERVE not in run.steps:
        return ask_to_observe(move)
    if OBSERVE in run.questions:
        return None
    move.enter(RunState.DONE, EntryKind.RUN_DONE)
    return move.tell_requester((done if acted else nothing_done)(move.run, move.terms))


def _take_proof(move: Move, event: ReadBack) -> None:
    state = move.run.steps.get(PROOF)
    if state is None or state.status is not StepStatus.DUE or move.run.ended:
        return
    proof = move.terms.brief.done_when
    found = event.value.get(proof.field)
    records = ", ".join(event.records) or None
    before = step_before(move.terms.definition, proof)
    if proves(proof, found, move.run.value(before.name) if before is not None else None):
        move.step(PROOF, StepState(StepStatus.DONE), EntryKind.STEP_DONE, fields={"found": found}, records=records)
        return
    move.step(PROOF, StepState(StepStatus.FAILED), EntryKind.STEP_FAILED, fields={"found": found}, records=records)
    personal = move.terms.fields.is_personal(f"{PROOF}.{proof.field}", found)
    move.park(
        f"It was carried out, but {proof.read} does not show it: {_unproved(proof, found, personal=personal)}. "
        "Look there, then resume to check again.",
        step=PROOF,
    )


def _unproved(proof: DoneWhen, found: Plain, *, personal: bool) -> str:
    if proof.changed:
        return f"{proof.field} is as it was before"
    if personal:
        return f"{proof.field} is another one, not that of the brief"
    return f"{proof.field} is {found!r}, not {proof.is_!r}"
