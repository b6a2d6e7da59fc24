"""Traces reach a real collector as the SDK's own classes read them; one that is down or hangs changes nothing."""

import asyncio
import builtins
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from bot.adapters.telemetry.traces import LAST_WORDS, Said, Traces
from bot.domain.errors import Misdeclared
from tests.adapters.telemetry.asked import BAD, BEGUN, GOOD, MS, asked, collecting, said

Log = Callable[[], list[str]]


def traces_to(address: str) -> Traces:
    return Traces(address, instance="here-1", clean=lambda text: text)


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Log:
    """Everything that was logged above the level of a remark."""
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records]


def nobody_there() -> str:
    """An address of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


async def test_a_question_arrives_as_a_trace_with_a_span_for_each_call() -> None:
    async with collecting() as collector:
        traces = traces_to(collector.address)
        traces.told(asked(BAD, GOOD))
        await traces.close()
        first, second, whole = collector.spans()
    assert [span.name for span in (whole, first, second)] == ["ask triage", "chat gpt-6-luna", "chat gpt-6-luna"]
    assert {span.trace_id for span in (first, second)} == {whole.trace_id}
    assert {span.parent_span_id for span in (first, second)} == {whole.span_id}
    assert (whole.kind, first.kind) == (Span.SPAN_KIND_INTERNAL, Span.SPAN_KIND_CLIENT)
    assert (first.status.code, whole.status.code) == (Status.STATUS_CODE_ERROR, Status.STATUS_CODE_UNSET)
    assert (second.start_time_unix_nano, second.end_time_unix_nano) == (BEGUN + 300 * MS, BEGUN + 1_000 * MS)
    assert said(second)["gen_ai.usage.input_tokens"] == 812
    assert said(second)["gen_ai.response.finish_reasons"] == ["stop"]
    assert said(first)["error.type"] == "invalid"


async def test_two_questions_are_two_traces_of_one_service() -> None:
    async with collecting() as collector:
        traces = traces_to(collector.address)
        traces.told(asked(GOOD))
        traces.told(asked(GOOD))
        await traces.close()
        assert len({span.trace_id for span in collector.spans()}) == 2
        assert b"countersign" in collector.bodies[0]
        assert b"here-1" in collector.bodies[0]


async def test_the_key_of_a_collector_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=of-the-collector")
    async with collecting() as collector:
        traces = traces_to(collector.address)
        traces.told(asked(GOOD))
        await traces.close()
        assert collector.headers[0]["x-api-key"] == "of-the-collector"


async def test_a_collector_that_is_gone_is_said_once(heard: Log) -> None:
    traces = traces_to(nobody_there())
    for _ in range(3):
        traces.told(asked(BAD, GOOD))
    await traces.close()
    assert [line for line in heard() if "takes no traces" in line] == heard()
    assert len(heard()) == 1


async def test_a_collector_that_hangs_is_not_waited_for(heard: Log) -> None:
    async with collecting(hangs=True) as collector:
        traces = traces_to(collector.address)
        traces.told(asked(GOOD))
        async with asyncio.timeout(LAST_WORDS + 5):  # it would be thirty seconds
            await traces.close()
        assert collector.came.is_set()
        assert len(heard()) == 1


async def test_a_collector_that_refuses_is_said_once(heard: Log) -> None:
    async with collecting(status=400) as collector:
        traces = traces_to(collector.address)
        traces.told(asked(GOOD))
        await traces.close()
        assert len(collector.bodies) == 1
        assert ["takes no traces" in line for line in heard()] == [True]


async def test_a_full_store_of_traces_slows_nobody_and_fills_no_log(heard: Log) -> None:
    async with collecting(hangs=True) as collector:
        traces = traces_to(collector.address)
        for _ in range(2_500):
            traces.told(asked(GOOD))
        await traces.close()
        assert len(heard()) == 1


def test_a_collector_that_comes_back_is_said_once(heard: Log) -> None:
    collector = Said("http://127.0.0.1:4318")
    for taken in (True, True, False, False, True, True, False):
        collector.heard(taken=taken)
    assert [("no traces" in line, "again" in line) for line in heard()] == [(True, False), (False, True), (True, False)]


def test_after_the_end_nothing_is_said(heard: Log) -> None:
    collector = Said("http://127.0.0.1:4318")
    collector.end()
    collector.heard(taken=False)
    assert heard() == []


async def test_nothing_of_it_belongs_to_the_whole_process() -> None:
    from opentelemetry.trace import get_tracer_provider

    before = get_tracer_provider()
    async with collecting() as collector:
        traces = traces_to(collector.address)
        assert get_tracer_provider() is before
        await traces.close()


async def test_its_thread_ends_with_it() -> None:
    before = {*threading.enumerate()}
    async with collecting() as collector:
        traces = traces_to(collector.address)
        traces.told(asked(GOOD))
        (sending,) = {*threading.enumerate()} - before
        await traces.close()
    assert not sending.is_alive()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Misdeclared, match=r"not installed.*Install countersign\[otel\]"):
        traces_to("http://127.0.0.1:4318")
