"""A hook of a brief: how a machine outside says that something happened, and what of it a workflow starts from."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.brief.field import Line
from bot.domain.declared.place import Where, shown

HEADER = "header:"
"""Before the name of a header; anything else is a path into the JSON."""
LONGEST_NAME = 40
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = ("_old", "_file")
"""Ends of the names of its secrets."""
_PART = r"[A-Za-z0-9_-]{1,100}"
_PATH = re.compile(rf"{_PART}(?:\.{_PART}){{0,19}}")


class Signed(StrEnum):
    """How a sender proves who it is."""

    STANDARD = "standard"
    GITHUB = "github"
    SLACK = "slack"
    BEARER = "bearer"


class Hook(BaseModel):
    """One way in for machines: `POST /hooks/NAME`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    signed: Signed = Signed.STANDARD
    fields: Mapping[str, Line] = Field(default={}, examples=['{ id = "data.ticket.id" }'])
    """By a field of what the workflow starts from, where it stands; without any, what is sent is that itself."""
    only: Mapping[str, tuple[Line, ...]] = Field(default={}, examples=['{ type = ["ticket.created"] }'])
    """By a place, or `header:NAME`, what must stand there; everything else is not for this hook."""
    event_id: str = Field(default="", examples=['"data.event_id"'])
    """Where it says which event it is: a place, or `header:NAME`."""
    ends: str = Field(default="", examples=['"answered"'])
    """The `wait` that it ends early; it starts nothing then."""


def contradictions_of(hooks: Mapping[str, Hook], *, open_: bool) -> Iterator[tuple[Where, str, str]]:
    """What of some hooks cannot be meant like that; they are open where `webhook` is one of the doors."""
    for name, hook in hooks.items():
        path: Where = ("triggers", "hooks", name)
        if not open_:
            yield (
                path,
                f"`{shown(path)}` is closed: webhook is not one of the doors.",
                'Add "webhook" to triggers.doors.',
            )
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name.endswith(_TAKEN):
            said = f"“{name}” is no name of a hook."
            yield (
                path,
                said,
                f"Use small letters, digits and _, at most {LONGEST_NAME}; it does not end in _old or _file.",
            )
        yield from _of_places(path, hook)


def _of_places(path: Where, hook: Hook) -> Iterator[tuple[Where, str, str]]:
    yield from (fault for name, place in hook.fields.items() for fault in _odd((*path, "fields", name), place))
    for place, values in hook.only.items():
        where = (*path, "only", place)
        yield from _odd(where, place, or_header=True)
        if not values:
            yield where, f"`{shown(where)}` allows nothing, so nothing comes in.", 'Name what may stand there: ["x"].'
    if hook.event_id:
        yield from _odd((*path, "event_id"), hook.event_id, or_header=True)


def _odd(where: Where, place: str, *, or_header: bool = False) -> Iterator[tuple[Where, str, str]]:
    if or_header and place.startswith(HEADER):
        if not re.fullmatch(_PART, place.removeprefix(HEADER)):
            yield where, f"`{shown(where)}` names no header.", 'Write it like "header:X-Event-Id".'
    elif not _PATH.fullmatch(place):
        said = f"`{shown(where)}` names the place “{place[:60]}”, which is none."
        yield where, said, 'Write names with points between them: "data.ticket.id".'
