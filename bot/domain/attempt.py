"""One call to a model, as it is written down and paid for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to a model: what it was asked, how it ended and what it cost."""

    model: str
    prompt: str
    outcome: str
    n: int = 1
    dialect: str = ""
    input_hash: str = ""
    schema_hash: str = ""
    output_hash: str = ""
    finish: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_micros: int | None = None
    """None is unknown, not zero."""
    latency_ms: int | None = None
    request_id: str = ""
    error: str = ""
