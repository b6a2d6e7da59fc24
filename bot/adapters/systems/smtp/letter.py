"""A mail as it leaves: plain text to one address, and no word of it can become a line of its head."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from bot.domain.errors import Broken, Misdeclared
from bot.domain.text import one_line
from bot.intents.mail import SendMail

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@.{{1,253}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_MESSAGE_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+", re.ASCII)
_ENCODED = re.compile(r"=\?[^?]*\?[bq]\?.*?\?=", re.IGNORECASE)
LONGEST_LINE = 200
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that end a line, mean something to a machine, or cannot be written at all."""


class _Whole(EmailPolicy):
    """The standard's way to write a mail, but for two things that its library gets wrong.

    It hides a long id in encoded words, where nobody looks for it, and it loses spaces of a long subject.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in ("Message-ID", "In-Reply-To", "References"):
            return f"{name}: {value}\r\n".encode("ascii")
        if name == "Subject":
            return f"{name}: {_subject(value)}\r\n".encode("ascii")
        return super().fold_binary(name, value)


def _subject(text: str) -> str:
    """As it stands where it is plain; else in encoded words, and so is what only looks like one of them."""
    if text.isascii() and "=?" not in text and text == text.strip() and len(text) <= LONGEST_LINE:
        return text
    return Header(text, "utf-8", maxlinelen=76, header_name="Subject").encode(linesep="\r\n")


_POLICY = _Whole(linesep="\r\n", cte_type="7bit")
"""Seven bits, so that no server on the way has to rewrite anything."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whom mail is from, and who gets the answers."""

    sender: Address
    reply_to: Address | None = None

    @classmethod
    def of(cls, sender: str, reply_to: str | None = None) -> "Letterhead":
        """From `Desk <desk@example.com>`. Misdeclared where that is no address."""
        return cls(_written(sender), _written(reply_to) if reply_to else None)


def _written(text: str) -> Address:
    name, _, rest = text.rpartition("<")
    plain = rest.removesuffix(">") if _ else text
    if not _ADDRESS.fullmatch(plain) or _has_breaks(name):
        said = f"“{one_line(text, 60)}” is no address that mail can be sent from."
        raise Misdeclared(said, mend='Write it like: from = "Desk <desk@example.com>"')
    return Address(name.strip().strip('"'), addr_spec=plain)


def recipient(intent: SendMail) -> str:
    """The one address it goes to. Broken where no server on the way could be trusted to read it as one."""
    if not _ADDRESS.fullmatch(intent.to):
        raise Broken("The address is none that mail can be sent to by SMTP: it needs plain letters, one @ and a host.")
    return intent.to


def compose(head: Letterhead, intent: SendMail, *, key: str, at: datetime) -> EmailMessage:
    """The mail. Its Message-ID is made of the key, so that a second copy is known as the same mail."""
    mail = _head(head, intent)
    mail["Date"] = at
    mail["Message-ID"] = message_id(head, key)
    mail["Auto-Submitted"] = "auto-generated"
    encoding = "quoted-printable" if any(unicodedata.category(it) == "Cc" for it in _lines_aside(intent.body)) else None
    mail.set_content(intent.body, charset="utf-8", cte=encoding)
    return mail


def shown(head: Letterhead, intent: SendMail) -> dict[str, str]:
    """Everything of the mail that says something, for whoever looks at it before it leaves."""
    return {**{name: str(value) for name, value in _head(head, intent).items()}, "Text": intent.body}


def message_id(head: Letterhead, key: str) -> str:
    return f"<{key}@{head.sender.domain}>"


def _head(head: Letterhead, intent: SendMail) -> EmailMessage:
    if _has_breaks(intent.subject):
        raise Broken("The subject is more than one line, or has a character that cannot be sent. Edit it.")
    if _ENCODED.search(intent.subject):
        raise Broken("The subject has something in it that mail programs show as other words. Edit it.")
    if any(unicodedata.category(it) == "Cs" for it in intent.body):
        raise Broken("The text has a character that cannot be sent. Edit it.")
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = head.sender
        if head.reply_to is not None:
            mail["Reply-To"] = head.reply_to
        mail["To"] = Address(addr_spec=recipient(intent))
        mail["Subject"] = intent.subject
    except (HeaderParseError, ValueError):
        raise Broken("The head of this mail cannot be written. Look at its address and its subject.") from None
    if thread := _answered(intent.thread_id):
        mail["In-Reply-To"] = mail["References"] = thread
    return mail


def _answered(thread_id: str) -> str:
    """The id of the mail this answers. Some ids that come in are none; an answer to those begins a new thread."""
    plain = thread_id.strip().removeprefix("<").removesuffix(">")
    return f"<{plain}>" if _MESSAGE_ID.fullmatch(plain) else ""


def _has_breaks(text: str) -> bool:
    return any(unicodedata.category(letter) in _BREAKS for letter in text)


def _lines_aside(text: str) -> str:
    return text.replace("\r\n", "").replace("\n", "").replace("\t", "")
