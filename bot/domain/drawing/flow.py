"""A workflow as boxes and arrows: what each step does in a few words, and which step can follow which, and when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from typing import assert_never

from bot.domain.brief import Brief, DoneWhen, OnRejection
from bot.domain.brief.done_when import ReadAgain
from bot.domain.paths import LAST, MOST, Outcome, Path, walk
from bot.domain.proof import words_of_proof
from bot.domain.quantity import write_duration
from bot.domain.workflow import (
    Act,
    AnyStep,
    Ask,
    Choose,
    Decide,
    Definition,
    Each,
    Either,
    IdOf,
    Inquire,
    LookUp,
    PlanOf,
    Propose,
    Review,
    Stop,
    Trigger,
    Verb,
    Wait,
    members_of,
    named_inputs,
    verb_of,
)

END = ""
"""The name of the box in which every path that is not stopped ends; no step is called so."""


@dataclass(frozen=True, slots=True)
class Box:
    """One step, or the end."""

    name: str
    verb: Verb | None
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step can follow another; the label says when."""

    start: str
    end: str
    label: str
    weight: int
    """How many paths go this way."""


def boxes(definition: Definition, brief: Brief) -> tuple[Box, ...]:
    """A box for each step in order, and one for the end."""
    steps = [Box(step.name, verb_of(step.node), step.name, tuple(_lines(step, brief))) for step in definition.steps]
    return (*steps, Box(END, None, "done when", tuple(_proof(proof) for proof in brief.done_when)))


def _proof(proof: DoneWhen) -> str:
    return f"{proof.read}: {words_of_proof(proof)}" if isinstance(proof, ReadAgain) else f"{proof.found} is found"


def arrows(definition: Definition) -> tuple[Arrow, ...]:
    """What can follow what, over all paths, in the order of the steps."""
    paths: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in islice(walk(definition), MOST):
        for pair in _pairs(path):
            paths[pair].append(path)
    targets: dict[str, list[str]] = defaultdict(list)
    for start, end in paths:
        targets[start].append(end)
    names = [*definition.names(), END]
    order = sorted(paths, key=lambda pair: (names.index(pair[0]), names.index(pair[1])))
    return tuple(
        Arrow(start, end, _label(definition.step(start), end, targets[start], paths), len(paths[start, end]))
        for start, end in order
    )


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Each step of a path with the one after it, skipped ones left out."""
    lived = [visit for visit in path if visit.outcome is not Outcome.SKIPPED]
    yield from zip((visit.step for visit in lived), (visit.step for visit in lived[1:]), strict=False)
    if lived and lived[-1].outcome not in LAST:
        yield lived[-1].step, END


def _label(start: AnyStep, end: str, targets: list[str], paths: Mapping[tuple[str, str], list[Path]]) -> str:
    """When a step goes on to this target and not to another."""
    words = ["approved"] if isinstance(start.node, Review) else []
    if len(targets) > 1:
        chosen = {target: _chosen(paths[start.name, target]) for target in targets}
        for choice in chosen[end]:
            sets = [chosen[target].get(choice, frozenset()) for target in targets]
            if all(one.isdisjoint(other) for one, other in combinations(sets, 2)):
                members = _members(start, chosen[end][choice], sets)
                words.append(members if choice == start.name else f"{choice}: {members}")
                break
    return ", ".join(words)


def _chosen(paths: list[Path]) -> dict[str, frozenset[str]]:
    """Every choice, with the members that it has on these paths."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        for visit in path:
            if visit.outcome is Outcome.CHOSEN:
                found[visit.step].add(visit.member)
    return {choice: frozenset(members) for choice, members in found.items()}


def _members(start: AnyStep, mine: frozenset[str], sets: list[frozenset[str]]) -> str:
    most = max(map(len, sets))
    if len(mine) == most > 2 and [len(one) for one in sets].count(most) == 1:
        return "otherwise"
    order = [member for member in members_of(start) if member in mine] or sorted(mine)
    return ", ".join(order)


# --- what a step does, in a few words -----------------------------------------------------------------------


def _lines(step: AnyStep, brief: Brief) -> Iterator[str]:  # noqa: C901 one flat dispatch
    match step.node:
        case Trigger(fact=fact):
            yield f"starts with a {fact.__name__}"
        case LookUp(lookup=lookup):
            yield f"reads {lookup.kind}"
        case Ask(fact=fact):
            yield f"the model gives {fact.__name__}, from {_from(step)}"
        case Decide(of=_):
            yield f"by code, from {_from(step)}"
        case Stop(text=text):
            yield text
        case Propose(intent=intent):
            yield f"builds {intent.kind() if intent else 'an intent'}, from {_from(step)}"
        case PlanOf():
            yield f"in this order: {_from(step)}"
        case Review() as review:
            yield f"decided by {_who(review)}"
            yield from dict.fromkeys(_otherwise(group, brief) for group in _groups(review))
        case Act():
            yield "carries out what was approved, once"
        case Inquire(fact=fact, of=who):
            yield f"asks {who} for {fact.__name__}"
        case Wait(until=until, or_on=event):
            yield f"{until}, or until a {event.__name__} comes" if event else until
        case Each(start=start, cap=cap):
            yield f"starts {start} for each record, {cap} at most"
        case Either() | IdOf():
            yield ""
        case _:
            assert_never(step.node)


def _from(step: AnyStep) -> str:
    return ", ".join(dict.fromkeys(one.name for one in named_inputs(step))) or "nothing"


def _groups(review: Review) -> tuple[str, ...]:
    by = review.by
    return tuple(dict.fromkeys([*by.table.values(), by.otherwise])) if isinstance(by, Choose) else (by,)


def _who(review: Review) -> str:
    by = review.by
    if isinstance(by, str) or len(by.groups()) == 1:
        return by if isinstance(by, str) else by.otherwise
    members = {group: [one for one in by.table if by.table[one] == group] for group in _groups(review)}
    routed = (f"{group} ({', '.join(mine)})" for group, mine in members.items() if group != by.otherwise)
    return f"{', '.join(routed)}, else {by.otherwise}"


def _otherwise(name: str, brief: Brief) -> str:
    """What happens when a gate is not approved."""
    group = brief.reviewers.get(name)
    if group is None:
        return "nobody is named in the brief"
    needed = f"{group.needed} must agree; " if group.needed > 1 else ""
    expired = "escalated" if group.on_expiry == "escalate" else "rejected"
    rejected, time = _REJECTED[group.on_rejection], write_duration(group.expires_after)
    return f"{needed}rejected: {rejected}; no answer in {time}: {expired}"


_REJECTED = {
    OnRejection.STOP: "stops",
    OnRejection.REDRAFT: "drafted again",
    OnRejection.PARK: "the owner decides",
}
