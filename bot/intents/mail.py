"""Mail: what comes in, the thread it belongs to, and what is written back."""

from datetime import datetime

from pydantic import Field

from bot.domain.intent import Fact, Intent, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Address, Line, Words

SYSTEM = "mail"


class Attachment(Fact):
    """A file that came with a mail: kept apart by its content, shown by its name."""

    name: str = Field(max_length=200)
    kind: str = Field(max_length=100)
    """`application/pdf`"""
    size: int = Field(ge=0)
    digest: str = Field(default="", max_length=64)
    """Where its content is kept; empty where it was not kept."""
    text: str = Field(default="", max_length=20_000)
    """What it says, where it is plain text."""


class Email(Fact):
    """A mail as it came in."""

    id: str = Field(min_length=1, max_length=250)
    """Its Message-ID."""
    sender: Address
    sender_name: str = Field(default="", max_length=200)
    to: str = Field(default="", max_length=254)
    subject: str = Field(default="", max_length=500)
    body: Words = ""
    thread_id: str = Field(default="", max_length=250)
    """The Message-ID of the mail it answers, the first of its thread."""
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = Field(default=(), max_length=20)


class Addressee(Fact):
    """Whoever reads the mail of one address."""

    address: Address


class Sent(Fact):
    """What went to one address last."""

    subject: str = ""
    """Empty where nothing ever did."""
    sent_at: datetime | None = None


class Thread(Fact):
    """What was written before, oldest first."""

    thread_id: str
    messages: tuple[str, ...] = ()
    answered: bool = False
    """Whether the last word is ours."""
    customer_id: str = ""
    """The customer whose address it is; empty where it is nobody's."""
    customer: str = ""
    open_tickets: tuple[str, ...] = ()


thread_of = Lookup(SYSTEM, "thread_of", takes=Email, gives=Thread, witnessed=("answered", "customer_id"))

sent_to = Lookup(SYSTEM, "sent_to", takes=Addressee, gives=Sent)
"""For the end of a run: a mailbox shows what it sent, also where it cannot be asked for one mail by its key."""


class SendMail(
    Intent,
    system=SYSTEM,
    target="to",
    risk=Risk.CUSTOMER_MESSAGE,
    identifiers=("thread_id",),
    cannot_be_undone="It has been received.",
):
    """Send a mail."""

    to: Address
    subject: Line
    body: str = Field(min_length=1, max_length=20_000)
    thread_id: str = Field(default="", max_length=250)
    """The Message-ID of the mail it answers; empty for a new one."""
