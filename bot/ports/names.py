"""What people were called when they acted or were told something, for whoever reads the record without a chat."""

from datetime import datetime
from typing import Protocol

from bot.domain.person import PersonId


class Names(Protocol):
    """No record: it proves nothing, decides nothing, and goes when somebody wants it gone."""

    def keep(self, person: PersonId, name: str) -> None:
        """What somebody is called now, in place of what they were called before."""
        ...

    def drop_about(self, text: str) -> int:
        """Forget whoever has this id or this name, whatever its case; how many there were."""
        ...

    def drop_before(self, time: datetime) -> int:
        """Forget whoever was last kept before then; how many there were."""
        ...
