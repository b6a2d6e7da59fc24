"""A small record in memory, stored as tables have it, for those who want to break it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.audit.chain import Sealed, entry_hash, genesis, header_of, mac_of, reference, seal
from bot.domain.audit.checkpoint import write_checkpoint
from bot.domain.audit.entry import Entry, EntryKind, Field, FieldKind, Note
from bot.domain.audit.export import Exported
from bot.domain.audit.keys import KeyAt
from bot.domain.audit.tree import Frontier, Subtree, subtrees
from bot.domain.audit.verify import (
    Content,
    Leaf,
    Problem,
    ProblemKind,
    Row,
    StoredField,
    Witness,
    verify_chain,
    verify_contents,
    verify_tree,
)
from bot.domain.person import ActorKind

KEY = hashlib.sha256(b"the key of the tests").digest()
ORIGIN = "countersign.example/audit"
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass
class Stored:
    """One entry with its fields. Whoever breaks in may put anything anywhere."""

    columns: dict[str, Any]
    header: Any
    prev: Any
    hash: Any
    mac: Any
    fields: list[StoredField]

    @property
    def chain(self) -> Any:
        return self.columns["chain"]

    @property
    def seq(self) -> Any:
        return self.columns["seq"]

    @property
    def row(self) -> Row:
        return Row(self.chain, self.seq, self.header, self.prev, self.hash, self.mac)


@dataclass
class Record:
    """All tables, and the checkpoints that somebody else keeps."""

    entries: list[Stored] = field(default_factory=list[Stored])
    leaves: dict[int, Stored] = field(default_factory=dict[int, Stored])
    checkpoints: list[Any] = field(default_factory=list[Any])
    anchors: list[str] = field(default_factory=list[str])

    def of(self, chain: str) -> list[Stored]:
        return [entry for entry in self.entries if entry.chain == chain]

    def write(self, chain: str, entry: Entry) -> Stored:
        """Append an entry as the bot does."""
        seq, prev = next(((last.seq, last.hash) for last in self.of(chain)[::-1]), (0, genesis(chain)))
        sealed = seal(
            entry,
            chain=chain,
            seq=seq + 1,
            prev=prev,
            writer=f"host-of-{chain}/build-2",
            key=KEY,
            salt_for=lambda: hashlib.sha256(f"{chain}{seq}".encode()).digest()[:16],
            run=chain,
        )
        self.entries.append(stored(sealed))
        return self.entries[-1]

    def grow_tree(self) -> None:
        """Give every entry its leaf and write a checkpoint, as the sealer does."""
        for entry in self.entries:
            if not any(entry is leaf for leaf in self.leaves.values()):
                self.leaves[len(self.leaves)] = entry
        self.checkpoints.append(self.checkpoint())

    def checkpoint(self, key: bytes = KEY) -> str:
        tree = Frontier().extend(entry.hash for entry in self.leaves.values())
        return write_checkpoint(origin=ORIGIN, size=tree.size, root=tree.root, key=key)

    def sorted_rows(self) -> list[Row]:
        return sorted((entry.row for entry in self.entries), key=lambda row: (str(row.chain), str(row.seq)))

    def sorted_leaves(self) -> list[Leaf]:
        """The leaves joined with the entries that are still there."""
        here = {id(entry) for entry in self.entries}
        return [Leaf(n, entry.hash if id(entry) in here else None) for n, entry in sorted(self.leaves.items())]

    def exported(self) -> list[Exported]:
        numbers = {id(entry): n for n, entry in self.leaves.items()}
        entries = sorted(self.entries, key=lambda entry: (entry.chain, entry.seq))
        return [(entry.row._replace(leaf=numbers.get(id(entry))), entry.fields) for entry in entries]

    def subtree(self) -> Subtree:
        return subtrees(lambda n: self.leaves[n].hash)

    def erase(self, subject: str) -> None:
        """Take the fields about somebody, and say so, as the erase command does."""
        taken = [
            (entry, n, each) for entry in self.entries for n, each in enumerate(entry.fields) if each.subject == subject
        ]
        erasure = self.write("system", a_bare_entry(EntryKind.ERASE_APPLIED, count=len(taken)))
        by = reference("system", erasure.seq)
        for entry, n, each in taken:
            entry.fields[n] = each._replace(salt=None, value_json=None, erased_by=by)

    def problems(self, key: bytes | None = KEY) -> list[Problem]:
        """What all passes find."""
        erasures = {
            reference(entry.chain, entry.seq): entry.columns.get("count", 0)
            for entry in self.entries
            if entry.columns.get("kind") == EntryKind.ERASE_APPLIED
        }
        keys: KeyAt | None = None if key is None else lambda _: key
        kept = [Witness("the database", text) for text in self.checkpoints]
        kept += [Witness("the anchor", text) for text in self.anchors]
        return [
            *verify_chain(self.sorted_rows(), keys=keys),
            *verify_contents(
                (Content(entry.columns, entry.header, entry.fields) for entry in self.entries), erasures=erasures
            ),
            *verify_tree(self.sorted_leaves(), kept, origin=ORIGIN, keys=keys),
        ]


def stored(sealed: Sealed) -> Stored:
    fields = [StoredField(*each, None) for each in sealed.fields]
    return Stored(dict(sealed.columns), sealed.header, sealed.prev, sealed.hash, sealed.mac, fields)


def a_bare_entry(kind: EntryKind, **notes: Note) -> Entry:
    return Entry(kind, NOON, ActorKind.SYSTEM, "bot", notes=notes)


def a_full_entry(n: int) -> Entry:
    return Entry(
        EntryKind.MODEL_ASKED,
        NOON + timedelta(seconds=n),
        ActorKind.MODEL,
        "rehearsal",
        step="triage",
        attempt=n + 1,
        notes={"model": "rehearsal", "outcome": "stop", "cost_micros": n},
        fields=(
            Field("question", f"Where is order {n}?", FieldKind.PII, f"customer:{n}"),
            Field("answer", {"category": "billing", "n": n}),
        ),
    )


def a_young_record() -> Record:
    """Two runs; six entries in the tree with one checkpoint."""
    record = Record()
    for n in range(3):
        record.write("run:a", a_full_entry(n))
        record.write("run:b", a_full_entry(10 + n))
    record.grow_tree()
    return record


def a_record() -> Record:
    """The same later: eleven entries in the tree with two checkpoints and an anchor, and four not yet in it."""
    record = a_young_record()
    record.write("run:a", a_full_entry(3))
    record.write("run:b", a_full_entry(13))
    record.erase("customer:1")
    record.write("run:b", a_full_entry(14))
    record.write("system", a_bare_entry(EntryKind.BOOT))
    record.grow_tree()
    record.anchors = record.checkpoints[-1:]
    record.write("run:a", a_full_entry(4))
    record.write("run:b", a_full_entry(15))
    record.write("run:c", a_full_entry(20))
    record.write("system", a_bare_entry(EntryKind.EXPORT_MADE, count=3))
    return record


def recompute(entries: list[Stored], key: bytes) -> None:
    """Hash, link and sign the entries of one chain anew, as somebody would who knows how it is done."""
    before = entries[0].prev
    for entry in entries:
        commitments = json.loads(entry.header).get("fields", {})
        entry.header = header_of({k: v for k, v in entry.columns.items() if v is not None}, commitments)
        entry.prev, entry.hash = before, entry_hash(before, entry.header)
        before, entry.mac = entry.hash, mac_of(entry.hash, key)


def finders(problems: Iterable[Problem]) -> str:
    """Which passes found something: `chain`, `mac`, `contents`, `tree` (by our own checkpoints), `anchor`."""
    found = {finder(problem) for problem in problems}
    return " ".join(each for each in ("chain", "mac", "contents", "tree", "anchor") if each in found)


def finder(problem: Problem) -> str:
    match problem.kind:
        case ProblemKind.MAC:
            return "mac"
        case ProblemKind.NUMBER | ProblemKind.LINK | ProblemKind.HASH:
            return "chain"
        case ProblemKind.UNREADABLE:
            return "contents" if "header" in problem.sentence else "chain"
        case ProblemKind.ROOT | ProblemKind.BEHIND | ProblemKind.CHECKPOINT | ProblemKind.LEAF:
            return "anchor" if "the anchor" in problem.sentence else "tree"
        case _:
            return "contents"
