"""Whoever is sent events hears of them as soon as something was committed, and of what waits once it is tried again."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.cloud_event import DEFAULT
from bot.domain.errors import StoreBusy
from bot.domain.subscriber import Subscriber
from bot.runtimes.events import EventSender
from tests.application.office import Office, opened
from tests.subscriber import Listener, listening

SOME = Subscriber(name="warehouse", of=DEFAULT, source="/countersign/acme")


@asynccontextmanager
async def sending(folder: Path, script: list[int]) -> AsyncGenerator[tuple[Office, Listener]]:
    async with opened(folder) as office, listening(office.clock) as listener:
        listener.script = [*script]
        sender = EventSender(office.parts, SOME, listener.posting(), rest=0.0)
        await sender.start()
        try:
            yield office, listener
        finally:
            await sender.stop()


async def heard(listener: Listener, number: int) -> list[str]:
    async with asyncio.timeout(20):
        while len(listener.heard) < number:
            listener.here.clear()
            await listener.here.wait()
    return listener.types


def at_once(*_: object, chance: float) -> timedelta:
    return timedelta(0)


async def test_a_commit_wakes_it_and_one_request_is_sent_at_a_time(tmp_path: Path) -> None:
    async with sending(tmp_path, [204]) as (office, listener):
        run = await office.start()
        assert await heard(listener, 2) == ["run.started", "gate.opened"]
        await office.decide(run)
        assert (await heard(listener, 5))[-1] == "run.done"
        assert listener.most_at_once == 1


async def test_what_was_not_taken_is_sent_again_without_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.application.send_events.pause_after", at_once)
    async with sending(tmp_path, [503, 503, 204]) as (office, listener):
        await office.open()
        assert await heard(listener, 3) == ["run.started"] * 3
        assert len({*listener.ids}) == 1
    assert [one.message for one in caplog.records if one.__dict__.get("action") == "events.not_taken"] == [
        "Events wait for warehouse: it answers 503."
    ]


async def test_who_wants_no_more_gets_no_more_until_a_new_start(tmp_path: Path) -> None:
    async with sending(tmp_path, [410, 204]) as (office, listener):
        await office.start()
        await heard(listener, 1)
        again = EventSender(office.parts, SOME, listener.posting(), rest=0.0)
        assert len(listener.heard) == 1
        await again.start()
        assert await heard(listener, 3) == ["run.started", "run.started", "gate.opened"]
        await again.stop()


async def test_a_store_that_is_busy_or_a_bug_of_ours_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.runtimes.events.AFTER_FAILURE", timedelta(0))
    monkeypatch.setattr("bot.runtimes.events.AFTER_A_BUG", timedelta(0))
    faults: list[Exception] = [StoreBusy(), ZeroDivisionError("planted-4711")]

    def fails(*_: object) -> str:
        if faults:
            raise faults.pop(0)
        return "run:x/1/ab"

    with caplog.at_level(logging.WARNING):
        async with sending(tmp_path, [204]) as (office, listener):
            monkeypatch.setattr("bot.application.send_events.event_id", fails)
            await office.open()
            await heard(listener, 1)
    assert faults == []
    assert "planted-4711" not in caplog.text
