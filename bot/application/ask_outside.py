"""Ask a model outside of any run: within the budgets, and with every call in the record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.application.ask_model import answer_within
from bot.application.budget import Purse, set_aside, settle, too_much
from bot.application.move import storable_attempts
from bot.application.parts import Parts
from bot.domain.attempt import Attempt
from bot.domain.audit.entry import Entry, EntryKind, Note
from bot.domain.person import ActorKind, Door
from bot.ports.model import Answer, NoAnswer, Question
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what it is asked, and out of which purses."""

    chain: str
    """Of the record."""
    source: str
    """What brought it: a delivery, a case."""
    door: Door
    purses: Sequence[Purse]
    whose: str
    """Whose budget it is, as a sentence begins: `The day's`."""


def _nothing(_tx: Transaction, _tried: tuple[Attempt, ...]) -> None: ...


async def ask_outside(
    parts: Parts,
    question: Question,
    occasion: Occasion,
    *,
    also: Callable[[Transaction, tuple[Attempt, ...]], None] = _nothing,
) -> Answer | NoAnswer:
    """What the model says; a NoAnswer, with a sentence, also where a budget is used up."""
    day, purses = parts.clock.now().date(), occasion.purses
    reserved = parts.model.estimate_micros(question) if purses else 0
    short = await set_aside(parts, purses, day, reserved)
    if short is not None:
        return NoAnswer(False, too_much(short.cap, reserved, occasion.whose), ())
    answer = await answer_within(parts, question)

    def settled(tx: Transaction) -> None:
        settle(tx, purses, day, reserved, answer.attempts)
        tried = storable_attempts(parts.redactor, answer.attempts)
        tx.records.write(occasion.chain, [_entry(parts, occasion, one, answer) for one in tried])
        also(tx, tried)

    await parts.store.run(settled)
    return answer


def _entry(parts: Parts, occasion: Occasion, tried: Attempt, answer: Answer | NoAnswer) -> Entry:
    """One call in the record; nothing of what was said stands there."""
    notes: dict[str, Note] = {
        "door": occasion.door.value,
        "source": occasion.source,
        "model": tried.model,
        "prompt": tried.prompt,
        "outcome": tried.outcome,
        "confidence": answer.confidence if isinstance(answer, Answer) else None,
        "input_tokens": tried.input_tokens,
        "output_tokens": tried.output_tokens,
        "cost_micros": tried.cost_micros,
        "latency_ms": tried.latency_ms,
    }
    known = {name: note for name, note in notes.items() if note is not None}
    return Entry(EntryKind.MODEL_ASKED, parts.clock.now(), ActorKind.MODEL, tried.model, notes=known)
