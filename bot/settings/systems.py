"""How each external system is reached: `[systems.NAME]`; and credentials, which nobody reads before they are needed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, SecretStr, Tag

from bot.domain.declared.place import Where
from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.quantity import Duration
from bot.domain.text import nearest, one_line
from bot.settings.host import is_here, web_address
from bot.settings.secret import IN_FILE, PREFIX, told
from bot.settings.section import Problem, Section

CREDENTIAL = "SYSTEM_"
"""With the prefix in front and the name of a system behind, in capitals: the variable of its credential."""

_NAME = re.compile(r"[a-z][a-z0-9]{0,29}", re.ASCII)
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|[0-9a-f:]+", re.ASCII
)
_RATE = re.compile(r"(?P<count>[1-9][0-9]{0,5})/(?P<unit>s|min|h)", re.ASCII)
_ADDRESS = re.compile(r"(?:[^@\s<>]+ )*<?[^@\s<>]+@[^@\s<>]+>?")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


def _url(url: str) -> str:
    parts = web_address(url)
    if parts is None:
        raise odd("is no address of a server. Write it like https://api.example.com/v2")
    if parts.username is not None or parts.password is not None:
        raise odd(f"has a user or a password in it. Take that out, and set {PREFIX}{CREDENTIAL}… in the environment.")
    if "?" in url or "#" in url:
        raise odd("has something behind the path. Write it only as far as every call begins the same.")
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        raise odd("sends everything where everybody can read it. Write https:// in front.")
    return url.rstrip("/")


def _host(text: str) -> str:
    if len(text) > 253 or not _HOST.fullmatch(text):
        raise odd(f"has “{one_line(text, 60)}”, which is no name of a host. Write it like api.example.com.")
    return text


def _rate(text: str) -> str:
    if not _RATE.fullmatch(text):
        raise odd(f"is “{one_line(text, 40)}”, which is no pace. Write how many in a second, a minute or an hour: 10/s")
    return text


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or not text.isprintable():
        raise odd(f"is “{one_line(text, 60)}”, which is no address. Write it like desk@example.com")
    return text


Host = Annotated[str, AfterValidator(_host)]
Url = Annotated[str, AfterValidator(_url)]
Rate = Annotated[str, AfterValidator(_rate)]
Address = Annotated[str, AfterValidator(_address)]
PerDay = Annotated[int, Field(ge=1, le=10_000_000)]


def pace_of(rate: str) -> float:
    """The seconds between two calls at a rate such as 10/s."""
    found = _RATE.fullmatch(rate)
    return _SECONDS[found["unit"]] / int(found["count"]) if found else 0.0


class SandboxUse(Section):
    """`[systems.NAME]` that the embedded back office plays."""

    use: Literal["sandbox"] = Field(default="sandbox", examples=['"sandbox"'])
    needs_credential: ClassVar[bool] = False


class RestUse(Section):
    """`[systems.NAME]` with `use = "rest"`: an interface over HTTP, as a description says."""

    use: Literal["rest"] = Field(description="how it is reached", examples=['"rest"'])
    description: str = Field(
        description="which interface it is: one that ships, or a file", min_length=1, examples=['"stripe"']
    )
    url: Url | None = Field(default=None, examples=['"https://api.example.com/v2"'])
    """Goes before the address in the description."""
    hosts: tuple[Host, ...] = Field(default=(), examples=['["api.example.com"]'])
    """Where it may be reached; left out, the host of its address alone."""
    private: bool = Field(default=False, examples=["true"])
    """Whether its host may have an address of this machine or of a private network."""
    rate: Rate | None = Field(default=None, examples=['"10/s"'])
    per_day: Mapping[str, PerDay] = Field(default={}, examples=["{ RefundPayment = 50 }"])
    """How many of an intent it takes a day, from all workflows together."""
    values: Mapping[str, str] = Field(default={}, examples=['{ owner = "acme", repo = "desk" }'])
    """What the description leaves open."""
    needs_credential: ClassVar[bool] = True


class SmtpUse(Section):
    """`[systems.NAME]` with `use = "smtp"`: mail."""

    use: Literal["smtp"] = Field(description="how it is reached", examples=['"smtp"'])
    host: Host = Field(description="the server that takes mail", examples=['"smtp.example.com"'])
    port: int | None = Field(default=None, ge=1, le=65_535, examples=["587"])
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", examples=['"tls"'])
    sender: Address = Field(alias="from", description="whom mail is from", examples=['"desk@example.com"'])
    reply_to: Address | None = Field(default=None, examples=['"desk@example.com"'])
    user: str = Field(default="", examples=['"desk@example.com"'])
    """Whom the server knows; left out, it is entered without a password."""
    per_day: Mapping[str, PerDay] = Field(default={}, examples=["{ SendMail = 200 }"])

    @property
    def needs_credential(self) -> bool:
        return bool(self.user)


class ToolUse(Section):
    """`[systems.NAME.tools.INTENT]`: the tool that carries out an intent, or answers a look-up."""

    tool: str = Field(description="what the server calls it", min_length=1, examples=['"update_contact"'])
    arguments: Mapping[str, str] = Field(default={}, examples=['{ contact = "contact_id" }'])
    """Which field each argument takes; left out, every field under its own name."""
    key: str = Field(default="", examples=['"idempotency_key"'])
    """The argument that takes a key under which the tool does the same thing once."""
    remembers: Duration | None = Field(default=None, examples=['"24h"'])
    """How long it knows a key."""
    id: str = Field(default="id", examples=['"contact.id"'])
    """Where in its answer the id of what it changed stands; empty where it tells none."""
    link: str = Field(default="", examples=['"contact.url"'])
    undo: Mapping[str, str] = Field(default={}, examples=['{ version = "contact.version" }'])
    """Where in its answer stands what taking it back needs."""
    fields: Mapping[str, str] = Field(default={}, examples=['{ name = "contact.name" }'])
    """Where in its answer the fields of a look-up stand; those left out stand under their own names."""
    surely_not: tuple[str, ...] = Field(default=(), examples=['["not found"]'])
    """Words in an error of the tool that mean: nothing was done."""


class McpUse(Section):
    """`[systems.NAME]` with `use = "mcp"`: a server of the Model Context Protocol."""

    use: Literal["mcp"] = Field(description="how it is reached", examples=['"mcp"'])
    command: str = Field(default="", examples=['"crm-mcp"'])
    """The program that is started, and spoken to through its input and output."""
    args: tuple[str, ...] = Field(default=(), examples=['["--quiet"]'])
    url: Url | None = Field(default=None, examples=['"https://mcp.example.com/mcp"'])
    """Instead of a program: where the server is."""
    private: bool = Field(default=False, examples=["true"])
    """Whether its host may have an address of this machine or of a private network."""
    credential_as: str = Field(default="", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$|^$", examples=['"CRM_TOKEN"'])
    """The variable in which the program looks for its credential. A server at a url gets it as a bearer token."""
    tools: Mapping[str, ToolUse] = Field(default={}, examples=['{ contact_of = { tool = "get_contact" } }'])
    """Which tool carries out an intent, or answers a look-up: by the name of that one."""
    per_day: Mapping[str, PerDay] = Field(default={}, examples=["{ UpdateContact = 200 }"])
    needs_credential: ClassVar[bool] = False
    """Many need none. Where one is told, it is handed over."""


class SlackUse(Section):
    """`[systems.chat]` with `use = "slack"`: what workflows post stands in the Slack that the bot is in."""

    use: Literal["slack"] = Field(description="how it is reached", examples=['"slack"'])
    needs_credential: ClassVar[bool] = False


def _use(given: object) -> str | None:
    if is_object(given):
        use = given.get("use", "sandbox")
        return use if isinstance(use, str) else None
    return use if isinstance(use := getattr(given, "use", None), str) else None


_WHICH = "must be a section whose `use` is “sandbox”, “rest”, “smtp”, “mcp” or “slack”."

SystemUse: TypeAlias = SandboxUse | RestUse | SmtpUse | McpUse | SlackUse
WrittenUse = Annotated[
    Annotated[SandboxUse, Tag("sandbox")]
    | Annotated[RestUse, Tag("rest")]
    | Annotated[SmtpUse, Tag("smtp")]
    | Annotated[McpUse, Tag("mcp")]
    | Annotated[SlackUse, Tag("slack")],
    Discriminator(_use, custom_error_type="odd", custom_error_message=_WHICH, custom_error_context={"why": _WHICH}),
]
"""One of them, as `use` says; a section without it is the sandbox's."""


def contradictions(systems: Mapping[str, SystemUse]) -> Iterator[Problem]:
    """What does not go together in `[systems]`: where, what, and what to write instead."""
    for name, use in systems.items():
        where: Where = ("systems", name)
        if not _NAME.fullmatch(name):
            mend = (
                "Write small letters and digits alone, such as crm: the variable of its credential is named after it."
            )
            yield where, f"“{one_line(name, 40)}” is no name of a system.", mend
        match use:
            case RestUse():
                yield from _rest(where, name, use)
            case SmtpUse(security="none") if not is_here(use.host):
                said = f"`systems.{name}.security` is none, and {use.host} is another machine: everybody could read."
                yield (*where, "security"), said, 'Write "starttls" or "tls".'
            case SmtpUse(security="none") if use.user:
                said = f"`systems.{name}.user` would be sent with its password where everybody could read it."
                yield (*where, "user"), said, 'Write security = "starttls" or "tls", or take the user out.'
            case SlackUse() if name != "chat":
                said = f"`systems.{name}.use` is slack, and only the chat is there."
                yield (*where, "use"), said, "Write it under [systems.chat]."
            case McpUse():
                yield from _mcp(where, name, use)
            case _:
                pass


def _rest(where: Where, name: str, use: RestUse) -> Iterator[Problem]:
    host = host_of(use.url) if use.url else ""
    if host and use.hosts and host not in use.hosts:
        said = f"`systems.{name}.url` is on {host}, which is not among its `hosts`."
        yield (*where, "url"), said, f"Add “{host}” to hosts, or mend the address."
    if host and is_here(host) and not use.private:
        said = f"`systems.{name}.url` is on this machine, and no real system is."
        yield (*where, "url"), said, "Where it is meant, write under it: private = true"


def _mcp(where: Where, name: str, use: McpUse) -> Iterator[Problem]:
    if bool(use.command) == bool(use.url):
        said = f"`systems.{name}` names {'a command and a url' if use.url else 'neither a command nor a url'}."
        yield where, said, "Name one of the two: a program to start, or where the server is."
    elif use.url and is_here(host_of(use.url)) and not use.private:
        said = f"`systems.{name}.url` is on this machine, and no real system is."
        yield (*where, "url"), said, "Where it is meant, write under it: private = true"


def host_of(url: str) -> str:
    """The host of an address, in small letters."""
    parts = web_address(url)
    return (parts.hostname or "") if parts is not None else ""


# --- credentials ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credential:
    """What a system is entered with. It stays where it is until somebody reads it."""

    name: str
    """Of the variable, without the prefix."""
    _env: Mapping[str, str] = field(repr=False)

    @property
    def variable(self) -> str:
        return PREFIX + self.name

    def read(self) -> SecretStr | None:
        """The credential; None where nobody tells one. Raises Misdeclared where it cannot be one."""
        secret = told(self.name, self._env)
        if secret and not (secret.isprintable() and secret.isascii()):
            mend = "Copy it once more, whole and on one line."
            raise Misdeclared(f"{self.variable} is no credential.", mend=mend)
        return SecretStr(secret) if secret else None


def credentials_of(systems: Mapping[str, SystemUse], env: Mapping[str, str]) -> dict[str, Credential]:
    """Where each real system's credential would be. Misdeclared where one is told that no system here has."""
    real = {name: f"{CREDENTIAL}{name.upper()}" for name, use in systems.items() if not isinstance(use, SandboxUse)}
    for variable in sorted(env):
        own = variable.removeprefix(PREFIX)
        if own != variable and own.startswith(CREDENTIAL) and own.removesuffix(IN_FILE) not in real.values():
            said = f"The environment has {variable}, and no such system is named in [systems] with more than a sandbox."
            meant = nearest(own.removeprefix(CREDENTIAL).removesuffix(IN_FILE).lower(), real)
            others = ", ".join(PREFIX + name for name in real.values()) or "none; add it, or take this away"
            raise Misdeclared(
                said, mend=f"Did you mean {PREFIX}{real[meant]}?" if meant else f"There could be: {others}."
            )
    return {name: Credential(variable, env) for name, variable in real.items()}
