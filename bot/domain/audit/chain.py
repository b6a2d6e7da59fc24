"""Sealing: an entry becomes a header that never changes, linked to the one before, and content that can go.

    commitment = base64(SHA256(salt || canonical([name, kind, subject, value])))
    header     = canonical({columns that are not null, "fields": {name: commitment}})
    hash       = SHA256(0x00 || "audit/v1" || prev || header)
    mac        = HMAC-SHA256(key, hash)

The first `prev` of a chain comes from its name, so no two chains can be exchanged. Verification hashes the
stored bytes and never writes them anew.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quote
from typing import NamedTuple

from bot.domain.audit.entry import Entry, Field, FieldKind, Note
from bot.domain.plain import canonical

COLUMNS = ("chain", "seq", "kind", "at", "actor_kind", "actor", "run", "step", "attempt", "writer")
"""The columns of every entry; the notes come after them."""

SALT_BYTES = 16
_BLOCK = 64
_ENTRY = b"\x00audit/v1"
_GENESIS = b"\x00audit/v1 chain\x00"


class SealedField(NamedTuple):
    """One erasable field, as stored: erasing takes away `salt` and `value_json` for good."""

    name: str
    kind: FieldKind
    subject: str | None
    salt: bytes
    value_json: str


class Sealed(NamedTuple):
    """One entry, as stored."""

    chain: str
    seq: int
    header: bytes
    prev: bytes
    hash: bytes
    mac: bytes
    columns: Mapping[str, str | int]
    """The header's columns once more, for queries; what is null is left out."""
    fields: tuple[SealedField, ...]


def seal(
    entry: Entry,
    *,
    chain: str,
    seq: int,
    prev: bytes,
    writer: str,
    key: bytes,
    salt_for: Callable[[], bytes],
    run: str | None = None,
) -> Sealed:
    """Entry number `seq` of a chain, from 1; `prev` is the hash of the one before, or the chain's `genesis`.

    `salt_for` gives 16 fresh random bytes for each field; `writer` names the process and its build.
    """
    columns: dict[str, Note] = {
        "chain": chain,
        "seq": seq,
        "kind": entry.kind.value,
        "at": stamp(entry.at),
        "actor_kind": entry.actor_kind.value,
        "actor": entry.actor,
        "run": run,
        "step": entry.step,
        "attempt": entry.attempt,
        "writer": writer,
        **entry.notes,
    }
    given = {name: value for name, value in columns.items() if value is not None}
    fields = tuple([_seal_field(field, salt_for()) for field in entry.fields])
    commitments = {field.name: commitment(field) for field in fields}
    header = header_of(given, commitments)
    hashed = entry_hash(prev, header)
    return Sealed(chain, seq, header, prev, hashed, mac_of(hashed, key), given, fields)


def _seal_field(field: Field, salt: bytes) -> SealedField:
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} random bytes, not {len(salt)}.")
    return SealedField(field.name, field.kind, field.subject, salt, canonical(field.value).decode())


def commitment(field: SealedField) -> str:
    """What the header keeps of a field: it binds the value, and tells nothing of it once the salt is gone."""
    name, kind, subject, salt, value_json = field
    labels = f"[{_quote(name)},{_quote(kind)},{'null' if subject is None else _quote(subject)},"
    preimage = f"{labels}{value_json}]".encode(errors="surrogatepass")  # a tampered row may hold anything
    return base64.b64encode(hashlib.sha256(salt + preimage).digest()).decode()


def header_of(columns: Mapping[str, object], commitments: Mapping[str, object]) -> bytes:
    """The bytes that are hashed."""
    return canonical({**columns, "fields": commitments} if commitments else columns)


def reference(chain: str, seq: int) -> str:
    """How an erased field names the entry that took it: `system/12`."""
    return f"{chain}/{seq}"


def genesis(chain: str) -> bytes:
    """What the first entry of a chain is linked to."""
    return hashlib.sha256(_GENESIS + chain.encode(errors="surrogatepass")).digest()


def entry_hash(prev: bytes, header: bytes) -> bytes:
    """Binds an entry to everything before it in its chain."""
    return hashlib.sha256(_ENTRY + prev + header).digest()


def mac_of(hashed: bytes, key: bytes) -> bytes:
    """Shows that a holder of the key wrote this entry; the key is never in the database."""
    inner, outer = _pads(key)
    return hashlib.sha256(outer + hashlib.sha256(inner + hashed).digest()).digest()


@lru_cache(maxsize=4)
def _pads(key: bytes) -> tuple[bytes, bytes]:
    """What HMAC makes of its key: the library does it anew for each message, which takes longer than the rest."""
    block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


@lru_cache(maxsize=4096)  # one moment stands in many places of a run and of its record
def stamp(at: datetime) -> str:
    """A UTC time to the microsecond, sorted as text: `2026-01-31T08:00:00.000000Z`."""
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
