"""What the record says of a trouble, counted from the end of it."""

from dataclasses import replace

import pytest

from bot.application.trouble import past_of
from bot.domain.audit.entry import EntryKind
from bot.domain.person import ActorKind
from bot.domain.run import RunState
from bot.domain.trouble import Past
from bot.ports.queries import Recorded
from bot.testing.play import MORNING
from tests.adapters.store.made import run_of
from tests.made import OLGA

STORY = (
    (EntryKind.RUN_STARTED, "running"),
    (EntryKind.RUN_PARKED, "parked"),
    (EntryKind.RUN_RESUMED, "running"),
    (EntryKind.STEP_RETRIED, None),
    (EntryKind.RUN_PARKED, "parked"),
    (EntryKind.RUN_CANCELLED, "stopped"),
)


def record(length: int = len(STORY)) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(
            chain="run:x",
            seq=n,
            at=MORNING,
            kind=kind.value,
            actor_kind=ActorKind.USER.value,
            actor=OLGA.id,
            step=None,
            attempt=None,
            notes={"state": state} if state else {},
            fields=(),
        )
        for n, (kind, state) in enumerate(STORY[:length], 1)
    )


@pytest.mark.parametrize(
    ("troubles", "n", "did", "tries"),
    [
        (2, 1, "let it go on", 0),
        (2, 2, "cancelled it", 1),
        (1, 1, "cancelled it", 1),  # the first one was before runs counted theirs
    ],
)
def test_a_trouble_is_the_one_that_the_run_counts(troubles: int, n: int, did: str, tries: int) -> None:
    run = replace(run_of(1), state=RunState.STOPPED, troubles=troubles, seq=len(STORY))
    past = past_of(record(), run, n)
    assert past.settled is not None
    assert (past.settled.did, past.tries) == (did, tries)


def test_what_is_still_there_is_not_settled_by_what_came_before_it() -> None:
    run = replace(run_of(1), state=RunState.PARKED, troubles=1, seq=5)
    assert past_of(record(5), run, 1).settled is None


def test_what_came_after_a_run_was_read_says_how_its_trouble_ended_and_is_none_of_its_own() -> None:
    run = replace(run_of(1), state=RunState.PARKED, troubles=1, seq=2)
    past = past_of(record(), run, 1)
    assert past.settled is not None
    assert past.settled.did == "let it go on"


def test_of_a_trouble_that_a_run_does_not_know_the_record_says_nothing() -> None:
    run = replace(run_of(1), troubles=1, seq=len(STORY))
    assert past_of(record(), run, 2) == past_of(record(), run, -5) == past_of((), run, 1) == Past()
