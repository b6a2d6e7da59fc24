"""A change of routing tables, tried against past runs: who would have got something else?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.plain import Plain
from bot.domain.routing.table import Table, names_of, rule_for

MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Routed:
    """What a past run was routed by, and to whom."""

    run: str
    table: str
    fact: Mapping[str, Plain]
    to: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A past run that would go to somebody else."""

    run: str
    was: str
    now: tuple[str, ...]
    """Whoever would be next in turn of these."""
    rule: str


def elsewhere(before: Mapping[str, Table], after: Mapping[str, Table], past: Routed) -> Elsewhere | None:
    """Where a past run would go; None where whoever got it could get it still.

    Who stood in for people that were away got it by no rule: that is the same while the rule names the same people.
    """
    if past.table not in after:
        return None
    rule = rule_for(after[past.table], past.fact)
    names = names_of(rule, past.fact)
    then = names_of(rule_for(before[past.table], past.fact), past.fact) if past.table in before else ()
    stood_in = past.to not in then and {*names} == {*then}
    if past.to in names or stood_in:
        return None
    return Elsewhere(past.run, past.to, tuple(dict.fromkeys(names)), rule.name)


def tried(before: Mapping[str, Table], after: Mapping[str, Table], past: Sequence[Routed]) -> tuple[str, ...]:
    """What a change would have meant, in lines for whoever is about to save it."""
    runs = len({one.run for one in past})
    if not runs:
        return ("No past run has gone by these tables, so the change could not be tried.",)
    moved = [found for one in past if (found := elsewhere(before, after, one)) is not None]
    if not moved:
        return (f"Of the last {_runs(runs)}, none would go to somebody else.",)
    return (f"Of the last {_runs(runs)}, {len({one.run for one in moved})} would go to somebody else:", *_lines(moved))


def _lines(moved: Sequence[Elsewhere]) -> list[str]:
    alike: dict[tuple[str, tuple[str, ...], str], list[str]] = defaultdict(list)
    for one in moved:
        alike[one.was, one.now, one.rule].append(one.run)
    most = sorted(alike.items(), key=lambda item: -len(item[1]))
    lines = [
        f"{len(runs)} from {was} to {' or '.join(now)}, by “{rule}”; such as {runs[0]}"
        for (was, now, rule), runs in most[:MOST_LINES]
    ]
    rest = sum(len(runs) for _, runs in most[MOST_LINES:])
    return [*lines, f"and {rest} more"] if rest else lines


def _runs(count: int) -> str:
    return "run" if count == 1 else f"{count} runs"
