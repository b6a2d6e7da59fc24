"""The crash matrix without crash points of ours: the kernel kills the process, or fails it, at its n-th write.

Whatever was struck, the next life brings the run to its end as if nothing had happened. A thread counts its own calls.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scenarios.crash.story import ROOT, STORIES
from tests.scenarios.crash.test_crash_matrix import Server
from tests.scenarios.crash.verdict import violations
from tests.scenarios.crash.watched import LIMIT

STORY = "triage"
KILL, EIO, ENOSPC = "signal=SIGKILL", "error=EIO", "error=ENOSPC"
CASES = [("fdatasync", KILL), ("fdatasync", EIO), ("pwrite64", KILL), ("pwrite64", EIO), ("pwrite64", ENOSPC)]
SHARDS = 4
"""Each goes through every fourth call, so that processes can share the work."""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def missing() -> str:
    """Why system calls cannot be struck here."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    words = ["strace", "-f", "--seccomp-bpf", "-e", "inject=fsync:error=EIO", "true"]
    tried = subprocess.run(words, capture_output=True, check=False)
    return "" if tried.returncode == 0 else "strace may not trace here"


pytestmark = [pytest.mark.strace, pytest.mark.skipif(bool(missing()), reason=missing() or "strace is there")]


class Watched:
    """Lives that are struck at one kind of call in one way."""

    def __init__(self, call: str, how: str, log: Path) -> None:
        self._log, self._heard = log, 0
        quick = [] if how == KILL else ["--seccomp-bpf"]  # at whose stops no signal can be given
        tracer = ["strace", "-f", *quick, "-qq", "-o", str(log), "-e", f"trace={call}"]
        server = [sys.executable, "-m", "tests.scenarios.crash.watched", call, STORY]
        self._process = subprocess.Popen(
            [*tracer, "-e", f"inject={call}:{how}:when={LIMIT}", *server],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def is_struck(self, data: Path, n: int) -> bool:
        """Let one life be struck at its n-th call; whether it was, or had fewer."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps({"data": str(data), "n": n}), file=self._process.stdin, flush=True)
        status = json.loads(self._process.stdout.readline())["status"]
        before, self._heard = self._heard, self._log.read_text(errors="replace").count("(INJECTED)")
        return status == -signal.SIGKILL or self._heard > before

    def stop(self) -> None:
        self._process.communicate()


@contextmanager
def watched(call: str, how: str, log: Path) -> Generator[Watched]:
    server = Watched(call, how, log)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which nothing has happened yet."""
    data = tmp_path_factory.mktemp("furnished")
    command = [sys.executable, "-m", "tests.scenarios.crash.alone", STORY, str(data)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def after(server: Server, data: Path) -> list[str]:
    """What does not hold once the next life is through, which nobody strikes."""
    server.play(STORY, data)
    return list(violations(STORIES[STORY], data))


@pytest.mark.parametrize(("call", "how", "places"), [("fdatasync", KILL, (9, 13)), ("pwrite64", ENOSPC, (60,))])
def test_a_life_struck_at_a_write_is_made_good_by_the_next(
    server: Server, furnished: Path, tmp_path: Path, call: str, how: str, places: tuple[int, ...]
) -> None:
    with watched(call, how, tmp_path / "strace") as lives:
        for n in places:
            data = shutil.copytree(furnished, tmp_path / f"data-{n}")
            assert lives.is_struck(data, n)
            assert after(server, data) == []


@pytest.mark.certify
@pytest.mark.parametrize("shard", range(1, SHARDS + 1))
@pytest.mark.parametrize(("call", "how"), CASES)
def test_a_life_struck_at_any_write_is_made_good_by_the_next(
    server: Server,
    furnished: Path,
    tmp_path: Path,
    call: str,
    how: str,
    shard: int,
    record_property: Callable[[str, object], None],
) -> None:
    with watched(call, how, tmp_path / "strace") as lives:
        n, found = shard, list[str]()
        while lives.is_struck(data := shutil.copytree(furnished, tmp_path / f"data-{n}"), n):
            found += [f"{call} {how} at {n}: {sentence}" for sentence in after(server, data)]
            shutil.rmtree(data)
            n += SHARDS
        record_property("lives", (n - shard) // SHARDS)
        assert found == []
        assert SHARDS * 2 < n < LIMIT
