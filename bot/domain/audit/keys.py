"""Which key vouches for which entries. A record begins with one, and a later one is named by an entry under the last.

That entry is the last one its key has written: whatever stands behind it in the tree is under the next key. So a key
that was rotated out vouches for what stands before, and whoever holds it can add nothing to it.
"""

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.audit.checkpoint import origin_of

KEY_BYTES = 32

KeyAt = Callable[[int | None], bytes | None]
"""The key that vouches for a place in the tree, or for what has none yet; None where that key is not at hand."""


def mark_of(key: bytes) -> str:
    """What a key is called where it may not stand itself; it gives nothing away."""
    return hashlib.sha256(b"audit key mark" + key).hexdigest()[:32]


def short(mark: object) -> str:
    """A mark as people read it."""
    return str(mark)[:8]


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one record that are at hand, the newest last."""

    record: str
    """The name of the record, which its checkpoints carry. It stays when the key is rotated;"""
    names: bytes = field(repr=False)
    """so does what pseudonyms are made with."""
    signing: tuple[bytes, ...] = field(repr=False)
    aside: tuple[bytes, ...] = field(default=(), repr=False)
    """Keys that this database does not go by: a rotation was interrupted, or undone by putting an older copy back."""

    def get(self, mark: object) -> bytes | None:
        return next((key for key in (*self.signing, *self.aside) if mark_of(key) == mark), None)

    def after(self, mark: object) -> tuple[bytes, ...]:
        """The keys that are newer than this one."""
        marks = [*map(mark_of, self.signing)]
        return self.signing[marks.index(str(mark)) + 1 :] if mark in marks else ()

    def first(self) -> bytes | None:
        """The key that the record is named by, where it is still there."""
        return next((key for key in self.signing if origin_of(key) == self.record), None)


def first_keys(key: bytes) -> Keys:
    """The keys of a record that begins with this one."""
    return Keys(origin_of(key), hmac.digest(key, b"pseudonym/v1", "sha256"), (key,))


class Rotation(NamedTuple):
    """An entry that names the next key, as stored, with its place in the tree: what it says may be anything."""

    seq: object
    leaf: int
    old: object
    new: object


class Span(NamedTuple):
    """What one key vouches for: leaves from this one on, up to the next span."""

    since: int
    mark: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a database tells of its keys."""

    rotations: tuple[Rotation, ...]
    """In the order of the tree; what stands in no tree names no key."""
    current: str
    """The mark of the key that it goes on with."""
    begun: int = 0
    """The first leaf that was not pruned."""

    def spans(self, first: str | None = None) -> tuple[Span, ...]:
        """Which key is to vouch for what; from the beginning on, `first`, where that is known better."""
        told = self.rotations[0].old if self.rotations else self.current
        later = [Span(leaf + 1, str(new)) for _, leaf, _, new in self.rotations]
        return (Span(self.begun, first or str(told)), *later)


def spans_of(told: Told, keys: Keys) -> tuple[Span, ...]:
    """Which key is to vouch for what. A beginning that claims to be under an unknown key is held against the first."""
    claimed = told.spans()
    first = keys.first()
    if first is None or told.begun or keys.get(claimed[0].mark):
        return claimed
    return told.spans(mark_of(first))


def key_at(spans: Sequence[Span], keys: Keys) -> KeyAt:
    """The key for each place; none for what was pruned."""
    begins, known = [span.since for span in spans], [None, *(keys.get(span.mark) for span in spans)]
    if begins == [0]:
        return lambda _: known[1]
    return lambda leaf: known[-1] if leaf is None else known[bisect_right(begins, leaf)]


class Doubt(NamedTuple):
    """Something about the keys that is not as it should be."""

    is_change: bool
    """Whether somebody must have changed the record; else something is missing."""
    sentence: str


def doubts_about(told: Told, spans: Sequence[Span], keys: Keys) -> Iterator[Doubt]:
    """Whether each key was named by the one before, and is there; and whether one is there that nobody named."""
    expected = spans[0].mark
    for seq, _, old, new in told.rotations:
        if old != expected:
            yield Doubt(True, f"Entry {seq} of system names another key before it than was in use.")
        expected = str(new)
    if expected != told.current:
        goes_on = f"with the key {short(told.current)}" if told.current else "without saying with which key"
        yield Doubt(True, f"The database goes on {goes_on}; it should be {short(expected)}.")
    yield from _missing(spans, keys)
    named = {span.mark for span in spans}
    older = keys.after(spans[0].mark) if keys.get(spans[0].mark) else keys.signing
    for stray in (mark_of(key) for key in older if mark_of(key) not in named):
        says = "a rotation was interrupted, the database is an older copy, or somebody has added it"
        yield Doubt(False, f"The key {short(stray)} is there, and no entry names it: {says}.")


def _missing(spans: Sequence[Span], keys: Keys) -> Iterator[Doubt]:
    ends = [f"to {span.since:,}" for span in spans[1:]] + ["on"]
    for (since, mark), end in zip(spans, ends, strict=True):
        if keys.get(mark) is None:
            entries = f"Entries from {since + 1:,} on" if end == "on" else f"Entries {since + 1:,} {end}"
            yield Doubt(False, f"{entries} cannot be checked for who wrote them: the key {short(mark)} is missing.")
