"""Killed between any two clicks, or at any point of any, a story ends as if nothing had happened: one change, once.

The bot is a process of its own, killed for real. Whoever got no answer to a click does it again, as people do.
"""

import asyncio
import dataclasses
import itertools
import json
import os
import random
import re
import socket
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.slack.draw.modal.frame import Meta
from bot.domain.run import Run
from bot.workspace.control.driver import Driver, Seen
from bot.workspace.delivery.carrying import Carrier
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.delivery.http import Http
from bot.workspace.launch import EVENTS_PATH, Launch, launched
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.adapters.slack.hear.house import TICKET
from tests.scenarios.slack.invariants import broken
from tests.scenarios.slack.lives import ROOT
from tests.scenarios.slack.oracle import FORMS
from tests.scenarios.slack.stage import Stage, prepared
from tests.scenarios.slack.world import World, look

_numbers = itertools.count(1)
MOST_LIVES = 8
Click = Callable[["Apart"], Json]
_OF_THE_STORY = re.compile(r"\([A-Z]-[0-9]+\)|Fingerprint [0-9a-f]+|\bT-[0-9]+")
_BLOCK = re.compile(r"decide:([0-9a-f]{32}):([0-9]+)")


@dataclass(repr=False)
class Apart(Stage):
    """A stage whose bot is a process of its own."""

    process: asyncio.subprocess.Process | None = None
    case: Json = field(default_factory=dict[str, Any])
    alive: bool = False
    points: list[str] = field(default_factory=list[str])
    ahead: float = 0.0
    """Seconds by which the bot's clock goes before ours: Slack's signatures follow it."""
    subject: str = ""

    async def ask(self, **command: Any) -> Json:
        """Say something to the server of lives."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        answer: Json = json.loads(await self.process.stdout.readline())
        self.alive = bool(answer["alive"])
        self.points, self.ahead = answer.get("names", self.points), answer.get("ahead", self.ahead)
        return answer

    async def live(self, kill_at: int | None = None) -> None:
        """Begin a life; where it is over at once, another."""
        await self.ask(**self.case, do="begin", kill_at=kill_at)
        for _ in range(MOST_LIVES):
            if self.alive:
                return
            await self.ask(**self.case, do="begin", kill_at=None)
        raise AssertionError("No bot stays alive.")

    async def kill(self) -> None:
        await self.ask(do="kill")

    async def quiet(self) -> None:
        """Return once nothing is under way, in whatever life."""
        seen = -1
        while True:
            await self.driver.settle()
            if not (await self.ask(do="settle"))["alive"]:
                await self.live()
                continue
            version = (await self.driver.state("messages", channel="#support"))["version"]
            if version == seen:
                return
            seen = version

    async def click(self, click: Click) -> None:
        """Do something, and again where nothing answered."""
        for _ in range(MOST_LIVES):
            payload = click(self)
            command = "command" in payload
            sent = Delivery(
                app=next(iter(self.both.running.desk.workspace.apps.values())),
                kind=DeliveryKind.COMMAND if command else DeliveryKind.INTERACTION,
                name=str(payload["command"] if command else payload["type"]),
                payload=payload,
            )
            if (await self.both.running.desk.courier.deliver(sent)).ok:
                return
            await self.quiet()
        raise AssertionError("Nobody answers.")

    def last_card(self) -> tuple[Seen, Meta]:
        """The newest card with buttons."""
        for message in reversed(look(self, disk=False).messages):
            for block in message["blocks"]:
                found = _BLOCK.fullmatch(str(block.get("block_id")))
                if found:
                    return Seen(message), Meta(found[1], "approved", int(found[2]))
        raise AssertionError("There is no card.")

    async def play(self, story: str, *, after: int | None = None, kill_at: int | None = None) -> Json:
        """A story from its beginning to its end, killed after so many clicks, or at a point; what it came to."""
        self.subject = f"Number {next(_numbers)} of {story}"
        before = look(self, disk=False)
        await self.live(kill_at)
        for number, click in enumerate(STORIES[story], 1):
            await self.click(click)
            if number == after:
                await self.kill()
            await self.quiet()
        return end_of(before, look(self, disk=False))


# --- the stories ---------------------------------------------------------------------------------------------------


def ask_for_it(stage: Apart) -> Json:
    fields = " ".join(f'{name}="{value}"' for name, value in {**TICKET, "subject": stage.subject}.items())
    return stage.command_of(stage.user("mia"), f"start suggest_tag {fields}")


def press(who: str, verb: str) -> Click:
    def click(stage: Apart) -> Json:
        seen, meta = stage.last_card()
        return stage.press_of(stage.user(who), seen, verb, f"decide:{meta.card}:{meta.version}")

    return click


def submit(who: str, verb: str) -> Click:
    def click(stage: Apart) -> Json:
        return stage.form_of(stage.user(who), verb, stage.last_card()[1], FORMS[verb])

    return click


STORIES: dict[str, tuple[Click, ...]] = {
    "golden": (ask_for_it, press("leo", "approve")),
    "edit": (ask_for_it, press("tom", "edit"), submit("tom", "edit"), press("leo", "approve")),
}
AT_MOST_ONCE = ("Started ", "The same was asked for before", "That took too long")
"""What is answered to somebody alone may be lost, or come again; nothing rests on it."""
CHANGES = {"golden": [("helpdesk.AddTag", "billing")], "edit": [("helpdesk.AddTag", "another")]}


def end_of(before: World, after: World) -> Json:
    """What a story came to, without anything that differs from one to the next."""
    old = {run.id for run in before.runs}
    new = [run for run in after.runs if run.id not in old]
    here = [one for one in after.messages if any(run.gates["approved"].id in str(one) for run in new)]
    seen = {(one["channel"], one["ts"]) for one in before.messages}
    new_ones = [one for one in after.messages if (one["channel"], one["ts"]) not in seen and one not in here]
    # What follows a run is brought up to date a little later; numbers that the system gives differ by story.
    told = [_OF_THE_STORY.sub("…", one["text"]) for one in new_ones if '"plan"' not in json.dumps(one)]
    return {
        "runs": [_stands(run) for run in new],
        "changes": [call.kind for call in after.effects[len(before.effects) :]],
        "cards": [len(here), *(sorted(e.action_id for e in Seen(one).elements) for one in here)],
        "told": sorted(text for text in told if not text.startswith(AT_MOST_ONCE)),
    }


def _stands(run: Run) -> Json:
    gate = run.gates["approved"]
    return {
        "run": run.state.value,
        "gate": (gate.status.value, gate.version, len(gate.approvals), len(gate.editors)),
        "done": [(action.proposal.kind, action.proposal.data["tag"], action.status.value) for action in run.actions],
    }


@asynccontextmanager
async def apart(folder: Path) -> AsyncGenerator[Apart]:
    """A workspace here, and a server of bots beside."""
    settings = prepared(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.scenarios.slack.lives"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        limit=2**20,
    )
    async with launched(Launch(port=0, data=None, ids_seed=3)) as both:
        app = next(iter(both.running.desk.workspace.apps.values()))
        app.reached, app.url = Reached.HTTP, f"http://127.0.0.1:{port}{EVENTS_PATH}"
        at = dataclasses.asdict(dataclasses.replace(both.connection, listening=None))
        where = {"data": str(settings.data), "flows": str(settings.workflows), "file": str(settings.source)}
        carrier = both.running.desk.courier
        assert isinstance(carrier, Carrier)
        assert isinstance(carrier.http, Http)
        async with Driver(both.running.address, both.running.tokens.control, within=10.0) as driver:
            stage = Apart(
                both, driver, settings, "http", process=process, case={**where, "connection": at, "port": port}
            )
            carrier.http.signed_at = lambda: time.time() + stage.ahead
            try:
                await stage.live()
                yield stage
            finally:
                assert process.stdin is not None
                process.stdin.close()
                await process.wait()
        assert both.running.bugs == []
    stage.verify()


async def undisturbed(stage: Apart, story: str) -> Json:
    end = await stage.play(story)
    assert [tuple(done[:2]) for run in end["runs"] for done in run["done"]] == CHANGES[story]
    assert end["changes"] == ["helpdesk.AddTag"]
    return end


async def the_same(stage: Apart, story: str, wanted: Json, **killed: int) -> None:
    assert (await stage.play(story, **killed), killed) == (wanted, killed)
    assert broken(look(stage)) == []


@pytest.mark.parametrize("story", ["golden", pytest.param("edit", marks=pytest.mark.certify)])
async def test_killed_after_any_click_a_story_ends_the_same(tmp_path: Path, story: str) -> None:
    async with apart(tmp_path) as stage:
        wanted = await undisturbed(stage, story)
        for after in range(1, len(STORIES[story]) + 1):
            await the_same(stage, story, wanted, after=after)


async def test_killed_at_a_sampled_point_a_story_ends_the_same(tmp_path: Path) -> None:
    async with apart(tmp_path) as stage:
        wanted = await undisturbed(stage, "edit")
        for kill_at in random.Random(4).sample(range(1, len(stage.points) + 1), 4):
            await the_same(stage, "edit", wanted, kill_at=kill_at)


@pytest.mark.certify
@pytest.mark.parametrize("story", STORIES)
async def test_killed_at_any_point_a_story_ends_the_same(tmp_path: Path, story: str) -> None:
    async with apart(tmp_path) as stage:
        wanted = await undisturbed(stage, story)
        points = len(stage.points)
        assert points > 30
        for kill_at in range(1, points + 1):
            await the_same(stage, story, wanted, kill_at=kill_at)
