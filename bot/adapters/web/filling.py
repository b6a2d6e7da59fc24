"""What somebody typed into a form, field by field; what is wrong is said beside it, and nothing typed is lost."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from pydantic import ValidationError

from bot.adapters.web.answer import OTHER_KIND, STRANGE, NotTaken
from bot.domain.field import Field, Kind
from bot.domain.intent import Fact
from bot.domain.misfit import EMPTY, NO_CHOICE, NO_NUMBER, misfits, unreadable
from bot.domain.plain import Plain

MOST_BYTES = 256 * 1024
_MOST_FIELDS = 100
_NUMBER = re.compile(r"-?[0-9]{1,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filled:
    """The fact as plain data, or what is wrong, by field; what belongs to no field stands under none."""

    value: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


class _Wrong(Exception): ...


def typed_in(body: bytes, content_type: str) -> dict[str, str]:
    """What was typed, by the name of its input. Raises NotTaken for what no form of ours sends."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise NotTaken(OTHER_KIND, "This is not what the form sends.", reason="content type")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise NotTaken(STRANGE, "This is not what the form sends.", reason="form") from None
    if len(dict(pairs)) < len(pairs):
        raise NotTaken(STRANGE, "This is not what the form sends.", reason="a field twice")
    return dict(pairs)


def filled(fact: type[Fact], fields: Sequence[Field], typed: Mapping[str, str], given: Mapping[str, Plain]) -> Filled:
    """The whole fact, of which some was `given` beforehand."""
    values, errors = {**given}, dict[str, str]()
    for one in fields:
        if one.name in given or one.kind is Kind.FIXED:
            continue
        try:
            values |= dict(_entered(one, _readable(one, typed.get(one.name, ""))))
        except _Wrong as wrong:
            errors[one.name] = str(wrong)
    if errors:
        return Filled(errors=errors)
    try:
        return Filled(fact.model_validate(values).model_dump(mode="json"))
    except ValidationError as error:
        return Filled(errors=dict(_misfits(error, fact, fields)))


def _readable(one: Field, text: str) -> str:
    """What was typed, without what stands around it. Raises _Wrong where nobody can read it."""
    needed = bool(text.strip()) and (one.needed or one.shortest > 0)
    if why := unreadable(text, needed=needed):
        raise _Wrong(why)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _entered(one: Field, text: str) -> Iterator[tuple[str, Plain]]:
    """The value of a field; nothing where it was left empty and may be."""
    if one.kind is Kind.YES_NO:
        yield one.name, bool(text)
    elif not text:
        if one.needed:
            raise _Wrong(EMPTY)
    elif one.kind is Kind.LINES:
        yield one.name, [line.strip() for line in text.splitlines() if line.strip()]
    elif one.kind is Kind.NUMBER:
        if not _NUMBER.fullmatch(text):
            raise _Wrong(NO_NUMBER)
        yield one.name, int(text)
    elif one.kind is Kind.CHOICE and text not in one.choices:
        raise _Wrong(NO_CHOICE)
    else:
        yield one.name, text


def _misfits(error: ValidationError, fact: type[Fact], fields: Sequence[Field]) -> Iterator[tuple[str, str]]:
    names = {one.name for one in fields if one.kind is not Kind.FIXED}
    for place, said in misfits(error, fact):
        name = str(place[0]) if place else ""
        yield name if name in names else "", said
