"""Cases are asked as a run would ask them, each step apart, within the budgets and with every call in the record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.adapters.library.case import read_cases
from bot.adapters.model.scripted import Failing, Line, Said, Script, Scripted, unavailable, wrong
from bot.application import evaluate as evaluating
from bot.application.ask_apart import TRIALS, ask_apart
from bot.application.ask_model import question_of
from bot.application.evaluate import evaluate
from bot.application.gather import gather
from bot.application.lay_out import Plan, Side, lay_out
from bot.application.pose import pose
from bot.domain.case import Case
from bot.domain.classified import MARK
from bot.domain.comparing import Match
from bot.domain.effect import AskModel
from bot.domain.errors import NotReached, Unfit
from bot.domain.intent import Fact
from bot.domain.measuring import Measured
from bot.domain.quantity import Money
from bot.domain.workflow import fact_type
from bot.ports.model import Answer, NoAnswer, Question
from tests.application.conftest import TRIAGED
from tests.application.office import TRIAGE, Office, opened
from tests.made import ROOT

WRONG = Said({"category": "spam", "urgent": True, "summary": "Wrong."})
HOME = ROOT / "workflows" / "support_triage"


def cases_of(office: Office) -> tuple[Case, ...]:
    return read_cases(HOME, office.parts.library.current("support_triage").definition)


def right(office: Office) -> Mapping[str, Script]:
    """A model that knows every case by heart."""
    cases = cases_of(office)

    def say(question: Question) -> Said:
        ticket = question.material["ticket"]
        assert isinstance(ticket, dict)
        case = next(one for one in cases if one.given["ticket"].model_dump()["id"] == ticket["id"])
        return Said(case.expected[question.step])

    return {"triage": say, "draft": say}


def laid(office: Office, *steps: str, role: str = "", cases: tuple[Case, ...] | None = None) -> Plan:
    side = Side("now", office.parts.library.current("support_triage"))
    return lay_out(office.parts, cases or cases_of(office), (side,), steps or ("triage", "draft"), role=role)


async def measure(office: Office, plan: Plan) -> list[Measured]:
    found: list[Measured] = []
    await evaluate(office.parts, plan.items, told=found.append)
    return found


async def test_a_model_that_is_always_right_is_exact_everywhere(triage: Office) -> None:
    triage.model.script = right(triage)
    plan = laid(triage)
    found = await measure(triage, plan)
    assert (len(found), plan.left_out, plan.most_micros) == (15, (), 150_000)
    assert all(one.exact and not one.handed_over for one in found)


async def test_a_case_asks_what_a_run_asks(triage: Office) -> None:
    run = await triage.run(await triage.start("support_triage"))
    terms = triage.parts.library.pinned(run)
    types = {name: fact_type(terms.definition.step(name)) or Fact for name in ("ticket", "account")}
    facts = {name: fact.model_validate(run.value(name)) for name, fact in types.items()}
    asked = pose(triage.parts, terms, "triage", facts)
    by_run = question_of(triage.parts, run, terms, AskModel(step="triage"), key="")
    assert replace(asked, key="", run="") == replace(by_run, run="")
    ticket = asked.material["ticket"]
    assert isinstance(ticket, dict)
    assert ticket["email"] == MARK


async def test_steps_are_measured_apart_because_earlier_answers_are_the_expected_ones(triage: Office) -> None:
    triage.model.script = {**TRIAGED, "triage": WRONG}
    await measure(triage, laid(triage))
    drafts = triage.model.asked("draft")
    assert len(drafts) == 7
    assert all(question.material["triage"] != WRONG.fact for question in drafts)


async def test_another_role_is_asked_and_no_key_is_used_twice(triage: Office) -> None:
    await measure(triage, laid(triage, role="careful"))
    assert {question.role for question in triage.model.questions} == {"careful"}
    assert len({question.key for question in triage.model.questions}) == 15


async def test_what_lacks_an_input_is_left_out_and_said(triage: Office) -> None:
    one = cases_of(triage)[0]
    thin = replace(one, given={"ticket": one.given["ticket"]})
    plan = laid(triage, cases=(thin,))
    assert plan.items == ()
    assert plan.left_out == (
        f"{one.name}: “triage” is not measured, because the case has no account.",
        f"{one.name}: “draft” is not measured, because the case has no account.",
    )
    no_triage = replace(one, expected={"draft": one.expected["draft"]})
    assert laid(triage, cases=(no_triage,)).left_out == (
        f"{one.name}: “draft” is not measured, because the case has no triage.",
    )


SAID: list[tuple[Said | Failing, Match, bool]] = [
    (WRONG, Match.WRONG, False),
    (replace(WRONG, confidence=59), Match.DOUBT, True),
    (replace(WRONG, doubts=("Or is it?",)), Match.DOUBT, False),
    (replace(WRONG, confidence=None), Match.DOUBT, True),
    (wrong("It gave no category."), Match.DOUBT, True),
]


async def test_a_wrong_answer_that_a_person_would_have_seen_is_a_doubt(triage: Office) -> None:
    plan = laid(triage, "triage", cases=cases_of(triage)[:1])
    for said, match, handed_over in SAID:
        triage.model.script = {"triage": said}
        (found,) = await measure(triage, plan)
        assert (found.fields[0].match, found.handed_over, len(found.attempts)) == (match, handed_over, 1), said


async def test_a_model_out_of_reach_is_a_sentence_and_no_table_of_wrong(triage: Office) -> None:
    triage.model.script = {"triage": unavailable("The server is away.")}
    with pytest.raises(NotReached) as caught:
        await measure(triage, laid(triage, "triage"))
    assert caught.value.message == "The model could not be reached, so nothing more was measured. The server is away."


async def test_what_is_being_asked_when_the_model_goes_away_is_still_told(triage: Office) -> None:
    lines: list[Line] = [WRONG, WRONG, unavailable("Gone.")]
    triage.model.script = {"triage": lines}
    found: list[Measured] = []
    with pytest.raises(NotReached):
        await evaluate(triage.parts, laid(triage, "triage").items, told=found.append)
    assert len(found) == 2
    assert len(triage.model.questions) <= evaluating.AT_ONCE + 2, "Nothing more is asked."


async def test_what_passes_by_itself_is_waited_for_a_few_times(triage: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "SHORTEST_WAIT", timedelta(0))
    away = unavailable("Slow down.", transient=True)
    triage.model.script = {"triage": [away, away, WRONG]}
    plan = laid(triage, "triage", cases=cases_of(triage)[:1])
    assert len(await measure(triage, plan)) == 1
    triage.model.script = {"triage": away}
    with pytest.raises(NotReached, match="Slow down"):
        await measure(triage, plan)


async def test_every_call_is_in_the_record_without_what_was_said(triage: Office) -> None:
    await measure(triage, laid(triage, "triage", cases=cases_of(triage)[:2]))
    entries = await triage.store.queries.entries(TRIALS)
    assert [entry.kind for entry in entries] == ["model.asked"] * 2
    notes = entries[0].notes
    assert (notes["door"], notes["cost_micros"]) == ("terminal", 10_000)
    assert str(notes["source"]).startswith("support_triage/triage, case ")
    assert entries[0].fields == ()


async def test_rules_cost_nothing_and_leave_no_line(triage: Office) -> None:
    triage.model.rehearsal = True
    await measure(triage, laid(triage, "triage", cases=cases_of(triage)[:1]))
    assert await triage.store.queries.entries(TRIALS) == ()


async def test_the_budget_of_all_models_together_holds_for_trials(triage: Office) -> None:
    parts = replace(triage.parts, cost_per_day=Money(Decimal("0.02"), "USD"))
    question = pose(parts, parts.library.current("support_triage"), "triage", cases_of(triage)[0].given)
    for _ in range(2):
        assert isinstance(await ask_apart(parts, question, "case x"), Answer)
    refused = await ask_apart(parts, question, "case x")
    assert isinstance(refused, NoAnswer)
    assert refused.text == (
        "For all workflows together, the day's budget of 0.02 USD for the model is used up. It is free again tomorrow."
    )


def unknown(_model: Scripted, _question: Question) -> None:
    """What nobody knows the price of."""


async def test_a_price_nobody_knows_makes_the_whole_unknown(triage: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scripted, "estimate_micros", unknown)
    assert laid(triage).most_micros is None


async def test_a_sample_leads_to_the_records_a_run_would_read(triage: Office) -> None:
    terms = triage.parts.library.current("support_triage")
    ticket = cases_of(triage)[0].given["ticket"].model_dump(mode="json")
    facts = await gather(triage.parts, terms, "triage", ticket)
    assert [*facts] == ["ticket", "account"]
    assert facts["account"].model_dump()["customer_id"] == ticket["customer_id"]
    with pytest.raises(Unfit, match="“draft” is asked about triage as well, which no sample has"):
        await gather(triage.parts, terms, "draft", ticket)
    with pytest.raises(Unfit, match="email"):
        await gather(triage.parts, terms, "triage", {**ticket, "email": "nobody"})


async def test_secrets_in_a_case_never_reach_the_model(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED) as office:
        one = cases_of(office)[0]
        key = "sk-live-" + "4eC39HqLyjWDarjtT1zdp7dc"
        ticket = one.given["ticket"].model_copy(update={"body": f"Our key is {key}."})
        await measure(office, laid(office, "triage", cases=(replace(one, given={**one.given, "ticket": ticket}),)))
        assert key not in str(office.model.questions)
