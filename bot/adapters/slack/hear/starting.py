"""Starting something by hand: from the menu of the workspace, from a message, from a button, by a form."""

from collections.abc import Mapping

from bot.adapters.slack.draw.modal.choice import TITLE, Given, Samples, read_choice, read_given
from bot.adapters.slack.draw.modal.filling import Read, State
from bot.adapters.slack.draw.modal.frame import Meta, note
from bot.adapters.slack.draw.modal.typed import read_fact
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.hear.cards import NOBODY, person_of
from bot.adapters.slack.hear.choosing import choice, offers, start_form, trigger_fact
from bot.adapters.slack.hear.message import Source, source_in
from bot.adapters.slack.hear.press import channel_of, first_block, first_pressed, part, text
from bot.adapters.slack.hear.started import tell_started
from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.application.start import Request, refuse_paused, start
from bot.domain.errors import Refused, Unfit, Unknown
from bot.domain.gate import Power, allow, may, may_look
from bot.domain.person import ChannelId, Door, Person, PersonId, TeamId
from bot.domain.plain import Plain
from bot.ports.store import Delivery

START = "start"
WORDLESS = (
    "There are no words in that message to start from; files and pictures are not read. Nothing was started: say in a"
    " message what it is about, or type /ops."
)
OURS = "I have written that message myself, so nothing starts from it. Choose a message of somebody else's."
GONE = (
    "That message is gone, or I cannot see it there. Nothing was started: type /ops, and say in the form what it is"
    " about."
)


class Starting:
    """Everything that ends in a form from which something starts."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._parts = parts
        self._surface = surface
        self._samples = samples

    # --- on the way to the form --------------------------------------------------------------------------------------

    async def from_menu(self, delivery: Delivery) -> None:
        """The shortcut of the workspace: what may be started, to choose from. It has no channel to answer in."""
        try:
            person = person_of(self._parts, delivery)
            allow(may_look(person))
            await self._surface.open(text(delivery.body, "trigger_id"), choice(self._parts, person, self._samples))
        except Refused as refused:
            await self._surface.whisper(ChannelId(""), delivery.actor, refused.message)

    async def from_message(self, delivery: Delivery) -> None:
        """The shortcut of a message: what takes it, to choose from; where that is one thing, its form."""
        channel = text(part(delivery.body, "channel"), "id")
        try:
            person = person_of(self._parts, delivery)
            allow(may_look(person))
            given = await self._given(delivery, channel)
            offered = offers(self._parts, person, from_message=True)
            trigger = text(delivery.body, "trigger_id")
            if len(offered) == 1:
                await self._open(trigger, offered[0].name, given)
            else:
                await self._surface.open(trigger, choice(self._parts, person, self._samples, given))
        except Refused as refused:
            await self._surface.whisper(ChannelId(f"{delivery.team}/{channel}"), delivery.actor, refused.message)

    async def from_button(self, delivery: Delivery) -> None:
        """The button that a reaction has brought: the form, filled from the message as it stands now."""
        source = source_in(first_block(delivery).partition(":")[2])
        channel = channel_of(delivery)
        try:
            person = person_of(self._parts, delivery)
            name = text(first_pressed(delivery), "value")
            if source is None or name not in self._parts.library.names():
                raise Unknown("This button is not known here any more. Nothing was started.")
            await self._refuse_elsewhere(name, person, source)
            words = await self._surface.sources.words(delivery.team, source)
            await self._open(text(delivery.body, "trigger_id"), name, _checked(source, words))
        except Refused as refused:
            await self._surface.whisper(channel, delivery.actor, refused.message)

    async def next_view(self, who: str, meta: Meta, state: State) -> Block:
        """What follows the choice: the form of what was chosen, or why there is none."""
        person = self._parts.directory.person(PersonId(who))
        if person is None:
            return note(TITLE, NOBODY, meta=meta)
        source = source_in(meta.about)
        offered = offers(self._parts, person, from_message=source is not None)
        given = read_given(str(source or ""), state)
        try:
            name, sample = read_choice(offered, self._samples, state)
        except Unknown:
            return choice(self._parts, person, self._samples, given)
        try:
            await self._refuse_paused(name)
            return start_form(self._parts, name, sample, given)
        except Refused as refused:
            return note(TITLE, refused.message, meta=meta)

    # --- the form ----------------------------------------------------------------------------------------------------

    def read(self, meta: Meta, state: State) -> Read:
        """What stands in the form, or what is wrong with it."""
        trouble = self._parts.library.trouble(meta.step)
        if trouble:
            raise Unfit(f"{meta.step} does not load now, so nothing was started: {trouble}")
        return read_fact(trigger_fact(self._parts.library.current(meta.step)), state)

    async def begin(self, meta: Meta, values: Mapping[str, Plain], delivery: Delivery, by: Person) -> None:
        """Start what a form says, and tell whoever sent it which run that is. A message starts each workflow once."""
        source = source_in(meta.about)
        key, record = await self.origin(delivery.team, source) if source is not None else ("", "")
        request = Request(meta.step, values, Door.SLACK, delivery.team, by, by.id, key, record, delivery=delivery.id)
        opened = await start(self._parts, request)
        if not opened.fresh:  # what follows a new one says the rest
            await tell_started(self._parts, self._surface, ChannelId(""), by.id, workflow=meta.step, opened=opened)

    async def origin(self, team: TeamId, source: Source) -> tuple[str, str]:
        """What makes two requests from one message the same, and where the message can be read."""
        address = await self._surface.sources.address(source.channel, source.ts)
        return f"message:{team}/{source}", address or f"slack:{source}"

    # --- what is in the way ------------------------------------------------------------------------------------------

    async def _open(self, trigger: str, workflow: str, given: Given) -> None:
        await self._refuse_paused(workflow)
        await self._surface.open(trigger, start_form(self._parts, workflow, None, given))

    async def _refuse_paused(self, workflow: str) -> None:
        """Before somebody fills in a form for nothing."""
        await self._parts.store.run(lambda tx: refuse_paused(tx, workflow))

    async def _refuse_elsewhere(self, workflow: str, person: Person, source: Source) -> None:
        """A button shows what a channel says, so it counts only where the brief still puts it."""
        brief = self._parts.library.current(workflow).brief
        allow(may(person, Power.START, brief))
        places = {name for channels in brief.triggers.reactions.values() for name in channels}
        if not await self._surface.sources.is_one_of(ChannelId(f"{person.team}/{source.channel}"), places):
            raise Unknown(f"{workflow} is not started from messages there any more. Nothing was started.")

    async def _given(self, delivery: Delivery, channel: str) -> Given:
        message = part(delivery.body, "message")
        source = source_in(f"{channel}/{text(delivery.body, 'message_ts') or text(message, 'ts')}")
        if source is None:
            raise Unknown(GONE)
        if await self._surface.sources.is_ours(text(message, "user")):
            raise Unknown(OURS)
        return _checked(source, self._surface.sources.read(delivery.team, text(message, "text")))


def _checked(source: Source, words: str | None) -> Given:
    if words is None:
        raise Unknown(GONE)
    if not words:
        raise Unknown(WORDLESS)
    return Given(str(source), words)
