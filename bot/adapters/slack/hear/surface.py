"""What somebody is shown in return, and nobody else. None of it is the only copy of anything."""

import logging
import re

from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.drawn import said
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import QUIETLY
from bot.domain.errors import BotError, OutOfDate
from bot.domain.person import ChannelId, PersonId
from bot.ports.directory import Directory

logger = logging.getLogger(__name__)

SLOW = "That took too long, and nothing was done. Try once more."
"""Slack lets a form be opened within three seconds only."""
_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
"""None of these gets better by trying again, and whoever waits for a form should not wait long."""
_CLOSED = frozenset({"not_found", "hash_conflict"})
_NOT_THERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"})
_ID = re.compile(r"\b[TE][A-Z0-9]{2,}/[UWB][A-Z0-9]{2,}\b", re.ASCII)


class Surface:
    """Forms, whispers and homes."""

    def __init__(self, caller: Caller, places: Places, directory: Directory) -> None:
        self._caller = caller
        self._places = places
        self._directory = directory

    async def open(self, trigger: str, view: Block) -> None:
        """Open a form on what somebody pressed. OutOfDate where the time for that has passed."""
        asked = {"trigger_id": trigger, "view": view}
        answer = await self._caller.call("views.open", asked, urgency=Urgency.DECIDE, expect=_TOO_LATE)
        if not answer.get("ok"):
            raise OutOfDate(SLOW)

    async def update(self, view_id: str, hash: str, view: Block) -> None:
        """Show another form in place of one that is open; nothing where that was closed or has changed meanwhile."""
        asked = {"view_id": view_id, "hash": hash, "view": view}
        await self._caller.call("views.update", asked, urgency=Urgency.DECIDE, expect=_CLOSED)

    async def whisper(self, channel: ChannelId, person: str, text: str) -> None:
        """Say something to one person, where they are looking or else directly. Nothing is repeated for its sake.

        It stands in the channel, not in a thread: there Slack shows it only to whoever has that thread open.
        """
        try:
            await self._say(channel, person.rpartition("/")[2], _ID.sub(self._name, text))
        except BotError as error:
            logger.warning("Somebody could not be answered: %s", error, extra={"action": "slack.unanswered"})

    async def _say(self, channel: ChannelId, user: str, text: str) -> None:
        if channel:
            asked = {"channel": bare(channel), "user": user, **said(text)}
            answer = await self._caller.call("chat.postEphemeral", asked, urgency=Urgency.DECIDE, expect=_NOT_THERE)
            if answer.get("ok"):
                return
        direct = await self._places.direct(user)
        asked = {"channel": bare(direct), **said(text), **QUIETLY}
        await self._caller.call("chat.postMessage", asked, urgency=Urgency.DECIDE)

    def _name(self, found: re.Match[str]) -> str:
        """Nobody reads ids."""
        person = self._directory.person(PersonId(found[0]))
        return person.name if person is not None else found[0]

    async def publish(self, person: str, view: Block) -> None:
        """Show somebody's home."""
        await self._caller.call("views.publish", {"user_id": person.rpartition("/")[2], "view": view})
