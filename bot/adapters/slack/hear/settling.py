"""What is done with the buttons and forms that settle a run in trouble, or take back what a run did."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.slack.draw.modal.filling import Read
from bot.adapters.slack.draw.modal.form import read_form
from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.draw.modal.settling import SETTLING, UNDO, settling_form, settling_view
from bot.adapters.slack.draw.safe import named_in
from bot.adapters.slack.draw.trouble import SETTLE
from bot.adapters.slack.hear.cards import person_of
from bot.adapters.slack.hear.forms import Form, form_in, with_errors
from bot.adapters.slack.hear.press import channel_of, first_action, first_block, part, text
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake.envelope import Envelope
from bot.adapters.slack.intake.intake import Checked
from bot.application.parts import Parts
from bot.application.steer import Move, Order, steer
from bot.application.trouble import responsible_for, trouble_for
from bot.domain.errors import AlreadyDecided, OutOfDate, Refused, Unknown
from bot.domain.field import titled
from bot.domain.gate import may
from bot.domain.person import ChannelId, Door, Person, PersonId
from bot.domain.plain import Plain
from bot.domain.run import Run
from bot.domain.text import one_line
from bot.domain.trouble import POWERS, Remedy, Settled, wants_id
from bot.ports.cards import CardId, Placed
from bot.ports.store import Delivery

_MOVES: Mapping[str, Move] = {
    Remedy.GO_ON: Move.RESUME,
    Remedy.LOOK: Move.LOOK,
    Remedy.HAPPENED: Move.HAPPENED,
    Remedy.DID_NOT_HAPPEN: Move.DID_NOT_HAPPEN,
    Remedy.CANCEL: Move.CANCEL,
    UNDO: Move.UNDO,
}


@dataclass(frozen=True, slots=True)
class Settle:
    """What somebody wants done with a run, from a message that stands somewhere."""

    verb: str
    placed: Placed
    run: Run
    by: Person
    n: int = 0
    """Which trouble they saw; 0 for what is taken back."""

    def order(self, delivery: str, values: Mapping[str, Plain] | None = None) -> Order:
        """The order, with what was said to it."""
        said = values or {}
        receipt = {name: value for name in ("id", "link") if (value := said.get(name))}
        words = text(said, "text")
        return Order(
            self.run.id, _MOVES[self.verb], self.by, Door.SLACK, words, receipt, trouble=self.n, delivery=delivery
        )


class Settling:
    """Presses and forms of people who are told of trouble."""

    def __init__(self, parts: Parts, surface: Surface) -> None:
        self._parts = parts
        self._surface = surface

    async def hear(self, delivery: Delivery) -> None:
        """Do what was pressed, or ask for the words it takes; whoever may not, or comes too late, is told so alone."""
        channel = channel_of(delivery)
        try:
            wanted = await self._pressed(delivery)
            await self._do(wanted, delivery)
        except Refused as refused:
            await self._surface.whisper(channel, delivery.actor, refused.message)

    async def submitted(self, delivery: Delivery) -> None:
        """Carry out what a form says; where that may not be, they are told, and get back what they wrote."""
        form = form_in(delivery.body)
        if form is None:
            return
        channel = ChannelId("")
        try:
            wanted = await self._of(form, person_of(self._parts, delivery))
            channel = wanted.placed.channel
            await self._carry_out(wanted, delivery.id, self._read(form, wanted.run).values)
        except Refused as refused:
            await self._surface.whisper(channel, delivery.actor, form.given_back(refused.message))

    async def check(self, envelope: Envelope) -> Checked:
        """Show what is missing in a form; all else is said once it is carried out."""
        form = form_in(envelope.payload)
        if form is None:
            return Checked()
        try:
            placed = await self._placed(form.meta.card)
            errors = self._read(form, await self._parts.store.queries.run(placed.run)).errors
        except Refused:
            return Checked()
        return with_errors(errors)

    async def _do(self, wanted: Settle, delivery: Delivery) -> None:
        brief = responsible_for(self._parts, wanted.run)
        allowed = may(wanted.by, POWERS[Remedy(wanted.verb)], brief, wanted.run).allowed
        settled = await self._settled(wanted)
        if wanted.verb not in SETTLING or not allowed or settled is not None:
            await self._carry_out(wanted, delivery.id)
            return
        form = settling_form(wanted.verb, needs_id=wants_id(wanted.run))
        meta = Meta(wanted.placed.card, "trouble", wanted.n)
        about = titled(wanted.run.workflow)
        await self._surface.open(text(delivery.body, "trigger_id"), settling_view(form, meta, about=about))

    async def _carry_out(self, wanted: Settle, delivery: str, values: Mapping[str, Plain] | None = None) -> None:
        """Do it; where it was settled already, say by whom and how."""
        try:
            await steer(self._parts, wanted.order(delivery, values))
        except AlreadyDecided as decided:
            settled = await self._settled(wanted)
            if settled is None:
                raise
            raise AlreadyDecided(f"{self._how(settled)} {decided.message}") from None

    async def _settled(self, wanted: Settle) -> Settled | None:
        """How the trouble they saw came to its end; None while it is there."""
        if not wanted.n:
            return None
        run = await self._parts.store.queries.run(wanted.run.id)
        return (await trouble_for(self._parts, run, wanted.n, wanted.by.id)).past.settled

    def _how(self, settled: Settled) -> str:
        person = self._parts.directory.person(PersonId(settled.by))
        who = person.name if person is not None else one_line(settled.by, 60)
        return f"{who[:1].upper()}{who[1:]} {settled.did} at {settled.at:%d %b %H:%M} UTC."

    # --- what stands where -------------------------------------------------------------------------------------------

    async def _pressed(self, delivery: Delivery) -> Settle:
        verb, seen = first_action(delivery), named_in(first_block(delivery), SETTLE)
        if seen is None or verb not in {one.value for one in Remedy}:
            raise Unknown("This button is not known here any more. Nothing was done.")
        placed, place = await self._placed(seen[0]), part(delivery.body, "container")
        if (placed.channel, placed.ts) != (f"{delivery.team}/{text(place, 'channel_id')}", text(place, "message_ts")):
            raise OutOfDate("This is a copy of a message. Use the one that you were sent.")
        run = await self._parts.store.queries.run(placed.run)
        return Settle(verb, placed, run, person_of(self._parts, delivery), seen[1])

    async def _of(self, form: Form, by: Person) -> Settle:
        placed = await self._placed(form.meta.card)
        run = await self._parts.store.queries.run(placed.run)
        return Settle(form.verb, placed, run, by, form.meta.version if form.verb != UNDO else 0)

    async def _placed(self, card: str) -> Placed:
        placed = await self._parts.store.run(lambda tx: tx.cards.by_id(CardId(card)))
        if placed is None:
            raise Unknown("This message is not known here any more. Nothing was done.")
        return placed

    def _read(self, form: Form, run: Run) -> Read:
        return read_form(settling_form(form.verb, needs_id=wants_id(run)), form.state)
