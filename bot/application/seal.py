"""Seal the record: new entries enter the tree, a checkpoint says how it stands, anchors keep it elsewhere.

Until then an entry can be cut off the end of its chain without a trace, so this is done soon and often.
"""

import logging
from datetime import timedelta

from bot.application.parts import Parts
from bot.domain.audit.entry import Entry, EntryKind, Note
from bot.domain.errors import Transient
from bot.domain.person import ENGINE
from bot.ports.anchor import Anchor
from bot.ports.ledger import Sealing
from bot.ports.store import Transaction

logger = logging.getLogger(__name__)

SYSTEM = "system"
"""The chain of what concerns the record itself."""

MANY = 256
"""So many entries are sealed at once,"""
LONG = timedelta(seconds=60)
"""and fewer after this time."""
BATCH = 4096
"""The most in one unit of work: nobody else writes meanwhile."""


async def seal(parts: Parts, *, thorough: bool = False) -> int:
    """Seal everything there is and have it kept elsewhere; how many entries that were."""
    sealed = 0
    while (made := await parts.store.run(lambda tx: _seal(parts, tx, thorough=thorough))) is not None:
        sealed += made.leaves
        if made.leaves < BATCH:
            break
    await publish(parts)
    return sealed


async def seal_when_due(parts: Parts) -> None:
    """Seal where much waits, or something waits for long."""

    def work(tx: Transaction) -> bool:
        waiting = tx.ledger.unsealed()
        if waiting is None or not (waiting.count >= MANY or parts.clock.now() - waiting.since >= LONG):
            return False
        return _seal(parts, tx) is not None

    if await parts.store.run(work):
        await publish(parts)


def _seal(parts: Parts, tx: Transaction, *, thorough: bool = False) -> Sealing | None:
    made = tx.ledger.seal(limit=BATCH, thorough=thorough)
    if made is not None:
        notes: dict[str, Note] = {"size": made.size, "count": made.leaves, "digest": made.root.hex()}
        entry = Entry(EntryKind.CHECKPOINT_SEALED, parts.clock.now(), ENGINE.kind, ENGINE.ref, notes=notes)
        tx.records.write(SYSTEM, [entry])
    return made


def seal_rest(parts: Parts, tx: Transaction) -> None:
    """Seal everything there is within one unit of work, also what was overtaken by others."""
    while (made := _seal(parts, tx, thorough=True)) is not None and made.leaves == BATCH:
        pass


async def publish(parts: Parts) -> None:
    """Have the last checkpoint kept wherever it is not kept yet. An anchor that fails holds nothing up."""
    latest = await parts.store.run(lambda tx: tx.ledger.latest())
    if latest is None:
        return
    receipts: dict[str, str] = {}
    for anchor in parts.anchors:
        receipt = None if anchor.place in latest.places else await _publish(anchor, latest.note)
        if receipt is not None:
            receipts[anchor.place] = receipt

    def note(tx: Transaction) -> None:
        for place, receipt in receipts.items():
            tx.ledger.anchored(latest.size, place, receipt)

    if receipts:
        await parts.store.run(note)


async def _publish(anchor: Anchor, note: str) -> str | None:
    try:
        return await anchor.publish(note)
    except Transient as error:
        logger.warning("A checkpoint is not kept elsewhere: %s", error, extra={"action": "audit.anchor_failed"})
        return None
