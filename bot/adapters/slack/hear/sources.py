"""What is read in Slack for somebody who starts something: a message, the address of one, the name of a channel."""

from collections.abc import Collection

from bot.adapters.slack.hear.message import Source, words_of
from bot.adapters.slack.post.caller import Caller, objects
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places
from bot.domain.person import ChannelId, PersonId
from bot.ports.directory import Directory

_GONE = frozenset({"message_not_found", "thread_not_found"})
_NOT_SEEN = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})


class Sources:
    """Messages, where the bot can see them."""

    def __init__(self, caller: Caller, places: Places, directory: Directory) -> None:
        self._caller = caller
        self._places = places
        self._directory = directory

    async def words(self, team: str, source: Source) -> str | None:
        """What a message says now, as people read it; None where it is gone, or not to be seen from here."""
        asked = {"channel": source.channel, "ts": source.ts, "limit": 1}
        answer = await self._caller.call(
            "conversations.replies", asked, urgency=Urgency.DECIDE, expect=_GONE | _NOT_SEEN
        )
        there = [one for one in objects(answer.get("messages")) if one.get("ts") == source.ts]
        return self.read(team, str(there[0].get("text") or "")) if there else None

    def read(self, team: str, text: str) -> str:
        """A text of Slack's as people read it."""

        def name_of(user: str) -> str:
            person = self._directory.person(PersonId(f"{team}/{user}"))
            return person.name if person is not None else user

        return words_of(text, name_of)

    async def address(self, channel: str, ts: str) -> str:
        """Where a message can be opened; empty where it is gone, or not to be seen from here."""
        asked = {"channel": channel, "message_ts": ts}
        answer = await self._caller.call("chat.getPermalink", asked, urgency=Urgency.DECIDE, expect=_GONE | _NOT_SEEN)
        return str(answer.get("permalink") or "")

    async def is_ours(self, user: str) -> bool:
        """Whether the bot itself has written something."""
        return user == (await self._caller.me()).user

    async def is_one_of(self, channel: ChannelId, names: Collection[str]) -> bool:
        """Whether a channel the bot is in is one of those that a brief names. Asks Slack at most every few seconds."""
        return bool(names) and await self._places.is_one_of(channel, names)
