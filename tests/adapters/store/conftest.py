"""A store on a fresh file, under a clock that is moved by hand."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.adapters.store.store import SqliteStore
from tests.adapters.store.made import Hand, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.db"


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def store(path: Path, clock: Hand) -> AsyncGenerator[SqliteStore]:
    async with opened(path, clock) as store:
        yield store
