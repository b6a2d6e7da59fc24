"""A real mail server on this machine that takes mail, and that can answer anything at any point, or nothing."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.adapters.systems.smtp import Letterhead, Security, Server, Smtp
from bot.intents.mail import SendMail

HEAD = Letterhead.of("Bürgerservice <desk@example.com>", "answers@example.com")
MAIL = SendMail(to="ada@example.org", subject="Your order", body="Hello Ada,\n\nit is on its way.\n")
KEY = "k" * 40
PASSWORD = "hunter2-0123456789"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

DROPS = "drops"
"""Instead of an answer: the connection ends."""
SILENT = "silent"
"""Instead of an answer: nothing, for ever."""


class Noon:
    def now(self) -> datetime:
        return NOON


@dataclass
class PostOffice:
    """What the server does, and what it took in."""

    script: dict[str, str] = field(default_factory=dict[str, str])
    """What is answered instead, by where: greeting, ehlo, starttls, auth, mail, rcpt, data, body, quit."""
    taken: list[Envelope] = field(default_factory=list[Envelope])
    logins: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    clerks: list["Clerk"] = field(default_factory=list["Clerk"])
    """One for each connection there was."""

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        if not self.script.get("body", "2").startswith(("4", "5")):
            self.taken.append(envelope)
        return "250 OK"

    def authenticate(self, _: SMTP, __: Session, ___: Envelope, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == PASSWORD.encode())

    @property
    def connections(self) -> int:
        return len(self.clerks)

    def read(self) -> EmailMessage:
        """The one mail that was taken."""
        (envelope,) = self.taken
        read = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(read, EmailMessage)
        return read


class Clerk(SMTP):
    """One connection."""

    def __init__(self, office: PostOffice, **more: Any) -> None:
        super().__init__(office, hostname="localhost", ident="ready", authenticator=office.authenticate, **more)
        self._office, self._at = office, "greeting"
        office.clerks.append(self)

    async def push(self, status: Any) -> None:
        said = self._office.script.get(self._at)
        if said is None or str(status).startswith("354"):
            await super().push(status)
        elif said == DROPS:
            self.hang_up()
            raise asyncio.CancelledError
        elif said == SILENT:
            await asyncio.Event().wait()
        else:
            await super().push(said)

    def hang_up(self) -> None:
        if self.transport is not None:
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.abort()

    async def smtp_EHLO(self, hostname: str) -> None:
        self._at = "ehlo"
        await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        self._at = "starttls"
        await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        self._at = "auth"
        await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self._at = "mail"
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        self._at = "rcpt"
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self._at = "data"
        if "data" in self._office.script:
            await self.push("")
        else:
            self._at = "body"
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self._at = "quit"
        await super().smtp_QUIT(arg)


@asynccontextmanager
async def open_for_mail(
    office: PostOffice, *, tls: ssl.SSLContext | None = None, at_once: bool = False
) -> AsyncGenerator[Server]:
    """A server that takes mail at a free port, and how it is reached."""
    more: dict[str, Any] = {"tls_context": None if at_once else tls, "auth_require_tls": tls is not None}
    loop = asyncio.get_running_loop()
    serving = await loop.create_server(
        lambda: Clerk(office, loop=loop, **more), "127.0.0.1", 0, ssl=tls if at_once else None
    )
    async with serving:
        port: int = serving.sockets[0].getsockname()[1]
        yield Server(host="127.0.0.1", port=port, security=Security.NONE, says_hello_as="example.com")
        for clerk in office.clerks:
            clerk.hang_up()


def with_(**changed: str) -> SendMail:
    """A mail that no check of its fields has seen."""
    fields: dict[str, Any] = {**MAIL.model_dump(), **changed}
    return SendMail.model_construct(**fields)


def text_of(mail: EmailMessage) -> str:
    text = mail.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def smtp(server: Server, **changed: Any) -> Smtp:
    return Smtp(HEAD, replace(server, **changed), clock=Noon())
