"""Every workflow that ships, killed at each commit of its sample: started again it ends as if nothing had happened."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.scenarios.crash.shipped import SHIPPED, story_of
from tests.scenarios.crash.test_crash_matrix import Server
from tests.scenarios.crash.verdict import violations
from tests.workflows.company import MORNING

COMMIT = "commit: inside"
"""The work is done, and nothing of it is kept yet."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def check(server: Server, workflow: str, data: Path, *kills: int) -> list[str]:
    data.mkdir(exist_ok=True)
    (data / "clock").write_text(str((MORNING - datetime.now(UTC)).total_seconds()))
    answer = server.play(workflow, data, *kills)
    assert list(violations(story_of(workflow), data)) == [], f"{workflow} killed at {kills}"
    points: list[str] = answer["points"]
    return points


@pytest.mark.certify
@pytest.mark.parametrize("workflow", SHIPPED)
def test_a_kill_at_each_commit_of_a_shipped_workflow_changes_nothing_that_counts(
    server: Server, tmp_path: Path, workflow: str
) -> None:
    points = check(server, workflow, tmp_path / "whole")
    for n, name in enumerate(points, 1):
        if name == COMMIT:
            check(server, workflow, tmp_path / str(n), n)
