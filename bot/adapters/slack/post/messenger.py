"""Shows cards in Slack and tells people things there.

A card is one message, which follows its run: posted once into the channel of its reviewers, then changed where it
stands, as long as it stands there. Slack is only a view: what cannot be shown is tried again, and decides nothing.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.adapters.slack.draw.notice import way_to_card
from bot.adapters.slack.post.caller import Answer, Caller
from bot.adapters.slack.post.drawn import Draw, Drawn, content_of, digest_of, replies_of, said, with_blocks
from bot.adapters.slack.post.newest import Newest
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import Posting, metadata_of, payload_of
from bot.domain.errors import Broken, Unreachable
from bot.domain.person import ChannelId, Person
from bot.domain.run import GateStatus, Run, card_id
from bot.domain.terms import Terms
from bot.ports.cards import CardId, Placed
from bot.ports.clock import Clock
from bot.ports.messenger import About
from bot.ports.store import Store

logger = logging.getLogger(__name__)

Find = Callable[[str], Awaitable[Person | None]]
"""The person behind an id or a handle, as Slack knows them."""

SETTLED = "This is settled."
ELSEWHERE = "This is decided in another channel now."
_LOST = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message was deleted, or may not be changed any more."""
_LEFT = _LOST | {"channel_not_found", "is_inactive", "is_archived", "not_in_channel"}


class SlackMessenger:
    """The messenger of a bot that is in Slack."""

    def __init__(self, *, caller: Caller, places: Places, store: Store, find: Find, draw: Draw, clock: Clock) -> None:
        self._caller, self._places, self._posting = caller, places, Posting(caller, store)
        self._store = store
        self._find, self._draw, self._clock = find, draw, clock
        self._newest = Newest[str]()

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Bring the card of a gate or question up to date; returns the place where it stands."""
        try:
            return await self._newest(f"{run.id}/{step}", run.seq, lambda: self._bring(run, terms, step))
        except Unreachable as error:
            channel = _channel_named(run, terms, step)
            if not channel or channel in error.message:
                raise
            raise Unreachable(f"In {channel}: {error.message}") from error

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | None = None) -> str:
        """A message to a person, or into a channel; under one key they are told once. Returns the place."""
        channel, person = await self._reach(to)
        if about is not None and about.whole and person:
            return await self._bring_directly(run, about, channel, person)
        step = f"tell {key} {person or channel}"
        standing = await self._posting.standing(run.id, step) if key else ()
        told = next((one for one in standing if one.ts), None)
        if told is None:
            told = Placed(
                card=CardId(f"{run.id}/{step}"), run=run.id, step=step, channel=channel, since=self._clock.now()
            )
            told = await self._posting.post(told, await self._worded(run, text, about, channel), urgency=Urgency.TELL)
        return _name(told)

    async def announce(self, to: str, text: str, *, key: str) -> str:
        """A message about no one run; looked for first, for whoever told it before may have died over it."""
        channel, _ = await self._reach(to)
        return await self._posting.announce(channel, said(text), key=key, since=self._clock.now())

    async def _reach(self, to: str) -> tuple[ChannelId, str]:
        """Where somebody is told something, and who they are, unless that is a channel."""
        if to.startswith("#"):
            return await self._places.channel(to), ""
        person = await self._find(to)
        if person is None or not person.active:
            why = "is nobody whom Slack knows here" if person is None else "has a deactivated account"
            raise Unreachable(f"“{to}” {why}. Name somebody else in the brief.")
        return await self._places.direct(_user(person)), person.id

    async def _worded(self, run: Run, text: str, about: About | None, channel: ChannelId) -> dict[str, object]:
        """A message, with the way to the card it is about: to their own, where they have one."""
        content = said(text)
        standing = await self._posting.standing(run.id, about.step) if about is not None else ()
        places = [one for one in standing if one.ts]
        place = next((one for one in places if one.channel == channel), next(iter(places), None))
        if place is None:
            return content
        asked = {"channel": bare(place.channel), "message_ts": place.ts}
        answer = await self._caller.call("chat.getPermalink", asked, expect=_LEFT)
        address = answer.get("permalink")
        return with_blocks(content, way_to_card(address)) if isinstance(address, str) else content

    async def _bring_directly(self, run: Run, about: About, channel: ChannelId, person: str) -> str:
        """The card itself, as it stands now, among somebody's messages; whoever has it already is told so no more."""
        planned, problem = False, Unreachable("The card cannot be brought to them directly.")
        while True:
            run = await self._store.queries.run(run.id)
            everywhere = await self._posting.standing(run.id, about.step)
            there = next((one for one in everywhere if one.channel == channel), None)
            if there is not None and there.ts:
                return _name(there)
            drawn = self._draw(run, about.terms, about.step)
            if drawn is None or not _is_open(run, about.step):
                return "slack"
            if planned and there is None:
                raise problem
            if there is None:
                await self._posting.plan(self._placed(run, about.step, channel, drawn, person=person))
            planned = True
            try:
                # What was under way may have begun before this was planned; then it is brought in the next round.
                await self.show(run, about.terms, about.step)
            except Unreachable as error:
                problem = error

    # --- cards ---------------------------------------------------------------------------------------------------

    async def _bring(self, run: Run, terms: Terms, step: str) -> str:
        drawn = self._draw(run, terms, step)
        places = await self._posting.standing(run.id, step)
        standing = next((one for one in places if one.ts and not one.person), None)
        direct = [one for one in places if one.person]
        if drawn is None:
            for one in direct:
                await self._leave(one, SETTLED)
            return _name(await self._replace(standing, SETTLED)) if standing is not None else "slack"
        home = await self._home(run, terms, step, standing)
        if standing is not None and standing.channel != home:
            await self._replace(standing, ELSEWHERE)
            standing = None
        for one in places:
            if not (one.ts or one.person) and one.channel != home:
                await self._leave(one, ELSEWHERE)
        urgency = Urgency.DECIDE if _is_open(run, step) else Urgency.TELL
        try:
            return _name(await self._stand(self._placed(run, step, home, drawn), standing, drawn, urgency))
        finally:
            for one in direct:
                await self._follow(one, run, drawn, urgency)

    async def _stand(self, wanted: Placed, standing: Placed | None, drawn: Drawn, urgency: Urgency) -> Placed:
        placed = await self._change(standing, wanted, drawn, urgency) if standing is not None else None
        if placed is None:
            placed = await self._post(wanted, drawn, urgency)
        return await self._add_overflow(placed, drawn)

    async def _follow(self, one: Placed, run: Run, drawn: Drawn, urgency: Urgency) -> None:
        """A card among somebody's messages says what the one in the channel says; it is not missed where it cannot."""
        gate = run.gates.get(one.step)
        if gate is not None and not gate.invited:
            return await self._leave(one, ELSEWHERE)
        if not one.ts and not _is_open(run, one.step):
            return await self._leave(one, SETTLED)
        wanted = self._placed(run, one.step, one.channel, drawn, person=one.person)
        try:
            await self._stand(replace(wanted, since=one.since), one if one.ts else None, drawn, urgency)
        except (Broken, Unreachable) as error:
            logger.warning("A card cannot be brought to somebody: %s", error, extra={"action": "slack.not_brought"})
            await self._posting.keep(replace(one, gone=True))
        return None

    async def _leave(self, one: Placed, text: str) -> None:
        """Nothing is posted any more where nothing stands yet."""
        if one.ts:
            await self._replace(one, text)
        else:
            await self._posting.keep(replace(one, gone=True))

    def _placed(self, run: Run, step: str, channel: ChannelId, drawn: Drawn, *, person: str = "") -> Placed:
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

    async def _post(self, wanted: Placed, drawn: Drawn, urgency: Urgency) -> Placed:
        try:
            return await self._posting.post(wanted, content_of(drawn), urgency=urgency)
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
            return await self._posting.keep(wanted)
        await self._posting.keep(replace(standing, gone=True))
        return None

    async def _replace(self, standing: Placed, text: str) -> Placed:
        """Leave one sentence where a card stood: nothing can be pressed there any more."""
        drawn = f"only: {text}"
        if standing.drawn == drawn:
            return standing
        await self._update(standing, said(text), Urgency.TELL, left=True)
        return await self._posting.keep(replace(standing, drawn=drawn, gone=text == ELSEWHERE))

    async def _update(self, standing: Placed, content: Answer, urgency: Urgency, *, left: bool = False) -> Answer:
        asked = {"channel": bare(standing.channel), "ts": standing.ts, **content}
        return await self._caller.call("chat.update", asked, urgency=urgency, expect=_LEFT if left else _LOST)

    async def _add_overflow(self, placed: Placed, drawn: Drawn) -> Placed:
        """What found no room on the card goes below it, once for each version."""
        if not drawn.overflow or placed.overflow == placed.version:
            return placed
        thread = {"channel": bare(placed.channel), "ts": placed.ts}
        asked = {**thread, "include_all_metadata": True, "limit": 200}
        there = [payload_of(one) async for one in self._caller.pages("conversations.replies", "messages", asked)]
        parts = {payload.get("part") for payload in there if payload.get("version") == placed.version}
        for part, content in enumerate(replies_of(drawn.overflow), 1):
            if part not in parts:
                marked = {"metadata": metadata_of(placed, part=part), "unfurl_links": False, "unfurl_media": False}
                reply = {"channel": thread["channel"], "thread_ts": placed.ts, **content, **marked}
                await self._caller.call("chat.postMessage", reply)
        return await self._posting.keep(replace(placed, overflow=placed.version))

    # --- whose card it is ----------------------------------------------------------------------------------------

    async def _home(self, run: Run, terms: Terms, step: str, standing: Placed | None) -> ChannelId:
        """The channel a card belongs in. Where that cannot be found, the card stays where it stands."""
        channel = _channel_named(run, terms, step)
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
                return _user(person)
        raise Unreachable(f"The owner {terms.brief.owner} is nobody whom Slack knows here. Mend the brief.")


def _group(run: Run, step: str) -> str:
    question, gate = run.questions.get(step), run.gates.get(step)
    return question.group if question is not None else gate.group if gate is not None else "owner"


def _channel_named(run: Run, terms: Terms, step: str) -> str:
    """The channel that the brief names for a step; empty where one person is asked."""
    reviewers = terms.brief.reviewers.get(_group(run, step))
    return reviewers.channel if reviewers is not None else ""


def _is_open(run: Run, step: str) -> bool:
    gate = run.gates.get(step)
    return step in run.questions or (gate is not None and gate.status is GateStatus.OPEN)


def _user(person: Person) -> str:
    return person.id.partition("/")[2]


def _name(placed: Placed) -> str:
    """How the record calls a place."""
    return f"slack:{placed.channel}/{placed.ts}"
