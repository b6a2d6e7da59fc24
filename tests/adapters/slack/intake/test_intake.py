"""Who is let in is kept before the answer and told after it; who is not, is sent away with one line in the log."""

from typing import Any

import pytest

from bot.adapters.slack.intake.intake import DONE, LATER, STRANGE, STRANGER, Allowed, Checked, Reply
from bot.domain.errors import BotRuns, StoreBusy, StoreFailed
from bot.ports.store import Delivery
from tests.adapters.slack.intake.made import Door, actions
from tests.adapters.slack.intake.payloads import NOT_KEPT, RECORDED, event, recorded, slash
from tests.adapters.store.made import NOON

KEPT = [name for name in RECORDED if name not in NOT_KEPT]
REFUSED, PUT_OFF = "slack.refused", "slack.put_off"


@pytest.fixture
def door() -> Door:
    return Door()


async def take(door: Door, payload: dict[str, Any]) -> Reply:
    return await door.intake().take(payload)


# --- who is let in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KEPT)
async def test_what_comes_is_kept_then_told_then_acknowledged(
    door: Door, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await take(door, RECORDED[name]) == Reply(DONE)
    assert door.kept == door.woken
    (delivery,) = door.kept
    assert (delivery.source, delivery.team, delivery.received_at) == ("slack", "T1", NOON)
    assert actions(caplog) == []


async def test_a_delivery_says_who_and_what(door: Door) -> None:
    await take(door, slash("run payload-api"))
    (delivery,) = door.kept
    assert (delivery.kind, delivery.actor, delivery.body["text"]) == ("command", "T1/U1", "run payload-api")


async def test_what_nobody_caused_has_no_actor(door: Door) -> None:
    await take(door, RECORDED["function"])
    assert door.kept[0].actor == ""


@pytest.mark.parametrize("name", KEPT)
async def test_what_comes_again_is_acknowledged_and_told_to_nobody(door: Door, name: str) -> None:
    for _ in range(3):
        assert await take(door, RECORDED[name]) == Reply(DONE)
    assert len(door.kept) == len(door.woken) == 1


async def test_nothing_is_told_before_it_is_kept(door: Door) -> None:
    seen: list[int] = []

    async def keep(delivery: Delivery) -> bool:
        seen.append(len(door.woken))
        return True

    door.keep = keep
    await take(door, slash())
    assert (seen, len(door.woken)) == ([0], 1)


# --- who is not --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*KEPT, "suggestion"])
async def test_another_workspace_is_sent_away(door: Door, name: str, caplog: pytest.LogCaptureFixture) -> None:
    door.allowed = Allowed(frozenset({"T2"}), frozenset({"E2"}))
    assert (await take(door, RECORDED[name])).status == STRANGER
    assert (door.kept, door.woken, door.asked) == ([], [], [])
    assert actions(caplog) == [(REFUSED, "team")]


async def test_a_workspace_of_an_allowed_enterprise_is_let_in(door: Door) -> None:
    door.allowed = Allowed(frozenset(), frozenset({"E1"}))
    assert (await take(door, RECORDED["command in an enterprise"])).status == DONE
    assert (await take(door, slash(trigger="1.2.other"))).status == STRANGER
    user = {"id": "U1", "team_id": "T1"}
    click = recorded("click", enterprise={"id": "E1"}, user=user)
    assert (await take(door, click)).status == DONE


STRANGERS = [
    recorded("click", user={"id": "U9", "team_id": "T9"}),
    recorded("submitted form", user={"id": "U9", "team_id": "T9"}, team={"id": "T9"}),
    recorded("suggestion", user={"id": "U9", "team_id": "T9"}),
    event(type="message", user="U9", team="T9", channel="C1", text="hi"),
    event(type="message", user="U9", team="T1", user_team="T9", channel="C1", text="hi"),
    event(type="app_mention", user="U9", user_team="E9", channel="C1", text="hi"),
]


@pytest.mark.parametrize("payload", STRANGERS)
async def test_a_person_of_another_workspace_is_sent_away(
    door: Door, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert (await take(door, payload)).status == STRANGER
    assert (door.kept, door.asked) == ([], [])
    assert actions(caplog) == [(REFUSED, "person")]


@pytest.mark.parametrize("payload", STRANGERS)
async def test_a_person_of_another_workspace_that_is_allowed_is_let_in(door: Door, payload: dict[str, Any]) -> None:
    door.allowed = Allowed(frozenset({"T1", "T9"}), frozenset({"E9"}))
    assert (await take(door, payload)).status == DONE


async def test_what_is_strange_is_refused_without_a_word_of_it(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    payload = recorded("click", user="a canary", trigger_id="a canary")
    assert await take(door, payload) == Reply(STRANGE)
    assert actions(caplog) == [(REFUSED, "user is no object")]
    assert "canary" not in caplog.text


# --- events ------------------------------------------------------------------------------------------------------


async def test_an_event_that_nobody_wants_is_acknowledged_and_not_kept(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.wanted = False
    assert await take(door, RECORDED["message"]) == Reply(DONE)
    assert (door.kept, door.woken) == ([], [])
    assert actions(caplog) == []


async def test_only_events_are_asked_whether_they_are_wanted(door: Door) -> None:
    door.wanted = False
    for name in KEPT:
        await take(door, RECORDED[name])
    assert {one.kind for one in door.kept} == {
        "command", "block_actions", "view_submission", "view_closed", "shortcut", "message_action",
    }  # fmt: skip


async def test_what_a_bot_says_is_acknowledged_and_not_kept(door: Door) -> None:
    door.wanted = AssertionError("nobody is asked")
    for inner in ({"user": "U0BOT", "text": "ours"}, {"user": "U9", "bot_id": "B9", "text": "another's"}):
        assert await take(door, event(type="message", **inner)) == Reply(DONE)
    assert door.kept == []


async def test_a_stranger_whom_nobody_wants_to_hear_is_no_refusal(door: Door) -> None:
    """Slack would take many refusals for a broken app, and bring no events any more."""
    door.wanted = False
    assert await take(door, STRANGERS[3]) == Reply(DONE)


# --- forms and menus ---------------------------------------------------------------------------------------------

ERRORS = {"response_action": "errors", "errors": {"b1": "Say more than that."}}
CLEAR = {"response_action": "clear"}


async def test_a_form_with_mistakes_is_given_back_and_not_kept(door: Door) -> None:
    door.checked = Checked(ERRORS, keep=False)
    assert await take(door, RECORDED["submitted form"]) == Reply(DONE, ERRORS)
    assert (door.kept, door.woken) == ([], [])


async def test_a_form_that_is_right_is_kept_and_answered_as_was_said(door: Door) -> None:
    door.checked = Checked(CLEAR)
    assert await take(door, RECORDED["submitted form"]) == Reply(DONE, CLEAR)
    assert len(door.kept) == len(door.woken) == 1


async def test_a_form_that_comes_again_is_answered_again_and_kept_once(door: Door) -> None:
    door.checked = Checked(CLEAR)
    assert await take(door, RECORDED["submitted form"]) == await take(door, RECORDED["submitted form"])
    assert len(door.kept) == len(door.woken) == 1


async def test_only_a_submitted_form_is_looked_at(door: Door) -> None:
    for name in KEPT:
        await take(door, RECORDED[name])
    assert [one.kind for one in door.asked] == ["view_submission"]


async def test_a_menu_is_answered_directly_and_not_kept(door: Door) -> None:
    options: dict[str, object] = {"options": [{"text": {"type": "plain_text", "text": "Mia"}, "value": "U1"}]}
    door.options = options
    assert await take(door, RECORDED["suggestion"]) == Reply(DONE, options)
    assert (door.kept, door.asked[0].payload["value"]) == ([], "search")


# --- what Slack itself says --------------------------------------------------------------------------------------


async def test_the_handshake_is_answered_for_any_workspace(door: Door) -> None:
    door.allowed = Allowed(frozenset())
    assert await take(door, RECORDED["handshake"]) == Reply(DONE, {"challenge": "abc"})


async def test_a_handshake_of_another_form_is_strange(door: Door) -> None:
    assert (await take(door, recorded("handshake", challenge={"a": 1}))).status == STRANGE


async def test_a_certificate_check_is_acknowledged(door: Door) -> None:
    assert await take(door, RECORDED["certificate check"]) == Reply(DONE)


async def test_that_slack_holds_events_back_is_in_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    assert await take(door, RECORDED["rate limited"]) == Reply(DONE)
    assert actions(caplog) == [("slack.rate_limited", "")]


# --- what fails here ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [StoreBusy("busy"), StoreFailed("failed"), BotRuns("runs")])
async def test_what_cannot_be_kept_is_put_off(door: Door, error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async def keep(delivery: Delivery) -> bool:
        raise error

    door.keep = keep
    assert await take(door, slash()) == Reply(LATER)
    assert door.woken == []
    assert actions(caplog) == [(PUT_OFF, "")]


@pytest.mark.parametrize(
    ("name", "broken"), [("message", "wanted"), ("submitted form", "checked"), ("suggestion", "options")]
)
async def test_a_mistake_of_our_own_is_put_off_without_a_word_of_the_payload(
    door: Door, name: str, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    setattr(door, broken, ValueError("a canary"))
    assert await take(door, RECORDED[name]) == Reply(LATER)
    assert door.kept == []
    assert actions(caplog) == [(PUT_OFF, "")]
    assert "ValueError at tests.adapters.slack.intake.made:" in caplog.text
    assert "canary" not in caplog.text


async def test_a_crash_between_the_commit_and_the_answer_doubles_nothing(door: Door) -> None:
    """Whoever takes over finds it in the inbox; what Slack brings again is known."""

    async def keep_and_fall(delivery: Delivery) -> bool:
        await door._keep(delivery)
        raise RuntimeError("the process ended here")

    door.keep = keep_and_fall
    assert (await take(door, slash())).status == LATER
    door.keep = None
    assert await take(door, slash()) == Reply(DONE)
    assert (len(door.kept), door.woken) == (1, [])
