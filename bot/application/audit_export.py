"""Hand the record out: whoever may, as much as they may see, in a form that anybody can check. The export is recorded.

That it was made stands in the record before the first line leaves.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.application.audit_right import demand
from bot.application.parts import Parts
from bot.application.seal import SYSTEM, seal
from bot.domain.audit.anchor import written_at
from bot.domain.audit.chain import COLUMNS, stamp
from bot.domain.audit.checkpoint import read_checkpoint
from bot.domain.audit.entry import NOTE_NAMES, Entry, EntryKind, Field, FieldKind, Note
from bot.domain.audit.export import Exported, export_lines, neutralise
from bot.domain.audit.tree import subtrees
from bot.domain.audit.verify import StoredField
from bot.domain.errors import StoreFailed
from bot.domain.gate import AUDITORS, Power
from bot.domain.person import Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.run import RunId
from bot.ports.record import Record, Which

CSV_COLUMNS = (*COLUMNS, *sorted(NOTE_NAMES), "fields")


@dataclass(frozen=True, slots=True)
class Export:
    """What somebody wants handed out."""

    by: Person
    door: Door
    run: RunId | None = None
    workflow: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    content: bool = True
    """Whether fields are shown at all; who may see them is another matter."""
    form: str = "ndjson"
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Permitted:
    """What goes out: which entries, with which fields, held together by which checkpoint."""

    which: Which
    shown: frozenset[FieldKind]
    checkpoint: str
    size: int


async def permit(parts: Parts, export: Export) -> Permitted:
    """Note the export in the record and seal it. Raises NotAllowed where it may not be."""
    workflow = export.workflow
    if export.run is not None:
        workflow = (await parts.store.queries.run(export.run)).workflow
    await demand(parts, export.by, Power.EXPORT, door=export.door, workflows=[workflow] if workflow else None)
    auditor = AUDITORS in export.by.groups
    which = Which(
        run=export.run,
        workflow=export.workflow,
        since=stamp(export.since) if export.since else None,
        until=stamp(export.until) if export.until else None,
        others=auditor and workflow is None,
    )
    kinds = {FieldKind.CONTENT, FieldKind.PII} if auditor else {FieldKind.CONTENT}
    shown = frozenset(kinds if export.content else ())
    entry = _entry(parts, export, which, shown)
    await parts.store.run(lambda tx: tx.records.write(SYSTEM, [entry]))
    await seal(parts)
    latest = await parts.store.run(lambda tx: tx.ledger.latest())
    if latest is None:
        raise StoreFailed("There is no checkpoint to export with. Run `countersign audit verify`.")
    return Permitted(which, shown, latest.note, latest.size)


def _entry(parts: Parts, export: Export, which: Which, shown: frozenset[FieldKind]) -> Entry:
    by = person_actor(export.by.id, export.door, on_behalf_of=export.on_behalf_of)
    said: dict[str, Plain] = {
        "run": which.run,
        "since": which.since,
        "until": which.until,
        "shown": ", ".join(sorted(shown)) or "no fields",
        "at_the_keyboard": by.on_behalf_of or None,
    }
    notes: dict[str, Note] = {"door": export.door.value, "workflow": export.workflow, "outcome": export.form}
    fields = tuple(Field(name, value) for name, value in said.items() if value is not None)
    return Entry(EntryKind.EXPORT_MADE, parts.clock.now(), by.kind, by.ref, notes=notes, fields=fields)


def lines(
    record: Record, permitted: Permitted, *, known: Iterable[str] = (), progress: Callable[[int], None] | None = None
) -> Iterator[str]:
    """The lines of the export. `known` are checkpoints that somebody outside holds; one a day is told anyway."""
    pruned = record.pruned()
    hashes = [leaf.hash or b"" for leaf in record.leaves()]
    starts = dict(record.starts(permitted.which))
    return export_lines(
        _exported(record, permitted.which, progress),
        checkpoint=permitted.checkpoint,
        subtree=subtrees(lambda n: hashes[n - pruned.tree.size], kept=pruned.tree),
        is_shown=lambda field: field.kind in permitted.shown,
        earlier=_earlier(record, permitted, [*known], oldest=pruned.tree.size),
        starts=starts,
        spans=record.keys().spans(),
    )


def _exported(record: Record, which: Which, progress: Callable[[int], None] | None) -> Iterator[Exported]:
    for count, (row, content) in enumerate(record.chosen(which), 1):
        if progress is not None:
            progress(count)
        yield row, content.fields


def _earlier(record: Record, permitted: Permitted, known: Sequence[str], *, oldest: int) -> list[str]:
    """Checkpoints from which this one is shown to go on: the last of each day, and those somebody names."""
    sizes = {read_checkpoint(note).size for note in known}
    kept = [str(one.note) for one in record.checkpoints() if max(oldest, 1) <= one.size < permitted.size]
    days = groupby(kept, key=lambda note: written_at(note)[:10])
    daily = {[*notes][-1] for _, notes in days}
    return [note for note in kept if note in daily or read_checkpoint(note).size in sizes]


def rows(record: Record, permitted: Permitted, *, progress: Callable[[int], None] | None = None) -> Iterator[list[str]]:
    """The same as cells of a table, for people; nothing in it can be checked, and nothing is a formula."""
    yield [*CSV_COLUMNS]
    for count, (_, content) in enumerate(record.chosen(permitted.which), 1):
        if progress is not None:
            progress(count)
        fields = {one.name: _value(one) for one in content.fields if one.kind in permitted.shown}
        told = json.dumps(fields, ensure_ascii=False) if fields else ""
        cells = [*(content.columns.get(name) for name in CSV_COLUMNS[:-1]), told]
        yield ["" if cell is None else neutralise(str(cell)) for cell in cells]


def _value(field: StoredField) -> object:
    return "(erased)" if field.value_json is None else json.loads(field.value_json)
