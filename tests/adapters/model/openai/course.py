"""One question through the whole engine over real HTTP, and what has to hold whatever the server did."""

import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.adapters.model.engine import Candidate, Endpoint, Engine
from bot.adapters.model.openai import OpenAIWire
from bot.adapters.model.wire import PLAIN, Parameters
from bot.domain.attempt import Attempt
from bot.ports.model import Answer, NoAnswer, Question
from tests.adapters.model.asking import Triage, question, ticket
from tests.adapters.model.openai.server import Line, Seen, Server, serving
from tests.adapters.model.wired import NoPrices

KEY = "sk-live-9f8e7d6c5b4a39281706"
MATERIAL = {"ticket": ticket("The door is broken.")}
FENCE = "f" * 16
FIELDS = frozenset({"model", "messages", "max_tokens", "response_format", "tools", "tool_choice"})
"""All that a question says where nobody set anything."""
HEADERS = frozenset(
    "host authorization idempotency-key x-client-request-id accept accept-encoding content-type user-agent "
    "content-length".split()
)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one question."""

    answer: Answer | NoAnswer
    journal: Sequence[Seen]
    engine: Engine

    @property
    def outcomes(self) -> list[str]:
        return [one.outcome for one in self.answer.attempts]

    @property
    def first(self) -> Attempt:
        return self.answer.attempts[0]


def a_question(within: float = 10.0, key: str = "k") -> Question:
    """A triage; the instructions hold nothing that is not in it."""
    return replace(question(Triage, MATERIAL, key=key, hints={}), within=timedelta(seconds=within))


@asynccontextmanager
async def engine_at(
    server: Server, *models: str, parameters: Parameters = PLAIN, **settings: Any
) -> AsyncGenerator[Engine]:
    """An engine whose every model is on this server."""
    wanted: dict[str, Any] = {"url": server.url, "key": KEY, **settings}
    endpoint = Endpoint("main", OpenAIWire(**wanted))
    route = [Candidate(endpoint, model, NoPrices(), parameters) for model in models or ("first",)]
    engine = Engine({"fast": route}, new_fence=lambda: FENCE)
    try:
        yield engine
    finally:
        await engine.close()


async def ask(*script: Line, models: Sequence[str] = ("first",), within: float = 10.0, **settings: Any) -> Told:
    """Ask once, and hold what always holds."""
    async with serving(*script) as server, engine_at(server, *models, **settings) as engine:
        answer = await engine.answer(a_question(within))
    told = Told(answer, server.journal, engine)
    attempts_are_what_the_server_saw(answer, server)
    nothing_says_the_key(answer)
    return told


def attempts_are_what_the_server_saw(answer: Answer | NoAnswer, server: Server) -> None:
    """One row for each request, in order; nothing was sent that no row tells of."""
    rows = [(one.key, one.model, one.dialect) for one in answer.attempts]
    assert rows == [(seen.key, f"main/{seen.model}", seen.dialect.value) for seen in server.journal]
    assert [one.n for one in answer.attempts] == [*range(1, len(rows) + 1)]
    assert len({one.key for one in answer.attempts}) == len(rows)
    assert {one.server for one in answer.attempts} <= {f"127.0.0.1:{server.port}/v1"}


def nothing_says_the_key(*things: object) -> None:
    assert KEY not in repr(things)


def nothing_undeclared(seen: Seen) -> None:
    """A request has the fields and headers that it needs, and no word besides the question's own."""
    assert seen.body.keys() <= FIELDS
    assert seen.headers.keys() <= HEADERS
    assert KEY not in json.dumps(seen.body)


def logged(records: Sequence[logging.LogRecord]) -> str:
    return "\n".join(record.getMessage() for record in records)
