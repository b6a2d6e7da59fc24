"""Everything that was kept, to whoever sees to it."""

from bot.adapters.slack.hear.cards import Presses
from bot.adapters.slack.hear.choosing import Samples, choosing, chosen, offers, start_form
from bot.adapters.slack.hear.commands import Commands
from bot.adapters.slack.hear.forms import Forms, form_in
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake.envelope import Envelope, Kind
from bot.adapters.slack.intake.intake import Checked
from bot.application.parts import Parts
from bot.domain.errors import Refused
from bot.domain.person import PersonId
from bot.ports.store import Delivery


class Hearing:
    """What is done with each kind of delivery."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._parts = parts
        self._samples = samples
        self._commands = Commands(parts, surface, samples)
        self._presses = Presses(parts, surface)
        self._forms = Forms(parts, surface)

    async def handle(self, delivery: Delivery) -> None:
        """See to one. Whatever it comes to, it is through with this."""
        match delivery.kind:
            case Kind.COMMAND:
                await self._commands.hear(delivery)
            case Kind.CLICK:
                await self._presses.hear(delivery)
            case Kind.SUBMITTED:
                await self._forms.hear(delivery)
            case Kind.CLOSED:
                await self._forms.closed(delivery)
            case _:
                pass

    async def check(self, envelope: Envelope) -> Checked:
        """What Slack is to do with a form that was sent."""
        form = form_in(envelope.payload)
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
