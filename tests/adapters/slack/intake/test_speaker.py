"""What a program says is heard by nobody: not our own messages, not those of others."""

from typing import Any

import pytest

from bot.adapters.slack.intake.envelope import Strange
from bot.adapters.slack.intake.speaker import is_a_program
from tests.adapters.slack.intake.payloads import RECORDED, event

PEOPLE = ["mention", "message", "changed message", "opened home", "reaction", "new member"]


@pytest.mark.parametrize("name", PEOPLE)
def test_what_people_do_is_heard(name: str) -> None:
    assert not is_a_program(RECORDED[name])


@pytest.mark.parametrize(
    "inner",
    [
        {"type": "message", "user": "U0BOT", "text": "a card", "bot_id": "B1"},
        {"type": "message", "user": "U9", "text": "another bot's", "bot_id": "B9"},
        {"type": "message", "subtype": "bot_message", "text": "an old integration's"},
        {"type": "app_mention", "user": "U9", "bot_id": "B9", "text": "<@U0BOT> hello"},
        {"type": "message", "subtype": "message_changed", "message": {"user": "U0BOT", "bot_id": "B1"}},
        {"type": "message", "user": "U0BOT", "text": "no bot id, and yet ours"},
        {"type": "reaction_added", "user": "U0BOT", "reaction": "eyes"},
    ],
)
def test_what_programs_do_is_not(inner: dict[str, Any]) -> None:
    assert is_a_program(event(**inner))


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel"])
def test_that_we_were_brought_into_a_channel_is_heard(kind: str) -> None:
    assert not is_a_program(event(type=kind, user="U0BOT", channel="C1"))


def test_that_somebody_deleted_a_card_is_heard() -> None:
    gone = {"type": "message", "subtype": "message_deleted", "previous_message": {"user": "U0BOT", "bot_id": "B1"}}
    assert not is_a_program(event(**gone))


def test_a_person_for_whom_an_event_was_sent_is_no_program() -> None:
    payload = event(type="message", user="U1", text="hi")
    payload["authorizations"][0] |= {"user_id": "U1", "is_bot": False}
    assert not is_a_program(payload)


def test_an_event_that_nobody_caused_is_heard_where_our_user_is_not_said() -> None:
    payload = event(type="channel_archive", channel="C1")
    payload["authorizations"][0] |= {"user_id": None}
    assert not is_a_program(payload)


def test_a_message_of_another_form_is_strange() -> None:
    with pytest.raises(Strange):
        is_a_program(event(type="message", message="hi"))
