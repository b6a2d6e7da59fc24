"""The ladder of dialects and what a model does not take: found out by asking, remembered, and every call a row."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from bot.adapters.model.openai import OpenAIWire
from bot.adapters.model.wire import Dialect, Parameters
from bot.ports.model import Answer, NoAnswer
from tests.adapters.model.openai.course import a_question, ask, attempts_are_what_the_server_saw, engine_at
from tests.adapters.model.openai.server import GOOD, Line, answered, choice, failed, plain, said, serving

WHOLE = json.dumps(GOOD)
NO_FORMAT = failed(400, "This response_format type is unavailable now")
CALLED = choice({"content": None, "tool_calls": [{"function": {"name": "Triage", "arguments": WHOLE}}]}, "tool_calls")
TOLD = Parameters(temperature="0.2", effort="low", logprobs=True)


def unsupported(field: str, hint: str = "") -> Line:
    message = f"Unsupported parameter: '{field}' is not supported with this model. {hint}"
    return failed(400, message, "unsupported_parameter", field)


def system(body: dict[str, Any]) -> str:
    return str(body["messages"][0]["content"])


@pytest.mark.parametrize("rung", range(5))
async def test_the_ladder_is_walked_down_to_what_is_taken_and_remembered(rung: int) -> None:
    good = CALLED if [*Dialect][rung] is Dialect.TOOL else answered()
    async with serving(*[NO_FORMAT] * rung, good) as server, engine_at(server) as engine:
        first = await engine.answer(a_question(key="one"))
        walked = [seen.dialect for seen in server.journal]
        attempts_are_what_the_server_saw(first, server)
        second = await engine.answer(a_question(key="two"))
        last = server.journal[-1]
    assert isinstance(first, Answer)
    assert walked == [*Dialect][: rung + 1]
    assert [one.outcome for one in first.attempts] == ["not supported"] * rung + ["answered"]
    assert [one.outcome for one in second.attempts] == ["answered"]
    assert last.dialect is [*Dialect][rung]


async def test_each_model_has_a_rung_of_its_own() -> None:
    script = (NO_FORMAT, failed(503), answered())
    async with serving(*script) as server, engine_at(server, "first", "second") as engine:
        await engine.answer(a_question())
    asked = [(seen.model, seen.dialect) for seen in server.journal]
    assert asked == [("first", Dialect.STRICT), ("first", Dialect.SCHEMA), ("second", Dialect.STRICT)]


@pytest.mark.parametrize("dialect", [*Dialect])
async def test_a_pinned_dialect_is_the_only_one(dialect: Dialect) -> None:
    told = await ask(NO_FORMAT, answered(), dialect=dialect)
    assert [seen.dialect for seen in told.journal] == [dialect]
    assert isinstance(told.answer, NoAnswer)
    told = await ask(CALLED if dialect is Dialect.TOOL else answered(), dialect=dialect)
    assert isinstance(told.answer, Answer)
    assert told.first.dialect == dialect.value


@pytest.mark.parametrize("dialect", [*Dialect])
async def test_the_form_stands_in_the_words_unless_it_is_enforced(dialect: Dialect) -> None:
    told = await ask(answered(), dialect=dialect)
    words = system(told.journal[0].body)
    assert ('"category"' in words) is (dialect is not Dialect.STRICT)
    assert "broken" not in words  # what outsiders wrote stays in the user's turn


async def test_a_strict_form_and_a_forced_tool_hold_the_whole_schema() -> None:
    strict = (await ask(answered(), dialect=Dialect.STRICT)).journal[0].body["response_format"]["json_schema"]
    assert strict["strict"] is True
    assert strict["name"] == "Triage"
    assert [*strict["schema"]["properties"]] == ["evidence", "answer", "doubts", "confidence"]
    body = (await ask(CALLED, dialect=Dialect.TOOL)).journal[0].body
    assert body["tools"][0]["function"]["parameters"] == strict["schema"]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "Triage"}}


LESSONS = (
    pytest.param([unsupported("max_tokens", "Use 'max_completion_tokens' instead.")], "max_tokens", id="room"),
    pytest.param(
        [
            failed(
                400, "Unsupported value: 'temperature' does not support 0.2. Only the default (1) value is supported."
            )
        ],
        "temperature",
        id="temperature",
    ),
    pytest.param(
        [failed(400, "Unrecognized request argument supplied: reasoning_effort")], "reasoning_effort", id="effort"
    ),
    pytest.param([unsupported("logprobs")], "logprobs", id="logprobs"),
    pytest.param(
        [plain({"detail": [{"loc": ["body", "logprobs"], "msg": "Extra inputs are not permitted"}]}, 422)],
        "logprobs",
        id="FastAPI",
    ),
)


@pytest.mark.parametrize(("refusals", "field"), LESSONS)
async def test_what_a_model_does_not_take_is_left_out_at_once_and_from_then_on(
    refusals: Sequence[Line], field: str
) -> None:
    async with (
        serving(*refusals, answered()) as server,
        engine_at(server, parameters=TOLD) as engine,
    ):
        first = await engine.answer(a_question(key="one"))
        attempts_are_what_the_server_saw(first, server)
        await engine.answer(a_question(key="two"))
    with_it, without, later = (seen.body for seen in server.journal)
    assert isinstance(first, Answer)
    assert [one.outcome for one in first.attempts] == ["not supported", "answered"]
    assert field in with_it
    assert field not in without
    assert later.keys() == without.keys()
    assert without.get("max_completion_tokens" if field == "max_tokens" else "max_tokens") == 1200
    assert {seen.dialect for seen in server.journal} == {Dialect.STRICT}


async def test_a_model_that_takes_nothing_is_asked_a_few_times_and_no_more() -> None:
    script = [unsupported(field) for field in ("temperature", "reasoning_effort", "logprobs", "max_tokens")]
    told = await ask(*script, unsupported("max_completion_tokens"), models=["first"])
    assert isinstance(told.answer, NoAnswer)
    assert told.outcomes == ["bad request"]  # nothing was set besides the room, and that is sought by name alone
    async with serving(*script, answered()) as server, engine_at(server, parameters=TOLD) as engine:
        answer = await engine.answer(a_question())
    assert isinstance(answer, Answer)
    assert [one.outcome for one in answer.attempts] == ["not supported"] * 4 + ["answered"]


async def test_an_answer_without_any_limit_is_not_asked_for() -> None:
    told = await ask(unsupported("max_tokens"), unsupported("max_completion_tokens"), answered())
    assert told.outcomes == ["not supported", "bad request"]
    assert [seen.body.get("max_completion_tokens") for seen in told.journal] == [None, 1200]


async def test_a_step_down_and_a_lesson_in_one_question() -> None:
    told = await ask(unsupported("max_tokens"), NO_FORMAT, answered())
    assert isinstance(told.answer, Answer)
    assert [(seen.dialect, "max_tokens" in seen.body) for seen in told.journal] == [
        (Dialect.STRICT, True),
        (Dialect.STRICT, False),
        (Dialect.SCHEMA, False),
    ]


@pytest.mark.parametrize(
    ("url", "settings", "field"),
    [
        ("https://api.openai.com/v1", {}, "max_completion_tokens"),
        ("https://desk.openai.azure.com/openai/v1/", {}, "max_completion_tokens"),
        ("http://127.0.0.1:11434/v1", {}, "max_tokens"),
        ("https://openai.com.evil.example/v1", {}, "max_tokens"),
        ("https://api.openai.com/v1", {"room": "max_tokens"}, "max_tokens"),
        ("https://api.openai.com/v1", {"api": "responses"}, "max_output_tokens"),
    ],
)
def test_the_room_is_called_what_the_server_calls_it(url: str, settings: dict[str, Any], field: str) -> None:
    assert OpenAIWire(url=url, **settings)._unspoken.room[0] == field


async def test_what_was_set_is_sent_and_nothing_can_stand_in_the_place_of_the_question() -> None:
    told = Parameters("0.2", "low", True, {"provider": {"require_parameters": True}, "model": "other", "messages": []})
    async with serving(answered()) as server, engine_at(server, parameters=told) as engine:
        answer = await engine.answer(a_question())
    body = server.journal[0].body
    attempts_are_what_the_server_saw(answer, server)
    assert body["temperature"] == 0.2
    assert body["reasoning_effort"] == "low"
    assert body["logprobs"] is True
    assert body["provider"] == {"require_parameters": True}
    assert body["messages"]


@pytest.mark.parametrize("temperature", ["", "warm", "nan", "inf"])
async def test_a_temperature_that_is_none_is_not_sent(temperature: str) -> None:
    async with serving(answered()) as server, engine_at(server, parameters=Parameters(temperature)) as engine:
        await engine.answer(a_question())
    assert "temperature" not in server.journal[0].body


async def test_what_does_not_fit_is_said_and_shown_once() -> None:
    told = await ask(said('{"answer": {}}'), said("still wrong"), answered())
    assert isinstance(told.answer, Answer)
    assert told.outcomes == ["invalid", "invalid", "answered"]
    roles = [[turn["role"] for turn in seen.body["messages"]] for seen in told.journal]
    assert roles == [["system", "user"], *[["system", "user", "assistant", "user"]] * 2]
    assert told.journal[2].body["messages"][2]["content"] == "still wrong"
