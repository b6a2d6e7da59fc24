"""The Slack door: from a signed slash command to its acknowledgement, durable, beside Bolt that only acknowledges."""

import asyncio
import hashlib
import hmac
import itertools
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.intake_run import SECRET, TEAM, VARIANTS
from benchmarks.measure import fsync_ms, percentile
from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table, median, ratio
from benchmarks.workspace import cpu_seconds

MANY = 32
WARM_UP = 200
SLOWER, SLOWEST_MS, LEAST = 2.5, 10.8, 0.5
"""How many times Bolt's median ours may be, besides one flush; what Bolt takes by default; what part of its throughput
we keep at least."""


@dataclass
class Figures:
    """What one variant took, a value for each round."""

    p50: list[float] = field(default_factory=list[float])
    p99: list[float] = field(default_factory=list[float])
    many: list[float] = field(default_factory=list[float])
    many_p99: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int


def compare(effort: Effort) -> Table:
    """Both variants in turns, so that what else runs on the machine slows both."""
    one_by_one, at_once = (1_000, 6_000) if effort.rounds > 1 else (100, 600)
    figures, flush, slow = {variant: Figures() for variant in VARIANTS}, list[float](), list[float]()
    with ExitStack() as stack:
        servers = {variant: stack.enter_context(_served(variant, effort.scratch)) for variant in VARIANTS}
        for server in servers.values():
            asyncio.run(_load(server.port, MANY, WARM_UP))
        for _ in range(effort.rounds):
            flush.append(fsync_ms(effort.scratch))
            slow.append(fsync_ms(effort.scratch, percent=99, writes=200))
            for variant, server in servers.items():
                _measure(figures[variant], server, one_by_one, at_once)
    return _table(figures["bare"], figures["whole"], flush, slow)


def _measure(figures: Figures, server: Server, one_by_one: int, at_once: int) -> None:
    """One round of one variant."""
    _, took = asyncio.run(_load(server.port, 1, one_by_one))
    figures.p50.append(percentile(took, 50))
    figures.p99.append(percentile(took, 99))
    before = cpu_seconds(server.pid)
    rate, took = asyncio.run(_load(server.port, MANY, at_once))
    figures.cpu.append((cpu_seconds(server.pid) - before) / at_once * 1_000)
    figures.many.append(rate)
    figures.many_p99.append(percentile(took, 99))


def _table(bare: Figures, whole: Figures, flush: list[float], slow: list[float]) -> Table:
    most = [SLOWER * theirs + disk for theirs, disk in zip(bare.p50, flush, strict=True)]
    rows = (
        ("median ms, one connection", bare.p50, whole.p50, f"≤ {median(most, digits=2)}", 2),
        ("99 of 100 within ms, one connection", bare.p99, whole.p99, f"< {SLOWEST_MS}", 2),
        (f"acknowledged a second, {MANY} connections", bare.many, whole.many, f"≥ {LEAST} ×", 0),
        (f"99 of 100 within ms, {MANY} connections", bare.many_p99, whole.many_p99, "", 2),
        ("processor ms for each of these", bare.cpu, whole.cpu, "", 3),
    )
    return Table(
        title="From a signed slash command to its acknowledgement",
        columns=("what", "Bolt, nothing kept", "Countersign, on the disk", "ratio", "target"),
        rows=tuple(
            (what, median(theirs, digits=n), median(ours, digits=n), _ratio(ours, theirs), target)
            for what, theirs, ours, target, n in rows
        ),
        notes=(
            f"One flush of the disk took {median(flush, digits=2)} ms at the median of the rounds ({min(flush):.2f} to"
            f" {max(flush):.2f}), and 99 of 100 took at most {median(slow, digits=2)}."
            f" The first target is {SLOWER} times Bolt's median and one flush.",
            "Bolt runs with process_before_response=True, which is its fastest, one listener, and a token it asks"
            f" nobody about; by default a command takes {SLOWEST_MS} ms. Both are served by aiohttp.",
            "Each figure is the median of the rounds; the variants take turns. A ratio is of these medians.",
        ),
    )


def _ratio(ours: list[float], theirs: list[float]) -> str:
    return ratio(percentile(ours, 50), percentile(theirs, 50))


@contextmanager
def _served(variant: str, scratch: Path) -> Generator[Server]:
    """A process of its own."""
    folder = scratch / variant
    folder.mkdir()
    command = [sys.executable, "-m", "benchmarks.intake_run", f"--variant={variant}", f"--data={folder}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise SystemExit(f"The server of {variant} did not start.")
        try:
            yield Server(process.pid, int(line))
        finally:
            process.terminate()


# --- load --------------------------------------------------------------------------------------------------------

_numbers = itertools.count()


def _request() -> bytes:
    """A command of its own, signed now."""
    fields = {
        "token": "old-verification-token",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": "C1",
        "channel_name": "ops",
        "user_id": "U1",
        "user_name": "alice",
        "command": "/ops",
        "text": "start support_triage T-1001",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T1/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        "trigger_id": f"{next(_numbers)}.{time.time_ns()}.803a0bc887a14d10d2c447fce8b6703c",
    }
    body, timestamp = urlencode(fields).encode(), str(int(time.time()))
    signed = hmac.new(SECRET.encode(), b"v0:%s:%s" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    headers = (
        "POST /slack/events HTTP/1.1",
        "Host: bot",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {timestamp}",
        f"X-Slack-Signature: v0={signed}",
    )
    return "\r\n".join([*headers, "", ""]).encode() + body


async def _load(port: int, connections: int, count: int) -> tuple[float, list[float]]:
    """How many were acknowledged a second, and how many milliseconds each took."""
    requests, took = iter([_request() for _ in range(count)]), list[float]()
    began = time.perf_counter()
    await asyncio.gather(*(_one_connection(port, requests, took) for _ in range(connections)))
    return count / (time.perf_counter() - began), took


async def _one_connection(port: int, requests: Iterator[bytes], took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 ") or b"content-length: 0\r\n" not in head.lower():
            raise SystemExit(f"A command was not acknowledged: {head.decode()}")
        took.append((time.perf_counter() - began) * 1_000)
    writer.close()
