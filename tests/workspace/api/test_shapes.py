"""Each method, once, with what it gives back."""

import pytest

from bot.workspace.api.methods import METHODS
from tests.workspace.api.cases import CASES, thread
from tests.workspace.api.desk import Caller, as_app
from tests.workspace.api.shape import ROOT, Shape, differs
from tests.workspace.made import BOT


def test_no_method_is_without_a_case() -> None:
    assert set(CASES) == set(METHODS)


@pytest.mark.parametrize("method", CASES)
def test_an_answer_has_the_shape_of_slacks(call: Caller, method: str) -> None:
    caller = as_app(call) if method == "apps.connections.open" else call
    answer = caller.ok(method, **CASES[method].arguments(call))
    assert differs(answer, CASES[method].shape) == []
    assert next(iter(answer)) == "ok"


def test_a_thread_says_at_its_root_how_many_replied(call: Caller) -> None:
    root, reply = call.ok("conversations.replies", **thread(call))["messages"]
    assert differs(root, ROOT) == []
    assert (root["reply_count"], root["latest_reply"], root["reply_users"]) == (1, reply["ts"], [BOT])
    assert reply["parent_user_id"] == BOT
    assert "reply_count" not in reply


@pytest.mark.parametrize(
    ("value", "shape", "wrong"),
    [
        ({"a": 1}, {"a": int}, 0),
        ({"a": 1, "b": 2}, {"a": int}, 0),
        ({}, {"a": int}, 1),
        ({"a": "1"}, {"a": int}, 1),
        ({"a": True}, {"a": int}, 1),
        ([1, "2"], [int], 1),
        ({"a": {"b": None}}, {"a": {"b": (str, type(None))}}, 0),
        ([], {"a": int}, 1),
        ({}, [int], 1),
    ],
)
def test_a_wrong_shape_is_seen(value: object, shape: Shape, wrong: int) -> None:
    assert len(differs(value, shape)) == wrong
