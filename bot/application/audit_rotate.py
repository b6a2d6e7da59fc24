"""Rotate the audit key: what comes is sealed with a new one, what was stays under the old one, and the record says so.

Everything under the old key is in the tree before the new one begins, and the first checkpoint under the new key
covers it. So nobody who has the old key alone can add to it, or change it.
"""

from dataclasses import dataclass
from functools import partial

from bot.application.audit_right import demand
from bot.application.parts import Parts
from bot.application.seal import SYSTEM, publish, seal, seal_rest
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.gate import Power
from bot.domain.person import Actor, Door, Person, person_actor
from bot.ports.ledger import NextKey
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Rotation:
    """What somebody wants: another key."""

    why: str
    by: Person
    door: Door
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Rotated:
    """Which key is followed by which, and how many entries stay under the old one and those before it."""

    old: str
    new: str
    size: int


async def rotate(parts: Parts, rotation: Rotation) -> Rotated:
    """Go on with a new key. Raises NotAllowed where that is not theirs to do; StoreFailed where it cannot be kept."""
    await demand(parts, rotation.by, Power.ROTATE, door=rotation.door)
    actor = person_actor(rotation.by.id, rotation.door, on_behalf_of=rotation.on_behalf_of)
    said = {"why": parts.redactor.clean(rotation.why), "at_the_keyboard": actor.on_behalf_of}
    fields = tuple(Field(name, value) for name, value in said.items() if value)
    await seal(parts)  # so that little is left for the unit in which nobody else writes
    rotated = await parts.store.run(partial(_rotate, parts, actor, fields))
    await publish(parts)
    return rotated


def _rotate(parts: Parts, actor: Actor, fields: tuple[Field, ...], tx: Transaction) -> Rotated:
    seal_rest(parts, tx)
    key = tx.ledger.add_key()
    tx.records.write(SYSTEM, [_entry(parts, actor, fields, key)])
    tx.ledger.rotate(key.new)
    seal_rest(parts, tx)
    latest = tx.ledger.latest()
    return Rotated(key.old, key.new, latest.size if latest else 0)


def _entry(parts: Parts, actor: Actor, fields: tuple[Field, ...], key: NextKey) -> Entry:
    """The last entry under the old key."""
    notes: dict[str, Note] = {"door": actor.door.value, "source": key.old, "digest": key.new}
    return Entry(EntryKind.KEY_ROTATED, parts.clock.now(), actor.kind, actor.ref, notes=notes, fields=fields)
