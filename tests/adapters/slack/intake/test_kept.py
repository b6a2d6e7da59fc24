"""What is kept of a payload is what its handling needs: no tokens, no profiles, no message that a button stands on."""

import json
from decimal import Decimal
from typing import Any

import pytest

from bot.adapters.slack.intake.envelope import Strange, enveloped
from bot.adapters.slack.intake.kept import kept, plain
from tests.adapters.slack.intake.payloads import NOT_KEPT, RECORDED, event, recorded


def of(payload: dict[str, Any]) -> dict[str, Any]:
    return dict(kept(enveloped(payload)))


def names(name: str) -> set[str]:
    return set(of(RECORDED[name]))


def test_of_each_kind_these_fields_are_kept() -> None:
    where = {"channel", "container", "trigger_id", "response_url"}
    assert names("command") == {"command", "text", "channel_id", "trigger_id", "response_url"}
    assert names("shortcut") == {"callback_id", "trigger_id"}
    assert names("message shortcut") == {"callback_id", "message", "message_ts", *where}
    assert names("click") == {"actions", "state", "message", *where}
    assert names("click in a form") == {"actions", "view", "container", "trigger_id"}
    assert names("submitted form") == {"view", "trigger_id", "response_urls"}
    assert names("closed form") == {"view", "is_cleared"}
    assert names("mention") == {"event", "event_time", "is_ext_shared_channel"}


@pytest.mark.parametrize("name", NOT_KEPT)
def test_of_what_is_answered_at_once_nothing_is_kept(name: str) -> None:
    assert names(name) == set()


@pytest.mark.parametrize("name", RECORDED)
def test_no_token_and_no_name_of_a_person_is_kept(name: str) -> None:
    text = json.dumps(of(RECORDED[name]))
    assert "old-verification-token" not in text
    assert "xwfp" not in text
    assert "alice" not in text


def test_of_a_card_is_kept_which_it_is_and_not_what_it_says() -> None:
    message = of(RECORDED["click"])["message"]
    assert set(message) == {"ts", "text", "user", "bot_id", "metadata"}
    assert "canary" not in json.dumps(of(RECORDED["click"]))


def test_of_a_form_is_kept_what_was_entered_and_not_how_it_looks() -> None:
    view = of(RECORDED["submitted form"])["view"]
    assert view["state"] == RECORDED["submitted form"]["view"]["state"]
    assert "blocks" not in view
    assert "title" not in view


def test_of_a_home_that_was_opened_its_blocks_are_not_kept() -> None:
    assert set(of(RECORDED["opened home"])["event"]["view"]) & {"blocks", "bot_id", "title"} == set()


def test_everything_else_of_an_event_is_kept() -> None:
    inner = {"type": "message", "text": "hi", "blocks": [{"type": "rich_text"}], "files": [{"id": "F1"}]}
    assert of(event(**inner))["event"] == inner


@pytest.mark.parametrize("odd", ["x", 7, None, ["a"], True])
def test_a_part_of_another_form_is_kept_as_it_is(odd: object) -> None:
    assert of(recorded("click", message=odd, channel=odd))["message"] == odd


def test_a_fraction_is_kept_as_its_text() -> None:
    assert plain({"a": [Decimal("1.50"), 0.5, 10**30, True, None]}) == {"a": ["1.50", "0.5", 10**30, True, None]}


@pytest.mark.parametrize("value", [b"x", object(), {1, 2}, (1, 2)])
def test_what_no_json_holds_is_strange(value: object) -> None:
    with pytest.raises(Strange):
        plain({"a": [value]})
