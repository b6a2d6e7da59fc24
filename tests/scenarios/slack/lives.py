"""A fork server for bots in Slack: everything is imported once, each life is a fork, and may be killed at a point.

Reads commands as JSON lines and answers each with one: begin, settle, kill. Points stand before, inside and after each
commit, and before and after each call of the Web API.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest
import sqlalchemy.ext.asyncio  # noqa: F401  the store leaves it for its first reader, who would be in each life

from bot.adapters.slack.post.caller import Caller
from bot.adapters.store.store import SqliteStore
from bot.commands.work.run import people_there
from bot.settings import read_settings
from bot.wiring.slack import InSlack, Workspace, in_slack
from bot.workspace.launch import Connection
from bot.workspace.web import bound
from tests.adapters.slack.hear.house import Hurried
from tests.scenarios.crash.life import HandClock, Points

SOON = timedelta(minutes=1)


def mark(points: Points) -> None:
    """Set the points into what every bot of this process does."""
    run, send = SqliteStore.run, Caller._send

    async def marked_run(store: SqliteStore, work: Callable[[Any], Any], *, patient: bool = False) -> Any:
        def marked(tx: Any) -> Any:
            result = work(tx)
            points("commit: inside")
            return result

        points("commit: before")
        result = await run(store, marked, patient=patient)
        points("commit: after")
        return result

    async def marked_send(caller: Caller, method: str, given: Any) -> Any:
        points(f"{method}: before")
        answer = await send(caller, method, given)
        points(f"{method}: after")
        return answer

    patched = pytest.MonkeyPatch()
    patched.setattr(SqliteStore, "run", marked_run)
    patched.setattr(Caller, "_send", marked_send)


class Told:
    """What a bot is told by the server, and what it answers."""

    def __init__(self, heard: IO[str], said: IO[str]) -> None:
        self._heard, self._said = heard, said

    def say(self, **words: Any) -> None:
        self._said.write(json.dumps(words) + "\n")
        self._said.flush()

    async def hear(self) -> str:
        return await asyncio.to_thread(self._heard.readline)


async def live(case: dict[str, Any], told: Told) -> None:
    """Be there until the server goes."""
    points = Points(case["kill_at"])
    mark(points)
    at = Connection(**case["connection"])
    settings = read_settings({"COUNTERSIGN_FILE": case["file"]}, data=case["data"], workflows=case["flows"], account="")
    workspace = Workspace(
        api=at.api,
        bot_token=at.bot_token,
        signing_secrets=(at.signing_secret,),
        listening=bound("127.0.0.1", case["port"], what="The bot"),
    )
    people = tuple(people_there(settings.people(), at))
    clock = HandClock(settings.data / "clock")
    async with in_slack(settings, workspace, listed=people, clock=clock, passing=Hurried()) as bot:
        told.say(alive=True, ahead=ahead(clock))
        while await told.hear():
            await _settle(bot, clock)
            told.say(alive=True, ahead=ahead(clock), names=points.passed)


def ahead(clock: HandClock) -> float:
    """Seconds by which a bot's clock goes before that on the wall."""
    return (clock.now() - datetime.now(UTC)).total_seconds()


async def _settle(bot: InSlack, clock: HandClock) -> None:
    """Do what there is to do, now and in the next minute: a call that may have left is looked up a little later."""
    while True:
        await bot.worker.settle()
        await bot.runtime.settle()
        due = await bot.bot.store.run(lambda tx: tx.outbox.next_due(after=clock.now()))
        if due is None or due - clock.now() > SOON:
            return
        clock.jump_to(due)


class Life:
    """A fork, as its parent has it."""

    def __init__(self, case: dict[str, Any]) -> None:
        heard, to = os.pipe()
        of, said = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(to)
            os.close(of)
            with os.fdopen(heard) as ear, os.fdopen(said, "w") as mouth:
                _be(case, Told(ear, mouth))
        os.close(heard)
        os.close(said)
        self._to, self._of = os.fdopen(to, "w"), os.fdopen(of)

    def answer(self) -> str:
        """Its next line; what it means where it has died."""
        line = self._of.readline()
        if line:
            return line
        self.end()
        return json.dumps({"alive": False}) + "\n"

    def ask(self) -> str:
        try:
            self._to.write("settle\n")
            self._to.flush()
        except (BrokenPipeError, ValueError):
            return json.dumps({"alive": False}) + "\n"
        return self.answer()

    def end(self) -> None:
        """Kill it, whatever it is doing."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = 0
            self._of.close()


def _be(case: dict[str, Any], told: Told) -> None:
    try:
        asyncio.run(live(case, told))
    finally:
        sys.stderr.flush()
        os._exit(0)


def serve() -> None:
    life: Life | None = None
    for line in sys.stdin:
        case = json.loads(line)
        match case["do"], life:
            case "settle", Life():
                answer = life.ask()
            case "begin", _:
                if life is not None:
                    life.end()
                life = Life(case)
                answer = life.answer()
            case _:
                if life is not None:
                    life.end()
                answer = json.dumps({"alive": False}) + "\n"
        sys.stdout.write(answer)
        sys.stdout.flush()
    if life is not None:
        life.end()


ROOT = Path(__file__).resolve().parents[3]

if __name__ == "__main__":
    serve()
