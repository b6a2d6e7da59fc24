"""Who stands in for somebody who is away: their delegate, and whoever that one left in their place."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.application.present import present
from bot.domain.person import Person
from bot.testing.play import MORNING
from tests.application.office import Known
from tests.made import EVE, INES, LEO, MIA


def away(who: Person, to: Person | None) -> Person:
    return replace(who, away=True, delegate=to.id if to is not None else None)


CASES: Mapping[str, tuple[tuple[Person, ...], Person]] = {
    "nobody is away": ((MIA, LEO), MIA),
    "a delegate": ((away(MIA, LEO), LEO), LEO),
    "no delegate": ((away(MIA, None), LEO), MIA),
    "a delegate who is away, too": ((away(MIA, LEO), away(LEO, INES), INES), INES),
    "a delegate whom nobody knows": ((away(MIA, EVE), LEO), MIA),
    "a delegate who has left": ((away(MIA, LEO), replace(LEO, active=False)), MIA),
    "the last one who is there": ((away(MIA, LEO), away(LEO, EVE), INES), LEO),
    "herself": ((away(MIA, MIA),), MIA),
    "one another": ((away(MIA, LEO), away(LEO, MIA)), LEO),
    "round in a circle": ((away(MIA, LEO), away(LEO, INES), away(INES, MIA)), INES),
    "a delegate of somebody who is there": ((replace(MIA, delegate=LEO.id), LEO), MIA),
}


@pytest.mark.parametrize(("people", "who"), CASES.values(), ids=CASES)
def test_whoever_is_away_is_stood_in_for(people: tuple[Person, ...], who: Person) -> None:
    assert present(people[0], Known({person.id: person for person in people}), MORNING).id == who.id
