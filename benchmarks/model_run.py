"""One measured process of `model`: calls to a server of models in one of the ways, or model steps of a whole bot."""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel

from benchmarks.measure import cpu_seconds, percentile
from bot.domain.plain import Plain
from workflows.support_triage import Triage

WARM_UP = 50
STEP = "step"
INSTRUCTIONS = (
    "Sort this ticket into one of the categories, say whether it is urgent, and sum it up in one sentence. " * 4
)
BODY = "I was charged twice for the same order last week and would like one of the two payments returned. " * 2
ANSWER: Mapping[str, object] = {
    "evidence": ["charged twice for the same order"],
    "answer": {"category": "billing", "urgent": False, "summary": "Charged twice; wants one payment back."},
    "doubts": [],
    "confidence": "sure",
}
Call = Callable[[int], Awaitable[object]]


class _Envelope(BaseModel):
    evidence: list[str]
    answer: Triage
    doubts: list[str]
    confidence: str


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message
    finish_reason: str


class _Completion(BaseModel):
    model: str
    choices: list[_Choice]
    usage: dict[str, object]


def _body() -> dict[str, Any]:
    """What all of them ask, with the form in it."""
    from bot.adapters.model.engine.form import form_of

    schema = {"name": "Triage", "strict": True, "schema": form_of(Triage)}
    return {
        "model": "measured",
        "messages": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": BODY}],
        "max_tokens": 1200,
        "response_format": {"type": "json_schema", "json_schema": schema},
    }


@asynccontextmanager
async def raw(url: str) -> AsyncGenerator[Call]:
    """The floor: aiohttp, and pydantic for what comes back."""
    import aiohttp

    body = _body()
    async with aiohttp.ClientSession(headers={"authorization": "Bearer key"}) as session:

        async def call(number: int) -> object:
            del number
            async with session.post(f"{url}/chat/completions", json=body) as answer:
                completion = _Completion.model_validate_json(await answer.read())
            return _Envelope.model_validate_json(completion.choices[0].message.content)

        yield call


@asynccontextmanager
async def create(url: str, *, aiohttp: bool = False) -> AsyncGenerator[Call]:
    """The official client as its manual has it."""
    import openai
    from openai.types.chat import ChatCompletion

    transport = openai.DefaultAioHttpClient() if aiohttp else None
    body = _body()
    async with openai.AsyncOpenAI(base_url=url, api_key="key", max_retries=0, http_client=transport) as client:
        asked: Any = client.chat.completions.create  # its overloads know no body that comes as one

        async def call(number: int) -> object:
            del number
            completion: ChatCompletion = await asked(**body)
            return _Envelope.model_validate_json(completion.choices[0].message.content or "")

        yield call


@asynccontextmanager
async def ours(url: str) -> AsyncGenerator[Call]:
    """The engine and its wire: rendered, fenced, sent, read, judged, and a row written for the call."""
    from bot.adapters.model.engine import Candidate, Endpoint, Engine
    from bot.adapters.model.openai import OpenAIWire
    from bot.adapters.model.prices import Price, prices_of
    from bot.ports.model import Answer, Question

    endpoint = Endpoint("main", OpenAIWire(url=url, key="a key that is one"))
    engine = Engine({"fast": (Candidate(endpoint, "measured", prices_of(url, Price(Decimal("0.25"), Decimal(2)))),)})

    async def call(number: int) -> object:
        material: dict[str, Plain] = {"ticket": {"id": f"T-{number}", "subject": "Charged twice", "body": BODY}}
        answer = await engine.answer(
            Question("bench", "triage", Triage, INSTRUCTIONS, material, "triage@a1b2c3d", {}, str(number))
        )
        if not isinstance(answer, Answer):
            raise TypeError(answer.text)
        return answer

    yield call
    await engine.close()


WAYS: Mapping[str, Callable[[str], AbstractAsyncContextManager[Call]]] = {
    "raw": raw,
    "create": create,
    "create, aiohttp": lambda url: create(url, aiohttp=True),
    "ours": ours,
}


async def calls(way: str, port: int, count: int) -> dict[str, float]:
    """What one call takes, in millionths of a second."""
    async with WAYS[way](f"http://127.0.0.1:{port}/v1") as call:
        for number in range(WARM_UP):
            await call(number)
        took, cpu = list[float](), cpu_seconds()
        for number in range(count):
            began = time.perf_counter()
            await call(number)
            took.append(time.perf_counter() - began)
        return {"cpu": (cpu_seconds() - cpu) / count * 1e6, "p50": percentile(took, 50) * 1e6}


async def steps(data: Path, count: int) -> dict[str, float]:
    """What the bot itself takes for one model step, all that is written included, in thousandths of a second."""
    from benchmarks.desk import open_bot
    from bot.application.parts import Parts
    from bot.application.perform import perform
    from bot.domain.effect import AskModel
    from bot.ports.store import Lease

    took = list[float]()

    async def timed(parts: Parts, lease: Lease) -> None:
        began = time.perf_counter()
        await perform(parts, lease)
        if isinstance(lease.effect, AskModel):
            took.append(time.perf_counter() - began)

    with patch("bot.runtimes.embedded.perform", timed):
        async with open_bot(data) as bot:
            for number in range(WARM_UP + count):
                await bot.until_shown(await bot.ask(f"order {number}"))
    return {"p50": percentile(took[WARM_UP:], 50) * 1e3, "p99": percentile(took[WARM_UP:], 99) * 1e3}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", choices=[*WAYS, STEP], required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    work = steps(asked.data, asked.count) if asked.variant == STEP else calls(asked.variant, asked.port, asked.count)
    print(json.dumps(asyncio.run(work)), flush=True)


if __name__ == "__main__":
    main()
