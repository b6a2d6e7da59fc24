"""The workflows, briefs and prompts, at the versions a run pinned."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.domain.plain import Plain
from bot.domain.run import Run
from bot.domain.terms import Prompt, Terms
from bot.ports.version import Version, VersionKind


class Library(Protocol):
    def names(self) -> tuple[str, ...]:
        """Every workflow that loads."""
        ...

    def current(self, workflow: str) -> Terms:
        """The workflow as it stands now; Unknown where there is none."""
        ...

    def pinned(self, run: Run) -> Terms:
        """The terms a run goes by: its own brief and prompts, the steps as loaded."""
        ...

    def changed_ahead(self, run: Run) -> tuple[str, ...]:
        """Steps this run still has ahead of it whose code is no longer what it pinned."""
        ...

    def instructions(self, prompt: Prompt, values: Mapping[str, Plain]) -> str:
        """What the model is told: the prompt's text, with its places filled in from trusted inputs only."""
        ...

    def proposed(self, kind: VersionKind, name: str, text: str) -> Mapping[str, Terms]:
        """What each workflow would go by with this text. Misdeclared where one would not load; Unknown otherwise."""
        ...

    def learn(self, versions: Iterable[Version]) -> None:
        """Go by these versions from now on: this process stored them, or another one did."""
        ...
