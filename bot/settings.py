"""The environment and countersign.toml, read once, typed, secrets masked."""

import getpass
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.domain.errors import Misdeclared, Refused
from bot.domain.person import Person, PersonId, TeamId

SAMPLE = Path(__file__).with_name("sample.toml")
"""The people of the sample company: what a fresh installation starts with."""

FILE = "countersign.toml"


def _handle(value: object) -> object:
    if isinstance(value, str) and not value.startswith("@"):
        raise ValueError("a handle begins with @, for example @mia")
    return value


Handle = Annotated[str, BeforeValidator(_handle), Field(min_length=2, max_length=60)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Listed(Section):
    """One person: `[people.mia]`."""

    name: str = Field(min_length=1, max_length=120)
    handle: Handle
    groups: tuple[str, ...] = ()
    account: str = ""
    """The operating-system account they use the command line with."""
    guest: bool = False
    active: bool = True
    foreign: bool = False
    away: bool = False
    delegate: str = ""
    """Who stands in while they are away: another key of [people]."""
    time_zone: str = "UTC"
    title: str = ""


class ModelUse(Section):
    use: Literal["rehearsal"] = "rehearsal"


class SystemUse(Section):
    use: Literal["sandbox"] = "sandbox"


class Audit(Section):
    anchor_file: str = ""
    """Where checkpoints are written besides the log; best on another disk or host."""


class Secrets(Section):
    redact: tuple[SecretStr, ...] = ()
    """Values that are taken out of everything before it is stored."""


class File(Section):
    """countersign.toml."""

    team: str = Field(default="local", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    people: dict[str, Listed]
    model: ModelUse = ModelUse()
    systems: dict[str, SystemUse] = {"helpdesk": SystemUse()}
    audit: Audit = Audit()
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

    @property
    def is_sample(self) -> bool:
        return self.source == SAMPLE

    @property
    def team(self) -> TeamId:
        return TeamId(self.file.team)

    def people(self) -> tuple[Person, ...]:
        return tuple(self._person(key, listed) for key, listed in self.file.people.items())

    def _id(self, key: str) -> PersonId:
        return PersonId(f"{self.file.team}/{key}")

    def _person(self, key: str, listed: Listed) -> Person:
        return Person(
            id=self._id(key),
            name=listed.name,
            handle=listed.handle,
            groups=frozenset(listed.groups),
            active=listed.active,
            guest=listed.guest,
            foreign=listed.foreign,
            away=listed.away,
            delegate=self._id(listed.delegate) if listed.delegate else None,
        )

    def me(self) -> Person:
        """The person behind the operating-system account. Raises Refused with what to write down where there is none."""
        for key, listed in self.file.people.items():
            if listed.account == self.account:
                return self._person(key, listed)
        if self.is_sample:
            key = next(iter(self.file.people))
            return self._person(key, self.file.people[key])
        raise Refused(
            f"The account “{self.account}” is nobody in {self.source}. Add to it:\n\n"
            f'  [people.{self.account}]\n  name = "Your Name"\n  handle = "@{self.account}"\n  account = "{self.account}"'
        )


def read_settings(
    environment: Mapping[str, str] | None = None, *, data: str | None = None, workflows: str | None = None
) -> Settings:
    """Read everything once. Raises Misdeclared with the file, what is wrong and what to write."""
    env = os.environ if environment is None else environment
    source = Path(env.get("COUNTERSIGN_FILE") or FILE)
    if not source.is_file():
        if env.get("COUNTERSIGN_FILE"):
            raise Misdeclared(
                "There is no such file.", file=str(source), mend="Mend COUNTERSIGN_FILE, or take it away."
            )
        source = SAMPLE
    return Settings(
        data=Path(data or env.get("COUNTERSIGN_DATA") or ".countersign"),
        workflows=Path(workflows or env.get("COUNTERSIGN_WORKFLOWS") or _workflows()),
        file=_read(source),
        source=source,
        account=getpass.getuser(),
    )


def _workflows() -> Path:
    here = Path("workflows")
    return here if here.is_dir() else Path(__file__).resolve().parent.parent / "workflows"


def _read(source: Path) -> File:
    try:
        read = File.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Misdeclared(
            f"This file cannot be read: {error}.", file=str(source), mend="Mend it, or move it away."
        ) from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise Misdeclared(f"This file does not fit: {problems}.", file=str(source)) from error
    for key, listed in read.people.items():
        if listed.delegate and listed.delegate not in read.people:
            mend = f"There is: {', '.join(read.people)}."
            raise Misdeclared(
                f"people.{key}.delegate is “{listed.delegate}”, who is nobody.", file=str(source), mend=mend
            )
    return read
