"""Ask a system whether an action in doubt has happened. Whatever it says, nothing is repeated for that."""

from collections.abc import Mapping
from datetime import timedelta

from bot.application.begin import ids_of
from bot.application.conclude import Mishap, conclude, drop, try_again_or_fail
from bot.application.errand import SILENT
from bot.application.parts import Parts
from bot.application.waiting import answered
from bot.domain.acting import find
from bot.domain.effect import Seek
from bot.domain.errors import BotError, Transient
from bot.domain.event import LookedUp
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.retrying import Patience
from bot.domain.run import Action, Run
from bot.domain.value import intent_of
from bot.ports.store import Lease

PATIENCE = Patience(retries=2, within=timedelta(minutes=5))
"""Somebody waits for it, and may look there as well."""
NOT_SHOWN = "Its system was asked, and does not show it. It may show it late, or not know any more."


async def seek(parts: Parts, lease: Lease, run: Run, effect: Seek) -> None:
    """Ask, and write down what it says; that it says nothing after a few tries, too."""
    action = find(run, effect.step, effect.n)
    if action is None:
        return await drop(parts, lease)
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


async def _receipt(parts: Parts, run: Run, action: Action) -> Mapping[str, Plain]:
    """What it brought back, where the system says that it happened; nothing where it does not."""
    intent = intent_of(action.proposal, parts.library.pinned(run)).resolve(ids_of(run, action.step))
    system = parts.systems.of(type(intent).system)
    found = await answered(system.find(intent, action.key), Transient(SILENT))
    return found.model_dump(mode="json") if found is not None else {}
