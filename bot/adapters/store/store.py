"""The store in one SQLite file: who opens it, where its parts come together."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import bindparam

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.meta import EMPTIED, META_OF
from bot.adapters.store.pens import Pens
from bot.adapters.store.queries import SqlQueries
from bot.adapters.store.reader import EngineReader
from bot.adapters.store.schema import prepare
from bot.adapters.store.sqlite import (
    BUSY_TIMEOUT,
    SqliteLink,
    connect,
    empty_log,
    errors_in_words,
    reading_url,
    refuse_damage,
    rules_lifted,
    take_turns,
)
from bot.adapters.store.statement import Statement
from bot.adapters.store.tables import META
from bot.adapters.store.transaction import SqlTransaction
from bot.adapters.store.unit import Holder, Memory, Unit
from bot.adapters.store.writer import Writer
from bot.domain.errors import StoreFailed
from bot.ports.clock import Clock
from bot.ports.store import Committed, Transaction, Watching

T = TypeVar("T")

CHECKED_BELOW = 16_000_000
"""Files of fewer bytes are read whole at the start, to find damage before it spreads."""

LEASE = timedelta(seconds=60)

_PAID = Statement(META.delete().where(META.c.name == bindparam("name"), META.c.value == bindparam("value")))


class SqliteStore:
    """`Store`, in one file."""

    def __init__(
        self,
        path: Path,
        *,
        keys: KeyFile,
        writer: str,
        clock: Clock,
        busy: timedelta = BUSY_TIMEOUT,
        check: bool | None = None,
    ) -> None:
        """`writer` names this process in every entry. `check` reads the whole file first; None does if it is small."""
        self._reader = EngineReader(reading_url(path))
        self.queries = SqlQueries(self._reader, clock)
        self._path, self._clock, self._busy, self._check = path, clock, busy, check
        self._pens = Pens(keys, writer)
        self._memory = Memory()
        self._holder: Holder | None = None
        self._writer: Writer | None = None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["SqliteStore"]:
        """Bring the file into shape and start writing; on the way out, finish what was brought."""
        connection = await asyncio.to_thread(self._connect)
        self._writer = Writer(connection, busy=self._busy, new_unit=self._new_unit)
        self._reader.open()
        try:
            yield self
        finally:
            await self._writer.close()
            self._writer = self._holder = None
            await self._reader.close()
            await asyncio.to_thread(connection.close)

    async def run(self, work: Callable[[Transaction], T], *, patient: bool = False) -> T:
        result: T = await self._open_writer().run(work, patient=patient)
        return result

    def listen(self, listener: Committed, *, owner: str, length: timedelta = LEASE) -> None:
        self._holder = Holder(owner, length)
        self._open_writer().listener = listener

    def watch(self, watching: Watching) -> None:
        self._open_writer().watching.append(watching)

    async def run_pruning(self, work: Callable[[Transaction], T]) -> T:
        return await asyncio.to_thread(self._prune, work)

    def _prune(self, work: Callable[[Transaction], T]) -> T:
        with (
            errors_in_words(),
            closing(connect(self._path, busy=self._busy, guarded=False)) as connection,
            rules_lifted(connection),
        ):
            return work(SqlTransaction(Unit(SqliteLink(connection), self._clock.now(), self._pens, Memory())))

    async def forget(self, *, within: timedelta | None = None) -> None:
        await asyncio.to_thread(self._forget, self._busy if within is None else within)

    def _forget(self, busy: timedelta) -> None:
        with errors_in_words(), closing(connect(self._path, busy=busy)) as connection:
            link = SqliteLink(connection)
            emptied = link.row(META_OF, name=EMPTIED)
            empty_log(connection)
            if emptied is not None:  # what was emptied meanwhile has another time, and stays owed
                link.change(_PAID, name=EMPTIED, value=emptied[0])

    async def changed_elsewhere(self) -> bool:
        changed = await self._open_writer().changed_elsewhere()
        if changed:
            await self.run(lambda _tx: self._memory.clear())  # what was erased elsewhere is not kept here either
            for watching in self._open_writer().watching:
                watching(())
        return changed

    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise StoreFailed("The database is not open. Nothing was started.")
        return self._writer

    def _new_unit(self, link: SqliteLink) -> Unit:
        return Unit(link, self._clock.now(), self._pens, self._memory, self._holder)

    def _connect(self) -> sqlite3.Connection:
        with errors_in_words():
            prepare(self._path, busy=self._busy)
            connection = connect(self._path, busy=self._busy)
            try:
                if self._check or (self._check is None and self._path.stat().st_size < CHECKED_BELOW):
                    refuse_damage(connection)
                self._pens.current(SqliteLink(connection))  # or else nothing is begun
                take_turns(connection)
            except BaseException:
                connection.close()
                raise
            return connection
