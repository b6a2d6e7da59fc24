"""Whose words an edit changed, told from where they came; and the answer as people left it."""

from typing import Any

import pytest

from bot.domain.event import Decided, Verdict
from bot.domain.judgement import Judgement, as_left, judge
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.testing.world import Unsure
from tests.made import LEO, MIA, Idea, Watched, actor_of, credit_run, triage_run


def judged(played: Watched, verdict: Verdict, by: Person = MIA, step: str = "", **more: Any) -> tuple[Judgement, ...]:
    before = played.run
    event = Decided(played.now, actor_of(by), by, verdict, step or played.gate.step, **more)
    return judge(before, played.happen(event).run, event, played.terms)


def credit(note: str = "One month.") -> Watched:
    return credit_run(Idea(cents=50_00, note=note))


@pytest.mark.parametrize(
    ("values", "blamed"),
    [
        ({"cents": 30_00}, True),
        ({"reason": "Half a month."}, True),
        ({"currency": "USD"}, True),
    ],
    ids=["a number that stood in the answer", "a text that stood in it", "what cannot be traced"],
)
def test_an_edit_is_traced_to_the_answer_it_changed_and_where_it_cannot_be_the_answer_is_blamed(
    values: dict[str, Plain], blamed: bool
) -> None:
    found = judged(credit(), Verdict.EDIT, values=values)
    assert (found == (Judgement("idea", taken=False, confidence=95, mended=True),)) is blamed


def test_what_counts_as_reported_is_what_the_model_said_and_not_what_that_was_worth() -> None:
    known = credit_run(Unsure(Idea(cents=50_00), 95, worth=70))
    assert known.run.steps["idea"].confidence == 70
    assert judged(known, Verdict.APPROVE) == (Judgement("idea", taken=True, confidence=95),)


def test_an_answer_that_came_without_a_confidence_teaches_nothing_by_being_taken() -> None:
    assert judged(credit_run(Unsure(Idea(cents=50_00))), Verdict.APPROVE) == ()
    mended = judged(credit_run(Unsure(Idea(cents=50_00))), Verdict.EDIT, values={"cents": 1_00})
    assert mended == (Judgement("idea", taken=False, mended=True),), "As an example it is as good as any."


def test_an_edit_of_a_draft_leaves_the_sorting_alone() -> None:
    found = judged(triage_run(), Verdict.EDIT, values={"body": "Good day."})
    assert [one.step for one in found] == ["draft"]


def test_the_answer_as_people_left_it_is_the_approved_edit_carried_back_into_its_fields() -> None:
    played = triage_run()
    judged(played, Verdict.EDIT, LEO, values={"body": "Good day."})
    assert as_left(played.run, "draft") == {"body": "Hello."}, "Nobody has approved it."
    played.approve(MIA)
    assert as_left(played.run, "draft") == {"body": "Good day."}
    sorted_as = as_left(played.run, "triage")
    assert sorted_as is not None
    assert sorted_as["category"] == "bug"
    assert as_left(played.run, "spam") is None
