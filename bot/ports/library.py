"""The workflows, briefs and prompts, at the versions a run pinned."""

from typing import Protocol

from bot.domain.run import Run
from bot.domain.terms import Terms


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
