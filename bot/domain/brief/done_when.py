"""What proves that a run is done: a record that is read again, or what its system shows of each change by its key."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, SerializerFunctionWrapHandler, Tag
from pydantic import WrapSerializer as Wrap

from bot.domain.brief.field import Is, Line
from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where
from bot.domain.plain import is_object

PROOFS = "done_when"
"""What the section is called."""


class ReadAgain(BaseModel):
    """This, read again from its system, has to hold: a value, or another one than before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Line = Field(description="what is read at the end", examples=['"helpdesk.state_of"'])
    of: Line = Field(description="the step it is read for", examples=['"ticket"'])
    """The step whose value the lookup is about; `order.email` where it takes one field."""
    field: Line = Field(description="the field that shows it", examples=['"status"'])
    is_: Is | None = Field(default=None, alias="is", examples=['"answered"'])
    changed: bool = Field(default=False, examples=["true"])
    """The field must be another one than when the run read it before."""
    for_: tuple[Line, ...] = Field(default=(), alias="for", examples=['["helpdesk.SendReply"]'])
    """The changes that it shows. It is read where one of them was made; where it names none, after any change."""


class FoundAgain(BaseModel):
    """Each change of this kind that was made has to be shown by its system, asked for it by its key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    found: Line = Field(description="the change that its system has to show", examples=['"helpdesk.OpenTicket"'])


def _which(value: object) -> str:
    return "found" if isinstance(value, FoundAgain) or (is_object(value) and "found" in value) else "read"


DoneWhen = Annotated[Annotated[ReadAgain, Tag("read")] | Annotated[FoundAgain, Tag("found")], Discriminator(_which)]


def _several(value: object) -> object:
    sections = [value] if is_object(value) else value
    return tuple(map(_section, sections)) if is_list(sections) else sections


def _section(value: object) -> object:
    """Read as strictly as the rest of a brief, in which a list of a file is a tuple."""
    if not is_object(value):
        return value
    return {name: tuple(one) if is_list(one) else one for name, one in value.items()}


def _as_written(value: object, write: SerializerFunctionWrapHandler) -> object:
    """One proof is a section of its own; several are a list of them."""
    written: object = write(value)
    found = tuple(written) if isinstance(written, list | tuple) else ()
    return found[0] if len(found) == 1 else written


def placed(proofs: tuple[DoneWhen, ...]) -> Iterator[tuple[Where, DoneWhen]]:
    """Each proof with its place in the brief."""
    yield from (((PROOFS, n) if len(proofs) > 1 else (PROOFS,), proof) for n, proof in enumerate(proofs))


Proofs = Annotated[tuple[DoneWhen, ...], BeforeValidator(_several), Wrap(_as_written)]
"""All that has to be shown. One section is the case of one."""
