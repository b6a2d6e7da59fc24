"""The local workspace: how much it takes, how soon a click is seen, what it weighs."""

import asyncio
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.measure import percentile, play_all
from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table
from benchmarks.workspace_run import card
from bot.workspace.control.driver import Driver

AT_ONCE = 16
MANY, WARM_UP = 10_000, 200
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
Json = dict[str, Any]


def compare(effort: Effort) -> Table:
    """Each figure beside its target."""
    calls, clicks = (20_000, 300) if effort.rounds > 1 else (1_000, 30)
    with served(effort.scratch / "workspace") as (process, ready, seconds):
        held = memory_mb(process.pid)
        figures = asyncio.run(_measured(process.pid, ready, calls=calls, clicks=clicks))
        after = memory_mb(process.pid)
    return Table(
        title="The local workspace",
        columns=("what", "measured", "target"),
        rows=(
            ("chat.postMessage a second, 16 connections", f"{figures['calls']:,.0f}", "≥ 2,000"),
            ("the same, a second of its processor time", f"{figures['cpu']:,.0f}", "≥ 2,000"),
            ("click to changed card on the page, median ms", f"{figures['click_p50']:.1f}", "< 50"),
            ("the same, 99 of 100", f"{figures['click_p99']:.1f}", ""),
            ("page of a channel with 10,000 messages, ms", f"{figures['page']:.0f}", "< 500"),
            ("its first paint in a browser, ms", _or_dash(figures["paint"]), "< 500"),
            ("resident MB, an app of Bolt idle beside it", f"{held:.0f}", "< 120"),
            ("resident MB after all of this", f"{after:.0f}", ""),
            ("ready after s", f"{seconds:.2f}", "< 3"),
        ),
        notes=(
            "The workspace and the app share one process and one core; whoever calls, clicks and looks is another.",
            "Calls are measured while the app subscribes to no events: else Bolt's own work is what is measured.",
            "A click counts until the changed card is on the page's stream: Bolt's own time is in it.",
            "Everything is kept in a file while it is measured.",
        ),
    )


def _or_dash(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds:.0f}"


@contextmanager
def served(folder: Path) -> Generator[tuple[subprocess.Popen[bytes], Json, float]]:
    """A process of its own; what its ready file says, and how long that took."""
    file = folder / "ready.json"
    folder.mkdir()
    command = [sys.executable, "-m", "benchmarks.workspace_run", f"--data={folder}", f"--ready-file={file}"]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while not file.exists():
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit("The workspace did not start.")
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        time.sleep(0.5)
        try:
            yield process, json.loads(file.read_text()), seconds
        finally:
            process.send_signal(signal.SIGTERM)


def memory_mb(pid: int) -> float:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of another process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _measured(pid: int, ready: Json, *, calls: int, clicks: int) -> dict[str, Any]:
    async with Driver(ready["page"].rstrip("/"), ready["control_token"]) as driver:
        await driver.ask("app", events=[])
        before = cpu_seconds(pid)
        posted = await _posted(ready, calls)
        spent = cpu_seconds(pid) - before
        await driver.ask("app", events="all")
        clicked = await _clicked(ready, driver, clicks)
        await driver.ask("seed", channel="random", count=MANY)
        page, paint = await _page(ready), await _paint(ready)
    return {
        "calls": posted,
        "cpu": (calls + WARM_UP) / spent,
        "click_p50": statistics.median(clicked) * 1000,
        "click_p99": percentile(clicked, 99) * 1000,
        "page": page * 1000,
        "paint": paint,
    }


# --- calls -------------------------------------------------------------------------------------------------------


async def _posted(ready: Json, calls: int) -> float:
    """Messages with a card, one after the other on each connection."""
    channel, url = ready["channels"]["support"], ready["api"] + "chat.postMessage"
    headers = {"Authorization": f"Bearer {ready['bot_token']}", "Content-Type": "application/json; charset=utf-8"}
    body = json.dumps({"channel": channel, "text": "A card", "blocks": card("0", "1")}).encode()
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def post(n: int) -> None:
            del n
            async with session.post(url, data=body) as response:
                if b'"ok": true' not in (await response.read())[:20]:
                    raise SystemExit(f"A call was refused: {await response.text()}")

        await play_all(post, range(WARM_UP), at_once=AT_ONCE)
        began = time.perf_counter()
        await play_all(post, range(calls), at_once=AT_ONCE)
        return calls / (time.perf_counter() - began)


# --- clicks ------------------------------------------------------------------------------------------------------


async def _clicked(ready: Json, driver: Driver, clicks: int) -> list[float]:
    """From the click until the page has the changed card, in seconds."""
    mia = driver.as_("mia")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {ready['bot_token']}"}) as session:
        said = {"channel": ready["channels"]["finance"], "text": "0", "blocks": card("0", "1")}
        async with session.post(ready["api"] + "chat.postMessage", json=said) as response:
            posted: Json = await response.json()
    await driver.act("join", person="mia", channel="finance")
    message = await driver.until_message("finance", where=lambda one: one.ts == posted["ts"])
    seconds: list[float] = []
    async with _stream(ready, "mia", "finance") as until:
        for n in range(1, clicks + 1):
            began = time.perf_counter()
            await asyncio.gather(until(f"Clicked {n} times"), mia.click(message, "next"))
            seconds.append(time.perf_counter() - began)
    return seconds


@asynccontextmanager
async def _stream(ready: Json, person: str, place: str) -> AsyncGenerator[Callable[[str], Awaitable[None]]]:
    """What the page of somebody is told; waits for a text in it."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        async with session.get(f"{ready['page']}as/{person}/{place}") as response:
            token = _token(await response.text())
        url = f"{ready['page']}page/live?as={person}&place={place}"
        async with session.get(url, headers={"X-Workspace-Page": token}) as lines:

            async def until(text: str) -> None:
                while True:
                    line = await lines.content.readline()
                    if not line:
                        raise SystemExit("The page's stream ended.")
                    if text in line.decode():
                        return

            yield until


def _token(html: str) -> str:
    """What the scripts of a page prove themselves with."""
    found = re.search(r'<meta name="page-token" content="([^"]+)"', html)
    return found[1] if found else ""


# --- pages -------------------------------------------------------------------------------------------------------


async def _page(ready: Json) -> float:
    """Until the whole page has come, the median of ten."""
    seconds: list[float] = []
    async with aiohttp.ClientSession() as session:
        for _ in range(10):
            began = time.perf_counter()
            async with session.get(f"{ready['page']}as/mia/random") as response:
                await response.read()
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


async def _paint(ready: Json) -> float | None:
    """What a browser says of its first paint, in milliseconds, the median of five; None where there is no browser."""
    if CHROMIUM is None:
        return None
    from playwright.async_api import async_playwright

    script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
    painted: list[float] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            page = await (await browser.new_context()).new_page()
            await page.goto(f"{ready['page']}as/mia/random")
            await page.wait_for_function(f"() => {script}")
            painted.append(await page.evaluate(script))
        await browser.close()
    return statistics.median(painted)
