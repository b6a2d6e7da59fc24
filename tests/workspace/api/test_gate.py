"""Who may call: tokens, scopes, limits; and what is written down of it."""

import json

import pytest

from bot.workspace.api.calling import HIDDEN, answer, answered
from bot.workspace.api.methods import METHODS, SCOPES
from bot.workspace.api.reading import Incoming
from bot.workspace.limit import Tier
from bot.workspace.log import Line
from tests.workspace.api.cases import CASES
from tests.workspace.api.desk import Caller, as_app, incoming
from tests.workspace.made import ALONE, APP, APP_TOKEN, BOT, BOT_TOKEN, MIA, SECRET, SUPPORT

NEEDING = [name for name, method in METHODS.items() if method.token.value != "none"]
SCOPED = [name for name, method in METHODS.items() if method.scopes]


def test_a_method_nobody_knows_is_named_back(call: Caller) -> None:
    assert call("chat.postSong") == {"ok": False, "error": "unknown_method", "req_method": "chat.postSong"}


@pytest.mark.parametrize("method", NEEDING)
def test_a_method_that_needs_a_token_is_refused_without_one(call: Caller, method: str) -> None:
    assert Caller(call.desk, "").error(method) == "not_authed"
    assert Caller(call.desk, "xoxb-somebody-elses").error(method) == "invalid_auth"


@pytest.mark.parametrize("method", NEEDING)
def test_a_token_of_the_other_kind_is_refused(call: Caller, method: str) -> None:
    other = call if method == "apps.connections.open" else as_app(call)
    assert other.error(method) == "not_allowed_token_type"


@pytest.mark.parametrize("method", SCOPED)
def test_an_app_without_the_scope_is_told_what_it_needs_and_what_it_has(call: Caller, method: str) -> None:
    call.workspace.apps[APP].scopes = frozenset({"commands", "app_mentions:read"})
    answered = call(method)
    assert answered["error"] == "missing_scope"
    assert answered["provided"] == "app_mentions:read,commands"
    assert answered["needed"] == ",".join(METHODS[method].scopes)


@pytest.mark.parametrize("method", SCOPED)
def test_the_scopes_a_method_names_are_enough_for_it(call: Caller, method: str) -> None:
    arguments = CASES[method].arguments(call)
    call.workspace.apps[APP].scopes = frozenset(METHODS[method].scopes)
    call.ok(method, **arguments)


@pytest.mark.parametrize(
    ("method", "arguments", "scopes", "needed"),
    [
        ("conversations.info", {"channel": SUPPORT}, "groups:read", "channels:read"),
        ("conversations.history", {"channel": SUPPORT}, "groups:history", "channels:history"),
        ("conversations.list", {"types": "private_channel"}, "channels:read", "groups:read"),
        ("conversations.list", {"types": "public_channel,im"}, "channels:read", "im:read"),
        ("conversations.create", {"name": "x", "is_private": True}, "channels:manage", "groups:write"),
        ("conversations.open", {"users": f"{MIA}"}, "mpim:write", "im:write"),
        ("conversations.setTopic", {"channel": SUPPORT, "topic": ""}, "groups:write", "channels:manage"),
        ("chat.postMessage", {"channel": SUPPORT, "text": "x", "username": "y"}, "chat:write", "chat:write.customize"),
    ],
)
def test_each_kind_of_channel_has_scopes_of_its_own(
    call: Caller, method: str, arguments: dict[str, object], scopes: str, needed: str
) -> None:
    call.workspace.apps[APP].scopes = frozenset({scopes})
    answered = call(method, **arguments)
    assert answered["error"] == "missing_scope"
    assert needed in answered["needed"].split(",")


def test_a_channel_nobody_may_know_of_is_not_found_whatever_the_scopes(call: Caller) -> None:
    for method in ("conversations.info", "conversations.history", "conversations.members"):
        assert call.error(method, channel=SECRET) == "channel_not_found"
    assert call.error("chat.postMessage", channel=SECRET, text="x") == "channel_not_found"
    assert call.error("chat.postMessage", channel="#secret", text="x") == "channel_not_found"


def test_an_app_posts_where_it_is_not_only_with_the_scope_for_that(call: Caller) -> None:
    call.workspace.apps[APP].scopes = frozenset({"chat:write"})
    assert call.error("chat.postMessage", channel=ALONE, text="x") == "not_in_channel"
    call.workspace.apps[APP].scopes = frozenset({"chat:write", "chat:write.public"})
    call.ok("chat.postMessage", channel=ALONE, text="x")
    assert call.error("chat.postEphemeral", channel=ALONE, user=MIA, text="x") == "not_in_channel"


def test_revoked_tokens_and_removed_bots_are_told_so(call: Caller) -> None:
    call.workspace.people[BOT].deleted = True
    assert call.error("auth.test") == "account_inactive"
    call.workspace.people[BOT].deleted = False
    assert call.ok("auth.revoke")["revoked"] is True
    assert call.error("auth.test") == "token_revoked"
    assert as_app(call).error("apps.connections.open") == "token_revoked"


def test_headers_say_what_the_app_may_and_what_the_method_takes(call: Caller) -> None:
    call.workspace.apps[APP].scopes = frozenset({"users:read", "chat:write"})
    reply = answered(call.desk, incoming("chat.postMessage", {}))
    assert (reply.scopes, reply.accepted) == ("chat:write,users:read", "chat:write")
    call.workspace.apps[APP].scopes = None
    assert answered(call.desk, incoming("auth.test", {})).scopes == SCOPES
    assert {"chat:write", "channels:history", "commands", "users:read.email"} <= set(SCOPES.split(","))


def test_what_an_app_may_not_know_of_people_is_left_out(call: Caller) -> None:
    call.workspace.apps[APP].scopes = frozenset({"users:read", "users.profile:read"})
    assert "email" not in call.ok("users.info", user=MIA)["user"]["profile"]
    assert all("email" not in one["profile"] for one in call.ok("users.list")["members"])
    assert "email" not in call.ok("users.profile.get", user=MIA)["profile"]


# --- limits ------------------------------------------------------------------------------------------------------


def test_too_many_calls_are_told_how_long_to_wait(call: Caller) -> None:
    call.desk.limits.factor = 1.0
    for _ in range(Tier.TWO.value):
        call.ok("users.list")
    reply = answered(call.desk, incoming("users.list", {}))
    assert (reply.status, reply.body) == (429, {"ok": False, "error": "ratelimited"})
    assert reply.retry_after == "3"
    call.ok("users.info", user=MIA)
    call.workspace.clock.advance(3)
    call.ok("users.list")


def test_posting_is_counted_in_each_channel_by_itself(call: Caller) -> None:
    call.desk.limits.factor = 1.0
    for _ in range(5):
        call.ok("chat.postMessage", channel=SUPPORT, text="x")
    assert call.error("chat.postMessage", channel=SUPPORT, text="x") == "ratelimited"
    call.ok("chat.postMessage", channel=ALONE, text="x")
    call.workspace.clock.advance(1)
    call.ok("chat.postMessage", channel=SUPPORT, text="x")


def test_a_call_that_is_refused_for_its_token_is_not_counted(call: Caller) -> None:
    call.desk.limits.factor = 1.0
    for _ in range(100):
        assert Caller(call.desk, "").error("users.list") == "not_authed"
    call.ok("users.list")


# --- the log -----------------------------------------------------------------------------------------------------


async def test_a_call_is_written_down_with_its_answer_and_without_its_token(call: Caller) -> None:
    heard: list[tuple[str, str]] = []
    call.desk.log.listeners.append(lambda line: heard.append((line.name, line.status)))
    await answer(call.desk, incoming("chat.postMessage", {"channel": SUPPORT, "text": "Hello", "token": BOT_TOKEN}))
    (line,) = call.desk.log.lines
    assert (line.app, line.name, line.status, line.way) == (APP, "chat.postMessage", "ok", "call")
    assert line.request == {"channel": SUPPORT, "text": "Hello", "token": "(hidden)"}
    assert isinstance(line.response, dict)
    assert line.ms is not None
    assert heard == [("chat.postMessage", ""), ("chat.postMessage", "ok")]
    assert BOT_TOKEN not in written(line)


async def test_what_went_wrong_is_the_status_of_a_line(call: Caller) -> None:
    await answer(call.desk, incoming("chat.postMessage", {"channel": "C0NOWHERE0"}))
    await answer(call.desk, Incoming(method="nothing.here", token="xoxb-unknown"))
    assert [(line.app, line.status) for line in call.desk.log.lines] == [
        (APP, "channel_not_found"),
        ("", "unknown_method"),
    ]


async def test_no_secret_is_in_the_log_after_an_installation(call: Caller) -> None:
    arguments = CASES["oauth.v2.access"].arguments(call)
    reply = await answer(call.desk, incoming("oauth.v2.access", arguments, token=""))
    assert isinstance(reply.body, dict)
    assert reply.body["access_token"] == BOT_TOKEN
    text = "".join(written(line) for line in call.desk.log.lines)
    assert not any(secret in text for secret in (BOT_TOKEN, APP_TOKEN, "hush", arguments["code"]))
    assert {"token", "access_token", "client_secret"} <= HIDDEN


def written(line: Line) -> str:
    return json.dumps([line.request, line.response, line.reason, line.status])
