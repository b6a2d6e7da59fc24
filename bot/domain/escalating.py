"""Bringing more people in: the chain of reviewer groups that a brief names, with the owner at its end."""

from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Brief
from bot.domain.effect import Show, Wake
from bot.domain.frozen import replace
from bot.domain.gate import OWNER
from bot.domain.gating import next_time
from bot.domain.move import Move
from bot.domain.run import Gate, Remark


def escalate(move: Move, gate: Gate, *, by: str, text: str, reason: str | None = None) -> None:
    """Invite the next people of the chain; policy still has to allow them. Later it is the turn of those after them."""
    to = _next_in_chain(gate, move.terms.brief)
    group = move.terms.brief.reviewers.get(to)
    gate = replace(
        gate,
        invited=tuple(dict.fromkeys((*gate.invited, to))),
        escalations=gate.escalations + 1,
        remarks=(*gate.remarks, Remark(by, move.at, "escalate", text)),
        escalate_at=move.at + group.escalate_after if group is not None and group.escalate_after else None,
    )
    move.gate(gate, EntryKind.GATE_ESCALATED, fields={"text": text}, reason=reason, reviewer=by, owner=to)
    where = to if group is None else f"group:{to}"
    move.tell(where, f"Run {move.run.id} of {move.run.workflow} needs you at “{gate.step}”: {text}", step=gate.step)
    move.order(Show(gate.step, gate.version), Wake(next_time(gate), gate.step))


def _next_in_chain(gate: Gate, brief: Brief) -> str:
    name = gate.group
    for _ in range(gate.escalations + 1):
        group = brief.reviewers.get(name)
        name = group.escalate_to if group is not None and group.escalate_to else OWNER
    return name
