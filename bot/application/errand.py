"""The call itself: what is done with one intent on its way to one system, whatever the system answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.application.conclude import Mishap, conclude, try_again_or_fail
from bot.application.keep_hold import keep_hold
from bot.application.parts import Parts
from bot.application.patience import patience_of
from bot.application.waiting import LONGEST_CALL, answered
from bot.domain.binding import Retry
from bot.domain.errors import BotError, Transient, Uncertain
from bot.domain.event import Done, Failed, OutcomeUnknown, Problem
from bot.domain.intent import Intent, Receipt
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.retrying import LOOK_AGAIN, SHOWN_WITHIN, Next, after_interruption, after_looking
from bot.domain.terms import Terms
from bot.ports.store import Lease
from bot.ports.system import Binding, System

SILENT = "The system did not answer in time."


@dataclass(frozen=True, slots=True)
class Errand:
    """One intent on its way to one system."""

    step: str
    n: int
    intent: Intent
    key: str
    binding: Binding
    system: System
    begun_at: datetime
    interrupted: bool
    """Whether an earlier call may have left already."""
    asks_first: bool = False
    """Whether the system has to be asked before any call: what this database knows of the run may be old."""


async def run_errand(parts: Parts, lease: Lease, terms: Terms, errand: Errand) -> None:
    """Call, or ask first whether an earlier call arrived; record whatever comes of it."""
    if not (errand.interrupted or errand.asks_first):
        return await _call(parts, lease, terms, errand)
    reversible = errand.intent.reversible()
    first = after_interruption(errand.binding, reversible=reversible, begun_at=errand.begun_at, now=parts.clock.now())
    if errand.asks_first:
        return await _look(parts, lease, terms, errand)
    match first:
        case Next.CALL:
            return await _call(parts, lease, terms, errand)
        case Next.LOOK:
            return await _look(parts, lease, terms, errand)
        case Next.DOUBT:
            text = "The system cannot say whether it happened, so it is not tried again."
            return await _doubt(parts, lease, errand, text)
        case _:
            assert_never(first)


async def _look(parts: Parts, lease: Lease, terms: Terms, errand: Errand) -> None:
    """Ask the system whether it happened before anything is repeated."""
    try:
        receipt = await answered(errand.system.find(errand.intent, errand.key), Transient(SILENT))
    except BotError as error:
        text = f"It is not known whether it happened, and looking it up failed: {error.message}"
        return await _later(parts, lease, terms, errand, text, sure=False)
    if receipt is not None:
        return await _done(parts, lease, errand, receipt, found=True)
    then = after_looking(
        errand.binding,
        reversible=errand.intent.reversible(),
        looks=lease.attempt,
        begun_at=errand.begun_at,
        now=parts.clock.now(),
    )
    match then:
        case Next.CALL if await keep_hold(parts, lease, LONGEST_CALL):
            return await _call(parts, lease, terms, errand)
        case Next.CALL:
            return None  # looking took so long that somebody else is at it
        case Next.LOOK:
            text, asked = "The system does not show it yet.", _until_shown(parts, lease, errand)
            return await _later(parts, lease, terms, errand, text, asked=asked, sure=False)
        case Next.DOUBT:
            return await _doubt(parts, lease, errand, "The system does not show it, and may no longer know.")
        case _:
            assert_never(then)


async def _call(parts: Parts, lease: Lease, terms: Terms, errand: Errand) -> None:
    try:
        receipt = await answered(errand.system.execute(errand.intent, errand.key), Uncertain(SILENT))
    except Transient as error:
        await _later(parts, lease, terms, errand, error.message, asked=error.retry_after)
    except Uncertain as error:
        await _uncertain(parts, lease, terms, errand, error.message)
    except BotError as error:
        refused = _refused_again if errand.interrupted else _refused_by_system
        await refused(parts, lease, errand, error.message)
    else:
        await _done(parts, lease, errand, receipt)


async def _uncertain(parts: Parts, lease: Lease, terms: Terms, errand: Errand, text: str) -> None:
    if (
        after_interruption(
            errand.binding, reversible=errand.intent.reversible(), begun_at=errand.begun_at, now=parts.clock.now()
        )
        is Next.DOUBT
    ):
        await _doubt(parts, lease, errand, text)
    else:
        asked = SHOWN_WITHIN if errand.interrupted else None  # of a second call nobody knows when it began
        await _later(parts, lease, terms, errand, text, asked=asked, sure=False)


def _until_shown(parts: Parts, lease: Lease, errand: Errand) -> timedelta | None:
    """How long the last look has to wait; the looks before it come as soon as any other try."""
    return errand.begun_at + SHOWN_WITHIN - parts.clock.now() if lease.attempt >= LOOK_AGAIN else None


async def _later(
    parts: Parts,
    lease: Lease,
    terms: Terms,
    errand: Errand,
    text: str,
    *,
    asked: timedelta | None = None,
    sure: bool = True,
) -> None:
    """Try again as the brief allows; where that ends without an answer, say so rather than guess."""
    unknown = OutcomeUnknown(parts.clock.now(), ENGINE, errand.step, errand.n, text, lease.attempt)
    failed = Failed(parts.clock.now(), ENGINE, errand.step, Problem.UNAVAILABLE, text, errand.n, lease.attempt)
    await try_again_or_fail(
        parts,
        lease,
        Mishap(
            step=errand.step,
            text=text,
            patience=patience_of(terms.brief),
            asked=asked,
            n=errand.n,
            sure=sure and not errand.interrupted,
            otherwise=failed if sure and not errand.interrupted else unknown,
        ),
    )


async def _done(parts: Parts, lease: Lease, errand: Errand, receipt: Receipt, *, found: bool = False) -> None:
    await conclude(
        parts,
        lease,
        Done(
            at=parts.clock.now(),
            by=Actor(ActorKind.SYSTEM, errand.intent.system),
            step=errand.step,
            n=errand.n,
            receipt=receipt.model_dump(mode="json"),
            attempt=lease.attempt,
            found=found,
        ),
    )


async def _refused_by_system(parts: Parts, lease: Lease, errand: Errand, text: str) -> None:
    system = Actor(ActorKind.SYSTEM, errand.intent.system)
    failed = Failed(parts.clock.now(), system, errand.step, Problem.REFUSED, text, errand.n, lease.attempt)
    await conclude(parts, lease, failed)


async def _refused_again(parts: Parts, lease: Lease, errand: Errand, text: str) -> None:
    """A repeat was refused, which says nothing about the call before it, unless the system answers by the key."""
    try:
        receipt = await answered(errand.system.find(errand.intent, errand.key), Transient(SILENT))
    except BotError as error:
        return await _doubt(parts, lease, errand, f"{text} Looking up an earlier call failed: {error.message}")
    if receipt is not None:
        return await _done(parts, lease, errand, receipt, found=True)
    if errand.binding.retry is Retry.IDEMPOTENT:
        return await _refused_by_system(parts, lease, errand, text)
    return await _doubt(parts, lease, errand, f"An earlier call may have arrived; the next was refused: {text}")


async def _doubt(parts: Parts, lease: Lease, errand: Errand, text: str) -> None:
    await conclude(parts, lease, OutcomeUnknown(parts.clock.now(), ENGINE, errand.step, errand.n, text, lease.attempt))
