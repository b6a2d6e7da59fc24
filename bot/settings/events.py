"""Who is told of what becomes of runs: `[events.NAME]`, and the secrets that events are signed with."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.domain.audit.entry import EntryKind
from bot.domain.cloud_event import DEFAULT, NOTES
from bot.domain.declared.place import Where
from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.domain.text import nearest, one_line
from bot.settings.host import is_here, web_address
from bot.settings.secret import IN_FILE, PREFIX
from bot.settings.section import Problem, Section
from bot.settings.web import OLD, secrets_named

EVENTS, SECRET = "EVENTS_", "_SECRET"
"""Around the name of a section in capitals."""
_NAME = re.compile(r"[a-z][a-z0-9]{0,39}")


def _url(url: str) -> str:
    parts = web_address(url)
    if parts is None or parts.fragment or not url.isascii() or len(url) > 1_000:
        raise odd(f"is “{url[:80]}”, which is no address. Write it like https://events.example.com/countersign")
    if parts.username is not None or parts.password is not None:
        raise odd("has a password in it. Events are signed instead; no secret stands in this file.")
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        raise odd("can be read by everybody on the way. Write https:// in front, or an address of this machine.")
    return url


def _kind(text: str) -> EntryKind:
    kind = next((kind for kind in NOTES if kind == text), None)
    if kind is None:
        meant = nearest(text, [*NOTES])
        hint = f"Did you mean {meant}?" if meant else "Write words such as run.done, run.parked or gate.decided."
        raise odd(f"has “{one_line(text, 40)}”, of which nobody is told. {hint}")
    return kind


class EventsUse(Section):
    """`[events.NAME]`: somebody who is told."""

    url: Annotated[str, AfterValidator(_url)] = Field(
        description="where events are sent", examples=['"https://events.example.com/countersign"']
    )
    of: tuple[Annotated[str, AfterValidator(_kind)], ...] = Field(
        default=DEFAULT, min_length=1, examples=['["run.done", "run.parked"]']
    )
    """Which entries of the record they are told of."""
    workflows: tuple[str, ...] = Field(default=(), examples=['["refund_recommendation"]'])
    """Of which workflows; left out, of all."""
    signed: bool = Field(default=True, examples=["false"])
    """Whether events are signed; where they are and no secret is set, none is sent."""
    private: bool = Field(default=False, examples=["true"])
    """Whether its host may have an address of this machine or of a private network."""

    @property
    def kinds(self) -> tuple[EntryKind, ...]:
        return tuple(dict.fromkeys(map(EntryKind, self.of)))


def contradictions(events: Mapping[str, EventsUse]) -> Iterator[Problem]:
    """What does not go together in `[events]`: where, what, and what to write instead."""
    for name, use in events.items():
        where: Where = ("events", name)
        if not _NAME.fullmatch(name):
            mend = "Write small letters and digits alone, such as warehouse: the variable of its secret is named by it."
            yield where, f"“{one_line(name, 40)}” is no name for whoever gets events.", mend
        parts = web_address(use.url)
        if parts is not None and is_here(parts.hostname or "") and not use.private:
            said = f"`events.{name}.url` is on this machine."
            yield (*where, "url"), said, "Where it is meant, write under it: private = true"


def event_secrets_of(events: Mapping[str, EventsUse], env: Mapping[str, str]) -> Mapping[str, tuple[SecretStr, ...]]:
    """What events are signed with, by subscriber: the new secret, and the old one while it is exchanged.

    Raises Misdeclared where one is told that nobody here has.
    """
    variables = {f"{EVENTS}{name.upper()}{SECRET}": name for name in events}
    for variable in sorted(env):
        own = variable.removeprefix(PREFIX)
        named = own.removesuffix(IN_FILE).removesuffix(OLD)
        if own != variable and own.startswith(EVENTS) and named not in variables:
            others = ", ".join(PREFIX + one for one in variables) or "none; add the section, or take this away"
            said = f"The environment has {variable}, and no such section stands under [events]."
            raise Misdeclared(said, mend=f"There could be: {others}.")
    found = {name: secrets_named(variable, env) for variable, name in variables.items()}
    return {name: secrets for name, secrets in found.items() if secrets}


def secret_variable(name: str) -> str:
    """The variable in which the secret of a section stands."""
    return f"{PREFIX}{EVENTS}{name.upper()}{SECRET}"
