"""LangGraph with its own async SQLite saver: trigger, model, approval by interrupt and resume, act.

The variant is LangGraph's durability: `sync` or `async`. It keeps no audit, so it does less work than we do.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import StateGraph
from langgraph.types import Command, interrupt

from benchmarks.measure import ANSWER, QUESTION, Job, Play, main


class Case(TypedDict, total=False):
    question: str
    answer: str
    decision: str
    receipt: str


async def ask(_case: Case) -> Case:
    return {"answer": ANSWER}


async def approve(case: Case) -> Case:
    return {"decision": interrupt({"answer": case["answer"]})}


async def act(case: Case) -> Case:
    return {"receipt": case["decision"]}


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    async with AsyncSqliteSaver.from_conn_string(str(job.data / "langgraph.db")) as saver:
        await saver.setup()
        await saver.conn.execute("PRAGMA synchronous=FULL")
        steps = StateGraph(Case).add_sequence([ask, approve, act]).set_entry_point("ask")
        graph = steps.set_finish_point("act").compile(checkpointer=saver)

        async def play(number: int) -> None:
            thread = {"configurable": {"thread_id": f"run-{number}"}}
            await graph.ainvoke({"question": QUESTION}, thread, durability=job.variant)
            done = await graph.ainvoke(Command(resume="approve"), thread, durability=job.variant)
            if done["receipt"] != "approve":
                raise RuntimeError(f"Run {number} did not act: {done}")

        yield play


if __name__ == "__main__":
    main("langgraph", opened)
