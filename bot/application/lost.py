"""A question that was under way when its bot died. It may have been paid for, so the record says that it was asked."""

from bot.application.ask_model import question_key
from bot.application.parts import Parts
from bot.domain.attempt import Attempt, call_key
from bot.domain.effect import AskModel
from bot.domain.outcome import Outcome, in_words
from bot.domain.run import Run
from bot.ports.store import Lease, Transaction


async def note_lost(parts: Parts, lease: Lease, run: Run, effect: AskModel) -> None:
    """Write the call down that nobody heard the end of. What was set aside for it stays spent; its cost is not known.

    Rules in this process are asked by nobody else, and lose nothing.
    """
    if parts.model.rehearsal:
        return
    prompt = parts.terms(run).prompts.get(effect.step)
    lost = Attempt(
        model=parts.model.name,
        prompt=prompt.version if prompt is not None else "",
        outcome=Outcome.LOST.value,
        key=call_key(question_key(lease.run, lease.id, lease.attempt), 1),
        error=in_words(Outcome.LOST),
    )

    def work(tx: Transaction) -> None:
        if tx.outbox.holds(lease):
            tx.records.attempts(run.id, effect.step, [lost])

    await parts.store.run(work)
