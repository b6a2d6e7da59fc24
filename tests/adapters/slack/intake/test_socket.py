"""Over a socket the same is refused as over HTTP; what is refused is acknowledged, and what was not kept is not."""

import asyncio
import json
import logging
from typing import Any

import pytest
from aiohttp import ClientConnectionResetError

from bot.adapters.slack.intake.intake import Checked
from bot.adapters.slack.intake.socket import Client, Hear, _Ear, _log
from bot.domain.errors import StoreBusy
from bot.ports.store import Delivery
from tests.adapters.slack.intake.made import Door, actions
from tests.adapters.slack.intake.payloads import RECORDED, recorded

REFUSED = "slack.refused"


class Sent:
    """Slack's client, as far as it answers."""

    def __init__(self, error: Exception | None = None) -> None:
        self.frames: list[Any] = []
        self.error = error
        self.message_listeners: list[Hear] = []

    async def connect(self) -> None: ...
    async def close(self) -> None: ...

    async def send_message(self, message: str) -> None:
        if self.error is not None:
            raise self.error
        self.frames.append(json.loads(message))


async def hear(door: Door, raw: str, sent: Sent | None = None) -> list[Any]:
    """What is said to a frame."""
    client: Client = (sent := sent or Sent())
    await _Ear(door.intake().take).hear(client, json.loads(raw), raw)
    return sent.frames


def frame(payload: object, **more: object) -> str:
    return json.dumps({"envelope_id": "e1", "type": "interactive", "payload": payload, **more})


@pytest.mark.parametrize("name", RECORDED)
async def test_what_slack_sends_is_kept_and_acknowledged(name: str) -> None:
    over_http, door = Door(), Door()
    await over_http.intake().take(RECORDED[name])
    (said,) = await hear(door, frame(RECORDED[name]))
    assert said["envelope_id"] == "e1"
    assert [one.id for one in door.kept] == [one.id for one in over_http.kept]
    assert [one.body for one in door.kept] == [one.body for one in over_http.kept]


async def test_an_answer_goes_with_the_acknowledgement() -> None:
    door = Door(checked=Checked({"response_action": "clear"}))
    assert await hear(door, frame(RECORDED["submitted form"])) == [
        {"envelope_id": "e1", "payload": {"response_action": "clear"}}
    ]
    assert await hear(door, frame(RECORDED["click"])) == [{"envelope_id": "e1"}]


ODD: dict[str, tuple[str, str]] = {
    "no payload": (json.dumps({"envelope_id": "e1"}), "no object"),
    "a payload that is a text": (frame("a canary"), "no object"),
    "a payload that is a list": (frame(["a canary"]), "no object"),
    "an empty payload": (frame({}), "type"),
    "an unknown type": (frame({"type": "a canary"}), "type"),
    "a person that is none": (frame(recorded("click", user="a canary")), "user is no object"),
    "a key twice": ('{"envelope_id": "e1", "payload": {"type": "shortcut", "type": "canary"}}', "json"),
    "no number": ('{"envelope_id": "e1", "payload": {"type": "shortcut", "a": NaN}}', "json"),
    "half a surrogate pair": (r'{"envelope_id": "e1", "payload": {"type": "shortcut", "a": "\ud800"}}', "json"),
    "too deep": (frame(RECORDED["click"])[:-1] + ', "a": ' + "[" * 200 + "]" * 200 + "}", "json"),
    "too large": (frame({"type": "x" * 1024 * 1024}), "json"),
}


@pytest.mark.parametrize(("raw", "why"), ODD.values(), ids=[*ODD])
async def test_what_is_odd_is_refused_and_acknowledged(raw: str, why: str, caplog: pytest.LogCaptureFixture) -> None:
    door = Door()
    assert await hear(door, raw) == [{"envelope_id": "e1"}], "or it would come again"
    assert actions(caplog) == [(REFUSED, why)]
    assert "canary" not in caplog.text
    assert door.kept == []


@pytest.mark.parametrize("id", [None, "", 7, ["e1"], {}])
async def test_what_has_no_envelope_is_none(id: object, caplog: pytest.LogCaptureFixture) -> None:
    door = Door()
    assert await hear(door, json.dumps({"type": "hello", "envelope_id": id, "payload": RECORDED["click"]})) == []
    assert await hear(door, '{"type": "hello", "num_connections": 1}') == []
    assert (door.kept, actions(caplog)) == ([], [])


async def test_what_could_not_be_kept_is_not_acknowledged() -> None:
    async def keep(delivery: Delivery) -> bool:
        raise StoreBusy("busy")

    assert await hear(Door(keep=keep), frame(RECORDED["click"])) == []


@pytest.mark.parametrize("error", [ConnectionResetError(), ClientConnectionResetError("gone"), OSError("gone")])
async def test_an_acknowledgement_that_cannot_be_sent_is_one_line(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    door = Door()
    await hear(door, frame(RECORDED["click"]), Sent(error))
    assert len(door.kept) == 1
    assert actions(caplog) == [("slack.not_acknowledged", "")]


async def test_what_comes_while_the_door_is_shut_is_left_for_whoever_listens_then() -> None:
    door, sent = Door(), Sent()
    ear = _Ear(door.intake().take)
    await ear.stop()
    raw = frame(RECORDED["click"])
    await ear.hear(sent, json.loads(raw), raw)
    assert (door.kept, sent.frames) == ([], [])


async def test_the_door_waits_for_what_is_under_way() -> None:
    held, go = asyncio.Event(), asyncio.Event()

    async def keep(delivery: Delivery) -> bool:
        held.set()
        await go.wait()
        return True

    sent, raw = Sent(), frame(RECORDED["click"])
    ear = _Ear(Door(keep=keep).intake().take)
    hearing = asyncio.create_task(ear.hear(sent, json.loads(raw), raw))
    await held.wait()
    stopping = asyncio.create_task(ear.stop())
    assert not stopping.done()
    go.set()
    await asyncio.gather(stopping, hearing)
    assert sent.frames == [{"envelope_id": "e1"}]


def test_the_client_never_writes_down_what_it_receives(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = _log()
    log.debug("Received message (data: a canary)")
    log.info("A new session has been established")
    log.warning("The session seems to be already closed")
    assert [record.getMessage() for record in caplog.records] == ["The session seems to be already closed"]
