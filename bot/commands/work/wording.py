"""Which prompt somebody means, and at which version."""

from collections.abc import Sequence

from bot.adapters.library.book import Book
from bot.adapters.library.shelf import Shelf
from bot.adapters.library.texts import What
from bot.commands.shell.typed import parse_text, read_bytes
from bot.domain.errors import Unknown
from bot.domain.terms import Terms
from bot.domain.text import hint, one_line
from bot.domain.workflow import Ask
from bot.ports.version import Version, VersionKind

NOW, FILE = "now", "file"


def asks_of(book: Book) -> tuple[str, ...]:
    """The steps in which a model is asked."""
    return tuple(step.name for step in book.definition.steps if isinstance(step.node, Ask))


def step_meant(book: Book, typed: str) -> str:
    """One `ask`, as it is typed. Unknown where there is none like it."""
    steps = asks_of(book)
    if typed not in steps:
        mend = hint(typed, steps, f"There is: {', '.join(steps) or 'none'}.")
        raise Unknown(f"{book.name} asks no model in a step “{one_line(typed, 40)}”. {mend}")
    return typed


def step_of_file(book: Book, file: str) -> str:
    """The `ask` that a prompt file is for: the one of its name, or the only one. Unknown where that is not clear."""
    steps, stem = asks_of(book), file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    named = [one for one in steps if stem in (one, getattr(book.definition.step(one).node, "prompt", ""))]
    found = named or (steps if len(steps) == 1 else ())
    if not found:
        raise Unknown(f"Which step is {one_line(file, 60)} for? Say it with --step: {', '.join(steps) or 'none'}.")
    return found[0]


def text_of(shelf: Shelf, what: What, history: Sequence[Version], typed: str) -> str:
    """A prompt at a version as it is typed: a number, `file` or `now`. Unknown where there is none like it."""
    if typed == NOW:
        return shelf.text(what)
    if typed == FILE:
        return shelf.texts.text(what, shelf.texts.filed(what))
    found = [one for one in history if typed.isascii() and typed.isdigit() and one.n == int(typed[:9])]
    if not found:
        there = f"There is: {', '.join(str(one.n) for one in reversed(history[:20]))}, file, now."
        said = there if history else "There is only the file so far: file, now."
        raise Unknown(f"There is no version “{one_line(typed, 40)}” of {what[1]}. {said}")
    return found[0].text


def what_of(workflow: str, step: str) -> What:
    return VersionKind.PROMPT, f"{workflow}/{step}"


def with_text(shelf: Shelf, workflow: str, step: str, text: str) -> Terms:
    """What the workflow would go by with another prompt. Misdeclared where that does not load."""
    terms = shelf.proposed(*what_of(workflow, step), text)[workflow]
    return terms if terms is not None else shelf.current(workflow)


def with_file(shelf: Shelf, workflow: str, step: str, file: str) -> Terms:
    """What the workflow would go by with the prompt in a file."""
    return with_text(shelf, workflow, step, parse_text(read_bytes(file), source=file) + "\n")
