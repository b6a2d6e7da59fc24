"""A workflow's folder made from another one: written aside, looked at, and put in its place whole or not at all."""

import ast
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.adapters.library.book import Book, house_file, is_workflow
from bot.adapters.library.file import is_there, read_text
from bot.adapters.library.module import last_name
from bot.domain.errors import Unfit
from bot.domain.template import Answers, brief_from, class_of, first_change, routes_from, steps_from

_LEFT_OUT = frozenset({"__pycache__", "CHANGELOG.md"})


@dataclass(frozen=True, slots=True)
class Copy:
    """A workflow that is not there yet: whole, in a folder of its own, beside links to what it will stand with."""

    name: str
    folder: Path
    """Where it will be: a folder of workflows."""
    aside: Path
    """The folder of workflows it is in until then."""
    with_house: bool
    """Whether the house rules come with it, as there are none where it will be."""

    def put_in_place(self) -> Path:
        """Let it be there. Unfit where something else has come to be there meanwhile."""
        refuse_taken(self.folder, self.name)
        shutil.rmtree(self.aside / self.name / "__pycache__", ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        if self.with_house:
            house_file(self.aside).rename(house_file(self.folder))
        return (self.aside / self.name).rename(self.folder / self.name)


def refuse_taken(folder: Path, name: str) -> None:
    """Raises Unfit where a folder of workflows has that name already, or cannot be made."""
    if is_there(folder / name):
        raise Unfit(f"{folder / name} is there already. Choose another name; nothing was written.")
    if not folder.is_dir() and (is_there(folder) or not folder.absolute().parent.is_dir()):
        raise Unfit(f"{folder} is no folder and cannot be made one. Make it, then try again; nothing was written.")


@contextmanager
def copied(book: Book, name: str, folder: Path, answers: Answers, *, today: date) -> Generator[Copy]:
    """A copy of a workflow under another name; what was not put in place is gone afterwards."""
    refuse_taken(folder, name)
    beside = folder if folder.is_dir() else folder.absolute().parent
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=beside))
    try:
        _link(folder, aside)
        with_house = not is_there(house_file(folder)) and is_there(house_file(book.folder.parent))
        if with_house:
            shutil.copyfile(house_file(book.folder.parent), house_file(aside))
        _write(book, name, aside / name, answers, today)
        yield Copy(name, folder, aside, with_house)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _link(folder: Path, aside: Path) -> None:
    """What it will stand beside: the house rules, and workflows that it may start runs of."""
    if not folder.is_dir():
        return
    for one in folder.iterdir():
        if is_workflow(one) or one == house_file(folder):
            os.symlink(one.absolute(), aside / one.name)


def _write(book: Book, name: str, to: Path, answers: Answers, today: date) -> None:
    names = {book.name: name, _class_in(book): class_of(name)}
    for file in sorted(one for one in book.folder.rglob("*") if one.is_file()):
        path = file.relative_to(book.folder)
        if _LEFT_OUT & {*path.parts} or any(part.startswith(".") for part in path.parts):
            continue
        written = to / path
        written.parent.mkdir(parents=True, exist_ok=True)
        match path.name:
            case "brief.toml" if len(path.parts) == 1:
                written.write_text(brief_from(read_text(file), name, answers), encoding="utf-8")
            case "routes.toml" if len(path.parts) == 1 and answers.colleagues:
                written.write_text(routes_from(read_text(file), answers.colleagues), encoding="utf-8")
            case python if python.endswith(".py"):
                written.write_text(steps_from(read_text(file), names), encoding="utf-8")
            case _:
                shutil.copyfile(file, written)
    (to / "CHANGELOG.md").write_text(first_change(book.name, today), encoding="utf-8")


def _class_in(book: Book) -> str:
    """What the template's own class is called: the one that is a Workflow."""
    tree = ast.parse(read_text(book.folder / "__init__.py"))
    classes = [one for one in tree.body if isinstance(one, ast.ClassDef)]
    return next(one.name for one in classes if "Workflow" in map(last_name, one.bases))
