"""The whole bot, watched: what a run did stands on the page and in the traces, and no word or secret of it."""

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.adapters.model.rehearsal import Rehearsal
from bot.adapters.systems.sandbox import sample_tickets
from bot.adapters.telemetry.traces import LAST_WORDS
from bot.application.start import Request, start
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.person import Door
from bot.domain.run import RunId
from bot.settings import Settings, read_settings
from bot.settings.telemetry import Telemetry
from bot.wiring import Bot, opened
from bot.wiring.telemetry import watched
from tests.adapters.telemetry.asked import collecting, said
from tests.gathered import TRIAGE_ALONE

CANARY = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"


def settings_of(folder: Path, telemetry: Telemetry) -> Settings:
    read = read_settings({}, data=str(folder / "data"), workflows=str(TRIAGE_ALONE), account="sam")
    return replace(read, file=read.file.model_copy(update={"telemetry": telemetry}))


@pytest.fixture
def port() -> int:
    """One that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@asynccontextmanager
async def watching(folder: Path, telemetry: Telemetry) -> AsyncGenerator[Bot]:
    async with opened(settings_of(folder, telemetry)) as unwatched, watched(unwatched) as bot:
        yield bot


async def ran(bot: Bot) -> RunId:
    """A run to its gate, with a secret and somebody's address in what it is about."""
    ticket = sample_tickets()["billing"].model_dump()
    ticket["body"] = f"{ticket['body']} My key is {CANARY}, write to ana.of.the.test@example.com."
    sam = bot.parts.directory.named("@sam")
    assert sam is not None
    async with bot.running() as runtime:
        opened_run = await start(bot.parts, Request("support_triage", ticket, Door.TERMINAL, sam.team, sam, sam.id))
        await runtime.settle()
    return opened_run.run


async def page(port: int) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/metrics") as reply,
    ):
        assert reply.status == 200
        return await reply.text()


def names(spans: Sequence[Span]) -> list[str]:
    return sorted(span.name for span in spans)


async def test_a_run_stands_on_the_page_and_in_the_traces(tmp_path: Path, port: int) -> None:
    async with collecting() as collector:
        async with watching(tmp_path, Telemetry(otlp=collector.address, metrics_port=port)) as bot:
            run = await ran(bot)
            text = await page(port)
        spans = collector.spans()
    assert 'countersign_model_attempts_total{dialect="rules",model="rehearsal/1",outcome="answered"} 2.0' in text
    assert 'countersign_runs{state="asking",workflow="support_triage"} 1.0' in text
    assert names(spans) == ["ask draft", "ask triage", "chat rehearsal/1", "chat rehearsal/1"]
    assert {said(span)["countersign.run"] for span in spans} == {run}


async def test_no_word_and_no_secret_of_it_leaves_the_bot(tmp_path: Path, port: int) -> None:
    async with collecting() as collector:
        async with watching(tmp_path, Telemetry(otlp=collector.address, metrics_port=port)) as bot:
            await ran(bot)
            text = await page(port)
        sent = b"".join(collector.bodies) + text.encode()
    assert sent
    for word in (CANARY, "ana.of.the.test", "example.com", "charged", "invoice", "Sam", "@sam"):
        assert word.encode() not in sent, word


async def test_a_bot_that_nobody_watches_is_the_same_bot(tmp_path: Path) -> None:
    async with opened(settings_of(tmp_path, Telemetry())) as unwatched, watched(unwatched) as bot:
        assert bot is unwatched
        assert isinstance(bot.parts.model, Rehearsal)


async def test_a_collector_that_is_gone_or_hangs_changes_nothing_and_keeps_nobody_from_stopping(
    tmp_path: Path, port: int
) -> None:
    async with collecting(hangs=True) as collector:
        for n, address in enumerate((collector.address, f"http://127.0.0.1:{port}")):
            async with asyncio.timeout(20 + LAST_WORDS), watching(tmp_path / f"{n}", Telemetry(otlp=address)) as bot:
                run = await ran(bot)
                rows = await bot.store.queries.attempts(run)
                assert [row.attempt.outcome for row in rows] == ["answered", "answered"]


async def test_two_bots_in_one_process_are_counted_apart(tmp_path: Path, port: int) -> None:
    async with watching(tmp_path / "one", Telemetry(metrics_port=port)) as one:
        await ran(one)
        with socket.create_server(("127.0.0.1", 0)) as server:
            free = int(server.getsockname()[1])
        async with watching(tmp_path / "other", Telemetry(metrics_port=free)):
            assert "countersign_model_attempts_total{" in await page(port)
            assert "countersign_model_attempts_total{" not in await page(free)


async def test_a_port_that_is_taken_keeps_the_bot_from_starting_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said_so = Telemetry(metrics_port=int(taken.getsockname()[1]))
        with pytest.raises(Unfit, match="cannot show its figures"):
            async with watching(tmp_path, said_so):
                raise AssertionError("It began.")


async def test_without_the_extra_the_bot_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(Misdeclared, match=r"Install countersign\[otel\]"):
        async with watching(tmp_path, Telemetry(otlp="http://127.0.0.1:4318")):
            raise AssertionError("It began.")
