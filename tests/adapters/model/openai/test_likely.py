"""How likely the pieces of an answer were: read from what a server says, and taken from the confidence, never added."""

import json
import math
from enum import StrEnum
from typing import Any

import pytest

from bot.adapters.model.engine.likelihood import likely_percent
from bot.adapters.model.openai.likely import likely_of
from bot.adapters.model.wire import Likely, Parameters
from bot.domain.intent import Fact
from bot.ports.model import Answer
from tests.adapters.model.asking import Draft, Triage
from tests.adapters.model.openai.course import a_question, engine_at
from tests.adapters.model.openai.server import GOOD, completion, plain, serving

WHOLE = json.dumps(GOOD)
SURE = 85


class Mood(StrEnum):
    CALM = "calm"
    ANGRY = "angry"


class Inner(Fact):
    mood: Mood


class Outer(Fact):
    """A choice within, a choice that may be missing, and text that looks like one."""

    inner: Inner
    mood: Mood | None
    note: str


def pieces(text: str, likely: dict[str, float]) -> list[Likely]:
    """The text letter by letter; each of these words is a piece of its own, as likely as said."""
    found, at = list[Likely](), 0
    while at < len(text):
        word = next((word for word in likely if text.startswith(word, at)), "")
        piece = word or text[at]
        found.append(Likely(piece, round(math.log(likely[word]) * 1_000_000) if word else 0))
        at += len(piece)
    return found


def written(answer: dict[str, Any], **more: object) -> str:
    return json.dumps({"evidence": [], "answer": answer, "doubts": [], "confidence": "sure", **more})


@pytest.mark.parametrize(
    ("likely", "percent"),
    [
        ({"bug": 0.5}, 50),
        ({"bug": 0.5, "true": 0.25}, 25),
        ({"bu": 0.5, "g": 0.5}, 25),
        ({"bug": 0.999}, 99),
        ({"It is broken": 0.01}, 100),
        ({"sure": 0.01}, 100),
        ({"category": 0.01}, 100),
        ({"b": 1e-300}, 0),
    ],
)
def test_only_choices_count_and_the_least_likely_decides(likely: dict[str, float], percent: int) -> None:
    assert likely_percent(WHOLE, pieces(WHOLE, likely), Triage) in (percent, percent - 1)


def test_a_choice_is_found_behind_thoughts_and_around_a_fence() -> None:
    text = f"```json\n{json.dumps(GOOD, indent=2)}\n```"
    thought = [Likely('<think>{"answer": {"category": "spam"}}</think>', -9_000_000)]
    assert likely_percent(text, [*thought, *pieces(text, {"bug": 0.5})], Triage) in (49, 50)


def test_what_is_quoted_or_nested_is_no_choice() -> None:
    text = written(
        {
            "inner": {"mood": "calm"},
            "mood": "angry",
            "note": 'they wrote "mood": "calm" and {"answer": {"mood": "calm"}}',
        }
    )
    assert likely_percent(text, pieces(text, {"calm": 0.01, "angry": 0.6}), Outer) in (59, 60)
    text = written({"inner": {"mood": "calm"}, "mood": None, "note": ""})
    assert likely_percent(text, pieces(text, {"null": 0.3}), Outer) in (29, 30)


@pytest.mark.parametrize("text", ["", "{", '{"answer": 7}', '{"answer": {', '{"answer": {"category"', "no JSON", '"'])
def test_where_no_choice_is_found_nothing_is_said(text: str) -> None:
    assert likely_percent(text, pieces(text, {}) or [Likely("x", 0)], Triage) is None


def test_pieces_of_another_text_and_texts_without_choices_say_nothing() -> None:
    assert likely_percent(WHOLE, [Likely("something else", -1)], Triage) is None
    assert likely_percent(WHOLE, (), Triage) is None
    text = written({"body": "Dear Ann"})
    assert likely_percent(text, pieces(text, {"Dear": 0.1}), Draft) is None


# --- from the server ---------------------------------------------------------------------------------------------


def told(*content: object) -> dict[str, object]:
    return {"logprobs": {"content": [*content]}}


def test_a_letter_over_several_pieces_is_joined() -> None:
    first, last = "ü".encode()
    found = likely_of(
        told(
            {"token": "M", "logprob": -0.5, "bytes": [77]},
            {"token": "\\xc3", "logprob": -0.25, "bytes": [first]},
            {"token": "\\xbc", "logprob": -0.25, "bytes": [last]},
            {"token": "ll", "logprob": 0.1},
        )
    )
    assert found == (Likely("M", -500_000), Likely("ü", -500_000), Likely("ll", 0))


def test_what_is_impossible_is_very_unlikely() -> None:
    assert likely_of(told({"token": "x", "logprob": -math.inf}))[0].log_micros == -100_000_000
    assert likely_of(told({"token": "x", "logprob": -9999.0}))[0].log_micros == -100_000_000


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"logprobs": None},
        {"logprobs": {"content": None}},
        {"logprobs": {"content": ["x"]}},
        told({"token": "x"}),
        told({"token": "x", "logprob": "-1"}),
        told({"token": "x", "logprob": True}),
        told({"token": "x", "logprob": math.nan}),
        told({"token": "x", "logprob": -1, "bytes": [256]}),
        told({"token": "x", "logprob": -1, "bytes": ["a"]}),
        told(*[{"token": "x", "logprob": -1}] * 20_001),
    ],
)
def test_what_makes_no_sense_is_no_likelihood(choice: dict[str, object]) -> None:
    assert likely_of(choice) == ()


@pytest.mark.parametrize(("chance", "confidence"), [(0.5, 50), (0.99, SURE)])
async def test_a_confidence_is_lowered_and_never_raised(chance: float, confidence: int) -> None:
    logs = [
        {"token": one.piece, "logprob": one.log_micros / 1_000_000, "bytes": [*one.piece.encode()]}
        for one in pieces(WHOLE, {"bug": chance})
    ]
    body = completion({"content": WHOLE})
    choices = [{"message": {"content": WHOLE}, "finish_reason": "stop", "logprobs": {"content": logs}}]
    async with (
        serving(plain({**body, "choices": choices})) as server,
        engine_at(server, parameters=Parameters(logprobs=True)) as engine,
    ):
        answer = await engine.answer(a_question())
    assert isinstance(answer, Answer)
    assert answer.confidence in (confidence, confidence - 1 if confidence != SURE else SURE)
    assert server.journal[0].body["logprobs"] is True
