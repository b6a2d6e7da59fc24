"""The other protocol: the same outcomes, out of other places."""

import json
from collections.abc import Mapping

import pytest

from bot.adapters.model.wire import Dialect, Parameters
from bot.domain.outcome import Outcome
from bot.ports.model import Answer
from tests.adapters.model.openai.course import a_question, ask, attempts_are_what_the_server_saw, engine_at
from tests.adapters.model.openai.server import GOOD, Line, failed, http, plain, serving

WHOLE = json.dumps(GOOD)
USED = {
    "input_tokens": 90,
    "output_tokens": 20,
    "input_tokens_details": {"cached_tokens": 64},
    "output_tokens_details": {"reasoning_tokens": 5},
}


def message(*content: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"type": "message", "role": "assistant", "content": [*content], **more}


def text(said: str) -> dict[str, object]:
    return {"type": "output_text", "text": said, "annotations": []}


def response(*output: Mapping[str, object], status: str = "completed", **more: object) -> Line:
    return plain({"id": "resp_1", "model": "m-2026", "status": status, "output": [*output], "usage": USED, **more})


THOUGHT = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "{}"}]}
CALL = {"type": "function_call", "name": "Triage", "arguments": WHOLE}
GOOD_LINE = response(message(text(WHOLE)))


def incomplete(reason: str, said: str = WHOLE[:-30]) -> Line:
    return response(message(text(said)), status="incomplete", incomplete_details={"reason": reason})


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (GOOD_LINE, Outcome.ANSWERED),
        (response(THOUGHT, message(text(WHOLE[:30]), text(WHOLE[30:]))), Outcome.ANSWERED),
        (response(CALL), Outcome.ANSWERED),
        (response(message(text("{}"), phase="commentary"), message(text(WHOLE))), Outcome.ANSWERED),
        (response(message(text("{}")), message(text(WHOLE), phase="final_answer")), Outcome.ANSWERED),
        (response(message(text("{}"), phase="commentary")), Outcome.INVALID),
        (response(THOUGHT), Outcome.INVALID),
        (response(), Outcome.INVALID),
        (response(message(text(WHOLE[:-9]))), Outcome.INVALID),
        (incomplete("max_output_tokens"), Outcome.CUT),
        (incomplete("max_messages"), Outcome.CUT),
        (incomplete("steered"), Outcome.INVALID),
        (incomplete("content_filter"), Outcome.FILTERED),
        (response(status="incomplete"), Outcome.CUT),
        (response(message({"type": "refusal", "refusal": "I cannot help with that."})), Outcome.REFUSED),
        (plain({"status": "completed", "output": None}), Outcome.GARBAGE),
        (plain({"status": "completed", "output": [1]}), Outcome.GARBAGE),
        (plain({"output": [message(text(WHOLE))]}), Outcome.ANSWERED),
        (response(message(text(WHOLE)), status="cancelled"), Outcome.GARBAGE),
        (response(status="queued"), Outcome.GARBAGE),
        (response(status="failed"), Outcome.OVERLOADED),
        (response(status="failed", error={"code": "server_error", "message": "Sorry"}), Outcome.OVERLOADED),
        (response(status="failed", error={"code": "rate_limit_exceeded", "message": "Slower"}), Outcome.RATE_LIMITED),
        (response(status="failed", error={"code": "invalid_prompt", "message": "No"}), Outcome.FILTERED),
        (failed(429, "quota", "insufficient_quota"), Outcome.QUOTA),
        (failed(400, "Invalid schema", param="text.format.schema"), Outcome.UNSUPPORTED),
        (http("<html>"), Outcome.GARBAGE),
    ],
)
async def test_every_way_to_end_is_one_outcome(line: Line, outcome: Outcome) -> None:
    told = await ask(line, GOOD_LINE, models=("first", "second"), api="responses")
    assert told.first.outcome == outcome
    assert {seen.path for seen in told.journal} == {"/v1/responses"}


@pytest.mark.parametrize("dialect", [*Dialect])
async def test_every_dialect_is_spoken_and_nothing_is_to_be_kept(dialect: Dialect) -> None:
    told = await ask(response(CALL), api="responses", dialect=dialect)
    (seen,) = told.journal
    assert isinstance(told.answer, Answer)
    assert seen.body["store"] is False
    assert seen.body["max_output_tokens"] == 1200
    assert [turn["role"] for turn in seen.body["input"]] == ["user"]
    assert ('"category"' in seen.body["instructions"]) is (dialect is not Dialect.STRICT)


async def test_what_was_counted_is_written_down() -> None:
    told = await ask(GOOD_LINE, api="responses")
    first = told.first
    assert (first.input_tokens, first.cached_tokens, first.output_tokens, first.reasoning_tokens) == (90, 64, 20, 5)
    assert (first.reported, first.request_id, first.finish) == ("m-2026", "resp_1", "stop")


async def test_what_a_model_does_not_take_is_left_out() -> None:
    told = Parameters("0.2", "low", logprobs=True)
    script = (
        failed(400, "Unsupported parameter: 'temperature' is not supported with this model.", param="temperature"),
        failed(400, "Unsupported parameter: 'reasoning.effort'", param="reasoning.effort"),
        failed(422, "Unknown field: store"),
        GOOD_LINE,
    )
    async with serving(*script) as server, engine_at(server, parameters=told, api="responses") as engine:
        answer = await engine.answer(a_question())
    attempts_are_what_the_server_saw(answer, server)
    assert isinstance(answer, Answer)
    first, last = server.journal[0].body, server.journal[-1].body
    assert first["reasoning"] == {"effort": "low"}
    assert first["temperature"] == 0.2
    assert first.keys() - last.keys() == {"temperature", "reasoning", "store"}
    assert "logprobs" not in first
