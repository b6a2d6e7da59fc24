"""A parked run goes on by the brief as it stands now: what was answered and not carried out must hold by that, too.

The steps, the prompts and the stage stay what the run began with. What people were asked stays with people.
"""

from collections.abc import Iterator

from bot.domain.acting import gate_of
from bot.domain.asking import ask
from bot.domain.frozen import replace
from bot.domain.gating import case_of, group_named, no_reviewers, put_to_people, void
from bot.domain.move import Move
from bot.domain.policy import Answerer, Ruling, rule
from bot.domain.rebrief import Rebrief
from bot.domain.run import ActionStatus, Gate, GateStatus, Mode, Run
from bot.domain.value import Wrong, intent_of
from bot.domain.workflow import Act, AnyStep, Review

_MODES = (Mode.NOTHING, Mode.DRY_RUN, Mode.SHOW, Mode.EXECUTE)
_ANSWERED = (GateStatus.EXPIRED, GateStatus.REJECTED)


def adopt(run: Run, rebrief: Rebrief) -> Run:
    """The same run, going by another brief."""
    prompts = {**run.pins.prompts, **rebrief.prompts}
    pins = replace(run.pins, brief=rebrief.brief, policy=rebrief.policy, prompts=prompts)
    return replace(run, pins=pins, owner=rebrief.owner)


def ask_by_now(move: Move, rebrief: Rebrief) -> Iterator[str]:
    """Ask again where what was answered does not hold by this brief; the steps that are asked again."""
    for gate in tuple(move.run.gates.values()):
        step = move.terms.definition.step(gate.step)
        if isinstance(step.node, Review) and _is_ahead(move, gate) and _again(move, step, step.node, gate, rebrief):
            yield gate.step
    for question in tuple(move.run.questions.values()):
        if question.group not in ("requester", "owner", *move.terms.brief.reviewers, *move.terms.brief.outsiders):
            ask(move, replace(question, group="owner"))
            yield question.step


def _is_ahead(move: Move, gate: Gate) -> bool:
    """Whether nothing of what a gate decides on has been begun."""
    if gate.status is GateStatus.CLOSED or (gate.status is GateStatus.APPROVED and gate.mode is not Mode.EXECUTE):
        return False
    ahead = (ActionStatus.PLANNED, ActionStatus.FAILED)
    return all(action.status in ahead for action in move.run.actions if action.step in _acts(move, gate))


def _acts(move: Move, gate: Gate) -> tuple[str, ...]:
    """The steps that carry out what a gate decides on, of those that were reached."""
    acts = (step for step in move.terms.definition.steps if isinstance(step.node, Act) and step.name in move.run.steps)
    return tuple(step.name for step in acts if gate_of(move.run, step).step == gate.step)


def _again(move: Move, step: AnyStep, node: Review, gate: Gate, rebrief: Rebrief) -> bool:
    ruling = rule(case_of(move, step, [intent_of(p, move.terms) for p in gate.proposals]), move.terms.brief)
    now = _ruled(move, gate, ruling, ruling.group or group_named(move, node))
    lost = any(vote.person in rebrief.lost_rights for vote in gate.approvals)
    if gate.status not in _ANSWERED and not lost and _holds(gate, now, ruling):
        return False
    move.run = replace(move.run, actions=tuple(a for a in move.run.actions if a.step not in _acts(move, gate)))
    move.forget(_acts(move, gate))
    put_to_people(move, void(move, now, "The brief has changed."), move.terms.brief.reviewers[now.group])
    return True


def _ruled(move: Move, gate: Gate, ruling: Ruling, group: str) -> Gate:
    """The gate as this brief would put it to people."""
    reviewers = move.terms.brief.reviewers.get(group)
    if reviewers is None:
        raise Wrong(no_reviewers(move, group))
    now = replace(gate, group=group, needed=ruling.needed or reviewers.needed, deny=reviewers.deny, why=ruling.why)
    now = replace(now, mode=min(gate.mode, ruling.mode, key=_MODES.index))
    return now if group == gate.group else replace(now, holder="", invited=(), escalations=0)


def _holds(gate: Gate, now: Gate, ruling: Ruling) -> bool:
    if gate.policy:
        return ruling.answerer is Answerer.POLICY and now.mode is gate.mode
    if (now.group, now.mode) != (gate.group, gate.mode):
        return False
    if gate.status is GateStatus.OPEN:
        return (now.needed, now.deny) == (gate.needed, gate.deny)
    return len({vote.person for vote in gate.approvals}) >= now.needed
