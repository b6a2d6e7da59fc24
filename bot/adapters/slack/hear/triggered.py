"""What starts, or offers to start, because of what people do in a channel: they react, or write a message."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bot.adapters.slack.draw.offering import start_buttons
from bot.adapters.slack.hear.cards import person_of
from bot.adapters.slack.hear.choosing import known_workflows, trigger_fact
from bot.adapters.slack.hear.message import Source, source_in
from bot.adapters.slack.hear.press import part
from bot.adapters.slack.hear.started import tell_started
from bot.adapters.slack.hear.starting import WORDLESS, Starting
from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.domain.brief import Triggers
from bot.domain.errors import NotAllowed, Refused, Unfit
from bot.domain.from_message import field_for_words
from bot.domain.gate import Power, allow, may
from bot.domain.person import ChannelId, Door, Person
from bot.domain.plain import Plain, is_object
from bot.domain.terms import Terms
from bot.ports.store import Delivery

Event = Mapping[str, object]
_SAID_BY_PEOPLE = ("", "file_share")
"""Of a new message; all other kinds say that something has changed, or that somebody came or went."""
_ROOMS = ("channel", "group")


class Listener(Protocol):
    """Whoever sees to events of one type; others may see to the same."""

    async def wants(self, team: str, event: Event) -> bool:
        """Whether it is anything to them: what is nothing to anybody is not stored."""
        ...

    async def hear(self, delivery: Delivery) -> None: ...


class Reactions:
    """An emoji that a brief names, on a message in one of its channels: whoever set it is offered the form."""

    def __init__(self, parts: Parts, surface: Surface) -> None:
        self._parts = parts
        self._surface = surface

    async def wants(self, team: str, event: Event) -> bool:
        source = _reacted_to(event)
        if source is None:
            return False
        named = {name for _, terms in known_workflows(self._parts) for name in _where(terms.brief.triggers, event)}
        return await self._surface.sources.is_one_of(_place(team, source), named)

    async def hear(self, delivery: Delivery) -> None:
        """Offer what may be started; whoever may start none of it is told so, once a day."""
        event = part(delivery.body, "event")
        source = _reacted_to(event)
        if source is None or await self._surface.sources.is_ours(_said(event, "item_user")):
            return
        channel = _place(delivery.team, source)
        found = await _of_here(self._parts, self._surface, channel, lambda triggers: _where(triggers, event))
        try:
            person = person_of(self._parts, delivery)
            allowed = [name for name, terms in found if may(person, Power.START, terms.brief).allowed]
            if found and not allowed:
                allow(may(person, Power.START, found[0][1].brief))
        except NotAllowed as refused:
            await _tell_once(self._parts, self._surface, channel, delivery, refused.message)
            return
        if allowed:
            said = "You reacted to a message. It starts something only once you have looked at the form:"
            buttons = [start_buttons(str(source), allowed)]
            await self._surface.whisper(channel, delivery.actor, said, more=buttons)


class Messages:
    """A new message of a person's, in a channel in which a brief lets each of them start its workflow."""

    def __init__(self, parts: Parts, surface: Surface, starting: Starting) -> None:
        self._parts = parts
        self._surface = surface
        self._starting = starting

    async def wants(self, team: str, event: Event) -> bool:
        source = _written(event)
        if source is None:
            return False
        named = {name for _, terms in known_workflows(self._parts) for name in terms.brief.triggers.channels}
        return await self._surface.sources.is_one_of(_place(team, source), named)

    async def hear(self, delivery: Delivery) -> None:
        """Start what the message is for, in the name of whoever wrote it, and tell them so alone."""
        event = part(delivery.body, "event")
        source = _written(event)
        if source is None:
            return
        channel = _place(delivery.team, source)
        found = await _of_here(self._parts, self._surface, channel, lambda triggers: triggers.channels)
        for n, (name, terms) in enumerate(found):
            done_with = delivery.id if n == len(found) - 1 else ""
            try:
                person = person_of(self._parts, delivery)
                allow(may(person, Power.START, terms.brief))
                await self._start(name, terms, delivery, source, by=person, done_with=done_with)
            except NotAllowed as refused:
                said = f"Your message did not start {name}: {refused.message}"
                await _tell_once(self._parts, self._surface, channel, delivery, said)
            except Refused as refused:
                said = f"Your message did not start {name}. {refused.message}"
                await self._surface.whisper(channel, delivery.actor, said)

    async def _start(
        self, name: str, terms: Terms, delivery: Delivery, source: Source, *, by: Person, done_with: str
    ) -> None:
        event, field = part(delivery.body, "event"), field_for_words(trigger_fact(terms))
        words = self._surface.sources.read(delivery.team, _said(event, "text"))
        if not words or field is None:
            raise Unfit(WORDLESS)
        key, record = await self._starting.origin(delivery.team, source)
        value: Mapping[str, Plain] = {field: words}
        request = Request(name, value, Door.SLACK, delivery.team, by, by.id, key, record, delivery=done_with)
        try:
            opened = await start(self._parts, request)
        except Unfit as unfit:
            raise Unfit(f"{unfit.message} “Run on this message” in its menu opens a form to mend that.") from unfit
        channel = _place(delivery.team, source)
        await tell_started(self._parts, self._surface, channel, by.id, workflow=name, opened=opened)


async def _of_here(
    parts: Parts, surface: Surface, channel: ChannelId, named: Callable[[Triggers], Iterable[str]]
) -> list[tuple[str, Terms]]:
    """The workflows whose brief names this channel."""
    return [
        (name, terms)
        for name, terms in known_workflows(parts)
        if await surface.sources.is_one_of(channel, tuple(named(terms.brief.triggers)))
    ]


async def _tell_once(parts: Parts, surface: Surface, channel: ChannelId, delivery: Delivery, said: str) -> None:
    """Say it at most once a day: in a busy channel it would be noise. The delivery is done with either way."""
    who, today = parts.pseudonym(f"told {delivery.actor} {channel} {said}"), parts.clock.now().date()
    if await parts.store.run(lambda tx: tx.limits.add(f"told:{who}", today, 1)) == 1:
        await surface.whisper(channel, delivery.actor, said)


def _where(triggers: Triggers, event: Event) -> tuple[str, ...]:
    """The channels in which a reaction means something; its skin tone does not matter."""
    return triggers.reactions.get(_said(event, "reaction").partition("::")[0], ())


def _reacted_to(event: Event) -> Source | None:
    item = event.get("item")
    if _said(event, "type") != "reaction_added" or not _said(event, "user") or not is_object(item):
        return None
    source = source_in(f"{_said(item, 'channel')}/{_said(item, 'ts')}") if _said(item, "type") == "message" else None
    return source if source is not None and not source.channel.startswith("D") else None


def _written(event: Event) -> Source | None:
    """Where a person has written something new in a channel, and not in a thread."""
    ts, thread = _said(event, "ts"), _said(event, "thread_ts")
    new = _said(event, "type") == "message" and _said(event, "subtype") in _SAID_BY_PEOPLE and not event.get("hidden")
    if not new or thread not in ("", ts) or not _said(event, "user") or event.get("bot_id"):
        return None
    return source_in(f"{_said(event, 'channel')}/{ts}") if _said(event, "channel_type") in _ROOMS else None


def _place(team: str, source: Source) -> ChannelId:
    return ChannelId(f"{team}/{source.channel}")


def _said(event: Event, name: str) -> str:
    """What stands under a name, where that is text; of what others see to, anything may come by here."""
    value = event.get(name)
    return value if isinstance(value, str) else ""
