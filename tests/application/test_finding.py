"""An auditor's remark stands in the record of the run it is about, and changes nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.finding import LONGEST, Finding, add_finding
from bot.domain.errors import NotAllowed, Unfit, Unknown
from bot.domain.person import Door
from bot.domain.run import RunId
from tests.application.bot import SECRET, Sample, sample
from tests.naughty import SHORT_TEXTS


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Sample]:
    async with sample(tmp_path / "data") as one:
        yield one


def finding(here: Sample, run: RunId, text: str, *, by: str = "@nadia", step: str = "", typed: str = "") -> Finding:
    return Finding(run, text, here.person(by), Door.TERMINAL, step, typed)


async def test_a_finding_says_who_found_it_where_and_when(here: Sample) -> None:
    run = await here.start()
    await add_finding(here.bot.parts, finding(here, run, "The tone is off.", step="draft", typed="sample/sam"))
    last = (await here.entries(f"run:{run}"))[-1]
    assert (last.kind, last.step, last.actor, last.notes["door"]) == (
        *("finding.added", "draft", "sample/nadia", "terminal"),
    )
    assert {field.name: field.value for field in last.fields} == {
        "text": "The tone is off.",
        "at_the_keyboard": "sample/sam",
    }


async def test_it_can_be_erased_with_what_it_is_about(here: Sample) -> None:
    run = await here.start()
    await add_finding(here.bot.parts, finding(here, run, "They seem angry."))
    (field,) = (await here.entries(f"run:{run}"))[-1].fields
    assert field.subject == (await here.bot.store.queries.run(run)).subject != ""


async def test_a_finding_on_a_run_that_waits_does_not_wake_it(here: Sample) -> None:
    run = await here.start()
    before = await here.bot.store.queries.run(run)
    await add_finding(here.bot.parts, finding(here, run, "Look at this."))
    after = await here.bot.store.queries.run(run)
    assert (after.state, after.gates, after.steps) == (before.state, before.gates, before.steps)
    assert (await here.approve(run)).state == "done"


async def test_a_finding_may_come_when_all_is_over(here: Sample) -> None:
    run = await here.start()
    await here.approve(run)
    await add_finding(here.bot.parts, finding(here, run, "It was right."))
    assert (await here.entries(f"run:{run}"))[-1].kind == "finding.added"


@pytest.mark.parametrize("person", ["@sam", "@farah", "@jonas", "@gus", "@vera", "@pat"])
async def test_who_may_not_is_refused_and_written_down(person: str, here: Sample) -> None:
    run = await here.start()
    with pytest.raises(NotAllowed):
        await add_finding(here.bot.parts, finding(here, run, "x", by=person))
    last = (await here.entries(f"run:{run}"))[-1]
    assert (last.kind, last.actor) == ("auth.refused", here.person(person).id)


async def test_a_step_of_the_run_is_named_or_none(here: Sample) -> None:
    run = await here.start()
    count = len(await here.entries(f"run:{run}"))
    for step in ("drafts", "nowhere", "x" * 200):
        with pytest.raises(Unknown, match="support_triage has no step"):
            await add_finding(here.bot.parts, finding(here, run, "x", step=step))
    assert len(await here.entries(f"run:{run}")) == count


async def test_no_run_no_finding(here: Sample) -> None:
    with pytest.raises(Unknown):
        await add_finding(here.bot.parts, finding(here, RunId("nobody"), "x"))


async def test_any_text_of_a_sensible_length_is_kept(here: Sample) -> None:
    run = await here.start()
    for text in SHORT_TEXTS.values():
        if text.strip() and text.encode(errors="replace").decode() == text:
            await add_finding(here.bot.parts, finding(here, run, text))
    for text in ("", " \n\t", "x" * (LONGEST + 1)):
        with pytest.raises(Unfit):
            await add_finding(here.bot.parts, finding(here, run, text))


async def test_a_secret_is_not_kept(here: Sample) -> None:
    run = await here.start()
    await add_finding(here.bot.parts, finding(here, run, f"They wrote {SECRET} to us."))
    assert SECRET not in str(await here.entries(f"run:{run}"))
