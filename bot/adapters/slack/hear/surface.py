"""What somebody is shown in return, and nobody else. None of it is the only copy of anything."""

from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.drawn import said
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.domain.errors import Transient
from bot.domain.person import ChannelId

_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"})
_NOT_THERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"})


class Surface:
    """Forms, whispers and homes."""

    def __init__(self, caller: Caller, places: Places) -> None:
        self._caller = caller
        self._places = places

    async def open(self, trigger: str, view: Block) -> None:
        """Open a form on what somebody pressed. Transient where the three seconds for that have passed."""
        asked = {"trigger_id": trigger, "view": view}
        answer = await self._caller.call("views.open", asked, urgency=Urgency.DECIDE, expect=_TOO_LATE)
        if not answer.get("ok"):
            raise Transient("Slack lets a form be opened within three seconds only.")

    async def whisper(self, channel: ChannelId, person: str, text: str, *, thread: str = "") -> None:
        """Say something to one person, where they are looking or else directly."""
        user = person.rpartition("/")[2]
        if channel:
            asked = {"channel": bare(channel), "user": user, "thread_ts": thread or None, **said(text)}
            answer = await self._caller.call("chat.postEphemeral", asked, urgency=Urgency.DECIDE, expect=_NOT_THERE)
            if answer.get("ok"):
                return
        direct = await self._places.direct(user)
        await self._caller.call("chat.postMessage", {"channel": bare(direct), **said(text)}, urgency=Urgency.DECIDE)

    async def publish(self, person: str, view: Block) -> None:
        """Show somebody's home."""
        await self._caller.call("views.publish", {"user_id": person.rpartition("/")[2], "view": view})
