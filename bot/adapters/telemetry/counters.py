"""What happened since the bot started, counted for Prometheus, in a registry of this bot's own.

Labels have few values: models and workflows are those of the settings, outcomes and dialects are closed sets. Nothing
that a model, a server or a person wrote becomes one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.adapters.telemetry.watched import Asked
from bot.domain.attempt import Attempt
from bot.domain.outcome import Outcome, is_unbilled

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304)
"""Both as the conventions for generative AI have them."""


class Counters:
    """Counts what the model was asked."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram
        from prometheus_client.process_collector import ProcessCollector

        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"countersign_model_{name}", text, labels, registry=self._registry)

        def histogram(name: str, text: str, label: str, buckets: Sequence[float]) -> Histogram:
            labels = ("gen_ai_operation_name", "gen_ai_request_model", label)
            return Histogram(f"gen_ai_client_{name}", text, labels, buckets=buckets, registry=self._registry)

        took, used = "How long each call to a model took.", "Tokens of each call, as the server counted them."
        self._duration = histogram("operation_duration_seconds", took, "error_type", SECONDS)
        self._tokens = histogram("token_usage", used, "gen_ai_token_type", TOKENS)
        self._attempts = counter("attempts", "Calls to a model, by how they ended.", "model", "outcome", "dialect")
        cost, unknown = "What calls cost, as far as it is known, in millionths of a dollar.", "Calls of unknown cost."
        self._cost = counter("cost_micros", cost, "workflow", "model")
        self._unknown = counter("cost_unknown", unknown, "workflow", "model")
        self._unanswered = counter("unanswered", "Questions that no model answered, after all its calls.", "workflow")

    def told(self, asked: Asked) -> None:
        """Count a question and its calls."""
        for attempt in asked.attempts:
            self._count(asked.workflow, attempt)
        if not asked.answered:
            self._unanswered.labels(asked.workflow).inc()

    def collect(self) -> Iterable["Metric"]:
        """What was counted so far."""
        return self._registry.collect()

    def _count(self, workflow: str, attempt: Attempt) -> None:
        model, outcome = attempt.model, attempt.outcome
        self._attempts.labels(model, outcome, attempt.dialect).inc()
        if attempt.latency_ms is not None:
            error = "" if outcome == Outcome.ANSWERED else outcome
            self._duration.labels("chat", model, error).observe(attempt.latency_ms / 1000)
        for kind, number in _tokens(attempt):
            self._tokens.labels("chat", model, kind).observe(number)
        if attempt.cost_micros is not None and attempt.cost_micros >= 0:
            self._cost.labels(workflow, model).inc(attempt.cost_micros)
        elif not is_unbilled(outcome):
            self._unknown.labels(workflow, model).inc()


def _tokens(attempt: Attempt) -> Iterator[tuple[str, int]]:
    """What is known; what is not is no zero, and what nobody can have counted is not known."""
    counts = {
        "input": attempt.input_tokens,
        "cached": attempt.cached_tokens,
        "output": attempt.output_tokens,
        "reasoning": attempt.reasoning_tokens,
    }
    yield from ((kind, number) for kind, number in counts.items() if number is not None and number >= 0)
