"""What goes to one server and what comes back: text, of which nothing is trusted and nothing has been checked.

A wire knows how to speak to one kind of server and never raises for what that server does. What an answer is worth,
and what happens next, is the engine's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.outcome import Outcome


class Dialect(StrEnum):
    """Ways of asking for a form, from the strictest to the plainest."""

    STRICT = "strict schema"
    SCHEMA = "schema"
    TOOL = "tool"
    OBJECT = "json object"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said."""

    role: str
    """`user` or `assistant`."""
    text: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a model is told besides the words, where it takes it; most reasoning models do not."""

    temperature: str = ""
    """As text: 0.2. Empty where the model decides."""
    effort: str = ""
    """`low`, `medium` or `high`, for models that reason."""
    logprobs: bool = False
    """Whether the server says how likely each word of the answer was."""
    extra: Mapping[str, object] = field(default_factory=dict[str, object])
    """Fields that only this server knows, put into the body as they are."""


PLAIN = Parameters()


@dataclass(frozen=True, slots=True)
class Request:
    """One call."""

    model: str
    system: str
    turns: tuple[Turn, ...]
    form_name: str
    form: Mapping[str, object]
    """The strict JSON Schema of the answer with its envelope."""
    max_output_tokens: int
    key: str
    """The idempotency key of this call."""
    within: timedelta
    fingerprint: str
    """What was asked, whatever the fence was called: two calls with one of these ask the same."""
    parameters: Parameters = PLAIN


@dataclass(frozen=True, slots=True)
class Usage:
    """What the server says it counted; None where it does not say."""

    input: int | None = None
    cached: int | None = None
    output: int | None = None
    reasoning: int | None = None


UNCOUNTED = Usage()


@dataclass(frozen=True, slots=True)
class Likely:
    """A piece of the answer, and how likely it was: the natural logarithm, in millionths."""

    piece: str
    log_micros: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ANSWERED promises a text, and nothing of what stands in it."""

    outcome: Outcome
    text: str = ""
    detail: str = ""
    """What the server said was wrong: for the record, never for the model."""
    finish: str = ""
    usage: Usage = UNCOUNTED
    reported: str = ""
    request_id: str = ""
    retry_after: timedelta | None = None
    likely: tuple[Likely, ...] = ()
    learned: bool = False
    """Whether the wire knows better now what this model takes, and would ask otherwise the next time."""
    words: str = ""
    """What a person is told instead of the usual sentence: the wire's own words, never a server's."""


class Wire(Protocol):
    """A way to one server."""

    server: str
    """Its host and path, for the record."""
    dialects: tuple[Dialect, ...]
    """Those it may be asked in, the best first."""

    async def send(self, request: Request, dialect: Dialect) -> Reply:
        """One call, and one alone. Never raises for what a server does."""
        ...

    async def close(self) -> None: ...
