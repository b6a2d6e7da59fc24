"""What nobody has seen to is told in Slack: once, to the right one, and by another way while Slack is away."""

from pathlib import Path

import pytest

from bot.application.chase import chase
from tests.adapters.slack.hear.house import House, opened
from tests.adapters.slack.hear.test_reminders import is_


async def look(house: House) -> None:
    """What the scheduler does once a minute."""
    await chase(house.bot.bot.parts)


def alerts(told: list[str]) -> list[str]:
    return [one for one in told if "waited for too long" in one or "nobody can decide" in one or "Over: " in one]


async def test_what_waits_too_long_is_told_to_its_owner_once_whatever_restarts(tmp_path: Path) -> None:
    async with opened(tmp_path, "socket") as house:
        run = await house.start("tag_ticket")
        await look(house)
        await house.pass_time(days=2, hours=1)
        await house.bot.chat.people.refresh()
        await look(house)
        (said,) = alerts(await house.told("olga"))
        assert f"run {run.id}, at approved: support, for 2d" in said
        await house.restart()
        await look(house)
        assert len(alerts(await house.told("olga"))) == 1
        await house.press("mia", await house.card(), "approve")
        await look(house)
        assert len(alerts(await house.told("olga"))) == 1
        kinds = [one.kind for one in await house.bot.bot.store.queries.entries("alerts")]
        assert kinds == ["alert.raised", "alert.cleared"]
        house.verify()


async def test_where_nobody_is_left_to_decide_the_maintainer_hears_of_it_and_of_its_end(tmp_path: Path) -> None:
    async with opened(tmp_path, "socket") as house:
        await house.start("tag_ticket")
        for name in ("mia", "leo", "olga", "nadia"):
            await is_(house, name, status_emoji=":palm_tree:")
        await look(house)
        (said,) = alerts(await house.told("jonas"))
        assert "nobody can decide what waits at approved: support" in said
        await is_(house, "mia", status_emoji="")
        await look(house)
        assert "Over: nobody could decide, of tag_ticket." in (await house.told("jonas"))[-1]


def paged_in_channel(workflows: Path) -> None:
    brief = workflows / "tag_ticket" / "brief.toml"
    brief.write_text(brief.read_text().replace('pager = "@priya"', 'pager = "#support"'))


async def test_while_slack_is_away_the_log_and_the_readiness_say_it_and_then_a_channel_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, "http", change=paged_in_channel) as house:
        await house.start("tag_ticket")
        await look(house)
        await house.pass_time(days=2, hours=1)
        await house.bot.chat.people.refresh()
        await house.driver.fault("conversations.history", trouble="status", status=503, times=1)
        await look(house)
        assert "Nobody could be told: tag_ticket" in caplog.text
        assert "an alert of" in await house.bot.why_not()
        assert alerts(await house.told("olga")) == []
        await look(house)
        assert len(alerts(await house.told("olga"))) == 1
        assert await house.bot.why_not() == ""
        await house.bot.bot.parts.messenger.announce("#support", "Look at the bot.", key="k")
        await house.bot.bot.parts.messenger.announce("#support", "Look at the bot.", key="k")
        there = await house.driver.messages("#support")
        assert [one.words for one in there].count("Look at the bot.") <= 1
        assert any("Look at the bot." in one.words for one in there)
