"""Everything outside, in one mood: it works, it fails in one way or another, or something else happens meanwhile.

Each effect is brought to the point where it is the next to be performed, and performed once in that mood; what came of
it is compared with a table.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from bot.adapters.model.scripted import Scripted
from bot.adapters.store.codec import moment
from bot.adapters.systems.connected import Connected
from bot.application.conclude import UNTIL_RESUMED
from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.application.waiting import answered
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Read, Seek, Show, StartRuns, Tell, Wake
from bot.domain.errors import BotError, Refused, Uncertain
from bot.domain.event import Verdict
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.person import Door
from bot.domain.run import Run, RunId
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.messenger import About
from bot.ports.model import Answer, NoAnswer, Question
from bot.ports.store import Lease
from bot.ports.system import Preview, ReadOnly
from tests.application.office import Office, Wired, ticket
from tests.made import LENA, MIA, NORA, OLGA

T = TypeVar("T")
Mood = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""What is made of one call to the outside."""


async def well(call: Callable[[], Awaitable[Any]]) -> Any:
    return await call()


@dataclass
class Outside:
    """The help desk, the model and the chat behind one mood."""

    office: Office
    mood: Mood = well
    calls: int = 0

    async def call(self, call: Callable[[], Awaitable[T]]) -> T:
        self.calls += 1
        answer: T = await self.mood(call)
        return answer

    @classmethod
    def around(cls, office: Office) -> "Outside":
        outside = cls(office)
        office.parts = replace(
            office.parts,
            systems=Connected([_Desk(office, outside)]),
            model=_Model(office.model, outside),
            messenger=_Chat(office, outside),
        )
        return outside


class _Reads:
    def __init__(self, inner: ReadOnly, outside: Outside) -> None:
        self._inner, self._outside = inner, outside

    async def read(self, lookup: str, about: Fact) -> Fact:
        return await self._outside.call(lambda: self._inner.read(lookup, about))

    async def preview(self, intent: Intent) -> Preview:
        return await self._outside.call(lambda: self._inner.preview(intent))

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        return await self._inner.find(intent, key)


class _Desk(Wired):
    def __init__(self, office: Office, outside: Outside) -> None:
        super().__init__(office.desk)
        self._outside = outside

    def read_only(self) -> ReadOnly:
        return _Reads(self._desk.read_only(), self._outside)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        return await self._outside.call(lambda: self._desk.execute(intent, key))

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        return await self._outside.call(lambda: self._desk.find(intent, key))


class _Silent(Wired):
    """A desk that takes a call, and of which nobody hears again."""

    async def execute(self, intent: Intent, key: str) -> Receipt:
        raise Uncertain("The line broke.")


class _Model:
    rehearsal = False

    def __init__(self, inner: Scripted, outside: Outside) -> None:
        self.name, self._inner, self._outside = inner.name, inner, outside

    async def answer(self, question: Question) -> Answer | NoAnswer:
        return await self._outside.call(lambda: self._inner.answer(question))

    def estimate_micros(self, question: Question) -> int:
        return self._inner.estimate_micros(question)


class _Chat:
    def __init__(self, office: Office, outside: Outside) -> None:
        self._chat, self._outside = office.chat, outside

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        return await self._outside.call(lambda: self._chat.show(run, terms, step))

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        return await self._outside.call(lambda: self._chat.tell(run, to, text, key=key, about=about))

    async def announce(self, to: str, text: str, *, key: str) -> str:
        return await self._outside.call(lambda: self._chat.announce(to, text, key=key))


# --- to where an effect is the next -----------------------------------------------------------------------------------


async def until(office: Office, kind: type[Effect]) -> Lease:
    """Perform whatever comes before an effect of this kind."""
    for _ in range(60):
        for lease in await office.lease():
            if isinstance(lease.effect, kind):
                return lease
            await office.perform(lease)
    raise AssertionError(f"No {kind.__name__} came.")


async def at_a_reading(office: Office) -> Lease:
    await office.open("support_triage")
    return await until(office, Read)


async def at_the_model(office: Office) -> Lease:
    await office.open("support_triage")
    return await until(office, AskModel)


async def at_a_card(office: Office) -> Lease:
    await office.open("support_triage")
    return await until(office, Show)


async def at_a_message(office: Office) -> Lease:
    """The three of support are reminded."""
    await at_a_timer(office)
    await office.store.run(lambda tx: tx.outbox.release(None))
    return await until(office, Tell)


async def at_a_timer(office: Office) -> Lease:
    await office.start("support_triage")
    office.clock.forward(hours=2)
    return await until(office, Wake)


async def at_a_call(office: Office) -> Lease:
    run = await office.start("support_triage")
    await decide(office.parts, Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL))
    return await until(office, Execute)


async def at_a_look(office: Office) -> Lease:
    """Nobody knows whether the reply was sent, and Olga has the desk asked."""
    lease, parts = await at_a_call(office), office.parts
    office.parts = replace(parts, systems=Connected([_Silent(office.desk)]))
    await office.perform(replace(lease, attempt=999))
    office.parts = parts
    await office.settle()
    await steer(parts, Order(lease.run, Move.LOOK, OLGA, Door.TERMINAL))
    return await until(office, Seek)


async def at_a_preview(office: Office) -> Lease:
    await office.open("support_triage")
    return await until(office, Execute)


async def at_a_compensation(office: Office) -> Lease:
    run = await office.start("one_act")
    await office.decide(run)
    await steer(office.parts, Order(run, Move.UNDO, OLGA, Door.TERMINAL))
    return await until(office, Compensate)


async def at_further_runs(office: Office) -> Lease:
    run = await office.start("partner_onboarding")
    records = [ticket(id="T-1002"), ticket(id="T-1003")]
    answer = Wish(run, Verdict.ANSWER, NORA, Door.TERMINAL, values={"note": "Friendly.", "records": [*records]})
    await decide(office.parts, answer)
    await office.settle()
    for _ in range(2):  # the ticket of this request is not quite the desk's, so the first approval is asked for again
        await office.decide(run, by=LENA)
    office.clock.forward(days=2)
    return await until(office, StartRuns)


# --- what happens ----------------------------------------------------------------------------------------------------


def fails(error: Exception) -> Mood:
    async def mood(_call: Callable[[], Awaitable[Any]]) -> Any:
        raise error

    return mood


def gives(value: object) -> Mood:
    async def mood(_call: Callable[[], Awaitable[Any]]) -> Any:
        return value

    return mood


async def hangs(_call: Callable[[], Awaitable[Any]]) -> Any:
    await asyncio.Event().wait()


async def at_once(call: Awaitable[T], otherwise: BotError, *, within: timedelta | None = None) -> T:
    """Whoever has not answered by now has not answered in time."""
    del within
    return await answered(call, otherwise, within=timedelta())


def meanwhile(happens: Callable[[], Awaitable[object]]) -> Mood:
    """It works, and something else happens while it does, unless that is refused."""

    async def mood(call: Callable[[], Awaitable[Any]]) -> Any:
        with suppress(Refused):
            await happens()
        return await call()

    return mood


@dataclass(frozen=True)
class Came:
    """What came of one effect."""

    recorded: str = ""
    """New entries of its run, in order."""
    ordered: str = ""
    """New effects of its run."""
    then: str = "finished"
    """`finished`; `again`: later, as a further try; `held`: until somebody resumes; `theirs`: somebody else has it."""
    calls: int = 1
    """How often somebody outside was called."""


async def observed(office: Office, outside: Outside, lease: Lease) -> Came:
    """Perform it as the runtime does, and see what has changed."""
    entries, before, calls = await office.entries(lease.run), rows(office, lease.run), outside.calls
    await office.perform(lease)
    after = rows(office, lease.run)
    recorded = (await office.entries(lease.run))[len(entries) :]
    return Came(
        recorded=" ".join(entry.kind for entry in recorded),
        ordered=" ".join(row.type for id, row in after.items() if id not in before),
        then=_then(office, lease, after.get(lease.id)),
        calls=outside.calls - calls,
    )


class Row(NamedTuple):
    """One effect as it stands in the outbox."""

    type: str
    due_at: str
    attempt: int
    token: int
    owner: str | None


def rows(office: Office, run: RunId) -> dict[int, Row]:
    """What is in the outbox for a run, by number."""
    columns = "n, type, due_at, attempt, token, lease_owner"
    with closing(sqlite3.connect(office.folder.parent / "data.sqlite3")) as db:
        found = db.execute(f"SELECT {columns} FROM effect WHERE run = ? ORDER BY n", (run,)).fetchall()
    return {n: Row(*rest) for n, *rest in found}


def _then(office: Office, lease: Lease, row: Row | None) -> str:
    if row is None:
        return "finished"
    if row.owner is not None:
        return "theirs" if row.token > lease.token else "not let go of"
    due = moment(row.due_at)
    if row.attempt > lease.attempt:
        return "again"
    return (
        "held" if due > office.clock.now() + UNTIL_RESUMED / 2 else "at once" if due <= office.clock.now() else "later"
    )
