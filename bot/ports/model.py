"""The model step: one question, one typed envelope back. A model has no tools and sees only what a prompt declares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.attempt import Attempt
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.prompting import Example


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: trusted instructions apart from untrusted text, and the type of the answer."""

    workflow: str
    step: str
    fact: type[Fact]
    instructions: str
    """Trusted: the rendered prompt file."""
    material: Mapping[str, Plain]
    """The declared inputs, by step name. Nothing in it is an instruction."""
    prompt: str
    """The prompt's version, `triage@a1b2c3d`."""
    hints: Mapping[str, Plain]
    """The prompt's `[rehearsal]` table."""
    key: str
    """The idempotency key of this question."""
    run: str = ""
    """The run it belongs to, for whoever watches the bot; a model never reads it."""
    untrusted: frozenset[str] | None = None
    """Which of the material reaches the model behind a fence; all of it where nobody says."""
    role: str = "fast"
    confidence: str = ""
    """What it is asked about how sure it is."""
    examples: tuple[Example, ...] = ()
    """What was answered well before, and what people made of what was not."""
    within: timedelta = timedelta(seconds=60)
    """How long all calls together may take."""
    max_output_tokens: int = 1200
    remark: str = ""
    """A reviewer's wish for a redraft."""
    previous: Mapping[str, Plain] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid fact with its envelope. The value is what the model said; nothing in it is trusted."""

    fact: Fact
    confidence: int | None
    """Per cent."""
    doubts: tuple[str, ...]
    evidence: tuple[str, ...]
    """Quotes; one that does not occur in the material becomes a doubt."""
    attempts: tuple[Attempt, ...]
    rehearsed: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The model gave nothing that can be used."""

    wrong: bool
    """True where it answered badly, False where it could not be reached."""
    text: str
    attempts: tuple[Attempt, ...]
    transient: bool = False
    """Whether it may be better in a while, by itself."""
    retry_after: timedelta | None = None
    """How long the other side asked us to wait."""


class Model(Protocol):
    """Any model. Never raises for what a server or model does: that is an Answer or a NoAnswer."""

    name: str
    """What records call it: `rehearsal/1`."""
    rehearsal: bool

    async def answer(self, question: Question) -> Answer | NoAnswer: ...

    def estimate_micros(self, question: Question) -> int | None:
        """What all calls for this may cost at most, to be set aside before the first; None where no price is known."""
        ...
