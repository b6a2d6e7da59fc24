"""The engine that queries read through, loaded with the first one: it takes longer to load than a command may."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import URL

from bot.adapters.store.sqlite import in_words
from bot.adapters.store.statement import Core, Row
from bot.domain.errors import StoreFailed

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class EngineReader:
    """`Reader`, on an asynchronous engine."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine: AsyncEngine | None = None
        self._is_open = False

    def open(self) -> None:
        """From now on there is something to read."""
        self._is_open = True

    async def rows(self, statement: Core) -> Sequence[Row]:
        from sqlalchemy.exc import DBAPIError

        if not self._is_open:
            raise StoreFailed("The database is not open. Nothing was read.")
        engine = self._engine or self._start()
        try:
            async with engine.connect() as connection:
                return [tuple(row) for row in await connection.execute(statement)]
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise in_words(error.orig) from error
            raise

    def _start(self) -> "AsyncEngine":
        from sqlalchemy.ext.asyncio import create_async_engine

        self._engine = create_async_engine(self._url, pool_size=4, max_overflow=4)
        return self._engine

    async def close(self) -> None:
        """Let go of every connection."""
        self._is_open = False
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None
