"""What is done with a press on a card: decided at once, or asked for in a form."""

from dataclasses import dataclass

from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.hear.asked import STEP_UP, needs_step_up, opened
from bot.adapters.slack.hear.press import Press, press_of
from bot.adapters.slack.hear.surface import Surface
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.steer import Move, Order, steer
from bot.domain.card import card_of
from bot.domain.errors import NotAllowed, OutOfDate, Refused, Transient, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door, Person, PersonId
from bot.domain.run import Run
from bot.ports.cards import CardId, Placed
from bot.ports.store import Delivery

NOBODY = "I do not know you here. Ask whoever runs Countersign to let you in."
SLOW = "That took too long, and nothing was done. Press once more."


@dataclass(frozen=True, slots=True)
class Live:
    """A card as it stands, and its run."""

    placed: Placed
    run: Run


class Presses:
    """The buttons, selects and menus of cards."""

    def __init__(self, parts: Parts, surface: Surface) -> None:
        self._parts = parts
        self._surface = surface

    async def hear(self, delivery: Delivery) -> None:
        """Do what was pressed; whoever may not, or comes too late, is told so alone."""
        press = press_of(delivery)
        if press is None:
            return
        try:
            live = await live_card(self._parts, press.card)
            _refuse_copy(live.placed, press)
            await self._do(press, live, person_of(self._parts, delivery), delivery.id)
        except Refused as refused:
            await self._surface.whisper(press.channel, delivery.actor, refused.message, thread=press.ts)
        except Transient:
            await self._surface.whisper(press.channel, delivery.actor, SLOW, thread=press.ts)

    async def _do(self, press: Press, live: Live, by: Person, delivery: str) -> None:
        match press.verb:
            case "undo":
                await steer(self._parts, Order(live.run.id, Move.UNDO, by, Door.SLACK, delivery=delivery))
            case "reassign":
                to = self._parts.directory.person(PersonId(f"{by.team}/{press.chosen}"))
                if to is None:
                    raise Unknown("I do not know that person. Pick somebody else.")
                await decide(self._parts, self._wish(press, live, by, Verdict.REASSIGN, delivery, to=to))
            case "approve" if not self._asks_twice(live):
                await decide(self._parts, self._wish(press, live, by, Verdict.APPROVE, delivery))
            case verb:
                await self._open(press, live, STEP_UP if verb == "approve" else verb)

    def _asks_twice(self, live: Live) -> bool:
        card = card_of(live.run, self._parts.library.pinned(live.run), live.placed.step)
        return card is not None and needs_step_up(card)

    def _wish(
        self, press: Press, live: Live, by: Person, verdict: Verdict, delivery: str, *, to: Person | None = None
    ) -> Wish:
        return Wish(
            run=live.run.id,
            verdict=verdict,
            by=by,
            door=Door.SLACK,
            step=live.placed.step,
            version=press.version,
            to=to,
            delivery=delivery,
        )

    async def _open(self, press: Press, live: Live, verb: str) -> None:
        _refuse_old(live, press.version)
        terms = self._parts.library.pinned(live.run)
        meta = Meta(press.card, live.placed.step, press.version)
        await self._surface.open(press.trigger, opened(live.run, terms, live.placed.step, verb, meta))


async def live_card(parts: Parts, card: CardId) -> Live:
    """The card with this id, as it stands now. Unknown where there is none."""
    placed = await parts.store.run(lambda tx: tx.cards.by_id(card))
    if placed is None:
        raise Unknown("This card is not known here any more. Nothing was done.")
    return Live(placed, await parts.store.queries.run(placed.run))


def person_of(parts: Parts, delivery: Delivery) -> Person:
    """Whoever sent it, as the directory knows them now."""
    person = parts.directory.person(PersonId(delivery.actor))
    if person is None:
        raise NotAllowed(NOBODY, reason="no-such-person")
    return person


def _refuse_copy(placed: Placed, press: Press) -> None:
    if (placed.channel, placed.ts) != (press.channel, press.ts) or placed.gone:
        raise OutOfDate("This is a copy of a card, or an old one. Decide on the card where it was asked.")


def _refuse_old(live: Live, version: int) -> None:
    gate = live.run.gates.get(live.placed.step)
    if gate is not None and gate.version != version:
        raise OutOfDate
