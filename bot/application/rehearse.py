"""A dry run of one action: what would change, through a transport that cannot write."""

from bot.application.conclude import Mishap, conclude, try_again_or_fail
from bot.application.parts import Parts
from bot.application.patience import patience_of
from bot.application.waiting import answered
from bot.domain.acting import gate_of
from bot.domain.effect import Execute
from bot.domain.errors import BotError, Transient, Uncertain
from bot.domain.event import Done
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.value import intent_of
from bot.ports.store import Lease


async def rehearse(parts: Parts, lease: Lease, run: Run, effect: Execute) -> None:
    """Record what would change."""
    terms = parts.library.pinned(run)
    try:
        previewed = await preview(parts, run, terms, effect)
    except (Transient, Uncertain) as error:
        patience = patience_of(terms.brief)
        await try_again_or_fail(
            parts, lease, Mishap(step=effect.step, text=error.message, patience=patience, n=effect.n)
        )
    else:
        await conclude(parts, lease, previewed)


async def preview(parts: Parts, run: Run, terms: Terms, effect: Execute) -> Done:
    """What an action would change. Raises Transient or Uncertain where a later try may tell."""
    gate = gate_of(run, terms.definition.step(effect.step))
    intent = intent_of(gate.proposals[effect.n], terms)
    would: dict[str, Plain]
    try:
        call = parts.systems.of(type(intent).system).read_only().preview(intent)
        shown = await answered(call, Transient("The system did not answer in time."))
        would = {"would": shown.sentence, "before": {**shown.before}, "after": {**shown.after}}
    except (Transient, Uncertain):
        raise
    except BotError as error:
        would = {"would": f"It would have failed: {error.message}"}
    return Done(parts.clock.now(), ENGINE, effect.step, effect.n, would)
