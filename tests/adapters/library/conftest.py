"""A folder for workflows, and a store for what owners say about them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from tests.adapters.store.made import Hand


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "data.sqlite3", keys=KeyFile(tmp_path / "audit.key"), writer="w", clock=Hand())
    async with store.open():
        yield store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "flows"
