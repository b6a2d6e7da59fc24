"""What golden cases come to: per field how many are right, what that is worth, and whether a new version is worse."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.attempt import Attempt
from bot.domain.chance import wilson
from bot.domain.comparing import Compared, Match
from bot.domain.outcome import is_unbilled


@dataclass(frozen=True, slots=True)
class Measured:
    """One `ask` of one case, asked and compared."""

    case: str
    step: str
    side: str
    """Which of the versions answered: `now`, `version 3`, `draft.md`."""
    fields: tuple[Compared, ...]
    attempts: tuple[Attempt, ...] = ()
    confidence: int | None = None
    doubts: tuple[str, ...] = ()
    handed_over: bool = False
    """In a run, a person would have filled it in."""
    text: str = ""
    """What kept the model from answering, where it gave nothing usable."""
    rehearsed: bool = False

    @property
    def exact(self) -> bool:
        return all(one.match is Match.EXACT for one in self.fields)

    @property
    def latency_ms(self) -> int | None:
        """How long all its calls took; None where one does not say."""
        known = [one.latency_ms for one in self.attempts if one.latency_ms is not None]
        return sum(known) if known and len(known) == len(self.attempts) else None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a field came out how."""

    counts: Mapping[Match, int] = field(default_factory=Counter[Match])

    @property
    def of(self) -> int:
        return sum(self.counts.values())

    def __getitem__(self, match: Match) -> int:
        return self.counts.get(match, 0)

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which shares the true share of exact answers is, as far as so few cases can say."""
        return wilson(self[Match.EXACT], self.of)


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a step, on each side."""

    step: str
    field: str
    tallies: tuple[Tally, ...]
    """In the order of the sides."""

    @property
    def worse(self) -> bool:
        """Whether the last side is worse than the first beyond chance."""
        first, last = self.tallies[0], self.tallies[-1]
        return bool(first.of and last.of) and last.bounds[1] < first.bounds[0]


@dataclass(frozen=True, slots=True)
class Turned:
    """A field of a case that came out otherwise with the other version."""

    case: str
    step: str
    field: str
    before: Match
    after: Match

    @property
    def better(self) -> bool:
        return _RANK[self.after] > _RANK[self.before]


_RANK = {Match.WRONG: 0, Match.DOUBT: 1, Match.CLOSE: 2, Match.EXACT: 3}


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls have cost: what is known, and how many did not say."""

    micros: int
    unknown: int


def rows_of(measured: Sequence[Measured], sides: Sequence[str]) -> tuple[Row, ...]:
    """A row for each field of each step, in the order in which they were met."""
    counts: dict[tuple[str, str], dict[str, Counter[Match]]] = {}
    for one in measured:
        for compared in one.fields:
            by_side = counts.setdefault((one.step, compared.field), {side: Counter[Match]() for side in sides})
            by_side[one.side][compared.match] += 1
    return tuple(
        Row(step, name, tuple(Tally(by_side[side]) for side in sides)) for (step, name), by_side in counts.items()
    )


def turned(measured: Sequence[Measured], before: str, after: str) -> tuple[Turned, ...]:
    """Every field of every case that came out better or worse, where both sides were measured."""
    old = {(one.case, one.step): one for one in measured if one.side == before}
    pairs = [(old[one.case, one.step], one) for one in measured if one.side == after and (one.case, one.step) in old]
    return tuple(
        Turned(now.case, now.step, one.field, one.match, other.match)
        for was, now in pairs
        for one, other in zip(was.fields, now.fields, strict=True)
        if one.match is not other.match
    )


def regressions(rows: Sequence[Row], changes: Sequence[Turned], *, strict: bool) -> tuple[str, ...]:
    """Why a new version must not be taken over, one sentence each."""
    found = [f"{row.step}.{row.field} is worse beyond chance." for row in rows if row.worse]
    if strict:
        lost = [one for one in changes if one.before is Match.EXACT and one.after is Match.WRONG]
        found += [f"{one.case}: {one.step}.{one.field} was exact, and is wrong now." for one in lost]
    return tuple(found)


def spent(measured: Iterable[Measured]) -> Spent:
    """What it cost. What nobody knows is counted, and never taken for nothing."""
    calls = [one for each in measured for one in each.attempts]
    unknown = sum(one.cost_micros is None and not is_unbilled(one.outcome) for one in calls)
    return Spent(sum(one.cost_micros or 0 for one in calls), unknown)


def spread(times: Iterable[int | None]) -> tuple[int, int] | None:
    """The median, and what 95 of 100 stay below; None where no time is known."""
    known = sorted(one for one in times if one is not None)
    if not known:
        return None
    return known[(len(known) - 1) // 2], known[math.ceil(len(known) * 0.95) - 1]
