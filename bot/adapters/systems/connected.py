"""Which external systems this bot is connected to, by name."""

from collections.abc import Iterable, Mapping

from bot.domain.errors import Broken
from bot.ports.system import Binding, System


class Connected:
    """The connected systems, each under its own name; of those that are not, why."""

    def __init__(self, systems: Iterable[System], *, closed: Mapping[str, str] | None = None) -> None:
        self._systems = {system.name: system for system in systems}
        self.closed: Mapping[str, str] = closed or {}

    def of(self, name: str) -> System:
        """The system of that name; Broken where it is not connected."""
        system = self._systems.get(name)
        if system is None and name in self.closed:
            raise Broken(self.closed[name])
        if system is None:
            known = ", ".join(sorted(self._systems)) or "none"
            raise Broken(
                f"The system {name} is not connected: connect it, or take it out of the brief's [reads] and"
                f" [changes]. Connected: {known}."
            )
        return system

    def binding(self, kind: str) -> Binding | None:
        """How intents of that kind are bound; None where no connected system binds them."""
        system = self._systems.get(kind.partition(".")[0])
        return system.bindings.get(kind) if system else None

    async def close(self) -> None:
        """Let go of every system."""
        for system in self._systems.values():
            await system.close()
