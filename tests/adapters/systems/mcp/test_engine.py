"""The whole engine with a real MCP server: once, in doubt where nobody knows, and parked where a tool has changed."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.systems import sandbox
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.mcp import Declared, Door, Line, Mcp, bind, bindings
from bot.application.steer import Move
from bot.domain.run import ActionStatus, RunState
from tests.adapters.systems.mcp.conftest import DECLARED
from tests.adapters.systems.mcp_server import OPEN, TEXT, Tracker, build, schema
from tests.application.office import Office, opened
from tests.made import OLGA

LOST = {"says": {"open_issue": "nothing"}}
BLIND = {**DECLARED, "OpenIssue": replace(DECLARED["OpenIssue"], key="", remembers=None)}


@asynccontextmanager
async def tracked(folder: Path, declared: Mapping[str, Declared]) -> AsyncGenerator[Office]:
    tools = bind("tasks", declared)
    bound = {**sandbox.BINDINGS, **bindings(tools)}
    brief = {"changes": {"tasks": ["OpenIssue"]}}
    async with opened(folder, kind="tasks.OpenIssue", brief=brief, bindings=bound) as office:
        system = Mcp(tools, Line(Door(lambda: build(folder)), name="tasks", call_seconds=0.2))
        office.parts = replace(office.parts, systems=Connected([office.wire, system]))
        yield office
        await system.close()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with tracked(tmp_path, DECLARED) as office:
        yield office


async def test_a_lost_answer_is_asked_for_again_under_the_same_key(office: Office, tracker: Tracker) -> None:
    tracker.plan(**LOST)
    run = await office.start()
    assert tracker.done() == []
    await office.decide(run)
    assert len(tracker.done()) == 1
    tracker.plan()
    await office.pass_time(minutes=10)
    after = await office.run(run)
    assert after.state is RunState.DONE
    assert [one["dedup"] for one in tracker.done()] == [after.actions[0].key]


async def test_a_lost_answer_of_a_tool_without_a_key_parks_the_run_in_doubt(tmp_path: Path, tracker: Tracker) -> None:
    async with tracked(tmp_path, BLIND) as office:
        tracker.plan(**LOST)
        run = await office.start()
        parked = await office.decide(run)
        assert parked.state is RunState.PARKED
        assert [action.status for action in parked.actions] == [ActionStatus.IN_DOUBT]
        tracker.plan()
        await office.pass_time(hours=48)
        await office.restart()
    assert len(tracker.done()) == 1


async def test_a_tool_that_changed_parks_the_run_until_somebody_resumes_it(office: Office, tracker: Tracker) -> None:
    tracker.plan(schema={"open_issue": schema({**OPEN, "team": TEXT}, ["team"])})
    run = await office.start()
    parked = await office.decide(run)
    assert parked.state is RunState.PARKED
    (failed,) = await office.entries(run, "action.failed")
    said = {one.name: one.value for one in failed.fields}
    assert "tasks: open_issue now needs “team” as well. Nothing was sent." in str(said["error"])
    assert tracker.done() == []
    tracker.plan()
    done = await office.steer(run, Move.RESUME, OLGA)
    assert done.state is RunState.DONE
    assert len(tracker.done()) == 1
