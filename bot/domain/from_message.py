"""How a message becomes what a workflow starts from: its words go into one field, and nothing else is taken from it."""

import types
from typing import Annotated, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.domain.intent import Fact

SHORTEST_ROOM = 200
"""A field for less than this is for a name, a number or a title, not for what somebody wrote."""


def field_for_words(fact: type[Fact]) -> str | None:
    """The field with the most room for free text, the first of several; None where no message fits.

    Free text is a text without a pattern; one without a bound has the most room of all.
    """
    rooms = {name: _room(info) for name, info in fact.model_fields.items()}
    roomiest = max(rooms.values(), default=0.0)
    return next((name for name, room in rooms.items() if room == roomiest), None) if roomiest else None


def needed_besides_words(fact: type[Fact]) -> tuple[str, ...]:
    """What a message alone leaves open: the other fields without a default."""
    words = field_for_words(fact)
    return tuple(name for name, info in fact.model_fields.items() if name != words and info.is_required())


def _room(info: FieldInfo) -> float:
    """How many letters of free text find room; 0 where the field is for something else."""
    if not _is_text(info.annotation) or any(getattr(one, "pattern", None) for one in info.metadata):
        return 0.0
    bounds = [getattr(one, "max_length", None) for one in info.metadata]
    bound = min((float(one) for one in bounds if isinstance(one, int)), default=float("inf"))
    return bound if bound > SHORTEST_ROOM else 0.0


def _is_text(annotation: object) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_text(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return {one for one in get_args(annotation) if one is not types.NoneType} == {str}
    return annotation is str
