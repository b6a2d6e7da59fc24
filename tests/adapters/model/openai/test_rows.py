"""What a row says of a call: what was counted, who answered, and nothing that nobody said."""

import asyncio
import json

import pytest

from bot.ports.model import Answer, NoAnswer
from tests.adapters.model.openai.course import a_question, ask, engine_at
from tests.adapters.model.openai.server import GOOD, Line, Then, answered, completion, failed, plain, said, serving

WHOLE = json.dumps(GOOD)


async def test_a_row_says_all_that_the_server_said() -> None:
    told = await ask(plain(completion({"content": WHOLE}), x_request_id="req_7"))
    row = told.first
    assert (row.input_tokens, row.cached_tokens, row.output_tokens, row.reasoning_tokens) == (120, 100, 30, 12)
    assert (row.model, row.reported, row.request_id, row.finish) == ("main/first", "m-2026", "req_7", "stop")
    assert (row.dialect, row.outcome, row.error) == ("strict schema", "answered", "")
    assert row.output_hash
    assert row.latency_ms is not None


@pytest.mark.parametrize(
    "usage",
    [
        None,
        "many",
        [],
        {"prompt_tokens": None},
        {"prompt_tokens": -1, "completion_tokens": "7"},
        {"prompt_tokens": 1.5, "completion_tokens": True},
        {"prompt_tokens": 10**30, "prompt_tokens_details": 7, "completion_tokens_details": [1]},
    ],
)
async def test_what_was_not_counted_is_not_known_rather_than_nothing(usage: object) -> None:
    row = (await ask(said(WHOLE, usage=usage))).first
    assert (row.input_tokens, row.cached_tokens, row.output_tokens, row.reasoning_tokens) == (None,) * 4
    assert row.outcome == "answered"


async def test_names_of_the_wrong_type_are_nobodys() -> None:
    row = (await ask(plain({**completion({"content": WHOLE}), "model": 7, "id": None}))).first
    assert (row.reported, row.request_id) == ("", "")


async def test_what_a_server_says_at_length_stands_in_one_short_line() -> None:
    row = (await ask(failed(400, "No.\n\u202eworse\x00\n" + "x" * 100_000))).first
    assert row.error.startswith("HTTP 400: No. ")
    assert len(row.error) <= 300
    assert "\n" not in row.error
    assert "\u202e" not in row.error


async def test_a_model_after_the_first_says_whom_it_stands_in_for() -> None:
    told = await ask(failed(503), failed(401), answered(), models=("first", "second", "third"))
    assert isinstance(told.answer, Answer)
    assert told.outcomes == ["overloaded", "auth", "answered"]
    assert told.answer.doubts[-1] == "main/third answered, because main/first did not."


async def test_where_nobody_answers_it_is_said_whether_to_wait() -> None:
    told = await ask(failed(401), failed(503), models=("first", "second"))
    assert isinstance(told.answer, NoAnswer)
    assert (told.answer.wrong, told.answer.transient) == (False, True)
    told = await ask(failed(401), failed(404), models=("first", "second"))
    assert isinstance(told.answer, NoAnswer)
    assert (told.answer.wrong, told.answer.transient) == (False, False)


async def test_a_server_that_fails_again_and_again_is_left_alone() -> None:
    async with serving(failed(503)) as server, engine_at(server) as engine:
        answers = [await engine.answer(a_question(key=str(n))) for n in range(7)]
    assert len(server.journal) == 5
    assert answers[-1].attempts == ()
    assert [one.key for answer in answers for one in answer.attempts] == [seen.key for seen in server.journal]


async def test_who_gives_up_is_let_go_and_the_next_question_is_answered() -> None:
    async with serving(Line(b"", Then.HANG), answered()) as server, engine_at(server) as engine:
        asking = asyncio.create_task(engine.answer(a_question()))
        await server.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.left.wait()
        assert isinstance(await engine.answer(a_question(key="next")), Answer)


async def test_questions_at_once_share_one_client_and_learn_together() -> None:
    refusal = failed(400, "Unsupported parameter: 'max_tokens' is not supported with this model.")
    good = answered()
    by_words = serving(by=lambda seen: refusal if "max_tokens" in seen.body else good)
    async with by_words as server, engine_at(server) as engine:
        answers = await asyncio.gather(*(engine.answer(a_question(key=str(n))) for n in range(4)))
    outcomes = [[one.outcome for one in answer.attempts] for answer in answers]
    assert all(isinstance(answer, Answer) for answer in answers)
    assert sum(map(len, outcomes)) == len(server.journal)
    assert {seen.dialect.value for seen in server.journal} == {"strict schema"}
