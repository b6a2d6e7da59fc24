"""Several processes on one desk, and a process that is killed in the middle of a call."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

from bot.adapters.systems.sandbox import Backstage, Outcome, Sandbox
from tests.adapters.systems.children import KEYS
from tests.adapters.systems.desk import REPLY, HandClock, contents, rows

ROOT = Path(__file__).resolve().parents[3]
FEWEST_STATEMENTS = 12


def run_children(*words: object) -> None:
    """Run the children; their words are shown where they fail."""
    subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.adapters.systems.children", *map(str, words)],
        cwd=ROOT,
        check=True,
    )


def test_a_kill_before_any_statement_leaves_call_and_change_consistent(filled: Path, tmp_path: Path) -> None:
    shutil.copy(filled, tmp_path / "filled.sqlite3")
    run_children("kill", tmp_path)
    killed = sorted(tmp_path.glob("[0-9]*.sqlite3"), key=lambda file: int(file.stem))
    assert len(killed) >= FEWEST_STATEMENTS
    untouched = contents(filled)
    seen = [asyncio.run(outcome_after_kill(path, untouched)) for path in killed]
    assert seen[0] is None
    assert Outcome.RECEIVED in seen


async def outcome_after_kill(path: Path, untouched: dict[str, list[tuple[object, ...]]]) -> Outcome | None:
    """What the ledger says of the call; the desk agrees, and the same call again has the one effect."""
    backstage = Backstage(path)
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    calls = backstage.calls("k")
    done = [call for call in calls if call.outcome is Outcome.APPLIED]
    assert len(rows(path, "SELECT 1 FROM reply WHERE body = ?", REPLY.body)) == len(done)
    assert len(rows(path, "SELECT 1 FROM activity")) == len(done)
    assert (contents(path) == untouched) == (not done)
    sandbox = Sandbox(path, clock=HandClock())
    assert (await sandbox.find(REPLY, "k") is not None) == bool(done)
    await sandbox.execute(REPLY, "k")
    await sandbox.close()
    assert len(backstage.effects("k")) == 1
    return calls[0].outcome if calls else None


def test_processes_with_the_same_keys_have_one_effect_each(path: Path) -> None:
    run_children("race", path, 4)
    backstage = Backstage(path)
    assert {key: len(backstage.effects(key)) for key in KEYS} == dict.fromkeys(KEYS, 1)
    assert {key: len(backstage.calls(key)) for key in KEYS} == dict.fromkeys(KEYS, 4)
    assert rows(path, "SELECT count(*), count(DISTINCT id) FROM reply WHERE body = ?", REPLY.body) == [(20, 20)]


def test_processes_that_all_find_no_file_make_one_desk(tmp_path: Path, filled: Path) -> None:
    path = tmp_path / "new.sqlite3"
    run_children("prepare", path, 8)
    assert contents(path, without=frozenset()) == contents(filled, without=frozenset())
