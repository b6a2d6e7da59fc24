"""A process that decides: it reads its moves, says it is ready, waits for the word, and says what came of each.

One line of JSON in, one out: `["DATA", [["RUN", "approve", "mia"], …]]` and `["", "This is approved, by …", …]`.
"""

import asyncio
import json
import sys
from pathlib import Path

from bot.application.conclude import keep
from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.errors import BotError
from bot.domain.event import Verdict, Woken
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Door
from bot.domain.run import RunId
from bot.ports.store import Transaction
from tests.scenarios.race.house import PEOPLE, Share, opened

FIRST = 1
"""The version of the card that everybody saw."""


async def take(share: Share, run: RunId, what: str, who: str) -> None:
    """One move, as its person would make it."""
    by, door = PEOPLE[who], Door.TERMINAL
    match what:
        case "approve":
            await decide(share.parts, Wish(run, Verdict.APPROVE, by, door, version=FIRST))
        case "reject":
            await decide(share.parts, Wish(run, Verdict.REJECT, by, door, version=FIRST, reason="other"))
        case "edit":
            await decide(share.parts, Wish(run, Verdict.EDIT, by, door, version=FIRST, values={"tag": "edited"}))
        case "reassign":
            await decide(share.parts, Wish(run, Verdict.REASSIGN, by, door, version=FIRST, to=PEOPLE["ines"]))
        case "cancel":
            await steer(share.parts, Order(run, Move.CANCEL, by, door))
        case "expire":
            await share.store.run(lambda tx: expire(share, tx, run))
        case "pause" | "resume":
            await switch(share.parts, Flip(EVERYTHING, what == "pause", by, door))
        case _:
            raise ValueError(what)


def expire(share: Share, tx: Transaction, run_id: RunId) -> None:
    """The timer of the gate goes off, as if its day had passed."""
    run = tx.runs.load(run_id)
    (gate,) = run.gates.values()
    if gate.expires_at is not None:
        keep(tx, run, advance(run, Woken(gate.expires_at, ENGINE, gate.step), share.parts.library.pinned(run)))


async def race() -> None:
    data, moves = json.loads(sys.stdin.readline())
    async with opened(Path(data)) as share:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        said: list[str] = []
        for run, what, who in moves:
            try:
                await take(share, RunId(run), what, who)
                said.append("")
            except BotError as refused:
                said.append(f"{type(refused).__name__}: {refused.message}")
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    asyncio.run(race())
