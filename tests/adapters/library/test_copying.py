"""Each workflow that ships, with its systems connected, becomes another that loads; a failure leaves nothing."""

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.library.book import open_book
from bot.adapters.library.copying import copied
from bot.adapters.library.shelf import Shelf
from bot.domain.binding import Binding, Retry
from bot.domain.checks import refusals
from bot.domain.errors import Unfit
from bot.domain.run import Stage
from bot.domain.template import Answers
from bot.domain.workflow import Each
from tests.shelves import shelf_of

WORKFLOWS = Path(__file__).parents[3] / "workflows"
SHIPPED = sorted(file.parent.name for file in WORKFLOWS.glob("*/brief.toml"))
TODAY = date(2026, 3, 2)
ANSWERS = Answers("@nora", "@tom", "@priya", "assisted", 30, date(2027, 3, 31))


def connected(folder: Path) -> Shelf:
    """The workflows of a folder, every system they need being there."""
    books = [open_book(one.parent, "copied") for one in folder.glob("*/brief.toml")]
    kinds = {kind for book in books for kind in book.intents}
    return shelf_of(folder, bindings={kind: Binding(kind, Retry.SEARCHABLE) for kind in kinds}, package="copied")


@pytest.mark.parametrize("template", SHIPPED)
def test_each_that_ships_becomes_another_that_loads_and_passes_every_check(template: str, tmp_path: Path) -> None:
    book = open_book(WORKFLOWS / template, "copied")
    folder = tmp_path / "mine"
    for other in {step.node.start for step in book.definition.steps if isinstance(step.node, Each)} - {template}:
        with copied(open_book(WORKFLOWS / other, "copied"), other, folder, ANSWERS, today=TODAY) as copy:
            copy.put_in_place()
    with copied(book, "my_own", folder, ANSWERS, today=TODAY) as copy:
        assert not (folder / "my_own").exists()
        copy.put_in_place()
    made = connected(folder)
    assert made.problems == {}
    assert refusals(made.findings("my_own", today=TODAY)) == ()
    terms = made.current("my_own")
    assert (terms.definition.name, terms.brief.owner, terms.brief.stage) == ("my_own", "@nora", Stage.ASSISTED)
    assert (folder / "my_own" / "CHANGELOG.md").read_text().endswith(f"- First version, made from {template}.\n")
    assert [*tmp_path.iterdir()] == [folder]


def test_what_was_not_put_in_place_is_gone_also_where_something_breaks(tmp_path: Path) -> None:
    book = open_book(WORKFLOWS / "support_triage", "copied")
    with pytest.raises(ZeroDivisionError), copied(book, "my_own", tmp_path, ANSWERS, today=TODAY):
        raise ZeroDivisionError
    assert [*tmp_path.iterdir()] == []


def test_what_comes_to_be_there_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    book = open_book(WORKFLOWS / "support_triage", "copied")
    with copied(book, "my_own", tmp_path, ANSWERS, today=TODAY) as copy:
        (tmp_path / "my_own").mkdir()
        with pytest.raises(Unfit, match="is there already"):
            copy.put_in_place()
    assert [one.name for one in tmp_path.iterdir()] == ["my_own"]
    assert [*(tmp_path / "my_own").iterdir()] == []
