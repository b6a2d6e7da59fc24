"""Every message that is heard, to whoever sees to it; what nobody sees to is not kept."""

from collections.abc import Mapping

from bot.adapters.slack.hear.mentions import Mentions
from bot.adapters.slack.hear.message import Message, Place, message_in
from bot.adapters.slack.hear.press import part
from bot.adapters.slack.hear.replies import Replies
from bot.application.parts import Parts
from bot.ports.store import Delivery

MENTION = "app_mention"


class Spoken:
    """Direct messages, mentions, and replies in the threads of cards."""

    def __init__(self, parts: Parts, mentions: Mentions, replies: Replies) -> None:
        self._parts = parts
        self._mentions = mentions
        self._replies = replies

    async def wants(self, team: str, event: Mapping[str, object]) -> bool:
        """Whether a message is kept. A mention below a card comes as a message, too, and is heard as that."""
        message = message_in(event, team)
        if message is None:
            return False
        below_a_card = message.place is Place.THREAD and await self._is_card(message)
        if event.get("type") == MENTION:
            return not below_a_card
        match message.place:
            case Place.THREAD:
                return below_a_card or message.direct
            case Place.DIRECT:
                return True
            case Place.CHANNEL:
                return False

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

    async def _is_card(self, message: Message) -> bool:
        return await self._parts.store.queries.card_at(message.channel, message.thread) is not None
