"""Writing entries: sealed into their chain, each with its fields."""

import os
from collections.abc import Mapping, Sequence
from functools import cache

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


def write_entries(
    unit: Unit, entries: Sequence[Entry], *, chain: str, seq: int, head: bytes, run: RunId | None
) -> bytes:
    """Append entries to a chain that ends with entry `seq`, whose hash is `head`; the new head."""
    fields: list[Mapping[str, Value]] = []
    for n, entry in enumerate(entries, start=seq + 1):
        sealed = seal(
            entry, chain=chain, seq=n, prev=head, writer=unit.pen.writer, key=unit.pen.key, salt_for=_salt, run=run
        )
        id = _add(unit, sealed)
        fields += [_field(id, one) for one in sealed.fields]
        head = sealed.hash
    if fields:
        unit.link.add_all(_ADD_FIELDS, fields)
    return head


def _salt() -> bytes:
    return os.urandom(SALT_BYTES)


def _add(unit: Unit, sealed: Sealed) -> int:
    parts = {"header": sealed.header, "prev": sealed.prev, "hash": sealed.hash, "mac": sealed.mac}
    return unit.link.add(_add_entry(tuple(sealed.columns)), {**sealed.columns, **parts})


def _field(id: int, field: SealedField) -> dict[str, Value]:
    name, kind, subject, salt, value_json = field
    return {"entry": id, "name": name, "kind": kind, "subject": subject, "salt": salt, "value_json": value_json}
