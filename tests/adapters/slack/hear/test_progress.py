"""How far a run has come, as whoever started it sees it, from the first task to how it ended."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.domain.run import RunState
from bot.workspace.control.seen import Seen
from bot.workspace.payload import Json
from tests.adapters.slack.hear.house import House, opened


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


def plan_of(seen: Seen) -> Json:
    return next(block for block in seen.blocks if block["type"] == "plan")


async def progress(house: House, **wanted: Any) -> Seen:
    """What Sam sees of the run that he has started."""
    return await house.driver.until_message(
        house.direct("sam"), where=lambda seen: any(block["type"] == "plan" for block in seen.blocks), **wanted
    )


def tasks(seen: Seen) -> list[tuple[str, str]]:
    return [(task["title"], task["status"]) for task in plan_of(seen)["tasks"]]


async def states(house: House) -> list[list[str]]:
    """What each change of a plan showed, in order: the state of every task."""
    lines = [line["request"] for line in await house.driver.log("chat.*", way="call")]
    plans = [block for line in lines for block in line.get("blocks") or () if block["type"] == "plan"]
    return [[task["status"] for task in plan["tasks"]] for plan in plans]


async def test_the_whole_way_stands_in_one_message_with_the_place_of_the_card(house: House) -> None:
    run = await house.start("support_triage")
    waiting = await progress(house, having="Waiting for finance")
    assert plan_of(waiting)["title"] == "Support triage, T-1001"
    assert [status for _, status in tasks(waiting)][-2:] == ["in_progress", "pending"]
    finance = str(plan_of(waiting)["tasks"])
    assert "Its card stands in" in finance
    assert "archives" in finance

    await house.press("tom", await house.card("#finance"), "approve")
    done = await progress(house, having=("Done", "It took"))
    assert done.ts == waiting.ts
    assert {status for _, status in tasks(done)} == {"complete"}
    assert ("Carried out: Send an answer to the customer", "complete") in tasks(done)
    shown = await states(house)
    assert {*shown[-1]} == {"complete"}
    assert (await house.run(run.id)).state is RunState.DONE
    assert len([one for one in await house.told("sam") if "Support triage" in one]) == 1


async def test_a_rejected_run_says_by_whom_and_why(house: House) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "reject")
    await house.submit("mia", form, reason="wrong facts", text="It is about an invoice.")
    seen = await progress(house, having=("Rejected by Mia Lindqvist", "It is about an invoice."))
    assert tasks(seen)[-1] == ("Rejected: wrong facts", "error")


async def test_what_is_taken_back_later_shows_there_too(house: House) -> None:
    await house.start("tag_ticket")
    await house.press("mia", await house.card(), "approve")
    await progress(house, having="Done")
    form = await house.open("mia", await house.card(having="Undo"), "undo")
    await house.submit("mia", form, text="The wrong one.")
    seen = await progress(house, having="Taken back for Mia Lindqvist")
    assert ("Taken back: Put a tag on a ticket", "complete") in tasks(seen)


async def test_a_run_goes_on_being_followed_after_a_restart(house: House) -> None:
    await house.start("tag_ticket")
    before = await progress(house, having="Waiting for support")
    await house.restart()
    await house.press("mia", await house.card(), "approve")
    assert (await progress(house, having="Done")).ts == before.ts


async def test_the_same_asked_for_twice_has_one_progress(house: House) -> None:
    fields = 'id=T-1001 customer_id=C-105 email=ana@example.com subject="Charged" body="Twice."'
    for _ in range(2):
        await house.as_("sam").command("#support", f"/ops start tag_ticket {fields}")
        await house.settle()
    plans = [one for one in await house.told("sam") if "Tag ticket" in one]
    assert len(plans) == 1
