"""Every way through a workflow that ships, and which of them the plays of its tests leave out."""

from bot.domain.paths import Outcome, walk
from bot.domain.run import Run, RunState, StepStatus
from bot.domain.workflow import Decide, Definition
from bot.testing import Play
from tests.workflows.shipped import terms_of


def not_played(workflow: str, *plays: Play) -> set[str]:
    """What the checks know and none of these runs took: ways, by their steps, and what a choice may come to.

    A run that did not come to the end of a way that the checks know is refused.
    """
    definition = terms_of(workflow).definition
    ways, choices = _known(definition)
    for played in plays:
        way = _gone(played.run, definition)
        assert _is_over(played.run), f"It has not come to its end: {way}."
        assert way in ways, f"The checks know no way like this: {way}."
    return (ways | choices).difference(*(_taken(played.run, definition) for played in plays))


def _known(definition: Definition) -> tuple[set[str], set[str]]:
    paths = [[visit for visit in path if visit.outcome is not Outcome.SKIPPED] for path in walk(definition)]
    choices = {f"{visit.step}: {visit.member}" for path in paths for visit in path if visit.member}
    return {_way(*(visit.step for visit in path)) for path in paths}, choices


def _taken(run: Run, definition: Definition) -> set[str]:
    choices = [step.name for step in definition.steps if isinstance(step.node, Decide)]
    chosen = {f"{name}: {run.value(name)}" for name in choices if run.value(name) is not None}
    return {_gone(run, definition), *chosen}


def _is_over(run: Run) -> bool:
    """Whoever is asked and lets it pass ends a way, too: the run is parked, and their step is never given."""
    asked = any(step.status is StepStatus.ASKED for step in run.steps.values())
    return run.state in (RunState.DONE, RunState.STOPPED) or (run.state is RunState.PARKED and asked)


def _gone(run: Run, definition: Definition) -> str:
    """The way of a run; steps of its own, such as the lookups before an action, are not on it."""
    been = [name for name, step in run.steps.items() if step.status is not StepStatus.SKIPPED]
    return _way(*(name for name in been if name in definition.names()))


def _way(*steps: str) -> str:
    return " → ".join(steps)
