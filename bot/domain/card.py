"""What a card says: one content for every door. The terminal draws it as text, Slack as blocks.

The important thing first: the action and its target, every parameter untruncated, then what it rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.intent import Intent
from bot.domain.plain import Plain
from bot.domain.rejecting import can_be_rejected
from bot.domain.run import Ask, Gate, GateStatus, Mode, Question, Run, Source, StepState
from bot.domain.terms import Terms
from bot.domain.text import visible
from bot.domain.value import guessed_upstream, intent_of
from bot.domain.workflow import fact_type


@dataclass(frozen=True, slots=True)
class Line:
    """One named value."""

    name: str
    value: str
    fixed: bool = False
    """An identifier: it cannot be edited."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One intent: what it does, to which record, with exactly which parameters."""

    title: str
    record: str
    lines: tuple[Line, ...]
    undo: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One step the decision rests on."""

    title: str
    source: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A gate or a question, ready to be drawn."""

    title: str
    standing: str
    """What it waits for, or how it was decided."""
    verbs: tuple[str, ...]
    """What can be done with it now; the first is the main one."""
    deeds: tuple[Deed, ...] = ()
    fields: tuple[Line, ...] = ()
    """What a question asks to be filled in, with what is known already."""
    why: str = ""
    then: str = ""
    """What happens next."""
    evidence: tuple[Evidence, ...] = ()
    confidence: str = ""
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Cost, deadline, model, versions: the small print."""
    fingerprint: str = ""
    version: int = 0
    banner: str = ""


REHEARSED = "Rehearsal model: rules, no AI."

_OPEN_VERBS = ("approve", "edit", "reject", "redraft", "correct", "reassign", "escalate", "take-over", "comment")


def card_of(run: Run, terms: Terms, step: str) -> Card | None:
    """The card of a gate or question; None where the step has neither."""
    question = run.questions.get(step)
    if question is not None:
        return _question_card(run, terms, question)
    gate = run.gates.get(step)
    return _gate_card(run, terms, gate) if gate is not None else None


def _gate_card(run: Run, terms: Terms, gate: Gate) -> Card:
    intents = [intent_of(proposal, terms) for proposal in gate.proposals]
    guessed, late = _guessed(run, terms, gate.step), can_be_rejected(run, terms, gate)
    return Card(
        title="; ".join(f"{_title(i)} → {visible(i.record())}" for i in intents),
        standing=_standing(gate),
        verbs=_verbs(gate, late=late),
        deeds=tuple(_deed(i) for i in intents),
        why=gate.why,
        then="It can still be rejected until it is carried out." if late else _then(gate),
        evidence=_evidence(run, terms, gate),
        confidence="; ".join(f"{name}: {_per_cent(state.confidence)}" for name, state in guessed.items()),
        doubts=tuple(f"{name}: {visible(doubt)}" for name, state in guessed.items() for doubt in state.doubts),
        remarks=tuple(f"{one.person} ({one.kind}): {visible(one.text)}".removesuffix(": ") for one in gate.remarks),
        notes=_notes(run, gate),
        fingerprint=gate.digest[:8],
        version=gate.version,
        banner=REHEARSED if any(s.source is Source.REHEARSAL for s in guessed.values()) else "",
    )


def _title(intent: Intent) -> str:
    return (type(intent).__doc__ or intent.kind()).strip().splitlines()[0].rstrip(".")


def _deed(intent: Intent) -> Deed:
    undo = "It can be taken back." if intent.reversible() else f"It cannot be undone: {intent.cannot_be_undone}"
    data: Mapping[str, Plain] = intent.model_dump(mode="json")
    lines = tuple(Line(name, _shown(value), name in intent.identifiers) for name, value in data.items())
    return Deed(_title(intent), visible(intent.record()), lines, undo)


def _shown(value: Plain) -> str:
    if isinstance(value, dict):
        if set(value) == {"step"}:
            return f"(the id that “{value['step']}” will bring back)"
        return "; ".join(f"{name}: {_shown(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(_shown(part) for part in value)
    return visible(str(value)) if value is not None else "–"


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
    found: list[Evidence] = []
    for name in group.evidence if group else ():
        state = run.steps.get(name)
        if state is not None and isinstance(state.value, dict):
            lines = tuple(Line(key, _shown(value)) for key, value in state.value.items())
            found.append(Evidence(name, state.source.value, lines))
    return tuple(found)


def _guessed(run: Run, terms: Terms, step: str) -> dict[str, StepState]:
    return {name: run.steps[name] for name in guessed_upstream(run, terms, terms.definition.step(step))}


def _per_cent(confidence: int | None) -> str:
    return "not known" if confidence is None else f"{confidence} %"


def _notes(run: Run, gate: Gate) -> tuple[str, ...]:
    cost = f"Cost so far: {run.spent_micros / 1_000_000:.4f}" if run.spent_micros else "Cost so far: none"
    notes = [f"Run {run.id}", f"Model: {run.pins.model or 'none'}", cost]
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
    return Card(
        title=visible(question.text),
        standing=f"Waits for {question.group}.",
        verbs=_question_verbs(question),
        fields=tuple(Line(name, _shown(draft.get(name))) for name in names),
        then=_question_then(question),
        doubts=tuple(visible(doubt) for doubt in state.doubts) if state else (),
        notes=(f"Run {run.id}", f"Step {question.step}"),
        banner=REHEARSED if state is not None and state.source is Source.REHEARSAL else "",
    )


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
