"""Where things are posted: channels by their names, and direct messages with people."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.pace import Passing, Urgency
from bot.domain.errors import Unreachable
from bot.domain.person import ChannelId
from bot.domain.plain import is_object

KNOWN_FOR, ASKED_AGAIN_AFTER = 300.0, 5.0
"""Seconds: how long a name stands for its channel, and how soon a name that is new is asked for again."""


@dataclass(slots=True)
class _Names:
    at: float
    ids: dict[str, str] = field(default_factory=dict[str, str])


class Places:
    """The channels the bot is in, and its direct messages, as they were found last."""

    def __init__(self, caller: Caller, passing: Passing) -> None:
        self._caller, self._passing = caller, passing
        self._names: _Names | None = None
        self._direct: dict[str, ChannelId] = {}

    async def channel(self, name: str) -> ChannelId:
        """The channel a brief names: `#support`, its id, or both with the team before. Unreachable where it is not."""
        team = (await self._caller.me()).team
        _, _, own = name.rpartition("/")
        ids = await self._ids(ASKED_AGAIN_AFTER, lacking=own.removeprefix("#"))
        id = ids.get(own.removeprefix("#"))
        if id is None:
            raise Unreachable(
                f"There is no channel “{name}” that the bot is in. Invite it there with /invite, or name another"
                " channel in the brief."
            )
        return ChannelId(f"{team}/{id}")

    async def is_one_of(self, channel: ChannelId, names: Collection[str]) -> bool:
        """Whether a channel is one of those that briefs name. Nothing is asked of Slack where it was asked just now."""
        team, _, id = channel.rpartition("/")
        ids = await self._ids(ASKED_AGAIN_AFTER, lacking=id)
        split = (name.rpartition("/") for name in names)
        return any(whose in ("", team) and ids.get(own.removeprefix("#")) == id for whose, _, own in split)

    def forget(self) -> None:
        """Ask for the names again: one of them did not hold what it promised."""
        self._names = None

    async def direct(self, user: str) -> ChannelId:
        """The direct message with somebody. Unreachable where there can be none."""
        found = self._direct.get(user)
        if found is None:
            opened = await self._caller.call("conversations.open", {"users": user})
            channel = opened.get("channel")
            id = channel.get("id") if is_object(channel) else ""
            found = self._direct[user] = ChannelId(f"{(await self._caller.me()).team}/{id}")
        return found

    async def _ids(self, soon: float, *, lacking: str) -> dict[str, str]:
        """Names and ids of channels, with ids standing for themselves."""
        names, now = self._names, self._passing.now()
        if names is not None:
            age = now - names.at
            if age < (KNOWN_FOR if lacking in names.ids else soon):
                return names.ids
        new = _Names(now)
        asked = {"types": "public_channel,private_channel", "exclude_archived": False, "limit": 200}
        async for one in self._caller.pages("users.conversations", "channels", asked, urgency=Urgency.DECIDE):
            id, name = str(one.get("id")), str(one.get("name"))
            new.ids |= {id: id, name: id}
        self._names = new
        return new.ids


def bare(channel: ChannelId) -> str:
    """The id as Slack takes it."""
    return channel.rpartition("/")[2]
