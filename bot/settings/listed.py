"""Who is who: `[people.KEY]`."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from bot.domain.declared.word import odd
from bot.settings.section import Section
from bot.settings.shift import shift_of


def _name(text: str) -> str:
    if not text.strip() or "\n" in text or len(text) > 120:
        raise odd("must be one line of at most 120 letters, and not empty.")
    return text


def _handle(text: str) -> str:
    if not 2 <= len(text) <= 60 or text[0] != "@" or any(letter.isspace() for letter in text):
        raise odd(f"is “{text[:60]}”, which is no handle. A handle begins with @ and has no spaces, such as @mia.")
    return text


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, KeyError):
        raise odd(f"is “{name[:60]}”, which is no time zone. Write it like Europe/Berlin.") from None


def one_word(text: str) -> str:
    if not 1 <= len(text) <= 40 or not all(letter.isalnum() or letter in "-_" for letter in text):
        raise odd("must be one word of letters, digits, - and _, such as acme.")
    return text


def _hours(text: str) -> str:
    shift_of(text)
    return text


Name = Annotated[str, AfterValidator(_name)]
Handle = Annotated[str, AfterValidator(_handle)]


class Listed(Section):
    """One person: `[people.mia]`."""

    name: Name = Field(description="the name people know them by", examples=['"Mia Lindqvist"'])
    handle: Handle = Field(description="how briefs name them", examples=['"@mia"'])
    groups: tuple[Name, ...] = Field(default=(), examples=['["support"]'])
    account: str = Field(default="", examples=['"mia"'])
    """The operating-system account they use the command line with."""
    guest: bool = Field(default=False, examples=["true"])
    active: bool = Field(default=True, examples=["false"])
    foreign: bool = Field(default=False, examples=["true"])
    away: bool = Field(default=False, examples=["true"])
    delegate: str = Field(default="", examples=['"leo"'])
    """Who stands in while they are away: another key of [people]."""
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(default="UTC", examples=['"Europe/Berlin"'])
    hours: tuple[Annotated[str, AfterValidator(_hours)], ...] = Field(default=(), examples=['["mon-fri 09:00-17:30"]'])
    """When they work, by the clock of their time zone; outside of that they are passed over."""
    title: str = Field(default="", examples=['"Support lead"'])
