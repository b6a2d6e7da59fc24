"""A run that the clock has started asks people in Slack as any other does; nobody has asked for it."""

from datetime import timedelta
from pathlib import Path

from bot.application.chase import chase
from bot.application.start_by_clock import start_by_clock
from bot.domain.person import Door
from tests.adapters.slack.hear.house import House, opened
from tests.adapters.slack.hear.test_commands import ops
from tests.application.office import BRIEF, rewrite
from tests.application.test_start_by_clock import BY_CLOCK, MORNING

GROUP = {"support": {"channel": "#support", "members": ["@mia", "@leo"], "evidence": ["ticket"]}}


def with_morning(flows: Path) -> None:
    (flows / "morning").mkdir()
    (flows / "morning" / "__init__.py").write_text(MORNING, "utf-8")
    (flows / "morning" / "brief.toml").write_text(BRIEF, "utf-8")
    brief = {"changes": {"helpdesk": ["AddTag"]}, "triggers": BY_CLOCK, "reviewers": GROUP}
    rewrite(flows / "morning" / "brief.toml", brief)


async def next_nine(house: House) -> None:
    """Go on to the next time it is due."""
    now = house.clock.now()
    nine = now.replace(hour=9, minute=0, second=1, microsecond=0)
    await house.pass_time(seconds=(nine + timedelta(days=nine <= now) - now).total_seconds())


async def test_what_is_due_asks_its_people_once_whatever_restarts(tmp_path: Path) -> None:
    async with opened(tmp_path, "socket", change=with_morning) as house:
        assert await start_by_clock(house.bot.bot.parts) == ()
        await next_nine(house)
        (id,) = await start_by_clock(house.bot.bot.parts)
        await house.settle()
        run = await house.run(id)
        assert (run.workflow, run.origin.door) == ("morning", Door.SCHEDULE)
        asked = await house.driver.until_message("#support", having=("ticket",))
        assert "schedule:" not in asked.words
        await house.restart()
        assert await start_by_clock(house.bot.bot.parts) == ()
        assert "Started by its schedule through schedule" in await ops(house, f"show {run.id}", by="mia")
        about = await ops(house, "about morning", by="mia")
        assert "Started by the clock every day at 09:00, UTC; next at 2" in about
        await chase(house.bot.bot.parts)
        assert [said for said in await house.told("priya") if "should have started" in said] == []
        house.verify()
