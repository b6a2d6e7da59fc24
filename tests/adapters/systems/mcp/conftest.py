"""A tracker for each test: within this process where what it says matters, as a program where that it is one does."""

import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.mcp import Declared, Door, Line, Mcp, Tools, bind, program
from tests.adapters.systems import mcp_server
from tests.adapters.systems.mcp_server import Tracker, build

DECLARED = {
    "issue_of": Declared(tool="get_issue", arguments={"number": "issue_id"}, fields={"issue_id": "id"}),
    "OpenIssue": Declared(
        tool="open_issue",
        arguments={"project": "project", "title": "title", "text": "body"},
        key="dedup",
        remembers=timedelta(hours=24),
        link="url",
        undo={"project": "project"},
        surely_not=("no such project",),
    ),
    "CloseIssue": Declared(tool="close_issue", surely_not=("no such issue",)),
}


@pytest.fixture
def tools() -> Tools:
    return bind("tasks", DECLARED)


@pytest.fixture
def tracker(tmp_path: Path) -> Tracker:
    return Tracker(tmp_path)


@pytest.fixture
async def system(tools: Tools, tmp_path: Path) -> AsyncIterator[Mcp]:
    """The tracker within this process."""
    system = Mcp(tools, Line(Door(lambda: build(tmp_path)), name="tasks", connect_seconds=5, call_seconds=0.5))
    yield system
    await system.close()


@pytest.fixture
async def started(tools: Tools, tmp_path: Path) -> AsyncIterator[Mcp]:
    """The tracker as a program of its own."""
    opening = program(sys.executable, (str(mcp_server.__file__), str(tmp_path)), {"TRACKER_TOKEN": "hunter2-012345"})
    system = Mcp(tools, Line(opening, name="tasks"))
    yield system
    await system.close()
