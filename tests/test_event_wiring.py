"""Events of a whole bot: sent where the settings name somebody, and said by the doctor where they are not."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.adapters.telemetry.gauges import gauges, standing
from bot.commands.work.doctor_events import events_of
from bot.domain.subscriber import Trouble
from bot.ports.store import Transaction
from bot.settings import SAMPLE, Settings
from bot.wiring import Wall, opened
from bot.wiring.events import events_sent
from tests.subscriber import SECRET, listening
from tests.test_wiring import begin, settings_of

Named = Callable[[str], Settings]


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Named:
    """The sample company, with somebody who is sent events at an address."""
    monkeypatch.chdir(tmp_path)

    def settings(url: str) -> Settings:
        said = f'[events.warehouse]\nurl = "{url}"\nof = ["run.started"]\nprivate = true\n'
        return settings_of(tmp_path, f"{SAMPLE.read_text('utf-8')}\n{said}")

    return settings


async def said(settings: Settings) -> tuple[str, str]:
    (found,) = await events_of(settings, ["support_triage"], Wall().now())
    return found.sign, found.text


async def test_a_bot_sends_what_its_settings_choose_and_the_doctor_knows(named: Named) -> None:
    async with listening(Wall()) as listener:
        settings = replace(named(listener.url), event_secrets={"warehouse": (SecretStr(SECRET),)})
        assert "warehouse is new" in (await said(settings))[1]
        async with opened(settings) as bot:
            async with events_sent(bot):
                await begin(bot)
                async with asyncio.timeout(20):
                    await listener.here.wait()
            assert listener.types == ["run.started"]
            await bot.store.run(refuse)
            figures = {
                (one.name, *one.labels.values()): one.value
                for family in gauges(await standing(bot.store.queries, Wall().now()))
                for one in family.samples
            }
            assert figures["countersign_events_not_taken", "warehouse"] == 1
            assert figures["countersign_inbox_waiting_by_door", "webhook"] == 0
        sign, text = await said(settings)
        assert (sign, "1 event" in text, "it answers 403." in text) == ("mend", False, True)


def refuse(tx: Transaction) -> None:
    tx.subscribers.stumbled("warehouse", Trouble.REFUSES, "it answers 403.")


async def test_without_a_secret_nothing_is_sent_and_that_is_said(
    named: Named, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(Wall()) as listener:
        settings = named(listener.url)
        with caplog.at_level(logging.WARNING):
            async with opened(settings) as bot, events_sent(bot):
                assert (await bot.store.queries.backlog()).owed == ()
        assert "set COUNTERSIGN_EVENTS_WAREHOUSE_SECRET" in caplog.text
        sign, text = await said(settings)
        assert (sign, "nothing to sign them with" in text, listener.heard) == ("mend", True, [])
