"""How the bot is let into Slack: what is secret comes from the environment or from files, the rest from `[slack]`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.settings.host import is_here, web_address
from bot.settings.secret import PREFIX, told
from bot.settings.section import Section

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_OLD")
API_VARIABLE = "SLACK_API_URL"
"""Slack's own name for it; it goes before `[slack] api`."""

API = "https://slack.com/api/"
PORT = 3000
LOOPBACK = "127.0.0.1"


def _address(url: str) -> str:
    parts = web_address(url)
    if parts is None:
        raise odd(f"is “{url[:80]}”, which is no address. Write it like {API}")
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        raise odd("sends a token where everybody can read it. Write https:// in front, or an address of this machine.")
    return url.rstrip("/") + "/"


def _host(text: str) -> str:
    if text != "localhost":
        try:
            ip_address(text)
        except ValueError:
            raise odd(f"is “{text[:60]}”, which is no address of a machine. Write it like 0.0.0.0") from None
    return text


def _id(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,30}", text):
        raise odd(f"is “{text[:40]}”, which is no id of Slack's. It looks like T0123ABCD.")
    return text


Id = Annotated[str, AfterValidator(_id)]
Host = Annotated[str, AfterValidator(_host)]


class SlackUse(Section):
    """`[slack]`."""

    api: Annotated[str, AfterValidator(_address)] = Field(default=API, examples=['"https://slack.com/api/"'])
    host: Host = Field(default=LOOPBACK, examples=['"0.0.0.0"'])
    """Where the bot listens: for Slack's requests, and for whoever asks how it is."""
    port: int | None = Field(default=None, ge=1, le=65_535, examples=["8080"])
    teams: tuple[Id, ...] = Field(default=(), examples=['["T0123ABCD"]'])
    """Workspaces that are let in besides the one the bot token is for."""
    enterprises: tuple[Id, ...] = Field(default=(), examples=['["E0123ABCD"]'])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """All it takes to be in Slack."""

    bot_token: SecretStr
    app_token: SecretStr | None = None
    """Opens a socket to Slack; without one, Slack comes by HTTP."""
    signing_secrets: tuple[SecretStr, ...] = ()
    """What Slack signs its requests with: the new one, and the old one while it is exchanged."""
    api: str = API
    host: str = LOOPBACK
    port: int | None = None
    """Where to listen; None where nobody comes and nobody asked for it."""
    teams: tuple[str, ...] = ()
    enterprises: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        tokens = (self.bot_token, self.app_token) if self.app_token else (self.bot_token,)
        return (*tokens, *self.signing_secrets)


def slack_of(use: SlackUse, env: Mapping[str, str]) -> Slack | None:
    """How the bot is let in; None where no secret says so. Raises Misdeclared with what is wrong or missing."""
    found = dict(_secrets(env))
    if not found:
        return None
    if "SLACK_BOT_TOKEN" not in found:
        mend = f"Set {PREFIX}SLACK_BOT_TOKEN, or take {', '.join(PREFIX + name for name in found)} away."
        raise Misdeclared("The bot has something of Slack's, but no bot token.", mend=mend)
    if "SLACK_APP_TOKEN" not in found and "SLACK_SIGNING_SECRET" not in found:
        mend = f"Set {PREFIX}SLACK_APP_TOKEN for Socket Mode, or {PREFIX}SLACK_SIGNING_SECRET for HTTP."
        raise Misdeclared("The bot has a token, but no way to hear Slack.", mend=mend)
    signing = tuple(found[name] for name in SECRETS[2:] if name in found)
    return Slack(
        bot_token=found["SLACK_BOT_TOKEN"],
        app_token=found.get("SLACK_APP_TOKEN"),
        signing_secrets=signing,
        api=_api(use, env),
        host=use.host,
        port=use.port or (PORT if signing else None),
        teams=use.teams,
        enterprises=use.enterprises,
    )


def _api(use: SlackUse, env: Mapping[str, str]) -> str:
    address = env.get(API_VARIABLE)
    if not address:
        return use.api
    try:
        return _address(address)
    except ValueError as error:
        raise Misdeclared(f"{API_VARIABLE} {error}") from None


def _secrets(env: Mapping[str, str]) -> Iterator[tuple[str, SecretStr]]:
    """What is told, by name without the prefix."""
    for name in SECRETS:
        if secret := told(name, env):
            yield name, SecretStr(_sound(name, secret))


_BEGINS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}


def _sound(name: str, secret: str) -> str:
    """The secret, if it looks like one; what is wrong with it is said without it."""
    begins = _BEGINS.get(name, "")
    if begins and not secret.startswith(begins):
        mend = f"It begins with {begins}: look at the app's pages, under {_WHERE[name]}."
        raise Misdeclared(f"{PREFIX}{name} is no such token.", mend=mend)
    if not begins and secret.startswith(("xoxb-", "xapp-", "xoxp-")):
        mend = f"It is 32 letters and digits: look at the app's pages, under {_WHERE[name]}."
        raise Misdeclared(f"{PREFIX}{name} is a token, not a signing secret.", mend=mend)
    if not re.fullmatch(r"[A-Za-z0-9._-]{16,512}", secret):
        mend = "Copy it once more, whole and without spaces."
        raise Misdeclared(f"{PREFIX}{name} is not written as Slack writes it.", mend=mend)
    return secret


_WHERE = {
    "SLACK_BOT_TOKEN": "OAuth & Permissions",
    "SLACK_APP_TOKEN": "Basic Information, App-Level Tokens",
    "SLACK_SIGNING_SECRET": "Basic Information, App Credentials",
    "SLACK_SIGNING_SECRET_OLD": "Basic Information, App Credentials",
}
