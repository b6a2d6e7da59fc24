"""Who is reminded of a card, who is not, and who is asked in place of whoever is away: over the wire."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.run import RunState
from tests.adapters.slack.hear.house import House, opened


def timed(workflows: Path) -> None:
    """A tag is reminded of every four hours, and goes to the leads after a day."""
    brief = workflows / "tag_ticket" / "brief.toml"
    rules = 'escalate_to = "leads"\nremind_after = "4h"\nescalate_after = "1d"\nexpires_after = "3d"'
    brief.write_text(brief.read_text().replace('escalate_to = "leads"', rules))


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path, "socket", change=timed) as house:
        yield house
    house.verify()


async def is_(house: House, name: str, **other: object) -> None:
    """Something about somebody is different in Slack, and the bot has heard of it."""
    await house.driver.ask("person", person=name, **other)
    await house.bot.chat.people.refresh()


def reminders(told: list[str]) -> list[str]:
    return [one for one in told if "still waits for you" in one]


async def test_reviewers_are_reminded_with_a_link_until_one_of_them_decides(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    await house.pass_time(hours=3)
    assert await house.told("mia") == []

    await house.pass_time(hours=1.1)
    (said,) = reminders(await house.told("mia"))
    assert reminders(await house.told("leo")) == [said]
    assert "It has waited for 4h" in said
    assert "The next reminder comes in 4h. In 19h" in said
    assert "runs out, and nothing is done." in said
    assert "Open the card" in said
    (message,) = await house.driver.messages(house.direct("mia"))
    assert card.ts.replace(".", "") in str(message.raw["blocks"])

    await house.restart()
    await house.pass_time(hours=1)
    assert len(reminders(await house.told("mia"))) == 1
    await house.press("leo", card, "approve")
    assert (await house.run(run.id)).state is RunState.DONE
    await house.pass_time(hours=30)
    assert len(reminders(await house.told("mia"))) == 1


async def test_nobody_is_reminded_of_what_is_decided_while_the_reminder_is_on_its_way(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.driver.fault("chat.postMessage", trouble="status", status=503, times=2)
    await house.pass_time(hours=4.1)  # Slack takes no reminder just now, so each is tried again
    await house.press("leo", card, "approve")
    await house.pass_time(hours=1)
    assert reminders([*await house.told("mia"), *await house.told("leo")]) == []


@pytest.mark.parametrize("absence", [{"status_emoji": ":palm_tree:"}, {"quiet": 100_000}])
async def test_whoever_is_away_is_not_reminded(house: House, absence: dict[str, object]) -> None:
    await house.start("tag_ticket")
    await is_(house, "mia", **absence)
    await house.pass_time(hours=4.1)
    assert (await house.told("mia"), len(reminders(await house.told("leo")))) == ([], 1)


async def test_where_all_are_away_the_next_of_the_chain_are_asked_and_the_card_says_why(house: House) -> None:
    await is_(house, "mia", status_emoji=":palm_tree:")
    await is_(house, "leo", quiet=100_000)
    run = await house.start("tag_ticket")
    theirs = await house.asked("olga")
    why = "Nobody of support is there now. Mia Lindqvist is away. Leo Marchetti does not want to be disturbed now."
    assert why in theirs.words
    assert why in (await house.card()).words
    (entry,) = await house.entries(run.id, "gate.escalated")
    assert (entry.notes["reason"], entry.notes["owner"]) == ("nobody there", "leads")
    await house.press("olga", theirs, "approve")
    assert (await house.run(run.id)).state is RunState.DONE


def with_ines(workflows: Path) -> None:
    """Inês may decide as well; she is away, and Leo stands in for her."""
    brief = workflows / "tag_ticket" / "brief.toml"
    brief.write_text(brief.read_text().replace('["@mia", "@leo"]', '["@mia", "@leo", "@ines"]'))


async def test_what_is_handed_to_somebody_who_is_away_goes_to_whoever_stands_in(tmp_path: Path) -> None:
    async with opened(tmp_path, "socket", change=with_ines) as house:
        run = await house.start("tag_ticket")
        await house.press("mia", await house.card(), "reassign", house.user("ines"))
        assert (await house.run(run.id)).gates["approved"].holder == house.id("leo")
        theirs = await house.asked("leo")
        assert "Inês Carvalho is away. Leo Marchetti stands in." in theirs.words
        assert await house.told("ines") == []
        (entry,) = await house.entries(run.id, "gate.reassigned")
        assert "Leo Marchetti stands in." in str(entry.fields)
        await house.press("leo", theirs, "approve")
        assert (await house.run(run.id)).state is RunState.DONE
        house.verify()
