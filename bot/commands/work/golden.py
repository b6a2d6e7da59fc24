"""A run that people decided, written down as a golden case beside its workflow."""

import argparse
import re

from bot.adapters.library.case import write_case
from bot.application.keep_case import Golden, keep_case
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.words import short
from bot.domain.errors import Misdeclared, Refused
from bot.domain.run import RunId
from bot.domain.text import one_line

LONGEST_ABOUT = 300
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def keep_golden(arguments: argparse.Namespace) -> int:
    """Write the case, and say what is in it."""
    if arguments.name and not _NAME.fullmatch(arguments.name):
        said = f"“{one_line(arguments.name, 40)}” is no name of a case."
        raise Mistyped(f"{said} It has small letters, digits and -, such as refund-twice.")
    return run_with(arguments, lambda session: _keep(session, arguments))


async def _keep(session: Session, arguments: argparse.Namespace) -> int:
    id = await session.find(arguments.run)
    by = session.typist().person
    golden = await keep_case(session.bot.parts, id, by=by, step=arguments.step, unchanged=arguments.unchanged)
    book = session.bot.library.book(golden.terms.definition.name)
    name, about = arguments.name or f"run-{short(id)}", one_line(arguments.about, LONGEST_ABOUT) or _about(id, golden)
    case = {"about": about, "given": golden.given, "expected": golden.expected}
    try:
        file = write_case(book.folder, name, case, definition=book.definition)
    except Misdeclared as problem:
        said = "With what was made up in place of people, this fits its types no more. Write the case by hand."
        raise Refused(f"{said} {problem.message}" if golden.replaced else problem.message) from None
    if arguments.json:
        shape = {"file": str(file), "name": name, "about": about, "changed": [*golden.changed]}
        session.screen.json({**shape, "lost": [*golden.lost], "replaced": [*golden.replaced]})
        return 0
    _tell(session, golden, str(file), name)
    return 0


def _about(id: RunId, golden: Golden) -> str:
    what = ", ".join(golden.changed) or "nothing was changed"
    return f"From run {short(id)}: {what}."


def _tell(session: Session, golden: Golden, file: str, name: str) -> None:
    screen, workflow = session.screen, golden.terms.definition.name
    screen.say(f"Written: {file}", "good")
    for line in golden.changed:
        screen.say(f"  {line}")
    for line in golden.lost:
        screen.say(f"Not in it: {line}", "warn")
    if golden.replaced:
        screen.say(f"Made up, in place of what leads to people: {', '.join(golden.replaced)}.")
    screen.say("Names within texts are not recognised. Read it before you share it: no erasure reaches a file.", "warn")
    screen.say(f"  countersign eval {workflow}    (it is case {name})")
