"""The chat: what is posted in a channel, as something that was decided."""

from pydantic import Field

from bot.domain.intent import Fact, Intent, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Line

SYSTEM = "chat"


class Posting(Fact):
    """Something that stands in a channel."""

    channel: str
    title: str = ""


class Posted(Fact):
    """What was posted in a channel under a title."""

    channel: str
    messages: int
    last_id: str = ""


posted_in = Lookup(SYSTEM, "posted_in", takes=Posting, gives=Posted, witnessed=("messages",))


class PostMessage(Intent, system=SYSTEM, target="channel", risk=Risk.ROUTINE):
    """Post a message in a channel, with a chart where there are figures."""

    channel: str = Field(min_length=2, max_length=80, pattern=r"^#[^\s#@]+$")
    title: Line
    text: str = Field(min_length=1, max_length=8_000)
    chart: str = Field(default="", max_length=200)
    """What the chart shows; empty where there is none."""
    labels: tuple[str, ...] = Field(default=(), max_length=20)
    values: tuple[int, ...] = Field(default=(), max_length=20)

    def undone_by(self, receipt: Receipt) -> "DeleteMessage":
        return DeleteMessage(channel=self.channel, message_id=receipt.id)


class DeleteMessage(
    Intent,
    system=SYSTEM,
    target="channel",
    risk=Risk.ROUTINE,
    identifiers=("message_id",),
    cannot_be_undone="It would be a new message; post it again.",
):
    """Take a message of ours out of a channel."""

    channel: str
    message_id: str
