"""The card of a step, wherever it stands: in the channel of its reviewers, and with people who were brought in.

A card is one message in each place, which follows its run: posted once, then changed where it stands, as long as it
stands there.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.adapters.slack.post.caller import Answer, Caller
from bot.adapters.slack.post.drawn import Draw, Drawn, content_of, digest_of, said
from bot.adapters.slack.post.overflow import Overflow, Upload
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import Posting, metadata_of
from bot.application.allowance import used_on
from bot.domain.content import Used
from bot.domain.errors import Broken, Unreachable
from bot.domain.person import ChannelId, Person
from bot.domain.run import GateStatus, Run, RunId, card_id
from bot.domain.terms import Terms
from bot.ports.cards import CardId, Placed
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction

logger = logging.getLogger(__name__)

Find = Callable[[str], Awaitable[Person | None]]
"""The person behind an id or a handle, as Slack knows them."""

SETTLED = "This is settled."
ELSEWHERE = "This is decided in another channel now."
_LOST = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message was deleted, or may not be changed any more."""
LEFT = _LOST | {"channel_not_found", "is_inactive", "is_archived", "not_in_channel"}


class Standing:
    """Where cards stand, and what is done to bring them up to date there."""

    def __init__(
        self,
        *,
        caller: Caller,
        places: Places,
        store: Store,
        find: Find,
        draw: Draw,
        clock: Clock,
        upload: Upload,
    ) -> None:
        self._caller, self._places, self._store = caller, places, store
        self._find, self._draw, self._clock = find, draw, clock
        self._overflow = Overflow(caller, upload)
        self.posting = Posting(caller, store)
        self.posted: Callable[[RunId], None] = _nobody
        """Told of a run whose card stands somewhere new."""

    async def look(self, run: Run, terms: Terms, step: str) -> tuple[tuple[Placed, ...], Drawn | None]:
        """Where the card stands or is to stand, and what it says now."""

        def read(tx: Transaction) -> tuple[tuple[Placed, ...], Used | None]:
            return tx.cards.of(run.id, step), used_on(tx, run, terms, step, self._clock.now().date())

        kept, used = await self._store.run(read)
        return tuple([await self.posting.sought(one) for one in kept]), self._draw(run, terms, step, used)

    async def bring(self, run: Run, terms: Terms, step: str) -> Placed | None:
        """Bring it up to date everywhere; returns where it belongs, None where it belongs nowhere."""
        places, drawn = await self.look(run, terms, step)
        standing = next((one for one in places if one.ts and not one.person), None)
        direct = [one for one in places if one.person]
        if drawn is None:
            for one in direct:
                await self._leave(one, SETTLED)
            return await self._replace(standing, SETTLED) if standing is not None else None
        home = await self._home(run, terms, step, standing)
        if standing is not None and standing.channel != home:
            await self._replace(standing, ELSEWHERE)
            standing = None
        for one in places:
            if not (one.ts or one.person) and one.channel != home:
                await self._leave(one, ELSEWHERE)
        urgency = Urgency.DECIDE if is_open(run, step) else Urgency.TELL
        try:
            return await self._stand(self.placed(run, step, home, drawn), standing, drawn, urgency)
        finally:
            for one in direct:
                await self._follow(one, run, drawn, urgency)

    def placed(self, run: Run, step: str, channel: ChannelId, drawn: Drawn, *, person: str = "") -> Placed:
        """A card as it is to stand there."""
        gate = run.gates.get(step)
        return Placed(
            card=CardId(gate.id if gate is not None else card_id(run.id, step)),
            run=run.id,
            step=step,
            channel=channel,
            person=person,
            version=gate.version if gate is not None else 1,
            drawn=digest_of(drawn),
            since=self._clock.now(),
        )

    # --- in each place ---------------------------------------------------------------------------------------------

    async def _stand(self, wanted: Placed, standing: Placed | None, drawn: Drawn, urgency: Urgency) -> Placed:
        placed = await self._change(standing, wanted, drawn, urgency) if standing is not None else None
        if placed is None:
            placed = await self._post(wanted, drawn, urgency)
            self.posted(wanted.run)
        added = await self._overflow.add(placed, drawn.overflow)
        return placed if added is placed else await self.posting.keep(added)

    async def _follow(self, one: Placed, run: Run, drawn: Drawn, urgency: Urgency) -> None:
        """A card among somebody's messages says what the one in the channel says; it is not missed where it cannot."""
        gate = run.gates.get(one.step)
        if gate is not None and not gate.invited:
            return await self._leave(one, ELSEWHERE)
        if not one.ts and not is_open(run, one.step):
            return await self._leave(one, SETTLED)
        wanted = self.placed(run, one.step, one.channel, drawn, person=one.person)
        try:
            await self._stand(replace(wanted, since=one.since), one if one.ts else None, drawn, urgency)
        except (Broken, Unreachable) as error:
            logger.warning("A card cannot be brought to somebody: %s", error, extra={"action": "slack.not_brought"})
            await self.posting.keep(replace(one, gone=True))
        return None

    async def _leave(self, one: Placed, text: str) -> None:
        """Nothing is posted any more where nothing stands yet."""
        if one.ts:
            await self._replace(one, text)
        else:
            await self.posting.keep(replace(one, gone=True))

    async def _post(self, wanted: Placed, drawn: Drawn, urgency: Urgency) -> Placed:
        try:
            return await self.posting.post(wanted, content_of(drawn), urgency=urgency)
        except Unreachable:
            self._places.forget()
            raise

    async def _change(self, standing: Placed, wanted: Placed, drawn: Drawn, urgency: Urgency) -> Placed | None:
        """The card where it stands, changed; None where it stands there no more."""
        wanted = replace(wanted, ts=standing.ts, overflow=standing.overflow, since=standing.since)
        if standing == wanted:
            return standing
        asked = {**content_of(drawn), "metadata": metadata_of(wanted)}
        if (await self._update(standing, asked, urgency)).get("ok"):
            return await self.posting.keep(wanted)
        await self.posting.keep(replace(standing, gone=True))
        return None

    async def _replace(self, standing: Placed, text: str) -> Placed:
        """Leave one sentence where a card stood: nothing can be pressed there any more."""
        drawn = f"only: {text}"
        if standing.drawn == drawn:
            return standing
        await self._update(standing, said(text), Urgency.TELL, left=True)
        return await self.posting.keep(replace(standing, drawn=drawn, gone=text == ELSEWHERE))

    async def _update(self, standing: Placed, content: Answer, urgency: Urgency, *, left: bool = False) -> Answer:
        asked = {"channel": bare(standing.channel), "ts": standing.ts, **content}
        return await self._caller.call("chat.update", asked, urgency=urgency, expect=LEFT if left else _LOST)

    # --- whose card it is ----------------------------------------------------------------------------------------

    async def _home(self, run: Run, terms: Terms, step: str, standing: Placed | None) -> ChannelId:
        """The channel a card belongs in. Where that cannot be found, the card stays where it stands."""
        channel = channel_named(run, terms, step)
        try:
            if channel:
                return await self._places.channel(channel)
            return await self._places.direct(await self._alone(run, terms, _group(run, step)))
        except Unreachable:
            if standing is None:
                raise
            return standing.channel

    async def _alone(self, run: Run, terms: Terms, group: str) -> str:
        """Who is asked alone: whoever requested it, or the owner where that is nobody who can be asked."""
        for who in ((run.origin.requester,) if group == "requester" else ()) + (terms.brief.owner, run.owner):
            person = await self._find(who)
            if person is not None and person.active and not person.bot:
                return person.id.partition("/")[2]
        raise Unreachable(f"The owner {terms.brief.owner} is nobody whom Slack knows here. Mend the brief.")


def channel_named(run: Run, terms: Terms, step: str) -> str:
    """The channel that the brief names for a step; empty where one person is asked."""
    reviewers = terms.brief.reviewers.get(_group(run, step))
    return reviewers.channel if reviewers is not None else ""


def is_open(run: Run, step: str) -> bool:
    """Whether something waits to be decided or answered there."""
    gate = run.gates.get(step)
    return step in run.questions or (gate is not None and gate.status is GateStatus.OPEN)


def _group(run: Run, step: str) -> str:
    question, gate = run.questions.get(step), run.gates.get(step)
    return question.group if question is not None else gate.group if gate is not None else "owner"


def _nobody(run: RunId) -> None:
    """Nobody follows runs here."""
    del run
