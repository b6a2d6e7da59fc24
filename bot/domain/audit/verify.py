"""Finding every change to the record: three passes over what is stored, each a stream in and problems out.

`verify_chain` hashes and links the stored headers, `verify_contents` compares columns and fields with them,
and `verify_tree` recomputes the roots that checkpoints witnessed. A stored value may be of any type: whoever
changed it did not ask ours. So a broken row is reported, never raised, and the pass goes on behind it.

What no pass can find: entries that were not sealed yet and are cut from the end of their chain, or their
whole chain with them; what a holder of the key writes anew, beyond the last checkpoint somebody else keeps;
and that an entry was untrue when it was written.
"""

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from pydantic_core import from_json, to_json

from bot.domain.audit.chain import SealedField, commitment, entry_hash, genesis, mac_of
from bot.domain.audit.checkpoint import Checkpoint, read_checkpoint
from bot.domain.audit.entry import FieldKind
from bot.domain.audit.keys import KeyAt
from bot.domain.audit.tree import Frontier
from bot.domain.plain import Unreadable, is_object


class ProblemKind(StrEnum):
    """What is wrong with the record."""

    UNREADABLE = "unreadable"
    NUMBER = "number"
    LINK = "link"
    HASH = "hash"
    MAC = "mac"
    COLUMN = "column"
    FIELD_CHANGED = "field changed"
    FIELD_MISSING = "field missing"
    FIELD_ADDED = "field added"
    FIELD_GONE = "field gone"
    ERASURE = "erasure"
    LEAF = "leaf"
    ROOT = "root"
    BEHIND = "behind"
    CHECKPOINT = "checkpoint"
    RULES = "rules"
    HEAD = "head"
    ROW = "row"
    SENSE = "sense"
    UNSEALED = "unsealed"
    LOST = "lost"
    KEY = "key"
    KEY_IN_DOUBT = "key in doubt"


GAPS = frozenset({ProblemKind.UNSEALED, ProblemKind.LOST, ProblemKind.KEY_IN_DOUBT})
"""What is missing without anybody having to have changed something."""


class Problem(NamedTuple):
    """One thing that is not as it was sealed, and where."""

    kind: ProblemKind
    sentence: str
    chain: object = None
    seq: object = None


class Row(NamedTuple):
    """The sealed part of one stored entry."""

    chain: str
    seq: int
    header: bytes
    prev: bytes
    hash: bytes
    mac: bytes
    leaf: int | None = None
    """Its place in the tree; None while it has none."""


class StoredField(NamedTuple):
    """One stored field; `salt` and `value_json` are None once it was erased."""

    name: str
    kind: FieldKind
    subject: str | None
    salt: bytes | None
    value_json: str | None
    erased_by: str | None
    """The `reference` of the erase or prune entry that took it."""


class Content(NamedTuple):
    """One stored entry as people query it."""

    columns: Mapping[str, object]
    header: bytes
    fields: Sequence[StoredField]


class Leaf(NamedTuple):
    """One leaf of the tree, with the hash of the entry it stands for; None where that entry is gone."""

    number: int
    hash: bytes | None


class Witness(NamedTuple):
    """The text of a checkpoint, and where it was kept."""

    where: str
    text: str


def verify_chain(
    rows: Iterable[Row], *, keys: KeyAt | None, starts: Mapping[str, tuple[int, bytes]] | None = None
) -> Iterator[Problem]:
    """Check numbers, links, hashes and, with the keys, MACs of rows that come sorted by chain and number.

    `starts` has, for a chain whose beginning was pruned, number and hash of the last entry that is gone.
    """
    for chain, entries in groupby(rows, key=itemgetter(0)):
        seq, hashed = (starts or {}).get(chain) or (0, genesis(str(chain)))
        for row in entries:
            if not _is_whole(row):
                yield _problem(ProblemKind.UNREADABLE, row, "does not hold what an entry holds")
                seq, hashed = seq + 1, row.hash
                continue
            if row.seq != seq + 1:
                yield _problem(ProblemKind.NUMBER, row, f"comes after entry {seq}")
            if row.prev != hashed:
                yield _problem(ProblemKind.LINK, row, "is not linked to the entry before it")
            if entry_hash(row.prev, row.header) != row.hash:
                yield _problem(ProblemKind.HASH, row, "was changed after it was sealed")
            key = keys(row.leaf) if keys is not None else None
            if key is not None and not hmac.compare_digest(mac_of(row.hash, key), row.mac):
                yield _problem(ProblemKind.MAC, row, "was not written by a holder of the key")
            seq, hashed = row.seq, row.hash


def _is_whole(row: Row) -> bool:
    _, seq, header, prev, hashed, mac, _ = row
    return type(seq) is int and type(header) is type(prev) is type(hashed) is type(mac) is bytes


def _problem(kind: ProblemKind, at: Row | Mapping[str, object], says: str) -> Problem:
    chain, seq = at[:2] if isinstance(at, Row) else (at.get("chain"), at.get("seq"))
    return Problem(kind, f"Entry {seq} of {chain} {says}.", chain, seq)


def verify_contents(contents: Iterable[Content], *, erasures: Mapping[str, int]) -> Iterator[Problem]:
    """Check that columns show what was sealed, and that fields are what was committed to, or rightly erased.

    `erasures` has, by `reference`, how many fields each erase or prune entry says it took.
    """
    gone: Counter[str] = Counter()
    for content in contents:
        yield from verify_content(content)
        gone.update(taken(content))
    yield from uncovered(gone, erasures)


def taken(content: Content) -> Iterator[str]:
    """The reference under which each field that is gone went."""
    for field in content.fields:
        if field.erased_by is not None and field.value_json is None:
            yield field.erased_by


def uncovered(gone: Mapping[str, int], erasures: Mapping[str, int]) -> Iterator[Problem]:
    """More fields that went under a reference than its entry says it took."""
    for erasure, count in gone.items():
        if count > erasures.get(erasure, 0):
            sentence = f"{count} fields are gone in the name of {erasure}, which does not cover them."
            yield Problem(ProblemKind.ERASURE, sentence)


def is_whole(content: Content) -> bool:
    """Whether an entry surely shows what was sealed, with nothing gone. `verify_content` says of the others why not.

    Columns that come in the order of their names, and fields that are all there, give the very bytes of the header.
    """
    columns, header, fields = content
    given = {name: value for name, value in columns.items() if value is not None}
    try:
        if fields:
            committed = {field[0]: commitment(SealedField._make(field[:5])) for field in fields if field[5] is None}
            before, found, after = header.partition(b'"fields":' + to_json(committed) + b",")
            header = before + after if found and len(committed) == len(fields) else b""
        return to_json(given) == header and bytes not in map(type, given.values())
    except (AttributeError, TypeError, ValueError):
        return False


def verify_content(content: Content) -> Iterator[Problem]:
    """Check one entry's columns and fields against its header; who took what is gone is not looked at."""
    columns, header, fields = content
    sealed = _read_header(header)
    is_plain = to_json(sealed) == header  # a key that stands there twice would not come back twice
    commitments = sealed.pop("fields", {})
    if not sealed or not is_object(commitments):
        yield _problem(ProblemKind.UNREADABLE, columns, "has a header that cannot be read")
        return
    if not (is_plain and _shows(columns, sealed)):
        names = sorted(name for name in {*sealed, *columns} if sealed.get(name) != columns.get(name))
        yield _problem(ProblemKind.COLUMN, columns, f"shows something else than was sealed: {names}")
    for field in fields:
        fault = _fault(field, commitments.pop(field.name, None))
        if fault:
            yield _problem(fault, columns, f"is not as it was sealed: {fault}, {field.name}")
    for name in commitments:
        yield _problem(ProblemKind.FIELD_MISSING, columns, f"is not as it was sealed: field missing, {name}")


def _read_header(header: bytes) -> dict[str, object]:
    try:
        value: object = from_json(header)
    except (TypeError, ValueError):
        value = None
    return value if is_object(value) else {}


def _shows(columns: Mapping[str, object], sealed: Mapping[str, object]) -> bool:
    """Whether they say the same in the same types: a number is neither its text, nor a fraction, nor true."""
    shown, said = [*columns.values()], [*map(sealed.get, columns)]
    return shown == said and [*map(type, shown)] == [*map(type, said)] and len(sealed) == len(shown) - shown.count(None)


def _fault(field: StoredField, committed: object) -> ProblemKind | None:
    name, kind, subject, salt, value_json, erased_by = field
    if committed is None:
        return ProblemKind.FIELD_ADDED
    if salt is None and value_json is None:
        return ProblemKind.FIELD_GONE if erased_by is None else None
    if erased_by is not None or type(salt) is not bytes or type(value_json) is not str:
        return ProblemKind.FIELD_CHANGED
    try:
        same = commitment(SealedField(name, kind, subject, salt, value_json)) == committed
    except TypeError:
        same = False
    return None if same else ProblemKind.FIELD_CHANGED


def verify_tree(
    leaves: Iterable[Leaf],
    witnesses: Iterable[Witness],
    *,
    origin: str,
    keys: KeyAt | None,
    kept: Frontier | None = None,
) -> Iterator[Problem]:
    """Check that the leaves, sorted by number, give every root that was ever witnessed.

    `kept` stands for the leaves that were pruned; checkpoints within them cannot be recomputed any more.
    """
    tree = kept or Frontier()
    read = [(_read_witness(witness, origin, keys), witness.where) for witness in witnesses]
    faults = [problem for problem, _ in read if isinstance(problem, Problem)]
    checkpoints = [(checkpoint, where) for checkpoint, where in read if isinstance(checkpoint, Checkpoint)]
    hashes = _hashes(leaves, tree.size, faults)
    for checkpoint, where in sorted(checkpoints, key=lambda each: each[0].size):
        if checkpoint.size < tree.size:
            continue
        tree = tree.extend(islice(hashes, checkpoint.size - tree.size))
        if tree.size < checkpoint.size:
            says = f"knows {checkpoint.size} sealed entries, here are {tree.size}: cut, or an old copy."
            faults.append(Problem(ProblemKind.BEHIND, f"The checkpoint in {where} {says}"))
        elif tree.root != checkpoint.root:
            says = f"knows another history of the first {tree.size} sealed entries."
            faults.append(Problem(ProblemKind.ROOT, f"The checkpoint in {where} {says}"))
    for _ in hashes:  # what no checkpoint covers yet is at least numbered without a gap
        pass
    yield from faults


def _read_witness(witness: Witness, origin: str, keys: KeyAt | None) -> Checkpoint | Problem:
    where, text = witness
    try:
        checkpoint = read_checkpoint(str(text))
    except Unreadable as error:
        return Problem(ProblemKind.CHECKPOINT, f"The checkpoint in {where} cannot be read. {error}")
    key = keys(checkpoint.size) if keys is not None else None  # the one under which the next leaf is
    if checkpoint.origin != origin or (key is not None and not checkpoint.signed_with(key)):
        return Problem(ProblemKind.CHECKPOINT, f"The checkpoint in {where} was not written by {origin}.")
    return checkpoint


def _hashes(leaves: Iterable[Leaf], size: int, faults: list[Problem]) -> Iterator[bytes]:
    for number, hashed in leaves:
        if number != size:
            faults.append(Problem(ProblemKind.LEAF, f"Leaf {number} stands where leaf {size} belongs."))
        if not isinstance(hashed, bytes):
            faults.append(Problem(ProblemKind.LEAF, f"The entry of leaf {number} is gone."))
        yield hashed if isinstance(hashed, bytes) else b""
        size = number + 1
