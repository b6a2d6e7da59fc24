"""Everything that went over the wire, for the inspector and for tests: calls of the app, deliveries to it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

KEPT = 5_000


class Way(StrEnum):
    """Who called whom."""

    CALL = "call"
    """The app called the Web API or an answer address."""
    DELIVERY = "delivery"
    """The workspace called the app."""
    NOTE = "note"
    """Neither: the workspace has something to say, such as that a socket was opened."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One request and what came back."""

    n: int
    at: float
    way: Way
    app: str
    name: str
    """The method, or what was delivered: `block_actions`, `message.channels`."""
    request: object
    """What was sent; tokens are never in it."""
    response: object = None
    status: str = ""
    """`ok`, or what went wrong in Slack's word."""
    ms: float | None = None
    attempt: int = 0
    reason: str = ""
    """Why it was tried again."""
    transport: str = ""
    person: str = ""
    """Whose act it was."""


@dataclass(slots=True)
class Log:
    """The last lines, oldest first. `listeners` hear each line when it is written and again when it is answered."""

    lines: deque[Line] = field(default_factory=lambda: deque[Line](maxlen=KEPT))
    listeners: list[Callable[[Line], None]] = field(default_factory=list[Callable[[Line], None]])
    _count: int = 0

    def write(self, *, at: float, way: Way, app: str, name: str, request: object, **more: str | int) -> Line:
        """A new line; what is not known yet is filled in later, and then told with `tell`."""
        self._count += 1
        line = Line(n=self._count, at=at, way=way, app=app, name=name, request=request)
        for field_name, value in more.items():
            setattr(line, field_name, value)
        self.lines.append(line)
        self.tell(line)
        return line

    def tell(self, line: Line) -> None:
        for listener in tuple(self.listeners):
            listener(line)

    def clear(self) -> None:
        self.lines.clear()
