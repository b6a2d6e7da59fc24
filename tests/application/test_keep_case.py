"""What people made of a run becomes a golden case, for those who may read it, about nobody in particular."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model.scripted import Script
from bot.application.audit_erase import Erasure, erase
from bot.application.keep_case import Golden, keep_case
from bot.domain.errors import NotAllowed, Refused, Unknown
from bot.domain.event import Verdict
from bot.domain.keeping import why_not
from bot.domain.person import Door, Person
from bot.domain.run import RunId, RunState
from tests.application.conftest import TRIAGED
from tests.application.office import TRIAGE, Office, opened
from tests.made import ADA, EVE, INES, LEO, MIA, OLGA, SAM

EDITED = "We have put it right: it works again. Write to ana@example.com or to Ana."


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED) as one:
        yield one


async def waiting(office: Office) -> RunId:
    return await office.start("support_triage")


async def edited(office: Office, body: str = EDITED) -> RunId:
    run = await waiting(office)
    await office.decide(run, Verdict.EDIT, MIA, step="approved", values={"body": body})
    await office.decide(run, Verdict.APPROVE, LEO, step="approved")
    return run


async def kept(office: Office, run: RunId, *, by: Person = MIA, **more: Any) -> Golden:
    return await keep_case(office.parts, run, by=by, **more)


async def refusal(office: Office, run: RunId, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        await kept(office, run, **more)
    return caught.value.message


async def test_an_approved_edit_is_what_the_model_should_have_written(office: Office) -> None:
    golden = await kept(office, await edited(office, "We have put it right: it works again."))
    assert golden.expected["draft"] == {"body": "We have put it right: it works again."}
    assert golden.expected["triage"] == TRIAGED["triage"]
    assert [*golden.given] == ["ticket", "account"]
    assert (golden.changed, golden.lost) == (("draft.body was edited",), ())


async def test_a_corrected_fact_is_what_the_model_should_have_said(office: Office) -> None:
    run = await waiting(office)
    await office.decide(run, Verdict.CORRECT, MIA, step="triage", values={"urgent": True})
    await office.decide(run, Verdict.APPROVE, LEO, step="approved")
    golden = await kept(office, run)
    assert golden.expected["triage"]["urgent"] is True
    assert golden.changed == ("triage was put right by a person",)


async def test_what_leads_to_people_is_made_up_and_said(office: Office) -> None:
    golden = await kept(office, await edited(office))
    assert golden.given["ticket"]["email"] == "person1@example.com"
    assert golden.replaced == ("ticket.email", "draft.body")
    assert "ana@example.com" not in str(golden)
    assert "somebody@example.com" in str(golden.expected["draft"]["body"])


async def test_one_answer_is_kept_with_those_it_rests_on(office: Office) -> None:
    run = await waiting(office)
    await office.decide(run, Verdict.CORRECT, MIA, step="triage", values={"urgent": True})
    await office.decide(run, Verdict.EDIT, MIA, step="approved", values={"body": EDITED})
    await office.decide(run, Verdict.APPROVE, LEO, step="approved")
    assert [*(await kept(office, run, step="triage")).expected] == ["triage"]
    assert [*(await kept(office, run, step="draft")).expected] == ["triage", "draft"]
    with pytest.raises(Unknown, match=r"asks no model in a step “draf”\. Did you mean draft\?"):
        await kept(office, run, step="draf")


async def test_what_nobody_changed_is_kept_only_where_that_is_wanted(office: Office) -> None:
    run = await waiting(office)
    await office.decide(run, Verdict.APPROVE, MIA, step="approved")
    said = "Nobody changed what the model wrote. Add --unchanged to keep it as a case all the same."
    assert await refusal(office, run) == said
    assert (await kept(office, run, unchanged=True)).expected["draft"] == TRIAGED["draft"]


async def test_a_run_that_waits_is_not_decided(office: Office) -> None:
    assert await refusal(office, await waiting(office)) == "This run is not decided yet. Make the case once it is."


async def test_what_was_rejected_was_not_accepted(office: Office) -> None:
    run = await waiting(office)
    await office.decide(run, Verdict.EDIT, MIA, step="approved", values={"body": EDITED})
    await office.decide(run, Verdict.REJECT, LEO, step="approved", reason="wrong facts")
    assert await refusal(office, run) == "“approved” was rejected, so nothing in it was accepted."


async def test_what_somebody_took_over_was_not_accepted(office: Office) -> None:
    run = await waiting(office)
    await office.decide(run, Verdict.TAKE_OVER, MIA, step="approved")
    said = "“approved” was closed without an approval, so nothing in it was accepted."
    assert await refusal(office, run, unchanged=True) == said


async def test_what_failed_was_undone_or_was_ended_shows_nothing(office: Office) -> None:
    run = await office.run(await edited(office))
    terms = office.parts.library.pinned(run)
    assert why_not(run, terms) == ""
    for state in (RunState.FAILED, RunState.UNDONE):
        assert why_not(replace(run, state=state), terms) == f"This run is {state}, so what it held does not stand."
    ended = replace(run, state=RunState.STOPPED, gates={})
    assert why_not(ended, terms) == "This run ended before anybody decided anything."


async def test_a_text_that_two_answers_hold_is_not_guessed_at(tmp_path: Path) -> None:
    same: Script = {"category": "bug", "urgent": False, "summary": "It works again."}
    answers: dict[str, Script] = {"triage": same, "draft": {"body": "It works again."}}
    async with opened(tmp_path, copied=[TRIAGE], answers=answers) as office:
        run = await edited(office, "It works again, since today.")
        said = "“reply.body” was edited, and is in no one answer of the model word by word."
        assert await refusal(office, run) == f"{said} Add --unchanged to keep it as a case all the same."
        assert (await kept(office, run, unchanged=True)).lost == (said,)


async def test_a_correction_that_ends_the_run_at_a_stop_is_a_decision(office: Office) -> None:
    run = await waiting(office)
    stopped = await office.decide(run, Verdict.CORRECT, MIA, step="triage", values={"category": "spam"})
    assert stopped.state is RunState.STOPPED
    golden = await kept(office, run)
    assert golden.expected["triage"]["category"] == "spam"
    assert "draft" not in golden.expected


async def test_what_was_erased_is_gone(office: Office) -> None:
    run = await edited(office)
    await erase(office.parts, Erasure("ana@example.com", "She asked.", ADA, Door.TERMINAL))
    said = "What this run held was erased, so no case can be made of it."
    assert await refusal(office, run, by=OLGA) == said


async def test_only_those_who_may_read_a_run_keep_it(office: Office) -> None:
    run = await edited(office)
    with pytest.raises(NotAllowed):
        await kept(office, run, by=EVE)
    for who in (SAM, INES, OLGA):  # who asked for it, who decides here, whose workflow it is
        assert (await kept(office, run, by=who)).changed
