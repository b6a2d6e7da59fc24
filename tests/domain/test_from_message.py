"""Which field a message's words go into, and what they leave open."""

from typing import Annotated, Literal

import pytest

from bot.authoring import Fact, Field
from bot.domain.from_message import SHORTEST_ROOM, field_for_words, needed_besides_words
from bot.intents import helpdesk


class Request(Fact):
    title: str = Field(max_length=SHORTEST_ROOM)
    text: str
    note: str | None = None


class Bounded(Fact):
    short: str = Field(max_length=SHORTEST_ROOM + 1)
    long: Annotated[str, Field(max_length=4_000)]
    as_long: str = Field(default="", max_length=4_000)


class Wordless(Fact):
    id: str = Field(max_length=40)
    code: str = Field(pattern=r"^[a-z]+$")
    kind: Literal["a", "b"]
    tags: tuple[str, ...] = ()
    either: str | int = 0


class Optional(Fact):
    text: str | None = None


@pytest.mark.parametrize(
    ("fact", "name"),
    [(Request, "text"), (Bounded, "long"), (Optional, "text"), (helpdesk.Ticket, "body"), (Wordless, None)],
)
def test_the_words_go_where_free_text_has_the_most_room(fact: type[Fact], name: str | None) -> None:
    assert field_for_words(fact) == name


def test_of_two_with_the_same_room_it_is_the_first() -> None:
    class Twice(Fact):
        one: str
        two: str

    assert field_for_words(Twice) == "one"
    assert needed_besides_words(Twice) == ("two",)


@pytest.mark.parametrize(
    ("fact", "names"),
    [
        (Request, ("title",)),
        (Bounded, ("short",)),
        (Optional, ()),
        (helpdesk.Ticket, ("id", "customer_id", "email", "subject")),
        (Wordless, ("id", "code", "kind")),
    ],
)
def test_everything_else_without_a_default_is_left_open(fact: type[Fact], names: tuple[str, ...]) -> None:
    assert needed_besides_words(fact) == names


def test_what_has_no_fields_takes_no_words() -> None:
    assert (field_for_words(Fact), needed_besides_words(Fact)) == (None, ())
