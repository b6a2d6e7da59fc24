"""Whatever of what Slack sends is changed: a whole bot answers, and no run changes that nobody might have changed.

The recorded payloads are sent as presses and forms on the card of a run that waits, signed, over HTTP: by somebody who
may do nothing to it, and by somebody who may.
"""

import json
from collections.abc import AsyncGenerator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.draw.modal.frame import written_meta
from tests.adapters.slack.intake.made import body_of, headers_of
from tests.adapters.slack.intake.payloads import RECORDED
from tests.adapters.slack.intake.test_anything import ANY_JSON, GONE, INSTEAD, paths, put
from tests.scenarios.slack.invariants import broken
from tests.scenarios.slack.oracle import FORMS
from tests.scenarios.slack.play import Scene, stands
from tests.scenarios.slack.stage import Stage, staged
from tests.scenarios.slack.world import look

Payload = dict[str, Any]


@dataclass
class Post:
    """Sends anything to the door of a bot, signed as Slack signs it."""

    stage: Stage
    session: aiohttp.ClientSession
    scene: Scene | None = None
    sent: int = field(default=0)

    async def waiting(self) -> Scene:
        """A run that waits; another one where somebody has decided the last."""
        if self.scene is not None:
            run = await self.stage.run(self.scene.run.id)
            if stands(run) == stands(self.scene.run):
                return self.scene
        run = await self.stage.run_of("suggest_tag", "mia")
        self.scene = Scene(self.stage, "live", run, await self.stage.card_of(run), 1)
        return self.scene

    async def send(self, payload: Payload) -> int:
        """The status that comes back, once all is quiet again."""
        app = next(iter(self.stage.both.running.desk.workspace.apps.values()))
        body, kind = body_of(payload)
        headers = headers_of(body, kind, secret=app.signing_secret)
        async with self.session.post(app.url, data=body, headers=headers) as response:
            status = response.status
        await self.stage.bot.worker.settle()
        await self.stage.bot.runtime.settle()
        self.sent += 1
        return status


@pytest_asyncio.fixture
async def post(tmp_path: Path) -> AsyncGenerator[Post]:
    async with staged(tmp_path) as stage, aiohttp.ClientSession() as session:
        post = Post(stage, session)
        yield post
        await stage.settle()
        stage.heard.lines[:] = [one for one in stage.heard.lines if getattr(one, "action", "") != "slack.refused"]
        assert [one.getMessage() for one in stage.heard.lines if one.exc_info] == []
        assert broken(look(stage)) == []
        stage.verify()


def here(payload: Payload, scene: Scene, user: str, verb: str, n: int) -> Payload:
    """A recorded payload as if it came from this workspace, and were about this card."""
    stage = scene.stage
    names = {
        "T1": stage.both.connection.team,
        "U1": stage.user(user),
        "C1": scene.place.channel,
        "1700000000.000100": scene.place.ts,
        "decide:v1": scene.block,
        "run-1": written_meta(scene.meta()),
        "approve": verb,
        "edit": verb if verb in FORMS else "edit",
    }
    text = json.dumps(payload)
    for old, new in names.items():
        text = text.replace(f'"{old}"', json.dumps(new))
    told: Payload = json.loads(text)
    if isinstance(told.get("trigger_id"), str):
        told["trigger_id"] = f"{told['trigger_id']}.{n}"
    if isinstance(told.get("view"), dict):
        told["view"]["hash"] = f"1.{n}"
        entered = {f"field:{name}": {"value": value} for name, value in FORMS.get(verb, FORMS["edit"]).items()}
        told["view"]["state"] = {"values": entered}
    return told


@st.composite
def changed(draw: st.DrawFn) -> tuple[Payload, str, str, list[tuple[Any, Any]]]:
    """A recorded payload, by whom, with which verb; and what is to be changed in it."""
    name = draw(st.sampled_from([*RECORDED]))
    payload = deepcopy(RECORDED[name])
    if draw(st.integers(0, 4)) == 0:
        payload |= deepcopy(RECORDED[draw(st.sampled_from([*RECORDED]))])
    ways = draw(st.lists(st.sampled_from([*paths(payload)]), min_size=0, max_size=3))
    changes = [(way, draw(st.just(GONE) | st.sampled_from(INSTEAD) | ANY_JSON)) for way in ways]
    verb = draw(st.sampled_from(["approve", "reassign", *FORMS]))
    return payload, draw(st.sampled_from(["kenji", "gus", "leo"])), verb, changes


SAYS = frozenset({"comment", "more"})


async def judge(post: Post, example: tuple[Payload, str, str, list[tuple[Any, Any]]]) -> None:
    payload, user, verb, changes = example
    scene = await post.waiting()
    before, effects = stands(await post.stage.run(scene.run.id)), len(post.stage.sent())
    told = here(payload, scene, user, verb, post.sent)
    for way, value in changes:
        put(told, way, value)
    try:
        body_of(told)
    except (UnicodeError, ValueError):
        return  # nobody can send that
    assert await post.send(told) < 500
    after = stands(await post.stage.run(scene.run.id))
    if user == "gus" or (user == "kenji" and verb not in SAYS):
        assert (after, len(post.stage.sent())) == (before, effects)
    assert broken_but_for_the_door(post) == []


def broken_but_for_the_door(post: Post) -> list[str]:
    """Who is sent away here was not sent by the workspace, whose log the door is compared with."""
    return [one for one in broken(look(post.stage, disk=False)) if not one.startswith("i10")]


@given(example=changed())
@settings(max_examples=15)
async def test_whatever_is_changed_nothing_is_done_that_nobody_might_do(
    post: Post, example: tuple[Payload, str, str, list[tuple[Any, Any]]]
) -> None:
    await judge(post, example)


@pytest.mark.certify
@given(example=changed())
async def test_the_same_for_long(post: Post, example: tuple[Payload, str, str, list[tuple[Any, Any]]]) -> None:
    await judge(post, example)


@pytest.mark.certify
@pytest.mark.parametrize("name", RECORDED)
async def test_every_field_of_every_payload_changed_in_every_way(post: Post, name: str) -> None:
    for verb in ("approve", "edit"):
        for way in paths(RECORDED[name]):
            for value in INSTEAD:
                await judge(post, (RECORDED[name], "kenji", verb, [(way, value)]))


async def test_unchanged_they_reach_the_card(post: Post) -> None:
    """Or else all of this would prove nothing."""
    scene = await post.waiting()
    assert await post.send(here(RECORDED["click"], scene, "kenji", "approve", 1)) == 200
    refused = await post.stage.entries(scene.run.id, "auth.refused")
    assert [one.notes["reason"] for one in refused] == ["not-a-reviewer"]
    await post.send(here(RECORDED["submitted form"], scene, "kenji", "edit", 2))
    assert len(await post.stage.entries(scene.run.id, "auth.refused")) == 2
    await post.send(here(RECORDED["click"], scene, "leo", "approve", 3))
    assert post.stage.sent() == ["helpdesk.AddTag"]
