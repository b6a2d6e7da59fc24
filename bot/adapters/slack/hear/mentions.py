"""What is said to the bot in plain words: understood as a workflow and its form, which the person opens and sends."""

from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.draw.understood import Ability, abilities, filled
from bot.adapters.slack.hear.cards import person_of
from bot.adapters.slack.hear.choosing import choice, offers, start_form
from bot.adapters.slack.hear.press import channel_of, first_action, first_block, text
from bot.adapters.slack.hear.spoken import Spoken
from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.application.recall import recall
from bot.application.suggest_start import NotUnderstood, Plea, suggest_start
from bot.domain.errors import Refused, Unknown
from bot.domain.gate import allow, may_look
from bot.domain.person import Person
from bot.domain.suggestion import Filling
from bot.ports.store import Delivery

NOT_NOW = "I could not understand that just now: {why} Choose what you want to start instead."
OPENED = "The form of {name} is open. Nothing starts before you send it; if you closed it, say it again, or type /ops."


class Mentions:
    """Mentions and direct messages, and the buttons of the answers to them."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._parts = parts
        self._surface = surface
        self._samples = samples

    async def hear(self, delivery: Delivery, said: Spoken) -> None:
        """Answer whoever said it, alone. Nothing starts."""
        place = said.answer_in
        try:
            person = person_of(self._parts, delivery)
            allow(may_look(person))
            offered = {one.name: one for one in offers(self._parts, person)}
            can = [Ability(one.name, one.does) for one in offered.values()]
            if not said.text:
                await self._surface.show(place, person.id, abilities(can))
                return
            found = await suggest_start(self._parts, Plea(person, said.text, tuple(offered), delivery.id))
        except Refused as refused:
            await self._surface.whisper(place, delivery.actor, refused.message)
            return
        if isinstance(found, NotUnderstood):
            why = NOT_NOW.format(why=found.why) if found.why else ""
            await self._surface.show(place, person.id, abilities(can, why=why))
        elif isinstance(found.what, Filling):
            does = offered[found.what.workflow].does if found.what.workflow in offered else ""
            await self._surface.show(place, person.id, filled(found.id, found.what, does))

    async def press(self, delivery: Delivery) -> None:
        """Open the form that was filled in, or the choice of all that there is."""
        channel = channel_of(delivery)
        trigger = text(delivery.body, "trigger_id")
        try:
            person = person_of(self._parts, delivery)
            allow(may_look(person))
            if first_action(delivery) == "open":
                name = await self._open(person, first_block(delivery).partition(":")[2], trigger)
                await self._surface.settle(delivery, OPENED.format(name=name))
            else:
                await self._surface.open(trigger, choice(self._parts, person, self._samples))
        except Refused as refused:
            await self._surface.whisper(channel, delivery.actor, refused.message)

    async def _open(self, person: Person, id: str, trigger: str) -> str:
        """Open the form; the workflow that it starts."""
        filling = (await recall(self._parts, id, person)).what
        if not isinstance(filling, Filling):
            raise Unknown("There is no form for this.")
        if filling.workflow not in [one.name for one in offers(self._parts, person)]:
            raise Unknown(f"“{filling.workflow}” is nothing that you may start any more. Type /ops to see what is.")
        await self._surface.open(trigger, start_form(self._parts, filling.workflow, filling.values))
        return filling.workflow
