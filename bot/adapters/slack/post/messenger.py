"""Shows cards in Slack and tells people things there.

Slack is only a view: what cannot be shown is tried again, and decides nothing.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.adapters.slack.draw.buttons import answer_button
from bot.adapters.slack.draw.notice import way_to_card
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.drawn import Drawn, content_of, said, with_blocks
from bot.adapters.slack.post.followed import trouble_step
from bot.adapters.slack.post.names import Names
from bot.adapters.slack.post.newest import Newest
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.standing import LEFT, Find, Standing, channel_named, is_open
from bot.domain.errors import Unreachable
from bot.domain.person import ChannelId
from bot.domain.run import Run, RunId, card_id
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.cards import CardId, Placed
from bot.ports.clock import Clock
from bot.ports.messenger import About, Aim
from bot.ports.store import Store

DrawTrouble = Callable[[Trouble, str], Drawn]
"""Trouble as a message, whose buttons carry the id of its card."""


class SlackMessenger:
    """The messenger of a bot that is in Slack."""

    def __init__(
        self,
        *,
        caller: Caller,
        places: Places,
        store: Store,
        find: Find,
        cards: Standing,
        draw_trouble: DrawTrouble,
        clock: Clock,
    ) -> None:
        self._caller, self._places, self._store = caller, places, store
        self._find, self._draw_trouble, self._clock = find, draw_trouble, clock
        self._cards, self._posting = cards, cards.posting
        self._names = Names(store, clock)
        self._newest = Newest[Placed | None]()

    def tell_of_places(self, posted: Callable[[RunId], None]) -> None:
        """From now on, `posted` hears of runs whose card stands somewhere new."""
        self._cards.posted = posted

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Bring the card of a gate or question up to date; returns the place where it stands."""
        await self._names.note_owner(run.owner, self._find)
        try:
            placed = await self._newest(f"{run.id}/{step}", run.seq, lambda: self._cards.bring(run, terms, step))
        except Unreachable as error:
            channel = channel_named(run, terms, step)
            if not channel or channel in error.message:
                raise
            raise Unreachable(f"In {channel}: {error.message}") from error
        return _name(placed) if placed is not None else "slack"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        """A message to a person, or into a channel; under one key they are told once. Returns the place."""
        channel, person = await self._reach(to)
        if isinstance(about, About) and about.aim is Aim.ASK and person:
            return await self._bring_directly(run, about, channel, person)
        who = person or channel
        step = trouble_step(about.n, who) if isinstance(about, Trouble) else f"tell {key} {who}"
        standing = await self._posting.standing(run.id, step) if key else ()
        told = next((one for one in standing if one.ts), None)
        if told is None:
            card = CardId(f"{run.id}/{step}")
            told = Placed(card=card, run=run.id, step=step, channel=channel, since=self._clock.now())
            if isinstance(about, Trouble):
                told = replace(told, card=CardId(card_id(run.id, step)), seq=run.seq)
                content = content_of(self._draw_trouble(about, told.card))
            else:
                content = await self._worded(run, text, about, channel)
            told = await self._posting.post(told, content, urgency=Urgency.TELL)
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
        await self._names.note(person)
        return await self._places.direct(person.id.partition("/")[2]), person.id

    async def _worded(self, run: Run, text: str, about: About | None, channel: ChannelId) -> dict[str, object]:
        """A message, with a button to answer it or the way to the card it is about."""
        content, gate = said(text), run.gates.get(about.step) if about is not None else None
        if about is None:
            return content
        if about.aim is Aim.ANSWER:
            return with_blocks(content, [answer_button(gate.id, gate.version)]) if gate is not None else content
        address = await self._way(run, about, channel)
        return with_blocks(content, way_to_card(address)) if address else content

    async def _way(self, run: Run, about: About, channel: ChannelId) -> str:
        """The address of a card: of their own, where they have one; empty where Slack gives none."""
        places = [one for one in await self._posting.standing(run.id, about.step) if one.ts]
        place = next((one for one in places if one.channel == channel), next(iter(places), None))
        if place is None:
            return ""
        asked = {"channel": bare(place.channel), "message_ts": place.ts}
        answer = await self._caller.call("chat.getPermalink", asked, expect=LEFT)
        return str(answer.get("permalink") or "")

    async def _bring_directly(self, run: Run, about: About, channel: ChannelId, person: str) -> str:
        """The card itself, as it stands now, among somebody's messages; whoever has it already is told so no more."""
        planned, problem = False, Unreachable("The card cannot be brought to them directly.")
        while True:
            run = await self._store.queries.run(run.id)
            everywhere, drawn = await self._cards.look(run, about.terms, about.step)
            there = next((one for one in everywhere if one.channel == channel), None)
            if there is not None and there.ts:
                return _name(there)
            if drawn is None or not is_open(run, about.step):
                return "slack"
            if planned and there is None:
                raise problem
            if there is None:
                await self._posting.plan(self._cards.placed(run, about.step, channel, drawn, person=person))
            planned = True
            try:
                # What was under way may have begun before this was planned; then it is brought in the next round.
                await self.show(run, about.terms, about.step)
            except Unreachable as error:
                problem = error


def _name(placed: Placed) -> str:
    """How the record calls a place."""
    return f"slack:{placed.channel}/{placed.ts}"
