"""Another client of Slack's, in another language, runs against the workspace unmodified: @slack/bolt on Node.

`make certify` installs it into a folder under build/; `make test` runs it where it is there already.
"""

import asyncio
import fcntl
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.workspace.acts.registry import perform
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.workspace.delivery.bench import LONGEST, Bench, opened
from tests.workspace.made import APP, APP_TOKEN, BOT, BOT_TOKEN, MIA, SUPPORT

ROOT = Path(__file__).parents[3]
INSTALLED = ROOT / "build" / "node"
PACKAGE = "@slack/bolt@4.7.3"
SCRIPT = Path(__file__).with_name("bolt_on_node.js")
BOTH = pytest.mark.parametrize("reached", [*Reached])


def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed")
    return found


def there() -> bool:
    return (INSTALLED / "node_modules" / "@slack" / "bolt" / "package.json").exists()


def install() -> None:
    """Install it where it is not there yet; nothing that comes with it is run."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with (INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        if there():
            return
        (INSTALLED / "package.json").write_text('{"private": true}\n')
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", PACKAGE]
        done = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode or not there():
            pytest.skip(f"npm could not install {PACKAGE}: {done.stderr.strip()[-300:]}")


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        yield bench


async def start(bench: Bench, reached: Reached) -> None:
    """Start the app on Node, and wait until it listens."""
    bench.app.reached = reached
    told = {
        "API": f"{bench.desk.address}/api/",
        "MODE": reached.value,
        "TOKEN": BOT_TOKEN,
        "APP_TOKEN": APP_TOKEN,
        "SIGNING_SECRET": bench.app.signing_secret,
        "NODE_PATH": str(INSTALLED / "node_modules"),
        "PATH": os.environ["PATH"],
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        node(), str(SCRIPT), env=told, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    bench.stack.push_async_callback(process.wait)
    bench.stack.callback(process.stdin.close)
    said: list[str] = []
    async with asyncio.timeout(LONGEST):
        while not (line := (await process.stdout.readline()).decode()).startswith("listening"):
            said.append(line)
            assert line, "".join(said)
    bench.app.url = f"http://127.0.0.1:{line.split()[1]}/slack/events"
    reading = asyncio.ensure_future(process.stdout.read())
    bench.stack.callback(reading.cancel)


async def act(bench: Bench, name: str, /, **more: object) -> Json:
    return await perform(bench.desk, name, {"person": "mia", "channel": "#support"} | more)


async def in_view(bench: Bench, typed: str) -> Json:
    [view] = bench.workspace.modals[APP, MIA]
    return await perform(
        bench.desk, "submit", {"person": "mia", "view": view.id, "entered": {"reason": {"typed": typed}}}
    )


async def drive(bench: Bench) -> None:
    """A command, a form, a click, a shortcut and an event."""
    messages = bench.workspace.channels[SUPPORT].messages
    assert (await act(bench, "command", text="/ops deploy"))["ok"]
    assert [one.text for one in bench.workspace.whispers.values()] == ["Started deploy."]
    assert (await in_view(bench, "no"))["errors"] == {"reason": "Say more than no."}
    assert (await in_view(bench, "Deploy it"))["ok"]
    await bench.until(lambda: messages)
    [card] = messages.values()
    assert (card.text, card.user) == ("Deploy it", BOT)
    assert (await act(bench, "click", ts=card.ts, block_id="decide", action_id="approve"))["ok"]
    await bench.until(lambda: [one.text for one in bench.workspace.whispers.values()][1:] == ["Thank you."])
    assert card.text == "Approved"
    assert (await act(bench, "shortcut", callback_id="run_on", ts=card.ts))["ok"]
    await bench.until(lambda: card.reactions == {"eyes": [BOT]})
    said = await act(bench, "say", text="@opsbot hello")
    await bench.until(lambda: len(messages) == 3)
    answer = [*messages.values()][-1]
    assert (answer.text, answer.thread_ts) == (f"Heard: <@{BOT}> hello", said["ts"])
    await bench.carrier.wait_idle()
    assert {line.status for line in bench.lines()} == {"ok"}


@BOTH
async def test_slacks_framework_for_node_runs_where_it_is_installed(bench: Bench, reached: Reached) -> None:
    node()
    if not there():
        pytest.skip(f"{PACKAGE} is not installed; make certify installs it")
    await start(bench, reached)
    await drive(bench)


@pytest.mark.certify
@pytest.mark.timeout(600)
@BOTH
async def test_slacks_framework_for_node_runs(bench: Bench, reached: Reached) -> None:
    node()
    install()
    await start(bench, reached)
    await drive(bench)
