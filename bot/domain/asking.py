"""Asking people for facts: a form, a doubtful answer to fill in, a stop to confirm, what they did themselves."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Show, Wake, Write
from bot.domain.errors import Unfit
from bot.domain.event import Decided
from bot.domain.frozen import replace
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.run import Ask, Question, RunState, Source, StepState, StepStatus
from bot.domain.value import checked
from bot.domain.workflow import fact_type

FIRST, REMINDER = 1, 2
"""How the mails of a question to somebody outside are numbered."""
OBSERVE = "observe"
"""The pseudo-step under which a person records what they did themselves."""


def ask(move: Move, question: Question) -> None:
    """Put a question to people, with the time limits of their group."""
    brief = move.terms.brief
    group = brief.reviewers.get(question.group) or brief.outsiders.get(question.group)
    if group is None:
        expires = move.at + move.terms.brief.limits.observe_within
        question = replace(question, expires_at=expires, remind_at=move.at + timedelta(days=1))
    else:
        remind = move.at + group.remind_after if group.remind_after else None
        question = replace(question, expires_at=move.at + group.expires_after, remind_at=remind, unsent=False)
    move.question(question)
    move.order(Show(question.step), Wake(next_look(question), question.step))
    if question.group in brief.outsiders and question.expires_at is not None:
        move.order(Write(question.step, FIRST, question.expires_at))


def next_look(question: Question) -> datetime:
    """When the clock next matters to a question."""
    return min(time for time in (question.remind_at, question.expires_at) if time is not None)


def ask_to_observe(move: Move) -> None:
    """Wait for a person to say what they did themselves. Nobody is disturbed for it."""
    until = move.at + move.terms.brief.limits.observe_within
    move.question(Question(OBSERVE, Ask.OBSERVE, "owner", "What did you do yourself?", move.at, expires_at=until))
    move.order(Wake(until, OBSERVE))
    move.stand(RunState.WAITING)


def answer(move: Move, event: Decided, question: Question) -> None:
    """Take the facts a person gave, and go on."""
    take_facts(move, question, event.values, by=event.person.id)


def take_facts(move: Move, question: Question, values: Mapping[str, Plain], *, by: str) -> None:
    """Take what somebody filled in for a question, and go on."""
    step = move.terms.definition.step(question.step) if question.kind is not Ask.OBSERVE else None
    fact = fact_type(step) if step is not None else None
    if fact is None:
        raise Unfit("This question takes no fields.")
    draft = question.draft if isinstance(question.draft, dict) else {}
    value = checked(fact, {**draft, **values})
    changed = tuple(sorted(name for name, given in value.items() if draft.get(name) != given)) if draft else ()
    wrote = question.kind is Ask.FILL_IN and (changed or not draft)
    move.close_question(question.step)
    move.step(
        question.step,
        StepState(StepStatus.DONE, value, Source.PERSON, by=by if wrote else ""),
        EntryKind.QUESTION_ANSWERED,
        fields={**value, **_before(draft, changed)},
        reviewer=by,
        reason=question.kind.value,
        records=", ".join(changed) or None,
    )
    move.order(Show(question.step))


def _before(draft: Mapping[str, Plain], changed: tuple[str, ...]) -> dict[str, Plain]:
    return {f"before.{name}": draft.get(name) for name in changed}


def observe(move: Move, event: Decided, *, close: bool) -> None:
    """Record what a person did themselves: outcome, minutes, link."""
    move.write(
        EntryKind.ACTION_OBSERVED,
        step=event.step or OBSERVE,
        fields={"outcome": event.text, "link": event.link},
        minutes=event.minutes,
        reviewer=event.person.id,
        reason=event.verdict.value,
    )
    if not close:
        return
    move.close_question(event.step)
    done = StepState(StepStatus.DONE, None, Source.PERSON)
    move.step(event.step, done, EntryKind.QUESTION_ANSWERED, reviewer=event.person.id, reason=event.verdict.value)
    move.order(Show(event.step))
