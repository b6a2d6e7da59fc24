"""The crash matrix without crash points of ours: the kernel kills the process, or fails it, at its n-th write.

Whatever was struck, the next life brings the run to its end as if nothing had happened. A thread counts its own calls.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.crash.story import ROOT, STORIES
from tests.scenarios.crash.test_crash_matrix import Server
from tests.scenarios.crash.verdict import violations

STORY = "triage"
KILL, EIO, ENOSPC = "signal=SIGKILL", "error=EIO", "error=ENOSPC"
CASES = [("fdatasync", KILL), ("fdatasync", EIO), ("pwrite64", KILL), ("pwrite64", EIO), ("pwrite64", ENOSPC)]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def missing() -> str:
    """Why system calls cannot be struck here."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-e", "inject=fsync:error=EIO", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "strace may not trace here"


pytestmark = [pytest.mark.strace, pytest.mark.skipif(bool(missing()), reason=missing() or "strace is there")]


def alone(what: str, data: Path, *watched_by: str) -> subprocess.CompletedProcess[str]:
    command = [*watched_by, sys.executable, "-m", "tests.scenarios.crash.alone", what, STORY, str(data)]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which nothing has happened yet."""
    data = tmp_path_factory.mktemp("furnished")
    done = alone("furnish", data)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def is_struck(furnished: Path, data: Path, call: str, how: str, n: int) -> bool:
    """Let one life be struck at its n-th such call; whether it was, or had fewer."""
    shutil.copytree(furnished, data)
    log = data.with_suffix(".strace")
    struck = ("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:{how}:when={n}")
    life = alone("live", data, *struck)
    return life.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL) or "INJECTED" in log.read_text()


def after(server: Server, data: Path) -> list[str]:
    """What does not hold once the next life is through, which nobody strikes."""
    server.play(STORY, data)
    return list(violations(STORIES[STORY], data))


@pytest.mark.parametrize(
    ("call", "how", "n"), [("fdatasync", KILL, 9), ("fdatasync", EIO, 7), ("pwrite64", ENOSPC, 60)]
)
def test_a_life_struck_at_a_write_is_made_good_by_the_next(
    server: Server, furnished: Path, tmp_path: Path, call: str, how: str, n: int
) -> None:
    assert is_struck(furnished, tmp_path / "data", call, how, n)
    assert after(server, tmp_path / "data") == []


@pytest.mark.certify
@pytest.mark.parametrize(("call", "how"), CASES)
def test_a_life_struck_at_any_write_is_made_good_by_the_next(
    server: Server, furnished: Path, tmp_path: Path, call: str, how: str
) -> None:
    n = 1
    while is_struck(furnished, tmp_path / f"data-{n}", call, how, n):
        assert after(server, tmp_path / f"data-{n}") == [], f"{call} {how} at {n}"
        shutil.rmtree(tmp_path / f"data-{n}")
        n += 1
    assert n > 10
