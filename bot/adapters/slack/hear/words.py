"""Plain words, to whoever sees to them: what is said to the bot, and what is written below its cards."""

from collections.abc import Mapping

from bot.adapters.slack.hear.mentions import Mentions
from bot.adapters.slack.hear.press import part
from bot.adapters.slack.hear.replies import Replies
from bot.adapters.slack.hear.spoken import Place, Spoken, spoken_in
from bot.application.parts import Parts
from bot.ports.store import Delivery

MENTION, MESSAGE = "app_mention", "message"


class PlainWords:
    """Mentions, direct messages, and replies in the threads of cards."""

    def __init__(self, parts: Parts, mentions: Mentions, replies: Replies) -> None:
        self._parts = parts
        self._mentions = mentions
        self._replies = replies

    async def wants(self, team: str, event: Mapping[str, object]) -> bool:
        """Whether it is said to us. A mention below a card comes as a message, too, and is heard as that."""
        said = spoken_in(event, team)
        if said is None:
            return False
        below_a_card = await self._is_below_a_card(said)
        if event.get("type") == MENTION:
            return not below_a_card
        return below_a_card or said.direct

    async def hear(self, delivery: Delivery) -> None:
        """Answer it, or keep it as a comment."""
        event = part(delivery.body, "event")
        said = spoken_in(event, delivery.team)
        if said is None:
            return
        if event.get("type") == MESSAGE and await self._is_below_a_card(said):
            await self._replies.hear(delivery, said)
        elif event.get("type") == MENTION or said.direct:
            await self._mentions.hear(delivery, said)

    async def _is_below_a_card(self, said: Spoken) -> bool:
        if said.place is not Place.THREAD:
            return False
        return await self._parts.store.queries.card_at(said.channel, said.thread) is not None
