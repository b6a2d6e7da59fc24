"""A fresh help desk for each test, copied from one that was filled once."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Sandbox
from tests.adapters.systems.desk import Gate, HandClock


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "helpdesk.sqlite3"
    Backstage(path, clock=HandClock()).prepare()
    return path


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "helpdesk.sqlite3"
    shutil.copy(filled, copy)
    return copy


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def backstage(path: Path, clock: HandClock) -> Backstage:
    return Backstage(path, clock=clock)


@pytest.fixture
async def sandbox(path: Path, clock: HandClock, gate: Gate) -> AsyncIterator[Sandbox]:
    system = Sandbox(path, clock=clock, pause=gate.pause)
    yield system
    await system.close()
