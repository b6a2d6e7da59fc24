"""The text of a prompt may have places to fill in: `{{ account.plan }}`. Only what we know ourselves is put there.

What outsiders wrote never stands in an instruction: it reaches the model apart from it, behind a fence.
The template engine is loaded only where a text has such places, because most have none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.text import hint

if TYPE_CHECKING:
    from minijinja import Environment

FUEL = 50_000
"""Steps that filling in may take: what loops without end is stopped."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a text, on a line of it."""

    line: int
    sentence: str
    mend: str


def fill_out(text: str, values: Mapping[str, Plain]) -> str:
    """The text with its places filled in from these values and nothing else."""
    return _engine().render_str(text, **values) if _has_places(text) else text


def flaws(text: str, trusted: Mapping[str, type[Fact] | None], untrusted: frozenset[str]) -> Iterator[Flaw]:
    """Everything that would go wrong when the text is filled in from facts of these types."""
    if not _has_places(text):
        return
    try:
        names = sorted(_engine().undeclared_variables_in_str(text, nested=True))
    except Exception as error:  # the engine's own errors, and whatever a text makes Python raise inside it
        yield _broken(error)
        return
    found = [flaw for name in names for flaw in _of_name(text, name, trusted, untrusted)]
    yield from found
    if not found:
        yield from _when_tried(text, trusted)


def _engine() -> "Environment":
    from minijinja import Environment

    return Environment(undefined_behavior="strict", fuel=FUEL, pycompat=False)


def _has_places(text: str) -> bool:
    return any(mark in text for mark in ("{{", "{%", "{#"))


def _broken(error: Exception) -> Flaw:
    line = getattr(error, "line", None)
    detail = getattr(error, "detail", None) or f"{error}".partition("\n")[0]
    return Flaw(
        line if isinstance(line, int) else 1,
        f"A place to fill in cannot be read: {detail}.",
        "Write it like {{ account.plan }}.",
    )


def _of_name(
    text: str, dotted: str, trusted: Mapping[str, type[Fact] | None], untrusted: frozenset[str]
) -> Iterator[Flaw]:
    name, *fields = dotted.split(".")
    line = text.count("\n", 0, max(0, text.find(dotted))) + 1
    if name in untrusted:
        why = f"“{dotted}” would put what somebody outside wrote into the instructions."
        yield Flaw(line, why, "Take it out; the model sees it anyway, apart from the instructions.")
    elif name not in trusted:
        mend = hint(name, trusted, "Add it to inputs, or take it out.")
        yield Flaw(line, f"“{name}” is not one of this prompt's inputs.", mend)
    else:
        yield from _of_fields(line, dotted, trusted[name], fields)


def _of_fields(line: int, dotted: str, fact: type[BaseModel] | None, fields: list[str]) -> Iterator[Flaw]:
    for field in fields:
        if fact is None:
            return
        if field not in fact.model_fields:
            known = [*fact.model_fields]
            mend = hint(field, known, f"There is: {', '.join(known)}.")
            yield Flaw(line, f"“{dotted}” is nothing that {fact.__name__} has.", mend)
            return
        fact = _model_of(fact.model_fields[field].annotation)


def _when_tried(text: str, trusted: Mapping[str, type[Fact] | None]) -> Iterator[Flaw]:
    """What shows only when the text is filled in: unknown filters, calls, loops without end."""
    try:
        fill_out(text, {name: _sample(fact) for name, fact in trusted.items()})
    except Exception as error:
        yield _broken(error)


def _sample(fact: type[BaseModel] | None) -> Plain:
    if fact is None:
        return "text"
    return {name: _sample_of(field.annotation) for name, field in fact.model_fields.items()}


def _sample_of(annotation: object) -> Plain:
    inner = _model_of(annotation)
    if inner is not None:
        return _sample(inner)
    if annotation is int or annotation is bool:
        return 1
    return [] if str(annotation).startswith(("list", "tuple")) else "text"


def _model_of(annotation: object) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
