"""Everything that was kept, to whoever sees to it."""

from collections.abc import Awaitable, Callable, Mapping

from bot.adapters.slack.draw.modal.settling import SETTLING
from bot.adapters.slack.draw.trouble import SETTLE
from bot.adapters.slack.hear.cards import Presses
from bot.adapters.slack.hear.choosing import Samples, choosing, chosen, offers, start_form
from bot.adapters.slack.hear.commands import Commands
from bot.adapters.slack.hear.forms import Forms, form_in
from bot.adapters.slack.hear.press import first_block, part, text
from bot.adapters.slack.hear.settling import Settling
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake import envelope as sent
from bot.adapters.slack.intake.envelope import Envelope, Kind
from bot.adapters.slack.intake.intake import Checked
from bot.application.parts import Parts
from bot.domain.errors import Refused
from bot.domain.person import PersonId
from bot.ports.store import Delivery

Hear = Callable[[Delivery], Awaitable[None]]


class Hearing:
    """What is done with each kind of delivery."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._parts = parts
        self._samples = samples
        self._commands = Commands(parts, surface, samples)
        self._presses = Presses(parts, surface)
        self._forms = Forms(parts, surface)
        self._settling = Settling(parts, surface)
        self._clicks: Mapping[str, Hear] = {SETTLE: self._settling.hear}
        """By the word before the colon in the name of their block; all others are those of cards."""
        self._shortcuts: Mapping[str, Hear] = {}
        """By their callback id."""
        self._events: Mapping[str, Hear] = {}
        """By their type."""

    async def handle(self, delivery: Delivery) -> None:
        """See to one. Whatever it comes to, it is through with this."""
        hear = self._whoever_hears(delivery)
        if hear is not None:
            await hear(delivery)

    def _whoever_hears(self, delivery: Delivery) -> Hear | None:
        match delivery.kind:
            case Kind.COMMAND:
                return self._commands.hear
            case Kind.CLICK:
                return self._clicks.get(first_block(delivery).partition(":")[0], self._presses.hear)
            case Kind.SUBMITTED:
                mine = text(part(delivery.body, "view"), "callback_id") in SETTLING
                return self._settling.submitted if mine else self._forms.hear
            case Kind.CLOSED:
                return self._forms.closed
            case Kind.SHORTCUT | Kind.MESSAGE_SHORTCUT:
                return self._shortcuts.get(text(delivery.body, "callback_id"))
            case Kind.EVENT:
                return self._events.get(text(part(delivery.body, "event"), "type"))
            case _:
                return None

    async def wants(self, envelope: Envelope) -> bool:
        """Whether an event is kept: what nobody sees to is not stored."""
        return sent.text(sent.part(envelope.payload, "event"), "type") in self._events

    async def check(self, envelope: Envelope) -> Checked:
        """What Slack is to do with a form that was sent."""
        form = form_in(envelope.payload)
        if form is not None and form.verb in SETTLING:
            return await self._settling.check(form)
        if form is None or form.verb != "choose":
            return await self._forms.check(envelope)
        person = self._parts.directory.person(PersonId(f"{envelope.team}/{envelope.user}"))
        offered = offers(self._parts, person) if person is not None else ()
        try:
            workflow, sample = chosen(offered, self._samples, form.state)
            view = start_form(self._parts, workflow, sample)
        except Refused:
            view = choosing(offered, self._samples)
        return Checked({"response_action": "update", "view": view}, keep=False)
