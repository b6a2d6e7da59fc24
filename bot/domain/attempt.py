"""One call to a model, as it is written down and paid for."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to a model: what it was asked, how it ended and what it cost. What is not known is None, never zero."""

    model: str
    """The one that was asked: `main/gpt-6-luna`."""
    prompt: str
    outcome: str
    n: int = 1
    reported: str = ""
    """The model that the server says it was."""
    server: str = ""
    """The host and path that were asked; no key stands in it."""
    dialect: str = ""
    """How the form of the answer was asked for."""
    input_hash: str = ""
    schema_hash: str = ""
    output_hash: str = ""
    finish: str = ""
    input_tokens: int | None = None
    cached_tokens: int | None = None
    """Of the input, what the server had read before."""
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    """Of the output, what nobody gets to read."""
    cost_micros: int | None = None
    prices: str = ""
    """Where the price comes from: a version of the price list, or the settings."""
    latency_ms: int | None = None
    request_id: str = ""
    key: str = ""
    """The idempotency key that went along."""
    error: str = ""


def call_key(question: str, n: int) -> str:
    """The idempotency key of the n-th call for a question: asked once more, the same question has the same."""
    return hashlib.sha256(f"{question}/{n}".encode()).hexdigest()[:40]
