"""Hearing people: every verdict on a gate, with the same checks before each."""

from collections.abc import Callable, Mapping

from bot.domain.acting import acts_on, gate_of
from bot.domain.asking import observe
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Reviewers
from bot.domain.correcting import correct
from bot.domain.effect import Show, Tell, Telling
from bot.domain.ending import done_by, taken_over
from bot.domain.errors import AlreadyDecided, OutOfDate, Unfit, Unknown
from bot.domain.event import Decided, Verdict
from bot.domain.frozen import replace
from bot.domain.gate import Tally, allow, approved_by, may_decide, tally
from bot.domain.gating import put_to_people, record_verdict, refuse_unseen, review_done, void
from bot.domain.intent import digest_of
from bot.domain.inviting import CATEGORIES, escalate, reassign
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.policy import Case, Ruling, rule
from bot.domain.redrafting import redraft
from bot.domain.rejecting import can_be_rejected, reject
from bot.domain.responding import respond, respond_unasked
from bot.domain.run import ActionStatus, Ask, Gate, GateStatus, Mode, Remark, Run, RunState, Vote
from bot.domain.value import broken_rules, edited, intent_of

MORE = "more"
"""The reason of a comment that asks whoever requested it for something."""
LONGEST_WORK = 60 * 24 * 30
"""In minutes: what takes longer is a slip of the keyboard."""


def decide(move: Move, event: Decided) -> None:
    """Take one verdict. Raises Refused where it may not be given; then nothing changed."""
    if event.minutes is not None and not 0 <= event.minutes <= LONGEST_WORK:
        raise Unfit("Say how many minutes it took, as a whole number such as 12.")
    if event.verdict is Verdict.OBSERVE:
        return respond_unasked(move, event)
    if event.verdict is Verdict.CORRECT:
        return correct(move, event)
    question = move.run.questions.get(event.step)
    if question is not None and question.kind is Ask.DONE_BY_ME and event.verdict is Verdict.REJECT:
        # Whoever is to do it, and would rather not have it done, rejects what was approved.
        event = replace(event, step=gate_of(move.run, move.terms.definition.step(event.step)).step)
    elif question is not None:
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
    late = event.verdict is Verdict.REJECT and can_be_rejected(move.run, move.terms, gate)
    if gate.status is not GateStatus.OPEN and not late:
        raise AlreadyDecided(f"{_who_was_faster(gate, move.run)}{_what_is_left(move, gate)}")
    if move.run.ended:
        raise AlreadyDecided(f"This run has ended ({move.run.state}).")
    refuse_unseen(event, gate)
    if not late and gate.expires_at is not None and event.at >= gate.expires_at:
        raise OutOfDate("This ran out of time and can no longer be decided. Its owner can open it again.")


def _who_was_faster(gate: Gate, run: Run) -> str:
    """Who decided it, and when; where nobody did, how the run ended."""
    votes = gate.denials if gate.status is GateStatus.REJECTED else gate.approvals
    who = ", ".join(vote.person for vote in votes) or gate.policy
    when = f" at {gate.decided_at:%H:%M UTC on %d %b}" if gate.decided_at else ""
    by = f", by {who}" if who else "," if when else ""
    why = f" {run.reason}" if run.ended and not who else ""
    return f"This is {gate.status} already{by}{when}.{why}".rstrip()


def _what_is_left(move: Move, gate: Gate) -> str:
    """What can still be done about it, in a sentence; empty where nothing can."""
    if gate.status is GateStatus.EXPIRED and not move.run.ended:
        return " Its owner can open it again."
    kinds = (move.terms.intents.get(proposal.kind) for proposal in gate.proposals)
    undoable = gate.mode is Mode.EXECUTE and any(kind is not None and kind.reversible() for kind in kinds)
    if can_be_rejected(move.run, move.terms, gate):
        return f" It can still be rejected until it is carried out{', and undone after that' if undoable else ''}."
    if gate.status is not GateStatus.APPROVED or move.run.undoing is not None or move.run.erased_at is not None:
        return ""
    acts = acts_on(move.run, move.terms, gate)
    statuses = {action.status for action in move.run.actions if action.step in acts}
    if ActionStatus.BEGUN in statuses:
        return f" It is being carried out{'; after that it can be undone' if undoable else ', and cannot be undone'}."
    if ActionStatus.DONE in statuses:
        return " It can still be undone." if undoable else " It was carried out, and cannot be undone."
    return ""


# --- verdicts on a gate --------------------------------------------------------------------------------------------


def _approve(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    gate = approved_by(gate, Vote(event.person.id, event.at, text=event.text))
    if tally(gate) is Tally.APPROVED:
        gate = replace(gate, status=GateStatus.APPROVED, decided_at=event.at)
    record_verdict(move, event, gate)
    if gate.status is GateStatus.APPROVED:
        review_done(move, gate.step)


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
    before_after: dict[str, Plain] = {}
    for name in [name for name in new.data if new.data[name] != old.data.get(name)]:
        field = name if len(proposals) == 1 else f"{event.proposal + 1}.{name}"
        before_after |= {f"before.{field}": old.data.get(name), f"after.{field}": new.data[name]}
    fresh = replace(
        void(move, gate, f"edited by {event.person.id}"),
        proposals=proposals,
        digest=digest_of(proposals),
        editors=tuple(dict.fromkeys((*gate.editors, event.person.id))),
        needed=max(gate.needed, ruling.needed or 1),
    )
    if ruling.group is None or ruling.group == gate.group:
        return record_verdict(move, event, fresh, before_after)
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
        needed=max(ruling.needed or 1, group.needed),
        deny=group.deny,
        why=ruling.why,
        holder="",
        invited=(),
        escalations=0,
    )
    record_verdict(move, event, gate, fields)
    put_to_people(move, gate, group)


def _escalate(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    text = ": ".join(part for part in (event.reason, event.text) if part)
    if not text:
        raise Unfit("Say in a few words why this is escalated.")
    category = event.reason if event.reason in CATEGORIES else None
    escalate(move, gate, by=event.person.id, text=text, reason=category, links=event.links)


def _take_over(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    record_verdict(move, event, replace(gate, status=GateStatus.CLOSED, decided_at=event.at))
    move.enter(RunState.STOPPED, EntryKind.RUN_STOPPED, f"Taken over by {event.person.name}. {event.text}".strip())
    move.tell_what_stands("was taken over")
    move.tell_requester(taken_over(move.run, move.terms, event.person.name, event.text))


def _comment(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    if not event.text:
        raise Unfit("There is no comment to keep: write a few words.")
    requester = move.run.origin.requester
    is_asked = event.person.id == requester if "/" in requester else event.person.is_(move.terms.brief.owner)
    askers = _askers(gate) if is_asked else ()
    kind = "question" if event.reason == MORE else "answer" if askers else "comment"
    remark = Remark(event.person.id, event.at, kind, event.text)
    gate = replace(gate, remarks=(*gate.remarks, remark))
    move.gate(gate, EntryKind.GATE_REMARKED, fields={"text": event.text}, reviewer=event.person.id)
    move.order(Show(gate.step, gate.version))
    about = f"run {move.run.id} of {move.run.workflow}"
    if kind == "question":
        text = move.silent(f"{event.person.name} asks about {about}: {event.text}")
        move.order(Tell("requester" if "/" in requester else "owner", text, gate.step, Telling.QUESTION))
    for asker in askers if kind == "answer" else ():
        move.tell(asker, f"{event.person.name} answers about {about}: {event.text}", step=gate.step)


def _askers(gate: Gate) -> tuple[str, ...]:
    """Who waits for an answer of the requester: everybody who has asked since the last one."""
    found: list[str] = []
    for one in gate.remarks:
        found = [] if one.kind == "answer" else [*found, one.person] if one.kind == "question" else found
    return tuple(dict.fromkeys(found))


def _done_by_me(move: Move, event: Decided, gate: Gate, _group: Reviewers) -> None:
    if gate.mode is not Mode.SHOW:
        raise Unfit("The bot carries this out itself. To do it yourself, take it over.")
    observe(move, event, close=False)
    record_verdict(move, event, replace(gate, status=GateStatus.CLOSED, decided_at=event.at), {"link": event.link})
    move.enter(RunState.DONE, EntryKind.RUN_DONE, f"Done by {event.person.name}.")
    move.tell_requester(done_by(move.run, move.terms, event.person.name, event.link))


def _no_question(_move: Move, _event: Decided, gate: Gate, _group: Reviewers) -> None:
    raise Unfit(
        f"“{gate.step}” asks for a decision, not for an answer: approve, edit, reject, escalate or reassign it."
    )


_VERDICTS: Mapping[Verdict, Callable[[Move, Decided, Gate, Reviewers], None]] = {
    Verdict.APPROVE: _approve,
    Verdict.EDIT: _edit,
    Verdict.REJECT: reject,
    Verdict.ESCALATE: _escalate,
    Verdict.REASSIGN: reassign,
    Verdict.TAKE_OVER: _take_over,
    Verdict.REDRAFT: redraft,
    Verdict.COMMENT: _comment,
    Verdict.DONE_BY_ME: _done_by_me,
    Verdict.ANSWER: _no_question,
    Verdict.CORRECT: _no_question,
    Verdict.OBSERVE: _no_question,
}
