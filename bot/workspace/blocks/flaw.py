"""What is wrong with blocks, in Slack's own words: its codes, its sentences, its pointers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.workspace.payload import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong, and where: `pointer` is a JSON pointer into what was given."""

    code: str
    """`missing_field`, `invalid_type` or `failed_constraint`; a few errors have a code of their own."""
    message: str
    pointer: str = ""
    field: str = ""
    constraint: Json | None = None
    """Which constraint failed: its type, what was expected, what came."""

    def under(self, pointer: str) -> "Flaw":
        """The same, seen from further outside."""
        return replace(self, pointer=f"{pointer}{self.pointer}")

    def shown(self) -> Json:
        """As in the `errors` of `blocks.validate`."""
        said: Json = {"code": self.code}
        if self.constraint:
            said["constraint"] = self.constraint
        said |= {"message": self.message, "pointer": self.pointer}
        if self.field:
            said["field"] = self.field
        return said

    def said(self) -> str:
        """As in the `errors` of the methods that post, which are sentences."""
        return f"{self.message} [json-pointer:{self.pointer}]"

    def line(self) -> str:
        """As in `response_metadata.messages`."""
        return f"[ERROR] {self.said()}"


Flaws = Sequence[Flaw]
NO_FLAWS: tuple[Flaw, ...] = ()


def under(pointer: str, flaws: Flaws) -> list[Flaw]:
    """These flaws, seen from further outside."""
    return [flaw.under(pointer) for flaw in flaws]


def missing(name: str) -> Flaw:
    """A field that has to be there is not."""
    return Flaw(code="missing_field", message=f"missing required field: {name}", field=name)


def wrong_type(message: str) -> tuple[Flaw]:
    """A value of another type than the one it must have."""
    return (Flaw(code="invalid_type", message=message),)


def failed(constraint: str, message: str, *, expected: object = None, got: object = None, at: str = "") -> Flaw:
    """A value of the right type that breaks a rule."""
    said: Json = {"type": constraint}
    if expected is not None:
        said["expected"] = expected
    if got is not None:
        said["got"] = got
    return Flaw(code="failed_constraint", message=message, pointer=at, constraint=said)


def unsupported(kind: object, expected: Sequence[str]) -> Flaw:
    """A `type` that is not known, or not here. Where there is but one to choose from, Slack says less."""
    message = f"unsupported type: {kind}" if len(expected) > 1 else "must be a valid enum value"
    return failed("enum", message, expected=list(expected), got=kind, at="/type")
