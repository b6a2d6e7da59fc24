"""What is done with a press on a card: decided at once, or asked for in a form."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.draw.modal.settling import undo_view
from bot.adapters.slack.hear.asked import STEP_UP, corrected, needs_step_up, opened
from bot.adapters.slack.hear.press import Press, press_of
from bot.adapters.slack.hear.surface import Surface
from bot.application.decide import Wish, decide, foresee
from bot.application.parts import Parts
from bot.application.steer import Move, Order, steer
from bot.application.trouble import responsible_for
from bot.domain.errors import NotAllowed, OutOfDate, Refused, Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.field import titled
from bot.domain.gate import Power, may
from bot.domain.person import Door, Person, PersonId
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.undoing import would_be_taken_back
from bot.ports.cards import CardId, Placed
from bot.ports.store import Delivery

ONCE = "You had approved this already. One person has one vote, so it still waits for others."
COPY = "This is a copy of a card, or an old one. Decide on the card where it was asked."
NOBODY = "I do not know you here. Ask whoever runs Countersign to let you in."
VERDICTS: Mapping[str, Verdict] = {
    "approve": Verdict.APPROVE,
    "edit": Verdict.EDIT,
    "reject": Verdict.REJECT,
    "escalate": Verdict.ESCALATE,
    "reassign": Verdict.REASSIGN,
    "take-over": Verdict.TAKE_OVER,
    "redraft": Verdict.REDRAFT,
    "correct": Verdict.CORRECT,
    "answer": Verdict.ANSWER,
    "done-by-me": Verdict.DONE_BY_ME,
    "comment": Verdict.COMMENT,
    "more": Verdict.COMMENT,
    "reply": Verdict.COMMENT,
    STEP_UP: Verdict.APPROVE,
}
"""What each verb of a card, and each form of one, says."""


@dataclass(frozen=True, slots=True)
class Live:
    """A card as it stands, its run, and what that goes by."""

    placed: Placed
    run: Run
    terms: Terms

    @property
    def step(self) -> str:
        """The gate or question it shows."""
        return self.placed.step

    def has_approved(self, by: Person) -> bool:
        """Whether somebody's approval stands on this card."""
        gate = self.run.gates.get(self.step)
        return gate is not None and any(vote.person == by.id for vote in gate.approvals)

    def wish(self, verb: str, by: Person, version: int) -> Wish:
        """What a verb says, before anything is said with it. Questions have no versions."""
        return Wish(
            run=self.run.id,
            verdict=VERDICTS[verb],
            by=by,
            door=Door.SLACK,
            step=corrected(self.run, self.terms, self.step) if verb == "correct" else self.step,
            version=version if self.step in self.run.gates else None,
        )


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
            if press.verb != "reply":  # that stands under a question, which is no card
                await _refuse_copy(self._parts, live.placed, press)
            await self._do(press, live, person_of(self._parts, delivery), delivery.id)
        except Refused as refused:
            await self._surface.whisper(press.channel, delivery.actor, refused.message)

    async def _do(self, press: Press, live: Live, by: Person, delivery: str) -> None:
        match press.verb:
            case "undo":
                await self._ask_to_undo(press, live, by, delivery)
            case "reassign":
                to = self._parts.directory.person(PersonId(f"{by.team}/{press.chosen}"))
                if to is None:
                    raise Unknown("I do not know that person. Pick somebody else.")
                await decide(self._parts, replace(live.wish("reassign", by, press.version), to=to, delivery=delivery))
            case "approve" if not needs_step_up(live.run, live.terms, live.step):
                await decide(self._parts, replace(live.wish("approve", by, press.version), delivery=delivery))
                if live.has_approved(by):
                    await self._surface.whisper(press.channel, by.id, ONCE)
            case verb:
                await self._open(press, live, by, STEP_UP if verb == "approve" else verb)

    async def _ask_to_undo(self, press: Press, live: Live, by: Person, delivery: str) -> None:
        """Ask once more, with what is taken back. What cannot be is refused now, and the record keeps it."""
        meta, taken = Meta(press.card, live.step, press.version), would_be_taken_back(live.run, live.terms)
        if not taken or not may(by, Power.UNDO, responsible_for(self._parts, live.run), live.run).allowed:
            await steer(self._parts, Order(live.run.id, Move.UNDO, by, Door.SLACK, delivery=delivery))
        title = titled(live.run.workflow)
        await self._surface.open(press.trigger, undo_view(meta, taken, about=title))

    async def _open(self, press: Press, live: Live, by: Person, verb: str) -> None:
        """Ask in a form; whoever would be refused after filling it in is refused before."""
        if verb in VERDICTS:
            with suppress(Unfit):  # it still lacks the words
                foresee(self._parts, live.run, live.wish(verb, by, press.version))
        meta = Meta(press.card, live.step, press.version)
        await self._surface.open(press.trigger, opened(live.run, live.terms, live.step, verb, meta))


async def live_card(parts: Parts, card: CardId) -> Live:
    """The card with this id, as it stands now. Refused where there is none, or where its workflow does not load."""
    placed = await parts.store.run(lambda tx: tx.cards.by_id(card))
    if placed is None:
        raise Unknown("This card is not known here any more. Nothing was done.")
    run = await parts.store.queries.run(placed.run)
    if why := parts.library.why_not(run):
        raise Unfit(f"{why} Until that is mended, nothing can be decided here.")
    return Live(placed, run, parts.library.pinned(run))


def person_of(parts: Parts, delivery: Delivery) -> Person:
    """Whoever sent it, as the directory knows them now."""
    person = parts.directory.person(PersonId(delivery.actor))
    if person is None:
        raise NotAllowed(NOBODY, reason="no-such-person")
    return person


async def _refuse_copy(parts: Parts, placed: Placed, press: Press) -> None:
    """A card may stand in several places, and each of them counts; anything else that looks like it does not."""
    if (placed.channel, placed.ts) != (press.channel, press.ts):
        pressed = await parts.store.run(lambda tx: tx.cards.at(press.channel, press.ts))
        if pressed is None or pressed.card != press.card:
            raise OutOfDate(COPY)
        placed = pressed
    if placed.gone:
        raise OutOfDate(COPY)
