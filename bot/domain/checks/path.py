"""What happens along each path: every action behind its gate, none twice, not too many, and a way back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.outsider import asked_outside
from bot.domain.checks.subject import Subject, proposals
from bot.domain.intent import Intent
from bot.domain.paths import MOST, Outcome, Path, Visit, taken, walk
from bot.domain.workflow import Act, AnyStep, Inquire, Propose, Review

_ALLOWED = frozenset({Outcome.APPROVED, Outcome.EDITED})


@dataclass(frozen=True, slots=True)
class Action:
    """One intent that a path carries out."""

    by: AnyStep
    """The `act` step."""
    proposed: AnyStep
    intent: type[Intent]


@dataclass(frozen=True, slots=True)
class Way:
    """One path with what it does."""

    visits: Mapping[str, Visit]
    actions: tuple[Action, ...]
    ungated: tuple[AnyStep, ...]
    """The `act` steps that come to pass without an approval."""

    def lives(self, step: AnyStep) -> bool:
        """Whether the path comes to a step and does not skip it."""
        visit = self.visits.get(step.name)
        return visit is not None and visit.outcome is not Outcome.SKIPPED


def check_paths(subject: Subject) -> Iterator[Finding]:
    paths = tuple(islice(walk(subject.definition), MOST + 1))
    ways = [_way(subject, path) for path in paths[:MOST]]
    if len(paths) > MOST:
        yield subject.at(
            subject.steps[0],
            Code.TOO_MANY_PATHS,
            f"The workflow can go more than {MOST:,} ways, which nobody can look through.",
            "Use fewer choices with fewer members, or start a second workflow with `each(...)`.",
        )
    for check in (_gates, _repeats, _ways_back):
        yield from dict.fromkeys(finding for way in ways for finding in check(subject, way))
    for count in (_limit, _people, _outcomes):
        yield from count(subject, ways)
    if len(paths) <= MOST:
        yield from _unreachable(subject, ways)


def _way(subject: Subject, path: Path) -> Way:
    visits = {visit.step: visit for visit in path}
    actions: list[Action] = []
    ungated: list[AnyStep] = []
    for step in subject.steps:
        if not isinstance(step.node, Act) or visits.get(step.name, _NOWHERE).outcome is not Outcome.DONE:
            continue
        gate = taken(step.node.approved, visits)
        if gate is None or not isinstance(gate.node, Review) or visits[gate.name].outcome not in _ALLOWED:
            ungated.append(step)
            continue
        actions.extend(_actions(step, gate.node))
    return Way(visits, tuple(actions), tuple(ungated))


def _actions(step: AnyStep, gate: Review) -> Iterator[Action]:
    for proposed in proposals(gate):
        if isinstance(proposed.node, Propose) and proposed.node.intent:
            yield Action(step, proposed, proposed.node.intent)


_NOWHERE = Visit("", Outcome.SKIPPED)


def _gates(subject: Subject, way: Way) -> Iterator[Finding]:
    for step in way.ungated:
        yield subject.at(
            step,
            Code.NO_GATE,
            f"“{step.name}” would be carried out without a gate.",
            "Let it take what a `review(...)` approved, on every path: `sent = act(approved)`.",
        )


def _repeats(subject: Subject, way: Way) -> Iterator[Finding]:
    first: dict[AnyStep, AnyStep] = {}
    for action in way.actions:
        earlier = first.setdefault(action.proposed, action.by)
        if earlier is not action.by:
            yield subject.at(
                action.by,
                Code.TWICE,
                f"“{action.by.name}” would carry out “{action.proposed.name}” again, after “{earlier.name}”.",
                "Carry out each intent once; build a second intent where a second change is meant.",
            )


def _limit(subject: Subject, ways: Sequence[Way]) -> Iterator[Finding]:
    most = subject.brief.limits.actions_per_run
    actions = max((way.actions for way in ways), key=len, default=())
    if len(actions) > most:
        yield subject.at(
            actions[most].by,
            Code.TOO_MANY_ACTIONS,
            f"One path carries out {len(actions)} actions, and the brief allows {most} in one run.",
            "Raise `actions_per_run` under [limits], or do less in one run.",
        )


def _people(subject: Subject, ways: Sequence[Way]) -> Iterator[Finding]:
    outside = asked_outside(subject)  # other people, who cannot be asked when a run is started
    gates = [step for step in subject.steps if isinstance(step.node, Review | Inquire) and step not in outside]
    asked = max((tuple(gate for gate in gates if way.lives(gate)) for way in ways), key=len, default=())
    if len(asked) > 1:
        yield subject.at(
            asked[1],
            Code.SEVERAL_GATES,
            f"On one path people are asked {len(asked)} times: {', '.join(f'“{gate.name}”' for gate in asked)}.",
            "Where it is possible, put the intents into one `plan(...)`, and ask for facts when a run is started.",
        )


def _ways_back(subject: Subject, way: Way) -> Iterator[Finding]:
    for action in way.actions[:-1]:
        if not action.intent.reversible():
            yield subject.at(
                action.proposed,
                Code.NO_WAY_BACK,
                f"“{action.proposed.name}” cannot be undone, and more is carried out after it.",
                "Carry it out last, or build it so that it can be taken back.",
            )


def _outcomes(subject: Subject, ways: Sequence[Way]) -> Iterator[Finding]:
    ends = {frozenset(action.intent.kind() for action in way.actions): way for way in ways if way.actions}
    for one in ends:
        other = next((other for other in ends if other.isdisjoint(one)), None)
        if other is not None:
            yield subject.at(
                ends[other].actions[0].by,
                Code.SEVERAL_OUTCOMES,
                f"The workflow has several outcomes: {' with '.join(sorted(one))}, or {' with '.join(sorted(other))}.",
                "One workflow has one outcome and one owner: consider one workflow for each.",
            )
            return


def _unreachable(subject: Subject, ways: Sequence[Way]) -> Iterator[Finding]:
    for step in subject.steps:
        if not any(way.lives(step) for way in ways):
            yield subject.at(
                step,
                Code.UNREACHABLE,
                f"No path comes to “{step.name}”: everything before it stops, or it is always skipped.",
                "Give the `stop` above it a condition (`when=`), or join alternatives with `either(...)`.",
            )
