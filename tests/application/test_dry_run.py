"""A dry run reads, thinks and previews for real, and leaves no trace: not in the store, not in the other system."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Fault
from bot.application.dry_run import dry_run
from bot.domain.errors import NotAllowed, Unfit, Unknown
from bot.domain.run import RunState, Stage, StepStatus
from tests.application.bot import SECRET, Sample, sample
from tests.shelves import shelf_of

OWN = Path(__file__).parents[1] / "commands" / "workflows"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Sample]:
    async with sample(tmp_path / "data") as one:
        yield one


async def test_every_step_is_gone_through_as_in_earnest(here: Sample) -> None:
    tried = await dry_run(here.bot.parts, here.request())
    earnest = await here.bot.store.queries.run(await here.start())
    for name in ("account", "triage", "category", "draft", "reply"):
        assert tried.run.steps[name].value == earnest.steps[name].value, name
    assert tried.run.gates["approved"].digest == earnest.gates["approved"].digest


async def test_it_says_what_would_have_changed(here: Sample) -> None:
    (change,) = (await dry_run(here.bot.parts, here.request())).would
    assert change["would"] == "Send an answer to desk@brambleside-bikes.example on ticket T-1001."
    assert change["after"] != change["before"]


async def test_nothing_is_stored_and_nothing_is_changed(here: Sample) -> None:
    before = await here.bot.store.queries.counts()
    await dry_run(here.bot.parts, here.request())
    assert await here.bot.store.queries.counts() == before
    assert here.effects() == []
    assert here.reads() == 0, "what looks only is not even written down"


async def test_the_same_request_can_be_made_in_earnest_afterwards(here: Sample) -> None:
    await dry_run(here.bot.parts, here.request())
    assert (await here.approve(await here.start())).state is RunState.DONE


async def test_a_stop_ends_it(here: Sample) -> None:
    tried = await dry_run(here.bot.parts, here.request("spam"))
    assert (tried.run.state, tried.would) == (RunState.STOPPED, ())


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.RATE_LIMIT])
async def test_a_system_that_does_not_answer_ends_it_where_it_is_asked(fault: Fault, here: Sample) -> None:
    here.bot.back_office.backstage.fault("helpdesk.account_of", fault, times=None)
    tried = await dry_run(here.bot.parts, here.request())
    assert tried.run.state is RunState.PARKED
    assert tried.run.steps["account"].status is StepStatus.FAILED
    assert "draft" not in tried.run.steps


async def test_a_record_that_is_not_there_ends_it(here: Sample) -> None:
    tried = await dry_run(here.bot.parts, here.request(customer_id="C-999"))
    assert tried.run.state is RunState.PARKED


async def test_a_change_that_would_fail_is_told_as_one(here: Sample) -> None:
    (change,) = (await dry_run(here.bot.parts, here.request(id="T-9999"))).would
    assert str(change["would"]).startswith("It would have failed: ")


@pytest.mark.parametrize("person", ["@gus", "@pat", "@vera"])
async def test_it_is_for_those_who_may_start_it(person: str, here: Sample) -> None:
    with pytest.raises(NotAllowed):
        await dry_run(here.bot.parts, here.request(by=person))


async def test_what_does_not_fit_is_refused_as_in_earnest(here: Sample) -> None:
    with pytest.raises(Unfit, match="Nothing was started"):
        await dry_run(here.bot.parts, here.request(email="nobody"))
    with pytest.raises(Unknown):
        await dry_run(here.bot.parts, replace(here.request(), workflow="nothing"))


async def test_a_secret_is_taken_out_before_the_model_sees_it(here: Sample) -> None:
    tried = await dry_run(here.bot.parts, here.request(body=f"Our key is {SECRET}. Please refund the invoice."))
    assert SECRET not in str(tried.run)


async def test_it_shows_what_the_bot_would_do_at_any_stage(here: Sample) -> None:
    tried = await dry_run(here.bot.parts, here.request())
    assert (tried.run.stage, tried.terms.brief.stage) == (Stage.SHADOW, Stage.APPROVED)


async def test_a_question_to_a_person_is_passed_over_and_a_wait_is_over_at_once(here: Sample) -> None:
    parts = replace(here.bot.parts, library=shelf_of(OWN, model="m", package="tried"))
    told = await dry_run(parts, replace(here.request(), workflow="notice"))
    assert [change["would"] for change in told.would] == [told.would[0]["would"]]
    passed = await dry_run(parts, replace(here.request(), workflow="labelling"))
    assert passed.run.steps["label"].status is StepStatus.SKIPPED
    assert passed.run.steps["settled"].status in (StepStatus.DONE, StepStatus.SKIPPED)
