"""The system `chat` in Slack. A message carries the key it was posted under, and is found by it."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime, timedelta

from bot.adapters.slack.post.caller import Answer, Caller
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import QUIETLY
from bot.adapters.slack.system.drawn import drawn_post
from bot.domain.binding import Binding, Retry
from bot.domain.errors import Broken, Uncertain
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.person import ChannelId
from bot.domain.plain import is_object
from bot.intents import chat
from bot.ports.system import Preview, ReadOnly

EVENT_TYPE = "countersign_post"
LOOKS_BACK = timedelta(days=7)
"""How far a message of ours is looked for, and how far `posted_in` counts."""
_GONE = frozenset({"message_not_found"})


def bindings_of(*, sandbox: bool) -> Mapping[str, Binding]:
    """How the chat takes what workflows post; `sandbox` where it is a workspace that only stands in for Slack."""
    kinds = (chat.PostMessage.kind(), chat.DeleteMessage.kind())
    return {kind: Binding(kind, Retry.SEARCHABLE, sandbox=sandbox) for kind in kinds}


class SlackReader:
    """The chat as far as it can be looked at."""

    def __init__(self, caller: Caller, places: Places, *, now: Callable[[], datetime]) -> None:
        self._caller, self._places, self._now = caller, places, now

    async def read(self, lookup: str, about: Fact) -> Fact:
        if lookup != chat.posted_in.kind or not isinstance(about, chat.Posting):
            raise Broken(f"The chat has no lookup {lookup}.")
        channel = await self._places.channel(about.channel)
        ours = [one async for one in self._ours(channel) if not about.title or _said(one, "title") == about.title]
        newest = f"{channel}/{ours[0]['ts']}" if ours else ""
        return chat.Posted(channel=about.channel, messages=len(ours), last_id=newest)

    async def preview(self, intent: Intent) -> Preview:
        match intent:
            case chat.PostMessage():
                await self._places.channel(intent.channel)
                figures = ", ".join(f"{one} {n}" for one, n in zip(intent.labels, intent.values, strict=False))
                chart = {intent.chart: figures} if intent.chart else {}
                after = {"title": intent.title, "text": intent.text, **chart}
                return Preview(f"Post “{intent.title}” in {intent.channel}.", {}, after)
            case chat.DeleteMessage():
                there = await self._there(intent)
                if not there:
                    raise Broken(f"There is no such message in {intent.channel} any more.")
                return Preview(f"Take a message out of {intent.channel}.", {"text": str(there.get("text", ""))}, {})
            case _:
                raise _unknown(intent)

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        """The message that carries this key; of one to be taken out, whether it is gone."""
        match intent:
            case chat.PostMessage():
                channel = await self._places.channel(intent.channel)
                found = [one async for one in self._ours(channel) if _said(one, "key") == key]
                if len(found) > 1:
                    raise Uncertain(f"{intent.channel} shows {len(found)} messages where there should be one.")
                return await self._receipt(channel, str(found[0]["ts"])) if found else None
            case chat.DeleteMessage():
                return None if await self._there(intent) else Receipt(id=intent.message_id)
            case _:
                raise _unknown(intent)

    async def _receipt(self, channel: ChannelId, ts: str) -> Receipt:
        url = (await self._caller.me()).url
        link = f"{url}archives/{bare(channel)}/p{ts.replace('.', '')}" if url.startswith("https://") else None
        return Receipt(id=f"{channel}/{ts}", link=link)

    async def _there(self, intent: chat.DeleteMessage) -> Answer:
        channel, ts = _place(intent)
        asked = {"channel": bare(channel), "oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
        pages = self._caller.pages("conversations.history", "messages", asked, urgency=Urgency.DECIDE)
        found = [one async for one in pages if one.get("ts") == ts]
        return found[0] if found else {}

    async def _ours(self, channel: ChannelId) -> AsyncGenerator[dict[str, object]]:
        """What workflows posted there lately, newest first."""
        me, oldest = await self._caller.me(), self._now() - LOOKS_BACK
        asked = {"channel": bare(channel), "oldest": f"{oldest.timestamp():.6f}", "include_all_metadata": True}
        pages = self._caller.pages("conversations.history", "messages", {**asked, "limit": 200}, urgency=Urgency.DECIDE)
        async for one in pages:
            if one.get("user") == me.user and _said(one, "key"):
                yield one


class SlackChat(SlackReader):
    """The chat, to post in."""

    name: str = chat.SYSTEM
    lookups: frozenset[str] = frozenset({chat.posted_in.kind})

    def __init__(self, caller: Caller, places: Places, *, now: Callable[[], datetime], sandbox: bool) -> None:
        super().__init__(caller, places, now=now)
        self.bindings = bindings_of(sandbox=sandbox)

    def read_only(self) -> ReadOnly:
        return SlackReader(self._caller, self._places, now=self._now)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        match intent:
            case chat.PostMessage():
                return await self._post(intent, key)
            case chat.DeleteMessage():
                channel, ts = _place(intent)
                await self._caller.call("chat.delete", {"channel": bare(channel), "ts": ts}, expect=_GONE)
                return Receipt(id=intent.message_id)
            case _:
                raise _unknown(intent)

    async def _post(self, intent: chat.PostMessage, key: str) -> Receipt:
        channel = await self._places.channel(intent.channel)
        marked = {"event_type": EVENT_TYPE, "event_payload": {"key": key, "title": intent.title}}
        asked = {"channel": bare(channel), **drawn_post(intent), **QUIETLY, "metadata": marked}
        answer = await self._caller.call("chat.postMessage", asked)
        return await self._receipt(channel, str(answer["ts"]))

    async def close(self) -> None:
        """The connections are those of the bot itself."""


def _place(intent: chat.DeleteMessage) -> tuple[ChannelId, str]:
    channel, _, ts = intent.message_id.rpartition("/")
    if not channel or not ts:
        raise Broken(f"“{intent.message_id}” is no message of ours.")
    return ChannelId(channel), ts


def _said(message: Mapping[str, object], name: str) -> str:
    """What a message of ours says of itself; empty where it is of another kind."""
    metadata = message.get("metadata")
    payload = (
        metadata.get("event_payload") if is_object(metadata) and metadata.get("event_type") == EVENT_TYPE else None
    )
    return str(payload.get(name) or "") if is_object(payload) else ""


def _unknown(intent: Intent) -> Broken:
    return Broken(f"The chat has no way to carry out {intent.kind()}.")
