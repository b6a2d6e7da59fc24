"""Before anything is carried out: is this database as far as the checkpoints that are kept elsewhere say it was?

Where it is not, somebody has put an older copy in its place. What was under way then may have been done already, so
everything is held until a person has looked, and every action of a run from before asks its system first.
"""

import logging
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.application.parts import Parts
from bot.application.seal import SYSTEM, seal
from bot.domain.audit.checkpoint import Checkpoint, read_checkpoint
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.errors import Misdeclared, StoreFailed, Transient
from bot.domain.person import ENGINE, Actor
from bot.domain.plain import Unreadable
from bot.ports.anchor import Anchor
from bot.ports.store import Transaction

logger = logging.getLogger(__name__)

ORDERED, FOUND = "ordered", "found"
"""Whether somebody asked for it, or it was only noticed."""

EVERYTHING = "*"

HELD = (
    "An older copy of the database was put in place. Look at what happened since it was made, then resume everything: "
    "what was under way then asks its system first, and nothing is done twice."
)


async def look_back(parts: Parts) -> Parts:
    """The parts to carry on with. Raises Misdeclared where an anchor belongs to another record."""
    for anchor in parts.anchors:
        last = await _last(anchor)
        if last is not None and not await parts.store.run(partial(_is_known, last, anchor)):
            logger.error(HELD, extra={"action": "store.older", "known": last.size, "place": anchor.place})
            await parts.store.run(lambda tx: put_back(tx, parts.clock.now(), ENGINE, FOUND))
            await seal(parts)
            break
    return replace(parts, restored_at=await parts.store.run(lambda tx: tx.ledger.restored_at()))


async def _last(anchor: Anchor) -> Checkpoint | None:
    try:
        note = await anchor.last()
        return read_checkpoint(note) if note is not None else None
    except (Transient, Unreadable) as error:
        logger.warning("The last checkpoint in %s cannot be read: %s", anchor.place, error)
        return None


def _is_known(checkpoint: Checkpoint, anchor: Anchor, tx: Transaction) -> bool:
    if checkpoint.origin != tx.ledger.origin():
        mend = "Name a file of its own in [audit] anchor_file, or put the data back that belongs to it."
        raise Misdeclared("These checkpoints are of another record.", file=anchor.place, mend=mend)
    if checkpoint.size and tx.ledger.latest() is None and tx.ledger.unsealed() is None:
        raise StoreFailed(
            f"The database is empty, and {anchor.place} knows a record of {checkpoint.size} entries. Put the database "
            "back with `countersign restore`; to begin anew, take the whole data folder and that file away."
        )
    return tx.ledger.knows(checkpoint.size, checkpoint.root)


def put_back(tx: Transaction, at: datetime, actor: Actor, outcome: str, *, why: str = "") -> None:
    """Note in a database that it is an older one, and hold everything until a person resumes it."""
    latest = tx.ledger.latest()
    tx.ledger.mark_restored(at)
    notes: dict[str, Note] = {"door": actor.door.value, "size": latest.size if latest else 0, "outcome": outcome}
    said = {"why": why, "at_the_keyboard": actor.on_behalf_of}
    fields = tuple(Field(name, value) for name, value in said.items() if value)
    tx.records.write(SYSTEM, [Entry(EntryKind.RESTORE, at, actor.kind, actor.ref, notes=notes, fields=fields)])
    if not tx.limits.paused(EVERYTHING):
        tx.limits.pause(EVERYTHING, HELD)
        held: dict[str, Note] = {"door": actor.door.value, "workflow": EVERYTHING, "outcome": "pause"}
        entry = Entry(EntryKind.SWITCH_PAUSED, at, actor.kind, actor.ref, notes=held, fields=(Field("why", HELD),))
        tx.records.write("config", [entry])
