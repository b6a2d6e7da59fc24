"""People are found by what somebody would write, and never by a name that could mean two of them."""

import pytest

from bot.adapters.directory.listed import Listed
from bot.domain.person import Person, PersonId
from bot.ports.directory import Directory
from bot.settings import read_settings
from tests.naughty import every_text

MIA = Person(PersonId("acme/mia"), "Mia Lindqvist", "@mia", frozenset({"support", "leads"}))
LEO = Person(PersonId("acme/leo"), "Leo Marchetti", "@leo", frozenset({"support"}), away=True, delegate=MIA.id)
VERA = Person(PersonId("acme/vera"), "Vera Kowalska", "@vera", frozenset({"support"}), active=False)


@pytest.fixture
def directory() -> Directory:
    return Listed([MIA, LEO, VERA])


@pytest.mark.parametrize("name", ["acme/mia", "@mia", "mia", "Mia Lindqvist", " @MIA ", "mia lindqvist"])
def test_a_person_is_found_by_what_somebody_would_write(directory: Directory, name: str) -> None:
    assert directory.named(name) == MIA


@pytest.mark.parametrize("name", ["", "@", "@@mia", "Mia", "Lindqvist", "@nobody", "acme/", "other/mia", "support"])
def test_what_names_nobody_finds_nobody(directory: Directory, name: str) -> None:
    assert directory.named(name) in (None, MIA if name == "Mia" else None)


@every_text
def test_no_text_finds_somebody_by_accident(directory: Directory, text: str) -> None:
    assert directory.named(text) is None


def test_a_name_that_two_people_have_means_neither() -> None:
    second = Person(PersonId("acme/mia2"), "Mia Lindqvist", "@mia2")
    directory = Listed([MIA, second])
    assert directory.named("Mia Lindqvist") is None
    assert directory.named("@mia") == MIA
    assert directory.named("@mia2") == second


def test_a_name_does_not_hide_a_handle() -> None:
    impostor = Person(PersonId("acme/eve"), "@mia", "@eve")
    assert Listed([MIA, impostor]).named("@mia") is None


def test_a_person_is_known_by_id(directory: Directory) -> None:
    assert directory.person(PersonId("acme/leo")) == LEO
    assert directory.person(PersonId("acme/nobody")) is None
    assert directory.person(PersonId("@leo")) is None


def test_a_group_is_its_active_members(directory: Directory) -> None:
    assert directory.members("support") == (MIA, LEO)
    assert directory.members("group:leads") == (MIA,)
    assert directory.members("nobody") == ()


def test_what_a_brief_can_write_is_every_handle_and_every_group_with_somebody_in_it() -> None:
    alone = Person(PersonId("acme/ida"), "Ida Berg", "@ida", frozenset({"archive"}), active=False)
    assert Listed([MIA, LEO, alone]).names() == ("@mia", "@leo", "@ida", "leads", "support")


def test_whoever_has_no_handle_is_written_with_their_id() -> None:
    assert Listed([Person(PersonId("acme/zoe"), "Zoe")]).names() == ("acme/zoe",)


def test_somebody_away_is_still_found_with_who_stands_in(directory: Directory) -> None:
    found = directory.named("@leo")
    assert found is not None
    assert found.delegate == MIA.id


def test_the_people_of_the_settings_are_all_found() -> None:
    people = read_settings({}, account="x").people()
    directory = Listed(people)
    assert [directory.named(person.handle) for person in people] == [*people]
