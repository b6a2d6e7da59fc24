"""Take from JSON that anybody may have sent what is of the right type, and nothing else."""

from collections.abc import Mapping

from pydantic_core import from_json

from bot.domain.declared.fault import is_list
from bot.domain.plain import is_object

MOST_TOKENS = 10**9
"""More than this nobody has counted."""


def object_in(body: bytes) -> Mapping[str, object] | None:
    """The JSON object that a body is; None where it is none."""
    try:
        value: object = from_json(body)
    except ValueError:
        return None
    return value if is_object(value) else None


def object_at(value: object, name: str) -> Mapping[str, object]:
    """The object of this name; an empty one where there is none."""
    found = value.get(name) if is_object(value) else None
    return found if is_object(found) else {}


def objects_at(value: object, name: str) -> list[Mapping[str, object]] | None:
    """The objects in the list of this name; None where it is no list, or holds anything else."""
    found = value.get(name) if is_object(value) else None
    if not is_list(found):
        return None
    objects: list[Mapping[str, object]] = [one for one in found if is_object(one)]
    return objects if len(objects) == len(found) else None


def text_at(value: object, name: str) -> str:
    """The text of this name; empty where it is none."""
    found = value.get(name) if is_object(value) else None
    return found if isinstance(found, str) else ""


def count_at(value: object, name: str) -> int | None:
    """The number of this name, where it can be a count; None where it cannot."""
    found = value.get(name) if is_object(value) else None
    if isinstance(found, bool) or not isinstance(found, int):
        return None
    return found if 0 <= found <= MOST_TOKENS else None
