"""DBOS on SQLite: trigger, model step, approval by message, act step, done.

Set up in its favour, each choice measured: WAL files, notifications polled every 10 ms (its default is 1 s), two
connections to a file that has one writer anyway (with its default of 20 fewer runs a second and seconds of tail), plain
functions in threads (faster than its coroutines), the decision sent without waiting until the workflow asks for it,
the in-process handle awaited. Variant `audit` writes an audit row in the model and the act transaction and one for the
decision, into a file of its own as DBOS has it; variant `plain` writes none.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path

from dbos import DBOS, SetWorkflowID, SQLAlchemyDatasource
from sqlalchemy import text

from benchmarks.measure import ANSWER, QUESTION, Job, Play, main

AUDIT = "CREATE TABLE audit (number INTEGER PRIMARY KEY, run TEXT, kind TEXT, body TEXT)"
INSERT = text("INSERT INTO audit (run, kind, body) VALUES (:run, :kind, :body)")


@DBOS.step()
def ask(_question: str) -> str:
    return ANSWER


@DBOS.step()
def act(decision: str) -> str:
    return decision


@DBOS.workflow()
def plain(question: str) -> str:
    ask(question)
    return act(DBOS.recv("decision", timeout_seconds=600))


def audited(source: SQLAlchemyDatasource) -> tuple[Callable[[str], str], Callable[[str, str, str], str]]:
    """The same workflow with each step a transaction that has its audit row, and what writes such a row."""

    def insert(run: str, kind: str, result: str) -> str:
        source.sql_session().execute(INSERT, {"run": run, "kind": kind, "body": result})
        return result

    def record(run: str, kind: str, result: str) -> str:
        return source.run_tx_step({"name": kind}, insert, run, kind, result)

    @DBOS.workflow()
    def workflow(_question: str) -> str:
        record(DBOS.workflow_id, "ask", ANSWER)
        return record(DBOS.workflow_id, "act", DBOS.recv("decision", timeout_seconds=600))

    return workflow, record


def create(file: Path, *tables: str) -> str:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for table in tables:
            connection.execute(table)
    return f"sqlite:///{file}"


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    workflow, record = plain, None
    if job.variant == "audit":
        pool = {"pool_size": 2, "max_overflow": 0}
        workflow, record = audited(SQLAlchemyDatasource.create(create(job.data / "audit.db", AUDIT), pool))
    system = {"system_database_url": create(job.data / "dbos.db"), "sys_db_pool_size": 2}
    quick = {"notification_listener_polling_interval_sec": 0.01, "log_level": "ERROR"}
    DBOS(config={"name": "anchor", "application_version": "1", **system, **quick})
    DBOS.launch()

    def play_through(number: int) -> None:
        run = f"run-{number}"
        with SetWorkflowID(run):
            handle = DBOS.start_workflow(workflow, QUESTION)
        if record:
            record(run, "decide", "approve")
        DBOS.send(run, "approve", "decision")
        if (acted := handle.get_result()) != "approve":
            raise RuntimeError(f"Run {number} did not act: {acted}")

    with ThreadPoolExecutor(job.at_once) as threads:

        async def play(number: int) -> None:
            await asyncio.get_running_loop().run_in_executor(threads, play_through, number)

        yield play
    DBOS.destroy()


if __name__ == "__main__":
    main("dbos", opened)
