"""What people are called, kept for whoever reads the record where Slack is not asked: the command line, an auditor."""

from datetime import date

from bot.adapters.slack.post.standing import Find
from bot.domain.errors import BotError, StoreBusy, StoreFailed
from bot.domain.person import Person, PersonId
from bot.ports.clock import Clock
from bot.ports.store import Store


class Names:
    """Keeps each name once a day. Nothing depends on it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[PersonId, tuple[str, date]] = {}

    async def note(self, person: Person | None) -> None:
        """Keep what somebody is called, who acts now or is told something."""
        if person is None or person.bot:
            return
        known = person.name, self._today()
        if self._kept.get(person.id) == known:
            return
        try:
            await self._store.run(lambda tx: tx.names.keep(person.id, person.name), patient=True)
        except (StoreBusy, StoreFailed):
            return  # it is tried again with the next thing they do
        self._kept[person.id] = known

    async def note_owner(self, owner: str, find: Find) -> None:
        """The same of whoever is responsible for something that people are shown; they are asked for once a day."""
        id, never = PersonId(owner), ("", date.min)
        if self._kept.get(id, never)[1] == self._today():
            return
        try:
            person = await find(owner)
        except BotError:
            return
        await self.note(person)
        self._kept[id] = person.name if person is not None else "", self._today()

    def _today(self) -> date:
        return self._clock.now().date()
