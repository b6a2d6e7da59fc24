"""Mail by SMTP, put together from its section."""

from collections.abc import Mapping

from bot.adapters.systems.smtp import Letterhead, Security, Server, Smtp, bindings
from bot.domain.binding import Binding
from bot.domain.errors import Misdeclared
from bot.domain.text import nearest
from bot.intents.mail import SYSTEM, SendMail
from bot.ports.clock import Clock
from bot.settings.systems import SmtpUse


def mail_bindings(name: str, use: SmtpUse) -> Mapping[str, Binding]:
    """How mail is bound. Raises Misdeclared where the section cannot be meant so."""
    if name != SYSTEM:
        said = f'`systems.{name}.use` is "smtp", and by SMTP nothing but mail is sent.'
        raise Misdeclared(said, mend=f"Write [systems.{SYSTEM}].")
    known = (SendMail.__name__,)
    for intent in use.per_day:
        if intent not in known:
            meant = nearest(intent, known) or SendMail.__name__
            said = f"`systems.{name}.per_day` limits {intent}, which is not sent by SMTP."
            raise Misdeclared(said, mend=f"Did you mean {meant}?")
    _letterhead(use)
    return bindings(use.per_day)


def smtp_of(use: SmtpUse, credential: str, clock: Clock) -> Smtp:
    """Mail, ready to be sent."""
    head = _letterhead(use)
    server = Server(
        host=use.host,
        port=use.port,
        security=Security(use.security),
        user=use.user,
        password=credential,
        says_hello_as=head.sender.domain,
    )
    return Smtp(head, server, clock=clock, per_day=use.per_day)


def _letterhead(use: SmtpUse) -> Letterhead:
    return Letterhead.of(use.sender, use.reply_to)
