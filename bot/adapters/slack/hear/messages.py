"""Every message that is heard, to whoever sees to it; what nobody sees to is not kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.adapters.slack.hear.mentions import Mentions
from bot.adapters.slack.hear.message import Message, Place, message_in
from bot.adapters.slack.hear.press import part
from bot.adapters.slack.hear.replies import Replies
from bot.adapters.slack.intake import envelope as sent
from bot.adapters.slack.intake.envelope import Envelope
from bot.application.parts import Parts
from bot.ports.store import Delivery

MENTION, MESSAGE = "app_mention", "message"


@dataclass(frozen=True, slots=True)
class InChannels:
    """Who sees to what is said in a channel, outside of threads."""

    wants: Callable[[Message], bool] = lambda _message: False
    hear: Callable[[Delivery], Awaitable[None]] | None = None


class Messages:
    """Direct messages and mentions, replies in the threads of cards, and what is said in channels."""

    def __init__(self, parts: Parts, mentions: Mentions, replies: Replies, channels: InChannels | None = None) -> None:
        self._parts = parts
        self._mentions = mentions
        self._replies = replies
        self._channels = channels or InChannels()

    async def wants(self, envelope: Envelope) -> bool:
        """Whether a message is kept. A mention below a card comes as a message, too, and is heard as that."""
        event = sent.part(envelope.payload, "event")
        message = message_in(event, envelope.team)
        if message is None:
            return False
        below_a_card = message.place is Place.THREAD and await self._is_card(message)
        if sent.text(event, "type") == MENTION:
            return not below_a_card
        match message.place:
            case Place.THREAD:
                return below_a_card or message.direct
            case Place.DIRECT:
                return True
            case Place.CHANNEL:
                return self._channels.wants(message)

    async def hear(self, delivery: Delivery) -> None:
        """Bring one to whoever sees to it."""
        event = part(delivery.body, "event")
        message = message_in(event, delivery.team)
        if message is None:
            return
        if event.get("type") == MENTION:
            await self._mentions.hear(delivery, message)
        elif message.place is Place.THREAD and await self._is_card(message):
            await self._replies.hear(delivery, message)
        elif message.direct:
            await self._mentions.hear(delivery, message)
        elif self._channels.hear is not None:
            await self._channels.hear(delivery)

    async def _is_card(self, message: Message) -> bool:
        return await self._parts.store.queries.card_at(message.channel, message.thread) is not None
