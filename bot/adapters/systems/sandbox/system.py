"""The sandbox help desk as a system: every call is written down, runs into its faults, and is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.adapters.systems.sandbox import change, desk, fault
from bot.adapters.systems.sandbox.backstage import Backstage
from bot.adapters.systems.sandbox.binding import BINDINGS, LOOKUPS
from bot.adapters.systems.sandbox.execution import HeldUp, Work, carry_out, look, receive, search, settle
from bot.adapters.systems.sandbox.fault import Fault, Struck
from bot.adapters.systems.sandbox.ledger import Arrival, Operation
from bot.adapters.systems.sandbox.line import Line
from bot.domain.intent import Fact, Intent, Receipt
from bot.intents.helpdesk import SYSTEM
from bot.ports.clock import Clock
from bot.ports.system import Binding, Preview, ReadOnly

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]

LOOK_AGAIN_SECONDS = 0.02
"""How often a call that hangs looks whether it was released; that may happen in another process."""


class Reader:
    """The help desk as far as it can be looked at.

    Through a connection that cannot write, the ledger does not see the calls, and of the faults only those strike
    that last until they are cleared.
    """

    def __init__(self, line: Line, *, pause: Pause) -> None:
        self._line = line
        self._pause = pause

    async def read(self, lookup: str, about: Fact) -> Fact:
        """One record. Broken where there is no such record."""
        arrival = Arrival(Operation.READ, lookup, f"{SYSTEM}:{getattr(about, 'id', '?')}")
        work = partial(desk.read, lookup=lookup, about=about)
        return await self._answer(arrival, partial(look, operation=arrival.operation, work=work))

    async def preview(self, intent: Intent) -> Preview:
        """What `execute` would change."""
        arrival = Arrival(Operation.PREVIEW, intent.kind(), intent.record())
        work = partial(change.preview, intent=intent)
        return await self._answer(arrival, partial(look, operation=arrival.operation, work=work))

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        """The effect this key had. Uncertain where the desk cannot tell, or shows more than one."""
        arrival = Arrival(Operation.FIND, intent.kind(), intent.record(), key)
        return await self._answer(arrival, partial(search, intent=intent, key=key))

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


class Sandbox(Reader):
    """The embedded help desk. Makes and fills its file where there is none."""

    name: str = SYSTEM
    lookups: frozenset[str] = LOOKUPS
    bindings: Mapping[str, Binding] = BINDINGS

    def __init__(self, path: Path, *, clock: Clock, pause: Pause = asyncio.sleep) -> None:
        self.backstage = Backstage(path)
        self.backstage.prepare()
        super().__init__(Line(path, mode="rw"), pause=pause)
        self._looking = Line(path, mode="ro")
        self._clock = clock

    def read_only(self) -> ReadOnly:
        """The same desk through a connection that cannot write."""
        return Reader(self._looking, pause=self._pause)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        """Carry it out. Transient: surely nothing happened. Uncertain: it may have. Broken: it never will."""
        arrival = Arrival(Operation.EXECUTE, intent.kind(), intent.record(), key)
        return await self._answer(arrival, partial(carry_out, intent=intent, key=key, clock=self._clock))

    async def close(self) -> None:
        """Let go of the file."""
        await self._looking.close()
        await self._line.close()

    async def _answer(self, arrival: Arrival, work: Work[T]) -> T:
        first = partial(receive, arrival=arrival, now=self._clock.now(), work=work)
        ending = await self._line.run(first)
        if isinstance(ending, HeldUp):
            await self._hold(ending.struck)
            ending = await self._line.run(partial(settle, n=ending.n, struck=ending.struck, work=work))
        return ending.give()
