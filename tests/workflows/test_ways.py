"""What holds the tests of the workflows to every branch: a way that none of them takes is named."""

from pathlib import Path

import pytest

from bot.domain.errors import Broken
from bot.testing import Play
from tests.workflows.lives import LIVES
from tests.workflows.test_call_notes import NOTHING, play
from tests.workflows.ways import not_played

NOTE = "call → deal → standing → history → said → effect → note"


def lived() -> list[Play]:
    """Everything but a closed deal."""
    changed = [play().approve("@leo"), play().reject("@leo", "other")]
    return [*changed, play(NOTHING).approve("@leo"), play(NOTHING).reject("@leo", "other")]


def test_a_way_that_no_run_took_is_named_with_what_its_choice_would_have_come_to() -> None:
    assert not_played("call_notes", *lived()) == {"standing: closed", "call → deal → standing → closed"}
    assert {"effect: a note is enough", f"{NOTE} → note_approved → noted"} <= not_played("call_notes", *lived()[:2])


def test_a_run_that_waits_has_taken_no_way_yet() -> None:
    with pytest.raises(AssertionError, match="has not come to its end: call → "):
        not_played("call_notes", play())


def test_a_run_that_failed_on_its_way_is_no_proof_of_it() -> None:
    with pytest.raises(AssertionError, match="has not come to its end"):
        not_played("call_notes", play(updated=Broken("No.")).approve("@leo"))


def test_every_workflow_that_ships_is_held_to_it_by_its_own_tests() -> None:
    tests = [file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py")]
    held = {name for name in LIVES for text in tests if f'not_played("{name}"' in text}
    held |= {name for name in LIVES for text in tests if f'\nNAME = "{name}"' in text and "not_played(NAME" in text}
    assert held == {*LIVES}
