"""People are called by their names at the command line, which knows nobody of Slack by itself."""

import asyncio
from pathlib import Path

from bot.adapters.slack.post.names import Names
from tests.adapters.slack.hear.house import opened
from tests.commands.line import Line


async def test_show_and_runs_name_who_acted_and_who_was_told_until_they_are_erased(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start("tag_ticket")
        await house.press("mia", await house.card(), "reassign", house.user("leo"))
        line = Line(house.settings.data, house.settings.workflows)
        held = (await asyncio.to_thread(line.well, "decide", run.id)).out
        assert "approval by Leo Marchetti" in held
        await house.press("leo", await house.asked("leo"), "approve")
        story = (await asyncio.to_thread(line.well, "show", run.id)).out
        listed = (await asyncio.to_thread(line.well, "runs")).out
        assert "started by  Sam Okafor" in story
        assert "Leo Marchetti" in story
        assert "Sam Okafor" in listed
        assert f"{house.both.connection.team}/" not in story + listed
        store = house.bot.bot.store
        assert await store.run(lambda tx: tx.names.drop_about("sam okafor")) == 1
        assert house.id("sam") in (await asyncio.to_thread(line.well, "runs")).out
    house.verify()


async def test_a_name_is_kept_once_a_day_and_of_no_program(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        store, mia = house.bot.bot.store, house.person("mia")
        names = Names(store, house.clock)
        await names.note(mia)
        await names.note(None)
        await store.run(lambda tx: tx.names.drop_about(mia.name))
        await names.note(mia)
        assert await store.queries.names() == {}, "It was kept today already."
        house.clock.by += house.clock.by.__class__(days=1)
        await names.note(mia)
        assert await store.queries.names() == {mia.id: mia.name}
