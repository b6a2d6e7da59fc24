"""What is counted can be added up, has few labels, and keeps what is not known apart from zero."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.telemetry.counters import Counters
from bot.domain.attempt import Attempt
from bot.domain.outcome import Outcome, is_unbilled
from tests.adapters.telemetry.asked import BAD, GOOD, asked

Labels = Mapping[str, str]


def read(counters: Counters) -> dict[str, list[tuple[Labels, float]]]:
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in text_string_to_metric_families(generate_latest(counters).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def counted(*attempts: Attempt, answered: bool = True) -> dict[str, list[tuple[Labels, float]]]:
    counters = Counters()
    counters.told(asked(*attempts, answered=answered))
    return read(counters)


def test_each_call_is_counted_by_how_it_ended() -> None:
    found = dict[str, float]()
    for labels, value in counted(BAD, GOOD, GOOD)["countersign_model_attempts_total"]:
        assert (labels["model"], labels["dialect"]) == ("main/gpt-6-luna", "strict schema")
        found[labels["outcome"]] = value
    assert found == {"invalid": 1, "answered": 2}


def test_how_long_calls_took_is_a_histogram_in_seconds() -> None:
    figures = counted(BAD, GOOD)
    sums = {labels["error_type"]: value for labels, value in figures["gen_ai_client_operation_duration_seconds_sum"]}
    assert sums == {"": 0.7, "invalid": 0.3}


def test_tokens_are_counted_by_their_type() -> None:
    sums = {labels["gen_ai_token_type"]: value for labels, value in counted(GOOD)["gen_ai_client_token_usage_sum"]}
    assert sums == {"input": 812, "cached": 512, "output": 96, "reasoning": 32}


def test_what_is_not_counted_by_the_server_is_no_zero() -> None:
    assert "gen_ai_client_token_usage_sum" not in counted(BAD)


def test_costs_add_up_by_workflow_and_model() -> None:
    ((labels, value),) = counted(GOOD, GOOD)["countersign_model_cost_micros_total"]
    assert (labels, value) == ({"workflow": "support_triage", "model": "main/gpt-6-luna"}, 824)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_cost_that_nobody_knows_is_counted_as_such_unless_nothing_is_billed(outcome: Outcome) -> None:
    figures = counted(replace(GOOD, outcome=outcome.value, cost_micros=None))
    assert ("countersign_model_cost_unknown_total" in figures) is not is_unbilled(outcome)
    assert "countersign_model_cost_micros_total" not in figures


def test_questions_that_nobody_answered_are_counted() -> None:
    assert counted(BAD, answered=False)["countersign_model_unanswered_total"] == [({"workflow": "support_triage"}, 1)]
    assert "countersign_model_unanswered_total" not in counted(GOOD)


def test_what_cannot_have_been_counted_breaks_nothing() -> None:
    odd = replace(GOOD, input_tokens=-5, output_tokens=-1, cost_micros=-7)
    figures = counted(odd)
    assert figures["countersign_model_attempts_total"][0][1] == 1
    assert {labels["gen_ai_token_type"] for labels, _ in figures["gen_ai_client_token_usage_sum"]} == {
        "cached",
        "reasoning",
    }


def test_nothing_that_a_server_or_a_person_wrote_becomes_a_label() -> None:
    said = "ana@example.com"
    odd = replace(GOOD, reported=said, finish=said, request_id=said, error=said, server=said, key=said, prompt=said)
    assert said not in generate_latest(_of(odd)).decode()


def _of(attempt: Attempt) -> Counters:
    counters = Counters()
    counters.told(asked(attempt, run="01hz7secret"))
    return counters


def test_the_run_and_the_step_are_no_labels() -> None:
    text = generate_latest(_of(GOOD)).decode()
    assert "01hz7secret" not in text
    assert 'step="' not in text


def test_two_bots_in_one_process_count_apart() -> None:
    one, other = _of(GOOD), Counters()
    assert "countersign_model_attempts_total" in read(one)
    assert "countersign_model_attempts_total" not in read(other)
