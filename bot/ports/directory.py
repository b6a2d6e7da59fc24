"""Who people are, now."""

from typing import Protocol

from bot.domain.person import Person, PersonId


class Directory(Protocol):
    def person(self, id: PersonId) -> Person | None:
        """The person as known now (at most five minutes old); None where there is no such person."""
        ...

    def named(self, name: str) -> Person | None:
        """The person behind what somebody wrote: an id, a handle such as `@mia`, or a full name."""
        ...

    def members(self, group: str) -> tuple[Person, ...]:
        """The members of a user group; none where there is no such group."""
        ...
