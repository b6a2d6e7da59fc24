"""The page of figures: read by the parser of those who scrape, from a real store, over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.store.store import SqliteStore
from bot.adapters.telemetry.counters import Counters
from bot.adapters.telemetry.gauges import gauges
from bot.adapters.telemetry.page import Page, bound, shown
from bot.domain.effect import Read, Wake
from bot.domain.errors import StoreBusy, Unfit
from bot.domain.person import Door as DoorName
from bot.domain.person import TeamId
from bot.domain.run import RunState
from bot.ports.store import Delivery, Transaction
from tests.adapters.store.made import NOON, Hand, gate, moved, opened, run_of, started
from tests.adapters.telemetry.asked import GOOD, asked

READ = Read("account", "helpdesk.account_of", {"id": "T-1001"})
Figures = Mapping[str, float]


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def store(tmp_path: Path, clock: Hand) -> AsyncIterator[SqliteStore]:
    async with opened(tmp_path / "data.db", clock) as store:
        yield store


def read(text: str) -> Figures:
    """Every sample, as `name{label=value}`."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


class Door:
    """Where the page is served."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def get(self, path: str = "/metrics", method: str = "GET") -> tuple[int, str, str]:
        with bound("127.0.0.1", 0) as listening:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
            async with (
                shown(self.page, listening),
                aiohttp.ClientSession() as session,
                session.request(method, address) as reply,
            ):
                return reply.status, await reply.text(), reply.headers["Content-Type"]


async def scraped(
    store: SqliteStore,
    clock: Hand,
    counters: Counters | None = None,
    turned_away: Mapping[DoorName, int] | None = None,
) -> Figures:
    status, text, kind = await Door(Page(counters or Counters(), store, clock, turned_away or {})).get()
    assert (status, kind.split(";")[0]) == (200, "text/plain")
    return read(text)


async def test_an_empty_bot_says_that_nothing_waits(store: SqliteStore, clock: Hand) -> None:
    figures = await scraped(store, clock)
    assert figures["countersign_store_up"] == 1
    names = "outbox_due outbox_due_seconds inbox_waiting inbox_waiting_seconds audit_unsealed audit_unsealed_seconds"
    assert [figures[f"countersign_{name}"] for name in [*names.split(), "alerts"]] == [0] * 7
    assert figures["countersign_runs_ended_total{state=done}"] == 0
    assert figures["process_resident_memory_bytes"] > 0


async def test_runs_are_shown_by_workflow_and_state(store: SqliteStore, clock: Hand) -> None:
    await store.run(lambda tx: tx.runs.create(started(run_of(1))))
    await store.run(lambda tx: tx.runs.create(started(run_of(2, state=RunState.PARKED))))
    asking = run_of(3, state=RunState.WAITING, gates={"approved": gate()})
    await store.run(lambda tx: tx.runs.create(started(asking)))
    run = await store.run(lambda tx: tx.runs.create(started(run_of(4))))
    await store.run(lambda tx: tx.runs.save(moved(tx.runs.load(run.id), state=RunState.DONE, ended_at=NOON)))
    figures = await scraped(store, clock)
    states = {state: figures[f"countersign_runs{{state={state},workflow=support_triage}}"] for state in STATES}
    assert states == {"running": 1, "asking": 1, "waiting": 0, "parked": 1}
    assert figures["countersign_runs_ended_total{state=done}"] == 1


STATES = ("running", "asking", "waiting", "parked")


async def test_what_piles_up_is_shown_with_its_age(store: SqliteStore, clock: Hand) -> None:
    await store.run(lambda tx: tx.runs.create(started(run_of(1), READ, Wake(NOON + timedelta(days=1), "approved"))))
    came = Delivery("d1", "slack", "event", "T1/ana", TeamId("T1"), NOON, {})
    await store.run(lambda tx: tx.inbox.accept(came))
    clock.forward(seconds=40)
    figures = await scraped(store, clock)
    assert (figures["countersign_outbox_due"], figures["countersign_outbox_due_seconds"]) == (1, 40)
    assert (figures["countersign_inbox_waiting"], figures["countersign_inbox_waiting_seconds"]) == (1, 40)
    assert figures["countersign_audit_unsealed"] == 2
    assert figures["countersign_audit_unsealed_seconds"] == pytest.approx(40, abs=1)


async def test_what_waits_and_who_was_turned_away_is_shown_by_door(store: SqliteStore, clock: Hand) -> None:
    for n, source in enumerate(("slack", "webhook:shop", "webhook:desk", "mail:invoices")):
        came = Delivery(f"d{n}", source, "event", "", TeamId("T1"), NOON, {})
        await store.run(partial(keep, came))
    figures = await scraped(store, clock, turned_away={DoorName.FORM: 3})
    doors = ("slack", "webhook", "form", "mail")
    assert [figures[f"countersign_inbox_waiting_by_door{{door={door}}}"] for door in doors] == [1, 2, 0, 1]
    assert [figures[f"countersign_turned_away_total{{door={door}}}"] for door in doors[1:]] == [0, 3, 0]


def keep(delivery: Delivery, tx: Transaction) -> None:
    assert tx.inbox.accept(delivery)


async def test_what_somebody_is_at_does_not_pile_up_until_their_time_is_over(store: SqliteStore, clock: Hand) -> None:
    await store.run(lambda tx: tx.runs.create(started(run_of(1), READ)))
    until = clock.now() + timedelta(seconds=90)
    await store.run(lambda tx: tx.outbox.lease(now=clock.now(), limit=9, owner="bot", until=until))
    assert (await scraped(store, clock))["countersign_outbox_due"] == 0
    clock.forward(seconds=91)
    assert (await scraped(store, clock))["countersign_outbox_due"] == 1


async def test_a_pause_is_shown(store: SqliteStore, clock: Hand) -> None:
    await store.run(lambda tx: tx.limits.pause("support_triage", "Holidays, says ana@example.com."))
    _, text, _ = await Door(Page(Counters(), store, clock, {})).get()
    assert read(text)["countersign_paused{workflow=support_triage}"] == 1
    assert "ana@example.com" not in text


async def test_what_was_counted_stands_there_as_well(store: SqliteStore, clock: Hand) -> None:
    counters = Counters()
    counters.told(asked(GOOD))
    labels = "dialect=strict schema,model=main/gpt-6-luna,outcome=answered"
    assert (await scraped(store, clock, counters))[f"countersign_model_attempts_total{{{labels}}}"] == 1


async def test_a_store_that_does_not_answer_is_a_figure_and_no_error(
    store: SqliteStore, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy() -> Mapping[str, int]:
        raise StoreBusy("Somebody keeps it.")

    monkeypatch.setattr(store.queries, "counts", busy)
    figures = await scraped(store, clock)
    assert figures["countersign_store_up"] == 0
    assert not [name for name in figures if name.startswith("countersign_runs")]


@pytest.mark.parametrize(("path", "method"), [("/", "GET"), ("/metrics/", "GET"), ("/metrics", "POST")])
async def test_there_is_nothing_else_at_this_port(store: SqliteStore, clock: Hand, path: str, method: str) -> None:
    status, _, _ = await Door(Page(Counters(), store, clock, {})).get(path, method)
    assert status in (404, 405)


async def test_what_is_no_http_is_refused_and_not_quoted(
    store: SqliteStore, clock: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    with bound("127.0.0.1", 0) as listening:
        async with shown(Page(Counters(), store, clock, {}), listening):
            reader, writer = await asyncio.open_connection("127.0.0.1", listening.getsockname()[1])
            writer.write(b"my-secret is this\r\n\r\n")
            assert b"400" in await reader.readline()
            writer.close()
            await writer.wait_closed()
    assert "my-secret" not in caplog.text


async def test_who_asks_and_does_not_read_does_not_keep_the_bot_from_stopping(store: SqliteStore, clock: Hand) -> None:
    with bound("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()) as idle:
        async with asyncio.timeout(10):
            async with shown(Page(Counters(), store, clock, {}), listening):
                idle.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = rf"127\.0\.0\.1:{port}: something else does already\. Choose another metrics"
        with pytest.raises(Unfit, match=said), bound("127.0.0.1", port):
            pass


def test_without_a_store_there_is_one_figure() -> None:
    assert [family.name for family in gauges(None)] == ["countersign_store_up"]
