"""`countersign serve` in Slack: it comes in, says how it is, waits where Slack is not there, and stops in order."""

import asyncio
import json
import logging
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.adapters.slack.post.people import People
from bot.adapters.slack.post.trouble import Barred
from bot.adapters.store.lock import file_lock
from bot.adapters.store.store import SqliteStore
from bot.commands.work import serve_slack
from bot.commands.work.manifest import manifest_of
from bot.commands.work.serve_slack import joined_slack
from bot.domain.errors import BotRuns, Broken, StoreFailed, Unfit
from bot.settings import Settings
from bot.wiring import DATABASE, shelf_of
from bot.workspace.control.driver import Driver
from bot.workspace.launch import EVENTS_PATH, Launch, Launched, launched
from tests.commands.golden import approved, asked_for, company, settings_in
from tests.commands.line import environment

GOOD = "0123456789abcdef0123456789abcdef"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def slack(folder: Path, port: int = 0) -> AsyncGenerator[Launched]:
    """A workspace that sends to a bot on this port, or waits for its socket."""
    manifest = manifest_of(shelf_of(settings_in(folder)))
    app = f"http://127.0.0.1:{port}{EVENTS_PATH}" if port else "socket"
    ready = folder / "ready.json"
    async with launched(Launch(port=0, data=None, manifest_text=manifest, app=app, ready_file=ready)) as there:
        yield there
        assert there.running.bugs == []


def settings_for(folder: Path, there: Launched, port: int = 0, more: Mapping[str, str] | None = None) -> Settings:
    """The settings of a bot that serves on a port, or over a socket."""
    at = there.connection
    key = {"COUNTERSIGN_SLACK_SIGNING_SECRET": at.signing_secret} if port else {}
    token = {} if port else {"COUNTERSIGN_SLACK_APP_TOKEN": at.app_token}
    file = folder / "countersign.toml"
    file.write_text(company(there, more=f"[slack]\nport = {port}" if port else ""), "utf-8")
    told = {"COUNTERSIGN_SLACK_BOT_TOKEN": at.bot_token, "SLACK_API_URL": at.api, "COUNTERSIGN_FILE": str(file)}
    return settings_in(folder, **{**told, **key, **token, **(more or {})})


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, (await response.text()).strip()


async def test_over_http_it_says_how_it_is_beside_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    async with slack(tmp_path, port) as there:
        settings = settings_for(tmp_path, there, port)
        assert settings.slack is not None
        async with joined_slack(settings, settings.slack, asyncio.Event()) as bot:
            assert bot is not None
            assert await get(port, "/healthz") == (200, "alive")
            assert await get(port, "/readyz") == (200, "ready")
            assert (await get(port, EVENTS_PATH))[0] == 405
            with monkeypatch.context() as broken:
                broken.setattr(SqliteStore, "run", _failing)
                assert await get(port, "/readyz") == (503, "the store does not answer")
            broken.setattr(People, "is_fresh", _stale)
            assert await get(port, "/readyz") == (503, "who is who could not be asked for too long")
            broken.undo()
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(port, "/healthz")


def _stale(people: People) -> bool:
    del people
    return False


async def _failing(store: SqliteStore, work: object) -> None:
    raise StoreFailed


async def test_by_socket_a_command_is_answered(tmp_path: Path) -> None:
    async with slack(tmp_path) as there:
        settings = settings_for(tmp_path, there)
        assert settings.slack is not None
        async with joined_slack(settings, settings.slack, asyncio.Event()) as bot:
            assert bot is not None
            assert await bot.why_not() == ""
            async with Driver.of(tmp_path / "ready.json") as driver:
                await approved(driver, await asked_for(driver))


@pytest.mark.parametrize(
    ("name", "value", "error", "says"),
    [
        ("COUNTERSIGN_SLACK_BOT_TOKEN", "xoxb-1-1-" + GOOD, Barred, "Slack does not accept the bot's token"),
        ("COUNTERSIGN_SLACK_APP_TOKEN", "xapp-1-A-1-" + GOOD, Broken, "Slack does not accept the app token"),
    ],
)
async def test_a_token_that_slack_refuses_ends_it_with_a_sentence(
    tmp_path: Path, name: str, value: str, error: type[Exception], says: str
) -> None:
    async with slack(tmp_path) as there:
        settings = settings_for(tmp_path, there, more={name: value})
        assert settings.slack is not None
        with pytest.raises(error, match=says):
            async with joined_slack(settings, settings.slack, asyncio.Event()):
                pass


async def test_where_slack_is_not_there_it_is_tried_again_after_growing_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with slack(tmp_path) as there:
        settings = settings_for(tmp_path, there, more={"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"})
    stop, waited = asyncio.Event(), list[float]()

    async def wait(event: asyncio.Event, seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 7:
            event.set()

    monkeypatch.setattr(serve_slack, "_either", wait)
    assert settings.slack is not None
    with caplog.at_level(logging.WARNING):
        async with joined_slack(settings, settings.slack, stop) as bot:
            assert bot is None
    assert waited == [1, 2, 5, 10, 30, 60, 60]
    assert "Slack cannot be reached. It is tried again in 1 seconds." in caplog.text


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        async with slack(tmp_path) as there:
            settings = settings_for(tmp_path, there, port)
        assert settings.slack is not None
        with pytest.raises(Unfit, match=f"cannot listen on 127.0.0.1:{port}: something else does already"):
            async with joined_slack(settings, settings.slack, asyncio.Event()):
                pass


async def test_a_second_bot_is_told_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_slack, "PATIENCE", 0.0)
    async with slack(tmp_path) as there:
        settings = settings_for(tmp_path, there)
        assert settings.slack is not None
        settings.data.mkdir()
        with file_lock(settings.data / DATABASE), pytest.raises(BotRuns):
            async with joined_slack(settings, settings.slack, asyncio.Event()):
                pass


def test_the_command_serves_in_slack_and_says_so(tmp_path: Path) -> None:
    """The whole command in a process of its own, while the workspace stays in this one."""
    asyncio.run(_whole(tmp_path))


async def _whole(folder: Path) -> None:
    async with slack(folder) as there:
        at = there.connection
        (folder / "countersign.toml").write_text(company(there), "utf-8")
        told = {"COUNTERSIGN_SLACK_BOT_TOKEN": at.bot_token, "COUNTERSIGN_SLACK_APP_TOKEN": at.app_token}
        env = environment(folder / "data", **told, SLACK_API_URL=at.api)
        out = asyncio.subprocess.PIPE
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", env=env, cwd=folder, stdout=out, stderr=out
        )
        assert bot.stdout is not None
        said = [json.loads(await bot.stdout.readline()) for _ in range(2)]
        bot.send_signal(signal.SIGTERM)
        rest, errors = await bot.communicate()
    assert [line["action"] for line in said] == ["serve.in_slack", "serve.ready"]
    assert said[0]["text"] == f"In Slack, in the workspace {at.team}. Slack is heard by Socket Mode."
    assert [json.loads(line)["action"] for line in rest.splitlines()] == ["serve.stopping", "serve.stopped"]
    assert (bot.returncode, errors) == (0, b"")
    assert at.bot_token.encode() not in b"".join(path.read_bytes() for path in (folder / "data").iterdir())
