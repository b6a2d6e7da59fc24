"""What asking a model may cost: set aside before the call, settled after it; no two calls share the last cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.application.parts import Parts
from bot.domain.attempt import Attempt
from bot.domain.outcome import is_unbilled
from bot.domain.quantity import Money
from bot.ports.store import Transaction

EVERYTHING = "cost"
"""The scope of what all models may cost together on one day."""
UNPRICED = (
    "What the model costs is not known, so its budget of {cap} cannot be kept. "
    "Write its price under [model.prices] in countersign.toml, or take the limit away."
)


@dataclass(frozen=True, slots=True)
class Purse:
    """What one scope may spend a day."""

    scope: str
    cap: Money


def purses_of(parts: Parts, scope: str = "", cap: Money | None = None) -> tuple[Purse, ...]:
    """Those out of which a question is paid: of its scope, and of everything together, as far as they have a cap."""
    caps = {scope: cap, EVERYTHING: parts.cost_per_day}
    return tuple(Purse(name, most) for name, most in caps.items() if most is not None)


async def set_aside(parts: Parts, purses: Sequence[Purse], day: date, micros: int | None) -> Purse | None:
    """Take this much out of every purse; or the one that it is too much for, and nothing is taken."""
    if not purses or micros == 0:
        return None
    return await parts.store.run(lambda tx: _take(tx, purses, day, micros))


def _take(tx: Transaction, purses: Sequence[Purse], day: date, micros: int | None) -> Purse | None:
    for purse in purses:
        if micros is None or tx.limits.count(purse.scope, day) + micros > purse.cap.micros:
            return purse
    for purse in purses:
        tx.limits.add(purse.scope, day, micros or 0)
    return None


def settle(
    tx: Transaction, purses: Sequence[Purse], day: date, reserved: int | None, attempts: Sequence[Attempt]
) -> None:
    """Put back what was not needed."""
    left = spent(attempts, reserved or 0) - (reserved or 0)
    for purse in purses:
        if left:
            tx.limits.add(purse.scope, day, left)


def spent(attempts: Sequence[Attempt], reserved: int) -> int:
    """What it cost; where the other side does not say, no less than was set aside for it."""
    known = sum(attempt.cost_micros or 0 for attempt in attempts)
    unsaid = any(attempt.cost_micros is None and not is_unbilled(attempt.outcome) for attempt in attempts)
    return max(known, reserved) if unsaid else known


def too_much(cap: Money, micros: int | None, whose: str) -> str:
    """Why nothing was set aside."""
    if micros is None:
        return UNPRICED.format(cap=cap)
    return f"{whose} budget of {cap} for the model is used up. It is free again tomorrow."
