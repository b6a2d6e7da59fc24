"""Frozen dataclasses to JSON and back, as people can read it in the database.

The fields of a class say how it is written, so there is one description of a run and not two. What stands at its
default is left out. Plain values go through untouched. It stands on the hot path: a third of the time that a generic
encoder takes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Generic, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic_core import from_json, to_json

from bot.domain.audit.chain import stamp
from bot.domain.plain import Plain

T = TypeVar("T")
Change = Callable[[Any], Any]

REMEMBERED_PARTS = 1024
"""Of each class; enough for the runs that are under way at one time."""


class Form(NamedTuple):
    """How values of one type become plain data, and how they are made from it again."""

    write: Change
    read: Change


def written(at: datetime) -> str:
    """A time as stored, in UTC, sorted as text: `2026-01-31T08:00:00.000000Z`."""
    return stamp(at if at.tzinfo is UTC else at.astimezone(UTC))


def moment(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """A stored time, where there is one."""
    return None if text is None else datetime.fromisoformat(text)


def write_plain(value: object) -> str:
    """Plain data as JSON."""
    return to_json(value).decode()


def read_plain(text: str | None) -> Plain:
    """Plain data as it was stored; None where it is gone."""
    value: Plain = None if text is None else from_json(text)
    return value


class Codec(Generic[T]):
    """One dataclass, or several that tell themselves apart by their `type`, to JSON and back."""

    def __init__(self, *kinds: type[T]) -> None:
        self._forms: dict[type[Any], Form] = {kind: _form_of_class(kind) for kind in kinds}
        self._kinds = {one.default: kind for kind in kinds for one in _fields(kind) if one.name == "type"}
        self._kind = kinds[0]

    def encode(self, value: T) -> str:
        return to_json(self._forms[type(value)].write(value)).decode()

    def decode(self, text: str, **known: object) -> T:
        """The value; what is `known` better from elsewhere counts."""
        data: dict[str, Any] = from_json(text)
        data |= known
        kind = self._kinds[data["type"]] if self._kinds else self._kind
        value: T = self._forms[kind].read(data)
        return value


def _form_of_class(kind: type[Any]) -> Form:
    forms = {one.name: form for one in _fields(kind) if (form := _form(one.type)) is not None}
    writers = [(one.name, _default(one), forms[one.name].write if one.name in forms else None) for one in _fields(kind)]
    readers = [(name, form.read) for name, form in forms.items()]
    values_of = attrgetter(*[one.name for one in _fields(kind)], "__class__")  # a second name makes it a tuple

    def write(whole: object) -> dict[str, object]:
        given: dict[str, object] = {}
        for (name, default, write_field), value in zip(writers, values_of(whole), strict=False):
            if value is not default and value != default:
                given[name] = value if write_field is None else write_field(value)
        return given

    def read(data: dict[str, Any]) -> object:
        for name, read_field in readers:
            if name in data:
                data[name] = read_field(data[name])
        return kind(**data)

    return Form(write, read)


def _fields(kind: type[Any]) -> tuple[Field[Any], ...]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is not a dataclass, so nothing says how it is kept.")
    return fields(kind)


def _default(one: Field[Any]) -> object:
    """The value a field may be left out at. The name of a kind is never left out: it is what tells it apart."""
    if one.name == "type":
        return MISSING
    return one.default if one.default_factory is MISSING else one.default_factory()


def _form(annotation: Any) -> Form | None:
    """How a field of that type is kept; None where its JSON is the value already."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _form_of_type(annotation) if isinstance(annotation, type) else None
    if origin in (Union, UnionType):
        kinds = [one for one in arguments if one is not NoneType]
        inner = _form(kinds[0]) if len(kinds) == 1 else None
        return Form(_if_given(inner.write), _if_given(inner.read)) if inner else None
    if origin is tuple:
        inner = _form(arguments[0])
        return Form(_list_of(inner.write), _tuple_of(inner.read)) if inner else Form(list, tuple)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _form(arguments[1])
        return Form(_dict_of(inner.write), _dict_of(inner.read)) if inner else None
    return None


def _form_of_type(kind: type[Any]) -> Form | None:
    if is_dataclass(kind):
        form = _form_of_class(kind)
        return Form(_remembering(form.write), form.read)
    if issubclass(kind, Enum):
        return Form(attrgetter("_value_"), {one.value: one for one in kind}.__getitem__)
    return Form(written, moment) if kind is datetime else None


def _remembering(write: Change) -> Change:
    """From one move to the next most parts of a run are the same objects, and frozen: each is written once."""
    known: dict[int, tuple[object, object]] = {}

    def apply(value: object) -> object:
        same = known.get(id(value))
        if same is not None and same[0] is value:
            return same[1]
        if len(known) >= REMEMBERED_PARTS:
            known.clear()
        known[id(value)] = (value, plain := write(value))
        return plain

    return apply


def _if_given(change: Change) -> Change:
    def apply(value: Any) -> Any:
        return None if value is None else change(value)

    return apply


def _list_of(change: Change) -> Change:
    def apply(values: Iterable[Any]) -> list[Any]:
        return [change(value) for value in values]

    return apply


def _tuple_of(change: Change) -> Change:
    def apply(values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple([change(value) for value in values])

    return apply


def _dict_of(change: Change) -> Change:
    def apply(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: change(value) for name, value in values.items()}

    return apply
