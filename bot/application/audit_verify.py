"""Verify the record: every pass over what is stored, with one verdict.

The passes are those of `bot.domain.audit`; here they are fed, joined with what other tables say (where chains end,
where runs stand, which entries are in the tree), and held against the checkpoints that somebody else keeps.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.application.audit_walk import Walk
from bot.domain.audit.anchor import written_at
from bot.domain.audit.chain import stamp
from bot.domain.audit.checkpoint import read_checkpoint
from bot.domain.audit.entry import EntryKind
from bot.domain.audit.keys import KeyAt, Keys, Span, doubts_about, key_at, spans_of
from bot.domain.audit.tree import Frontier
from bot.domain.audit.verify import GAPS, Problem, ProblemKind, Witness, verify_chain, verify_tree
from bot.domain.plain import Unreadable
from bot.ports.record import Event, Kept, Pruned, Record

HERE = "the database"
"""Where our own checkpoints are kept, in sentences."""

LAG = timedelta(minutes=10)
"""How long an entry may wait for the tree before that is a gap: ten times as long as it takes."""

ORDERED = "ordered"
"""The outcome of a restore that somebody asked for; one that was merely found explains nothing."""

MOST = 1000
"""So many problems are told; beyond that, they are counted."""


class Status(StrEnum):
    """What a verification comes to."""

    WHOLE = "whole"
    TAMPERED = "tampered"
    GAPS = "gaps"
    """Nothing was changed, and something is missing: entries that wait too long, or a time a restore took away."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and what was found."""

    problems: tuple[Problem, ...]
    """The first of them."""
    found: int
    entries: int
    chains: int
    sealed: int
    unsealed: int
    erased: int
    checkpoints: int
    anchors: int
    keyed: bool
    """Whether a key was there, without which nobody can say who wrote an entry."""
    spans: tuple[Span, ...]
    """Which key vouches for what."""
    status: Status


def verify(
    record: Record,
    *,
    keys: Keys | None,
    now: datetime,
    anchors: Sequence[Witness] = (),
    quick: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Everything there is to check; `quick` leaves out columns, fields, runs and what entries mean."""
    walk, events, pruned = Walk(record, quick=quick, progress=progress), [*record.events()], record.pruned()
    found, known = _Found(), _known(record, keys)
    found.take(_rules(record))
    found.take(known.problems)
    found.take(verify_chain(walk.rows(), keys=known.at, starts=pruned.starts))
    found.take(walk.problems)
    kept = [*record.checkpoints()]
    found.take(_checkpoints(kept, events, pruned))
    explained, lost = _explained(anchors, events)
    found.take(lost)
    witnesses = [Witness(HERE, str(one.note)) for one in kept] + explained
    origin = _origin(keys, kept)
    found.take(verify_tree(record.leaves(), witnesses, origin=origin, keys=known.at, kept=pruned.tree))
    loose = _Loose(record, now)
    found.take(loose.problems())
    return Verdict(
        problems=tuple(found.first),
        found=found.count,
        entries=walk.entries,
        chains=walk.chains,
        sealed=record.sealed() + pruned.tree.size,
        unsealed=loose.count,
        erased=walk.erased,
        checkpoints=len(kept),
        anchors=len(anchors),
        keyed=keys is not None,
        spans=known.spans,
        status=found.status,
    )


class _Found:
    """Problems as they come: the first ones whole, all of them counted."""

    def __init__(self) -> None:
        self.first = list[Problem]()
        self.count = 0
        self.status = Status.WHOLE

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.count += 1
            if len(self.first) < MOST:
                self.first.append(problem)
            if problem.kind not in GAPS:
                self.status = Status.TAMPERED
            elif self.status is Status.WHOLE:
                self.status = Status.GAPS


class _Known(NamedTuple):
    """What is known of the keys: which one vouches for what, and what is wrong with that."""

    at: KeyAt | None = None
    spans: tuple[Span, ...] = ()
    problems: tuple[Problem, ...] = ()


def _known(record: Record, keys: Keys | None) -> _Known:
    if keys is None:
        return _Known()
    told = record.keys()
    spans = spans_of(told, keys)
    doubts = doubts_about(told, spans, keys)
    kinds = {True: ProblemKind.KEY, False: ProblemKind.KEY_IN_DOUBT}
    return _Known(key_at(spans, keys), spans, tuple(Problem(kinds[one.is_change], one.sentence) for one in doubts))


def _origin(keys: Keys | None, kept: Sequence[Kept]) -> str:
    """Whose checkpoints these must be; without a key, whose the last one says it is."""
    if keys is not None or not kept:
        return keys.record if keys else ""
    try:
        return read_checkpoint(str(kept[-1].note)).origin
    except Unreadable:
        return ""


def _rules(record: Record) -> Iterator[Problem]:
    for name in record.missing_rules():
        says = f"The rule {name}, which keeps the record append-only, is gone or changed."
        yield Problem(ProblemKind.RULES, says)


def _checkpoints(kept: Iterable[Kept], events: Sequence[Event], pruned: Pruned) -> Iterator[Problem]:
    """Each checkpoint is as it was written, an entry speaks of it, and none of which one speaks is gone."""
    sealed = {(event.size, event.digest) for event in events if event.kind == EntryKind.CHECKPOINT_SEALED.value}
    for one in kept:
        size, here = one.size, (one.size, one.root.hex() if isinstance(one.root, bytes) else None)
        if not _says(one.note, here, one.at) or here not in sealed:
            yield Problem(ProblemKind.CHECKPOINT, f"The checkpoint of {size} entries is not as it was written.")
        sealed.discard(here)
    for said_size, _ in sealed:
        if said_size is None or said_size >= pruned.tree.size:
            yield Problem(ProblemKind.CHECKPOINT, f"The checkpoint of {said_size} entries is gone.")
    prunes = [event for event in events if event.kind == EntryKind.PRUNE_APPLIED.value]
    said = (prunes[-1].size, prunes[-1].digest) if prunes else (0, Frontier().root.hex())
    if said != (pruned.tree.size, pruned.tree.root.hex()):
        says = f"The first {pruned.tree.size} entries are gone; the record says {said[0]} were pruned."
        yield Problem(ProblemKind.ERASURE, says)


def _says(note: object, here: tuple[object, object], at: object) -> bool:
    try:
        checkpoint = read_checkpoint(str(note))
    except Unreadable:
        return False
    return (checkpoint.size, checkpoint.root.hex()) == here and written_at(str(note)) == at


def _explained(anchors: Iterable[Witness], events: Iterable[Event]) -> tuple[list[Witness], list[Problem]]:
    """The checkpoints that must hold here, and those of a time that a restore took away, as problems."""
    restores = [e for e in events if e.kind == EntryKind.RESTORE.value and e.outcome == ORDERED]
    hold, lost = list[Witness](), dict[str, tuple[int, Event]]()
    for witness in anchors:
        restore = _taken_away(witness, restores)
        if restore is None:
            hold.append(witness)
        else:
            size = read_checkpoint(witness.text).size
            lost[witness.where] = max(lost.get(witness.where, (0, restore)), (size, restore), key=lambda one: one[0])
    return hold, [_lost(where, size, restore) for where, (size, restore) in lost.items()]


def _taken_away(witness: Witness, restores: Iterable[Event]) -> Event | None:
    try:
        size, at = read_checkpoint(witness.text).size, written_at(witness.text)
    except Unreadable:
        return None
    return next((one for one in restores if one.size is not None and one.size < size and at < str(one.at)), None)


def _lost(where: str, size: int, restore: Event) -> Problem:
    says = (
        f"{where} knows up to {size} sealed entries from before the restore of {restore.at} (entry {restore.seq} of"
        f" system), which went back to {restore.size}. What came between is not here any more."
    )
    return Problem(ProblemKind.LOST, says, "system", restore.seq)


class _Loose:
    """Entries outside the tree: the last few are on their way into it, others are a gap."""

    def __init__(self, record: Record, now: datetime) -> None:
        self.count = 0
        self._loose = record.loose()
        self._late = stamp(now - LAG)

    def problems(self) -> Iterator[Problem]:
        waiting = list[str]()
        for chain, seq, kind, at, overtaken in self._loose:
            self.count += 1
            if overtaken:
                says = f"Entry {seq} of {chain} is not in the tree, and later ones are."
                yield Problem(ProblemKind.UNSEALED, says, chain, seq)
            elif kind != EntryKind.CHECKPOINT_SEALED.value:  # which waits for whatever comes next
                waiting.append(str(at))
        since = min(waiting, default=self._late)
        if since < self._late:
            says = (
                f"{len(waiting)} entries wait to be sealed since {since}, and could be cut without a trace until then."
            )
            yield Problem(ProblemKind.UNSEALED, f"{says} Start the bot, or run `countersign audit checkpoint`.")
