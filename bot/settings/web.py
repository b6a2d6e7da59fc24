"""The doors for everything that is not Slack: `[web]`, and the secrets of hooks."""

import base64
import binascii
import re
from collections.abc import Mapping
from ipaddress import IPv6Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.settings.host import is_here, web_address
from bot.settings.secret import IN_FILE, PREFIX, told
from bot.settings.section import Section
from bot.settings.slack import LOOPBACK, Host

HOOK = "HOOK_"
"""Before the name of a hook in capitals."""
OLD = "_OLD"
STANDARD = "whsec_"
SHORTEST = 16
"""Letters; of one of Standard Webhooks, bytes."""


def _url(url: str) -> str:
    parts = web_address(url)
    if parts is None or parts.query or parts.fragment or not url.isascii():
        raise odd(f"is “{url[:80]}”, which is no address. Write it like https://bot.example.com")
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        raise odd("can be read by everybody on the way. Write https:// in front, or an address of this machine.")
    return url.rstrip("/")


_NETWORK = re.compile(r"[0-9a-f:.]+(?:/[0-9]{1,3})?", re.ASCII)
_AS_IPV6 = IPv6Network("::ffff:0:0/96")
"""Where the addresses of IPv4 lie in those of IPv6."""


def _network(text: str) -> str:
    try:
        found = ip_network(text, strict=False) if _NETWORK.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise odd(f"has “{text[:60]}”, which is no network. Write it like 10.0.0.0/8, or 10.0.0.2 for one machine.")
    if found.prefixlen == 0:
        raise odd(f"has “{text}”, which is everybody. Name the proxies alone: whom they name is believed.")
    if isinstance(found, IPv6Network) and found.subnet_of(_AS_IPV6):
        raise odd(f"has “{text}”, which is of IPv4. Write it like 10.0.0.0/8.")
    if found.network_address != ip_network(text.partition("/")[0]).network_address:
        raise odd(f"has “{text}”, which begins within a network. Write {found}, or the address alone.")
    return text


class WebUse(Section):
    """`[web]`. No door is open unless it names a port."""

    port: int | None = Field(default=None, ge=1, le=65_535, examples=["8080"])
    host: Host = Field(default=LOOPBACK, examples=['"0.0.0.0"'])
    url: Annotated[str, AfterValidator(_url)] | None = Field(default=None, examples=['"https://bot.example.com"'])
    """What people and machines outside call that place."""
    office: bool | None = Field(default=None, examples=["true"])
    """Whether the back office's page is shown: to everybody, to nobody, and else on this machine alone."""
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(default=(), examples=['["10.0.0.0/8"]'])
    """What stands in front: whoever comes from there has the address that `X-Forwarded-For` names last."""


def hook_secrets_of(env: Mapping[str, str]) -> Mapping[str, tuple[SecretStr, ...]]:
    """The secrets that somebody has set, by hook: the new one, and the old one while it is exchanged."""
    names = {name.removeprefix(PREFIX).removesuffix(IN_FILE) for name in env if name.startswith(PREFIX + HOOK)}
    hooks = sorted({name.removeprefix(HOOK).removesuffix(OLD) for name in names})
    found = {hook.lower(): secrets_named(f"{HOOK}{hook}", env) for hook in hooks}
    return {hook: secrets for hook, secrets in found.items() if secrets}


def secrets_named(name: str, env: Mapping[str, str]) -> tuple[SecretStr, ...]:
    """The new secret of this name, and the old one while it is exchanged. Misdeclared where one cannot be one."""
    new, old = told(name, env), told(f"{name}{OLD}", env)
    if old and not new:
        raise Misdeclared(f"{PREFIX}{name}{OLD} is set, and no new secret.", mend=f"Set {PREFIX}{name} as well.")
    return tuple(SecretStr(_sound(one, secret)) for one, secret in ((name, new), (f"{name}{OLD}", old)) if secret)


def _sound(name: str, secret: str) -> str:
    """The secret, if it can be one; what is wrong with it is said without it."""
    if secret.startswith(STANDARD):
        try:
            is_long = len(base64.b64decode(secret.removeprefix(STANDARD), validate=True)) >= SHORTEST
        except (binascii.Error, ValueError):
            is_long = False
        if not is_long:
            mend = f"Behind {STANDARD} stand at least {SHORTEST} bytes as base64: copy it once more, whole."
            raise Misdeclared(f"{PREFIX}{name} is no secret of Standard Webhooks.", mend=mend)
    elif not re.fullmatch(rf"[\x21-\x7e]{{{SHORTEST},512}}", secret):
        mend = f"It is at least {SHORTEST} letters, digits and signs, without spaces."
        raise Misdeclared(f"{PREFIX}{name} is too short, or has something in it that no secret has.", mend=mend)
    return secret
