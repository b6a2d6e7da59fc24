"""Who is there: somebody who is away is stood in for by their delegate, and that one by theirs."""

from bot.domain.person import Person
from bot.ports.directory import Directory


def present(person: Person, directory: Directory) -> Person:
    """Whoever acts for a person now. The delegate needs the right of their own."""
    met = {person.id}
    while person.away and person.delegate is not None and person.delegate not in met:
        stand_in = directory.person(person.delegate)
        if stand_in is None or not stand_in.active:
            break
        met.add(stand_in.id)
        person = stand_in
    return person
