"""A change of routing tables is tried on past runs before it is saved, and can be taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.change import Change, change, foresee_change
from bot.application.roll_back import roll_back
from bot.domain.errors import Misdeclared, NotAllowed
from bot.domain.person import Door
from bot.ports.version import VersionKind
from tests.application.chasing import Here, here_at, route

NAME = "chase_ticket"
ROUTES = VersionKind.ROUTES


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    async with here_at(tmp_path) as one:
        yield one


def wish(here: Here, old: str, new: str, *, by: str = "@olga") -> Change:
    person = here.people.named(by)
    assert person is not None
    text = here.bot.library.text((ROUTES, NAME))
    assert old in text
    return Change(ROUTES, NAME, text.replace(old, new), person, Door.TERMINAL, "They asked for it.")


async def test_it_says_before_it_is_saved_who_would_have_got_something_else(here: Here) -> None:
    german = await here.started(language="de", n=1)
    for n in range(3):
        await here.started(n=n)
    wanted = wish(here, 'to = "@mia"', 'to = ["@leo", "@tom"]')
    foreseen = await foresee_change(here.bot.parts, wanted)
    assert foreseen.splitlines()[-2:] == [
        "Of the last 4 runs, 1 would go to somebody else:",
        f"1 from @mia to @leo or @tom, by “German speakers”; such as {german.id}",
    ]
    assert '+to = ["@leo", "@tom"]' in foreseen.splitlines()
    assert len(await here.bot.store.queries.history(ROUTES, NAME)) == 1, "nothing is saved yet"


async def test_what_was_said_stands_in_the_record_and_runs_from_then_on_go_by_it(here: Here) -> None:
    await here.started(language="de", n=1)
    saved = await change(here.bot.parts, wish(here, 'to = "@mia"', 'to = "@tom"'))
    assert "Of the last run, 1 would go to somebody else:" in saved.diff
    (entry,) = [one for one in await here.bot.store.queries.entries("config") if one.kind == "config.changed"]
    assert saved.diff in [field.value for field in entry.fields]
    assert route(await here.started(language="de", n=2))["to"] == "@tom"


async def test_it_can_be_rolled_back_without_a_deploy(here: Here) -> None:
    await change(here.bot.parts, wish(here, 'to = "@mia"', 'to = "@tom"'))
    olga = here.people.named("@olga")
    assert olga is not None
    back = await roll_back(here.bot.parts, kind=ROUTES, name=NAME, to=1, by=olga, door=Door.TERMINAL, why="Too much.")
    assert (back.n, back.why) == (3, "Back to version 1. Too much.")
    assert route(await here.started(language="de"))["to"] == "@mia"


async def test_only_the_owner_may_and_what_does_not_fit_is_refused_with_its_line(here: Here) -> None:
    with pytest.raises(NotAllowed):
        await change(here.bot.parts, wish(here, 'to = "@mia"', 'to = "@tom"', by="@mia"))
    with pytest.raises(Misdeclared, match=r"routes\.toml \(changed\):9: .*whom nobody here knows"):
        await change(here.bot.parts, wish(here, 'to = "@mia"', 'to = "@nobody"'))
    with pytest.raises(Misdeclared, match="“German speakers” goes by “langage”, which is no field of Chase"):
        await foresee_change(here.bot.parts, wish(here, "language", "langage"))
