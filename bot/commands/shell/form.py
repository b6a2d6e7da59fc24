"""What a fact asks for, in words: the fields somebody types on a command line."""

from enum import Enum
from types import UnionType
from typing import TypeGuard, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.domain.intent import Fact

_WORDS = {str: "text", int: "a whole number", bool: "true or false"}


def describe(fact: type[Fact]) -> str:
    """One line a field: its name, what goes in, and what it is where it is left out."""
    fields = {name: _field(info) for name, info in fact.model_fields.items()}
    width = max(map(len, fields), default=0)
    return "\n".join(f"  {name:<{width}}  {words}" for name, words in fields.items())


def options_of(fact: type[Fact], name: str) -> tuple[str, ...]:
    """Every value a field may have, where that is a closed set."""
    annotation = fact.model_fields[name].annotation
    return tuple(str(one.value) for one in annotation) if _is_enum(annotation) else ()


def _field(info: FieldInfo) -> str:
    words = _kind(info.annotation)
    said = f": {info.description}" if info.description else ""
    if info.is_required():
        return words + said
    default: object = info.get_default(call_default_factory=False)
    return f"{words}, may be left out" + (f" (then {default})" if default not in (None, "", ()) else "") + said


def _kind(annotation: object) -> str:
    if _is_enum(annotation):
        return f"one of {', '.join(str(one.value) for one in annotation)}"
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(_kind(one) for one in get_args(annotation) if one is not type(None))
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return "a list, as JSON"
    if isinstance(annotation, type):
        return _WORDS.get(annotation, annotation.__name__)
    return str(annotation)


def _is_enum(annotation: object) -> TypeGuard[type[Enum]]:
    return isinstance(annotation, type) and issubclass(annotation, Enum)
