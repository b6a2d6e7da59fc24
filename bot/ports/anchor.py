"""Places outside the database that keep checkpoints: what shows that the record was cut or put back."""

from typing import Protocol


class Anchor(Protocol):
    @property
    def place(self) -> str:
        """What people call it: `log`, the path of a file."""
        ...

    async def publish(self, checkpoint: str) -> str | None:
        """Keep a checkpoint there; returns a receipt. None where nobody keeps it now; Transient where that failed."""
        ...

    async def last(self) -> str | None:
        """The checkpoint kept there last; None where there is none, or where it cannot be read back."""
        ...
