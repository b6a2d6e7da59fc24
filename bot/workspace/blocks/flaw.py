"""What is wrong with blocks, as Slack says it."""

from dataclasses import dataclass

from bot.workspace.payload import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong, and where: `pointer` is a JSON pointer into what was given."""

    code: str
    """`missing_field`, `invalid_length`, …"""
    message: str
    pointer: str
    field: str = ""
    constraint: str = ""

    def shown(self) -> Json:
        """As in the `errors` of an answer."""
        said: Json = {"code": self.code, "message": self.message, "pointer": self.pointer}
        if self.field:
            said["field"] = self.field
        if self.constraint:
            said["constraint"] = self.constraint
        return said

    def line(self) -> str:
        """As in `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"
