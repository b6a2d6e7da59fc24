"""The system `mail`, by SMTP: it sends, and it can be asked nothing."""

from collections.abc import Mapping
from typing import Never

from bot.adapters.systems.smtp.letter import Letterhead, compose, message_id, recipient, shown
from bot.adapters.systems.smtp.server import Server, post
from bot.domain.errors import Broken, Uncertain
from bot.domain.intent import Fact, Intent, Receipt
from bot.intents import mail
from bot.intents.mail import SendMail
from bot.ports.clock import Clock
from bot.ports.system import Binding, Preview, ReadOnly, Retry


def bindings(per_day: Mapping[str, int] | None = None) -> Mapping[str, Binding]:
    """A mail whose fate is not known is never sent again by itself: no mail server can be asked for it."""
    kind = SendMail.kind()
    return {kind: Binding(kind=kind, retry=Retry.BLIND, per_day=(per_day or {}).get(SendMail.__name__))}


class SmtpReader:
    """What can be seen of mail without a mail server. It knows none, so it can send nothing."""

    def __init__(self, head: Letterhead) -> None:
        self._head = head

    async def read(self, lookup: str, about: Fact) -> Never:
        del about
        raise Broken(f"Mail by SMTP can only be sent, so {lookup} has nothing to read. Bind it to a mailbox.")

    async def preview(self, intent: Intent) -> Preview:
        """The whole mail."""
        letter = _letter(intent)
        return Preview(f"Send a mail to {recipient(letter)}", {}, shown(self._head, letter))

    async def find(self, intent: Intent, key: str) -> Never:
        del intent
        sent = message_id(self._head, key)
        raise Uncertain(f"A mail server cannot be asked what it has sent. Its log may know the mail {sent}.")


class Smtp(SmtpReader):
    """Mail itself."""

    def __init__(
        self, head: Letterhead, server: Server, *, clock: Clock, per_day: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(head)
        self._server, self._clock = server, clock
        self.name: str = mail.SYSTEM
        self.lookups: frozenset[str] = frozenset()
        self.bindings: Mapping[str, Binding] = bindings(per_day)

    def read_only(self) -> ReadOnly:
        return SmtpReader(self._head)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        """Send it. Transient: it was surely not taken. Uncertain: it may have been. Broken: it never will be."""
        letter = _letter(intent)
        written = compose(self._head, letter, key=key, at=self._clock.now())
        await post(self._server, sender=self._head.sender.addr_spec, to=recipient(letter), mail=written.as_bytes())
        return Receipt(id=message_id(self._head, key))

    async def close(self) -> None:
        """Each mail has a connection of its own, which ends with it."""


def _letter(intent: Intent) -> SendMail:
    if isinstance(intent, SendMail):
        return intent
    raise Broken(f"Mail by SMTP does not know how to carry out {intent.kind()}.")
