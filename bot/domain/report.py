"""What a workflow has come to, folded from its record: each figure with what it is a share of.

A figure that nothing defines is left out: no runs have no acceptance, which is something else than 0 %.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never

from bot.domain.calibration import Learned

NO_WORDS = "no reason given"
"""What a reason is counted as where nobody gave one."""


# --- what the record was found to say, and how often ----------------------------------------------------------------


class Verdicts(StrEnum):
    """How people have left a gate."""

    APPROVED = "approved"
    REJECTED = "rejected"
    TAKEN_OVER = "taken over"
    NONE = ""
    """Nobody has decided it, or a policy did."""


@dataclass(frozen=True, slots=True)
class RunsSeen:
    """Runs that stand alike."""

    outcome: str
    """`done`, `stopped`, `cancelled`, `failed`, `undone`; `running`, `waiting` or `parked` where it has not ended."""
    seconds: int | None = None
    """From the start to the end."""
    times: int = 1
    asked: int = 0
    """How many of them asked a model."""
    cost_micros: int = 0
    """What that cost, of all of them together."""
    incidents: int = 0
    """How many incidents were declared on them."""


@dataclass(frozen=True, slots=True)
class GatesSeen:
    """Gates that went alike."""

    verdict: Verdicts
    unchanged: bool = False
    """Whether what was decided is what was proposed first."""
    escalated: bool = False
    abandoned: bool = False
    """Whether somebody opened a form of it and closed it again."""
    seconds: int | None = None
    """From when its card was first shown to the first verdict of a person."""
    times: int = 1


@dataclass(frozen=True, slots=True)
class FieldsSeen:
    """One field of what was proposed, or of what a model said."""

    step: str
    field: str
    changed: bool
    """Whether people changed it; else it was shown to them."""
    times: int = 1


class Act(StrEnum):
    """What people give a reason for."""

    REJECTED = "rejected"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class ReasonsSeen:
    """One reason for one kind of verdict."""

    act: Act
    reason: str
    times: int = 1


Seen: TypeAlias = RunsSeen | GatesSeen | FieldsSeen | ReasonsSeen


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many."""

    of: int
    among: int

    def __post_init__(self) -> None:
        if self.among < 1:
            raise ValueError("A share of nothing is not a figure; leave it out.")

    @property
    def percent(self) -> int:
        return round(100 * self.of / self.among)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: half of the times at most the median, nine of ten at most `p90`."""

    median: timedelta
    p90: timedelta
    of: int
    """How many times there are."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the model cost."""

    micros: int
    among: int
    """How many runs asked it."""

    @property
    def per_run(self) -> int:
        """In millionths, to the nearest."""
        return round(self.micros / self.among)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of the runs that one workflow started in a time."""

    workflow: str
    since: datetime
    until: datetime
    started: int = 0
    runs: Mapping[str, Ratio] = field(default_factory=dict[str, Ratio])
    """By outcome, among all that were started."""
    acceptance: Ratio | None = None
    """Approved as it was proposed, among what people decided."""
    corrections: Mapping[str, Ratio] = field(default_factory=dict[str, Ratio])
    """By `step.field`: changed by people, among the times it was shown; the most often changed first."""
    rejections: Mapping[str, Ratio] = field(default_factory=dict[str, Ratio])
    """By reason, among all rejections."""
    escalated: Ratio | None = None
    """Gates that were escalated, among those that opened."""
    escalations: Mapping[str, Ratio] = field(default_factory=dict[str, Ratio])
    """By category, among all escalations."""
    abandoned: Ratio | None = None
    """Gates of which somebody closed a form again, among those that opened."""
    cycle: Spread | None = None
    """From start to end."""
    response: Spread | None = None
    """From when a card was first shown to the first verdict of a person."""
    cost: Cost | None = None
    incidents: Ratio | None = None
    """Incidents that were declared, and among how many runs."""
    learned: tuple[Learned, ...] = ()
    """What is known of how sure its models say they are: of all time, not of this one."""


# --- the fold -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sums:
    """What has been added up so far."""

    runs: Counter[str] = field(default_factory=Counter[str])
    cycles: Counter[int] = field(default_factory=Counter[int])
    asked: int = 0
    cost_micros: int = 0
    incidents: int = 0
    gates: int = 0
    decided: int = 0
    unchanged: int = 0
    escalated: int = 0
    abandoned: int = 0
    responses: Counter[int] = field(default_factory=Counter[int])
    shown: Counter[str] = field(default_factory=Counter[str])
    changed: Counter[str] = field(default_factory=Counter[str])
    reasons: Mapping[Act, Counter[str]] = field(default_factory=lambda: {act: Counter[str]() for act in Act})

    def take(self, seen: Seen) -> None:
        match seen:
            case RunsSeen():
                self._take_runs(seen)
            case GatesSeen():
                self._take_gates(seen)
            case FieldsSeen():
                (self.changed if seen.changed else self.shown)[f"{seen.step}.{seen.field}"] += seen.times
            case ReasonsSeen():
                self.reasons[seen.act][seen.reason or NO_WORDS] += seen.times
            case _:
                assert_never(seen)

    def _take_runs(self, seen: RunsSeen) -> None:
        self.runs[seen.outcome] += seen.times
        self.asked += seen.asked
        self.cost_micros += seen.cost_micros
        self.incidents += seen.incidents
        if seen.seconds is not None:
            self.cycles[seen.seconds] += seen.times

    def _take_gates(self, seen: GatesSeen) -> None:
        self.gates += seen.times
        self.escalated += seen.times * seen.escalated
        self.abandoned += seen.times * seen.abandoned
        if seen.verdict is not Verdicts.NONE:
            self.decided += seen.times
            self.unchanged += seen.times * (seen.unchanged and seen.verdict is Verdicts.APPROVED)
        if seen.seconds is not None:
            self.responses[seen.seconds] += seen.times


def fold(seen: Iterable[Seen], *, workflow: str, since: datetime, until: datetime) -> Report:
    """The figures. The order does not matter, nor whether what is alike comes at once or one by one."""
    sums = _Sums()
    for one in seen:
        sums.take(one)
    started = sums.runs.total()
    return Report(
        workflow=workflow,
        since=since,
        until=until,
        started=started,
        runs=_shares(sums.runs),
        acceptance=_ratio(sums.unchanged, sums.decided),
        corrections=_corrections(sums),
        rejections=_shares(sums.reasons[Act.REJECTED]),
        escalated=_ratio(sums.escalated, sums.gates),
        escalations=_shares(sums.reasons[Act.ESCALATED]),
        abandoned=_ratio(sums.abandoned, sums.gates),
        cycle=_spread(sums.cycles),
        response=_spread(sums.responses),
        cost=Cost(sums.cost_micros, sums.asked) if sums.asked else None,
        incidents=_ratio(sums.incidents, started),
    )


def _ratio(of: int, among: int) -> Ratio | None:
    return Ratio(of, among) if among else None


def _shares(counted: Counter[str]) -> dict[str, Ratio]:
    """Each as a share of all; the most frequent first."""
    return {name: Ratio(times, counted.total()) for name, times in _by_frequency(counted)}


def _by_frequency(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _corrections(sums: _Sums) -> dict[str, Ratio]:
    """What was never changed is worth knowing, too. What nobody was shown has no share."""
    changed = Counter({name: sums.changed[name] for name in sums.shown})
    return {name: Ratio(times, sums.shown[name]) for name, times in _by_frequency(changed)}


def _spread(times: Counter[int]) -> Spread | None:
    if not times:
        return None
    return Spread(_at(times, 50), _at(times, 90), times.total())


def _at(times: Counter[int], percent: int) -> timedelta:
    """The least time that so many per cent of all do not exceed."""
    wanted, so_far = -(-times.total() * percent // 100), 0
    for seconds, n in sorted(times.items()):
        so_far += n
        if so_far >= wanted:
            return timedelta(seconds=seconds)
    raise AssertionError("unreachable: the last one is there")
