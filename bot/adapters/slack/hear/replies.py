"""Replies in the thread of a card: a change to be looked at for whoever may edit it, a comment for everybody else."""

from dataclasses import replace

from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.draw.understood import difference
from bot.adapters.slack.hear.asked import opened
from bot.adapters.slack.hear.cards import Live, live_card, person_of
from bot.adapters.slack.hear.press import channel_of, first_action, first_block, text
from bot.adapters.slack.hear.spoken import Spoken
from bot.adapters.slack.hear.surface import Surface
from bot.application.decide import decide, foresee
from bot.application.parts import Parts
from bot.application.recall import recall
from bot.application.suggest_change import Reply, suggest_change
from bot.domain.around import differing
from bot.domain.card import card_of
from bot.domain.errors import OutOfDate, Refused, Unfit, Unknown
from bot.domain.person import ChannelId, Person
from bot.domain.plain_words import begins_with_a_decision, only_decides
from bot.domain.suggestion import Rewording, Suggestion
from bot.domain.value import edited
from bot.ports.cards import CardId
from bot.ports.store import Delivery

BUTTONS = "Words decide nothing here: use the buttons of the card. Nothing was decided, and nothing was kept."
KEPT_AS_COMMENT = "I kept this as a comment. It decides nothing: for that, use the buttons of the card."
KEPT = "Kept as a comment on the card. It decides nothing."
APPLIED = "Applied: the card shows version {version} now. You are one of its authors, so others may have to approve it."
OPENED = "The form is open. Nothing changes before you save it; if you closed it, say it once more."
NO_GATE = "What is written below this card is not kept: it asks for an answer. Give it with the button of the card."


class Replies:
    """What is written below cards, and the buttons of the answers to it."""

    def __init__(self, parts: Parts, surface: Surface) -> None:
        self._parts = parts
        self._surface = surface

    async def hear(self, delivery: Delivery, said: Spoken) -> None:
        """Keep it as a comment, or show whoever wrote it what would be different. Nothing changes."""
        try:
            person = person_of(self._parts, delivery)
            placed = await self._parts.store.queries.card_at(said.channel, said.thread)
            if placed is None:
                return
            live = await live_card(self._parts, placed.card)
            if live.step not in live.run.gates:
                raise Unfit(NO_GATE)
            await self._take(delivery, said, live, person)
        except Refused as refused:
            await self._surface.whisper(said.answer_in, delivery.actor, refused.message)

    async def _take(self, delivery: Delivery, said: Spoken, live: Live, person: Person) -> None:
        if not self._may_edit(live, person):
            await self._comment(live, person, said.text, delivery.id)
            return
        if only_decides(said.text):
            raise Unfit(BUTTONS)
        gate = live.run.gates[live.step]
        reply = Reply(live.run, live.terms, gate, live.placed.card, person, said.text, delivery.id)
        found = await suggest_change(self._parts, reply)
        if found is not None and isinstance(found.what, Rewording):
            await self._show(said.answer_in, live, person, found, found.what)
            return
        await self._comment(live, person, said.text, delivery.id)
        if begins_with_a_decision(said.text):
            await self._surface.whisper(said.answer_in, person.id, KEPT_AS_COMMENT)

    def _may_edit(self, live: Live, person: Person) -> bool:
        """Whether the gate would let them edit it now; it lacks the new values still."""
        try:
            foresee(self._parts, live.run, live.wish("edit", person, live.run.gates[live.step].version))
        except Unfit:
            return True
        except Refused:
            return False
        return True

    async def _show(self, channel: ChannelId, live: Live, person: Person, found: Suggestion, what: Rewording) -> None:
        gate = live.run.gates[live.step]
        if gate.version != what.version:
            raise OutOfDate(f"There is a version {gate.version} now. Look at the card, and say it again.")
        proposal = gate.proposals[what.n]
        new = edited(proposal, what.values, live.terms).data
        card = card_of(live.run, live.terms, live.step)
        title = f"{card.deeds[what.n].title} → {card.deeds[what.n].record}" if card is not None else ""
        shown = difference(found.id, what, title, differing(proposal.data, new))
        await self._surface.show(channel, person.id, shown)

    async def _comment(self, live: Live, person: Person, said: str, delivery: str, suggestion: str = "") -> None:
        wish = live.wish("comment", person, live.run.gates[live.step].version)
        await decide(self._parts, replace(wish, text=said, delivery=delivery, suggestion=suggestion))

    # --- buttons -----------------------------------------------------------------------------------------------------

    async def press(self, delivery: Delivery) -> None:
        """Apply a change to exactly the version it was made for, or keep the words as a comment."""
        channel = channel_of(delivery)
        try:
            person = person_of(self._parts, delivery)
            found = await recall(self._parts, first_block(delivery).partition(":")[2], person)
            if not isinstance(found.what, Rewording):
                raise Unknown("There is nothing to apply here.")
            live = await live_card(self._parts, CardId(found.what.card))
            await self._do(delivery, live, person, found, found.what)
        except Refused as refused:
            await self._surface.whisper(channel, delivery.actor, refused.message)

    async def _do(self, delivery: Delivery, live: Live, person: Person, found: Suggestion, what: Rewording) -> None:
        edit = replace(live.wish("edit", person, what.version), values=what.values, proposal=what.n, text=what.text)
        match first_action(delivery):
            case "keep":
                await self._comment(live, person, what.text, delivery.id, found.id)
                await self._surface.settle(delivery, KEPT)
            case "apply" if what.values:
                await decide(self._parts, replace(edit, delivery=delivery.id, suggestion=found.id))
                await self._surface.settle(delivery, APPLIED.format(version=what.version + 1))
            case "form" if what.values:
                foresee(self._parts, live.run, edit)
                meta = Meta(what.card, what.step, what.version, what.n)
                view = opened(live.run, live.terms, live.step, "edit", meta, what.values)
                await self._surface.open(text(delivery.body, "trigger_id"), view)
                await self._surface.settle(delivery, OPENED)
            case _:
                raise Unknown("There is nothing to apply here.")
