"""A whole bot in a workspace: how soon a card stands, and how soon clicks are acknowledged while the model hangs."""

import asyncio
import hashlib
import hmac
import itertools
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from benchmarks.in_slack_run import QUICK
from benchmarks.measure import percentile
from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table, median, ratio
from bot.workspace.control.driver import Driver

Json = dict[str, Any]
A_SECOND, HANGING = 50, 64
AT_ONCE = 32
"""How many effects a bot carries out at a time: so many questions are on their way, the others wait for their turn."""
SLOWEST_MS, CARD_MS = 250, 100
MOST_ROUNDS = 3
APART = 1.1
"""Seconds between two runs: Slack takes one message a second in a channel, and that is not what is measured."""
STARTERS = ("mia", "leo", "ines", "olga")
"""Several, for each may start sixty runs an hour."""
_numbers = itertools.count(1)
_BLOCK = re.compile(r"decide:[0-9a-f]{32}:[0-9]+")


def compare(effort: Effort) -> Table:
    """Cards first, then clicks with nothing else to do, then clicks while many runs wait for a model that hangs."""
    cards, seconds = (12, 10) if effort.rounds > 1 else (3, 2)
    shown, quiet, hanging, seen = list[float](), list[float](), list[float](), list[float]()
    for number in range(min(effort.rounds, MOST_ROUNDS)):
        folder = effort.scratch / f"in-slack-{number}"
        folder.mkdir()
        one = asyncio.run(_round(folder, cards, seconds))
        shown.append(percentile(one["cards"], 50))
        seen.append(percentile(one["cards"], 99))
        quiet.append(percentile(one["quiet"], 99))
        hanging.append(percentile(one["hanging"], 99))
    return Table(
        title="A bot in a workspace",
        columns=("what", "measured", "target"),
        rows=(
            ("command to card posted, median ms", median(shown), f"≤ {CARD_MS}"),
            ("the same, slowest", median(seen), ""),
            (f"click to acknowledgement at {A_SECOND} a second, 99 of 100 within ms", median(quiet), ""),
            (f"the same while {HANGING} runs wait for the model", median(hanging), f"< {SLOWEST_MS}"),
            ("ratio of these two", ratio(percentile(hanging, 50), percentile(quiet, 50)), ""),
        ),
        notes=(
            "Bot and workspace share one process and one core, as in `countersign run`; whoever clicks is another.",
            "A card counts from the command's arrival at the bot to the workspace's answer to chat.postMessage. In"
            " between: two answers of the rehearsal, two reads of the help desk, and all the commits.",
            "Clicks come at their times, however long an answer takes; each is signed, kept on the disk and carried"
            " out, by somebody who may not decide. The server that stands for the model's takes every question"
            " and answers none.",
        ),
    )


async def _round(folder: Path, cards: int, seconds: int) -> dict[str, list[float]]:
    async with _silent() as model:
        with _served(folder, model.url) as ready:
            async with Driver(ready["page"].rstrip("/"), ready["control_token"]) as driver:
                shown = [await _card(driver) for _ in range(cards)]
                block, place = await _open_card(driver)
                clicks = Clicks(ready, block, place)
                quiet = await clicks.at_a_rate(seconds)
                for number in range(HANGING):
                    await driver.as_(STARTERS[number % len(STARTERS)]).command("#support", _start("slow"))
                await model.until(AT_ONCE)
                hanging = await clicks.at_a_rate(seconds)
    return {"cards": shown, "quiet": quiet, "hanging": hanging}


def _start(mark: str) -> str:
    number = next(_numbers)
    fields = {
        "id": "T-1001",
        "customer_id": "C-105",
        "email": "ana@example.com",
        "subject": f"Charged twice, {mark}, number {number}",
        "body": "I was charged twice for one order. Please return one payment.",
    }
    return "/ops start support_triage " + " ".join(f'{name}="{value}"' for name, value in fields.items())


async def _card(driver: Driver) -> float:
    """Milliseconds from a command's arrival to its card."""
    await asyncio.sleep(APART)
    before = len(await driver.log("chat.postMessage", way="call"))
    await driver.as_("sam").command("#support", _start(QUICK))
    while True:
        lines = await driver.until_calls("chat.postMessage", before + 1, way="call")
        for line in lines[before:]:
            if _BLOCK.search(json.dumps(line["request"])):
                (*_, command) = await driver.log("/ops", way="delivery")
                return float(line["at"] - command["at"]) * 1_000 + float(line["ms"])
        before = len(lines)


async def _open_card(driver: Driver) -> tuple[str, tuple[str, str]]:
    """The buttons of a card that waits, and where they stand."""
    (*_, line) = [one for one in await driver.log("chat.postMessage", way="call") if "decide:" in str(one["request"])]
    found = _BLOCK.search(json.dumps(line["request"]))
    assert found is not None
    return found[0], (line["request"]["channel"], line["response"]["ts"])


class Clicks:
    """Signed presses on one card, by somebody who may not decide."""

    def __init__(self, ready: Json, block: str, place: tuple[str, str]) -> None:
        self._ready, self._block, (self._channel, self._ts) = ready, block, place

    async def at_a_rate(self, seconds: int) -> list[float]:
        """The milliseconds until each acknowledgement, at their times whatever the answers take."""
        took: list[float] = []
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
            asyncio.TaskGroup() as all,
        ):
            began = time.perf_counter()
            for number in range(seconds * A_SECOND):
                await asyncio.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
                all.create_task(self._click(session, took))
        return took

    async def _click(self, session: aiohttp.ClientSession, took: list[float]) -> None:
        body = self._body()
        stamp = str(int(time.time()))
        secret = self._ready["signing_secret"].encode()
        signed = hmac.new(secret, b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed}",
        }
        began = time.perf_counter()
        async with session.post(self._ready["events"], data=body, headers=headers) as response:
            if response.status != 200:
                raise SystemExit(f"A click was not acknowledged: {response.status}")
            await response.read()
        took.append((time.perf_counter() - began) * 1_000)

    def _body(self) -> bytes:
        team = self._ready["team"]
        place = {"type": "message", "message_ts": self._ts, "channel_id": self._channel, "is_ephemeral": False}
        action = {"type": "button", "action_id": "approve", "block_id": self._block, "value": "x", "action_ts": "1.0"}
        payload = {
            "type": "block_actions",
            "team": {"id": team},
            "user": {"id": self._ready["people"]["kenji"], "team_id": team},
            "api_app_id": "A",
            "trigger_id": f"{next(_numbers)}.{time.time_ns()}",
            "container": place,
            "channel": {"id": self._channel},
            "actions": [action],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()


class Silent:
    """A server that takes every question and answers none."""

    def __init__(self) -> None:
        self.url, self._asked, self._news = "", 0, asyncio.Event()

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._asked += 1
        self._news.set()
        with suppress(asyncio.CancelledError):  # the end of the measurement
            await reader.read()
        writer.close()

    async def until(self, count: int) -> None:
        """Return once as many wait, or as many as the bot asks at a time."""
        async with asyncio.timeout(30):
            while self._asked < count:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def _silent() -> AsyncGenerator[Silent]:
    silent = Silent()
    server = await asyncio.start_server(silent.hear, "127.0.0.1", 0)
    silent.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/chat/completions"
    try:
        yield silent
    finally:
        server.close()


@contextmanager
def _served(folder: Path, model: str) -> Generator[Json]:
    """A process of its own; what its ready file says."""
    file = folder / "ready.json"
    command = [sys.executable, "-m", "benchmarks.in_slack_run", f"--data={folder / 'data'}", f"--ready-file={file}"]
    with subprocess.Popen([*command, f"--model={model}"], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        began = time.perf_counter()
        while not file.exists():
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit("The bot did not start.")
            time.sleep(0.005)
        try:
            yield json.loads(file.read_text())
        finally:
            process.kill()  # in order it would first tell everybody who clicked, at Slack's pace
