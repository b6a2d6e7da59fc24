"""A description joined to the intents and look-ups of one system. What does not fit is refused at the start."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import EnumType
from functools import cache
from typing import TypeGuard, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from bot.adapters.systems.rest.description import (
    Auth,
    Change,
    Description,
    Filed,
    Find,
    Look,
    Read,
    ReceiptMap,
    Value,
    parse,
    read_filed,
)
from bot.adapters.systems.rest.template import places
from bot.domain.binding import Binding, Retry
from bot.domain.declared.place import Where
from bot.domain.errors import Misdeclared
from bot.domain.intent import Intent
from bot.domain.text import hint, one_line
from bot.domain.workflow import AnyLookup, Lookup

KEY = "key"
"""The place of the key of an action."""
NOW = "now"
"""The place of the time."""
OPEN = "values."
"""In front of what the settings say."""

Misfit = tuple[Where, str, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """An interface as one system of ours."""

    system: str
    description: Description
    intents: Mapping[str, type[Intent]]
    """By kind."""
    lookups: Mapping[str, AnyLookup]
    values: Mapping[str, object]
    """What the settings say, as templates name it."""

    def change(self, intent: Intent) -> Change | None:
        return self.description.changes.get(type(intent).__name__)

    def bindings(self, per_day: Mapping[str, int]) -> dict[str, Binding]:
        changes = self.description.changes
        return {
            kind: Binding(
                kind=kind,
                retry=changes[intent.__name__].retry,
                remembers=changes[intent.__name__].remembers,
                per_day=per_day.get(intent.__name__),
                shown=changes[intent.__name__].find is not None,
            )
            for kind, intent in self.intents.items()
        }


def bind(system: str, which: str, values: Mapping[str, str]) -> Bound:
    """The description for this system. Raises Misdeclared with every place where the two do not fit."""
    return fit(system, read_filed(which), values)


def fit(system: str, filed: Filed, values: Mapping[str, str]) -> Bound:
    """A text as the description for this system. Raises Misdeclared with every place where the two do not fit."""
    description, toml = parse(filed.text, file=filed.file)
    intents, lookups = declared(system)
    problems = [*_misfits(description, intents, lookups, values)]
    if problems:
        raise Misdeclared.together([toml.wrong(*problem) for problem in problems])
    return Bound(
        system=system,
        description=description,
        intents={intents[name].kind(): intents[name] for name in description.changes},
        lookups={lookups[name].kind: lookups[name] for name in description.reads},
        values={f"{OPEN}{name}": value for name, value in values.items()},
    )


@cache
def declared(system: str) -> tuple[Mapping[str, type[Intent]], Mapping[str, AnyLookup]]:
    """What `bot.intents` says of a system, by name: its intents, its look-ups. Misdeclared where it has none."""
    try:
        module = importlib.import_module(f"bot.intents.{system}")
    except ModuleNotFoundError:
        mend = "Name the section after the system that workflows use, such as [systems.helpdesk]."
        raise Misdeclared(f"No intents are known of a system {system}.", mend=mend) from None
    things: list[object] = [*vars(module).values()]
    intents = {one.__name__: one for one in things if isinstance(one, type) and issubclass(one, Intent)}
    ours = {name: one for name, one in intents.items() if one.system == system}
    return ours, {one.name: one for one in things if _is_lookup(one) and one.system == system}


def _is_lookup(thing: object) -> TypeGuard[AnyLookup]:
    return isinstance(thing, Lookup)


def _misfits(
    description: Description,
    intents: Mapping[str, type[Intent]],
    lookups: Mapping[str, AnyLookup],
    values: Mapping[str, str],
) -> Iterator[Misfit]:
    settings = {f"{OPEN}{name}" for name in values}
    for name in description.open:
        if name not in values:
            yield ("open",), f"The settings do not say “{name}”.", f'Write in the section: values = {{ {name} = "…" }}'
    yield from _entrance(description.auth, settings)
    for name, change in description.changes.items():
        where: Where = ("changes", name)
        intent = intents.get(name)
        if intent is None:
            yield where, f"There is no intent {name}.", hint(name, intents, f"There is: {', '.join(intents)}.")
        else:
            yield from _change(where, change, {*intent.model_fields, KEY, NOW} | settings)
    for name, read in description.reads.items():
        where = ("reads", name)
        lookup = lookups.get(name)
        if lookup is None:
            yield where, f"There is no look-up {name}.", hint(name, lookups, f"There is: {', '.join(lookups)}.")
        else:
            yield from _look(where, read, {*lookup.takes.model_fields} | settings)
            yield from _fields(where, read, lookup, settings)


def _entrance(auth: Auth, settings: set[str]) -> Iterator[Misfit]:
    if (auth.by == "token") != bool(auth.token_url):
        mend = 'Write both: by = "token" and token_url = "https://…"; or neither.'
        yield ("auth",), "A token is asked for at its token_url, and nothing else is.", mend
    yield from _unknown(("auth", "token_url"), [auth.token_url], settings)


def _change(where: Where, change: Change, known: set[str]) -> Iterator[Misfit]:
    used = [change.path, change.query, change.headers, change.send, *_taken(change.receipt)]
    yield from _unknown(where, used, known)
    if change.retry is Retry.IDEMPOTENT and (
        change.remembers is None or KEY not in {*places(change.send)} | _keys(change)
    ):
        mend = 'Say key_header = "Idempotency-Key" and remembers = "24h", or choose another class.'
        yield (*where, "retry"), "An idempotent call carries a key, and says for how long it is remembered.", mend
    if change.retry is Retry.SEARCHABLE and change.find is None:
        yield (*where, "retry"), "A searchable call says how it is found.", f"Add [{'.'.join(map(str, where))}.find]."
    for name, look in (("find", change.find), ("preview", change.preview)):
        if look is not None:
            yield from _look((*where, name), look, known)


def _keys(change: Change) -> set[str]:
    return {KEY} if change.key_header else set()


def _look(where: Where, look: Look, known: set[str]) -> Iterator[Misfit]:
    used: list[object] = [look.path, look.query, look.send]
    if isinstance(look, Find):
        used += [look.equals, look.contains, *_taken(look.receipt)]
        if bool(look.equals) == bool(look.contains):
            yield where, "A search says what its mark `equals`, or what it `contains`.", "Write one of the two."
    yield from _unknown(where, used, known)
    if look.method == "POST" and not look.safe:
        yield (*where, "method"), "A look must not change anything.", "Where this POST only searches, say: safe = true"


def _fields(where: Where, read: Read, lookup: AnyLookup, settings: set[str]) -> Iterator[Misfit]:
    fields = lookup.gives.model_fields
    for name in read.fields:
        if name not in fields:
            yield (*where, "fields", name), f"{lookup.gives.__name__} has no field {name}.", hint(name, fields, "")
    for name, value in read.fields.items():
        yield from _words((*where, "fields", name), value, fields.get(name))
    missing = [name for name, field in fields.items() if field.is_required() and name not in read.fields]
    if missing:
        yield (*where, "fields"), f"{lookup.gives.__name__} also needs {', '.join(missing)}.", "Say where they stand."
    taken = [value.take for value in read.fields.values() if value.take is not None]
    yield from _unknown(where, taken, {*lookup.takes.model_fields} | settings)


def _words(where: Where, value: Value, field: FieldInfo | None) -> Iterator[Misfit]:
    """Every word that our field does not know."""
    if field is None or field.annotation is None:
        return
    known: TypeAdapter[object] = TypeAdapter(field.annotation)
    for theirs, ours in value.values.items():
        try:
            known.validate_python(ours)
        except ValidationError:
            said = f"“{one_line(theirs, 40)}” is called “{one_line(ours, 40)}” here, which {where[-1]} does not know."
            yield (*where, "values", theirs), said, _choices(field.annotation)


def _choices(annotation: object) -> str:
    words: tuple[object, ...] = get_args(annotation)
    if isinstance(annotation, EnumType):
        words = tuple(annotation.__members__.values())
    return f"There is: {', '.join(map(str, words))}." if words else ""


def _unknown(where: Where, templates: list[object] | list[str], known: set[str]) -> Iterator[Misfit]:
    for place in dict.fromkeys(place for template in templates for place in places(template)):
        if place not in known:
            yield where, f"{{{place}}} is no place here.", hint(place, known, f"There is: {', '.join(sorted(known))}.")


def _taken(receipt: ReceiptMap | None) -> list[object]:
    """Every template among the values of a receipt."""
    values = [receipt.id, receipt.link, *receipt.undo.values()] if receipt is not None else []
    return [value.take for value in values if value is not None and value.take is not None]
