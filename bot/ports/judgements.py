"""What is learned from people's decisions, as it is kept: numbers, versions and pseudonyms; nothing anybody said."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.judgement import Judgement
from bot.domain.run import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and who answers it: what is learned of one says nothing of another."""

    workflow: str
    step: str
    prompt: str
    """At its version: `triage@a1b2c3d`."""
    model: str


class Judgements(Protocol):
    def write(self, run: Run, judgement: Judgement) -> None:
        """Keep what a person made of an answer. Of two, the one that did not take it counts."""
        ...

    def precede(self, run: Run, about: Iterable[str]) -> None:
        """Keep that people decided about these records in this run."""
        ...
