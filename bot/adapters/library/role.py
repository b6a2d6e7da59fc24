"""Whether the roles that prompts ask for are given to any model."""

import re
from collections.abc import Collection, Iterator, Mapping

from bot.adapters.library.book import Book, label_of
from bot.adapters.library.texts import What
from bot.domain.errors import Misdeclared
from bot.domain.terms import Terms
from bot.domain.text import hint
from bot.ports.version import VersionKind

_LINE = re.compile(r"^[ \t]*role[ \t]*=", re.MULTILINE)


def unknown_roles(book: Book, terms: Terms, texts: Mapping[What, str], roles: Collection[str]) -> Iterator[Misdeclared]:
    """Every prompt that asks for a role which no model has."""
    for step, prompt in terms.prompts.items():
        if prompt.role in roles:
            continue
        what: What = (VersionKind.PROMPT, f"{book.name}/{step}")
        text = texts[what]
        found = _LINE.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        said = f"No model has the role “{prompt.role}” in countersign.toml."
        mend = hint(prompt.role, roles, f"There is: {', '.join(roles)}. Others are added under [model.roles].")
        yield Misdeclared(said, file=label_of(book, what, text), line=line, mend=mend)
