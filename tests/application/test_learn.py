"""What people's decisions teach, in whole runs over a store: what counts as a decision, and what follows from it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model.scripted import Said, unavailable
from bot.application.maps import FRESH
from bot.application.report import report
from bot.application.steer import Move
from bot.commands.work.figures import report_shape
from bot.domain.audit.entry import EntryKind
from bot.domain.calibration import Case, Worth
from bot.domain.event import Verdict
from bot.domain.person import Person
from bot.domain.reporting import report_lines
from bot.domain.run import GateStatus, RunId, RunState, Source
from bot.ports.judgements import Asked
from tests.application.conftest import TRIAGED
from tests.application.office import TRIAGE, Office, opened
from tests.made import INES, LEO, MIA, OLGA, SAM

_keys = count()

TAKEN, NOT_TAKEN = Case(95, taken=True), Case(95, taken=False)


async def begin(office: Office, by: Person = SAM, **value: str) -> RunId:
    return await office.start("support_triage", by=by, key=f"key-{next(_keys)}", value=value)


async def learned(office: Office) -> Mapping[str, list[Case]]:
    """By step, what was learned, of all models and prompts."""
    queries = office.store.queries
    found: dict[str, list[Case]] = {}
    for asked in await queries.judged("support_triage", limit=10):
        found.setdefault(asked.step, []).extend(await queries.cases(asked, limit=1_000))
    return found


# --- what counts as a decision ----------------------------------------------------------------------------------------


async def test_what_was_approved_as_it_was_is_taken_from_every_model_it_rests_on(triage: Office) -> None:
    await triage.decide(await begin(triage))
    assert await learned(triage) == {"triage": [TAKEN], "draft": [TAKEN]}
    prompts = triage.parts.library.current("support_triage").prompts
    assert await triage.store.queries.judged("support_triage", limit=10) == (
        Asked("support_triage", "draft", prompts["draft"].version, "scripted/1"),
        Asked("support_triage", "triage", prompts["triage"].version, "scripted/1"),
    )


async def test_an_edit_tells_against_whose_words_it_changed_and_no_later_approval_makes_up_for_it(
    triage: Office,
) -> None:
    run = await begin(triage)
    await triage.decide(run, Verdict.EDIT, LEO, values={"body": "It is mended. We are sorry."})
    assert await learned(triage) == {"draft": [NOT_TAKEN]}
    await triage.decide(run, Verdict.APPROVE, INES)
    assert await learned(triage) == {"triage": [TAKEN], "draft": [NOT_TAKEN]}


async def test_a_fact_that_was_corrected_was_not_right(triage: Office) -> None:
    run = await begin(triage)
    await triage.decide(run, Verdict.CORRECT, MIA, step="triage", values={"category": "how-to"})
    assert await learned(triage) == {"triage": [NOT_TAKEN]}
    await triage.decide(run, Verdict.APPROVE, LEO)
    assert await learned(triage) == {"triage": [NOT_TAKEN], "draft": [TAKEN]}, "The corrected one is a person's now."


@pytest.mark.parametrize(
    ("reason", "found"),
    [("wrong facts", {"draft": [NOT_TAKEN]}), ("wrong tone", {"draft": [NOT_TAKEN]}), ("not needed", {})],
)
async def test_a_rejection_tells_against_what_was_written_unless_it_was_not_needed_at_all(
    triage: Office, reason: str, found: Mapping[str, list[Case]]
) -> None:
    await triage.decide(await begin(triage), Verdict.REJECT, reason=reason)
    assert await learned(triage) == found


async def test_what_is_drafted_anew_was_not_good_enough_and_the_second_try_is_no_case(triage: Office) -> None:
    run = await begin(triage)
    await triage.decide(run, Verdict.REDRAFT, text="Shorter, please.")
    await triage.decide(run, Verdict.APPROVE, LEO)
    assert await learned(triage) == {"triage": [TAKEN], "draft": [NOT_TAKEN]}


async def test_what_ended_without_a_decision_teaches_nothing(triage: Office) -> None:
    await triage.decide(await begin(triage), Verdict.TAKE_OVER, text="I call them.")
    await triage.decide(await begin(triage), Verdict.COMMENT, text="Hm.")
    await triage.decide(await begin(triage), Verdict.ESCALATE, text="May we?")
    await triage.steer(await begin(triage), Move.CANCEL, OLGA)
    await begin(triage)
    await triage.pass_time(days=3)
    assert await learned(triage) == {}


async def test_one_voice_of_two_decides_nothing_yet(tmp_path: Path) -> None:
    brief = {"reviewers": {"support": {"needed": 2}}}
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, brief=brief) as office:
        run = await begin(office)
        await office.decide(run)
        assert await learned(office) == {}
        await office.decide(run, by=LEO)
        assert await learned(office) == {"triage": [TAKEN], "draft": [TAKEN]}


async def test_a_late_no_counts_more_than_the_yes_before_it(triage: Office) -> None:
    run = await begin(triage)
    await triage.store.run(lambda tx: tx.limits.pause("support_triage", "A break."))
    await triage.decide(run)
    assert await learned(triage) == {"triage": [TAKEN], "draft": [TAKEN]}
    after = await triage.decide(run, Verdict.REJECT, LEO, step="approved", reason="wrong facts")
    assert after.gates["approved"].status is GateStatus.REJECTED
    assert await learned(triage) == {"triage": [TAKEN], "draft": [NOT_TAKEN]}


@pytest.mark.parametrize(
    ("values", "found"), [({"category": "bug"}, [Case(40, taken=True)]), ({"category": "billing"}, [Case(40, False)])]
)
async def test_an_unsure_answer_that_a_person_looks_through_is_decided(
    triage: Office, values: Mapping[str, str], found: list[Case]
) -> None:
    triage.model.script = {**TRIAGED, "triage": Said({"category": "bug", "urgent": False, "summary": "?"}, 40)}
    run = await begin(triage)
    assert [*(await triage.run(run)).questions] == ["triage"]
    await triage.decide(run, Verdict.ANSWER, values=values)
    assert await learned(triage) == {"triage": found}


async def test_where_no_model_answered_there_is_nothing_to_judge(triage: Office) -> None:
    triage.model.script = {**TRIAGED, "triage": unavailable()}
    run = await begin(triage)
    answer = {"category": "bug", "urgent": False, "summary": "They ask."}
    await triage.decide(run, Verdict.ANSWER, values=answer)
    assert await learned(triage) == {}
    assert (await triage.run(run)).steps["triage"].source is Source.PERSON


async def test_a_stop_that_a_person_confirms_takes_the_answer_it_rests_on(triage: Office) -> None:
    triage.model.script = {"triage": {"category": "spam", "urgent": False, "summary": "They sell."}}
    run = await begin(triage)
    after = await triage.decide(run)
    assert after.state is RunState.STOPPED
    assert await learned(triage) == {"triage": [TAKEN]}


async def test_of_the_rehearsal_nothing_is_learned(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, rehearsal=True) as office:
        await office.decide(await begin(office))
        run = await begin(office)
        await office.decide(run, Verdict.EDIT, LEO, values={"body": "It is mended."})
        assert await learned(office) == {}
        teach(office, 100)
        state = (await office.run(await begin(office))).steps["triage"]
        assert (state.source, state.worth) == (Source.REHEARSAL, None)


# --- what follows from it ---------------------------------------------------------------------------------------------


def teach(office: Office, cases: int, *, taken: int | None = None, step: str = "triage", model: str = "") -> None:
    """As if so many answers, all of them sure, had been decided before, and so many of them taken."""
    prompt = office.parts.library.current("support_triage").prompts[step].version
    n = next(_keys)
    rows = [
        (f"old-{n}-{i}", step, "support_triage", prompt, model or office.model.name, 95, at_taken, f"2026-01-01T{i:06}")
        for i, at_taken in enumerate((i + 1) * (taken or 0) // cases != i * (taken or 0) // cases for i in range(cases))
    ]
    with closing(sqlite3.connect(office.folder.parent / "data.sqlite3")) as connection:
        columns = "run, step, workflow, prompt, model, confidence, taken, at"
        connection.executemany(f"INSERT INTO judgement ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()


async def test_what_was_learned_lowers_what_counts_and_the_record_says_both(triage: Office) -> None:
    teach(triage, 100, taken=70)
    run = await begin(triage)
    state = (await triage.run(run)).steps["triage"]
    worth = state.worth
    assert worth is not None
    assert (state.confidence, worth.reported) == (worth.counts, 95)
    assert (worth.cases, worth.taken) == (100, 70)
    assert worth.learned in (69, 70)
    asked = [one for one in await triage.entries(run, EntryKind.MODEL_ASKED) if one.step == "triage"]
    assert asked[0].notes["confidence"] == worth.counts
    said = {field.name: field.value for field in asked[0].fields}
    assert said["_worth"] == {"reported": 95, "learned": worth.learned, "cases": 100, "taken": 70}


async def test_a_confidence_that_is_worth_too_little_goes_to_a_person(triage: Office) -> None:
    teach(triage, 100, taken=40)
    run = await triage.run(await begin(triage))
    assert [*run.questions] == ["triage"]
    assert (
        "the model says 95 %; of 100 answers like it that people decided, 40 % were taken"
        in run.questions["triage"].text
    )


async def test_what_was_learned_of_another_model_or_prompt_says_nothing(triage: Office) -> None:
    teach(triage, 100, taken=10, model="another/2")
    run = await triage.run(await begin(triage))
    assert (run.steps["triage"].confidence, run.steps["triage"].worth) == (95, None)


async def test_it_is_looked_up_every_few_minutes_and_not_for_each_question(triage: Office) -> None:
    await begin(triage)
    teach(triage, 100, taken=10)
    assert (await triage.run(await begin(triage))).steps["triage"].worth is None, "It was looked up a moment ago."
    await triage.pass_time(seconds=FRESH.total_seconds())
    assert [*(await triage.run(await begin(triage))).questions] == ["triage"]


AUTOMATIC = {
    "stage": "automatic",
    "levels": {"helpdesk.SendReply": "execute automatically"},
    "confidence": {"triage": "60 %", "draft": "60 %"},
    "overrides": [
        {
            "intent": "helpdesk.SendReply",
            "evidence": "Three hundred of them, and nobody changed one.",
            "undo": "The customer is written to again.",
            "author": "@olga",
            "approved_by": "@lena",
            "on": "2026-03-01",
        }
    ],
}


async def test_nothing_runs_by_itself_on_a_confidence_of_which_nobody_knows_what_it_is_worth(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, brief=AUTOMATIC) as office:
        first = await office.run(await begin(office))
        assert first.state is RunState.WAITING
        assert first.gates["approved"].why.startswith("What people have decided so far does not tell")
        teach(office, 60, taken=58)
        teach(office, 60, taken=58, step="draft")
        await office.pass_time(seconds=FRESH.total_seconds())
        second = await office.run(await begin(office))
        assert (second.state, second.gates["approved"].policy[:7]) == (RunState.DONE, "policy:")
        worth = second.steps["triage"].worth
        assert isinstance(worth, Worth)
        assert worth.counts <= worth.reported
        kept = await learned(office)
        assert sum(len(cases) for cases in kept.values()) == 120, "What a policy approved is no decision of a person."


# --- how long it is kept ----------------------------------------------------------------------------------------------


async def test_what_was_learned_outlives_the_content_it_was_learned_from(triage: Office) -> None:
    run = await begin(triage)
    await triage.decide(run, Verdict.EDIT, LEO, values={"body": "It is mended."})
    await triage.decide(run, Verdict.APPROVE, INES)
    queries, team = triage.store.queries, SAM.team
    assert [one.id for one in await queries.mended("support_triage", "draft", team=team, but=RunId(""), limit=5)] == [
        run
    ]
    await triage.store.run(lambda tx: tx.ledger.empty(run, by="a test"))
    assert await learned(triage) == {"triage": [TAKEN], "draft": [NOT_TAKEN]}
    assert await queries.mended("support_triage", "draft", team=team, but=RunId(""), limit=5) == ()


# --- who is told ------------------------------------------------------------------------------------------------------


async def test_a_report_says_what_is_known_how_far_it_is_off_and_what_is_not_used(triage: Office) -> None:
    teach(triage, 100, taken=70)
    teach(triage, 49, taken=49, step="draft")
    found = await report(triage.parts, "support_triage", since=timedelta(days=30))
    lines = [line for line in report_lines(found) if "onfidence" in line or line.startswith("  ")]
    draft, sorting, errors = lines
    assert "Confidence in draft" in draft
    assert draft.endswith("49 of 49 answers taken as they were, not used before 50 are decided")
    assert "of scripted/1: 70 of 100 answers taken as they were, at least 60 % in the long run" in sorting
    assert errors.endswith("squared error 0.210, and 0.210 for the plain share of answers taken")
    shapes: Any = report_shape(found)["confidence"]
    assert [(one["step"], one["used"], one["finding"]) for one in shapes] == [
        ("draft", False, "too few decided"),
        ("triage", True, "used"),
    ]
    assert "squared_error_thousandths" not in shapes[0]
    assert shapes[1]["squared_error_thousandths"] == 210
