"""A workspace the bot is in, joined from its parts: who is there, where things are posted, what is heard."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.draw.card import Drawn, drawn
from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.draw.progress import Spots, drawn_progress
from bot.adapters.slack.draw.safe import Block, known, named
from bot.adapters.slack.draw.trouble import drawn_trouble
from bot.adapters.slack.hear.hearing import Hearing
from bot.adapters.slack.hear.loading import Loading
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake.envelope import Envelope
from bot.adapters.slack.intake.intake import Allowed, Body, Intake, Keep
from bot.adapters.slack.post.caller import Caller, client_of
from bot.adapters.slack.post.followed import Followed, is_followed, trouble_in
from bot.adapters.slack.post.following import Following
from bot.adapters.slack.post.messenger import SlackMessenger
from bot.adapters.slack.post.overflow import Upload, uploading
from bot.adapters.slack.post.pace import Loop, Passing
from bot.adapters.slack.post.people import People
from bot.adapters.slack.post.places import Places
from bot.adapters.slack.post.responding import Respond, responding
from bot.adapters.slack.post.standing import Standing
from bot.adapters.slack.system.system import SlackChat
from bot.application.parts import Parts
from bot.application.trouble import trouble_for
from bot.domain.card import card_of
from bot.domain.content import Used
from bot.domain.person import Person, PersonId, called
from bot.domain.progress import progress_of
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.cards import Placed
from bot.ports.clock import Clock
from bot.ports.store import Delivery, Store


@dataclass(frozen=True, slots=True)
class Chat:
    """Slack, as one bot token sees it."""

    caller: Caller
    places: Places
    people: People
    client: AsyncWebClient
    team: str
    passing: Passing
    upload: Upload
    respond: Respond
    hosts: frozenset[str]
    """Where cards may link: where its messages are opened, and the systems that the settings name."""

    def messenger(self, store: Store, clock: Clock) -> SlackMessenger:
        """What shows cards and tells people things."""
        caller, places, find = self.caller, self.places, self.people.find
        cards = Standing(
            caller=caller, places=places, store=store, find=find, draw=self._draw, clock=clock, upload=self.upload
        )
        drawn = self._draw_trouble
        return SlackMessenger(
            caller=caller, places=places, store=store, find=find, cards=cards, draw_trouble=drawn, clock=clock
        )

    def system(self, clock: Clock, *, sandbox: bool) -> SlackChat:
        """What workflows post in, and read."""
        return SlackChat(self.caller, self.places, now=clock.now, sandbox=sandbox)

    def following(self, parts: Parts) -> Following:
        """What keeps the messages that follow a run true to it."""

        async def draw(run: Run, placed: Placed, spots: Spots) -> Drawn | None:
            if (told := trouble_in(placed.step)) is not None:
                return self._draw_trouble(await trouble_for(parts, run, *told), placed.card)
            return drawn_progress(progress_of(run, parts.terms(run)), spots, mention=self._mention)

        clock, store = parts.clock, parts.store
        bring = Followed(caller=self.caller, places=self.places, store=store, draw=draw, clock=clock)
        following = Following(store, self.passing, follows=is_followed, bring=bring)
        if isinstance(parts.messenger, SlackMessenger):
            parts.messenger.tell_of_places(following.placed)
        return following

    def hearing(self, parts: Parts, samples: Samples) -> Hearing:
        """What is done with everything that comes in."""
        loading = Loading(self.caller, parts.clock)
        return Hearing(parts, Surface(self.caller, self.places, self.people, loading, self.respond), samples)

    def intake(
        self,
        parts: Parts,
        hearing: Hearing,
        *,
        keep: Keep,
        woken: Callable[[Delivery], None],
        teams: Iterable[str] = (),
        enterprises: Iterable[str] = (),
    ) -> Intake:
        """The door, for people of our own workspace and of those that are named."""

        def told(delivery: Delivery) -> None:
            hearing.loading.kept(delivery)
            woken(delivery)

        return Intake(
            allowed=Allowed(frozenset({self.team, *teams}), frozenset(enterprises)),
            keep=keep,
            woken=told,
            wanted=hearing.wants,
            checked=hearing.check,
            directly=_nothing,
            clock=parts.clock,
        )

    def _draw(self, run: Run, terms: Terms, step: str, used: Used | None) -> Drawn | None:
        card = card_of(run, terms, step, used)
        return drawn(card, mention=self._mention, hosts=self.hosts, called=self._called) if card is not None else None

    def _draw_trouble(self, trouble: Trouble, card: str) -> Drawn:
        return drawn_trouble(trouble, card, mention=self._mention)

    def _called(self, person: str) -> str:
        """Somebody's name, from their id or handle; anything else as it is."""
        found = self._found(person)
        return found.name if found is not None else person

    def _found(self, person: str) -> Person | None:
        return self.people.person(PersonId(person)) or self.people.named(person)

    def _mention(self, person: str) -> Block:
        """Somebody of this workspace by their id, which Slack shows as their name; anybody else by name."""
        found = self._found(person)
        if found is None:
            return named(called(person))
        return known(found.id.partition("/")[2]) if found.team == self.team else named(found.name)


@asynccontextmanager
async def joined(
    bot_token: str,
    api: str,
    *,
    listed: tuple[Person, ...],
    linked: Collection[str] = (),
    passing: Passing | None = None,
    epoch: Callable[[], float] = time,
) -> AsyncGenerator[Chat]:
    """The workspace that a token is for, with everybody in it. Raises what the first calls raise.

    `linked` are the hosts of other systems to which cards may link.
    """
    passing = passing or Loop()
    async with aiohttp.ClientSession() as session:
        client = client_of(bot_token, api, session)
        caller = Caller(client, passing)
        people = People(caller, passing, listed=listed, epoch=epoch)
        await people.refresh()
        keeping = asyncio.create_task(people.keep_fresh())
        try:
            me = await caller.me()
            hosts, upload, respond = frozenset({me.host, *linked}), uploading(session), responding(session, api)
            yield Chat(caller, Places(caller, passing), people, client, me.team, passing, upload, respond, hosts)
        finally:
            keeping.cancel()
            await caller.stop()


async def _nothing(envelope: Envelope) -> Body:
    """No menu of ours asks while somebody types."""
    del envelope
    return {"options": []}
