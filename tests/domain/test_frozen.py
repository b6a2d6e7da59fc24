"""What is changed by `frozen.replace` is what `dataclasses.replace` makes of it, and the original stays as it was."""

import copy
import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.frozen import replace
from bot.domain.person import ActorKind
from bot.domain.run import Action, ActionStatus, Ask, Gate, Question, Run, RunState, StepState, StepStatus
from tests.made import credit_run

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUN = credit_run().run
(GATE,) = RUN.gates.values()

CHANGES: tuple[tuple[Any, dict[str, Any]], ...] = (
    (RUN, {"state": RunState.PARKED, "reason": "Look here."}),
    (GATE, {"expires_at": NOON, "editors": ("made/mia",)}),
    (RUN.steps[GATE.step], {"status": StepStatus.FAILED}),
    (RUN.pins, {"steps": {"ticket": "other"}}),
    (Action("sent", 0, GATE.proposals[0], "key"), {"status": ActionStatus.BEGUN, "begun_at": NOON}),
    (Question("asked", Ask.INQUIRE, "owner", "Why?", NOON), {"remind_at": NOON}),
    (Entry(EntryKind.RUN_STARTED, NOON, ActorKind.USER, "made/sam"), {"notes": {"state": "running"}}),
)
each = pytest.mark.parametrize(("whole", "changes"), CHANGES, ids=[type(whole).__name__ for whole, _ in CHANGES])


@each
def test_it_gives_what_the_library_gives(whole: Any, changes: dict[str, Any]) -> None:
    assert replace(whole, **changes) == dataclasses.replace(whole, **changes)
    assert replace(whole) == whole


@each
def test_the_original_stays_as_it_was(whole: Any, changes: dict[str, Any]) -> None:
    before = copy.copy(whole)
    fresh = replace(whole, **changes)
    assert (whole, type(fresh)) == (before, type(whole))
    assert fresh != whole


@pytest.mark.parametrize("kind", [Run, Gate, StepState, Action, Question, Entry])
def test_nobody_changes_it_in_place(kind: Any) -> None:
    fresh = replace(next(whole for whole, _ in CHANGES if type(whole) is kind))
    field = dataclasses.fields(kind)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(fresh, field, "other")
