"""The one command that lets a workflow load again, where an earlier version of a text would."""

from collections.abc import Callable, Mapping
from typing import assert_never

from bot.adapters.library.book import Book, file_of
from bot.adapters.library.texts import HOUSE, Texts, What
from bot.domain.errors import Misdeclared
from bot.ports.version import VersionKind

MOST = 5
"""How many earlier versions of each text are tried."""

Loads = Callable[[Book, Mapping[What, str]], bool]


def way_back(book: Book, texts: Texts, loads: Loads) -> Misdeclared | None:
    """What to type, with the text that is to blame; None where no single text is."""
    now = {what: texts.digest(what) for what in (*book.texts, HOUSE)}
    for what in now:
        file = str(file_of(book, what))
        for version in texts.history(what)[: MOST + 1]:
            if version.digest != now[what] and loads(book, now | {what: version.digest}):
                said = f"With version {version.n} of the {what[0]} it loads."
                mend = f'Go back to it: countersign brief rollback {named(what)} {version.n} --why "…"'
                return Misdeclared(said, file=file, mend=mend)
        if not texts.is_filed(what) and loads(book, now | {what: texts.filed(what)}):
            mend = f'Take that over: countersign brief replace {named(what)} {file} --why "…"'
            return Misdeclared(f"With the {what[0]} of its file it loads.", file=file, mend=mend)
    return None


def named(what: What) -> str:
    """A text as the command line names it, without the number of its version."""
    kind, name = what
    workflow, _, step = name.partition("/")
    match kind:
        case VersionKind.PROMPT:
            return f"{workflow} --prompt {step}"
        case VersionKind.ROUTES:
            return f"{workflow} --routes"
        case VersionKind.BRIEF | VersionKind.HOUSE | VersionKind.SYSTEM:
            return workflow
        case _:
            assert_never(kind)
