"""The directory of a bot without a chat: the people listed in its settings."""

from collections.abc import Iterable

from bot.domain.person import Person, PersonId


class Listed:
    """People and groups from a list."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = {person.id: person for person in people}
        self._by_name: dict[str, Person | None] = {}
        for person in self._people.values():
            for name in {n.casefold() for n in (person.id, person.handle, person.handle[1:], person.name) if n}:
                # A name that two people have is nobody's: whoever means one of them has to say which.
                self._by_name[name] = None if name in self._by_name else person

    def person(self, id: PersonId) -> Person | None:
        return self._people.get(id)

    def named(self, name: str) -> Person | None:
        return self._by_name.get(name.strip().casefold())

    def members(self, group: str) -> tuple[Person, ...]:
        name = group.removeprefix("group:")
        return tuple(person for person in self._people.values() if name in person.groups and person.active)

    def names(self) -> tuple[str, ...]:
        groups = {group for person in self._people.values() if person.active for group in person.groups}
        return (*(person.handle or person.id for person in self._people.values()), *sorted(groups))
