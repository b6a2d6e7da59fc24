"""A system behind a real MCP server: what is asked of it, and what each way to answer, or to die, comes to."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from bot.adapters.systems.mcp import Door, Line, Mcp, Tools, at_address, program
from bot.adapters.systems.mcp.line import Said
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.intent import Promised, Receipt
from bot.intents.tasks import AddComment, CloseIssue, Issue, IssueRef, OpenIssue, issue_of
from bot.ports.system import System
from tests.adapters.systems.mcp_server import OPEN as OPEN_TAKES
from tests.adapters.systems.mcp_server import TEXT, Tracker, build, schema

KEY = "k" * 40
OPEN = OpenIssue(project="desk", title="Late", body="It is late.")
CLOSE = CloseIssue(issue_id="I-7")
REF = IssueRef(issue_id="I-7")


async def error_of(call: Awaitable[object]) -> BotError:
    with pytest.raises(BotError) as caught:
        await call
    assert "Ada" not in caught.value.message
    assert KEY not in caught.value.message
    return caught.value


# --- what is asked, and what comes back -------------------------------------------------------------------------------


async def test_a_look_up_is_answered_by_its_tool(system: Mcp) -> None:
    issue = await system.read(issue_of.kind, REF)
    assert isinstance(issue, Issue)
    assert (issue.issue_id, issue.status, issue.comments) == ("I-7", "open", ("Jonas: on it",))


async def test_a_change_is_carried_out_by_its_tool_with_our_key(system: Mcp, tracker: Tracker) -> None:
    receipt = await system.execute(OPEN, KEY)
    assert receipt == Receipt(id="I-7", link="https://tracker.example.com/7", undo={"project": "desk"})
    sent = {"tool": "open_issue", "project": "desk", "title": "Late", "text": "It is late.", "dedup": KEY}
    assert tracker.done() == [sent]
    await system.execute(OPEN, KEY)
    assert tracker.done() == [sent]


async def test_what_is_shown_before_is_what_is_sent(system: Mcp, tracker: Tracker) -> None:
    preview = await system.read_only().preview(OPEN)
    assert preview.sentence == "Open an issue. (open_issue)"
    assert preview.after == {"project": "desk", "title": "Late", "text": "It is late."}
    later = await system.read_only().preview(CloseIssue(issue_id=Promised(step="opened")))
    assert later.after == {"issue_id": "(the id that “opened” brings)"}
    assert tracker.done() == []


async def test_what_only_looks_knows_no_tool_that_changes_anything(system: Mcp) -> None:
    whole: System = system
    eyes = whole.read_only()
    assert not hasattr(eyes, "execute")
    assert isinstance(await eyes.read(issue_of.kind, REF), Issue)


async def test_a_tool_that_nobody_declared_does_not_exist(system: Mcp, tracker: Tracker) -> None:
    error = await error_of(system.execute(AddComment(issue_id="I-7", body="Hello"), KEY))
    assert isinstance(error, Broken)
    assert "The settings name no tool of tasks that carries out tasks.AddComment." in error.message
    assert isinstance(await error_of(system.read("tasks.all_of_it", REF)), Broken)
    assert system.lookups == {issue_of.kind}
    assert tracker.done() == []


async def test_whether_something_happened_is_known_of_no_tool(system: Mcp) -> None:
    assert await system.find(OPEN, KEY) is None  # the same key again does no harm
    assert isinstance(await error_of(system.find(CLOSE, KEY)), Uncertain)


# --- a server that lies, or changes -----------------------------------------------------------------------------------

LIES: list[tuple[dict[str, Any], str]] = [
    ({"lies": {"get_issue": None}}, "does not say that get_issue only reads"),
    ({"lies": {"get_issue": {"idempotent_hint": True}}}, "does not say that get_issue only reads"),
    ({"gone": ["get_issue"]}, "offers no tool get_issue any more"),
    ({"schema": {"get_issue": schema({"id": TEXT}, ["id"])}}, "get_issue takes no “number” any more"),
]


@pytest.mark.parametrize(("script", "said"), LIES)
async def test_nothing_is_looked_up_with_a_tool_that_differs(
    system: Mcp, tracker: Tracker, script: dict[str, Any], said: str
) -> None:
    tracker.plan(**script)
    error = await error_of(system.read(issue_of.kind, REF))
    assert isinstance(error, Broken)
    assert said in error.message


async def test_a_server_that_does_not_say_what_it_offers_is_not_called(system: Mcp, tracker: Tracker) -> None:
    tracker.plan(mute=True)
    for call in (system.execute(OPEN, KEY), system.read(issue_of.kind, REF)):
        error = await error_of(call)
        assert isinstance(error, Transient)
        assert "does not say which tools it has" in error.message
    assert tracker.done() == []
    tracker.plan()
    assert (await system.execute(OPEN, KEY)).id == "I-7"


CHANGED: list[tuple[dict[str, Any], str]] = [
    ({"lies": {"open_issue": None}}, "does not say that open_issue may be called twice"),
    ({"lies": {"open_issue": {"read_only_hint": True}}}, "says that open_issue changes nothing"),
    ({"schema": {"open_issue": schema({"name": TEXT}, [])}}, "open_issue takes no “project” any more"),
    (
        {"schema": {"open_issue": schema({**OPEN_TAKES, "team": TEXT}, ["team"])}},
        "open_issue now needs “team” as well",
    ),
]


@pytest.mark.parametrize(("script", "said"), CHANGED)
async def test_nothing_is_changed_with_a_tool_that_differs_even_in_the_middle(
    system: Mcp, tracker: Tracker, script: dict[str, Any], said: str
) -> None:
    await system.execute(OPEN, KEY)
    tracker.plan(**script)
    error = await error_of(system.execute(OPEN, "other"))
    assert isinstance(error, Broken)
    assert said in error.message
    assert "Nothing was sent." in error.message
    assert len(tracker.done()) == 1


# --- answers that are none --------------------------------------------------------------------------------------------


def fails(text: str) -> dict[str, Any]:
    return {"is_error": True, "content": [{"type": "text", "text": text}]}


AFTER: list[tuple[Any, type[BotError], str]] = [
    (fails("Ada owes 12 euros"), Uncertain, "says that it failed, and not what it had done by then"),
    (fails("Sorry: NO SUCH ISSUE for Ada"), Broken, "says “no such issue”, so nothing was done"),
    ("raises", Uncertain, "is no answer"),
    ("asks", Uncertain, "is no answer"),
    ("nothing", Uncertain, "did not answer"),
    ({"content": [{"type": "text", "text": "Done for Ada."}]}, Uncertain, "so it may well have happened"),
    ({"content": [], "structured_content": {"number": 7}}, Uncertain, "its answer has no “id”"),
]


@pytest.mark.parametrize(("says", "kind", "said"), AFTER)
async def test_a_change_is_only_surely_not_done_where_the_settings_know_the_words(
    system: Mcp, tracker: Tracker, says: Any, kind: type[BotError], said: str
) -> None:
    tracker.plan(says={"close_issue": says})
    error = await error_of(system.execute(CLOSE, KEY))
    assert isinstance(error, kind)
    assert said in error.message
    assert len(tracker.done()) == 1


LOOKED: list[tuple[Any, type[BotError], str]] = [
    (fails("Ada owes 12 euros"), Broken, "get_issue says that it failed"),
    ("raises", Broken, "is no answer"),
    ("asks", Broken, "is no answer"),
    ("nothing", Transient, "did not answer"),
    ({"content": [{"type": "text", "text": "Late"}]}, Broken, "tasks has changed: its answer has no “id” of get_issue"),
]


@pytest.mark.parametrize(("says", "kind", "said"), LOOKED)
async def test_a_look_up_that_is_not_answered_has_changed_nothing(
    system: Mcp, tracker: Tracker, says: Any, kind: type[BotError], said: str
) -> None:
    tracker.plan(says={"get_issue": says})
    error = await error_of(system.read(issue_of.kind, REF))
    assert isinstance(error, kind)
    assert said in error.message


async def test_an_answer_as_text_alone_is_read(system: Mcp, tracker: Tracker) -> None:
    tracker.plan(says={"close_issue": {"content": [{"type": "text", "text": '{"id": 9}'}]}})
    assert await system.execute(CLOSE, KEY) == Receipt(id="9")


# --- a program of its own ---------------------------------------------------------------------------------------------


def pids(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "pids").read_text().split()]


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_program_that_dies_is_begun_again_and_leaves_nothing(
    started: Mcp, tracker: Tracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("COUNTERSIGN_SECRET", "correct-horse")
    first = await started.execute(OPEN, KEY)
    tracker.plan(dies="after")
    assert isinstance(await error_of(started.execute(CLOSE, KEY)), Uncertain)
    assert [one["tool"] for one in tracker.done()] == ["open_issue", "close_issue"]
    tracker.plan()
    assert await started.execute(OPEN, KEY) == first
    tracker.plan(dies="before")
    assert isinstance(await error_of(started.read(issue_of.kind, REF)), Transient)
    assert len(tracker.done()) == 2
    await started.close()
    assert len(pids(tmp_path)) == 2
    assert not [pid for pid in pids(tmp_path) if runs(pid)]
    assert "Ada" not in caplog.text
    env = json.loads((tmp_path / "env.json").read_text())
    assert env["TRACKER_TOKEN"] == "hunter2-012345"
    assert not [name for name in env if name.startswith("COUNTERSIGN")]


@pytest.mark.certify
async def test_a_program_that_died_while_nobody_looked_is_begun_again(
    started: Mcp, tracker: Tracker, tmp_path: Path
) -> None:
    await started.read(issue_of.kind, REF)
    os.kill(pids(tmp_path)[0], signal.SIGKILL)
    assert (await started.execute(OPEN, KEY)).id == "I-7"
    tracker.plan(dies="listing")
    assert isinstance(await error_of(started.execute(CLOSE, KEY)), Transient)
    assert len(tracker.done()) == 1


@pytest.mark.parametrize("command", ["/nowhere/at-all", "true"])
async def test_a_program_that_cannot_be_started_has_done_nothing(tools: Tools, command: str) -> None:
    system = Mcp(tools, Line(program(command, (), {}), name="tasks", connect_seconds=2))
    for call in (system.execute(OPEN, KEY), system.read(issue_of.kind, REF)):
        error = await error_of(call)
        assert isinstance(error, Transient)
        assert "The server of tasks cannot be reached, or could not be started." in error.message
    await system.close()


@pytest.mark.certify
async def test_a_program_that_says_nothing_is_ended(tools: Tools, tmp_path: Path) -> None:
    said = tmp_path / "pids"
    mute = f"import os, time; open({str(said)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    system = Mcp(tools, Line(program(sys.executable, ("-c", mute), {}), name="tasks", connect_seconds=0.5))
    assert isinstance(await error_of(system.read(issue_of.kind, REF)), Transient)
    await system.close()
    assert [runs(pid) for pid in pids(tmp_path)] == [False]


@pytest.mark.certify
async def test_whoever_gives_up_while_a_program_begins_leaves_none(tools: Tools, tmp_path: Path) -> None:
    said = tmp_path / "pids"
    mute = f"import os, time; open({str(said)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    system = Mcp(tools, Line(program(sys.executable, ("-c", mute), {}), name="tasks"))
    waiting = asyncio.create_task(system.read(issue_of.kind, REF))
    while not (said.exists() and said.read_text()):  # noqa: ASYNC110, what it waits for is a file
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await system.close()
    assert [runs(pid) for pid in pids(tmp_path)] == [False]


# --- somewhere else ---------------------------------------------------------------------------------------------------


class House:
    """Who lets requests in to a server over HTTP, or does not."""

    def __init__(self, folder: Path) -> None:
        self.tracker: Any = build(folder).streamable_http_app()
        self.credentials = set[bytes]()
        self.status = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not self.status:
            self.credentials |= {value for name, value in scope.get("headers", []) if name == b"authorization"}
            await self.tracker(scope, receive, send)
            return
        headers = [(b"location", b"http://127.0.0.1:1/elsewhere")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"Ada"})


@asynccontextmanager
async def served(house: House) -> AsyncGenerator[str]:
    config = uvicorn.Config(house, ws="none", log_config=None, lifespan="on")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await server.startup(sockets=[listening])
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        await server.shutdown(sockets=[listening])


async def test_a_server_at_an_address_is_called_with_its_credential(
    tools: Tools, tracker: Tracker, tmp_path: Path
) -> None:
    house = House(tmp_path)
    async with served(house) as url:
        system = Mcp(tools, Line(at_address(url, "hunter2-012345", private=True), name="tasks", connect_seconds=5))
        assert isinstance(await system.read(issue_of.kind, REF), Issue)
        assert (await system.execute(OPEN, KEY)).id == "I-7"
        await system.close()
    assert house.credentials == {b"Bearer hunter2-012345"}
    assert len(tracker.done()) == 1


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (401, Broken, "The server of tasks does not accept our credential."),
        (403, Broken, "The server of tasks does not accept our credential."),
        (500, Transient, "cannot be reached"),
        (302, Transient, "cannot be reached"),
        (307, Transient, "cannot be reached"),
    ],
)
async def test_a_server_that_lets_nobody_in_has_done_nothing(
    tools: Tools, tracker: Tracker, tmp_path: Path, status: int, kind: type[BotError], said: str
) -> None:
    house = House(tmp_path)
    async with served(house) as url:
        system = Mcp(tools, Line(at_address(url, "hunter2-012345", private=True), name="tasks", connect_seconds=5))
        house.status = status
        error = await error_of(system.execute(OPEN, KEY))
        house.status = 0
        assert (await system.execute(OPEN, KEY)).id == "I-7"
        await system.close()
    assert isinstance(error, kind)
    assert said in error.message
    assert "hunter2" not in error.message
    assert len(tracker.done()) == 1


async def test_a_server_at_a_private_address_is_not_gone_to_unless_the_settings_say_so(
    tools: Tools, tracker: Tracker, tmp_path: Path
) -> None:
    house = House(tmp_path)
    async with served(house) as url:
        system = Mcp(tools, Line(at_address(url.replace("127.0.0.1", "localhost"), "hunter2-012345"), name="tasks"))
        error = await error_of(system.execute(OPEN, KEY))
        await system.close()
    assert isinstance(error, Broken)
    assert "an address of this machine or of a private network" in error.message
    assert "private = true" in error.message
    assert (house.credentials, tracker.done()) == (set(), [])


# --- several at once --------------------------------------------------------------------------------------------------


async def test_whoever_gives_up_waiting_does_not_tear_the_connection_down(system: Mcp, tracker: Tracker) -> None:
    tracker.plan(says={"close_issue": "nothing"})
    waiting = asyncio.create_task(system.execute(CLOSE, KEY))
    while not tracker.done():  # noqa: ASYNC110, what it waits for is a line in a file
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert isinstance(await system.read(issue_of.kind, REF), Issue)


async def test_calls_at_the_same_time_share_one_connection(system: Mcp, tracker: Tracker) -> None:
    reads = await asyncio.gather(*(system.read(issue_of.kind, REF) for _ in range(5)))
    assert len(reads) == 5
    assert len(system._line._tasks) == 1


async def test_closing_what_was_never_begun_begins_nothing(tools: Tools) -> None:
    def never() -> Any:
        raise AssertionError

    line = Line(Door(never), name="tasks")
    await Mcp(tools, line).close()
    assert {*Said} == {"done", "error", "strange", "nothing"}
