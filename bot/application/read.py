"""Read one record for a run."""

from bot.application.answer_own import Turns, answer_own, is_own
from bot.application.conclude import Mishap, conclude, try_again_or_fail
from bot.application.parts import Parts
from bot.application.patience import patience_of
from bot.application.waiting import answered
from bot.domain.effect import Read
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.event import Failed, Problem, ReadBack
from bot.domain.person import Actor, ActorKind
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.ports.store import Lease


async def read(parts: Parts, lease: Lease, run: Run, effect: Read) -> None:
    """Read through a transport that cannot write, and record what came back."""
    terms = parts.library.pinned(run)
    if is_own(effect):
        await conclude(parts, lease, lambda tx, now: answer_own(parts, terms, effect, Turns(tx.limits, now), now))
        return
    try:
        found = await reading(parts, terms, effect)
    except (Transient, Uncertain) as error:
        asked = error.retry_after if isinstance(error, Transient) else None
        patience = patience_of(terms.brief)
        await try_again_or_fail(
            parts, lease, Mishap(step=effect.step, text=error.message, patience=patience, asked=asked)
        )
    else:
        await conclude(parts, lease, found)


async def reading(parts: Parts, terms: Terms, effect: Read) -> ReadBack | Failed:
    """What came back, or why nothing will. Raises Transient or Uncertain where a later try may work."""
    system = Actor(ActorKind.SYSTEM, effect.lookup)
    if is_own(effect):
        return await parts.store.run(lambda tx: answer_own(parts, terms, effect, Turns(tx.limits)))
    try:
        if not terms.brief.may_read(effect.lookup):
            raise Broken(f"The brief does not allow reading {effect.lookup}.")
        lookup = terms.lookups[effect.lookup]
        about = lookup.takes.model_validate(effect.argument)
        call = parts.systems.of(lookup.system).read_only().read(effect.lookup, about)
        fact = await answered(call, Transient(f"{effect.lookup} did not answer in time."))
        value = lookup.gives.model_validate(fact.model_dump()).model_dump(mode="json")
    except (Transient, Uncertain):
        raise
    except BotError as error:
        return Failed(parts.clock.now(), system, effect.step, Problem.REFUSED, error.message)
    except ValueError as error:
        text = f"{effect.lookup} answered in a form we do not know: {error}"
        return Failed(parts.clock.now(), system, effect.step, Problem.REFUSED, text)
    return ReadBack(
        at=parts.clock.now(),
        by=system,
        step=effect.step,
        value=value,
        purpose=effect.purpose,
        records=(effect.lookup,),
    )
