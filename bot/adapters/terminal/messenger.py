"""Shows cards and messages where somebody sits at a terminal, or writes them to a log where nobody does."""

from collections.abc import Callable

from bot.adapters.terminal.text import lines_of
from bot.domain.card import card_of
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.text import visible
from bot.domain.trouble import Trouble
from bot.ports.messenger import About

Write = Callable[[str], None]


class Terminal:
    """The messenger of a bot that has no chat: people look at runs with the command line."""

    def __init__(self, write: Write) -> None:
        self._write = write

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Write the card down."""
        card = card_of(run, terms, step)
        if card is not None:
            self._write("\n".join(lines_of(card)))
        return "terminal"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        """Write a message down."""
        del key, about
        self._write(f"To {to}: {visible(text)} (run {run.id})")
        return "terminal"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        """Write down what is about no one run."""
        del key
        self._write(f"To {to}: {visible(text)}")
        return "terminal"
