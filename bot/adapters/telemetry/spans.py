"""What a span says, as plain data: one for the question, and below it one for each call, in their order.

The names are those of the conventions for generative AI, which are still on the move, so they are written out here.
What a server said of itself is shown only where it looks like a name: it could say anything, and this goes elsewhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.adapters.telemetry.watched import Asked
from bot.domain.attempt import Attempt
from bot.domain.outcome import Outcome

Attribute: TypeAlias = str | int | tuple[str, ...]
Clean: TypeAlias = Callable[[str], str]
"""Takes out of a text what may not leave the bot."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}")
_PROVIDERS = {"openai.com": "openai", "azure.com": "azure.ai.openai", "openrouter.ai": "openrouter"}


@dataclass(frozen=True, slots=True)
class SpanOf:
    """One span."""

    name: str
    begun_ns: int
    ended_ns: int
    attributes: Mapping[str, Attribute]
    error: str = ""
    """Why it is no success; empty where it is one."""


def question_span(asked: Asked) -> SpanOf:
    """The span of a question as a whole."""
    attributes: dict[str, Attribute] = {
        "gen_ai.workflow.name": asked.workflow,
        "gen_ai.prompt.name": asked.prompt,
        "countersign.step": asked.step,
        "countersign.calls": len(asked.attempts),
    }
    if asked.run:
        attributes["countersign.run"] = asked.run
    error = "" if asked.answered else _last_outcome(asked)
    return SpanOf(f"ask {asked.step}", asked.begun_ns, _end(asked), attributes | _error(error), error)


def call_spans(asked: Asked, clean: Clean) -> Iterator[SpanOf]:
    """The spans of its calls. Each begins where the one before it ended, and none outlasts the question."""
    at, end = asked.begun_ns, _end(asked)
    for attempt in asked.attempts:
        begun, at = at, min(end, at + (attempt.latency_ms or 0) * 1_000_000)
        error = "" if attempt.outcome == Outcome.ANSWERED else attempt.outcome
        attributes = dict(_of_call(asked, attempt, clean)) | _error(error)
        yield SpanOf(f"chat {_model(attempt)}", begun, at, attributes, error)


def _end(asked: Asked) -> int:
    return asked.begun_ns + round(asked.took.total_seconds() * 1_000_000_000)


def _last_outcome(asked: Asked) -> str:
    """What became of the last call; none was made where its server was left alone."""
    return asked.attempts[-1].outcome if asked.attempts else Outcome.OVERLOADED.value


def _error(error: str) -> dict[str, Attribute]:
    return {"error.type": error} if error else {}


def _of_call(asked: Asked, attempt: Attempt, clean: Clean) -> Iterator[tuple[str, Attribute]]:
    host = urlsplit(f"//{attempt.server}").hostname or ""
    yield "gen_ai.operation.name", "chat"
    yield "gen_ai.provider.name", _provider(attempt, host)
    yield "gen_ai.request.model", _model(attempt)
    yield "gen_ai.workflow.name", asked.workflow
    yield "gen_ai.prompt.name", asked.prompt
    yield "countersign.step", asked.step
    yield "countersign.outcome", attempt.outcome
    told: dict[str, Attribute | None] = {
        "server.address": host or None,
        "gen_ai.response.model": _named(attempt.reported, clean),
        "gen_ai.response.id": _named(attempt.request_id, clean),
        "gen_ai.response.finish_reasons": (finish,) if (finish := _named(attempt.finish, clean)) else None,
        "gen_ai.usage.input_tokens": attempt.input_tokens,
        "gen_ai.usage.cache_read.input_tokens": attempt.cached_tokens,
        "gen_ai.usage.output_tokens": attempt.output_tokens,
        "gen_ai.usage.reasoning.output_tokens": attempt.reasoning_tokens,
        "countersign.run": asked.run or None,
        "countersign.dialect": attempt.dialect or None,
        "countersign.cost_micros": attempt.cost_micros,
    }
    yield from ((name, value) for name, value in told.items() if value is not None)


def _model(attempt: Attempt) -> str:
    """The model's name as its server knows it; for what is no server of the settings, the whole name."""
    return attempt.model.partition("/")[2] if attempt.server else attempt.model


def _provider(attempt: Attempt, host: str) -> str:
    """Whose server it is, where that can be told from its address; else what the settings call it."""
    known = (name for domain, name in _PROVIDERS.items() if host == domain or host.endswith(f".{domain}"))
    return next(known, attempt.model.partition("/")[0])


def _named(said: str, clean: Clean) -> str | None:
    """A name, if it is one and nothing that may not be told."""
    return said if _NAME.fullmatch(said) and clean(said) == said else None
