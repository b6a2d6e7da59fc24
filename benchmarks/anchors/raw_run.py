"""The floor: the rows of a four-step run written by hand with `sqlite3`, WAL, each commit durable.

The variant says how many commits a run takes, `4 commits` or more. Each writes its step and its audit row.
"""

import json
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from hashlib import sha256

from benchmarks.measure import ANSWER, QUESTION, Job, Play, main

TABLES = """
CREATE TABLE run (id TEXT PRIMARY KEY, workflow TEXT, state TEXT, at REAL);
CREATE TABLE step (run TEXT, number INTEGER, name TEXT, output TEXT, PRIMARY KEY (run, number));
CREATE TABLE approval (run TEXT PRIMARY KEY, card TEXT, status TEXT, decided_by TEXT);
CREATE TABLE audit (number INTEGER PRIMARY KEY, run TEXT, at REAL, kind TEXT, actor TEXT, body TEXT, link BLOB);
"""
DECIDE = "UPDATE approval SET status = 'approved', decided_by = 'reviewer' WHERE run = ? AND status = 'pending'"


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    steps = ("triggered", "waiting", "decided", *["acting"] * (int(job.variant.split()[0]) - 4), "done")
    with closing(sqlite3.connect(job.data / "raw.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(TABLES)

        async def play(number: int) -> None:
            link = b""
            for position, step in enumerate(steps):
                connection.execute("BEGIN IMMEDIATE")
                link = write(connection, f"run-{number}", position=position, step=step, link=link)
                connection.execute("COMMIT")

        yield play


def write(connection: sqlite3.Connection, run: str, *, position: int, step: str, link: bytes) -> bytes:
    """One transition's rows; the link that the run's next audit row continues."""
    put, now = connection.execute, time.time()
    output = json.dumps({"triggered": QUESTION, "waiting": ANSWER}.get(step, ""))
    if step == "triggered":
        put("INSERT INTO run VALUES (?, 'triage', ?, ?)", (run, step, now))
    else:
        put("UPDATE run SET state = ?, at = ? WHERE id = ?", (step, now, run))
    if step == "waiting":
        put("INSERT INTO approval VALUES (?, ?, 'pending', NULL)", (run, output))
    if step == "decided":
        put(DECIDE, (run,))
    put("INSERT INTO step VALUES (?, ?, ?, ?)", (run, position, step, output))
    body = json.dumps({"run": run, "step": step, "at": now, "output": output})
    link = sha256(link + body.encode()).digest()
    put("INSERT INTO audit VALUES (NULL, ?, ?, ?, 'reviewer', ?, ?)", (run, now, step, body, link))
    return link


if __name__ == "__main__":
    main("raw sqlite3", opened)
