"""Hearing people: every verdict on a gate, with the same checks before each."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.asking import observe
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import OnRejection, Reviewers
from bot.domain.correcting import correct
from bot.domain.effect import AskModel, Show
from bot.domain.entering import over_budget
from bot.domain.errors import AlreadyDecided, NotAllowed, OutOfDate, OverLimit, Refused, Unfit, Unknown
from bot.domain.escalating import escalate
from bot.domain.event import Decided, Verdict
from bot.domain.gate import Tally, allow, approved_by, denied_by, may_decide, tally
from bot.domain.gating import put_to_people, review_done, void
from bot.domain.intent import digest_of
from bot.domain.move import Move
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.policy import Case, Ruling, rule
from bot.domain.responding import respond, respond_unasked
from bot.domain.run import Gate, GateStatus, Mode, Remark, Run, RunState, StepStatus, Vote
from bot.domain.text import nearest
from bot.domain.value import broken_rules, downstream, edited, intent_of, upstream
from bot.domain.workflow import AnyStep
from bot.domain.workflow import Ask as AskNode

FINGERPRINT = 8
"""A card shows so many letters of its digest; fewer say too little."""


def decide(move: Move, event: Decided) -> None:
    """Take one verdict. Raises Refused where it may not be given; then nothing changed."""
    if event.verdict is Verdict.OBSERVE:
        return respond_unasked(move, event)
    if event.verdict is Verdict.CORRECT:
        return correct(move, event)
    question = move.run.questions.get(event.step)
    if question is not None:
        return respond(move, event, question)
    gate = move.run.gates.get(event.step)
    if gate is None:
        waiting = ", ".join((*move.run.questions, *move.run.gates)) or "nothing"
        raise Unknown(f"Nothing waits for a decision at “{event.step}”. What there is: {waiting}.")
    _refuse_stale(move, event, gate)
    allow(may_decide(event.person, event.verdict, gate, move.run, move.terms.brief))
    _VERDICTS[event.verdict](move, event, gate, move.terms.brief.reviewers[gate.group])
    return None


def _refuse_stale(move: Move, event: Decided, gate: Gate) -> None:
    if event.verdict is Verdict.COMMENT:
        return
    if gate.status is not GateStatus.OPEN:
        raise AlreadyDecided(_who_was_faster(gate, move.run))
    if move.run.ended:
        raise AlreadyDecided(f"This run has ended ({move.run.state}).")
    if event.version is not None and event.version != gate.version:
        raise OutOfDate(
            f"You saw version {event.version}; version {gate.version} is the current one. Look at it first."
        )
    if event.digest is not None and not (len(event.digest) >= FINGERPRINT and gate.digest.startswith(event.digest)):
        raise OutOfDate()
    if gate.expires_at is not None and event.at >= gate.expires_at:
        raise OutOfDate("This ran out of time and can no longer be decided. Its owner can open it again.")


def _who_was_faster(gate: Gate, run: Run) -> str:
    votes = gate.denials if gate.status is GateStatus.REJECTED else gate.approvals
    who = ", ".join(vote.person for vote in votes) or gate.policy
    when = f" at {gate.decided_at:%H:%M UTC on %d %b}" if gate.decided_at else ""
    why = f" {run.reason}" if run.reason and not who else ""
    return f"This is {gate.status} already,{f' by {who}' if who else ''}{when}.{why}"


# --- verdicts on a gate --------------------------------------------------------------------------------------------


def _approve(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    gate = approved_by(gate, Vote(event.person.id, event.at, text=event.text))
    if tally(gate) is Tally.APPROVED:
        gate = replace(gate, status=GateStatus.APPROVED, decided_at=event.at)
    _record(move, event, gate)
    if gate.status is GateStatus.APPROVED:
        review_done(move, gate.step)


def _record(move: Move, event: Decided, gate: Gate, fields: Mapping[str, Plain] | None = None) -> None:
    move.gate(
        gate,
        EntryKind.GATE_DECIDED,
        fields={**(fields or {}), **({"text": event.text} if event.text else {})},
        outcome=event.verdict.value,
        reviewer=event.person.id,
        reason=event.reason if event.verdict is Verdict.REJECT else None,
        minutes=event.minutes,
    )
    move.order(Show(gate.step, gate.version))


def _edit(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    if not 0 <= event.proposal < len(gate.proposals):
        raise Unfit(f"There is no proposal {event.proposal + 1} here; there are {len(gate.proposals)}.")
    old = gate.proposals[event.proposal]
    new = edited(old, event.values, move.terms)
    if new == old:
        raise Unfit("Nothing was changed. Say which field gets which new value.")
    proposals = tuple(new if n == event.proposal else p for n, p in enumerate(gate.proposals))
    intents = tuple((p.step, intent_of(p, move.terms)) for p in proposals)
    broken = next(broken_rules(intents, move.run, move.terms), None)
    if broken:
        raise Unfit(f"This would break a rule of the brief: {broken} Nothing was changed.")
    ruling = rule(Case(move.run.stage, gate.step, [i for _, i in intents], {}), move.terms.brief)
    changed = [name for name in new.data if new.data[name] != old.data.get(name)]
    before_after: dict[str, Plain] = {}
    for name in changed:
        before_after |= {f"before.{name}": old.data.get(name), f"after.{name}": new.data[name]}
    fresh = replace(
        void(move, gate, f"edited by {event.person.id}"),
        proposals=proposals,
        digest=digest_of(proposals),
        editors=tuple(dict.fromkeys((*gate.editors, event.person.id))),
        needed=max(gate.needed, ruling.needed or 1),
    )
    if ruling.group is None or ruling.group == gate.group:
        return _record(move, event, fresh, before_after)
    return _hand_on(move, event, fresh, ruling, before_after)


def _hand_on(move: Move, event: Decided, gate: Gate, ruling: Ruling, fields: Mapping[str, Plain]) -> None:
    """An edit crossed a threshold: others decide now, by their own rules and with their own time."""
    name = ruling.group or gate.group
    group = move.terms.brief.reviewers.get(name)
    if group is None:
        raise Unfit(f"The brief has no reviewers “{name}”. Its owner can add them. Nothing was changed.")
    gate = replace(
        gate,
        group=name,
        needed=ruling.needed or group.needed,
        deny=group.deny,
        why=ruling.why,
        holder="",
        invited=(),
        escalations=0,
    )
    _record(move, event, gate, fields)
    put_to_people(move, gate, group)


def _reject(move: Move, event: Decided, gate: Gate, group: Reviewers) -> None:
    if event.reason not in group.reasons:
        meant = nearest(event.reason, group.reasons)
        hint = f" Did you mean “{meant}”?" if meant else ""
        raise Unfit(f"Say why, with one of: {', '.join(group.reasons)}.{hint}")
    gate = denied_by(gate, Vote(event.person.id, event.at, event.reason, event.text))
    if tally(gate) is not Tally.REJECTED:
        return _record(move, event, gate)
    gate = replace(gate, status=GateStatus.REJECTED, decided_at=event.at)
    if group.on_rejection is OnRejection.REDRAFT and event.text and not _against_redraft(move, gate, group):
        return _redraft(move, event, gate, group)
    _record(move, event, gate)
    reject_by_brief(move, gate, group, f"Rejected by {event.person.name}: {event.reason}. {event.text}".strip())
    return None


def reject_by_brief(move: Move, gate: Gate, group: Reviewers, why: str) -> None:
    """What follows a rejection: the run stops, or is parked for its owner."""
    if group.on_rejection is OnRejection.PARK:
        return move.park(why, step=gate.step)
    move.enter(RunState.STOPPED, EntryKind.RUN_STOPPED, why)
    return move.tell_requester(why)


def _escalate(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    text = f"{event.reason} {event.text}".strip()
    if not text:
        raise Unfit("Say in a few words why this is escalated.")
    escalate(move, gate, by=event.person.id, text=text)


def _reassign(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    if event.to is None:
        raise Unfit("Say to whom, for example --to @mia.")
    gate = replace(gate, holder=event.to.id, invited=tuple(dict.fromkeys((*gate.invited, event.to.id))))
    permission = may_decide(event.to, Verdict.APPROVE, gate, move.run, move.terms.brief)
    if not permission.allowed:
        raise NotAllowed(f"{event.to.name} cannot decide this: {permission.sentence}", reason=permission.reason.value)
    remark = Remark(event.person.id, event.at, "reassign", event.text)
    gate = replace(gate, remarks=(*gate.remarks, remark))
    move.gate(gate, EntryKind.GATE_REASSIGNED, fields={"text": event.text}, reviewer=event.person.id, owner=event.to.id)
    asks = f"{event.person.name} asks you to decide “{gate.step}” of run {move.run.id}."
    move.tell(event.to.id, f"{asks} {event.text}".strip())
    move.order(Show(gate.step, gate.version))


def _take_over(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    _record(move, event, replace(gate, status=GateStatus.CLOSED, decided_at=event.at))
    move.enter(RunState.STOPPED, EntryKind.RUN_STOPPED, f"Taken over by {event.person.name}. {event.text}".strip())
    move.tell_requester(f"{event.person.name} has taken this over.")


def _redraft(move: Move, event: Decided, gate: Gate, group: Reviewers) -> None:
    if not event.text:
        raise Unfit("Say what should be different; the next draft follows that remark.")
    against = _against_redraft(move, gate, group)
    if against is not None:
        raise against
    step = _drafted(move, gate)[-1].name
    remark = Remark(event.person.id, event.at, "redraft", event.text)
    # The next draft is the model's again: whoever edited the last one is no longer its author.
    remembered = replace(
        gate, redrafts=gate.redrafts + 1, remarks=(*gate.remarks, remark), status=GateStatus.CLOSED, editors=()
    )
    _record(move, event, remembered)
    move.forget(tuple(n for n in downstream(move.terms, step) if n in move.run.steps))
    state = replace(move.run.steps[step], status=StepStatus.DUE, by="")
    move.step(step, state, EntryKind.STEP_CORRECTED, by=ENGINE, reason="redraft")
    move.order(AskModel(step, event.text))


def _against_redraft(move: Move, gate: Gate, group: Reviewers) -> Refused | None:
    if gate.redrafts >= group.redrafts:
        return OverLimit(f"This was redrafted {gate.redrafts} times already. Edit it, reject it or take it over.")
    if not _drafted(move, gate):
        return Unfit("No model wrote this, so there is nothing to redraft. Edit it instead.")
    used_up = over_budget(move)
    return OverLimit(f"{used_up} Edit it instead, or take it over.") if used_up else None


def _drafted(move: Move, gate: Gate) -> list[AnyStep]:
    """What a model was asked for and this gate rests on; the last of them is the draft."""
    asks = (s for s in upstream(move.terms, move.terms.definition.step(gate.step)) if isinstance(s.node, AskNode))
    return [s for s in asks if s.name in move.run.steps and move.run.steps[s.name].status is StepStatus.DONE]


def _comment(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    if not event.text:
        raise Unfit("There is no comment to keep: write a few words.")
    remark = Remark(event.person.id, event.at, "comment", event.text)
    gate = replace(gate, remarks=(*gate.remarks, remark))
    move.gate(gate, EntryKind.GATE_REMARKED, fields={"text": event.text}, reviewer=event.person.id)
    move.order(Show(gate.step, gate.version))


def _done_by_me(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    if gate.mode is not Mode.SHOW:
        raise Unfit("The bot carries this out itself. To do it yourself, take it over.")
    observe(move, event, close=False)
    _record(move, event, replace(gate, status=GateStatus.CLOSED, decided_at=event.at), {"link": event.link})
    move.enter(RunState.DONE, EntryKind.RUN_DONE, f"Done by {event.person.name}.")
    move.tell_requester(f"{event.person.name} has done this.")


def _no_question(_move: Move, _event: Decided, gate: Gate, _group: Reviewers) -> None:
    raise Unfit(
        f"“{gate.step}” asks for a decision, not for an answer: approve, edit, reject, escalate or reassign it."
    )


_VERDICTS: Mapping[Verdict, Callable[[Move, Decided, Gate, Reviewers], None]] = {
    Verdict.APPROVE: _approve,
    Verdict.EDIT: _edit,
    Verdict.REJECT: _reject,
    Verdict.ESCALATE: _escalate,
    Verdict.REASSIGN: _reassign,
    Verdict.TAKE_OVER: _take_over,
    Verdict.REDRAFT: _redraft,
    Verdict.COMMENT: _comment,
    Verdict.DONE_BY_ME: _done_by_me,
    Verdict.ANSWER: _no_question,
    Verdict.CORRECT: _no_question,
    Verdict.OBSERVE: _no_question,
}
