"""What somebody is shown in return, and nobody else. None of it is the only copy of anything."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.adapters.slack.draw.answer import Line, messages
from bot.adapters.slack.draw.room import Reply
from bot.adapters.slack.draw.safe import Block, inline, link, rich, section
from bot.adapters.slack.hear.loading import TOO_LATE, Loading
from bot.adapters.slack.hear.press import text as in_body
from bot.adapters.slack.hear.sources import Sources
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.drawn import escaped
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import QUIETLY
from bot.adapters.slack.post.responding import Respond
from bot.domain.errors import BotError, OutOfDate
from bot.domain.person import ChannelId, PersonId
from bot.domain.plain import Plain
from bot.ports.directory import Directory
from bot.ports.store import Delivery

logger = logging.getLogger(__name__)

SLOW = "That took too long, and nothing was done. Try once more."
"""Slack lets a form be opened within three seconds only."""
_CLOSED = frozenset({"not_found", "hash_conflict"})
_NOT_THERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"})
_LEFT = frozenset({"channel_not_found", "message_not_found", "not_in_channel"})
_NO_HOME = frozenset({"hash_conflict", "not_enabled", "user_not_found", "invalid_user_id"})
_ID = re.compile(r"\b[TE][A-Z0-9]{2,}/[UWB][A-Z0-9]{2,}\b", re.ASCII)


class Surface:
    """Forms, whispers and homes."""

    def __init__(
        self, caller: Caller, places: Places, directory: Directory, loading: Loading, respond: Respond
    ) -> None:
        self._caller = caller
        self._respond = respond
        self._places = places
        self._directory = directory
        self.loading = loading
        self.sources = Sources(caller, places, directory)

    async def open(self, trigger: str, view: Block) -> None:
        """Open a form on what somebody pressed, or in place of one that is coming. OutOfDate where it is too late."""
        asked = {"trigger_id": trigger, "view": view}
        answer = await self._caller.call("views.open", asked, urgency=Urgency.DECIDE, expect=TOO_LATE)
        if answer.get("ok"):
            self.loading.forget(trigger)
        elif not await self.loading.fill(trigger, view):
            raise OutOfDate(SLOW)

    async def update(self, view_id: str, hash: str, view: Block) -> None:
        """Show another form in place of one that is open; nothing where that was closed or has changed meanwhile."""
        asked = {"view_id": view_id, "hash": hash, "view": view}
        await self._caller.call("views.update", asked, urgency=Urgency.DECIDE, expect=_CLOSED)

    async def whisper(self, channel: ChannelId, person: str, text: str, *, more: Sequence[Plain] = ()) -> None:
        """Say something to one person, where they are looking or else directly. Nothing is repeated for its sake.

        It stands in the channel, not in a thread: there Slack shows it only to whoever has that thread open. Where they
        wait for a form that is coming, it stands in its place. `more` are blocks below it.
        """
        if more or not await self.loading.replace(person, self._named(text)):
            await self.answer(channel, person, [text], more=more)

    async def answer(
        self, channel: ChannelId, person: str, lines: Iterable[Line], *, more: Sequence[Plain] = ()
    ) -> None:
        """Say all these lines to one person in the same way, in as many messages as they need, `more` below."""
        shown = [*messages(map(self._with_names, lines))]
        try:
            for n, message in enumerate(shown, 1):
                below = more if n == len(shown) else ()
                content = {"text": escaped(message.text), "blocks": [*message.blocks, *below]}
                await self._say(channel, person, content)
        except BotError as error:
            logger.warning("Somebody could not be answered: %s", error, extra={"action": "slack.unanswered"})

    async def show(self, channel: ChannelId, person: str, shown: Reply) -> None:
        """The same with blocks: what somebody can press stands in them."""
        try:
            await self._say(channel, person, {"text": shown.text, "blocks": shown.blocks})
        except BotError as error:
            logger.warning("Somebody could not be answered: %s", error, extra={"action": "slack.unanswered"})

    async def settle(self, delivery: Delivery, said: str) -> None:
        """Say what became of a press in place of the private message it was on, which offers nothing any more.

        Nothing depends on it: where Slack does not take it, the buttons stay, and are refused.
        """
        shown = {"text": escaped(said), "blocks": [rich([section(inline(said))])]}
        if not await self._respond(in_body(delivery.body, "response_url"), shown):
            logger.info("A private message keeps its buttons.", extra={"action": "slack.not_replaced"})

    async def link(self, address: str, text: str) -> Sequence[Plain]:
        """A block that leads to a message of this workspace; none where there is no such address."""
        host = (await self._caller.me()).host
        return [rich([section(link(address, text, {host}))])] if address else []

    async def _say(self, channel: ChannelId, person: str, content: Mapping[str, object]) -> None:
        user = person.rpartition("/")[2]
        if channel:
            asked = {"channel": bare(channel), "user": user, **content}
            answer = await self._caller.call("chat.postEphemeral", asked, urgency=Urgency.DECIDE, expect=_NOT_THERE)
            if answer.get("ok"):
                return
        direct = await self._places.direct(user)
        asked = {"channel": bare(direct), **content, **QUIETLY}
        await self._caller.call("chat.postMessage", asked, urgency=Urgency.DECIDE)

    async def address(self, channel: ChannelId, ts: str) -> str:
        """Where a message of ours can be read, as Slack says; empty where it is gone or cannot be asked for."""
        asked = {"channel": bare(channel), "message_ts": ts}
        try:
            answer = await self._caller.call("chat.getPermalink", asked, urgency=Urgency.DECIDE, expect=_LEFT)
        except BotError:
            return ""
        return str(answer.get("permalink") or "")

    def _with_names(self, line: Line) -> Line:
        if isinstance(line, str):
            return self._named(line)
        return tuple(self._named(piece) if isinstance(piece, str) else piece for piece in line)

    def _named(self, text: str) -> str:
        """Nobody reads ids."""
        return _ID.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        person = self._directory.person(PersonId(found[0]))
        return person.name if person is not None else found[0]

    async def publish(self, person: str, view: Block, hash: str = "") -> bool:
        """Show somebody's home. False where another one stands there by now than that with this hash."""
        asked = {"user_id": person.rpartition("/")[2], "view": view, "hash": hash or None}
        answer = await self._caller.call("views.publish", asked, urgency=Urgency.DECIDE, expect=_NO_HOME)
        if (error := answer.get("error")) not in (None, "hash_conflict"):
            logger.warning("A home could not be shown: %s", error, extra={"action": "slack.no_home"})
        return error != "hash_conflict"

    async def workspace(self) -> str:
        """The address that links into the workspace begin with."""
        return (await self._caller.me()).url
