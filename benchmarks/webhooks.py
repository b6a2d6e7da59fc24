"""Signed webhooks: how soon each is on the disk and answered, at 500 a second; and how a pile is worked off."""

import asyncio
import itertools
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import ANSWER, fsync_ms, percentile
from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table, median
from benchmarks.webhooks_run import HOOK
from bot.adapters.web.signature import secret_of, sign
from bot.domain.brief.hook import Signed

A_SECOND, WITHIN_MS = 500, 50
CONNECTIONS = 32
SECONDS, PILE = 10, 10_000
_numbers = itertools.count()


@dataclass
class Figures:
    """A value for each round."""

    rate: list[float] = field(default_factory=list[float])
    p50: list[float] = field(default_factory=list[float])
    p99: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int
    secret: bytes


def compare(effort: Effort) -> Table:
    """At the pace that is promised, as fast as it goes, and the pile."""
    seconds, pile = (SECONDS, PILE) if effort.rounds > 1 else (2, 1_000)
    paced, fast, flush = Figures(), Figures(), list[float]()
    for n in range(effort.rounds):
        flush.append(fsync_ms(effort.scratch, percent=99, writes=200))
        with _served(effort.scratch / f"hooks-{n}", idle=True) as server:
            asyncio.run(_load(server, 200, pace=0, figures=Figures()))
            asyncio.run(_load(server, A_SECOND * seconds, pace=A_SECOND, figures=paced))
            asyncio.run(_load(server, A_SECOND * seconds, pace=0, figures=fast))
    drained = _drain(effort.scratch / "pile", pile)
    rows = [
        (name, median(one.rate, digits=0), median(one.p50, digits=2), median(one.p99, digits=2))
        for name, one in (("at 500 a second", paced), (f"as fast as {CONNECTIONS} connections go", fast))
    ]
    return Table(
        title="Webhooks, signed, kept on the disk, answered",
        columns=("how", "accepted a second", "p50 ms", "p99 ms"),
        rows=(*rows, (f"{pile:,} that had piled up, worked off", f"{pile / drained.seconds:,.0f}", "–", "–")),
        notes=(
            f"The target is {A_SECOND} a second with 99 of 100 answered within {WITHIN_MS} ms. 99 of 100 flushes of the"
            f" disk took at most {median(flush, digits=2)} ms.",
            f"Memory while the pile was worked off, each of it a run up to its card: {drained.first:.0f} MB at"
            f" {drained.first_runs:,} runs, {drained.last:.0f} MB at {pile:,}.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Drained:
    seconds: float
    first: float
    first_runs: int
    last: float


def _drain(data: Path, pile: int) -> Drained:
    """Pile them up while nobody acts on them, then start a bot that does."""
    with _served(data, idle=True) as server:
        asyncio.run(_load(server, pile, pace=0, figures=Figures()))
    first = 0.0
    first_runs, began = 0, time.perf_counter()
    with _served(data, idle=False) as server:
        while True:
            done = _finished(data)
            if not first and done >= pile // 5:
                first, first_runs = _resident_mb(server.pid), done
            if done >= pile:
                return Drained(time.perf_counter() - began, first, first_runs, _resident_mb(server.pid))
            time.sleep(0.1)


def _finished(data: Path) -> int:
    with closing(sqlite3.connect(f"file:{data}/bot.sqlite3?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM inbox WHERE finished_at IS NOT NULL").fetchone()[0])


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@contextmanager
def _served(data: Path, *, idle: bool) -> Generator[Server]:
    data.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.webhooks_run", f"--data={data}", *(["--idle"] if idle else [])]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise SystemExit("The server did not start.")
        port, secret = line.split()
        try:
            yield Server(process.pid, int(port), secret_of(secret, Signed.STANDARD))
        finally:
            process.send_signal(signal.SIGTERM)


# --- load ------------------------------------------------------------------------------------------------------------


def _request(server: Server) -> bytes:
    """A ticket of its own, signed now."""
    number = next(_numbers)
    ticket = {"id": f"T-{number}", "customer_id": "C-1", "email": "a@b.example", "subject": "Export", "body": ANSWER}
    body = json.dumps(ticket).encode()
    signed = sign(Signed.STANDARD, body, secret=server.secret, id=f"msg_{number}", now=datetime.now(UTC))
    head = [f"POST /hooks/{HOOK} HTTP/1.1", "Host: bot", "Content-Type: application/json"]
    head += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in signed.items())]
    return "\r\n".join([*head, "", ""]).encode() + body


async def _load(server: Server, count: int, *, pace: int, figures: Figures) -> None:
    """`pace`: how many begin in a second, whatever the server does; 0 for as fast as it answers."""
    requests, took = [_request(server) for _ in range(count)], list[float]()
    todo = iter(enumerate(requests))
    began = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for number, request in todo:
            due = began + number / pace if pace else time.perf_counter()
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 202 "):
                raise SystemExit(f"A webhook was not accepted: {head.decode()}")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            took.append((time.perf_counter() - due) * 1_000)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    figures.rate.append(count / (time.perf_counter() - began))
    figures.p50.append(percentile(took, 50))
    figures.p99.append(percentile(took, 99))
