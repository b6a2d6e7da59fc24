"""Data to type commands on: empty, or with one sample run that waits for finance."""

import shutil
from pathlib import Path

import pytest

from tests.commands.line import Line


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    """A command line in an empty folder, where there is no data yet."""
    monkeypatch.chdir(tmp_path)
    return Line(tmp_path / "data")


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Data in which support triage waits for finance, made once; and the run's id."""
    folder = tmp_path_factory.mktemp("begun")
    return folder / "data", Line(folder / "data").start()


@pytest.fixture
def waiting(line: Line, begun: tuple[Path, str]) -> str:
    """A run that waits for finance, on data of this test's own."""
    data, run = begun
    shutil.copytree(data, line.data)
    return run
