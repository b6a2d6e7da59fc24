"""A workflow made from one that ships: the brief's questions, then a folder that passes `check`, or nothing."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.adapters.directory.listed import Listed
from bot.adapters.library.book import Book, is_workflow
from bot.adapters.library.copying import Copy, copied, refuse_taken
from bot.adapters.library.shelf import Shelf
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.screen import Screen
from bot.commands.shell.typed import read_bytes
from bot.commands.work.check import check_all
from bot.commands.work.questions import Question, answers_in, answers_of, questions_of
from bot.domain.brief import Brief
from bot.domain.checks import Weight
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Refused, Unfit
from bot.domain.template import colleagues_in, refuse_name
from bot.domain.text import hint, one_line
from bot.domain.workflow import Each
from bot.ports.version import VersionKind
from bot.settings import Settings, read_settings
from bot.wiring import Wall, shelf_of

OPTIONS = ("owner", "maintainer", "pager", "stage", "baseline", "review-date")
"""The questions that have an option of their own."""


def new_workflow(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    shelf, screen = shelf_of(settings), Screen()
    if not arguments.name and not arguments.template:
        _list(shelf, screen)
        return 0
    if not (arguments.name and arguments.template):
        raise Mistyped("Write both: countersign new NAME --from WORKFLOW. Without words, it lists what there is.")
    refuse_name(arguments.name)
    folder = Path(arguments.folder) if arguments.folder else settings.workflows
    refuse_taken(folder, arguments.name)
    book = shelf.book(arguments.template)
    _refuse_alone(book, folder)
    making = Making(settings, screen, book, shelf.current(arguments.template).brief)
    placed = making.make(arguments.name, folder, _given(arguments), Wall().now().date())
    _tell(screen, arguments.name, placed, folder, settings)
    return 0


def _list(shelf: Shelf, screen: Screen) -> None:
    names = shelf.every()
    width = max(map(len, names), default=0)
    for name in names:
        closed = "" if name in shelf.names() else f" (It does not load here: countersign check {name} says why.)"
        screen.say(f"{name:<{width}}  {shelf.responsible(name).process}{closed}")
    screen.aside("Make one yours: countersign new NAME --from WORKFLOW")


def _refuse_alone(book: Book, folder: Path) -> None:
    """Raises Unfit where it would start runs of a workflow that is not there."""
    for name in {step.node.start: None for step in book.definition.steps if isinstance(step.node, Each)}:
        if name != book.name and not is_workflow(folder / name):
            mend = f"Make that first: countersign new {name} --from {name} --in {folder}"
            raise Unfit(f"{book.name} starts runs of {name}, which is not in {folder}; nothing was written. {mend}")


def _tell(screen: Screen, name: str, placed: Copy, folder: Path, settings: Settings) -> None:
    screen.say(f"{folder / name} is there, and passes every check.", "good")
    if placed.with_house:
        screen.say(f"The rules that all workflows share came along: {folder / 'house.toml'}.")
    where = "" if folder == settings.workflows else f" --workflows {folder}"
    for text in (
        f"countersign check {name}{where}",
        f"countersign draw {name}{where}",
        f"countersign start {name}{where}",
    ):
        screen.say(f"  {text}")


def _given(arguments: argparse.Namespace) -> dict[str, str]:
    """What was answered on the command line: an option over `--answer`, that over the file."""
    given = dict[str, str]()
    if arguments.answers:
        given |= answers_in(read_toml(read_bytes(arguments.answers), file=arguments.answers))
    for pair in arguments.answer:
        name, sign, text = pair.partition("=")
        if not sign:
            raise Mistyped(f"“{one_line(pair, 60)}” is no answer: write NAME=TEXT, such as owner=@olga.")
        given[name.strip()] = text
    options = {name: getattr(arguments, name.replace("-", "_")) for name in OPTIONS}
    return given | {name: text for name, text in options.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Making:
    """One template, and whoever sits there to be asked."""

    settings: Settings
    screen: Screen
    book: Book
    brief: Brief

    def make(self, name: str, folder: Path, given: Mapping[str, str], today: date) -> Copy:
        """Ask, write it aside, look at it, put it in its place. Raises Refused where it would not load."""
        routes = self.book.texts.get((VersionKind.ROUTES, self.book.name))
        colleagues = colleagues_in(routes) if routes else ()
        people = Listed(self.settings.people())
        said = self._said(questions_of(self.brief, colleagues, people, today), given)
        answers = answers_of(self.brief, colleagues, said)
        with copied(self.book, name, folder, answers, today=today) as copy:
            self._refuse_unsound(copy, today)
            copy.put_in_place()
            return copy

    def _said(self, questions: Sequence[Question], given: Mapping[str, str]) -> dict[str, str]:
        names = [one.name for one in questions]
        for name in given:
            if name not in names:
                mend = hint(name, names, f"The questions: {', '.join(names)}.")
                raise Unfit(f"“{one_line(name, 60)}” answers no question about {self.book.name}. {mend}")
        return {one.name: self._answer(one, given.get(one.name)) for one in questions}

    def _answer(self, question: Question, given: str | None) -> str:
        if given is not None:
            return _checked(question, given)
        if not (self.screen.rich and sys.stdin.isatty()):
            return _checked(question, question.default)
        while True:
            typed = self.screen.ask(f"{question.words} [{question.default}] ")
            if typed is None:
                raise Refused("The questions were not all answered, so nothing was written.")
            try:
                return question.check(typed.strip() or question.default)
            except Unfit as unfit:
                self.screen.say(unfit.message, "warn")

    def _refuse_unsound(self, copy: Copy, today: date) -> None:
        settings = replace(self.settings, workflows=copy.aside)
        lines = asyncio.run(check_all(settings, shelf_of(settings), [copy.name], today))
        wrong = [str(line) for line in lines if line.weight is Weight.REFUSE]
        if wrong:
            said = "\n".join(wrong).replace(str(copy.aside), str(copy.folder))
            raise Refused(f"It would not pass the checks, so nothing was written:\n{said}")


def _checked(question: Question, text: str) -> str:
    try:
        return question.check(text.strip())
    except Unfit as unfit:
        raise Unfit(f"{question.name}: {unfit.message} Nothing was written.") from None
