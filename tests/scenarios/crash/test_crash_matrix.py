"""Killed at any point, a run ends as if nothing had happened: each effect once, everything in the record."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.crash.story import ROOT, STORIES
from tests.scenarios.crash.verdict import violations

PAIRS = 500
"""How many sampled pairs of kills the full matrix tries, over all stories."""


class Server:
    """The fork server, as a process of its own: it has no threads when it forks."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.scenarios.crash.server"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )

    def play(self, story: str, data: Path, *kills: int) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        case = {"story": story, "data": str(data), "kills": kills}
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert not answer["error"], answer["error"]
        return answer

    def stop(self) -> None:
        assert self._process.stdin
        self._process.communicate()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def check(server: Server, story: str, data: Path, *kills: int) -> list[str]:
    answer = server.play(story, data, *kills)
    assert list(violations(STORIES[story], data)) == [], f"{story} killed at {kills}"
    points: list[str] = answer["points"]
    return points


@pytest.mark.parametrize("story", STORIES)
def test_an_undisturbed_run_passes_points_of_each_kind(server: Server, tmp_path: Path, story: str) -> None:
    points = check(server, story, tmp_path)
    assert {"commit: inside", "execute: after", "show: before", "tell: after"} <= set(points)


@pytest.mark.parametrize("story", STORIES)
def test_a_kill_at_a_sampled_point_changes_nothing_that_counts(server: Server, tmp_path: Path, story: str) -> None:
    points = check(server, story, tmp_path / "whole")
    chance = random.Random(story)
    calls = [n for n, name in enumerate(points, 1) if name.startswith("execute")]
    for kill in sorted({*chance.sample(calls, min(8, len(calls))), *chance.sample(range(1, len(points) + 1), 6)}):
        check(server, story, tmp_path / str(kill), kill)


def test_two_kills_change_nothing_that_counts(server: Server, tmp_path: Path) -> None:
    chance = random.Random(2)
    for n in range(6):
        story = chance.choice(list(STORIES))
        first, second = chance.randint(1, 60), chance.randint(1, 40)
        check(server, story, tmp_path / str(n), first, second)


@pytest.mark.certify
@pytest.mark.parametrize("story", STORIES)
def test_every_single_kill_changes_nothing_that_counts(server: Server, tmp_path: Path, story: str) -> None:
    points = check(server, story, tmp_path / "whole")
    for kill in range(1, len(points) + 1):
        check(server, story, tmp_path / str(kill), kill)


@pytest.mark.certify
@pytest.mark.parametrize("story", STORIES)
def test_sampled_pairs_of_kills_change_nothing_that_counts(server: Server, tmp_path: Path, story: str) -> None:
    points = len(check(server, story, tmp_path / "whole"))
    chance = random.Random(f"pairs of {story}")
    for n in range(PAIRS // len(STORIES) + 1):
        first, second = chance.randint(1, points), chance.randint(1, points)
        check(server, story, tmp_path / str(n), first, second)
