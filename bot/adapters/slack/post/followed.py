"""The messages that follow one run: where they stand, and how they are brought up to date.

Each is kept before it is posted, as cards are. One that somebody deleted is not posted again.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.adapters.slack.draw.progress import Spot, Spots
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.drawn import Drawn, content_of, digest_of
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import Posting, metadata_of
from bot.domain.errors import BotError
from bot.domain.person import ChannelId, Door
from bot.domain.run import Run, card_id
from bot.ports.cards import CardId, Placed
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction

PROGRESS = "the progress"
"""The place of the progress among the cards of a run. No step has a space in its name."""
_TROUBLE = "trouble "
REMEMBERED = 1_000
_LOST = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})

DrawFollowing = Callable[[Run, Placed, Spots], Awaitable[Drawn | None]]
"""What such a message says; None where it stays as it is."""


def is_watched(run: Run) -> bool:
    """Whether a person started it here: then they see how it goes."""
    return run.origin.door is Door.SLACK and "/" in run.origin.requester


def is_followed(run: Run) -> bool:
    """Whether anything may follow it: its progress, or what somebody was told of its trouble."""
    return is_watched(run) or run.troubles > 0


def trouble_step(n: int, person: str) -> str:
    """The place of what somebody is told of the n-th trouble of a run."""
    return f"{_TROUBLE}{n} {person}"


def trouble_in(step: str) -> tuple[int, str] | None:
    """Which trouble, and who was told of it; None where this is the place of something else."""
    if not step.startswith(_TROUBLE):
        return None
    n, _, person = step.removeprefix(_TROUBLE).partition(" ")
    return int(n), person


class Followed:
    """Brings the messages of a run up to date."""

    def __init__(self, *, caller: Caller, places: Places, store: Store, draw: DrawFollowing, clock: Clock) -> None:
        self._caller, self._places, self._store = caller, places, store
        self._posting, self._draw, self._clock = Posting(caller, store), draw, clock
        self._addresses: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def __call__(self, run: Run) -> None:
        """Show what is new; what stands there already is left alone."""
        there = await self._store.run(lambda tx: tx.cards.following(run.id), patient=True)
        for placed in there:
            if placed.step != PROGRESS:
                await self._bring(run, placed)
        if is_watched(run):
            progress = await self._store.run(lambda tx: tx.cards.by_id(_id(run)))
            await self._bring(run, progress or await self._begun(run))

    async def _begun(self, run: Run) -> Placed:
        """Where the progress of a run is told: directly to whoever started it."""
        team, _, user = run.origin.requester.partition("/")
        channel = await self._places.direct(user if team == (await self._caller.me()).team else run.origin.requester)
        return Placed(card=_id(run), run=run.id, step=PROGRESS, channel=channel, since=self._clock.now())

    async def _bring(self, run: Run, placed: Placed) -> None:
        if placed.gone or placed.seq == run.seq:
            return
        standing = next(iter(await self._posting.standing(run.id, placed.step)), placed)
        drawn = await self._draw(run, placed, await self._spots(run, placed.channel))
        digest = digest_of(drawn) if drawn is not None else standing.drawn
        wanted = replace(standing, drawn=digest, seq=run.seq)
        if drawn is not None and not standing.ts:
            await self._posting.post(wanted, content_of(drawn), urgency=Urgency.PROGRESS)
        elif drawn is None or digest == standing.drawn or await self._change(standing, drawn):
            await self._posting.keep(wanted)
        else:
            await self._posting.keep(replace(wanted, gone=True))

    async def _change(self, standing: Placed, drawn: Drawn) -> bool:
        """Whether it stood there to be changed."""
        asked = {"channel": bare(standing.channel), "ts": standing.ts, **content_of(drawn)}
        asked["metadata"] = metadata_of(standing)
        answer = await self._caller.call("chat.update", asked, urgency=Urgency.PROGRESS, expect=_LOST)
        return bool(answer.get("ok"))

    # --- where the cards stand ---------------------------------------------------------------------------------------

    async def _spots(self, run: Run, home: ChannelId) -> dict[str, Spot]:
        """The cards of a run that stand somewhere else."""
        steps = (*run.gates, *run.questions)

        def look(tx: Transaction) -> list[Placed]:
            return [placed for step in steps for placed in tx.cards.of(run.id, step) if not placed.person]

        there = await self._store.run(look, patient=True) if steps else []
        elsewhere = [placed for placed in there if placed.ts and placed.channel != home]
        return {one.step: Spot(bare(one.channel), await self._address(one)) for one in elsewhere}

    async def _address(self, placed: Placed) -> str:
        """The link to a message; empty where Slack gives none just now."""
        place = (bare(placed.channel), placed.ts)
        if place not in self._addresses:
            asked = {"channel": place[0], "message_ts": place[1]}
            try:
                answer = await self._caller.call("chat.getPermalink", asked, urgency=Urgency.PROGRESS)
            except BotError:
                return ""
            self._addresses[place] = str(answer.get("permalink") or "")
            if len(self._addresses) > REMEMBERED:
                self._addresses.popitem(last=False)
        return self._addresses[place]


def _id(run: Run) -> CardId:
    return CardId(card_id(run.id, PROGRESS))
