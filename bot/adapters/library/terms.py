"""Steps and texts put together to what a run goes by; everything that does not fit is said at once."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from bot.adapters.library.book import Book, functions_of, label_of, prompts_of
from bot.adapters.library.digest import workflow_digest
from bot.adapters.library.texts import HOUSE, What
from bot.domain.brief import Brief
from bot.domain.brief.reading import House, read_brief, read_house
from bot.domain.checks import Finding, refusals
from bot.domain.declared.toml import Toml, read_toml
from bot.domain.errors import Misdeclared
from bot.domain.policy import policy_ref
from bot.domain.routing.reading import read_tables
from bot.domain.run import Pins
from bot.domain.terms import Terms
from bot.domain.version import digest_of_text
from bot.ports.version import VersionKind

T = TypeVar("T")


def assemble(book: Book, texts: Mapping[What, str], *, model: str) -> Terms:
    """The terms of a workflow with these texts. Raises Misdeclared with every problem of all of them."""
    brief_text = texts[VersionKind.BRIEF, book.name]
    prompt_texts = {name.rpartition("/")[2]: text for (kind, name), text in texts.items() if kind is VersionKind.PROMPT}
    problems: list[Misdeclared] = []
    house = _tried(problems, lambda: read_house(texts[HOUSE], file=label_of(book, HOUSE, texts[HOUSE])))
    read = _tried(problems, lambda: _read(book, brief_text, house)) if house is not None else None
    prompts = _tried(problems, lambda: prompts_of(book, prompt_texts))
    routes = _tried(problems, lambda: read_tables(routes_toml(book, texts)))
    if problems or read is None or prompts is None or routes is None:
        raise Misdeclared.together(problems)
    brief, invariants = read
    rules = (brief_text, texts[HOUSE], *filter(None, [texts.get((VersionKind.ROUTES, book.name))]))
    pinned = ".".join(map(digest_of_text, rules))
    return Terms(
        definition=book.definition,
        brief=brief,
        pins=Pins(
            workflow=workflow_digest(book.steps),
            steps=book.steps,
            brief=pinned,
            prompts={step: digest_of_text(text) for step, text in prompt_texts.items()},
            model=model,
            policy=policy_ref(pinned),
        ),
        prompts=prompts,
        intents=book.intents,
        lookups=book.lookups,
        invariants=invariants,
        routes=routes,
    )


def brief_toml(book: Book, texts: Mapping[What, str]) -> Toml:
    """The brief among these texts, which knows its lines."""
    what: What = (VersionKind.BRIEF, book.name)
    return read_toml(texts[what], file=label_of(book, what, texts[what]))


def routes_toml(book: Book, texts: Mapping[What, str]) -> Toml:
    """The routing tables among these texts, which know their lines; none where there is no such text."""
    what: What = (VersionKind.ROUTES, book.name)
    text = texts.get(what, "")
    return read_toml(text, file=label_of(book, what, text))


def refuse(findings: Collection[Finding]) -> None:
    """Raise Misdeclared with everything that is refused: it must not run like that."""
    refused = refusals(findings)
    if refused:
        raise Misdeclared.together([Misdeclared(f.sentence, file=f.file, line=f.line, mend=f.mend) for f in refused])


def _read(book: Book, text: str, house: House) -> tuple[Brief, dict[str, Callable[..., bool]]]:
    file = label_of(book, (VersionKind.BRIEF, book.name), text)
    brief = read_brief(text, file=file, house=house)
    return brief, functions_of(book, brief, read_toml(text, file=file))


def _tried(problems: list[Misdeclared], read: Callable[[], T]) -> T | None:
    """What was read; where it cannot be, its problems join the others."""
    try:
        return read()
    except Misdeclared as problem:
        problems += problem.problems
        return None
