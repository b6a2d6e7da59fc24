"""Each payload is known for what it is, by whom, from where, and known again when it comes again."""

from typing import Any

import pytest

from bot.adapters.slack.intake.envelope import OF_THE_CONNECTION, Envelope, Kind, Strange, enveloped
from bot.adapters.slack.intake.parsed import parsed
from tests.adapters.slack.intake.made import body_of
from tests.adapters.slack.intake.payloads import NOT_KEPT, RECORDED, event, recorded, slash

KINDS: dict[str, tuple[Kind, str]] = {
    "command": (Kind.COMMAND, "U1"),
    "command in an enterprise": (Kind.COMMAND, "U1"),
    "click": (Kind.CLICK, "U1"),
    "click on an overflow": (Kind.CLICK, "U1"),
    "click in a form": (Kind.CLICK, "U1"),
    "click on a whisper": (Kind.CLICK, "U1"),
    "submitted form": (Kind.SUBMITTED, "U1"),
    "closed form": (Kind.CLOSED, "U1"),
    "shortcut": (Kind.SHORTCUT, "U1"),
    "message shortcut": (Kind.MESSAGE_SHORTCUT, "U1"),
    "suggestion": (Kind.SUGGESTION, "U1"),
    "mention": (Kind.EVENT, "U1"),
    "message": (Kind.EVENT, "U1"),
    "changed message": (Kind.EVENT, ""),
    "opened home": (Kind.EVENT, "U1"),
    "reaction": (Kind.EVENT, "U1"),
    "new member": (Kind.EVENT, "U7"),
    "function": (Kind.EVENT, ""),
    "handshake": (Kind.HANDSHAKE, ""),
    "certificate check": (Kind.CERTIFICATE_CHECK, ""),
    "rate limited": (Kind.RATE_LIMITED, ""),
}


def why(payload: dict[str, Any]) -> str:
    with pytest.raises(Strange) as strange:
        enveloped(payload)
    return str(strange.value)


def test_every_recorded_payload_is_told_apart_here() -> None:
    assert set(KINDS) == set(RECORDED)


@pytest.mark.parametrize("name", KINDS)
def test_a_payload_is_known_for_what_it_is_and_by_whom(name: str) -> None:
    envelope = enveloped(parsed(*body_of(RECORDED[name])))
    kind, user = KINDS[name]
    assert (envelope.kind, envelope.user) == (kind, user)
    assert envelope.team == ("" if kind in OF_THE_CONNECTION else "T1")
    assert bool(envelope.id) is (kind not in {*OF_THE_CONNECTION, Kind.SUGGESTION})


def test_every_payload_has_an_identity_of_its_own() -> None:
    ids = {name: enveloped(payload).id for name, payload in RECORDED.items() if name not in NOT_KEPT}
    assert ids.pop("command in an enterprise") == ids["command"], "it is the same trigger"
    assert len(set(ids.values())) == len(ids)


def test_an_identity_is_the_same_over_either_connection() -> None:
    for payload in RECORDED.values():
        assert enveloped(parsed(*body_of(payload))).id == enveloped(payload).id


def test_an_identity_stays_when_slack_sends_it_again() -> None:
    again = {**RECORDED["command"], "response_url": "https://hooks.slack.com/other", "token": "another"}
    assert enveloped(again).id == enveloped(RECORDED["command"]).id


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("command", {"trigger_id": "1.2.abd"}),
        ("command", {"user_id": "U2"}),
        ("command", {"team_id": "T2"}),
        ("click", {"trigger_id": "1.2.b"}),
        ("mention", {"event_id": "Ev2"}),
        ("closed form", {"view": {"id": "V2", "hash": "1700000000.x"}}),
        ("closed form", {"view": {"id": "V1", "hash": "1700000001.x"}}),
    ],
)
def test_another_act_has_another_identity(name: str, changes: dict[str, Any]) -> None:
    assert enveloped(recorded(name, **changes)).id != enveloped(RECORDED[name]).id


def test_kinds_do_not_share_identities() -> None:
    click = enveloped(recorded("click", trigger_id="1.2.abc"))
    shortcut = enveloped(recorded("shortcut", trigger_id="1.2.abc"))
    assert len({click.id, shortcut.id, enveloped(slash()).id}) == 3


def test_an_identity_says_nothing_of_what_it_is_made_of() -> None:
    assert len(enveloped(slash()).id) == len("slack:") + 32


# --- from where --------------------------------------------------------------------------------------------------


def sender(payload: dict[str, Any]) -> tuple[str, str, str]:
    envelope = enveloped(payload)
    return envelope.team, envelope.user, envelope.user_team


def test_a_form_shown_to_another_workspace_belongs_to_where_we_are_installed() -> None:
    user = {"id": "U9", "team_id": "T9"}
    assert sender(recorded("submitted form", team={"id": "T9"}, user=user)) == ("T1", "U9", "T9")


def test_where_an_app_is_of_a_whole_enterprise_the_person_says_the_team() -> None:
    payload = recorded("shortcut", team=None, enterprise={"id": "E1", "name": "Org"})
    assert sender(payload) == ("T1", "U1", "T1")
    assert enveloped(payload).enterprise == "E1"


def test_an_event_of_a_shared_channel_belongs_to_where_we_are_installed() -> None:
    said = event(type="message", user="U9", team="T9", text="hi", channel="C1")
    assert sender({**said, "team_id": "T9"}) == ("T1", "U9", "T9")


def test_the_own_team_of_a_person_comes_before_the_one_of_the_message() -> None:
    assert sender(event(type="message", user="U9", user_team="T9", team="T1"))[2] == "T9"


def test_without_authorizations_an_event_says_its_team_itself() -> None:
    payload = recorded("mention")
    del payload["authorizations"]
    assert sender(payload)[0] == "T1"
    assert sender(recorded("mention", authorizations=[]))[0] == "T1"


@pytest.mark.parametrize(
    "changes",
    [{"enterprise_id": "E1"}, {"enterprise": {"id": "E1"}}, {"team": {"id": "T1", "enterprise_id": "E1"}}],
)
def test_the_enterprise_is_found_wherever_it_stands(changes: dict[str, Any]) -> None:
    assert enveloped(recorded("click", **changes)).enterprise == "E1"


# --- what is strange ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["", "command", "ssl_check", "interactive_message", "dialog_submission", 1, None, [], {}, True, "BLOCK_ACTIONS"],
)
def test_a_type_we_have_no_use_for_is_strange(kind: object) -> None:
    assert why({**RECORDED["click"], "type": kind}) == "type"


def test_nothing_at_all_is_strange() -> None:
    assert why({}) == "type"
    assert why({"command": 1}) == "type"


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("command", {"team_id": ""}, "command without a team"),
        ("command", {"user_id": None}, "command without a person"),
        ("command", {"trigger_id": ""}, "command without an identity"),
        ("command", {"trigger_id": "x" * 501}, "command without an identity"),
        ("command", {"user_id": "U1/U2"}, "command with an odd user"),
        ("command", {"team_id": "T1\0"}, "command with an odd team"),
        ("command", {"user_id": "U" * 65}, "command with an odd user"),
        ("command", {"user_id": "Ü1"}, "command with an odd user"),
        ("command", {"user_id": 7}, "user_id is no text"),
        ("click", {"user": "U1"}, "user is no object"),
        ("click", {"user": {}}, "block_actions without a person"),
        ("click", {"user": {"id": ["U1"]}}, "id is no text"),
        ("click", {"user": {"id": "U1", "team_id": "T 1"}}, "block_actions with an odd user_team"),
        ("click", {"team": "T1"}, "team is no object"),
        ("click", {"enterprise": "E1"}, "enterprise is no object"),
        ("click", {"trigger_id": 1.5}, "trigger_id is no text"),
        ("submitted form", {"view": [1]}, "view is no object"),
        ("closed form", {"view": {}}, "view_closed without an identity"),
        ("closed form", {"view": {"hash": "1"}}, "view_closed without an identity"),
        ("mention", {"event": None}, "an event without a type"),
        ("mention", {"event": "app_mention"}, "event is no object"),
        ("mention", {"event": {"type": "app_mention", "user": ["U1"]}}, "user is no text"),
        ("mention", {"event_id": ""}, "event_callback without an identity"),
        ("mention", {"authorizations": [{"team_id": 1}]}, "team_id is no text"),
    ],
)
def test_what_lacks_what_its_kind_always_has_is_strange(name: str, changes: dict[str, Any], said: str) -> None:
    assert why(recorded(name, **changes)) == said


@pytest.mark.parametrize("listed", [None, {}, "x", [None], ["x"], [[]], 3])
def test_authorizations_of_another_form_are_as_good_as_none(listed: object) -> None:
    assert enveloped(recorded("mention", authorizations=listed)).team == "T1"


def test_a_letter_that_no_encoding_has_breaks_no_identity() -> None:
    assert isinstance(enveloped(recorded("click", trigger_id="\ud800")), Envelope)
