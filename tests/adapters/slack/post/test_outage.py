"""While Slack is away nothing is lost, and nothing is said twice once it is back. Whole runs, a whole bot."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.event import Verdict
from bot.domain.person import Person
from bot.domain.run import RunId
from bot.workspace.state.message import Message
from tests.adapters.slack.post.cards import STEP, Draw, finding, messenger_of
from tests.adapters.slack.post.place import Stand
from tests.application.office import Office, opened
from tests.made import MIA

RUNS = 6
AWAY = ({"trouble": "status", "status": 503}, {"trouble": "status", "status": 500}, {"trouble": "drop before"})


@dataclass
class Bot:
    """An office whose chat is Slack."""

    office: Office
    slack: Stand

    async def settle(self) -> None:
        """Perform whatever is due now, side by side, as a runtime does."""
        while leases := await self.office.lease(32):
            await asyncio.gather(*(self.office.perform(lease) for lease in leases))

    async def pass_time(self, **time: float) -> None:
        """Let time pass for the bot, effect by effect."""
        clock = self.office.clock
        until = clock.now() + timedelta(**time)
        while (due := await self.office.next_due()) is not None and due <= until:
            clock.at = max(clock.at, due)
            await self.settle()
        clock.at = until

    async def start(self, count: int = RUNS) -> list[RunId]:
        runs = [(await self.office.open(key=f"k{n}")).run for n in range(count)]
        await self.settle()
        return runs

    def cards(self, run: RunId) -> list[Message]:
        return [one for one in self.slack.written("support") if run[-4:] in one.text]

    def told(self, person: str) -> list[str]:
        return [one.text for one in self.slack.told(person)]

    async def lost(self, run: RunId) -> list[str]:
        return [entry.kind for entry in await self.office.entries(run, "message.lost")]


@pytest.fixture
async def bot(slack: Stand, tmp_path: Path) -> AsyncGenerator[Bot]:
    async with opened(tmp_path) as office:
        find, caller = finding(slack), slack.caller

        async def found(who: str) -> Person | None:
            return await find(f"@{who.rpartition('/')[2].removeprefix('@')}")

        messenger = messenger_of(slack, caller, office.store, Draw(), find=found)
        office.parts = replace(office.parts, messenger=messenger)
        yield Bot(office, slack)


async def test_cards_and_messages_are_seen_where_slack_is_well(bot: Bot) -> None:
    runs = await bot.start(2)
    assert [[one.text for one in bot.cards(run)] for run in runs] == [[f"{run[-4:]} {STEP}: open v1"] for run in runs]
    gate = (await bot.office.run(runs[0])).gates[STEP]
    assert gate.shown_at is not None
    (shown,) = await bot.office.entries(runs[0], "gate.shown")
    assert shown.kind == "gate.shown"


@pytest.mark.parametrize("away", AWAY, ids=["503", "500", "dropped"])
async def test_after_an_hour_without_slack_every_card_stands_once_and_as_it_should(
    bot: Bot, away: dict[str, object]
) -> None:
    await bot.slack.driver.fault("*", times=-1, **away)
    runs = await bot.start()
    await bot.pass_time(minutes=30)
    await bot.office.decide(runs[0], Verdict.REJECT, MIA, reason="other")
    await bot.pass_time(minutes=30)
    assert bot.slack.written("support") == []
    await bot.slack.driver.mend()
    await bot.pass_time(minutes=8)
    states = [[one.text.rpartition(": ")[2] for one in bot.cards(run)] for run in runs]
    assert states == [["rejected v1"], *[["open v1"]] * (RUNS - 1)]
    assert [await bot.lost(run) for run in runs] == [[]] * RUNS
    assert (await bot.office.run(runs[1])).gates[STEP].shown_at is not None


async def test_answers_that_are_lost_at_random_double_nothing(bot: Bot) -> None:
    for after in range(0, 24, 3):
        await bot.slack.driver.fault("chat.*", trouble="drop after", after=after)
    runs = await bot.start()
    await bot.office.decide(runs[0], Verdict.REJECT, MIA, reason="other")
    await bot.pass_time(hours=1)
    await bot.slack.driver.mend()
    await bot.pass_time(minutes=8)
    assert [len(bot.cards(run)) for run in runs] == [1] * RUNS
    assert bot.cards(runs[0])[0].text.endswith("rejected v1")
    for name in ("olga", "sam", "priya"):
        assert len(bot.told(name)) == len({*bot.told(name)})


async def test_who_was_told_already_is_not_told_again_because_somebody_else_was_not(bot: Bot) -> None:
    (run,) = await bot.start(1)
    await bot.slack.driver.fault("chat.postMessage", trouble="status", status=503, after=1, times=3)
    await bot.pass_time(hours=4, minutes=20)
    assert [len([one for one in bot.told(name) if "still waits" in one]) for name in ("mia", "leo")] == [1, 1]
    assert await bot.lost(run) == []


async def test_a_storm_of_refusals_passes_and_every_card_stands(bot: Bot) -> None:
    await bot.slack.driver.fault("chat.postMessage", trouble="status", status=429, retry_after="20", times=9)
    runs = await bot.start()
    await bot.pass_time(minutes=20)
    assert [len(bot.cards(run)) for run in runs] == [1] * RUNS


async def test_a_token_that_was_revoked_holds_no_run_up_and_loses_nothing(bot: Bot) -> None:
    await bot.slack.driver.ask("app", revoked=True)
    runs = await bot.start(2)
    await bot.pass_time(hours=3)
    assert "revoked" in bot.slack.caller.barred
    await bot.office.decide(runs[0], Verdict.REJECT, MIA, reason="other")
    await bot.slack.driver.ask("app", revoked=False)
    await bot.pass_time(minutes=8)
    assert [[one.text.rpartition(": ")[2] for one in bot.cards(run)] for run in runs] == [["rejected v1"], ["open v1"]]
    assert await bot.lost(runs[1]) == []


async def test_of_a_channel_that_is_archived_the_owner_hears_once_and_its_cards_come_after_it_is_mended(
    bot: Bot,
) -> None:
    channel = bot.slack.desk.workspace.channels[bot.slack.channel("support")]
    channel.archived = True
    (run,) = await bot.start(1)
    await bot.pass_time(hours=2)
    (heard,) = bot.told("olga")
    assert "#support" in heard
    assert "archived" in heard
    assert bot.told("priya") == []
    channel.archived = False
    await bot.pass_time(minutes=31)
    assert [one.text for one in bot.cards(run)] == [f"{run[-4:]} {STEP}: open v1"]


async def test_a_card_that_nobody_mends_is_given_up_after_a_day_and_the_owner_hears_again(bot: Bot) -> None:
    bot.slack.desk.workspace.channels[bot.slack.channel("support")].archived = True
    (run,) = await bot.start(1)
    await bot.pass_time(hours=25)
    assert "show" not in await bot.office.pending(run)
    assert len([one for one in bot.told("olga") if "could not be shown" in one]) == 2


async def test_who_is_not_in_slack_is_stood_in_for_by_the_owner(bot: Bot) -> None:
    bot.slack.desk.workspace.people[bot.slack.user("mia")].deleted = True
    bot.slack.desk.workspace.people[bot.slack.user("leo")].deleted = True
    (run,) = await bot.start(1)
    await bot.pass_time(hours=5)
    assert any("still waits" in one for one in bot.told("olga"))
    assert await bot.lost(run) == ["message.lost"]
