"""What is said of a value that does not fit: plain words, and nothing of the value."""

from datetime import date
from typing import Literal

import pytest
from pydantic import Field, ValidationError

from bot.domain.intent import Fact
from bot.domain.misfit import misfits
from bot.intents.field import Address, Id


class Wish(Fact):
    order: Id = "A-1"
    email: Address = "kim@shop.example"
    name: str = Field(default="Kim", min_length=2, max_length=200)
    day: date | None = None
    pieces: int = Field(default=1, ge=1, le=9)
    colour: Literal["red", "blue"] = "red"
    code: str = Field(default="EUR", pattern="^[A-Z]{3}$")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "x" * 231, "At most 200 characters; these are 231."),
        ("name", "x", "At least 2 characters; this is 1."),
        ("name", "", "Fill this in."),
        ("name", 7, "This has to be a text."),
        ("day", "2026-13-31", "This is no day. Write it like 2026-03-31."),
        ("day", "tomorrow", "This is no day. Write it like 2026-03-31."),
        ("pieces", "many", "Write a whole number."),
        ("pieces", 0, "Write a number that is at least 1."),
        ("pieces", 10, "Write a number that is at most 9."),
        ("colour", "green", "Choose one of these: red, blue."),
        ("email", "kim at shop", "Write an address such as name@shop.example."),
        ("order", "A 1", "Write letters, digits, dots, dashes and underscores alone, without spaces."),
        ("code", "euro", "This is not in the form it has to have."),
        ("size", "L", "There is no such field here."),
    ],
)
def test_each_misfit_is_said_in_plain_words(field: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Wish.model_validate({field: value})
    assert list(misfits(caught.value, Wish)) == [((field,), said)]
