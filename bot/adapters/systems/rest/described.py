"""The description of one system, as it counts now: what is accepted while the bot runs goes for the next answer."""

from collections.abc import Mapping

from bot.adapters.systems.rest.bound import Bound, fit
from bot.adapters.systems.rest.description import Filed, calls_of
from bot.adapters.systems.rest.system import Rest
from bot.domain.errors import Unfit


class RestDescription:
    """What its file says, what counts, and who goes by it. Raises Misdeclared where the file does not fit."""

    def __init__(self, system: str, filed: Filed, values: Mapping[str, str]) -> None:
        self._system, self._filed, self._values = system, filed, values
        self.bound = self._fit(filed.text)
        self._calls = calls_of(self.bound.description)
        self._rest: Rest | None = None

    @property
    def called(self) -> str:
        return self.bound.description.name

    @property
    def filed(self) -> str:
        return self._filed.text

    @property
    def file(self) -> str:
        return self._filed.file

    def refuse_unfit(self, text: str) -> None:
        """Raise Misdeclared where a text does not load, Unfit where it sends something else than the file."""
        if calls_of(self._fit(text).description) != self._calls:
            raise Unfit(
                f"This would change what is sent to {self.called}, and that stands in its file alone."
                f" Mend {self.file}, and start the bot again."
            )

    def go_by(self, text: str) -> None:
        """Rely on answers as this text says, from now on."""
        self.bound = self._fit(text)
        if self._rest is not None:
            self._rest.go_by(self.bound)

    def drive(self, rest: Rest) -> None:
        """Tell this system of every change from now on."""
        self._rest = rest

    def _fit(self, text: str) -> Bound:
        return fit(self._system, Filed(text, self._filed.file), self._values)
