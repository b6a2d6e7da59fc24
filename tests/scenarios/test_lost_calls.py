"""Killed for real while it asks a model, a bot accounts for every call that the server has heard."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from bot.adapters.store.records import CALL
from tests.scenarios.crash.asking import JOURNAL
from tests.scenarios.crash.life import DATABASE
from tests.scenarios.crash.story import ROOT

Call = tuple[str, str]


def live(data: Path, *die_at: int) -> int:
    command = [sys.executable, "-m", "tests.scenarios.crash.asking", str(data), *map(str, die_at)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True).returncode


def rows(data: Path) -> list[tuple[str, str, str]]:
    """The step, outcome and key of each call, as they stand in the database."""
    with closing(connect(data / DATABASE)) as connection:
        found = connection.execute("select step, outcome, body from attempt order by id").fetchall()
    return [(step, outcome, CALL.decode(body).key) for step, outcome, body in found]


def heard(data: Path) -> list[Call]:
    return [
        (step, key) for step, _, key in (line.partition("\t") for line in (data / JOURNAL).read_text().splitlines())
    ]


@pytest.mark.certify
@pytest.mark.parametrize("kills", [(1,), (2,), (1, 1), (1, 2), (2, 1, 1)], ids=str)
def test_the_rows_and_the_journal_of_the_server_are_the_same(tmp_path: Path, kills: Sequence[int]) -> None:
    for die_at in kills:
        assert live(tmp_path, die_at) == -signal.SIGKILL
    assert live(tmp_path) == 0
    kept = rows(tmp_path)
    assert [(step, key) for step, _, key in kept] == heard(tmp_path)
    assert [outcome for _, outcome, _ in kept].count("lost") == len(kills)
    assert [outcome for _, outcome, _ in kept].count("answered") == 2
