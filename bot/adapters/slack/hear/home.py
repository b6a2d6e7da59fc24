"""The Home tab: shown when somebody opens it, and again after what they did there. Never by itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.adapters.slack.draw.home.page import closed_page, home, workflow_page
from bot.adapters.slack.draw.home.place import Place, carried, read_place
from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.draw.safe import Block, known, named
from bot.adapters.slack.hear.cards import NOBODY, person_of
from bot.adapters.slack.hear.choosing import choice
from bot.adapters.slack.hear.owning import Owning
from bot.adapters.slack.hear.press import first_pressed, part, text
from bot.adapters.slack.hear.surface import Surface
from bot.application.look_into import look_into
from bot.application.overview import Window, overview
from bot.application.parts import Parts
from bot.domain.errors import NotAllowed, Refused, Unknown
from bot.domain.gate import may_look
from bot.domain.person import Person, PersonId
from bot.ports.store import Delivery

MOST_TO_ASK = 3


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button or an entry of a menu in somebody's Home tab."""

    verb: str
    carries: Sequence[str | int]
    place: Place
    """The page it stands on."""
    by: Person
    trigger: str

    def number(self) -> int:
        """The number it carries."""
        first = self.carries[0] if self.carries else 0
        return first if isinstance(first, int) and first >= 0 else 0

    def word(self) -> str:
        """The word it carries. Unknown where it carries none."""
        match self.carries:
            case [str(word)]:
                return word
            case _:
                raise Unknown("This button is not known here any more. Open the Home tab again.")


Open = Callable[[Pressed], Awaitable[None]]
Go = Callable[[Pressed], Place]
_GO: Mapping[str, Go] = {
    "look": lambda one: Place(one.word()),
    "back": lambda _: Place(),
    "refresh": lambda one: one.place,
    "more-waiting": lambda one: replace(one.place, waiting=one.number()),
    "first-waiting": lambda one: replace(one.place, waiting=0),
    "more-flows": lambda one: replace(one.place, flows=one.number()),
    "first-flows": lambda one: replace(one.place, flows=0),
    "more-log": lambda one: replace(one.place, log=one.number()),
    "first-log": lambda one: replace(one.place, log=0),
}
"""Buttons that lead to another page, or another part of a list."""


class Home:
    """Everybody's Home tab."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._parts, self._surface, self._samples = parts, surface, samples
        self.owning = Owning(parts, surface, self.show)
        self._open: Mapping[str, Open] = {
            "start": self._start,
            "change": lambda one: self.owning.change(one.by, one.trigger, one.place.workflow, one.word()),
            "rollback": lambda one: self.owning.roll_back(one.by, one.trigger, one.place.workflow, one.carries),
            "pause": lambda one: self.owning.switch(one.by, one.trigger, one.word(), pause=True),
            "resume": lambda one: self.owning.switch(one.by, one.trigger, one.word(), pause=False),
        }

    async def wants(self, team: str, event: Mapping[str, object]) -> bool:
        """Only the tab itself: the messages beside it are opened with the same event."""
        del team
        return event.get("tab") == "home"

    async def hear(self, delivery: Delivery) -> None:
        """Show it to whoever opened it, from the first page on."""
        await self.show(delivery.actor, Place(), hash=text(part(part(delivery.body, "event"), "view"), "hash"))

    async def pressed(self, delivery: Delivery) -> None:
        """Do what was pressed. What cannot be done is said at the top of their Home tab."""
        action, view = first_pressed(delivery), part(delivery.body, "view")
        place, hash = read_place(text(view, "private_metadata")), text(view, "hash")
        value = text(action, "value") or text(part(action, "selected_option"), "value")
        verb, note = text(action, "action_id"), ""
        try:
            one = Pressed(
                verb, carried(value), place, person_of(self._parts, delivery), text(delivery.body, "trigger_id")
            )
            if (opens := self._open.get(verb)) is not None:
                await opens(one)
                return
            place = _GO[verb](one) if verb in _GO else place
        except Refused as refused:
            note = refused.message
        await self.show(delivery.actor, place, note=note, hash=hash)

    async def _start(self, one: Pressed) -> None:
        await self._surface.open(one.trigger, choice(self._parts, one.by, self._samples))

    # --- showing -----------------------------------------------------------------------------------------------------

    async def show(self, who: str, place: Place, *, note: str = "", hash: str = "") -> None:
        """Show somebody a page; where another one stands there by now, what is true now goes over it.

        Bots and people who left have no Home tab to show anything in.
        """
        person = self._parts.directory.person(PersonId(who))
        if person is not None and (person.bot or not person.active):
            return
        if not await self._surface.publish(who, await self._drawn(who, place, note), hash):
            await self._surface.publish(who, await self._drawn(who, place, note))

    async def _drawn(self, who: str, place: Place, note: str) -> Block:
        person = self._parts.directory.person(PersonId(who))
        if person is None:
            return closed_page(NOBODY, (), mention=self._mention)
        permission = may_look(person)
        if not permission.allowed:
            return closed_page(permission.sentence, self._to_ask(person), mention=self._mention)
        if place.workflow:
            try:
                content = await look_into(self._parts, person, place.workflow, log=place.log)
                return workflow_page(content, place, mention=self._mention, name=self._name, note=note)
            except (NotAllowed, Unknown) as refused:
                place, note = Place(), note or refused.message
        whole = await overview(self._parts, person, Window(place.waiting, place.flows))
        shown = replace(place, waiting=whole.waiting_page.begins, flows=whole.flows_page.begins)
        workspace = await self._surface.workspace()
        return home(whole, shown, workspace=workspace, mention=self._mention, note=note)

    def _to_ask(self, person: Person) -> tuple[str, ...]:
        """Whom a guest may ask; strangers are told no names."""
        if person.foreign or person.bot or not person.active:
            return ()
        return tuple(dict.fromkeys(brief.owner for brief in self._parts.briefs()))[:MOST_TO_ASK]

    def _known(self, who: str) -> Person | None:
        return self._parts.directory.person(PersonId(who)) or self._parts.directory.named(who)

    def _mention(self, who: str) -> Block:
        found = self._known(who)
        return known(found.id.partition("/")[2]) if found is not None and not found.foreign else named(self._name(who))

    def _name(self, who: str) -> str:
        found = self._known(who)
        return found.name if found is not None else "its file" if who == "file" else who
