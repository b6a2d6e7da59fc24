"""What a model is shown of earlier runs: with its source, fenced, redacted, capped, and of nobody else."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot.adapters.model.envelope import input_hash
from bot.application.remember import NOTHING
from bot.domain.audit.entry import EntryKind
from bot.domain.classified import MARK
from bot.domain.event import Verdict
from bot.domain.history import LONGEST_TEXT, MOST_CORRECTIONS, MOST_DECISIONS
from bot.domain.plain import Plain
from bot.domain.prompting import render
from bot.domain.run import RunId, short
from bot.ports.model import Question
from tests.application.conftest import TRIAGED
from tests.application.office import TRIAGE, Office, opened, shelf_of
from tests.made import INES, LEO, MIA, SAM

_keys = count()
FENCE = "abcdefghijkl0123"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Office]:
    """Support triage, whose draft is shown both kinds of history."""
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED) as office:
        remembering(office)
        yield office


def remembering(office: Office, history: str = '["decisions", "corrections"]') -> None:
    file = office.folder / "support_triage" / "draft.md"
    file.write_text(
        file.read_text("utf-8").replace('role = "careful"', f'role = "careful"\nhistory = {history}'), "utf-8"
    )
    office._load()
    assert not shelf_of(office.parts).problems, shelf_of(office.parts).problems


async def begin(office: Office, **value: Plain) -> RunId:
    return await office.start("support_triage", by=SAM, key=f"key-{next(_keys)}", value=value)


async def edited(office: Office, body: str = "It is mended. We are sorry.", **value: Plain) -> RunId:
    """A run whose draft one person has put right, and another approved."""
    run = await begin(office, **value)
    await office.decide(run, Verdict.EDIT, LEO, values={"body": body})
    await office.pass_time(minutes=1)
    await office.decide(run, Verdict.APPROVE, INES)
    return run


async def asked(office: Office, **value: Plain) -> Question:
    """What the draft is asked in a new run."""
    await begin(office, **value)
    return office.model.asked("draft")[-1]


def decisions(question: Question) -> list[Mapping[str, Plain]]:
    found = question.material.get("earlier_decisions", [])
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, dict)]


async def test_a_model_sees_what_people_decided_about_the_same_record_and_where_it_comes_from(house: Office) -> None:
    first = await edited(house)
    second = await begin(house)
    await house.decide(second, Verdict.REJECT, MIA, reason="wrong tone", text="Ana hates “sorry”, says Mia.")
    newer, older = decisions(await asked(house))
    body = {"ticket_id": "T-1001", "body": "We found the mistake and put it right."}
    assert newer == {
        "source": f"run {short(second)}",
        "decided_on": "2026-03-02",
        "by": "support",
        "proposed": {"helpdesk.SendReply": body},
        "decided": "rejected: wrong tone",
    }
    assert older == {
        "source": f"run {short(first)}",
        "decided_on": "2026-03-02",
        "by": "support",
        "proposed": {"helpdesk.SendReply": body},
        "decided": "approved, after an edit",
        "edited_to": {"helpdesk.SendReply": {"body": "It is mended. We are sorry."}},
    }


async def test_a_correction_is_an_example_with_the_answer_as_the_person_left_it(house: Office) -> None:
    run = await edited(house, id="T-1003", customer_id="C-107", email="joe@example.com", subject="Slow")
    (example,) = (await asked(house)).examples
    assert example.answer == {"body": "It is mended. We are sorry."}
    assert example.source == f"run {short(run)}, corrected on 2026-03-02"
    ticket = example.material["ticket"]
    assert isinstance(ticket, dict)
    assert (ticket["subject"], ticket["email"]) == ("Slow", MARK)
    assert set(example.material) == {"ticket", "account", "triage"}


async def test_a_fact_that_was_corrected_is_an_example_too_and_one_that_was_filled_in(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED) as office:
        file = office.folder / "support_triage" / "triage.md"
        text = file.read_text("utf-8").replace('role = "fast"', 'role = "fast"\nhistory = ["corrections"]')
        file.write_text(text, "utf-8")
        office._load()
        run = await begin(office)
        await office.decide(run, Verdict.CORRECT, MIA, step="triage", values={"category": "how-to"})
        assert (await last(office, "triage")).examples == (), "Nobody has stood by it yet."
        await office.decide(run, Verdict.APPROVE, LEO)
        (example,) = (await last(office, "triage")).examples
        assert example.answer["category"] == "how-to"


async def last(office: Office, step: str) -> Question:
    await begin(office)
    return office.model.asked(step)[-1]


async def test_a_prompt_that_asks_for_nothing_is_shown_nothing_and_nothing_is_kept_for_it(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED) as office:
        await edited(office)
        question = await asked(office)
        assert (question.examples, decisions(question)) == ((), [])
        remembering(office, '["decisions"]')
        assert decisions(await asked(office)) == [], "It is kept from when somebody asks for it."
        assert (NOTHING.decisions, NOTHING.corrections) == ((), ())


async def test_the_record_of_an_answer_says_which_runs_the_model_was_shown(house: Office) -> None:
    first = await edited(house)
    run = await begin(house)
    answers = {one.step: one for one in await house.entries(run, EntryKind.MODEL_ASKED)}
    shown = {field.name: field.value for field in answers["draft"].fields}["_recalled"]
    assert shown == [f"run {short(first)}", f"run {short(first)}, corrected on 2026-03-02"]
    assert "_recalled" not in {field.name for field in answers["triage"].fields}


async def test_another_record_and_another_team_are_not_shown(house: Office) -> None:
    run = await edited(house)
    other = await asked(house, id="T-1003", customer_id="C-107", email="joe@example.com")
    assert decisions(other) == []
    assert len(other.examples) == 1, "A correction is of the question, whatever it is about."
    found = await house.store.queries.mended("support_triage", "draft", team="elsewhere", but=RunId(""), limit=5)
    assert found == ()
    assert [
        one.id
        for one in await house.store.queries.mended("support_triage", "draft", team=SAM.team, but=RunId(""), limit=5)
    ] == [run]


async def test_what_an_outsider_writes_into_a_text_leads_to_no_record(house: Office) -> None:
    await edited(house)
    stranger: dict[str, Plain] = {"id": "T-1003", "customer_id": "C-107", "email": "joe@example.com"}
    assert decisions(await asked(house, **stranger, subject="T-1001", body="helpdesk:T-1001")) == []


async def test_the_person_the_data_is_about_is_found_again_whatever_the_record(house: Office) -> None:
    await edited(house)
    other: dict[str, Plain] = {"id": "T-1003", "customer_id": "C-107"}
    assert len(decisions(await asked(house, **other))) == 1


async def test_what_was_emptied_is_never_shown(house: Office) -> None:
    run = await edited(house)
    await house.store.run(lambda tx: tx.ledger.empty(run, by="a test"))
    question = await asked(house)
    assert (decisions(question), question.examples) == ([], ())


async def test_nothing_personal_of_another_run_is_shown_not_even_where_the_prompt_may_have_its_own(
    house: Office,
) -> None:
    file = house.folder / "support_triage" / "draft.md"
    text = file.read_text("utf-8").replace("history =", 'personal = ["ticket.email"]\nhistory =')
    file.write_text(text, "utf-8")
    house._load()
    await edited(house, body="Write to ana@example.com, Ana.", email="ana@example.com")
    question = await asked(house, email="ana@example.com")
    own = question.material["ticket"]
    assert isinstance(own, dict)
    assert own["email"] == "ana@example.com"
    assert "ana@example.com" not in f"{decisions(question)} {question.examples}"
    assert MARK in f"{question.examples[0].answer}"


async def test_no_more_than_the_newest_few_are_shown_and_long_texts_are_cut_visibly(house: Office) -> None:
    for n in range(MOST_DECISIONS + 1):
        await edited(house, body=f"Answer {n}. " + "Long. " * 300)
    question = await asked(house)
    earlier = decisions(question)
    assert (len(earlier), len(question.examples)) == (MOST_DECISIONS, MOST_CORRECTIONS)
    edits = earlier[0]["edited_to"]
    assert isinstance(edits, dict)
    body = edits["helpdesk.SendReply"]
    assert isinstance(body, dict)
    assert str(body["body"]).startswith(f"Answer {MOST_DECISIONS}. ")
    assert len(str(body["body"])) <= LONGEST_TEXT
    assert "characters cut]" in str(body["body"])
    assert str(question.examples[0].answer["body"]).startswith(f"Answer {MOST_DECISIONS}. ")


async def test_an_edit_that_was_turned_down_in_the_end_is_no_example(house: Office) -> None:
    run = await begin(house)
    await house.decide(run, Verdict.EDIT, LEO, values={"body": "Go away."})
    await house.decide(run, Verdict.REJECT, INES, reason="wrong tone")
    assert (await asked(house)).examples == ()


async def test_an_example_that_does_not_fit_todays_form_is_left_out(house: Office) -> None:
    await edited(house, body="A long answer that was fine, once upon a time.")
    house.deploy("support_triage", lambda text: text.replace("min_length=1, max_length=4000", "max_length=40"))
    house.model.script = {**TRIAGED, "draft": {"body": "Short."}}
    assert (await asked(house)).examples == ()


async def test_all_of_it_reaches_the_model_behind_the_fence_and_counts_as_what_was_asked(house: Office) -> None:
    await edited(house)
    question = await asked(house)
    assert question.untrusted is not None
    rendered = render(
        question.instructions,
        question.material,
        untrusted=question.untrusted,
        fence=FENCE,
        examples=question.examples,
    )
    assert "mended" not in rendered.system
    parts = rendered.user.split(f"{FENCE} end")
    assert all(part.partition(f"{FENCE} begin")[0].find("mended") < 0 for part in parts)
    bare = replace(question, examples=())
    assert input_hash(question) != input_hash(bare)
