"""What a card says: one content for every door. The terminal draws it as text, Slack as blocks.

The important thing first: the action and its target, every parameter untruncated, then what it rests on.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.acting import gate_of
from bot.domain.around import (
    actions_of,
    budget,
    changed,
    is_grave,
    key_facts,
    noted,
    outcome,
    rules,
    undo_until,
    voices,
    votes,
    written,
)
from bot.domain.calibration import sureness
from bot.domain.content import Around as Around
from bot.domain.content import Card as Card
from bot.domain.content import Changed
from bot.domain.content import Deed as Deed
from bot.domain.content import Evidence as Evidence
from bot.domain.content import Line as Line
from bot.domain.content import Used as Used
from bot.domain.intent import Intent
from bot.domain.plain import Plain
from bot.domain.quantity import dollars
from bot.domain.rejecting import can_be_rejected
from bot.domain.run import ActionStatus, Ask, Gate, GateStatus, Mode, Question, Run, Source, StepState, card_id, short
from bot.domain.terms import Terms
from bot.domain.text import visible
from bot.domain.value import guessed_upstream, intent_of, said_of, upstream
from bot.domain.workflow import fact_type

REHEARSED = "Rehearsal model: rules, no AI."

_OPEN_VERBS = ("approve", "edit", "reject", "redraft", "correct", "reassign", "escalate", "take-over", "comment")


def card_of(run: Run, terms: Terms, step: str, used: Used | None = None) -> Card | None:
    """The card of a gate or question; None where the step has neither."""
    question = run.questions.get(step)
    if question is not None:
        return _question_card(run, terms, question)
    gate = run.gates.get(step)
    return _gate_card(run, terms, gate, used) if gate is not None else None


def _gate_card(run: Run, terms: Terms, gate: Gate, used: Used | None) -> Card:
    intents = [intent_of(proposal, terms) for proposal in gate.proposals]
    guessed, late = _guessed(run, terms, gate.step), can_be_rejected(run, terms, gate)
    return Card(
        title="; ".join(f"{said_of(type(i))} → {visible(i.record())}" for i in intents),
        standing=_standing(gate),
        verbs=_verbs(gate, late=late),
        deeds=tuple(_deed(one, changed(run, gate, n)) for n, one in enumerate(intents)),
        why=gate.why,
        then="It can still be rejected until it is carried out." if late else _then(gate),
        evidence=_evidence(run, terms, gate),
        confidence="; ".join(f"{name}: {sureness(state.confidence, state.worth)}" for name, state in guessed.items()),
        doubts=tuple(f"{name}: {visible(doubt)}" for name, state in guessed.items() for doubt in state.doubts),
        remarks=tuple(f"{one.person} ({one.kind}): {visible(one.text)}".removesuffix(": ") for one in gate.remarks),
        notes=_notes(run, gate),
        fingerprint=gate.digest[:8],
        version=gate.version,
        banner=REHEARSED if any(s.source is Source.REHEARSAL for s in guessed.values()) else "",
        around=_around(run, terms, gate, intents, used),
    )


def _around(run: Run, terms: Terms, gate: Gate, intents: list[Intent], used: Used | None) -> Around:
    group = terms.brief.reviewers.get(gate.group)
    done = actions_of(run, terms, gate)
    undoable = any(a.status is ActionStatus.DONE and intents[a.n].reversible() for a in done)
    return Around(
        id=gate.id,
        group=gate.group,
        status=gate.status,
        mode=gate.mode,
        workflow=run.workflow,
        requester=run.origin.requester,
        record=run.origin.record,
        holder=gate.holder,
        needed=gate.needed,
        members=group.members if group else (),
        barred=_barred(run, gate, group.not_ if group else ()),
        votes=votes(gate),
        voices=voices(gate),
        editors=gate.editors,
        policy=gate.policy,
        decided_at=gate.decided_at,
        expires_at=gate.expires_at if gate.status is GateStatus.OPEN else None,
        escalates_at=gate.escalate_at if gate.status is GateStatus.OPEN else None,
        key=key_facts(run, terms, group.evidence if group else (), frozenset(n for i in intents for n, _ in i)),
        rules=rules(run, terms, gate, intents),
        budget=budget(run, terms, gate, used),
        model=run.pins.model,
        guessed=guessed_upstream(run, terms, terms.definition.step(gate.step)),
        outcomes=tuple(outcome(said_of(type(intents[a.n])), a) for a in done),
        undoable=undoable and run.undoing is None and run.erased_at is None,
        undo_until=undo_until(run, terms),
    )


def _barred(run: Run, gate: Gate, whom: Collection[str]) -> tuple[str, ...]:
    asked = (run.origin.requester, run.origin.behind) if "requester" in whom else ()
    return tuple(who for who in (*asked, *(gate.editors if "editor" in whom else ())) if who)


def _deed(intent: Intent, edits: tuple[Changed, ...] = ()) -> Deed:
    undo = "It can be taken back." if intent.reversible() else f"It cannot be undone: {intent.cannot_be_undone}"
    data: Mapping[str, Plain] = intent.model_dump(mode="json")
    lines = tuple(
        Line(name, written(value), name in intent.identifiers, noted(name, data)) for name, value in data.items()
    )
    return Deed(
        said_of(type(intent)),
        visible(intent.record()),
        lines,
        undo,
        kind=intent.kind(),
        risk=intent.risk.value if intent.risk else "",
        grave=is_grave(intent),
        changed=edits,
    )


def _standing(gate: Gate) -> str:
    match gate.status:
        case GateStatus.OPEN:
            missing = gate.needed - len({vote.person for vote in gate.approvals})
            given = f", {len(gate.approvals)} of {gate.needed} given" if gate.needed > 1 else ""
            people = "approval" if missing == 1 else "approvals"
            return f"Waits for {missing} {people} by {gate.holder or gate.group}{given}."
        case GateStatus.APPROVED:
            who = gate.policy or ", ".join(vote.person for vote in gate.approvals)
            return f"Approved by {who}{_at(gate.decided_at)}."
        case GateStatus.REJECTED:
            vote = gate.denials[-1]
            return f"Rejected by {vote.person}{_at(gate.decided_at)}: {vote.reason}. {visible(vote.text)}".strip()
        case GateStatus.EXPIRED:
            return "Nobody decided in time; nothing was done."
        case GateStatus.CLOSED:
            return "Closed without a decision."


def _at(when: datetime | None) -> str:
    return f" at {when:%Y-%m-%d %H:%M} UTC" if when else ""


def _verbs(gate: Gate, *, late: bool) -> tuple[str, ...]:
    if gate.status is not GateStatus.OPEN:
        return ("reject", "comment") if late else ()
    return ("done-by-me", *_OPEN_VERBS) if gate.mode is Mode.SHOW else _OPEN_VERBS


def _then(gate: Gate) -> str:
    if gate.status is not GateStatus.OPEN:
        return ""
    match gate.mode:
        case Mode.EXECUTE:
            return "Once approved, exactly this is carried out, once."
        case Mode.SHOW:
            return "Nothing is carried out by the bot: do it yourself, then say “done by me”."
        case Mode.DRY_RUN | Mode.NOTHING:
            return "Nothing is carried out."


def _evidence(run: Run, terms: Terms, gate: Gate) -> tuple[Evidence, ...]:
    group = terms.brief.reviewers.get(gate.group)
    return _told(run, group.evidence if group else ())


def _told(run: Run, names: tuple[str, ...]) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for name in names:
        state = run.steps.get(name)
        if state is not None and isinstance(state.value, dict):
            lines = tuple(Line(key, written(value)) for key, value in state.value.items())
            found.append(Evidence(name, state.source.value, lines))
    return tuple(found)


def _guessed(run: Run, terms: Terms, step: str) -> dict[str, StepState]:
    return {name: run.steps[name] for name in guessed_upstream(run, terms, terms.definition.step(step))}


def _notes(run: Run, gate: Gate) -> tuple[str, ...]:
    cost = f"Cost so far: {dollars(run.spent_micros)}" if run.spent_micros else "Cost so far: none"
    notes = [f"Run {short(run.id)}", f"Model: {run.pins.model or 'none'}", cost]
    if gate.status is GateStatus.OPEN and gate.expires_at is not None:
        notes.append(f"Undecided, it runs out at {gate.expires_at:%Y-%m-%d %H:%M} UTC; that never approves it")
    return tuple(notes)


# --- questions -----------------------------------------------------------------------------------------------------


def _question_card(run: Run, terms: Terms, question: Question) -> Card:
    steps = {step.name: step for step in terms.definition.steps}
    fact = fact_type(steps[question.step]) if question.step in steps else None
    draft = question.draft if isinstance(question.draft, dict) else {}
    names = fact.model_fields if fact is not None and question.kind in (Ask.FILL_IN, Ask.INQUIRE) else ()
    state = run.steps.get(question.step)
    evidence = _told(run, _seen_by(run, terms, question))
    return Card(
        title=visible(question.text),
        standing=f"Waits for {question.group}.",
        verbs=_question_verbs(question),
        deeds=_to_be_done(run, terms, question),
        fields=tuple(Line(name, written(draft.get(name))) for name in names),
        then=_question_then(question),
        evidence=evidence,
        doubts=tuple(visible(doubt) for doubt in state.doubts) if state else (),
        notes=(f"Run {short(run.id)}", f"Step {question.step}"),
        banner=REHEARSED if state is not None and state.source is Source.REHEARSAL else "",
        around=Around(
            id=card_id(run.id, question.step),
            group=question.group,
            ask=question.kind,
            workflow=run.workflow,
            requester=run.origin.requester,
            record=run.origin.record,
            expires_at=question.expires_at,
            key=key_facts(run, terms, tuple(one.title for one in evidence)),
            model=run.pins.model,
        ),
    )


def _seen_by(run: Run, terms: Terms, question: Question) -> tuple[str, ...]:
    """The steps somebody has to see before they answer. Who only asked for the run sees what they gave, no more."""
    group = terms.brief.reviewers.get(question.group)
    if group is not None:
        return tuple(name for name in group.evidence if name != question.step)
    steps = {step.name: step for step in terms.definition.steps}
    names = [one.name for one in upstream(terms, steps[question.step])] if question.step in steps else []
    if question.group == "owner":
        return tuple(names)
    return tuple(name for name in names if name in run.steps and run.steps[name].source is Source.TRIGGER)


def _to_be_done(run: Run, terms: Terms, question: Question) -> tuple[Deed, ...]:
    """What somebody who is asked to do it by hand has to do."""
    if question.kind is not Ask.DONE_BY_ME:
        return ()
    gate = gate_of(run, terms.definition.step(question.step))
    return tuple(_deed(intent_of(proposal, terms)) for proposal in gate.proposals)


def _question_verbs(question: Question) -> tuple[str, ...]:
    match question.kind:
        case Ask.FILL_IN | Ask.INQUIRE:
            return ("answer",)
        case Ask.CONFIRM:
            return ("approve", "correct")
        case Ask.DONE_BY_ME:
            return ("done-by-me", "reject")
        case Ask.OBSERVE:
            return ("done-by-me",)


def _question_then(question: Question) -> str:
    match question.kind:
        case Ask.FILL_IN | Ask.INQUIRE:
            return "The run goes on with what you fill in."
        case Ask.CONFIRM:
            return "Approve to end the run here, or correct the fact it rests on."
        case Ask.DONE_BY_ME | Ask.OBSERVE:
            return "Nothing is carried out by the bot; what you say is kept for comparison."
