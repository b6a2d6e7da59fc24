"""What a reminder says: how long it has waited, and what happens when, if nobody does anything."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.quantity import write_duration
from bot.domain.run import Gate


def waited(since: datetime, now: datetime) -> str:
    """How long it has waited."""
    return f"It has waited for {span(now - since)}."


def what_comes(gate: Gate, now: datetime, *, rejects: bool) -> str:
    """How long a gate has waited and what comes, in the order in which it comes."""
    return " ".join([waited(gate.opened_at, now), *(said for _, said in sorted(_ahead(gate, now, rejects=rejects)))])


def _ahead(gate: Gate, now: datetime, *, rejects: bool) -> Iterator[tuple[datetime, str]]:
    if gate.remind_at is not None and gate.remind_at < (gate.expires_at or gate.remind_at + timedelta(1)):
        yield gate.remind_at, f"The next reminder comes in {span(gate.remind_at - now)}."
    if gate.escalate_at is not None:
        yield gate.escalate_at, f"In {span(gate.escalate_at - now)} others are asked as well."
    if gate.expires_at is not None:
        how = "it is rejected" if rejects else "it runs out, and nothing is done"
        yield gate.expires_at, f"In {span(gate.expires_at - now)} {how}."


def span(time: timedelta) -> str:
    """About how long: the two largest units are enough."""
    whole = max(time, timedelta(minutes=1)) // timedelta(minutes=1) * timedelta(minutes=1)
    return " ".join(write_duration(whole).split()[:2])
