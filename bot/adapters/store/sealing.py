"""Entries: sealed into their chain, then kept, each with its fields."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from bot.adapters.store.statement import Statement, Value, insert_of
from bot.adapters.store.tables import ENTRY, ENTRY_FIELD
from bot.adapters.store.unit import Unit
from bot.domain.audit.chain import SALT_BYTES, Sealed, SealedField, seal
from bot.domain.audit.entry import Entry
from bot.domain.run import RunId

_ADD_FIELDS = Statement(insert_of(ENTRY_FIELD, "entry", "name", "kind", "subject", "salt", "value_json"))


@cache
def _add_entry(names: tuple[str, ...]) -> Statement:
    # Most notes are empty in most entries; naming only those that are given halves the time.
    return Statement(insert_of(ENTRY, *names, "header", "prev", "hash", "mac"))


class Sheet(NamedTuple):
    """Entries sealed and not yet kept, and where their chain stands after them."""

    entries: tuple[Sealed, ...]
    seq: int
    head: bytes


def seal_entries(
    unit: Unit, entries: Sequence[Entry], *, chain: str, seq: int, head: bytes, run: RunId | None
) -> Sheet:
    """Seal entries for a chain that ends with entry `seq`, whose hash is `head`. Writes nothing."""
    pen, done = unit.pen, list[Sealed]()
    for entry in entries:
        seq += 1
        sealed = seal(entry, chain=chain, seq=seq, prev=head, writer=pen.writer, key=pen.key, salt_for=_salt, run=run)
        head = sealed.hash
        done.append(sealed)
    return Sheet(tuple(done), seq, head)


def _salt() -> bytes:
    return os.urandom(SALT_BYTES)


def keep_entries(unit: Unit, sheet: Sheet) -> None:
    """Write them down."""
    fields: list[Mapping[str, Value]] = []
    for sealed in sheet.entries:
        parts = {"header": sealed.header, "prev": sealed.prev, "hash": sealed.hash, "mac": sealed.mac}
        id = unit.link.add(_add_entry(tuple(sealed.columns)), {**sealed.columns, **parts})
        fields += [_field(id, one) for one in sealed.fields]
    if fields:
        unit.link.add_all(_ADD_FIELDS, fields)


def _field(id: int, field: SealedField) -> dict[str, Value]:
    name, kind, subject, salt, value_json = field
    return {"entry": id, "name": name, "kind": kind, "subject": subject, "salt": salt, "value_json": value_json}
