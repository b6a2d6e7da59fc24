"""Take what somebody outside the chat filled in: the facts of the one question their link is for, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.application.begin import begin_early
from bot.application.conclude import keep
from bot.application.decide import write_refusal
from bot.application.move import move
from bot.application.parts import Parts
from bot.domain.errors import AlreadyDecided, OverLimit, Refused
from bot.domain.event import FilledIn
from bot.domain.outside import NOT_ASKED, address_of, refuse_over
from bot.domain.person import outsider_actor
from bot.domain.plain import Plain
from bot.domain.run import Question, Run
from bot.domain.slip import Slip
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came in by a link."""

    slip: Slip
    values: Mapping[str, Plain]
    kept_at: datetime
    delivery: str
    """What brought it: that is through with the same commit."""


async def answer_outside(parts: Parts, filled: Filled) -> Run:
    """The run after the answer. Raises Refused where it was not taken; that stands in the record."""

    def work(tx: Transaction) -> Run | Refused:
        run = tx.runs.load(filled.slip.run)
        if why := parts.library.why_not(run):
            raise OverLimit(f"{why} What was answered waits until that is mended.")
        event = _event(parts, filled.slip, filled.values, filled.kept_at)
        try:
            refuse_strange(parts, run, filled.slip, at=filled.kept_at)
            moved = move(parts, run, event, parts.library.pinned(run))
        except Refused as refused:
            write_refusal(parts, tx, run, event, refused, outcome="answer")
            return refused
        tx.inbox.finish(filled.delivery)
        return keep(tx, run, begin_early(parts, tx, moved, at=event.at))

    outcome = await parts.store.run(work)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def refuse_strange(parts: Parts, run: Run, slip: Slip, *, at: datetime) -> Question:
    """The question that a link is for, as long as it can be answered by it. Raises Refused in words for outside."""
    terms = parts.terms(run)
    question = refuse_over(run, terms, _event(parts, slip, {}, at))
    is_dropped = question.group not in parts.library.current(run.workflow).brief.outsiders
    if is_dropped or parts.pseudonym(address_of(run, terms, question.group)) != slip.who:
        raise AlreadyDecided(NOT_ASKED)
    return question


def _event(parts: Parts, slip: Slip, values: Mapping[str, Plain], kept_at: datetime) -> FilledIn:
    return FilledIn(parts.clock.now(), outsider_actor(slip.who), slip.step, values, slip.until, kept_at)
