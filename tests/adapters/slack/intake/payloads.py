"""What Slack sends, as recorded and published: one of every kind that comes to us."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

_COMMON: Json = {
    "api_app_id": "A1",
    "token": "old-verification-token",
    "team": {"id": "T1", "domain": "acme"},
    "user": {"id": "U1", "username": "alice", "name": "alice", "team_id": "T1"},
    "enterprise": None,
    "is_enterprise_install": False,
}
_BUTTON: Json = {
    "action_id": "approve",
    "block_id": "decide:v1",
    "text": {"type": "plain_text", "text": "Approve", "emoji": True},
    "value": "apr_01",
    "style": "primary",
    "type": "button",
    "action_ts": "1700000000.000200",
}
_OVERFLOW: Json = {
    "type": "overflow",
    "action_id": "more",
    "block_id": "decide:v1",
    "selected_option": {"text": {"type": "plain_text", "text": "Escalate"}, "value": "escalate"},
    "action_ts": "1700000000.000300",
}
_MESSAGE: Json = {
    "client_msg_id": "0a1b",
    "type": "message",
    "text": "the card",
    "user": "U0BOT",
    "bot_id": "B1",
    "ts": "1700000000.000100",
    "team": "T1",
    "metadata": {"event_type": "card", "event_payload": {"run": "r1", "version": 1}},
    "blocks": [{"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "a canary in the card"}}],
}
_IN_MESSAGE: Json = {
    "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C1", "is_ephemeral": False},
    "channel": {"id": "C1", "name": "ops"},
    "response_url": "https://hooks.slack.com/actions/T1/1/x",
}
_VIEW: Json = {
    "id": "V1",
    "team_id": "T1",
    "type": "modal",
    "blocks": [{"type": "input", "block_id": "b1", "element": {"type": "plain_text_input", "action_id": "a1"}}],
    "private_metadata": "run-1",
    "callback_id": "edit",
    "state": {"values": {"b1": {"a1": {"type": "plain_text_input", "value": "test"}}}},
    "hash": "1700000000.x",
    "title": {"type": "plain_text", "text": "Edit"},
    "previous_view_id": None,
    "root_view_id": "V1",
    "app_id": "A1",
    "external_id": "",
    "app_installed_team_id": "T1",
    "bot_id": "B1",
}


def _interaction(kind: str, **more: Any) -> Json:
    return {"type": kind, **_COMMON, **more}


def event(**inner: Any) -> Json:
    """An event in its wrapper."""
    return {
        "token": "old-verification-token",
        "team_id": "T1",
        "api_app_id": "A1",
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{inner['type']}{inner.get('subtype', '')}",
        "event_time": 1700000000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T1",
                "user_id": "U0BOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "EC1",
    }


_SAID: Json = {"user": "U1", "text": "hello", "ts": "1700000000.000400", "channel": "C1", "team": "T1"}

_COMMAND: Json = {
    "token": "old-verification-token",
    "team_id": "T1",
    "team_domain": "acme",
    "channel_id": "C1",
    "channel_name": "ops",
    "user_id": "U1",
    "user_name": "alice",
    "command": "/ops",
    "text": "run x",
    "api_app_id": "A1",
    "is_enterprise_install": "false",
    "response_url": "https://hooks.slack.com/commands/T1/1/x",
    "trigger_id": "1.2.abc",
}

RECORDED: dict[str, Json] = {
    "command": _COMMAND,
    "command in an enterprise": {**_COMMAND, "enterprise_id": "E1", "enterprise_name": "Org"},
    "click": _interaction(
        "block_actions",
        **_IN_MESSAGE,
        message=_MESSAGE,
        trigger_id="1.2.x",
        state={"values": {"b1": {"a1": {"type": "static_select", "selected_option": None}}}},
        actions=[_BUTTON],
    ),
    "click on an overflow": _interaction(
        "block_actions", **_IN_MESSAGE, message=_MESSAGE, trigger_id="1.2.y", state={"values": {}}, actions=[_OVERFLOW]
    ),
    "click in a form": _interaction(
        "block_actions",
        container={"type": "view", "view_id": "V1"},
        view=_VIEW,
        trigger_id="1.2.z",
        actions=[{"type": "users_select", "action_id": "who", "block_id": "b2", "selected_user": "U2"}],
    ),
    "click on a whisper": _interaction(
        "block_actions",
        **{**_IN_MESSAGE, "container": {**_IN_MESSAGE["container"], "is_ephemeral": True}},
        trigger_id="1.2.w",
        actions=[_BUTTON],
    ),
    "submitted form": _interaction("view_submission", trigger_id="1.3.x", view=_VIEW, response_urls=[]),
    "closed form": _interaction("view_closed", view=_VIEW, is_cleared=False),
    "shortcut": _interaction("shortcut", action_ts="1.1", callback_id="run_workflow", trigger_id="1.4.x"),
    "message shortcut": _interaction(
        "message_action",
        **_IN_MESSAGE,
        action_ts="1.1",
        callback_id="run_from_message",
        trigger_id="1.4.y",
        message_ts="1700000000.000300",
        message={**_MESSAGE, "user": "U2", "bot_id": None},
    ),
    "suggestion": _interaction(
        "block_suggestion",
        container={"type": "view", "view_id": "V1"},
        action_id="es_a",
        block_id="es_b",
        value="search",
        view=_VIEW,
    ),
    "mention": event(type="app_mention", **_SAID, event_ts="1700000000.000400"),
    "message": event(type="message", **_SAID, event_ts="1", channel_type="im", client_msg_id="0a1b"),
    "changed message": event(
        type="message",
        subtype="message_changed",
        hidden=True,
        channel="C1",
        ts="1700000000.000500",
        message={"type": "message", "user": "U1", "text": "hello!", "ts": "1700000000.000400"},
        previous_message={"type": "message", "user": "U1", "text": "hello", "ts": "1700000000.000400"},
    ),
    "opened home": event(type="app_home_opened", user="U1", channel="D1", tab="home", view=_VIEW, event_ts="1"),
    "reaction": event(
        type="reaction_added",
        user="U1",
        reaction="eyes",
        item_user="U2",
        item={"type": "message", "channel": "C1", "ts": "1700000000.000400"},
        event_ts="1700000000.000600",
    ),
    "new member": event(type="team_join", user={"id": "U7", "team_id": "T1", "name": "new"}, event_ts="1"),
    "function": event(
        type="function_executed",
        function={"id": "Fn1", "callback_id": "run"},
        inputs={},
        function_execution_id="Fx1",
        bot_access_token="xwfp-a-canary",
        event_ts="1",
    ),
    "handshake": {"type": "url_verification", "token": "old-verification-token", "challenge": "abc"},
    "certificate check": {"ssl_check": "1", "token": "old-verification-token"},
    "rate limited": {
        "type": "app_rate_limited",
        "token": "old-verification-token",
        "team_id": "T1",
        "minute_rate_limited": 1518467820,
        "api_app_id": "A1",
    },
}
NOT_KEPT = frozenset({"suggestion", "handshake", "certificate check", "rate limited"})


def recorded(name: str, **changes: Any) -> Json:
    """One of them, to be changed at will."""
    return {**deepcopy(RECORDED[name]), **changes}


def slash(text: str = "run x", *, trigger: str = "1.2.abc") -> Json:
    return recorded("command", text=text, trigger_id=trigger)
