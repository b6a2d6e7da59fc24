"""The scripted model says what a test told it to say, and nothing else."""

import asyncio

import pytest
from pydantic import ValidationError

from bot.adapters.model.scripted import Said, Scripted, unavailable, wrong
from bot.ports.model import Answer, Model, NoAnswer
from tests.adapters.model.asking import Category, Draft, Triage, question, ticket

TRIAGE = Triage(category=Category.BUG, urgent=True, summary="It crashes.")
MATERIAL = {"ticket": ticket("It crashes when I press save.")}
ASKED = question(Triage, MATERIAL)


async def test_it_says_the_fact_it_was_given() -> None:
    answer = await Scripted({"triage": TRIAGE}).answer(ASKED)
    assert isinstance(answer, Answer)
    assert (answer.fact, answer.confidence, answer.doubts, answer.rehearsed) == (TRIAGE, 95, (), False)


async def test_plain_data_becomes_the_fact_that_was_asked_for() -> None:
    answer = await Scripted({"triage": {"category": "bug", "urgent": True, "summary": "It crashes."}}).answer(ASKED)
    assert isinstance(answer, Answer)
    assert answer.fact == TRIAGE


async def test_plain_data_of_another_form_is_a_mistake_in_the_test() -> None:
    with pytest.raises(ValidationError):
        await Scripted({"triage": {"category": "weather"}}).answer(ASKED)


async def test_a_list_is_said_line_by_line_and_the_last_line_stays() -> None:
    model = Scripted({"draft": [Draft(body="one"), Draft(body="two")]})
    asked = question(Draft, MATERIAL, step="draft")
    answers = [await model.answer(asked) for _ in range(3)]
    assert [answer.fact for answer in answers if isinstance(answer, Answer)] == [
        Draft(body="one"),
        Draft(body="two"),
        Draft(body="two"),
    ]


async def test_each_step_has_its_own_script() -> None:
    model = Scripted({"triage": TRIAGE, "draft": [Draft(body="one"), Draft(body="two")]})
    await model.answer(ASKED)
    answer = await model.answer(question(Draft, MATERIAL, step="draft"))
    assert isinstance(answer, Answer)
    assert answer.fact == Draft(body="one")


async def test_a_function_sees_the_question() -> None:
    model = Scripted({"draft": lambda asked: Draft(body=f"after {asked.remark or 'nothing'}")})
    answer = await model.answer(question(Draft, MATERIAL, step="draft", remark="shorter"))
    assert isinstance(answer, Answer)
    assert answer.fact == Draft(body="after shorter")


async def test_its_doubts_and_quotes_come_with_the_answer() -> None:
    said = Said(TRIAGE, 40, ("Could be a wish.",), ("press save", "never said"))
    answer = await Scripted({"triage": said}).answer(ASKED)
    assert isinstance(answer, Answer)
    assert (answer.confidence, answer.evidence) == (40, ("press save",))
    assert answer.doubts[0] == "Could be a wish."
    assert "never said" in answer.doubts[1]


async def test_a_wrong_answer_is_no_answer_and_is_written_down() -> None:
    answer = await Scripted({"triage": wrong("It gave no category.")}).answer(ASKED)
    assert isinstance(answer, NoAnswer)
    assert (answer.wrong, answer.transient, answer.text) == (True, False, "It gave no category.")
    (tried,) = answer.attempts
    assert (tried.outcome, tried.error, tried.output_hash) == ("invalid", "It gave no category.", "")


@pytest.mark.parametrize("transient", [True, False])
async def test_a_server_that_cannot_be_reached_may_come_back_or_not(transient: bool) -> None:
    answer = await Scripted({"triage": unavailable(transient=transient)}).answer(ASKED)
    assert isinstance(answer, NoAnswer)
    assert (answer.wrong, answer.transient) == (False, transient)
    assert answer.attempts[0].outcome == "connection"


async def test_it_may_fail_first_and_answer_later() -> None:
    model = Scripted({"triage": [unavailable(transient=True), wrong(), TRIAGE]})
    kinds = [type(await model.answer(ASKED)) for _ in range(3)]
    assert kinds == [NoAnswer, NoAnswer, Answer]


async def test_a_held_answer_waits_for_its_event_and_no_clock() -> None:
    event = asyncio.Event()
    model = Scripted({"triage": TRIAGE}, held={"triage": event})
    waiting = asyncio.create_task(model.answer(ASKED))
    await asyncio.sleep(0)
    assert model.questions == [ASKED]
    assert not waiting.done()
    event.set()
    assert isinstance(await waiting, Answer)


async def test_it_remembers_every_question() -> None:
    model = Scripted({"triage": TRIAGE, "draft": Draft(body="x")})
    await model.answer(ASKED)
    await model.answer(question(Draft, MATERIAL, step="draft"))
    assert [asked.step for asked in model.questions] == ["triage", "draft"]
    assert model.asked("triage") == [ASKED]


async def test_a_step_nobody_scripted_says_so() -> None:
    with pytest.raises(LookupError, match="triage"):
        await Scripted({}).answer(ASKED)


async def test_what_it_costs_is_what_it_was_estimated_to_cost() -> None:
    model = Scripted({"triage": TRIAGE}, cost_micros=1200)
    answer = await model.answer(ASKED)
    assert isinstance(answer, Answer)
    assert model.estimate_micros(ASKED) == answer.attempts[0].cost_micros == 1200


async def test_it_can_play_the_rehearsal() -> None:
    model: Model = Scripted({"triage": TRIAGE}, rehearsal=True)
    answer = await model.answer(ASKED)
    assert isinstance(answer, Answer)
    assert model.rehearsal
    assert answer.rehearsed
