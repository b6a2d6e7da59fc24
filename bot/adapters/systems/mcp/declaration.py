"""One tool as the settings declare it, against what its server says of it: where the two differ, nothing is called."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.adapters.systems.rest.bound import declared
from bot.adapters.systems.rest.template import MISSING, at
from bot.domain.binding import Retry
from bot.domain.declared.fault import is_list
from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.plain import is_object
from bot.domain.text import hint
from bot.domain.workflow import AnyLookup


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A tool as the settings declare it: nothing but this is ever sent to it, or believed of it."""

    tool: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    """Which of our fields each argument takes; empty for every field, under its own name."""
    key: str = ""
    """The argument that takes our key, where the same key again does no harm."""
    remembers: timedelta | None = None
    id: str = "id"
    """Where the id stands in what a change brings back; empty where it brings none."""
    link: str = ""
    undo: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where the fields of a fact stand; those that are not named stand under their own names."""
    surely_not: tuple[str, ...] = ()
    """Words of an error of the tool that mean: nothing was done."""

    @property
    def retry(self) -> Retry:
        return Retry.IDEMPOTENT if self.key else Retry.BLIND

    def sent(self, values: Mapping[str, object], key: str = "") -> dict[str, object]:
        """The arguments of one call. What has no value is left out."""
        taken = self.arguments or {name: name for name in values}
        sent = {argument: values[name] for argument, name in taken.items() if values[name] is not None}
        return {**sent, self.key: key} if self.key and key else sent


@dataclass(frozen=True, slots=True)
class Tools:
    """What the settings declare for one system, joined to its intents and look-ups."""

    system: str
    changes: Mapping[str, Declared]
    """By kind of intent."""
    reads: Mapping[str, Declared]
    """By kind of look-up."""
    lookups: Mapping[str, AnyLookup]


def bind(system: str, tools: Mapping[str, Declared]) -> Tools:
    """The tools of one system. Raises Misdeclared where a name is no intent and no look-up, or a field is none."""
    if not tools:
        return Tools(system, {}, {}, {})
    intents, lookups = declared(system)
    changes, reads = dict[str, Declared](), dict[str, Declared]()
    for name, tool in tools.items():
        if name in intents:
            changes[intents[name].kind()] = tool
            _fit(system, name, tool, intents[name])
        elif name in lookups:
            reads[lookups[name].kind] = tool
            _fit(system, name, tool, lookups[name].takes)
            _fit_result(system, name, tool, lookups[name])
        else:
            known = [*intents, *lookups]
            raise Misdeclared(
                f"`systems.{system}.tools.{name}` is neither an intent nor a look-up of {system}.",
                mend=hint(name, known, f"There is: {', '.join(known)}."),
            )
    return Tools(system, changes, reads, {lookups[name].kind: lookups[name] for name in lookups if name in tools})


def _fit(system: str, name: str, tool: Declared, takes: type[Fact] | type[Intent]) -> None:
    for argument, one in tool.arguments.items():
        if one not in takes.model_fields:
            said = f"`systems.{system}.tools.{name}.arguments.{argument}` takes {one}, which is no field."
            raise Misdeclared(said, mend=hint(one, takes.model_fields, f"There is: {', '.join(takes.model_fields)}."))
    if bool(tool.key) != bool(tool.remembers):
        said = f"`systems.{system}.tools.{name}` names {'a key' if tool.key else 'how long a key is remembered'} alone."
        raise Misdeclared(said, mend='Write both, such as key = "idempotency_key" and remembers = "24h", or neither.')


def _fit_result(system: str, name: str, tool: Declared, lookup: AnyLookup) -> None:
    fields = lookup.gives.model_fields
    for one in tool.fields:
        if one not in fields:
            said = f"`systems.{system}.tools.{name}.fields.{one}`: {lookup.gives.__name__} has no such field."
            raise Misdeclared(said, mend=hint(one, fields, f"There is: {', '.join(fields)}."))
    if tool.key:
        said = f"`systems.{system}.tools.{name}.key`: a look-up changes nothing, so it needs no key."
        raise Misdeclared(said, mend="Take key and remembers out.")


# --- what the server says of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A tool as its server describes it. A server that hints nothing is taken to destroy."""

    properties: Mapping[str, object]
    required: frozenset[str]
    reads_only: bool = False
    idempotent: bool = False
    destroys: bool = True


def misfit(tool: Declared, offered: Offered | None, sent: Mapping[str, object], *, intent: Intent | None) -> str:
    """Why this call does not leave, in a sentence; empty where it may.

    What a server hints can only forbid what the settings allow: nothing is allowed because of a hint.
    """
    if offered is None:
        return f"It offers no tool {tool.tool} any more."
    against = (*_against_hints(tool, offered, intent), *_against_schema(tool, offered, sent))
    return next(iter(against), "")


def _against_hints(tool: Declared, offered: Offered, intent: Intent | None) -> Iterator[str]:
    if intent is None and not offered.reads_only:
        yield f"It does not say that {tool.tool} only reads, so nothing is looked up with it."
    if intent is not None and offered.reads_only:
        yield f"It says that {tool.tool} changes nothing, so it cannot carry out {intent.kind()}."
    if intent is not None and tool.key and not offered.idempotent:
        yield f"It does not say that {tool.tool} may be called twice. Take its `key` out of the settings."
    if intent is not None and tool.key and offered.destroys and not intent.reversible():
        yield f"It says that {tool.tool} destroys something, which nobody can undo. Take its `key` out of the settings."


def _against_schema(tool: Declared, offered: Offered, sent: Mapping[str, object]) -> Iterator[str]:
    for name in sent:
        if name not in offered.properties:
            yield f"{tool.tool} takes no “{name}” any more."
        elif not _takes(offered.properties[name], sent[name]):
            yield f"{tool.tool} takes something else as “{name}” now."
    for name in sorted(offered.required - sent.keys()):
        yield f"{tool.tool} now needs “{name}” as well."


_TYPES: Mapping[type, frozenset[str]] = {
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    str: frozenset({"string"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
}


def _takes(schema: object, value: object) -> bool:
    """Whether a value may be sent, as far as its type and a list of words tell. The server judges the rest itself."""
    if not is_object(schema):
        return schema is not False
    words, types = schema.get("enum"), schema.get("type")
    if is_list(words) and value not in words:
        return False
    allowed = [types] if isinstance(types, str) else types
    return not is_list(allowed) or any(name in allowed for name in _TYPES[type(value)])


# --- what it brings back ----------------------------------------------------------------------------------------------


class Changed(ValueError):
    """What came back has another form than the settings say."""


def receipt_of(tool: Declared, data: object, key: str) -> Receipt:
    """What a change brought back. Raises Changed where that is not there."""
    if not tool.id:
        return Receipt(id=key)
    link = at(data, tool.link) if tool.link else None
    return Receipt(
        id=_word(data, tool.id),
        link=link if isinstance(link, str) else None,
        undo={name: _word(data, place) for name, place in tool.undo.items()},
    )


def _word(data: object, place: str) -> str:
    found = at(data, place)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise Changed(f"its answer has no “{place}”")
    return str(found)


def fact_of(tool: Declared, gives: type[Fact], data: object) -> Fact:
    """What a look-up found; what else came is left. Raises Changed where it does not fit."""
    found = {name: at(data, tool.fields.get(name, name)) for name in gives.model_fields}
    for name in gives.model_fields:
        if found[name] is MISSING and gives.model_fields[name].is_required():
            raise Changed(f"its answer has no “{tool.fields.get(name, name)}”")
    try:
        return gives.model_validate({name: value for name, value in found.items() if value is not MISSING})
    except ValueError:
        raise Changed("its answer does not fit any more") from None


def data_of(structured: object, texts: list[str]) -> object:
    """What a tool answered: its structured content, or the JSON that is its only text, as older servers write it."""
    if structured is not None:
        return structured
    try:
        return json.loads(texts[0]) if len(texts) == 1 else None
    except (ValueError, RecursionError):
        return None
