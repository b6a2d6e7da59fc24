"""The form page of a brief: what a stranger reads above it, and what is filled in for them."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.brief.field import Given, Line
from bot.domain.declared.place import Where, shown
from bot.domain.plain import Plain

MADE = 16
"""How long an id is that a form fills in: of digits and a to f."""


class Form(BaseModel):
    """The page for people outside: `[triggers.form]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line | None = Field(default=None, examples=['"Ask us about Hubwheel"'])
    """Its heading; the name of the workflow, where there is none."""
    says: Line | None = Field(default=None, examples=['"Tell us about your shop. A person answers you."'])
    """What it is for, in a sentence or two."""
    given: Mapping[str, Given] = Field(default={}, examples=['{ source = "web form" }'])
    """What is filled in and not asked for; nobody sees it."""
    unasked: tuple[str, ...] = Field(default=(), examples=['["asked_on"]'])
    """Fields that are neither asked for nor shown and keep what they are if left out, whatever is sent."""
    made: tuple[str, ...] = Field(default=(), examples=['["id"]'])
    """Fields that each form fills in with an id of its own (16 of 0-9, a-f); a form sent twice has one."""

    @property
    def hidden(self) -> frozenset[str]:
        """Fields of which whoever fills in the form sees nothing."""
        return frozenset((*self.given, *self.unasked, *self.made))

    @property
    def filled_in(self) -> dict[str, Plain]:
        """What is given, as plain data."""
        return {name: [*value] if isinstance(value, tuple) else value for name, value in self.given.items()}


def contradictions_of(form: Form, *, open_: bool) -> Iterator[tuple[Where, str, str]]:
    """What of a form cannot be meant like that; it is open where `form` is one of the doors."""
    path: Where = ("triggers", "form")
    if form != Form() and not open_:
        yield path, f"`{shown(path)}` is closed: form is not one of the doors.", 'Add "form" to triggers.doors.'
