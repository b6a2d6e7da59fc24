"""Shows cards in Slack and tells people things there.

A card is one message, which follows its run: posted once into the channel of its reviewers, then changed where it
stands, as long as it stands there. Slack is only a view: what cannot be shown is tried again, and decides nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.adapters.slack.draw.buttons import answer_button
from bot.adapters.slack.post.caller import Answer, Caller
from bot.adapters.slack.post.drawn import Draw, Drawn, content_of, digest_of, said
from bot.adapters.slack.post.followed import trouble_step
from bot.adapters.slack.post.newest import Newest
from bot.adapters.slack.post.overflow import Overflow, Upload
from bot.adapters.slack.post.pace import Urgency
from bot.adapters.slack.post.places import Places, bare
from bot.adapters.slack.post.posting import Posting, metadata_of
from bot.application.allowance import used_on
from bot.domain.content import Used
from bot.domain.errors import Unreachable
from bot.domain.person import ChannelId, Person
from bot.domain.run import GateStatus, Run, RunId, card_id
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.cards import CardId, Placed
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction

DrawTrouble = Callable[[Trouble, str], Drawn]
"""Trouble as a message, whose buttons carry the id of its card."""
Find = Callable[[str], Awaitable[Person | None]]
"""The person behind an id or a handle, as Slack knows them."""

SETTLED = "This is settled."
ELSEWHERE = "This is decided in another channel now."
_LOST = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message was deleted, or may not be changed any more."""
_LEFT = _LOST | {"channel_not_found", "is_inactive", "is_archived", "not_in_channel"}


class SlackMessenger:
    """The messenger of a bot that is in Slack."""

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
        draw_trouble: DrawTrouble,
    ) -> None:
        self._caller, self._places, self._posting = caller, places, Posting(caller, store)
        self._overflow = Overflow(caller, upload)
        self._find, self._draw, self._draw_trouble = find, draw, draw_trouble
        self._clock, self._store = clock, store
        self._newest = Newest[str]()
        self.placed: Callable[[RunId], None] = _nobody
        """Told of a run whose card stands somewhere new."""

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Bring the card of a gate or question up to date; returns the place where it stands."""
        try:
            return await self._newest(f"{run.id}/{step}", run.seq, lambda: self._bring(run, terms, step))
        except Unreachable as error:
            channel = _channel_named(run, terms, step)
            if not channel or channel in error.message:
                raise
            raise Unreachable(f"In {channel}: {error.message}") from error

    async def tell(
        self, run: Run, to: str, text: str, *, key: str = "", asks: str = "", trouble: Trouble | None = None
    ) -> str:
        """A direct message to a person; under one key a person is told once, and once of each trouble.

        Where it `asks` something about a gate, there is a button to answer.
        """
        person = await self._find(to)
        if person is None or not person.active:
            why = "is nobody whom Slack knows here" if person is None else "has a deactivated account"
            raise Unreachable(f"“{to}” {why}. Name somebody else in the brief.")
        step = f"tell {key} {person.id}" if trouble is None else trouble_step(trouble.n, person.id)
        told = await self._posting.standing(run.id, step) if key else None
        if told is None:
            channel = await self._places.direct(_user(person))
            card, content = CardId(f"{run.id}/{step}"), _told(run, text, asks)
            told = Placed(card=card, run=run.id, step=step, channel=channel, since=self._clock.now())
            if trouble is not None:
                told = replace(told, card=CardId(card_id(run.id, step)), seq=run.seq)
                content = content_of(self._draw_trouble(trouble, told.card))
            told = await self._posting.post(told, content, urgency=Urgency.TELL)
        return _name(told)

    # --- cards ---------------------------------------------------------------------------------------------------

    async def _bring(self, run: Run, terms: Terms, step: str) -> str:
        def look(tx: Transaction) -> tuple[Placed | None, Used | None]:
            return tx.cards.of(run.id, step), used_on(tx, run, terms, step, self._clock.now().date())

        kept, used = await self._store.run(look)
        drawn, standing = self._draw(run, terms, step, used), await self._posting.sought(kept)
        if drawn is None:
            return _name(await self._replace(standing, SETTLED)) if standing is not None else "slack"
        home = await self._home(run, terms, step, standing)
        if standing is not None and standing.channel != home:
            await self._replace(standing, ELSEWHERE)
            standing = None
        wanted = self._placed(run, step, home, drawn)
        urgency = Urgency.DECIDE if _is_open(run, step) else Urgency.TELL
        placed = await self._change(standing, wanted, drawn, urgency) if standing is not None else None
        if placed is None:
            placed = await self._post(wanted, drawn, urgency)
            self.placed(run.id)
        return _name(await self._add_overflow(placed, drawn))

    async def _add_overflow(self, placed: Placed, drawn: Drawn) -> Placed:
        added = await self._overflow.add(placed, drawn.overflow)
        return placed if added is placed else await self._posting.keep(added)

    def _placed(self, run: Run, step: str, home: ChannelId, drawn: Drawn) -> Placed:
        gate = run.gates.get(step)
        return Placed(
            card=CardId(gate.id if gate is not None else card_id(run.id, step)),
            run=run.id,
            step=step,
            channel=home,
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


def _told(run: Run, text: str, asks: str) -> dict[str, object]:
    content, gate = said(text), run.gates.get(asks)
    blocks = content["blocks"]
    if gate is None or not isinstance(blocks, list):
        return content
    return {**content, "blocks": [*blocks, answer_button(gate.id, gate.version)]}


def _nobody(run: RunId) -> None:
    """Nobody follows runs here."""
    del run


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
