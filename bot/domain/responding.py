"""Hearing people: what they answer to a question, and what they say they did themselves."""

from bot.domain.asking import OBSERVE, answer, observe
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Show
from bot.domain.entering import end_by_stop
from bot.domain.errors import AlreadyDecided, OutOfDate, Unfit
from bot.domain.event import Decided, Verdict
from bot.domain.frozen import replace
from bot.domain.gate import Permission, allow, may_answer
from bot.domain.move import Move
from bot.domain.run import Ask, Question


def respond(move: Move, event: Decided, question: Question) -> None:
    """Take what somebody says to a question. Raises Refused where it may not be said; then nothing changed."""
    allow(may_answer(event.person, question, move.run, move.terms.brief))
    if move.run.ended:
        raise AlreadyDecided(f"This run has ended ({move.run.state}).")
    if question.expires_at is not None and event.at >= question.expires_at:
        raise OutOfDate("This question ran out of time. Its owner can open it again.")
    match question.kind, event.verdict:
        case Ask.FILL_IN | Ask.INQUIRE, Verdict.ANSWER:
            answer(move, event, question)
        case Ask.CONFIRM, Verdict.ANSWER | Verdict.APPROVE:
            move.close_question(event.step)
            move.write(EntryKind.QUESTION_ANSWERED, step=event.step, reviewer=event.person.id, outcome="confirmed")
            move.order(Show(event.step))
            end_by_stop(move, event.step, getattr(move.terms.definition.step(event.step).node, "text", ""))
        case Ask.DONE_BY_ME | Ask.OBSERVE, Verdict.DONE_BY_ME | Verdict.ANSWER:
            observe(move, event, close=True)
        case _:
            raise Unfit(_what_fits(question))


def _what_fits(question: Question) -> str:
    match question.kind:
        case Ask.CONFIRM:
            return "Confirm the stop with approve, or correct the fact it rests on."
        case Ask.DONE_BY_ME | Ask.OBSERVE:
            return "Say “done by me” once you have done it, with a link."
        case Ask.FILL_IN | Ask.INQUIRE:
            return "Answer with the fields it asks for, for example: answer field=value."


def respond_unasked(move: Move, event: Decided) -> None:
    """Take what somebody did themselves, whether or not the run waits for that."""
    allow(_may_observe(move, event))
    observe(move, replace(event, step=OBSERVE), close=OBSERVE in move.run.questions)


def _may_observe(move: Move, event: Decided) -> Permission:
    groups = (*move.terms.brief.reviewers, "requester", "owner")
    permissions = [
        may_answer(event.person, Question("", Ask.OBSERVE, group, "", event.at), move.run, move.terms.brief)
        for group in groups
    ]
    return next((p for p in permissions if p.allowed), permissions[-1])
