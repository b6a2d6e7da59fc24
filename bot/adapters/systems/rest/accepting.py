"""What a system changed in its answers, accepted: a new word, or another place. What is sent is never touched."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.systems.rest.description import (
    Change,
    Description,
    Filed,
    Find,
    Read,
    ReceiptMap,
    Value,
    parse,
)
from bot.domain.declared.editing import change
from bot.domain.declared.place import Where, quoted, shown, text_of
from bot.domain.declared.toml import Toml, read_toml
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.plain import is_object
from bot.domain.text import hint, one_line

LONGEST = 100


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that may stand in an answer from now on."""

    theirs: str
    ours: str
    """What it is called here."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Another place in an answer for what stood somewhere before."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that is relied upon in answers."""

    where: Where
    """In the description."""
    at: str
    """In the answer."""
    words: tuple[str, ...] = ()
    """Which may stand there; empty where any may."""


def accepted(filed: Filed, news: NewWord | Renamed, *, fields: Sequence[str] = ()) -> str:
    """The description that knows the news, at the places that are named. Unfit where those cannot be meant.

    A place is named as in the answer (`status`), or where several are alike as in the description
    (`reads.state_of.fields.status`).
    """
    description, _ = parse(filed.text, file=filed.file)
    every = [*places_of(description)]
    for name in (news.theirs, news.ours) if isinstance(news, NewWord) else (news.old, news.new):
        _refuse_odd(name)
    text = filed.text
    match news:
        case NewWord():
            for place in _meant([one for one in every if one.words], fields):
                text = _with_word(text, filed.file, place, news)
        case Renamed():
            stood = [one for one in every if one.at == news.old]
            for place in _meant(stood, fields or (news.old,)):
                text = _moved(text, filed.file, place, news.new)
    return text


def places_of(description: Description) -> Iterator[Place]:
    """Every thing that is relied upon in answers."""
    for name, one in description.changes.items():
        yield from _of_change(("changes", name), one)
    for name, read in description.reads.items():
        yield from _of_read(("reads", name), read)


def _of_change(where: Where, one: Change) -> Iterator[Place]:
    yield from _of_receipt((*where, "receipt"), one.receipt)
    for name, value in one.expects.items():
        yield from _of_value((*where, "expects", name), value)
    if one.find is not None:
        yield from _of_find((*where, "find"), one.find)
    if one.preview is not None:
        for name, value in one.preview.before.items():
            yield from _of_value((*where, "preview", "before", name), value)


def _of_find(where: Where, find: Find) -> Iterator[Place]:
    yield from (Place((*where, key), at) for key, at in (("among", find.among), ("mark", find.mark)) if at)
    if find.receipt is not None:
        yield from _of_receipt((*where, "receipt"), find.receipt)


def _of_read(where: Where, read: Read) -> Iterator[Place]:
    if read.among:
        yield Place((*where, "among"), read.among)
    for name, value in read.fields.items():
        yield from _of_value((*where, "fields", name), value)


def _of_receipt(where: Where, receipt: ReceiptMap) -> Iterator[Place]:
    yield from _of_value((*where, "id"), receipt.id)
    if receipt.link is not None:
        yield from _of_value((*where, "link"), receipt.link)
    for name, value in receipt.undo.items():
        yield from _of_value((*where, "undo", name), value)


def _of_value(where: Where, value: Value) -> Iterator[Place]:
    if value.take is None:
        yield Place(where, value.at, tuple(value.values))


def _meant(places: Sequence[Place], fields: Sequence[str]) -> Iterator[Place]:
    """The places that are named. Unfit where a name stands for none, or for several."""
    if not fields:
        raise Unfit("Say where the word stands, as the sentence of the parked run does: --field status")
    for name in dict.fromkeys(fields):
        found = [one for one in places if shown(one.where) == name] or [one for one in places if one.at == name]
        if not found:
            known = dict.fromkeys(one.at for one in places)
            there = hint(name, known, f"There is: {', '.join(known) or 'none'}.")
            raise Unfit(f"Nothing of this kind is relied upon at “{one_line(name, 60)}”. {there}")
        if len(found) > 1:
            which = " or ".join(f"--field {shown(one.where)}" for one in found)
            raise Unfit(f"“{one_line(name, 60)}” is relied upon at several places. Say which you looked at: {which}")
        yield found[0]


def _refuse_odd(name: str) -> None:
    if not name.strip() or len(name) > LONGEST or not name.isprintable():
        raise Unfit(f"“{one_line(name, 40)}” is nothing that stands in an answer: 1 to {LONGEST} letters on one line.")


def _with_word(text: str, file: str, place: Place, news: NewWord) -> str:
    if news.theirs in place.words:
        raise Unfit(f"“{news.theirs}” is known at “{place.at}” already.")
    toml, table = read_toml(text, file=file), (*place.where, "values")
    span = toml.spans.values.get(table)
    if span is None:
        return change(text, (*table, news.theirs), news.ours, file=file)
    end = span[1] - 1
    pair = f"{quoted(news.theirs)} = {text_of(news.ours)}"
    return _as_wanted(toml, f"{text[:end].rstrip()}, {pair} {text[end:]}", table, news)


def _as_wanted(toml: Toml, edited: str, table: Where, news: NewWord) -> str:
    """The edited text, where it says what it should and nothing else changed."""
    wanted: object = copy.deepcopy(dict(toml.data))
    here = wanted
    for part in table:
        here = here[str(part)] if is_object(here) else here
    if is_object(here):
        here[news.theirs] = news.ours
    try:
        if read_toml(edited, file=toml.file).data == wanted:
            return edited
    except Misdeclared:
        pass
    raise Unfit(f"{shown(table)} cannot be changed here without touching what stands around it. Edit the file.")


def _moved(text: str, file: str, place: Place, new: str) -> str:
    here: object = read_toml(text, file=file).data
    for part in place.where:
        here = here[str(part)] if is_object(here) else here
    path = (*place.where, "at") if is_object(here) else place.where
    return change(text, path, new, file=file)
