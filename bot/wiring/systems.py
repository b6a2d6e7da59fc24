"""The systems of the settings: what is bound, what is connected, and whose credentials are read for that."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.adapters.systems.connected import Connected
from bot.adapters.systems.sandbox import BINDINGS
from bot.domain.binding import Binding
from bot.domain.errors import Misdeclared
from bot.domain.proof import systems_of
from bot.intents import cadence, routes
from bot.ports.clock import Clock
from bot.ports.library import Library
from bot.ports.system import System
from bot.settings import Settings
from bot.settings.systems import McpUse, RestUse, SandboxUse, SlackUse, SmtpUse, SystemUse

if TYPE_CHECKING:
    from bot.adapters.systems.rest.described import RestDescription

UNUSED = (
    "no workflow that loads used it when the bot started, so its credential was not read."
    " Look at countersign check, then start the bot again."
)


@dataclass(frozen=True, slots=True)
class Entrances:
    """What the real systems are entered with, as far as some brief needs them."""

    credentials: Mapping[str, SecretStr] = field(default_factory=dict[str, SecretStr])
    closed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Systems that are not connected, each with a sentence that says why and what to do."""


def bindings_of(settings: Settings) -> Mapping[str, Binding]:
    """How each kind of intent is carried out with these settings. Misdeclared where a description does not load."""
    played = {kind: one for kind, one in BINDINGS.items() if _is_played(settings, kind.partition(".")[0])}
    real = (_bound(name, use) for name, use in settings.file.systems.items())
    return {**played, **{kind: one for bound in real for kind, one in bound.items()}}


def descriptions_of(settings: Settings) -> Mapping[str, "RestDescription"]:
    """The description of each system that has one, as its file says. Misdeclared where one does not load."""
    named = {name: use for name, use in settings.file.systems.items() if isinstance(use, RestUse)}
    if not named:
        return {}
    from bot.wiring.rest import described

    return {name: described(name, use) for name, use in named.items()}


def entrances(settings: Settings, library: Library) -> Entrances:
    """Read the credentials of the systems that a workflow which loads reads or changes, and of no other."""
    used = used_systems(library)
    credentials, closed = dict[str, SecretStr](), dict(_unnamed(settings, used))
    for name, use in settings.file.systems.items():
        if isinstance(use, SandboxUse | SlackUse):
            continue
        if name not in used:
            closed[name] = f"{_off(name)}: {UNUSED}"
            continue
        try:
            secret = settings.credentials[name].read()
            _refuse_incomplete(name, use, secret, variable=settings.credentials[name].variable)
        except Misdeclared as lacking:
            closed[name] = f"{_off(name)}. {lacking.message}"
            continue
        if secret is not None:
            credentials[name] = secret
        elif use.needs_credential:
            variable = settings.credentials[name].variable
            closed[name] = f"{_off(name)}: its credential is missing. Set {variable}, and start the bot again."
    return Entrances(credentials, closed)


def _refuse_incomplete(name: str, use: SystemUse, credential: SecretStr | None, *, variable: str) -> None:
    """Raise Misdeclared where this machine, the section or the credential lacks what the system needs."""
    if isinstance(use, McpUse):
        from bot.wiring import mcp

        mcp.refuse_incomplete(name, use, has_credential=credential is not None)
    elif isinstance(use, RestUse) and credential is not None:
        from bot.wiring import rest

        rest.refuse_incomplete(name, use, credential.get_secret_value(), variable=variable)


def used_systems(library: Library) -> frozenset[str]:
    """Every system that a workflow which loads reads or changes, but for what the house answers itself."""
    briefs = [library.current(name).brief for name in library.names()]
    named = {system for brief in briefs for system in (*brief.reads, *brief.changes, *systems_of(brief.done_when))}
    return frozenset(named) - {routes.SYSTEM, cadence.SYSTEM}


def connected(
    settings: Settings,
    library: Library,
    *,
    sandboxes: Iterable[System],
    clock: Clock,
    chat: System | None = None,
    forms: Mapping[str, "RestDescription"],
) -> tuple[Connected, tuple[SecretStr, ...]]:
    """Every system, as its settings say: played, real, or closed. And what nobody may find in any text from now on.

    `chat` is the Slack that the bot is in, where workflows may post there; `forms` are the descriptions of systems.
    """
    entered = entrances(settings, library)
    played = [system for system in sandboxes if _is_played(settings, system.name)]
    played += [chat] if chat is not None else []
    real = [
        _opened(name, use, entered.credentials.get(name), clock, forms)
        for name, use in settings.file.systems.items()
        if not isinstance(use, SandboxUse | SlackUse) and name not in entered.closed
    ]
    return Connected([*played, *real], closed=entered.closed), tuple(_secrets(entered, forms))


def _secrets(entered: Entrances, forms: Mapping[str, "RestDescription"]) -> Iterator[SecretStr]:
    """Every credential; and of an application, its secret for itself, as it leaves for the sign-in."""
    for name, credential in entered.credentials.items():
        yield credential
        if name in forms:
            from bot.wiring.rest import secret_of

            if secret := secret_of(forms[name], credential.get_secret_value()):
                yield SecretStr(secret)


def _is_played(settings: Settings, system: str) -> bool:
    return isinstance(settings.use_of(system), SandboxUse)


def _unnamed(settings: Settings, used: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in used:
        if settings.use_of(name) is None:
            mend = f"Add [systems.{name}] to {settings.source}, and start the bot again."
            yield name, f"{_off(name)}: the settings do not say how. {mend}"


def _off(name: str) -> str:
    return f"{name} is not connected"


def _bound(name: str, use: SystemUse) -> Mapping[str, Binding]:
    """How a real system's intents are bound."""
    match use:
        case RestUse():
            from bot.wiring.rest import described

            return described(name, use).bound.bindings(use.per_day)
        case SmtpUse():
            from bot.wiring.smtp import mail_bindings

            return mail_bindings(name, use)
        case McpUse():
            from bot.wiring.mcp import tool_bindings

            return tool_bindings(name, use)
        case SlackUse():
            from bot.adapters.slack.system.system import bindings_of as of_slack

            return of_slack(sandbox=False)
        case _:
            return {}


def _opened(
    name: str,
    use: SystemUse,
    credential: SecretStr | None,
    clock: Clock,
    forms: Mapping[str, "RestDescription"],
) -> System:
    """A real system, ready to be called."""
    secret = credential.get_secret_value() if credential else ""
    match use:
        case RestUse():
            from bot.wiring.rest import rest_of

            return rest_of(use, forms[name], secret, clock)
        case SmtpUse():
            from bot.wiring.smtp import smtp_of

            return smtp_of(use, secret, clock)
        case McpUse():
            from bot.wiring.mcp import mcp_of

            return mcp_of(name, use, secret)
        case _:
            said = f"Nothing here speaks {use.use}, as [systems.{name}] asks."
            raise Misdeclared(said, mend="Use another way to reach it.")
