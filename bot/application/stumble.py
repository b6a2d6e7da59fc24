"""What happens when our own code fails: never silent, never for ever."""

import logging
from datetime import timedelta

from bot.application.conclude import UNTIL_RESUMED, Mishap, put_off, try_again_or_fail
from bot.application.parts import Parts
from bot.domain.effect import Compensate, Execute, Show, Tell, Write
from bot.domain.event import Failed, OutcomeUnknown, Problem, Undelivered
from bot.domain.person import ENGINE
from bot.domain.retrying import Patience
from bot.ports.store import Lease

logger = logging.getLogger(__name__)

PATIENCE = Patience(retries=3, within=timedelta(minutes=10))


async def stumble(parts: Parts, lease: Lease, error: Exception) -> None:
    """Try a few times more, then park the run for its pager; what cannot even be parked is put aside."""
    logger.error(
        "An effect failed unexpectedly",
        exc_info=error,
        extra={"action": "effect.stumbled", "run": lease.run, "effect": lease.effect.type},
    )
    text = f"Something in the bot itself failed ({type(error).__name__}); its log says where."
    try:
        await try_again_or_fail(
            parts,
            lease,
            Mishap(
                step=lease.effect.step,
                text=text,
                patience=PATIENCE,
                n=getattr(lease.effect, "n", 0),
                sure=False,
                otherwise=_given_up(parts, lease, text),
            ),
        )
    except Exception:
        logger.critical("An effect was put aside", exc_info=True, extra={"action": "effect.aside", "run": lease.run})
        await put_off(parts, lease, parts.clock.now() + UNTIL_RESUMED)


def _given_up(parts: Parts, lease: Lease, text: str) -> Failed | OutcomeUnknown | Undelivered:
    """What a run is told in the end. Of a call that may have left nobody knows whether it did anything."""
    now, step = parts.clock.now(), lease.effect.step
    match lease.effect:
        case Execute(n=n, dry=False) | Compensate(n=n) | Write(n=n):
            return OutcomeUnknown(now, ENGINE, step, n, text, lease.attempt)
        case Show() | Tell():
            return Undelivered(now, ENGINE, step, text, card=isinstance(lease.effect, Show))
        case _:
            return Failed(now, ENGINE, step, Problem.UNAVAILABLE, text, attempt=lease.attempt)
