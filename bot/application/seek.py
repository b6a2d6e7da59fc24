"""Ask a system whether an action has happened, in doubt or as the proof. Whatever it says, nothing is repeated."""

from collections.abc import Mapping
from datetime import timedelta

from bot.application.begin import ids_of
from bot.application.conclude import Mishap, conclude, drop, try_again_or_fail
from bot.application.errand import SILENT
from bot.application.parts import Parts
from bot.application.patience import patience_of
from bot.application.waiting import answered
from bot.domain.acting import find
from bot.domain.effect import Seek
from bot.domain.errors import BotError, Transient
from bot.domain.event import LookedUp
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.proof import under_way
from bot.domain.retrying import LOOK_AGAIN, SHOWN_WITHIN, Patience
from bot.domain.run import Action, ActionStatus, Run
from bot.domain.value import intent_of
from bot.ports.store import Lease

PATIENCE = Patience(retries=2, within=timedelta(minutes=5))
"""Somebody waits for it, and may look there as well."""
LATE = Patience(retries=LOOK_AGAIN - 1, within=timedelta(minutes=5))
"""What was said to be done is looked for as often as what may have been done."""
NOT_YET = "The system does not show it yet."
NOT_SHOWN = "Its system was asked, and does not show it. It may show it late, or not know any more."


async def seek(parts: Parts, lease: Lease, run: Run, effect: Seek) -> None:
    """Ask, and write down what it says; that it says nothing after a few tries, too."""
    action = find(run, effect.step, effect.n)
    if action is None:
        return await drop(parts, lease)
    if action.status is ActionStatus.DONE:
        return await _prove(parts, lease, run, action)
    at = parts.clock.now()
    try:
        receipt = await _receipt(parts, run, action)
    except BotError as error:
        text = f"Its system could not be asked: {error.message}"
        unknown = LookedUp(at, ENGINE, effect.step, effect.n, text=text)
        if not isinstance(error, Transient):
            await conclude(parts, lease, unknown)
            return None
        mishap = Mishap(
            step=effect.step, text=text, patience=PATIENCE, asked=error.retry_after, n=effect.n, otherwise=unknown
        )
        return await try_again_or_fail(parts, lease, mishap)
    by = Actor(ActorKind.SYSTEM, action.proposal.kind.partition(".")[0])
    await conclude(parts, lease, LookedUp(at, by, effect.step, effect.n, receipt, "" if receipt else NOT_SHOWN))
    return None


async def _prove(parts: Parts, lease: Lease, run: Run, action: Action) -> None:
    """Ask for what was said to be done. A system that shows things late is asked as often as after a lost answer."""
    terms = parts.library.pinned(run)
    proof = under_way(run, terms)
    if proof is None:
        return await drop(parts, lease)
    at, text = parts.clock.now(), NOT_SHOWN
    receipt: Mapping[str, Plain] = {}
    try:
        receipt = await _receipt(parts, run, action)
    except Transient as error:
        text = f"{action.proposal.kind} could not be looked up: {error.message}"
        mishap = Mishap(step=proof.step, text=text, patience=patience_of(terms.brief), asked=error.retry_after)
        return await try_again_or_fail(parts, lease, mishap)
    except BotError as error:
        text = error.message
    by = Actor(ActorKind.SYSTEM, action.proposal.kind)
    found = LookedUp(at, by, action.step, action.n, receipt, "" if receipt else text)
    if receipt or text is not NOT_SHOWN:
        await conclude(parts, lease, found)
        return None
    last = (action.begun_at or at) + SHOWN_WITHIN - at if lease.attempt == LOOK_AGAIN - 1 else None
    mishap = Mishap(step=proof.step, text=NOT_YET, patience=LATE, asked=last, otherwise=found)
    return await try_again_or_fail(parts, lease, mishap)


async def _receipt(parts: Parts, run: Run, action: Action) -> Mapping[str, Plain]:
    """What it brought back, where the system says that it happened; nothing where it does not."""
    intent = intent_of(action.proposal, parts.library.pinned(run)).resolve(ids_of(run, action.step))
    system = parts.systems.of(type(intent).system)
    found = await answered(system.find(intent, action.key), Transient(SILENT))
    return found.model_dump(mode="json") if found is not None else {}
