"""Whatever of a payload is taken away or replaced: an answer, never an error, and nothing kept that is unsound."""

import asyncio
import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.intake.envelope import enveloped, is_list
from bot.adapters.slack.intake.intake import DONE, STRANGE, STRANGER
from bot.adapters.slack.intake.parsed import Unparsed, parsed
from bot.domain.plain import is_object
from tests.adapters.slack.intake.made import Door, body_of
from tests.adapters.slack.intake.payloads import RECORDED

Path = tuple[str | int, ...]
GONE = object()
INSTEAD: list[Any] = [
    GONE, None, True, False, 0, -1, 7, 10**30, 0.5, "", "x", "T9", "U/1", "\0", "é" * 600, [], [None], ["x"], [[]],
    [{"id": "x"}], {}, {"id": "x"}, {"id": None}, {"id": 7}, {"id": ["x"]}, {"type": "x"}, {"": {}},
]  # fmt: skip
ACTOR = re.compile(r"[A-Za-z0-9]{1,64}/[A-Za-z0-9]{1,64}|")
ID = re.compile(r"slack:[0-9a-f]{32}")


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Where anything stands in a payload."""
    for key, part in parts_of(value):
        yield (*before, key)
        yield from paths(part, (*before, key))


def parts_of(value: Any) -> list[tuple[str | int, Any]]:
    if is_object(value):
        return [*value.items()]
    return [*enumerate(value)] if is_list(value) else []


def put(payload: Any, path: Path, value: Any) -> None:
    """Replace or take away what stands somewhere, where it stands there still."""
    *way, last = path
    try:
        for key in way:
            payload = payload[key]
        if value is GONE:
            del payload[last]
        else:
            payload[last] = deepcopy(value)
    except (LookupError, TypeError):
        return


def judge(payload: dict[str, Any]) -> int:
    """Take a payload twice; its status, after everything that must hold was looked at."""
    door = Door()
    intake = door.intake()

    async def twice() -> tuple[int, int]:
        return (await intake.take(payload)).status, (await intake.take(payload)).status

    first, second = asyncio.run(twice())
    assert first == second
    assert first in (DONE, STRANGE, STRANGER)
    assert len(door.kept) <= 1, "nothing is kept twice"
    assert door.woken == door.kept
    for delivery in door.kept:
        assert first == DONE
        envelope = enveloped(payload)
        assert envelope.team == "T1" or envelope.enterprise == "E1"
        assert envelope.user_team in ("", "T1", "E1", envelope.team)
        assert delivery.team == envelope.team
        assert ACTOR.fullmatch(delivery.actor)
        assert ID.fullmatch(delivery.id)
        assert delivery.actor or delivery.kind == "event_callback"
    return first


@pytest.mark.parametrize("name", RECORDED)
def test_with_any_one_field_changed_there_is_an_answer(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    for path in paths(RECORDED[name]):
        for value in INSTEAD:
            payload = deepcopy(RECORDED[name])
            put(payload, path, value)
            judge(payload)
    assert caplog.records == [], "nothing of our own went wrong"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """A recorded payload with a few things changed, or with fields of another one."""
    name = draw(st.sampled_from([*RECORDED]))
    payload = deepcopy(RECORDED[name])
    if draw(st.booleans()):
        payload |= deepcopy(RECORDED[draw(st.sampled_from([*RECORDED]))])
    for path in draw(st.lists(st.sampled_from([*paths(payload)]), min_size=1, max_size=4)):
        put(payload, path, draw(st.just(GONE) | st.sampled_from(INSTEAD) | ANY_JSON))
    return payload


@given(changed())
def test_with_several_changed_there_is_an_answer(payload: dict[str, Any]) -> None:
    judge(payload)


@given(changed())
def test_what_comes_over_http_is_judged_as_what_comes_over_a_socket(payload: dict[str, Any]) -> None:
    if isinstance(payload.get("type"), str) and "payload" not in payload:
        try:
            heard = parsed(*body_of(payload))
        except Unparsed:
            return  # a number that no other program reads back: a socket refuses the frame with it, too
        assert judge({**heard}) == judge(payload)


@given(st.dictionaries(st.text(max_size=8), ANY_JSON, max_size=5))
def test_anything_else_is_strange(payload: dict[str, Any]) -> None:
    if not {"type", "command", "ssl_check"} & set(payload):
        assert judge(payload) == STRANGE
