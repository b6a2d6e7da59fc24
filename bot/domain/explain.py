"""Why a run stands where it stands: what it waits for, of whom, since when, what sent it there, what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from bot.domain.brief import Brief
from bot.domain.effect import Effect, Wake
from bot.domain.gate import OWNER, chain_of
from bot.domain.run import Gate, GateStatus, Mode, Question, Run, RunState

Sentence: TypeAlias = tuple[str | datetime, ...]
"""Words, and moments that each reader's own clock shows."""

_TO_DO: Mapping[str, str] = {
    "read": "read",
    "ask model": "ask the model",
    "show": "show the card",
    "tell": "tell somebody",
    "write": "write a mail that asks for",
    "execute": "carry out",
    "compensate": "take back",
    "wake": "look again",
    "start runs": "start runs",
}


def explain(
    run: Run,
    brief: Brief,
    *,
    held: str = "",
    pending: Sequence[tuple[Effect, datetime, int]] = (),
    inside: bool = True,
) -> Iterator[Sentence]:
    """The sentences, the most important first. `held` is why its workflow is paused.

    What sent it to a person may name the amount of a threshold, and is for those who may see inside.
    """
    if run.ended:
        yield from _ended(run)
        return
    if run.paused:
        yield ("It is held: nothing of it leaves until somebody resumes it.",)
    if held:
        yield (f"{run.workflow} is held: {held}",)
    if run.state is RunState.PARKED:
        yield (f"It is parked and needs a person: {run.reason}",)
        yield (f"The owner {brief.owner} or the maintainer {brief.maintainer} resumes or cancels it.",)
    for gate in run.gates.values():
        if gate.status is GateStatus.OPEN:
            yield from _gate(gate, brief, inside=inside)
    for question in run.questions.values():
        yield from _question(question, brief)
    yield from _next(run, pending)


def _ended(run: Run) -> Iterator[Sentence]:
    when = (" at ", run.ended_at) if run.ended_at else ()
    yield (f"It has ended: {run.state.value}", *when, ".")
    if run.reason:
        yield (run.reason,)


def _gate(gate: Gate, brief: Brief, *, inside: bool) -> Iterator[Sentence]:
    missing = gate.needed - len({vote.person for vote in gate.approvals})
    approvals = "approval" if missing == 1 else "approvals"
    yield (f"“{gate.step}” waits for {missing} {approvals} by {_who(gate, brief)}, since ", gate.opened_at, ".")
    if gate.why and inside:
        yield (f"Why a person: {gate.why}",)
    others = [name for name in gate.invited if name != gate.holder]
    if others:
        yield (f"Brought in: {', '.join(others)}.",)
    yield from _clocks(gate, brief)
    carried_out = "exactly this is carried out, once" if gate.mode is Mode.EXECUTE else "nothing is carried out"
    yield (f"Once approved, {carried_out}.",)


def _who(gate: Gate, brief: Brief) -> str:
    if gate.holder:
        return f"{gate.holder}, to whom it was handed"
    group = brief.reviewers.get(gate.group)
    people = ", ".join(group.members) or group.usergroup if group is not None else ""
    return f"{gate.group} ({people})" if people else gate.group


def _clocks(gate: Gate, brief: Brief) -> Iterator[Sentence]:
    if gate.remind_at is not None:
        yield ("They are reminded at ", gate.remind_at, ".")
    if gate.escalate_at is not None:
        later = chain_of(gate.group, brief)[1:]
        to = later[min(gate.escalations, len(later) - 1)]
        yield (f"It goes to {brief.owner if to == OWNER else to} as well at ", gate.escalate_at, ".")
    if gate.expires_at is not None:
        yield ("It runs out at ", gate.expires_at, "; that never approves it.")


def _question(question: Question, brief: Brief) -> Iterator[Sentence]:
    asked = brief.owner if question.group == OWNER else question.group
    yield (f"“{question.step}” waits for an answer of {asked}, since ", question.opened_at, f": {question.text}")
    if question.expires_at is not None:
        yield ("It runs out at ", question.expires_at, ".")


def _next(run: Run, pending: Sequence[tuple[Effect, datetime, int]]) -> Iterator[Sentence]:
    """What the bot does by itself; the clocks of what waits for people are told with that."""
    for effect, due, attempt in pending:
        if not (isinstance(effect, Wake) and (effect.step in run.gates or effect.step in run.questions)):
            tries = f" (try {attempt})" if attempt > 1 else ""
            yield (f"Next: {to_do(effect)}{tries}, at ", due, ".")


def to_do(effect: Effect) -> str:
    """What an effect does, in words."""
    where = f" “{effect.step}”" if effect.step else ""
    return f"{_TO_DO[effect.type]}{where}"
