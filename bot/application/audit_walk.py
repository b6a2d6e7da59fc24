"""One walk over every entry, chain by chain: what each entry, and each chain as a whole, must be like."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from bot.domain.audit.chain import reference
from bot.domain.audit.entry import EntryKind
from bot.domain.audit.semantics import senseless
from bot.domain.audit.verify import Content, Problem, ProblemKind, Row, is_whole, taken, uncovered, verify_content
from bot.ports.record import Head, Record

RUN = "run:"
"""Begins the name of a run's own chain."""

EVERY = 10_000
"""After so many entries, progress is told."""


class Line(NamedTuple):
    """An entry as far as it says where its run stands."""

    kind: str
    step: str | None
    notes: Mapping[str, object]


class Walk:
    """Gives the rows to whoever checks links and hashes, and looks at everything else as they pass."""

    def __init__(self, record: Record, *, quick: bool = False, progress: Callable[[int], None] | None = None) -> None:
        self.problems: list[Problem] = []
        self.entries = self.chains = self.erased = 0
        self._record, self._quick, self._progress = record, quick, progress
        self._starts = record.pruned().starts
        self._heads = record.heads(runs=not quick)
        self._head = next(self._heads, None)
        self._chain: object = self  # which is the name of no chain
        self._is_run = False
        self._last: Row | None = None
        self._lines = list[Line]()
        self._gone = Counter[str]()
        self._erasures = dict[str, int]()

    def rows(self) -> Iterator[Row]:
        """Every row, by chain and number; read to the end, the walk has seen everything."""
        for row, content in self._stored():
            if row.chain != self._chain:
                self._end_chain()
                self._begin_chain(row.chain)
            if content is not None:
                self._look_at(row, content)
            self._last = row
            self.entries += 1
            if self._progress is not None and self.entries % EVERY == 0:
                self._progress(self.entries)
            yield row
        self._end_chain()
        while self._head is not None:
            self._miss(self._head)
            self._head = next(self._heads, None)

    def _stored(self) -> Iterator[tuple[Row, Content | None]]:
        return ((row, None) for row in self._record.rows()) if self._quick else self._record.entries()

    def _look_at(self, row: Row, content: Content) -> None:
        columns = content.columns
        if not is_whole(content):
            self.problems += verify_content(content)
            self._gone.update(taken(content))
        kind, step = columns.get("kind"), columns.get("step")
        if kind == EntryKind.ERASE_APPLIED.value and isinstance(count := columns.get("count"), int):
            self._erasures[reference(row.chain, row.seq)] = count
        if self._is_run:
            self._lines.append(Line(str(kind), step if isinstance(step, str) else None, columns))

    # --- a chain as a whole ---------------------------------------------------------------------------------------

    def _begin_chain(self, chain: object) -> None:
        self.chains += 1
        self._chain, self._lines = chain, []
        self._is_run = str(chain).startswith(RUN)
        self._gone, self._erasures = Counter[str](), {}

    def _end_chain(self) -> None:
        last, name = self._last, str(self._chain)
        if last is None:
            return
        self.problems += uncovered(self._gone, self._erasures)
        self.erased += self._gone.total()
        head = self._head_of(name)
        if head is None or (head.seq, head.hash) != (last.seq, last.hash):
            ends = "is not known to anything here" if head is None else f"should end with entry {head.seq}"
            self._found(ProblemKind.HEAD, f"The chain {name} ends with entry {last.seq}, and {ends}.", name)
        if head is not None and self._is_run and not self._quick:
            self._look_at_run(head)

    def _look_at_run(self, head: Head) -> None:
        if head.fault:
            self._found(ProblemKind.ROW, f"The row of {head.chain} {head.fault}.", head.chain)
        if head.chain not in self._starts:
            for sentence in senseless(self._lines, head.run):
                self._found(ProblemKind.SENSE, f"{head.chain}: {sentence}", head.chain)

    def _head_of(self, chain: str) -> Head | None:
        while self._head is not None and self._head.chain < chain:
            self._miss(self._head)
            self._head = next(self._heads, None)
        if self._head is None or self._head.chain != chain:
            return None
        head, self._head = self._head, next(self._heads, None)
        return head

    def _miss(self, head: Head) -> None:
        if self._starts.get(head.chain) != (head.seq, head.hash):
            sentence = f"The chain {head.chain} should end with entry {head.seq}, and nothing of it is here."
            self._found(ProblemKind.HEAD, sentence, head.chain)

    def _found(self, kind: ProblemKind, sentence: str, chain: str) -> None:
        self.problems.append(Problem(kind, sentence, chain))
