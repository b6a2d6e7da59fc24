"""Whoever is brought in decides on a card of their own, among their direct messages; it is one card with the first."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from bot.domain.run import GateStatus, Run, RunState
from bot.workspace.control.driver import Seen
from tests.adapters.slack.hear.house import House, opened


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path, "socket") as house:
        yield house
    house.verify()


async def escalated(house: House) -> Run:
    """A card that Mia has escalated to its leads, of whom there is one: Olga."""
    run = await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "escalate")
    await house.submit("mia", form, category="unclear policy", text="May we do this?")
    return run


def verbs(card: Seen) -> set[str]:
    return {element.action_id for element in card.elements}


async def test_the_card_itself_comes_to_whoever_is_brought_in_and_what_they_decide_locks_both(house: House) -> None:
    run = await escalated(house)
    first, theirs = await house.card(), await house.asked("olga")
    assert verbs(theirs) == verbs(first) >= {"approve", "edit", "reassign", "menu"}
    assert "May we do this?" in theirs.words
    assert theirs.words == first.words
    assert "brought more people in." in theirs.words
    assert await house.told("mia") == []  # one of the leads herself, she has the card before her

    await house.press("olga", theirs, "approve")
    assert (await house.run(run.id)).gates["approved"].approvals[0].person == house.id("olga")
    assert "approve" not in verbs(await house.card(having="Approved"))
    assert "approve" not in verbs(await house.asked("olga"))
    assert (await house.asked("olga")).ts == theirs.ts


async def test_what_is_decided_in_the_channel_locks_the_card_of_whoever_was_brought_in(house: House) -> None:
    run = await escalated(house)
    theirs = await house.asked("olga")
    await house.restart()
    await house.press("mia", await house.card(), "approve")
    assert (await house.run(run.id)).state is RunState.DONE
    locked = await house.asked("olga")
    assert (locked.ts, "Approved" in locked.words, "approve" in verbs(locked)) == (theirs.ts, True, False)

    stale = house.pressed(house.user("olga"), theirs, "approve")  # what she still sees on another device
    assert await house.deliver(stale)
    assert "already" in (await house.answers())[-1]
    assert len((await house.run(run.id)).gates["approved"].approvals) == 1


async def test_an_edit_in_the_channel_shows_where_somebody_was_brought_in(house: House) -> None:
    await escalated(house)
    form = await house.open("leo", await house.card(), "edit")
    await house.submit("leo", form, tag="billing")
    theirs = await house.asked("olga")
    assert ("billing" in theirs.words, "version 2" in theirs.words) == (True, True)
    await house.press("olga", theirs, "approve")
    assert (await house.newest()).state is RunState.DONE


async def test_whoever_is_asked_again_has_one_card_only(house: House) -> None:
    await escalated(house)
    form = await house.open("leo", await house.card(), "escalate")
    await house.submit("leo", form, category="unclear policy", text="Please, soon.")
    cards = [one for one in await house.told("olga") if "Fingerprint" in one]
    assert len(cards) == 1
    assert "Please, soon." in cards[0]


async def test_no_card_comes_to_somebody_once_it_is_decided(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    form = await house.open("mia", card, "escalate")
    await house.press("leo", card, "approve")
    await house.submit("mia", form, category="unclear policy", text="May we do this?")
    assert (await house.run(run.id)).gates["approved"].status is GateStatus.APPROVED
    assert await house.told("olga") == []
