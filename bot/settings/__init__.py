"""The environment and countersign.toml, read once, typed, secrets masked."""

import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr

from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Misdeclared, NotAllowed
from bot.domain.person import Person, PersonId, TeamId
from bot.domain.text import nearest
from bot.settings.events import EventsUse, event_secrets_of
from bot.settings.events import contradictions as of_events
from bot.settings.links import Links
from bot.settings.listed import Listed as Listed
from bot.settings.listed import Name, one_word
from bot.settings.model import ModelUse, contradictions, keys_of
from bot.settings.section import Problem, Section
from bot.settings.shift import shift_of
from bot.settings.slack import Slack, SlackUse, slack_of
from bot.settings.systems import Credential, SandboxUse, SystemUse, WrittenUse, credentials_of
from bot.settings.systems import contradictions as of_systems
from bot.settings.telemetry import Telemetry
from bot.settings.variable import refuse_unknown
from bot.settings.web import WebUse, hook_secrets_of

SAMPLE = Path(__file__).parent.with_name("sample.toml")
"""The people of the sample company: what a fresh installation starts with."""

FILE = "countersign.toml"


class Audit(Section):
    anchor_file: str = Field(default="", examples=['"/srv/anchors/countersign.log"'])
    """Where checkpoints are written besides the log; best on another disk or host."""


class Secrets(Section):
    redact: tuple[SecretStr, ...] = ()
    """Values that are taken out of everything before it is stored."""


class File(Section):
    """countersign.toml."""

    team: Annotated[str, AfterValidator(one_word)] = Field(default="local", examples=['"acme"'])
    people: Mapping[str, Listed] = Field(
        min_length=1, description="who is who; add a section such as [people.mia] for each"
    )
    groups: Mapping[str, tuple[Name, ...]] = {}
    """Who else is in a group: `support = ["mia"]`, beside what each person says of themselves."""
    model: ModelUse = ModelUse()
    systems: Mapping[str, WrittenUse] = {}
    audit: Audit = Audit()
    links: Links = Links()
    slack: SlackUse = SlackUse()
    telemetry: Telemetry = Telemetry()
    web: WebUse = WebUse()
    events: Mapping[str, EventsUse] = {}
    secrets: Secrets = Secrets()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is configured, from wherever."""

    data: Path
    workflows: Path
    file: File
    source: Path
    """The file the settings came from; the built-in sample where there is no countersign.toml."""
    account: str
    slack: Slack | None = None
    """How the bot is let into Slack; None where nothing says so."""
    model_keys: Mapping[str, SecretStr] = field(default_factory=dict[str, SecretStr])
    """The keys of the models' servers, by endpoint."""
    hook_secrets: Mapping[str, tuple[SecretStr, ...]] = field(default_factory=dict[str, tuple[SecretStr, ...]])
    """The secrets of hooks that somebody has set."""
    event_secrets: Mapping[str, tuple[SecretStr, ...]] = field(default_factory=dict[str, tuple[SecretStr, ...]])
    """What the events are signed with, by subscriber."""
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    """What the systems are entered with, by name; nobody has read it yet."""

    @property
    def is_sample(self) -> bool:
        return self.source == SAMPLE

    @property
    def team(self) -> TeamId:
        return TeamId(self.file.team)

    def use_of(self, system: str) -> SystemUse | None:
        """How a system is connected; None where it is not.

        What is not named is played by the sandbox only as long as nothing real is named: no company gets made-up
        answers by a gap in its settings.
        """
        systems = self.file.systems
        unnamed = "systems" in self.file.model_fields_set and not systems
        played = not unnamed and all(isinstance(use, SandboxUse) for use in systems.values())
        return systems.get(system) or (SandboxUse() if played else None)

    def people(self) -> tuple[Person, ...]:
        return tuple(self._person(key, listed) for key, listed in self.file.people.items())

    def _id(self, key: str) -> PersonId:
        return PersonId(f"{self.file.team}/{key}")

    def _person(self, key: str, listed: Listed) -> Person:
        return Person(
            id=self._id(key),
            name=listed.name,
            handle=listed.handle,
            groups=frozenset(listed.groups) | {name for name, keys in self.file.groups.items() if key in keys},
            active=listed.active,
            guest=listed.guest,
            foreign=listed.foreign,
            away=listed.away,
            shifts=tuple(map(shift_of, listed.hours)),
            zone=ZoneInfo(listed.time_zone) if "time_zone" in listed.model_fields_set else None,
            delegate=self._id(listed.delegate) if listed.delegate else None,
        )

    def me(self) -> Person:
        """The person behind the operating-system account. Raises NotAllowed with what to write where there is none."""
        for key, listed in self.file.people.items():
            if listed.account and listed.account == self.account:
                return self._person(key, listed)
        if self.is_sample:
            key = next(iter(self.file.people))
            return self._person(key, self.file.people[key])
        who = self.account
        raise NotAllowed(
            f"The account “{who}” is nobody in {self.source}. Add to it:\n\n"
            f'  [people.{who}]\n  name = "Your Name"\n  handle = "@{who}"\n  account = "{who}"',
            reason="no-such-account",
        )

    def origin(self) -> tuple[str, ...]:
        """Where this comes from and who you are in it, in sentences for `countersign doctor`."""
        where = (
            f"There is no {FILE} here, so the built-in sample company is used: {len(self.file.people)} people who do"
            f" not exist. Write a {FILE} to name your own."
            if self.is_sample
            else f"The settings are those of {self.source}."
        )
        try:
            me = self.me()
            who = f"Your account “{self.account}” stands for {me.name} ({me.handle})."
        except NotAllowed as nobody:
            who = nobody.message
        return (where, who, f"Data is kept in {self.data}, workflows are read from {self.workflows}.")


def read_settings(
    environment: Mapping[str, str] | None = None,
    *,
    data: str | None = None,
    workflows: str | None = None,
    account: str | None = None,
) -> Settings:
    """Read everything once. Raises Misdeclared with every problem: the file, its line and what to write instead."""
    env = os.environ if environment is None else environment
    refuse_unknown(env)
    source = Path(env.get("COUNTERSIGN_FILE") or FILE)
    if not source.is_file():
        if env.get("COUNTERSIGN_FILE"):
            mend = "Mend COUNTERSIGN_FILE, or take it away."
            raise Misdeclared("There is no such file.", file=str(source), mend=mend)
        source = SAMPLE
    folder = Path(data or env.get("COUNTERSIGN_DATA") or ".countersign")
    file = _read(source, folder)
    return Settings(
        data=folder,
        workflows=Path(workflows or env.get("COUNTERSIGN_WORKFLOWS") or _workflows()),
        file=file,
        source=source,
        account=_account() if account is None else account,
        slack=slack_of(file.slack, env),
        model_keys=keys_of(file.model, env),
        hook_secrets=hook_secrets_of(env),
        event_secrets=event_secrets_of(file.events, env),
        credentials=credentials_of(file.systems, env),
    )


def _account() -> str:
    """Whose process this is. The kernel says so; the environment, which anybody can set, is not asked."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def _workflows() -> Path:
    here = Path("workflows")
    return here if here.is_dir() else Path(__file__).resolve().parents[2] / "workflows"


def _read(source: Path, data: Path) -> File:
    try:
        toml = read_toml(source.read_bytes(), file=str(source))
    except OSError as error:
        raise Misdeclared(f"This file cannot be read: {error.strerror}.", file=str(source)) from error
    read = fill_in(File, toml)
    problems = [toml.wrong(path, said, mend) for path, said, mend in _contradictions(read, data)]
    if problems:
        raise Misdeclared.together(sorted(problems, key=lambda one: one.line))
    return read


def _contradictions(file: File, data: Path) -> Iterator[Problem]:
    yield from _twice(file)
    yield from contradictions(file.model)
    yield from of_systems(file.systems)
    yield from of_events(file.events)
    for key, person in file.people.items():
        where = ("people", key, "delegate")
        if person.delegate and person.delegate not in file.people:
            said = f"`people.{key}.delegate` is “{person.delegate}”, who is nobody here."
            yield where, said, _meant(person.delegate, file)
        elif person.delegate == key:
            yield where, f"{person.name} would stand in for themselves.", "Name somebody else, or nobody."
    for group, keys in file.groups.items():
        for n, key in enumerate(keys):
            if key not in file.people:
                yield ("groups", group, n), f"`groups.{group}` has “{key}”, who is nobody here.", _meant(key, file)
    anchor = file.audit.anchor_file
    if anchor and data.resolve() in Path(anchor).resolve().parents:
        said = "`audit.anchor_file` lies in the data folder, where it proves nothing."
        yield ("audit", "anchor_file"), said, "Put it on another disk, or on another machine."


def _meant(key: str, file: File) -> str:
    meant = nearest(key, file.people)
    return f"Did you mean {meant}?" if meant else f"There is: {', '.join(file.people)}."


def _twice(file: File) -> Iterator[Problem]:
    """Two people with one handle or one account: nobody could tell who is meant."""
    for name in ("handle", "account"):
        seen: dict[str, str] = {}
        for key, person in file.people.items():
            value = str(getattr(person, name)).casefold()
            if value and value in seen:
                said = f"{person.name} and {file.people[seen[value]].name} have the same {name}."
                yield ("people", key, name), said, "Give each their own."
            seen.setdefault(value, key)
