"""A desk of the back office as a system: every call is written down, runs into its faults, and is answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.adapters.systems.sandbox import change, fault
from bot.adapters.systems.sandbox.desk import Books
from bot.adapters.systems.sandbox.execution import Counter, HeldUp, Work, carry_out, look, receive, search, settle
from bot.adapters.systems.sandbox.fault import Fault, Struck
from bot.adapters.systems.sandbox.ledger import Arrival, Operation
from bot.adapters.systems.sandbox.line import Line
from bot.domain.intent import Fact, Intent, Receipt
from bot.ports.system import Binding, Preview, ReadOnly

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]

LOOK_AGAIN_SECONDS = 0.02
"""How often a call that hangs looks whether it was released; that may happen in another process."""


class Reader:
    """A desk as far as it can be looked at.

    Through a connection that cannot write, the ledger does not see the calls, and of the faults only those strike
    that last until they are cleared.
    """

    def __init__(self, at: Counter, line: Line, *, pause: Pause) -> None:
        self._at = at
        self._line = line
        self._pause = pause

    async def read(self, lookup: str, about: Fact) -> Fact:
        """One record. Broken where there is no such record."""

        def work(books: Books) -> Fact:
            return self._at.desk.answer(books, lookup, about)

        arrival = Arrival(Operation.READ, lookup, f"{self._at.desk.name}:{_id_in(about)}")
        return await self._answer(arrival, partial(look, at=self._at, operation=arrival.operation, work=work))

    async def preview(self, intent: Intent) -> Preview:
        """What `execute` would change."""

        def work(books: Books) -> Preview:
            return change.preview(books, self._at.desk, intent)

        arrival = Arrival(Operation.PREVIEW, intent.kind(), intent.record())
        return await self._answer(arrival, partial(look, at=self._at, operation=arrival.operation, work=work))

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        """The effect this key had. Uncertain where the desk cannot tell, or shows more than one."""
        arrival = Arrival(Operation.FIND, intent.kind(), intent.record(), key)
        return await self._answer(arrival, partial(search, at=self._at, intent=intent, key=key))

    async def _answer(self, arrival: Arrival, work: Work[T]) -> T:
        struck = await self._line.run(partial(fault.lasting, arrival=arrival))
        await self._hold(struck)
        ending = await self._line.run(lambda db: work(db, struck))
        return ending.give()

    async def _hold(self, struck: Struck | None) -> None:
        if struck is None:
            return
        if struck.fault is Fault.SLOW and struck.wait:
            await self._pause(struck.wait.total_seconds())
        while struck.fault is Fault.HANG and await self._line.run(partial(fault.is_held, n=struck.n)):
            await self._pause(LOOK_AGAIN_SECONDS)


@dataclass(frozen=True, slots=True)
class Lines:
    """The connections that all desks of an office share."""

    writing: Line
    looking: Line
    pause: Pause


class Attended(Reader):
    """A desk that takes calls. The office it stands in owns the connections and closes them."""

    name: str
    lookups: frozenset[str]
    bindings: Mapping[str, Binding]

    def __init__(self, at: Counter, lines: Lines) -> None:
        super().__init__(at, lines.writing, pause=lines.pause)
        self.name = at.desk.name
        self.lookups = frozenset(at.desk.answers)
        self.bindings = {kind: way.binding for kind, way in at.desk.ways.items()}
        self._lines = lines

    def read_only(self) -> ReadOnly:
        """The same desk through a connection that cannot write."""
        return Reader(self._at, self._lines.looking, pause=self._pause)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        """Carry it out. Transient: surely nothing happened. Uncertain: it may have. Broken: it never will."""
        arrival = Arrival(Operation.EXECUTE, intent.kind(), intent.record(), key)
        return await self._answer(arrival, partial(carry_out, at=self._at, intent=intent, key=key))

    async def close(self) -> None:
        """Nothing of its own to let go of."""

    async def _answer(self, arrival: Arrival, work: Work[T]) -> T:
        first = partial(receive, arrival=arrival, now=self._at.clock.now(), work=work)
        ending = await self._line.run(first)
        if isinstance(ending, HeldUp):
            await self._hold(ending.struck)
            ending = await self._line.run(partial(settle, n=ending.n, struck=ending.struck, work=work))
        return ending.give()


def _id_in(about: Fact) -> str:
    """What a fact calls its record: the first field that is an id."""
    return next((str(value) for name, value in about if name == "id" or name.endswith("_id")), "?")
