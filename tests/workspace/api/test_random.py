"""Whatever is called, however often, with whatever: an answer comes, and what there is stays sound."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from bot.workspace.api.methods import METHODS
from bot.workspace.api.reading import FORM, JSON
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.showing import channel_json, file_json, message_json, view_json
from bot.workspace.state.workspace import Workspace
from tests.workspace.api.cases import CASES
from tests.workspace.api.desk import DIRECT, HOME, MODAL, SECTION, Caller, as_app, new_caller, served
from tests.workspace.made import (
    ALONE,
    APP,
    BOT,
    BOT_TOKEN,
    DARIO,
    GENERAL,
    GRETA,
    MIA,
    PIA,
    SAM,
    SECRET,
    SHARED,
    SUPPORT,
)

NAMES = sorted(
    """
    channel channel_id channels ts thread_ts timestamp message_ts text blocks attachments metadata markdown_text user
    users user_id view view_id trigger_id external_id hash limit cursor oldest latest inclusive types name topic purpose
    is_private force reply_broadcast username icon_emoji icon_url parse link_names post_at scheduled_message_id unfurls
    chunks task_display_mode recipient_user_id recipient_team_id session_status files file filename length title status
    prompts loading_messages initiator_user_id usergroup handle include_users presence email bot count page
    initial_comment include_all_metadata exclude_archived return_im prevent_creation code client_id message
    """.split()
)

PLACES = [SUPPORT, DIRECT, SECRET, ALONE, GENERAL, SHARED, "C0NOWHERE0", "#support", "random", ""]
PEOPLE = [MIA, SAM, BOT, DARIO, GRETA, PIA, "U0NOBODY00", f"{MIA},{SAM}"]
ODD = ["true", "0", "-1", "9" * 30, "1e400", "NaN", "[", "{}", "[[]]", "\x00", "\ud800", "x" * 13_000, "1800000000.0"]
SENSIBLE = [[SECTION], [SECTION] * 51, MODAL, HOME, [{"type": "markdown_text", "text": "x"}], {"a": "b"}]

texts = st.text(max_size=20)
keys = texts | st.sampled_from(["type", "text", "blocks"])
odd_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
earlier = st.integers(0, 9).map(lambda n: f"message {n}")
values = st.sampled_from([*PLACES, *PEOPLE, *ODD]) | st.sampled_from(SENSIBLE) | odd_json | earlier


@dataclass(frozen=True)
class Step:
    """A call that would succeed in a fresh world, spoilt here and there."""

    method: str
    changes: dict[str, object]
    whole: bool = False
    """Whether what is not changed is sent as well."""


def value_of(name: str) -> st.SearchStrategy[object]:
    """What makes sense for a field, as often as what does not."""
    if name in ("ts", "thread_ts", "timestamp", "message_ts", "oldest", "latest"):
        return earlier | values
    if name in ("channel", "channel_id", "channels"):
        return st.sampled_from(PLACES) | values
    return st.sampled_from(PEOPLE) | values if name in ("user", "users", "user_id") else values


def fields_of(method: str) -> list[str]:
    """The fields Slack's own client knows for a method."""
    function: Callable[..., object] = vars(WebClient)[method.replace(".", "_")]
    return [name for name in signature(function).parameters if name not in ("self", "kwargs", "app_token")]


def steps_of(method: str) -> st.SearchStrategy[Step]:
    names = st.sampled_from([*fields_of(method), *NAMES[:5]])
    changed = names.flatmap(lambda name: st.tuples(st.just(name), value_of(name)))
    return st.builds(Step, st.just(method), st.lists(changed, max_size=3).map(dict), st.integers(0, 9).map(bool))


HERE: dict[str, object] = {"channel": SUPPORT, "text": "x"}
OFTEN = [
    *(Step("chat.postMessage", HERE | {"thread_ts": f"message {n}"}) for n in range(4)),
    *(Step("chat.postMessage", HERE | {"thread_ts": f"message {n}", "reply_broadcast": True}) for n in range(2)),
    *(Step("chat.update", {"channel": SUPPORT, "ts": f"message {n}", "reply_broadcast": True}) for n in range(2)),
    *(Step("chat.delete", {"channel": SUPPORT, "ts": f"message {n}"}) for n in range(3)),
    *(Step("pins.add", {"channel": SUPPORT, "timestamp": f"message {n}"}) for n in range(2)),
    Step("views.open", {"view": MODAL | {"external_id": "mine"}}, whole=True),
    Step("views.push", {"view": MODAL | {"external_id": "mine"}}, whole=True),
    Step("views.publish", {"view": HOME | {"external_id": "mine"}}, whole=True),
]
"""What brings the world into the states that matter."""

any_step = st.sampled_from(sorted(METHODS)).flatmap(steps_of)
steps = st.lists(st.sampled_from(OFTEN) | any_step, min_size=1, max_size=12)


def sensible_arguments(call: Caller, step: Step) -> Json:
    try:
        return CASES[step.method].arguments(call) if step.whole else {}
    except (AssertionError, KeyError):
        return {}  # the world is not any more as it was


def resolved(call: Caller, value: object) -> object:
    """`message 3` stands for the time of the third last message in the support channel."""
    if not isinstance(value, str) or not value.startswith("message "):
        return value
    times = [*call.workspace.channels[SUPPORT].messages]
    return times[-1 - int(value[-1])] if len(times) > int(value[-1]) else value


def play(call: Caller, step: Step) -> None:
    arguments = sensible_arguments(call, step) | {name: resolved(call, value) for name, value in step.changes.items()}
    caller = as_app(call) if step.method == "apps.connections.open" else call
    answer = caller(step.method, **arguments)
    assert isinstance(answer["ok"], bool)
    assert answer["ok"] or answer["error"]
    if step.method == "auth.revoke":
        call.workspace.apps[APP].revoked = False


def look(workspace: Workspace) -> None:
    """Everything hangs together, and can be sent over the wire."""
    for channel in workspace.channels.values():
        look_at(channel)
        assert set(channel.people) <= set(workspace.people)
        json.dumps(channel_json(workspace, channel, for_person=BOT, counted=True), allow_nan=False)
        for message in channel.messages.values():
            json.dumps(message_json(workspace, message), allow_nan=False)
            assert set(message.files) <= set(workspace.files)
    for file in workspace.files.values():
        assert set(file.channels) <= set(workspace.channels)
        json.dumps(file_json(workspace, file))
    for stack in workspace.modals.values():
        assert len(stack) <= 3
        assert [view.previous for view in stack] == ["", *(view.id for view in stack)][: len(stack)]
    names = [view.external_id for view in workspace.views() if view.external_id]
    assert len(names) == len(set(names))
    for view in workspace.views():
        json.dumps(view_json(workspace, view))


def look_at(channel: Channel) -> None:
    """Messages are in order, each in its one place, and threads count what they have."""
    assert [*channel.messages] == sorted(channel.messages)
    assert channel.times == [ts for ts, message in channel.messages.items() if message.in_channel]
    assert set(channel.pins) <= set(channel.messages)
    for ts, message in channel.messages.items():
        assert (message.ts, message.channel) == (ts, channel.id)
        under = [one.ts for one in channel.messages.values() if one.is_reply and one.thread_ts == ts]
        assert message.replies == under
        assert not (message.is_reply and message.replies)


def run(story: list[Step]) -> None:
    call = new_caller()
    for step in story:
        play(call, step)
        call.workspace.clock.advance(1)
        look(call.workspace)


@given(steps)
def test_no_call_trips_anybody_or_leaves_a_mess(story: list[Step]) -> None:
    run(story)


@pytest.mark.certify
@pytest.mark.timeout(900)
@settings(max_examples=5_000)
@given(steps)
def test_no_call_trips_anybody_in_five_thousand_stories(story: list[Step]) -> None:
    run(story)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_takes_every_odd_value_in_every_field(method: str) -> None:
    call = new_caller()
    caller = as_app(call) if method == "apps.connections.open" else call
    for name in NAMES:
        for value in (*ODD, [], {}, [None], {"type": "x"}, 7, True):
            answer = caller(method, **{name: value})
            assert answer["ok"] or answer["error"]
            call.workspace.apps[APP].revoked = False
    look(call.workspace)


kinds = st.sampled_from([JSON, FORM, "multipart/form-data; boundary=x", "text/plain", ""])
any_bytes = st.binary(max_size=50)
bodies = (
    any_bytes
    | any_bytes.map(lambda body: b'{"text": "' + body + b'"}')
    | any_bytes.map(lambda body: b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + body + b"\r\n--x--")
)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(sorted(METHODS)), kinds, bodies), min_size=5, max_size=20))
async def test_no_bytes_are_answered_with_a_failure(sent: list[tuple[str, str, bytes]]) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with served(new_caller()) as address, aiohttp.ClientSession(headers=headers) as session:
        for method, kind, body in sent:
            url = f"{address}/api/{method}"
            async with session.post(url, data=body, headers={"Content-Type": kind}) as response:
                assert response.status in (200, 400), (method, kind, body)
                if response.status == 200:
                    assert isinstance((await response.json())["ok"], bool)
