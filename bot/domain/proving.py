"""The end of a run: the brief's proofs are asked for, one after the other, and only then it is done.

What was shown once stands in the record and is not asked for again; what was not shown is, once somebody resumes.
"""

from bot.domain.asking import OBSERVE, ask_to_observe
from bot.domain.audit.entry import EntryKind
from bot.domain.brief.done_when import ReadAgain
from bot.domain.effect import Purpose, Read, Seek
from bot.domain.ending import done, nothing_done
from bot.domain.event import LookedUp, ReadBack
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.proof import Proof, argument_of, is_proof, proofs_of, proves, step_before, under_way
from bot.domain.run import Action, ActionStatus, RunState, Stage, StepState, StepStatus
from bot.domain.value import intended


def finish(move: Move) -> None:
    """Every step is through: prove it, compare it, or end."""
    run = move.run
    for proof in proofs_of(run, move.terms):
        state = run.steps.get(proof.step)
        if state is None:
            return _ask_for(move, proof)
        if state.status is not StepStatus.DONE:
            return None
    if run.stage is Stage.SHADOW and OBSERVE not in run.steps:
        return ask_to_observe(move)
    if OBSERVE in run.questions:
        return None
    move.enter(RunState.DONE, EntryKind.RUN_DONE)
    acted = any(action.status is ActionStatus.DONE for action in run.actions)
    return move.tell_requester((done if acted else nothing_done)(move.run, move.terms))


def _ask_for(move: Move, proof: Proof) -> None:
    move.step(proof.step, StepState(StepStatus.DUE), None)
    match proof.shows:
        case ReadAgain() as read:
            about = argument_of(move.run, move.terms, read)
            move.order(Read(proof.step, read.read, about, Purpose.PROOF))
        case Action() as action:
            move.order(Seek(action.step, action.n))
    move.stand(RunState.RUNNING)


def ask_for_all_again(move: Move) -> None:
    """By another brief, what was shown may not be what has to be."""
    move.forget(tuple(name for name in move.run.steps if is_proof(name)))


def take_record_again(move: Move, event: ReadBack) -> None:
    """A record was read again, as the proof."""
    proof = under_way(move.run, move.terms)
    if proof is None or proof.step != event.step or not isinstance(proof.shows, ReadAgain) or move.run.ended:
        return
    read = proof.shows
    found = event.value.get(read.field)
    records = ", ".join(event.records) or None
    before = step_before(move.terms.definition, read)
    if proves(read, found, move.run.value(before.name) if before is not None else None):
        move.step(proof.step, StepState(StepStatus.DONE), EntryKind.STEP_DONE, fields={"found": found}, records=records)
        return
    personal = move.terms.fields.is_personal(f"{proof.step}.{read.field}", found)
    said = f"{read.read} does not show it: {_unproved(read, found, personal=personal)}"
    _not_shown(move, proof, said, found, records)


def take_change_again(move: Move, event: LookedUp) -> None:
    """A system was asked, as the proof, for a change that it said it has made."""
    proof = under_way(move.run, move.terms)
    if proof is None or not isinstance(proof.shows, Action) or move.run.ended:
        return
    action = proof.shows
    if (action.step, action.n) != (event.step, event.n):
        return
    kind = action.proposal.kind
    if event.receipt:
        found = event.receipt.get("id")
        move.step(proof.step, StepState(StepStatus.DONE), EntryKind.STEP_DONE, fields={"found": found}, records=kind)
        return
    record = move.terms.fields.record(intended(move.run, action, move.terms), action.proposal.step)
    said = f"{kind} on {record} is not shown (key {action.key}). {event.text}".rstrip(". ")
    _not_shown(move, proof, said, None, kind)


def _not_shown(move: Move, proof: Proof, said: str, found: Plain, records: str | None) -> None:
    move.step(proof.step, StepState(StepStatus.FAILED), EntryKind.STEP_FAILED, fields={"found": found}, records=records)
    move.park(f"It was carried out, but {said}. Look there, then resume to check again.", step=proof.step)


def _unproved(proof: ReadAgain, found: Plain, *, personal: bool) -> str:
    if proof.changed:
        return f"{proof.field} is as it was before"
    if personal:
        return f"{proof.field} is another one, not that of the brief"
    return f"{proof.field} is {found!r}, not {proof.is_!r}"
