"""Having it drafted again: the model tries once more with a reviewer's remark, as often as the brief allows."""

from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Reviewers
from bot.domain.effect import AskModel
from bot.domain.entering import over_budget
from bot.domain.errors import OverLimit, Refused, Unfit
from bot.domain.event import Decided
from bot.domain.frozen import replace
from bot.domain.gating import record_verdict
from bot.domain.move import Move
from bot.domain.person import ENGINE
from bot.domain.run import Gate, GateStatus, Remark, StepStatus
from bot.domain.value import downstream, upstream
from bot.domain.workflow import AnyStep, Ask


def redraft(move: Move, event: Decided, gate: Gate, group: Reviewers) -> None:
    """Hand a remark to the model; whatever rests on its draft is gone through again. Raises Refused."""
    if not event.text:
        raise Unfit("Say what should be different; the next draft follows that remark.")
    against = against_redraft(move, gate, group)
    if against is not None:
        raise against
    step = _drafted(move, gate)[-1].name
    remark = Remark(event.person.id, event.at, "redraft", event.text)
    # The next draft is the model's again: whoever edited the last one is no longer its author.
    remembered = replace(
        gate, redrafts=gate.redrafts + 1, remarks=(*gate.remarks, remark), status=GateStatus.CLOSED, editors=()
    )
    record_verdict(move, event, remembered)
    move.forget(tuple(n for n in downstream(move.terms, step) if n in move.run.steps))
    state = replace(move.run.steps[step], status=StepStatus.DUE, by="")
    move.step(step, state, EntryKind.STEP_CORRECTED, by=ENGINE, reason="redraft")
    move.order(AskModel(step, event.text))


def against_redraft(move: Move, gate: Gate, group: Reviewers) -> Refused | None:
    """Why it cannot be drafted again; None where it can."""
    if gate.redrafts >= group.redrafts:
        return OverLimit(f"This was redrafted {gate.redrafts} times already. Edit it, reject it or take it over.")
    if not _drafted(move, gate):
        return Unfit("No model wrote this, so there is nothing to redraft. Edit it instead.")
    used_up = over_budget(move)
    return OverLimit(f"{used_up} Edit it instead, or take it over.") if used_up else None


def _drafted(move: Move, gate: Gate) -> list[AnyStep]:
    """What a model was asked for and this gate rests on; the last of them is the draft."""
    asks = (s for s in upstream(move.terms, move.terms.definition.step(gate.step)) if isinstance(s.node, Ask))
    return [s for s in asks if s.name in move.run.steps and move.run.steps[s.name].status is StepStatus.DONE]
