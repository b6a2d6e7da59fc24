"""Bringing more people in, by name or along the chain of groups that a brief names, with the owner at its end."""

from collections.abc import Iterator, Mapping

from bot.domain.attendance import Link, is_unmanned, passed_over
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Brief, Reviewers
from bot.domain.effect import Show, Telling, Wake
from bot.domain.errors import NotAllowed, Unfit
from bot.domain.event import Decided, Verdict
from bot.domain.frozen import replace
from bot.domain.gate import Reason, chain_of, may_decide
from bot.domain.gating import next_time
from bot.domain.move import Move
from bot.domain.person import ENGINE, Person
from bot.domain.run import Gate, GateStatus, Remark

CATEGORIES = ("not sure", "above my authority", "unclear policy", "customer at risk", "something is broken", "other")
"""Why people escalate, in words that can be counted."""


def escalate(
    move: Move, gate: Gate, *, by: str, text: str, reason: str | None = None, links: tuple[Link, ...] = ()
) -> None:
    """Invite the next people of the chain who are there; policy still has to allow them. Later it is the turn of those
    after them."""
    later = chain_of(gate.group, move.terms.brief)[1:]
    turn = _whose_turn(gate, later, links)
    to, passed = later[turn], _passed(links, later[gate.escalations : turn + 1])
    group = move.terms.brief.reviewers.get(to)
    text = f"{text} {passed}".rstrip()
    gate = replace(
        gate,
        invited=tuple(dict.fromkeys((*gate.invited, to))),
        escalations=turn + 1,
        remarks=(*gate.remarks, Remark(by, move.at, "escalate", text)),
        escalate_at=move.at + group.escalate_after if group is not None and group.escalate_after else None,
    )
    move.gate(gate, EntryKind.GATE_ESCALATED, fields={"text": text}, reason=reason, reviewer=by, owner=to)
    where = to if group is None else f"group:{to}"
    said = f"Run {move.run.id} of {move.run.workflow} needs you at “{gate.step}”: {text}"
    move.tell(where, said, step=gate.step, how=Telling.ASKED)
    move.order(Show(gate.step, gate.version), Wake(next_time(gate), gate.step))


def _passed(links: tuple[Link, ...], names: tuple[str, ...]) -> str:
    return passed_over(one for link in links if link.name in names for one in link.passed)


def go_past_the_absent(move: Move, gate: Gate, links: tuple[Link, ...]) -> None:
    """Where all who are asked first are away, the next of the chain who are there are asked at once."""
    if gate.status is GateStatus.OPEN and not gate.escalations and is_unmanned(links):
        text = f"Nobody of {gate.group} is there now. {passed_over(links[0].passed)}"
        escalate(move, gate, by=ENGINE.ref, text=text, reason="nobody there", links=links)


def _whose_turn(gate: Gate, later: tuple[str, ...], links: tuple[Link, ...]) -> int:
    """The next of the chain with somebody there; simply the next where nobody is, or nobody knows."""
    first = min(gate.escalations, len(later) - 1)
    manned = {link.name for link in links if link.there}
    return next((n for n in range(first, len(later)) if later[n] in manned), first)


def reassign(move: Move, event: Decided, gate: Gate, group: Reviewers) -> None:
    """Hand a gate to one person, under every rule that will hold when they decide. Raises Refused."""
    to = event.to
    if to is None:
        raise Unfit("Say to whom, for example --to @mia.")
    gate = replace(gate, holder=to.id, invited=tuple(dict.fromkeys((*gate.invited, to.id))))
    permission = may_decide(to, Verdict.APPROVE, gate, move.run, move.terms.brief)
    if not permission.allowed:
        they = f"{to.name} cannot decide this: {_THEY[permission.reason]}."
        words = " ".join(filter(None, (event.instead, they, _whom_else(to, gate, group, move))))
        raise NotAllowed(words, reason=permission.reason.value)
    text = f"{event.text} {event.instead}".strip()
    remark = Remark(event.person.id, event.at, "reassign", text)
    gate = replace(gate, remarks=(*gate.remarks, remark))
    move.gate(gate, EntryKind.GATE_REASSIGNED, fields={"text": text}, reviewer=event.person.id, owner=to.id)
    asks = f"{event.person.name} asks you to decide “{gate.step}” of run {move.run.id}."
    move.tell(to.id, f"{asks} {text}".strip(), step=gate.step, how=Telling.ASKED)
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
