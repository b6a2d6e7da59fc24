"""Asking somebody outside the chat: where their address comes from, what they may see, and what they answer.

They are nobody of the directory. A link lets them fill in one form once, and no verb of the gate knows them.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.asking import REMINDER, take_facts
from bot.domain.audit.entry import EntryKind
from bot.domain.classified import Classified
from bot.domain.errors import AlreadyDecided, OutOfDate
from bot.domain.event import Done, Failed, FilledIn, OutcomeUnknown
from bot.domain.frozen import replace
from bot.domain.intent import key_of
from bot.domain.move import Move
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass
from bot.domain.run import Ask, Question, Run, RunState, Source
from bot.domain.terms import Terms
from bot.domain.value import Wrong, plain_of, skipped
from bot.domain.workflow import AnyStep, Either, Inquire, LookUp, Trigger

LETTER = "mail.SendMail"
"""The intent by which they are written to: the brief has to allow it."""
NOT_ASKED = "This has been answered already, or nobody needs the answer any more. There is nothing left for you to do."
RAN_OUT = "The time to answer this has run out. If it still matters, write to whoever asked you."


def holds_address(step: AnyStep) -> bool:
    """Whether a step may say whom to write to: what came in and what was read may, what a model wrote may not."""
    return isinstance(step.node, Trigger | LookUp)


def is_outside(question: Question, terms: Terms) -> bool:
    """Whether a question is for somebody outside the chat."""
    return question.kind is Ask.INQUIRE and question.group in terms.brief.outsiders


def address_of(run: Run, terms: Terms, group: str) -> str:
    """The one address of a group, as this run has it. Raises Wrong where there is none."""
    outsiders = terms.brief.outsiders[group]
    name, *path = outsiders.mail.split(".")
    state = run.steps.get(name)
    value = state.value if state is not None and state.source in (Source.TRIGGER, Source.SYSTEM) else None
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise Wrong(f"“{outsiders.mail}” holds no address here, so {group} cannot be asked. Answer in their place.")
    return value.strip()


def key_of_mail(run: Run, step: str, to: str, until: datetime, n: int) -> str:
    """What the system of mail knows one mail of a question by."""
    digest = hashlib.sha256(f"{to}\0{until.isoformat()}".encode(errors="surrogatepass")).hexdigest()
    return key_of(run=run.id, step=f"{step} mail", digest=digest, n=n)


def shown_outside(run: Run, terms: Terms, name: str) -> Iterator[tuple[str, str]]:
    """What a question is about, for somebody outside: public fields of records, by name; no word of a model's."""
    node = terms.definition.step(name).node
    for step in node.about if isinstance(node, Inquire) else ():
        for one in _sides(run, step):
            state = run.steps.get(one.name)
            value = plain_of(run, one)
            if state is not None and state.source in (Source.TRIGGER, Source.SYSTEM) and isinstance(value, dict):
                yield from _public(terms.fields, one.name, value)


def _sides(run: Run, step: AnyStep) -> Sequence[AnyStep]:
    if not isinstance(step.node, Either):
        return () if skipped(run, step) else (step,)
    first = step.node.first
    return _sides(run, step.node.second if skipped(run, first) else first)


def _public(fields: Classified, step: str, value: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    for name, one in value.items():
        if fields.class_of(f"{step}.{name}") is FieldClass.PUBLIC and isinstance(one, str | int) and one != "":
            yield name, str(one)


# --- what comes of it -----------------------------------------------------------------------------------------------


def fill_in(move: Move, event: FilledIn) -> None:
    """Take the facts of whoever was asked. Raises Refused where they are not asked any more; then nothing changed."""
    question = refuse_over(move.run, move.terms, event)
    take_facts(move, question, event.values, by=event.by.ref)
    if move.run.state is RunState.PARKED:
        move.tell("owner", f"“{event.step}” of run {move.run.id} was answered by mail. Resume it to go on.")


def refuse_over(run: Run, terms: Terms, event: FilledIn) -> Question:
    """The question a link is for, while it can be answered. Raises AlreadyDecided or OutOfDate in words for outside."""
    question = run.questions.get(event.step)
    if run.ended or question is None or not is_outside(question, terms) or question.expires_at is None:
        raise AlreadyDecided(NOT_ASKED)
    if event.kept_at >= event.until or question.expires_at != event.until:
        raise OutOfDate(RAN_OUT)
    return question


def take_written(move: Move, event: Done) -> bool:
    """The mail has left; False where this is about something else."""
    question = _written_about(move, event)
    if question is None:
        return False
    _write(move, event, question, "found" if event.found else "sent")
    return True


def take_unwritten(move: Move, event: Failed | OutcomeUnknown) -> bool:
    """It did not leave, or nobody knows: a person says whether it is written again. False where it is no such mail."""
    question = _written_about(move, event)
    if question is None:
        return False
    doubt = isinstance(event, OutcomeUnknown)
    _write(move, event, question, "in doubt" if doubt else "failed", error=event.text)
    if event.n == REMINDER:  # they have the first mail
        return True
    move.run = replace(move.run, questions={**move.run.questions, event.step: replace(question, unsent=True)})
    if move.run.state in (RunState.RUNNING, RunState.WAITING):
        move.park(f"{_parted(question, doubt=doubt)} {event.text} {_MEND}", step=event.step)
    return True


def _written_about(move: Move, event: Done | Failed | OutcomeUnknown) -> Question | None:
    """The question whose mail this is about. Mails have numbers: what has none is about its card or its clock."""
    question = move.run.questions.get(event.step)
    return question if question is not None and event.n and is_outside(question, move.terms) else None


def _write(
    move: Move, event: Done | Failed | OutcomeUnknown, question: Question, outcome: str, *, error: str = ""
) -> None:
    move.write(
        EntryKind.QUESTION_MAILED,
        step=event.step,
        attempt=event.attempt,
        fields={"error": error} if error else None,
        by=ENGINE,
        group=question.group,
        n=event.n,
        outcome=outcome,
        key=_key(move, event, question),
    )


def _key(move: Move, event: Done | Failed | OutcomeUnknown, question: Question) -> str | None:
    try:
        to = address_of(move.run, move.terms, question.group)
    except Wrong:
        return None
    return key_of_mail(move.run, event.step, to, question.expires_at or event.at, event.n)


_MEND = "Resume to write once more, answer in their place, or cancel."


def _parted(question: Question, *, doubt: bool) -> str:
    if doubt:
        said = f"It is not known whether the mail left that asks {question.group} for “{question.step}”."
        return f"{said} An answer that comes all the same counts."
    return f"The mail that asks {question.group} for “{question.step}” could not be sent."
