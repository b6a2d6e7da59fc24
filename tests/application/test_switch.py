"""A workflow, or everything, is held and goes on: by whoever is responsible, on the record, and nothing is lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.decide import Wish, decide
from bot.application.start import start
from bot.application.switch import EVERYTHING, Flip, Switched, switch
from bot.domain.errors import AlreadyDecided, NotAllowed, OverLimit, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import RunId
from tests.application.bot import SECRET, Sample, sample

NAME = "support_triage"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Sample]:
    async with sample(tmp_path / "data") as one:
        yield one


async def flip(here: Sample, scope: str, *, pause: bool, by: str = "@olga", why: str = "look first") -> Switched:
    done = await switch(here.bot.parts, Flip(scope, pause, here.person(by), Door.TERMINAL, why, "sample/sam"))
    await here.runtime.settle()
    return done


async def approve(here: Sample, run: RunId) -> None:
    await decide(here.bot.parts, Wish(run, Verdict.APPROVE, here.person("@farah"), Door.TERMINAL))
    await here.runtime.settle()


@pytest.mark.parametrize("scope", [NAME, EVERYTHING])
async def test_nothing_leaves_while_it_is_held_and_everything_after(scope: str, here: Sample) -> None:
    run = await here.start()
    await flip(here, scope, pause=True)
    await approve(here, run)
    assert here.effects() == []
    await flip(here, scope, pause=False)
    assert here.effects() == ["helpdesk.SendReply"]
    assert (await here.bot.store.queries.run(run)).state == "done"


@pytest.mark.parametrize("scope", [NAME, EVERYTHING])
async def test_nothing_new_starts_while_it_is_held(scope: str, here: Sample) -> None:
    await flip(here, scope, pause=True)
    with pytest.raises(OverLimit, match="is paused: look first"):
        await start(here.bot.parts, here.request())
    await flip(here, scope, pause=False)
    await here.start()


async def test_the_record_says_who_held_what_and_why(here: Sample) -> None:
    await flip(here, NAME, pause=True)
    await flip(here, NAME, pause=False, why="")
    held, freed = (await here.entries("config"))[-2:]
    assert (held.kind, held.actor, held.notes["workflow"]) == ("switch.paused", "sample/olga", NAME)
    assert {field.name: field.value for field in held.fields} == {"why": "look first", "at_the_keyboard": "sample/sam"}
    assert (freed.kind, [field.name for field in freed.fields]) == ("switch.resumed", ["at_the_keyboard"])


@pytest.mark.parametrize("scope", [NAME, EVERYTHING])
@pytest.mark.parametrize("pause", [True, False])
@pytest.mark.parametrize("person", ["@sam", "@mia", "@priya", "@nadia", "@gus"])
async def test_whoever_is_not_responsible_holds_nothing(scope: str, pause: bool, person: str, here: Sample) -> None:
    with pytest.raises(NotAllowed):
        await flip(here, scope, pause=pause, by=person)
    (refused,) = await here.entries("auth")
    assert (refused.kind, refused.actor, refused.notes["workflow"]) == ("auth.refused", here.person(person).id, scope)
    await here.start()


@pytest.mark.parametrize("person", ["@olga", "@jonas"])
async def test_the_owner_and_the_maintainer_may(person: str, here: Sample) -> None:
    await flip(here, NAME, pause=True, by=person)
    await flip(here, NAME, pause=False, by=person)


async def test_it_is_held_once_and_freed_once(here: Sample) -> None:
    with pytest.raises(AlreadyDecided, match="is not paused"):
        await flip(here, NAME, pause=False)
    await flip(here, NAME, pause=True)
    with pytest.raises(AlreadyDecided, match="support_triage is paused already: look first"):
        await flip(here, NAME, pause=True)
    await flip(here, NAME, pause=False)
    assert len(await here.entries("config")) == 2


async def test_what_is_held_with_everything_stays_held(here: Sample) -> None:
    await flip(here, NAME, pause=True)
    await flip(here, EVERYTHING, pause=True, why="fire drill")
    assert (await flip(here, NAME, pause=False)).still == "fire drill"
    with pytest.raises(OverLimit):
        await start(here.bot.parts, here.request())


async def test_a_workflow_that_is_not_there_cannot_be_held(here: Sample) -> None:
    with pytest.raises(Unknown):
        await flip(here, "nothing", pause=True)


@pytest.mark.parametrize("why", ["", " ", "\n"])
async def test_without_a_reason_it_is_held_all_the_same(why: str, here: Sample) -> None:
    await flip(here, NAME, pause=True, why=why)
    with pytest.raises(OverLimit, match="is paused"):
        await start(here.bot.parts, here.request())


async def test_a_secret_in_the_reason_is_not_kept(here: Sample) -> None:
    await flip(here, NAME, pause=True, why=f"the key {SECRET} leaked")
    assert SECRET not in str(await here.entries("config"))
    with pytest.raises(OverLimit) as refused:
        await start(here.bot.parts, here.request())
    assert SECRET not in refused.value.message
