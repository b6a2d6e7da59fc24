"""Bringing more people in, by name or along the chain of groups that a brief names, with the owner at its end."""

from collections.abc import Iterator, Mapping

from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Brief, Reviewers
from bot.domain.effect import Show, Wake
from bot.domain.errors import NotAllowed, Unfit
from bot.domain.event import Decided, Verdict
from bot.domain.frozen import replace
from bot.domain.gate import Reason, chain_of, may_decide
from bot.domain.gating import next_time
from bot.domain.move import Move
from bot.domain.person import Person
from bot.domain.run import Gate, Remark

CATEGORIES = ("not sure", "above my authority", "unclear policy", "customer at risk", "something is broken", "other")
"""Why people escalate, in words that can be counted."""


def escalate(move: Move, gate: Gate, *, by: str, text: str, reason: str | None = None) -> None:
    """Invite the next people of the chain; policy still has to allow them. Later it is the turn of those after them."""
    later = chain_of(gate.group, move.terms.brief)[1:]
    to = later[min(gate.escalations, len(later) - 1)]
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


def reassign(move: Move, event: Decided, gate: Gate, group: Reviewers) -> None:
    """Hand a gate to one person, under every rule that will hold when they decide. Raises Refused."""
    to = event.to
    if to is None:
        raise Unfit("Say to whom, for example --to @mia.")
    gate = replace(gate, holder=to.id, invited=tuple(dict.fromkeys((*gate.invited, to.id))))
    permission = may_decide(to, Verdict.APPROVE, gate, move.run, move.terms.brief)
    if not permission.allowed:
        words = f"{to.name} cannot decide this: {_THEY[permission.reason]}. {_whom_else(to, gate, group, move)}"
        raise NotAllowed(words, reason=permission.reason.value)
    remark = Remark(event.person.id, event.at, "reassign", event.text)
    gate = replace(gate, remarks=(*gate.remarks, remark))
    move.gate(gate, EntryKind.GATE_REASSIGNED, fields={"text": event.text}, reviewer=event.person.id, owner=to.id)
    asks = f"{event.person.name} asks you to decide “{gate.step}” of run {move.run.id}."
    move.tell(to.id, f"{asks} {event.text}".strip())
    move.order(Show(gate.step, gate.version))


_THEY: Mapping[Reason, str] = {
    Reason.INACTIVE: "their account is deactivated",
    Reason.BOT: "they are a bot",
    Reason.GUEST: "they are a guest",
    Reason.FOREIGN: "they are from another organisation",
    Reason.OTHER_TEAM: "they are of another team",
    Reason.NOT_A_REVIEWER: "they are not among those who decide it",
    Reason.OWN_REQUEST: "they asked for it",
    Reason.OWN_EDIT: "they changed it",
    Reason.NOT_A_SPECIALIST: "they are no specialist",
}


def _whom_else(but: Person, gate: Gate, group: Reviewers, move: Move) -> str:
    """Whom to ask in somebody's place, in the order in which they would be asked."""
    brief, shut_out = move.terms.brief, {move.run.origin.requester, move.run.origin.behind, *gate.editors}
    groups = [*_others(but, chain_of(gate.group, brief), brief, shut_out)]
    among = "a specialist among " if group.specialist else ""
    return (
        f"Ask {among}{''.join(f'{one}, ' for one in groups)}{'or ' if groups else ''}the owner {brief.owner} instead."
    )


def _others(but: Person, names: tuple[str, ...], brief: Brief, shut_out: set[str]) -> Iterator[str]:
    for name, group in ((name, brief.reviewers[name]) for name in names if name in brief.reviewers):
        members = [who for who in group.members if who not in shut_out and not but.is_(who)]
        if members:
            *some, last = members
            yield f"{', '.join(some)} or {last} ({name})" if some else f"{last} ({name})"
        elif group.usergroup:
            yield f"somebody of {group.usergroup} ({name})"
