"""The workflows, briefs and prompts, at the versions a run pinned."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.domain.brief import Brief
from bot.domain.plain import Plain
from bot.domain.run import Run
from bot.domain.terms import Prompt, Terms
from bot.ports.version import Version, VersionKind


class Library(Protocol):
    def names(self) -> tuple[str, ...]:
        """Every workflow that loads."""
        ...

    def every(self) -> tuple[str, ...]:
        """Every workflow there is, whether it loads or not."""
        ...

    def current(self, workflow: str) -> Terms:
        """The workflow as it stands now; Unknown where there is none, Misdeclared where it does not load."""
        ...

    def responsible(self, workflow: str) -> Brief:
        """The brief as it stands now; of one that does not fit, what is left: who is responsible. Unknown otherwise."""
        ...

    def trouble(self, workflow: str) -> str:
        """Why a workflow does not load, in a sentence or two; empty where it does."""
        ...

    def why_not(self, run: Run) -> str:
        """Why a run cannot go on: its workflow does not load, or not with what the run pinned. Empty where it can."""
        ...

    def pinned(self, run: Run) -> Terms:
        """The terms a run goes by: its own brief and prompts, the steps as loaded. Raises as `current` does."""
        ...

    def changed_ahead(self, run: Run) -> tuple[str, ...]:
        """Steps this run still has ahead of it whose code is no longer what it pinned."""
        ...

    def instructions(self, prompt: Prompt, values: Mapping[str, Plain]) -> str:
        """What the model is told: the prompt's text, with its places filled in from trusted inputs only."""
        ...

    def own_prompt(self, name: str) -> Prompt:
        """A prompt of the bot's own, as it ships: `choose`, `fill`, `change`."""
        ...

    def text(self, what: tuple[VersionKind, str]) -> str:
        """A text as it stands now. Unknown where there is none."""
        ...

    def proposed(self, kind: VersionKind, name: str, text: str) -> Mapping[str, Terms | None]:
        """What each workflow would go by with this text. Misdeclared where one would not load; Unknown otherwise.

        None where one does not load now, and would not yet, but no worse.
        """
        ...

    def learn(self, versions: Iterable[Version]) -> None:
        """Go by these versions from now on: this process stored them, or another one did."""
        ...
