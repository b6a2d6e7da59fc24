"""Hiring summaries, played: what the manager reads, what may never stand there, and what happens when it goes wrong."""

from datetime import date

import pytest

from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.run import Ask, RunState, Stage
from bot.domain.workflow import AnyLookup
from bot.intents import hiring
from bot.testing import Play, Unsure
from bot.testing.world import Found, Outcome, Said
from tests.workflows.shipped import cases_of, findings, rehearse, samples_of, terms_of
from tests.workflows.ways import not_played
from workflows.hiring_summary import Finding, Summary

NAME = "hiring_summary"
APPLIED = hiring.Applied(application_id="A-601")
TICKETS, LANGUAGES, SAFETY = "Two years of customer care", "English and German", "A health and safety certificate"
APPLICATION = hiring.Application(
    application_id="A-601",
    role="Support agent",
    wanted=(TICKETS, LANGUAGES, SAFETY),
    manager="@mia",
    resume="2021 to 2025: support at a maker of tills,\nabout 40 tickets a day. I am 38 and have two children.",
    letter="I write German and English. My lead said that he never saw faster answers.",
    answers=("When can you begin? In April.",),
    applied_on=date(2026, 2, 24),
)
NOTHING = hiring.Shared(application_id="A-601", summaries=0)
SHARED = NOTHING.model_copy(update={"summaries": 1, "last_id": "H-1"})
SUMMARY = Summary(
    findings=(
        Finding(wanted=TICKETS, quotes=("2021 to 2025: support at a maker of tills, about 40 tickets a day.",)),
        Finding(wanted=LANGUAGES, quotes=("I write German and English.",)),
        Finding(quotes=("When can you begin? In April.",)),
    ),
    questions=("Which answer are you proud of?",),
)
TEXT = """Support agent: what the role asks for, and what the application says.

Two years of customer care
“2021 to 2025: support at a maker of tills, about 40 tickets a day.”

English and German
“I write German and English.”

A health and safety certificate
Nothing in the application says so.

Also in the application
“When can you begin? In April.”"""
QUESTIONS = """- Which answer are you proud of?
- What can you tell us about this: A health and safety certificate?"""
SHARE = hiring.ShareSummary(application_id="A-601", summary=TEXT, questions=QUESTIONS)


def play(
    summary: Said | list[Said] = SUMMARY,
    *,
    application: Found | list[Found] = APPLICATION,
    shared: list[Found] | None = None,
    outcome: Outcome | None = None,
    stage: Stage = Stage.APPROVED,
) -> Play:
    reads: dict[AnyLookup, Found | list[Found]] = {
        hiring.application_of: application,
        hiring.shared_of: shared or [NOTHING, NOTHING, SHARED],
    }
    script: dict[str, Outcome | list[Outcome]] = {"given": outcome or Receipt(id="H-1")}
    return Play(terms_of(NAME, stage), APPLIED, answers={"summary": summary}, reads=reads, outcomes=script)


def asking(*questions: str) -> Summary:
    return SUMMARY.model_copy(update={"questions": questions})


def test_the_checks_have_nothing_to_say() -> None:
    assert findings(NAME) == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [play().approve(by="@nadia"), play().reject(by="@nadia", reason="other"), play(shared=[SHARED])]
    assert not_played(NAME, *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_the_manager_gets_each_line_of_the_role_with_the_applicants_own_words_and_what_to_ask() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "people", ())
    played.approve(by="@nadia")
    assert (played.run.state, played.sent) == (RunState.DONE, (SHARE,))
    assert fold(played.entries) == standing_of(played.run)


def test_a_line_of_which_nothing_was_found_is_shown_and_asked_about() -> None:
    share = play(Summary()).approve(by="@nadia").sent[0]
    assert isinstance(share, hiring.ShareSummary)
    assert share.summary.count("Nothing in the application says so.") == 3
    assert share.questions.count("What can you tell us about this") == 3


def test_an_application_that_was_summed_up_is_not_summed_up_again() -> None:
    played = play(shared=[SHARED])
    assert (played.run.state, played.run.gates) == (RunState.STOPPED, {})
    assert "has a summary already" in played.told_to("requester")


def test_a_summary_that_somebody_shared_meanwhile_is_shown_before_there_are_two() -> None:
    played = play(shared=[NOTHING, SHARED]).approve(by="@nadia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "summaries was 0 and is now 1" in played.gate.why


# --- who somebody is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote", ["I am 38 and have two children.", "My lead said that he never saw faster answers."], ids=str
)
def test_a_passage_that_says_who_somebody_is_is_left_out(quote: str) -> None:
    share = play(Summary(findings=(Finding(wanted=TICKETS, quotes=(quote,)),))).approve(by="@nadia").sent[0]
    assert isinstance(share, hiring.ShareSummary)
    assert quote not in share.summary
    assert f"{TICKETS}\nNothing in the application says so." in share.summary


@pytest.mark.parametrize(
    "question",
    [
        "How old is she?",
        "At what age did you begin?",
        "Do you have children?",
        "Are you married?",
        "What is your country of origin?",
        "Are you a native speaker?",
        "How is your health?",
        "Will you go on parental leave?",
        "Which church do you belong to?",
        "Why is there no photo?",
        "Wann sind Sie geboren?",
        "Sind Sie schwanger?",
        "Welche Staatsangehörigkeit haben Sie?",
    ],
)
def test_a_question_about_who_somebody_is_reaches_nobody(question: str) -> None:
    played = play(asking(question))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "Nothing is said about age, gender" in played.told_to("owner")


@pytest.mark.parametrize(
    "question",
    [
        "How do you manage forty tickets a day?",
        "Which native apps have you supported?",
        "How would you explain a race condition to a mechanic?",
        "What do you know of Photoshop?",
        "How long have you had the health and safety certificate?",
        "Which language do you write best?",
    ],
)
def test_words_of_the_work_may_be_said(question: str) -> None:
    assert play(asking(question)).run.state is RunState.WAITING


# --- judgements ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "I recommend an interview. When?",
        "An 8/10: what is missing?",
        "Scores 80 points?",
        "A strong candidate; what do they earn?",
        "Overqualified?",
        "Should we shortlist the applicant?",
        "Is the applicant suitable?",
        "Ranked first?",
    ],
)
def test_a_judgement_reaches_nobody(said: str) -> None:
    played = play(asking(said))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "scores nobody, ranks nobody, and recommends nothing" in played.told_to("owner")


def test_what_the_role_and_the_applicant_say_may_have_any_word() -> None:
    wanted = "Has built a recommendation or ranking service"
    application = APPLICATION.model_copy(
        update={"role": "Ranking engineer", "wanted": (wanted,), "resume": "Ranked offers; my scores rose."}
    )
    said = Summary(findings=(Finding(wanted=wanted, quotes=("Ranked offers; my scores rose.",)),))
    assert play(said, application=application).approve(by="@nadia").run.state is RunState.DONE


# --- quotes and edits ------------------------------------------------------------------------------------------------


def test_a_quote_that_is_not_in_the_application_reaches_nobody() -> None:
    played = play(Summary(findings=(Finding(wanted=TICKETS, quotes=("about 50 tickets a day.",)),)))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "word for word" in played.told_to("owner")


def test_quotation_marks_of_the_applicant_end_no_quote() -> None:
    application = APPLICATION.model_copy(update={"resume": "I wrote “Answers that help” in 2024."})
    said = Summary(findings=(Finding(wanted=TICKETS, quotes=("I wrote “Answers that help” in 2024.",)),))
    share = play(said, application=application).approve(by="@nadia").sent[0]
    assert isinstance(share, hiring.ShareSummary)
    assert '“I wrote "Answers that help" in 2024.”' in share.summary


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("40 tickets", "60 tickets", "word for word"),
        (f"{LANGUAGES}\n", "", "Every line of the role"),
        ("Also in the application", "A great fit", "scores nobody"),
        ("Also in the application", "She also says", "Nothing is said about age"),
    ],
)
def test_no_edit_brings_in_what_may_not_be_there(old: str, new: str, rule: str) -> None:
    with pytest.raises(Unfit, match=rule):
        play().edit(by="@nadia", summary=TEXT.replace(old, new))


def test_an_edit_may_leave_a_passage_out_and_ask_something_else() -> None:
    played = play().edit(by="@nadia", summary=TEXT.partition("\n\nAlso")[0], questions="- When can you begin?")
    share = played.approve(by="@farah").sent[0]
    assert isinstance(share, hiring.ShareSummary)
    assert (share.summary.endswith("says so."), share.questions) == (True, "- When can you begin?")
    with pytest.raises(Unfit):
        play().edit(by="@nadia", application_id="A-602")


def test_a_summary_goes_to_its_own_application() -> None:
    rule = terms_of(NAME).invariants["is_about_the_application"]
    assert rule(SHARE, APPLICATION)
    assert not rule(SHARE.model_copy(update={"application_id": "A-602"}), APPLICATION)


def test_a_role_with_more_lines_than_fit_is_not_cut_unseen() -> None:
    wanted = tuple(f"Line {n}: {'x' * 250}" for n in range(12))
    played = play(Summary(), application=APPLICATION.model_copy(update={"wanted": wanted}))
    assert played.run.state is RunState.PARKED
    assert "Every line of the role" in played.told_to("owner")


# --- people ----------------------------------------------------------------------------------------------------------


def test_only_the_people_team_decides() -> None:
    with pytest.raises(NotAllowed, match="people"):
        play().approve(by="@mia")


def test_rejected_with_a_remark_it_is_drafted_again_and_without_one_it_ends() -> None:
    played = play([SUMMARY, asking("When?")]).redraft(by="@nadia", remark="Ask when they can begin.")
    assert played.gate.version == 2
    assert play().reject(by="@nadia", reason="not needed").run.state is RunState.STOPPED


def test_nobody_gets_a_summary_because_nobody_looked() -> None:
    played = play().pass_time("5d")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It gave no findings."), Transient("It does not answer.")])
def test_without_a_model_the_people_team_does_its_part(error: Broken | Transient) -> None:
    played = play(error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "people")
    played.answer(by="@nadia", **SUMMARY.model_dump(mode="json"))
    assert played.approve(by="@farah").sent == (SHARE,)


def test_an_unsure_reading_is_looked_at_first() -> None:
    assert play(Unsure(SUMMARY, 39)).question.kind is Ask.FILL_IN
    assert play(Unsure(SUMMARY, 40)).run.questions == {}


def test_an_application_that_cannot_be_read_is_read_again_and_not_typed_in() -> None:
    played = play(application=[Broken("There is no such application."), APPLICATION])
    assert (played.run.state, played.run.questions) == (RunState.PARKED, {})
    assert played.resume(by="@olga").approve(by="@nadia").sent == (SHARE,)


def test_an_application_for_another_role_meanwhile_is_asked_about_again() -> None:
    played = play(application=[APPLICATION, APPLICATION.model_copy(update={"role": "Engineer"})]).approve(by="@nadia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())


@pytest.mark.parametrize("error", [Broken("It is closed."), Transient("It is down."), Uncertain("The line went dead.")])
def test_what_could_not_be_shared_is_told_and_not_repeated(error: Broken | Transient | Uncertain) -> None:
    played = play(outcome=error).approve(by="@nadia")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert error.message in played.told_to("pager" if isinstance(error, Transient) else "owner")


def test_it_is_done_only_when_the_hiring_system_shows_it() -> None:
    played = play(shared=[NOTHING, NOTHING, NOTHING, SHARED]).approve(by="@nadia")
    assert (played.run.state, played.sent) == (RunState.PARKED, (SHARE,))
    assert played.resume(by="@olga").run.state is RunState.DONE


def test_a_summary_can_be_withdrawn() -> None:
    taken = play().approve(by="@nadia").undo(by="@olga").taken_back
    assert taken == (hiring.WithdrawSummary(application_id="A-601", summary_id="H-1"),)


def test_it_begins_with_people_who_share_it_themselves() -> None:
    assert terms_of(NAME).brief.stage is Stage.ASSISTED
    played = play(stage=Stage.ASSISTED)
    played.decide(Verdict.DONE_BY_ME, "@nadia")
    assert (played.run.state, played.sent) == (RunState.DONE, ())


@pytest.mark.parametrize("stage", [Stage.LIMITED, Stage.AUTOMATIC])
def test_a_person_looks_at_every_stage(stage: Stage) -> None:
    assert play(stage=stage).run.state is RunState.WAITING


# --- its files -------------------------------------------------------------------------------------------------------


def test_what_an_application_says_is_personal_and_its_content_goes() -> None:
    data = terms_of(NAME).brief.data
    assert {"application.resume", "application.letter", "application.answers"} <= data.classes.keys()
    assert "people decide" in terms_of(NAME).brief.compliance


def test_the_samples_are_applications() -> None:
    found = [hiring.Applied.model_validate(one).application_id for one in samples_of(NAME).values()]
    assert len(found) == len({*found}) >= 3


async def test_every_case_is_rehearsed_into_a_summary_that_keeps_the_rules() -> None:
    for case in cases_of(NAME):
        said = await rehearse(NAME, "summary", case.given)
        played = play(said, application=case.given["application"])
        assert played.approve(by="@nadia").run.state is RunState.DONE, (case.name, played.told_to("owner"))


def test_the_expected_summaries_keep_the_rules() -> None:
    for case in cases_of(NAME):
        played = play(case.expected["summary"], application=case.given["application"])
        assert played.run.state is RunState.WAITING, (case.name, played.told_to("owner"))
