"""Take the oldest part of the record away once it has been kept for as long as the briefs say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.application.audit_right import demand
from bot.application.parts import Parts
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.gate import Power
from bot.domain.person import Actor, Door, Person, person_actor
from bot.ports.ledger import Keeping
from bot.ports.store import Transaction

AT_ONCE = 20_000
"""Entries taken away in one unit of work, while nobody else writes."""


@dataclass(frozen=True, slots=True)
class Pruning:
    """What somebody wants pruned."""

    before: datetime
    why: str
    by: Person
    door: Door
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, and what stopped it."""

    entries: int = 0
    runs: int = 0
    size: int = 0
    """In entries from the very beginning."""
    stays: str = ""


async def prune(parts: Parts, pruning: Pruning, *, progress: Callable[[int], None] | None = None) -> Pruned:
    """Take away what may go: sealed, older than `before`, kept for as long as every brief says, of runs that ended."""
    await demand(parts, pruning.by, Power.ERASE, door=pruning.door)
    keeping = _keeping(parts, pruning.before)
    actor = person_actor(pruning.by.id, pruning.door, on_behalf_of=pruning.on_behalf_of)
    said = {"why": parts.redactor.clean(pruning.why), "at_the_keyboard": actor.on_behalf_of}
    fields = tuple(Field(name, value) for name, value in said.items() if value)
    gone = Pruned()
    while True:
        more = await parts.store.run_pruning(partial(_prune, parts, keeping, actor, fields))
        gone = Pruned(gone.entries + more.entries, gone.runs + more.runs, more.size or gone.size, more.stays)
        if not more.entries:
            break
        if progress is not None:
            progress(gone.entries)
    if gone.entries:
        await parts.store.run(lambda tx: _drop_unused(tx, keeping))
        await parts.store.forget()
    return gone


def _drop_unused(tx: Transaction, keeping: Keeping) -> None:
    """Whoever did something of late is still named somewhere."""
    tx.ledger.drop_keys()
    tx.names.drop_before(keeping.before)


def _keeping(parts: Parts, before: datetime) -> Keeping:
    """What concerns no run is kept as long as the runs that are kept longest."""
    now = parts.clock.now()
    kept = {name: parts.library.responsible(name).data.keep_entries for name in parts.library.every()}
    ended = {name: min(before, now - keep) for name, keep in kept.items()}
    return Keeping(min([before, *ended.values()]), ended)


def _prune(parts: Parts, keeping: Keeping, actor: Actor, fields: tuple[Field, ...], tx: Transaction) -> Pruned:
    may_go = tx.ledger.prunable(keeping, most=AT_ONCE)
    if not may_go.size:
        return Pruned(stays=may_go.stays)
    cut = tx.ledger.prune(may_go.size)
    notes: dict[str, Note] = {"size": cut.size, "count": cut.entries, "n": cut.runs, "digest": cut.root.hex()}
    entry = Entry(EntryKind.PRUNE_APPLIED, parts.clock.now(), actor.kind, actor.ref, notes=notes, fields=fields)
    tx.records.write("system", [entry])
    return Pruned(cut.entries, cut.runs, cut.size, may_go.stays)
