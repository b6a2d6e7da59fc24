"""A suggestion, for whoever it was made for, as long as it stands."""

from bot.application.parts import Parts
from bot.domain.errors import NotAllowed, OutOfDate
from bot.domain.person import Person
from bot.domain.suggestion import Suggestion

GONE = "This is settled already, or too old. Say it again."
NOT_YOURS = "This was made for somebody else. Say it yourself, and I show you your own."


async def recall(parts: Parts, id: str, by: Person) -> Suggestion:
    """Raises OutOfDate where it is gone, NotAllowed where it is somebody else's."""
    found = await parts.store.run(lambda tx: tx.suggestions.by_id(id))
    if found is None or parts.clock.now() >= found.until:
        raise OutOfDate(GONE)
    if found.person != by.id:
        raise NotAllowed(NOT_YOURS, reason="not-asked")
    return found
