"""The list of planted bugs cannot rot: each still has its place, and `certify` sees each of them caught."""

import re
from collections import Counter

import pytest

from tests.planted.__main__ import ROOT, chosen, is_caught
from tests.planted.bugs import BUGS, Bug

each = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)


@each
def test_a_bug_still_has_its_place(bug: Bug) -> None:
    assert (ROOT / bug.file).read_text().count(bug.old) == 1
    assert bug.new != bug.old
    assert bug.file.startswith("bot/")


@each
def test_the_tests_of_a_bug_are_still_there(bug: Bug) -> None:
    file, _, name = bug.tests.partition("::")
    assert re.search(rf"def {name}\(", (ROOT / file).read_text())


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(BUGS) >= 25
    assert max(Counter(bug.name for bug in BUGS).values()) == 1


def test_one_can_be_chosen_by_its_name_and_no_other() -> None:
    assert [bug.name for bug in chosen(["own-edit"])] == ["own-edit"]
    with pytest.raises(SystemExit, match="No bug is called nonsense"):
        chosen(["nonsense"])


@pytest.mark.certify
@each
def test_a_test_fails_for_each_bug(bug: Bug) -> None:
    caught, said = is_caught(bug)
    assert caught, said
