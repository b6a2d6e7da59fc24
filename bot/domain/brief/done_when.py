"""What proves that a run is done: a record that is read again, or what its system shows of each change by its key."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, SerializerFunctionWrapHandler, Tag
from pydantic import WrapSerializer as Wrap

from bot.domain.brief.field import Is, Line
from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, shown
from bot.domain.plain import is_object
from bot.domain.text import nearest

PROOFS = "done_when"
"""What the section is called."""


class ReadAgain(BaseModel):
    """This, read again from its system, has to hold: a value, or another one than before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Line = Field(description="what is read at the end", examples=['"helpdesk.state_of"'])
    of: Line = Field(description="the step it is read for", examples=['"ticket"'])
    """The step whose value the lookup is about; `letter.to` where it takes one field."""
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
    """By what it says; a name that neither of them has is taken for a mistyped `found`, where nothing is read."""
    if not is_object(value):
        return "found" if isinstance(value, FoundAgain) else "read"
    reads = not value or bool(value.keys() & {"read", "of", "field", "is", "changed", "for"})
    return "found" if "found" in value or not reads else "read"


DoneWhen = Annotated[Annotated[ReadAgain, Tag("read")] | Annotated[FoundAgain, Tag("found")], Discriminator(_which)]


def _several(value: object) -> object:
    sections = [value] if is_object(value) else value
    return tuple(map(_section, sections)) if is_list(sections) else sections


def _section(value: object) -> object:
    """Read as strictly as the rest of a brief, in which a list of a file is a tuple."""
    if not is_object(value):
        return value
    return {name: tuple(one) if is_list(one) else one for name, one in value.items()}


def _as_written(value: tuple[DoneWhen, ...], write: SerializerFunctionWrapHandler) -> object:
    """One proof is a section of its own; several are a list of them."""
    written: Sequence[object] = write(value)
    return written if len(value) != 1 else written[0]


def placed(proofs: tuple[DoneWhen, ...]) -> Iterator[tuple[Where, DoneWhen]]:
    """Each proof with its place in the brief."""
    yield from (((PROOFS, n) if len(proofs) > 1 else (PROOFS,), proof) for n, proof in enumerate(proofs))


Proofs = Annotated[tuple[DoneWhen, ...], BeforeValidator(_several), Wrap(_as_written)]
"""All that has to be shown. One section is the case of one."""


def contradictions_of(
    proofs: tuple[DoneWhen, ...], *, reads: Mapping[str, tuple[str, ...]], changes: Sequence[str]
) -> Iterator[tuple[Where, str, str]]:
    """What cannot be meant: where, what is wrong, how to mend it."""
    for path, proof in placed(proofs):
        match proof:
            case FoundAgain(found=kind):
                yield from _of_kinds((kind,), (*path, "found"), changes)
            case ReadAgain():
                yield from _of_reading(proof, path, reads)
                yield from _of_kinds(proof.for_, (*path, "for"), changes)


def _of_kinds(kinds: tuple[str, ...], path: Where, changes: Sequence[str]) -> Iterator[tuple[Where, str, str]]:
    yield from ((path, *no_change(path, kind, changes)) for kind in kinds if kind not in changes)


def _of_reading(
    proof: ReadAgain, path: Where, reads: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Where, str, str]]:
    if proof.changed == (proof.is_ is not None):
        said = "both `is` and `changed`" if proof.changed else "neither `is` nor `changed`"
        yield path, f"[{shown(path)}] says {said}.", 'Write one of them: is = "answered", or changed = true.'
    system, _, name = proof.read.partition(".")
    if name not in reads.get(system, ()):
        mend = f'Add "{name}" to {system} in [reads].' if name else 'Write it as "helpdesk.state_of".'
        where = (*path, "read")
        yield where, f"`{shown(where)}` is {proof.read}, which [reads] does not allow.", mend


def no_change(path: Where, name: str, kinds: Sequence[str]) -> tuple[str, str]:
    """That a setting is about a change that is not allowed, and how to mend it."""
    meant = nearest(name, kinds)
    mend = f"Did you mean “{meant}”?" if meant else "Add it there, or take this out."
    return f"`{shown(path)}` is about {name}, which [changes] does not allow.", mend
