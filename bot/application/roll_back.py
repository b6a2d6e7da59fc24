"""Go back to an earlier version of a brief, a prompt, a routing table or the house rules, without a deploy."""

from bot.application.change import Change, change
from bot.application.parts import Parts
from bot.domain.errors import Unknown
from bot.domain.person import Door, Person
from bot.ports.version import Version, VersionKind


async def roll_back(
    parts: Parts,
    *,
    kind: VersionKind,
    name: str,
    to: int,
    by: Person,
    door: Door,
    why: str,
    on_behalf_of: str = "",
    base: int | None = None,
    delivery: str = "",
) -> Version:
    """A new version that says what version `to` said. It is checked like any change: the steps may have moved on."""
    history = await parts.store.queries.history(kind, name)
    earlier = next((version for version in history if version.n == to), None)
    if earlier is None:
        there = f"There are versions 1 to {history[0].n}." if history else "There are no versions yet."
        raise Unknown(f"There is no version {to} of {name}. {there}")
    why = f"Back to version {to}. {why}".strip()
    base = history[0].n if base is None else base
    return await change(parts, Change(kind, name, earlier.text, by, door, why, base, on_behalf_of, delivery))
