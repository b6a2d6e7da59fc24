"""For which runs an event is that ends a wait: those that began with the same, as far as both say it."""

from collections.abc import Mapping

from bot.domain.plain import Plain
from bot.domain.run import Run, StepStatus


def is_expected(run: Run, step: str, *, trigger: str, event: Mapping[str, Plain]) -> bool:
    """Whether a run waits at this step for such an event: every field that it shares with what began the run agrees."""
    state, began = run.steps.get(step), run.value(trigger)
    if run.ended or state is None or state.status is not StepStatus.WAITING or not isinstance(began, dict):
        return False
    shared = began.keys() & event.keys()
    return bool(shared) and all(began[name] == event[name] for name in shared)
