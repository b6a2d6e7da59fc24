"""A wire to a server that exists only as a script, and engines over such wires. What was sent is kept, call by call."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

from bot.adapters.model.engine import Candidate, Endpoint, Engine
from bot.adapters.model.engine.candidate import Prices
from bot.adapters.model.engine.pace import Pace
from bot.adapters.model.wire import Dialect, Reply, Request, Usage, Wire
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome

FENCES = ("a1b2c3d4e5f6a7b8", "0f1e2d3c4b5a6978")
CENT_A_THOUSAND = 10
"""Micros a token."""

Line = Reply | Callable[[Request, Dialect], Reply]


@dataclass(slots=True)
class Spoken:
    """A server that says line after line, and the last one again and again."""

    lines: Sequence[Line]
    dialects: tuple[Dialect, ...] = tuple(Dialect)
    server: str = "model.example/v1"
    gate: asyncio.Event | None = None
    """Where there is one, a call comes back once it is set."""
    sent: list[tuple[Request, Dialect]] = field(default_factory=list[tuple[Request, Dialect]])
    under_way: int = 0
    most: int = 0
    """How many calls were under way at once, at most."""
    closed: int = 0

    async def send(self, request: Request, dialect: Dialect) -> Reply:
        self.sent.append((request, dialect))
        line = self.lines[min(len(self.sent), len(self.lines)) - 1]
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if self.gate is not None:
                await self.gate.wait()
            return line if isinstance(line, Reply) else line(request, dialect)
        finally:
            self.under_way -= 1

    async def close(self) -> None:
        self.closed += 1

    @property
    def requests(self) -> list[Request]:
        return [request for request, _ in self.sent]

    @property
    def spoken(self) -> list[Dialect]:
        return [dialect for _, dialect in self.sent]


class NoPrices:
    """Nothing is known of any price."""

    version = ""

    def micros(self, model: str, usage: Usage) -> int | None:
        del model, usage
        return None


class Flat:
    """Every token costs the same."""

    version = "the test's"

    def __init__(self, micros: int = CENT_A_THOUSAND) -> None:
        self._micros = micros

    def micros(self, model: str, usage: Usage) -> int | None:
        del model
        if usage.input is None or usage.output is None:
            return None
        return self._micros * (usage.input + usage.output)


def envelope(
    answer: Fact | Mapping[str, object],
    *,
    confidence: object = "sure",
    evidence: object = (),
    doubts: object = (),
    **more: object,
) -> str:
    """The text of an answer in its envelope."""
    value = answer.model_dump(mode="json") if isinstance(answer, Fact) else answer
    whole = {"evidence": evidence, "answer": value, "doubts": doubts, "confidence": confidence, **more}
    return json.dumps(whole, ensure_ascii=False)


COUNTED = Usage(100, 0, 20, 0)


def said(text: str, *, usage: Usage = COUNTED) -> Reply:
    return Reply(Outcome.ANSWERED, text, finish="stop", usage=usage, reported="small-1", request_id="req-1")


def failed(outcome: Outcome, detail: str = "", *, text: str = "", after: float | None = None) -> Reply:
    again = timedelta(seconds=after) if after is not None else None
    return Reply(outcome, text, detail, retry_after=again)


@dataclass(slots=True)
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def candidate(
    wire: Wire,
    name: str = "main",
    *,
    model: str = "small",
    at_once: int = 8,
    clock: Clock | None = None,
    prices: Prices | None = None,
) -> Candidate:
    endpoint = Endpoint(name, wire, Pace(at_once), clock or Clock())
    return Candidate(endpoint, model, prices or NoPrices())


def engine(*candidates: Candidate, clock: Clock | None = None, fences: Sequence[str] = FENCES) -> Engine:
    """An engine whose every role is answered by these, the first first."""
    names = cycle(fences)
    return Engine({"fast": candidates}, monotonic=clock or Clock(), new_fence=lambda: next(names))
