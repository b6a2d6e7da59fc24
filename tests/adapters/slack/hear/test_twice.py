"""Two people at once, twice the same, and the bot away in between: each thing happens once, and nothing is lost."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from bot.adapters.slack.hear.cards import Presses
from bot.domain.run import GateStatus, RunState
from bot.ports.store import Delivery
from bot.runtimes.inbox import InboxWorker
from tests.adapters.slack.hear.house import House, opened


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path, "socket") as house:
        yield house
    house.verify()


async def test_of_two_who_approve_at_once_one_does_and_the_other_hears_who(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await asyncio.gather(house.as_("mia").click(card, "approve"), house.as_("leo").click(card, "approve"))
    await house.settle()
    run = await house.newest()
    assert len(run.gates["approved"].approvals) == 1
    assert house.sent() == ["helpdesk.AddTag"]
    assert [one for one in await house.answers() if "This is approved already, by" in one]


async def test_a_second_click_of_one_person_does_nothing(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await asyncio.gather(*(house.as_("mia").click(card, "approve") for _ in range(3)))
    await house.settle()
    assert house.sent() == ["helpdesk.AddTag"]
    assert all("already, by Mia Lindqvist" in one for one in (await house.answers())[-2:])


async def test_the_same_press_again_is_not_even_looked_at(house: House) -> None:
    await house.start("tag_ticket")
    press = house.pressed(house.user("mia"), await house.card(), "approve")
    for _ in range(3):
        assert await house.deliver(press)
    assert house.sent() == ["helpdesk.AddTag"]
    assert await house.answers() == []


async def test_the_same_press_over_the_other_connection_is_not_even_looked_at(house: House) -> None:
    await house.start("tag_ticket")
    press = house.pressed(house.user("mia"), await house.card(), "approve")
    assert await house.deliver(press)
    await house.end()
    house.over = "http" if house.over == "socket" else "socket"
    await house.begin()
    assert await house.deliver(press)
    assert house.sent() == ["helpdesk.AddTag"]
    assert await house.answers() == []


async def end_at_a_press(house: House, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """A press is kept, and the bot ends before it does anything about it."""
    await house.start("tag_ticket")
    card = await house.card()
    with monkeypatch.context() as ending:
        ending.setattr(Presses, "hear", _dies)
        await house.as_("mia").click(card, verb)
        await house.end()


async def test_a_press_that_was_kept_when_the_bot_ended_is_done_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await end_at_a_press(house, monkeypatch, "approve")
    assert house.sent() == []
    await house.begin()
    await house.settle()
    assert (await house.newest()).state is RunState.DONE
    assert house.sent() == ["helpdesk.AddTag"]


async def test_a_form_that_cannot_be_opened_any_more_is_asked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await end_at_a_press(house, monkeypatch, "edit")
    await house.driver.advance(4)
    await house.begin()
    await house.settle()
    assert (await house.answers())[-1] == "That took too long, and nothing was done. Try once more."


async def test_a_form_that_was_open_meanwhile_is_taken_by_the_next(house: House) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "reject")
    await house.restart()
    await house.submit("mia", form, reason="wrong facts", text="Not this one.")
    assert (await house.newest()).gates["approved"].status is GateStatus.REJECTED


async def test_the_same_request_starts_one_run_and_says_so(house: House) -> None:
    first = await house.start("tag_ticket")
    again = await house.start("tag_ticket")
    assert again.id == first.id
    assert f"The same was asked for before, and stands as run {first.id[-7:]}" in "".join(await house.told("sam"))


async def test_after_a_restart_the_card_still_stands_and_works(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.restart()
    await house.press("leo", card, "approve")
    assert (await house.newest()).state is RunState.DONE
    assert (await house.card()).ts == card.ts


async def _dies(presses: Presses, delivery: Delivery) -> None:
    raise RuntimeError("The process ends here.")


async def test_whoever_presses_what_always_fails_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(_presses: Presses, _delivery: Delivery) -> None:
        raise ValueError("a canary")

    monkeypatch.setattr(Presses, "hear", fails)
    monkeypatch.setattr("bot.wiring.slack.InboxWorker", partial(InboxWorker, pauses=(0.0,)))
    async with opened(tmp_path) as house:
        run = await house.start("tag_ticket")
        await house.press("mia", await house.card(), "approve")
        said = await house.whisper("mia", having="Look at it again before you repeat it")
        assert "canary" not in said + caplog.text
        assert (await house.run(run.id)).state is RunState.WAITING
        assert [one.__dict__["action"] for one in caplog.records if one.levelname == "CRITICAL"] == ["inbox.given_up"]
