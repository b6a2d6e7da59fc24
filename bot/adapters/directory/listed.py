"""The directory of a bot without a chat: the people listed in its settings."""

from collections.abc import Iterable

from bot.domain.person import Person, PersonId


class Listed:
    """People and groups from a list."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = {person.id: person for person in people}
        self._by_name = {
            name.casefold(): person
            for person in self._people.values()
            for name in (person.id, person.handle, person.handle.removeprefix("@"), person.name)
            if name
        }

    def person(self, id: PersonId) -> Person | None:
        return self._people.get(id)

    def named(self, name: str) -> Person | None:
        return self._by_name.get(name.strip().casefold())

    def members(self, group: str) -> tuple[Person, ...]:
        return tuple(person for person in self._people.values() if group in person.groups and person.active)
