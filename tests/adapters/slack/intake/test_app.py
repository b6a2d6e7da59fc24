"""The Bolt app behind the door changes nothing of what the intake says, and asks nobody anything."""

from typing import Any

import pytest

from bot.adapters.slack.intake.app import through_bolt
from bot.adapters.slack.intake.intake import DONE, LATER, STRANGE, STRANGER, Allowed, Checked, Reply
from bot.domain.errors import StoreBusy
from bot.ports.store import Delivery
from tests.adapters.slack.intake.made import Door, actions
from tests.adapters.slack.intake.payloads import NOT_KEPT, RECORDED, slash

KEPT = [name for name in RECORDED if name not in NOT_KEPT]


@pytest.fixture
def door() -> Door:
    return Door()


async def take(door: Door, payload: dict[str, Any]) -> Reply:
    """Through an app whose token would be refused by whomever it asked."""
    through = through_bolt(door.intake().take, token="xoxb-nobody", team="T1", user="U0BOT", bot="B0")
    return await through(payload)


@pytest.mark.parametrize("name", KEPT)
async def test_what_is_kept_without_bolt_is_kept_with_it(door: Door, name: str) -> None:
    assert await take(door, RECORDED[name]) == Reply(DONE)
    assert [one.id for one in door.kept] == [one.id for one in door.woken] != []


async def test_a_command_whose_text_speaks_of_a_payload_is_heard(door: Door) -> None:
    await take(door, slash("run payload={}"))
    assert door.kept[0].body["text"] == "run payload={}"


async def test_the_handshake_is_answered(door: Door) -> None:
    reply = await take(door, {"type": "url_verification", "token": "x", "challenge": "abc"})
    assert (reply.status, reply.body) == (DONE, {"challenge": "abc"})


async def test_what_a_form_is_answered_comes_back_whole(door: Door) -> None:
    errors = {"response_action": "errors", "errors": {"field:body": "Fill this in – all of it."}}

    door.checked = Checked(errors, keep=False)
    assert await take(door, RECORDED["submitted form"]) == Reply(DONE, errors)
    assert door.kept == []


async def test_a_stranger_is_sent_away(door: Door) -> None:
    door.allowed = Allowed(frozenset({"T2"}))
    assert (await take(door, slash())).status == STRANGER


async def test_what_cannot_be_kept_now_is_put_off(door: Door) -> None:
    async def keep(_: Delivery) -> bool:
        raise StoreBusy

    door.keep = keep
    assert (await take(door, slash())).status == LATER


@pytest.mark.parametrize("part", ["team", "user", "enterprise", "event", "view", "channel", "authorizations"])
@pytest.mark.parametrize("value", [None, True, 7, "text", [], ["text"], [[]], {}, {"id": []}, {"id": {"id": 1}}])
@pytest.mark.parametrize("name", ["click", "submitted form", "mention"])
async def test_no_shape_makes_bolt_stumble(
    door: Door, name: str, part: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    reply = await take(door, {**RECORDED[name], part: value})
    assert reply.status in (DONE, STRANGE, STRANGER)
    assert len(actions(caplog)) == (reply.status != DONE)
    assert not any(record.exc_info for record in caplog.records)
