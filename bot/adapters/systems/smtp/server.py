"""One mail to one mail server: what surely did not happen is told apart from what may have."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.text import one_line

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException

HANDED_OVER = "The mail server was given the mail and did not say what it did with it."
SOON_AGAIN = timedelta(minutes=5)
"""When to come back after a server said “not now”: most turn strangers away for about that long."""


class Security(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server, and how it is entered."""

    host: str
    port: int | None = None
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    says_hello_as: str = "localhost"
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """What its certificate is judged by; left out, what this machine trusts."""
    connect_seconds: float = 10.0
    command_seconds: float = 10.0
    before_data_seconds: float = 25.0
    """For all that comes before the mail itself."""
    data_seconds: float = 30.0
    """For the mail itself. Together they stay under what the engine waits for a call."""

    @property
    def door(self) -> int:
        return self.port or _PORTS[self.security]


async def post(server: Server, *, sender: str, to: str, mail: bytes) -> None:
    """Hand one mail over.

    Transient: it was not taken, and may be later. Broken: it will not be taken. Uncertain: nobody can say.
    """
    async with _connection(server) as smtp:
        try:
            async with asyncio.timeout(server.before_data_seconds):
                await _enter(server, smtp)
                sized = [f"SIZE={len(mail)}"] if smtp.supports_extension("size") else []
                await smtp.mail(sender, options=sized)
                await smtp.rcpt(to)
        except Exception as error:
            raise _not_taken(server, error) from None
        await _hand_over(server, smtp, mail)
        with contextlib.suppress(Exception):  # it has the mail; how the goodbye goes changes nothing
            await smtp.quit(timeout=1)


@asynccontextmanager
async def _connection(server: Server) -> "AsyncGenerator[SMTP]":
    from aiosmtplib import SMTP

    smtp = SMTP(
        hostname=server.host,
        port=server.door,
        local_hostname=server.says_hello_as,
        timeout=server.command_seconds,
        use_tls=server.security is Security.TLS,
        start_tls=False,
        tls_context=server.tls,
    )
    try:
        yield smtp
    finally:
        smtp.close()


async def _enter(server: Server, smtp: "SMTP") -> None:
    """Connect, encrypt, log in: in this order, and no step is left out where it does not work."""
    await smtp.connect(timeout=server.connect_seconds)
    await smtp.ehlo()
    if server.security is Security.STARTTLS:
        if not smtp.supports_extension("starttls"):
            raise Broken(f"{server.host} offers no encryption on port {server.door}, so nothing was sent.")
        await smtp.starttls()
        await smtp.ehlo()
    if server.user:
        if smtp.get_transport_info("sslcontext") is None:
            raise Broken(f"The way to {server.host} is not encrypted, so no password is sent on it.")
        await smtp.login(server.user, server.password)


async def _hand_over(server: Server, smtp: "SMTP", mail: bytes) -> None:
    """From here on only a clear word of the server's says that it did not take the mail."""
    from aiosmtplib import SMTPDataError

    try:
        async with asyncio.timeout(server.data_seconds):
            await smtp.data(mail, timeout=server.data_seconds)
    except SMTPDataError as error:
        if 400 <= error.code < 600:
            raise _answered(server, error) from None
        raise Uncertain(HANDED_OVER) from None
    except Exception:
        raise Uncertain(HANDED_OVER) from None


def _not_taken(server: Server, error: Exception) -> BotError:
    """What it means that something went wrong before the mail itself was sent."""
    from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

    match error:
        case BotError():
            return error
        case SMTPAuthenticationError() if error.code >= 500:
            return Broken(f"{server.host} does not accept our user and password ({error.code}).")
        case SMTPResponseException():
            return _answered(server, error)
        case _ if _is_about_trust(error):
            said = f"{server.host} could not show that it is {server.host}: its certificate is not one to trust here."
            return Broken(f"{said} Nothing was sent.")
        case OSError() | TimeoutError():
            return Transient(f"The mail server {server.host} cannot be reached, or did not answer in time.")
        case SMTPException():
            return Broken(f"{server.host} has no way to log in that is known here.")
        case _:
            return Transient(f"The mail server {server.host} answered with something that is no answer.")


def _answered(server: Server, error: "SMTPResponseException") -> BotError:
    said = f"{server.host} answered {error.code}: {cleaned(error.message)}"
    if 500 <= error.code < 600:
        return Broken(said)
    return Transient(said, retry_after=SOON_AGAIN if 400 <= error.code < 500 else None)


def _is_about_trust(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__
    return False


_PERSON = re.compile(r"<?[^\s<>]*@[^\s<>]*>?")
_LONG = re.compile(r"[A-Za-z0-9+/=_-]{25,}")


def cleaned(words: str) -> str:
    """What a server said, on one line: no address in it, and nothing that may be a key."""
    return one_line(_LONG.sub("…", _PERSON.sub("(an address)", words)), 200)
