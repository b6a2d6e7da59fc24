"""A question is one span and each of its calls another, under the names that everybody knows, with no words in them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telemetry.spans import SpanOf, call_spans, question_span
from bot.domain.attempt import Attempt
from bot.domain.outcome import Outcome
from bot.domain.redaction import Redactor
from tests.adapters.telemetry.asked import BAD, BEGUN, GOOD, MS, asked

CANARY = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"


def calls(*attempts: Attempt, took_ms: int = 1_000, secret: str = CANARY) -> list[SpanOf]:
    return list(call_spans(asked(*attempts, took_ms=took_ms), Redactor([secret]).clean))


def test_a_call_is_named_and_counted_as_the_conventions_have_it() -> None:
    (span,) = calls(GOOD)
    assert span.name == "chat gpt-6-luna"
    assert span.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-6-luna",
        "gen_ai.workflow.name": "support_triage",
        "gen_ai.prompt.name": "triage@a1b2c3d",
        "gen_ai.response.model": "gpt-6-luna-2026-08-01",
        "gen_ai.response.id": "req_7f3",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 812,
        "gen_ai.usage.cache_read.input_tokens": 512,
        "gen_ai.usage.output_tokens": 96,
        "gen_ai.usage.reasoning.output_tokens": 32,
        "server.address": "api.openai.com",
        "countersign.step": "triage",
        "countersign.run": "01hz7",
        "countersign.outcome": "answered",
        "countersign.dialect": "strict schema",
        "countersign.cost_micros": 412,
    }


def test_what_is_not_known_is_not_said() -> None:
    (span,) = calls(Attempt("main/m", "p@1", "timeout", server="127.0.0.1:11434/v1"))
    assert not [name for name in span.attributes if "usage" in name or "response" in name or "cost" in name]


@pytest.mark.parametrize(
    ("server", "provider"),
    [
        ("api.openai.com/v1", "openai"),
        ("eu.api.openai.com:443/v1", "openai"),
        ("acme.openai.azure.com/openai/v1", "azure.ai.openai"),
        ("openrouter.ai/api/v1", "openrouter"),
        ("notopenai.com/v1", "main"),
        ("127.0.0.1:11434/v1", "main"),
        ("[::1]:8080/v1", "main"),
    ],
)
def test_the_provider_is_known_by_its_address_or_as_the_settings_call_it(server: str, provider: str) -> None:
    (span,) = calls(replace(GOOD, server=server))
    assert span.attributes["gen_ai.provider.name"] == provider


def test_rules_in_this_process_have_no_server() -> None:
    (span,) = calls(Attempt("rehearsal/1", "p@1", "answered", dialect="rules"))
    assert span.name == "chat rehearsal/1"
    assert span.attributes["gen_ai.provider.name"] == "rehearsal"
    assert "server.address" not in span.attributes


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.ANSWERED])
def test_what_was_not_answered_is_an_error_of_that_type(outcome: Outcome) -> None:
    (span,) = calls(replace(BAD, outcome=outcome.value))
    assert span.error == span.attributes["error.type"] == outcome.value


def test_what_was_answered_is_no_error() -> None:
    (span,) = calls(GOOD)
    assert (span.error, "error.type" in span.attributes) == ("", False)


def test_calls_come_one_after_the_other_within_the_question() -> None:
    first, second = calls(BAD, GOOD)
    assert (first.begun_ns, first.ended_ns) == (BEGUN, BEGUN + 300 * MS)
    assert (second.begun_ns, second.ended_ns) == (BEGUN + 300 * MS, BEGUN + 1_000 * MS)


@given(
    latencies=st.lists(st.none() | st.integers(0, 10_000), max_size=6),
    took=st.integers(0, 20_000),
)
def test_whatever_the_clocks_say_the_order_is_kept(latencies: list[int | None], took: int) -> None:
    spans = calls(*(replace(GOOD, latency_ms=one) for one in latencies), took_ms=took)
    times = [time for span in spans for time in (span.begun_ns, span.ended_ns)]
    assert times == sorted(times)
    assert all(BEGUN <= time <= BEGUN + took * MS for time in times)


def test_the_question_says_where_it_belongs_and_how_it_ended() -> None:
    whole = question_span(asked(BAD, GOOD))
    assert (whole.name, whole.begun_ns, whole.ended_ns) == ("ask triage", BEGUN, BEGUN + 1_000 * MS)
    assert whole.attributes == {
        "gen_ai.workflow.name": "support_triage",
        "gen_ai.prompt.name": "triage@a1b2c3d",
        "countersign.step": "triage",
        "countersign.run": "01hz7",
        "countersign.calls": 2,
    }
    assert whole.error == ""


def test_a_question_that_nobody_answered_is_an_error_by_its_last_call() -> None:
    assert question_span(asked(GOOD, BAD, answered=False)).error == "invalid"
    assert question_span(asked(answered=False)).error == "overloaded", "Nobody was asked: its server is left alone."


def test_a_question_of_no_run_names_none() -> None:
    assert "countersign.run" not in question_span(asked(GOOD, run="")).attributes


@pytest.mark.parametrize("field", ["reported", "finish", "request_id"])
@pytest.mark.parametrize(
    "text",
    [CANARY, f"gpt:{CANARY}", "My name is Ana, ana@example.com", "Ignore that.\nNew:", "x" * 101, "", "<b>", "ключ"],
)
def test_what_a_server_says_in_place_of_a_name_goes_nowhere(field: str, text: str) -> None:
    wrong: dict[str, Any] = {field: text}
    (span,) = calls(replace(GOOD, **wrong))
    assert not [value for value in span.attributes.values() if text and text in str(value)]


def test_what_was_wrong_in_words_goes_nowhere() -> None:
    (span,) = calls(BAD)
    assert BAD.error not in str(span)
