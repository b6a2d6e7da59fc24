"""A message is posted once, whatever happens on the way.

That it will be posted is kept before the first byte leaves. Whoever finds it kept like that and without a place looks
for it by its metadata first: perhaps it arrived, and only the answer was lost, or the process.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import bare
from bot.domain.errors import Broken, Transient
from bot.domain.person import ChannelId
from bot.domain.plain import is_object
from bot.domain.run import RunId
from bot.ports.cards import CardId, Placed
from bot.ports.store import Store

EVENT_TYPE = "countersign_card"
ASKEW = timedelta(minutes=5)
"""How far Slack's clock and ours may be apart."""
QUIETLY = {"unfurl_links": False, "unfurl_media": False}


class Posting:
    """Messages of ours, and where they stand."""

    def __init__(self, caller: Caller, store: Store) -> None:
        self._caller, self._store = caller, store
        self._clear: set[tuple[RunId, str, ChannelId]] = set()
        """What was surely not posted by this process; there is no need to look."""

    async def standing(self, run: RunId, step: str) -> tuple[Placed, ...]:
        """The messages of a step, wherever they stand; without a `ts` where one is still to be posted."""
        return tuple([await self.sought(placed) for placed in await self._store.run(lambda tx: tx.cards.of(run, step))])

    async def sought(self, placed: Placed) -> Placed:
        """A message with its place, which is looked for where nobody knows whether it was posted."""
        if placed.ts or _key(placed) in self._clear:
            return placed
        ts = await self._find(placed)
        return await self.keep(replace(placed, ts=ts)) if ts else placed

    async def post(self, placed: Placed, content: Mapping[str, object], *, urgency: Urgency) -> Placed:
        """Post a message that stands nowhere yet; what was to be `drawn` is, once it stands."""
        self._clear.discard(_key(placed))
        await self.begin(placed)
        asked = {"channel": bare(placed.channel), **content, **QUIETLY, "metadata": metadata_of(placed)}
        try:
            answer = await self._caller.call("chat.postMessage", asked, urgency=urgency)
        except (Transient, Broken):
            self._clear.add(_key(placed))
            raise
        return await self.keep(replace(placed, ts=str(answer["ts"])))

    async def begin(self, placed: Placed) -> None:
        """Keep that it will be posted, before anything leaves."""
        await self.keep(replace(placed, ts="", drawn="", seq=None if placed.seq is None else 0))

    async def plan(self, placed: Placed) -> None:
        """Keep that it is to be posted; nothing was sent yet."""
        self._clear.add(_key(placed))
        await self.begin(placed)

    async def keep(self, placed: Placed) -> Placed:
        """Remember where something stands."""
        await self._store.run(lambda tx: tx.cards.put(placed), patient=True)
        return placed

    async def announce(self, channel: ChannelId, content: Mapping[str, object], *, key: str, since: datetime) -> str:
        """Post what is of no run, unless it stands there from up to a day before."""
        card = CardId(f"announced/{key}")
        ts = await self._search(channel, card, since - timedelta(days=1))
        if not ts:
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"card": card}}
            asked = {"channel": bare(channel), **content, **QUIETLY, "metadata": metadata}
            ts = str((await self._caller.call("chat.postMessage", asked, urgency=Urgency.TELL))["ts"])
        return f"slack:{channel}/{ts}"

    async def _find(self, placed: Placed) -> str:
        """When our own message with this card was posted; empty where there is none."""
        return await self._search(placed.channel, placed.card, placed.since - ASKEW)

    async def _search(self, channel: ChannelId, card: CardId, oldest: datetime) -> str:
        me = await self._caller.me()
        asked = {
            "channel": bare(channel),
            "oldest": f"{oldest.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": 200,
        }
        pages = self._caller.pages("conversations.history", "messages", asked, urgency=Urgency.DECIDE)
        return "".join([str(one["ts"]) async for one in pages if one.get("user") == me.user and _is_of(one, card)][:1])


def _key(placed: Placed) -> tuple[RunId, str, ChannelId]:
    return (placed.run, placed.step, placed.channel)


def metadata_of(placed: Placed, **more: int) -> dict[str, object]:
    """What tells our own messages from each other."""
    return {"event_type": EVENT_TYPE, "event_payload": {"card": placed.card, "version": placed.version, **more}}


def payload_of(message: Mapping[str, object]) -> Mapping[str, object]:
    """What a message of ours says of itself; nothing where it is of nobody we know."""
    metadata = message.get("metadata")
    if not is_object(metadata) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload = metadata.get("event_payload")
    return payload if is_object(payload) else {}


def _is_of(message: Mapping[str, object], card: CardId) -> bool:
    payload = payload_of(message)
    return payload.get("card") == card and "part" not in payload
