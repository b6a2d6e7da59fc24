"""The weekly report, played: which numbers may stand in it, what is kept, and what happens to a week on each way."""

import re
from datetime import date

import pytest

from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.domain.workflow import AnyLookup
from bot.intents import chat, reports
from bot.testing import Play, Unsure
from bot.testing.world import Found, Outcome, Said
from tests.workflows.shipped import cases_of, findings, rehearse, samples_of, terms_of
from tests.workflows.ways import not_played
from workflows.weekly_report import Summary

NAME = "weekly_report"
WEEK = reports.Week(day=date(2026, 2, 27))
METRICS = reports.Metrics(
    week="2026-W09",
    figures=(
        reports.Figure(name="Orders", value=362, before=412, target=420),
        reports.Figure(name="Revenue", value=18_450, before=20_120, target=20_000, unit="EUR"),
        reports.Figure(name="Churn", value=2, before=0),
    ),
)
NOTES = reports.Notes(week="2026-W09", lines=("Mia: bookings failed from 9:50 to 12:30.", "Jonas: I add an alarm."))
NOT_YET = reports.Sheet(sheet="weekly", rows=0)
ALREADY = reports.Sheet(sheet="weekly", rows=1)
SUMMARY = Summary(
    headline="Orders fell to 362, 50 below the week before.",
    reasons=("Bookings failed from 9:50 to 12:30.",),
    todo=("Jonas adds an alarm.",),
)
TEXT = """Orders fell to 362, 50 below the week before.

Why
- Bookings failed from 9:50 to 12:30.

What to do
- Jonas adds an alarm.

Figures
- Orders: 362 (week before 412, target 420)
- Revenue: 18450 EUR (week before 20120, target 20000)
- Churn: 2 (week before 0)"""
POST = chat.PostMessage(
    channel="#ops",
    title="The week 2026-W09",
    text=TEXT,
    chart="Per cent of the week before",
    labels=("Orders", "Revenue"),
    values=(88, 92),
)
ROW = reports.AppendRow(sheet="weekly", cells=("2026-W09", "Orders: 362", "Revenue: 18450 EUR", "Churn: 2"))


def play(
    summary: Said | list[Said] = SUMMARY,
    *,
    metrics: Found | list[Found] = METRICS,
    notes: Found | list[Found] = NOTES,
    archive: list[Found] | None = None,
    outcomes: list[Outcome] | None = None,
    stage: Stage | None = None,
) -> Play:
    reads: dict[AnyLookup, Found | list[Found]] = {
        reports.metrics_of: metrics,
        reports.notes_of: notes,
        reports.archive_of: archive or [NOT_YET, NOT_YET, ALREADY],
    }
    script = {"published": outcomes or [Receipt(id="R-1"), Receipt(id="M-1")]}
    return Play(terms_of(NAME, stage), WEEK, answers={"summary": summary}, reads=reads, outcomes=script)


def test_the_checks_have_nothing_to_say() -> None:
    assert findings(NAME) == []


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_one_approval_archives_the_figures_and_posts_the_report_with_its_chart() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "editors", ())
    played.approve(by="@tom")
    assert (played.run.state, played.sent) == (RunState.DONE, (ROW, POST))
    assert fold(played.entries) == standing_of(played.run)


def test_what_there_is_nothing_to_say_of_is_left_out() -> None:
    post = play(Summary(headline="All as ever.")).approve(by="@tom").sent[1]
    assert isinstance(post, chat.PostMessage)
    assert post.text.startswith("All as ever.\n\nFigures\n- Orders: 362")


def test_without_a_week_before_there_is_no_chart() -> None:
    new = METRICS.model_copy(update={"figures": (METRICS.figures[2],)})
    post = play(Summary(headline="The first week."), metrics=new).approve(by="@tom").sent[1]
    assert isinstance(post, chat.PostMessage)
    assert (post.chart, post.labels, post.values) == ("", (), ())


def test_a_sheet_of_many_figures_fits_into_one_line_and_one_chart() -> None:
    many = tuple(reports.Figure(name=f"Figure {n}", value=n, before=1) for n in range(1, 50))
    played = play(Summary(headline="Many."), metrics=METRICS.model_copy(update={"figures": many}))
    row, post = played.approve(by="@tom").sent
    assert isinstance(row, reports.AppendRow)
    assert isinstance(post, chat.PostMessage)
    assert (len(row.cells), len(post.labels), post.text.count("\n- ")) == (30, 20, 49)


# --- weeks that are not reported -------------------------------------------------------------------------------------


def test_a_week_is_reported_once() -> None:
    played = play(archive=[ALREADY])
    assert (played.run.state, played.run.gates) == (RunState.STOPPED, {})
    assert "reported already" in played.told_to("requester")


def test_a_week_that_somebody_archived_meanwhile_is_shown_before_it_is_posted_twice() -> None:
    played = play(archive=[NOT_YET, ALREADY]).approve(by="@tom")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "rows was 0 and is now 1" in played.gate.why


def test_a_week_without_figures_waits_for_them() -> None:
    played = play(metrics=METRICS.model_copy(update={"figures": ()}))
    assert played.run.state is RunState.STOPPED
    assert "no figures for this week yet" in played.told_to("requester")


def test_figures_that_were_put_right_meanwhile_are_asked_about_again() -> None:
    right = METRICS.model_copy(update={"figures": METRICS.figures[:2]})
    played = play(metrics=[METRICS, right]).approve(by="@tom")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@tom"),
        play().reject(by="@tom", reason="not needed"),
        play(archive=[ALREADY]),
        play(metrics=METRICS.model_copy(update={"figures": ()})),
    ]
    assert not_played(NAME, *lived) == set()


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "Orders fell from 412 to 362.",
        "Orders fell by 50.",
        "Orders are 58 below the target of 420.",
        "Orders fell by 12 %.",
        "Orders fell by 12.1 %.",
        "We took 18,450 EUR.",
        "We took 18.450 EUR, 92 % of the week before.",
        "We took 18 450 EUR.".replace(" 4", "\u202f4"),
        "Revenue is 1,670 EUR below the week before.",
        "Bookings failed at 9:50.",
        "The week 2026-W09 was a quiet one.",
        "Nothing changed.",
    ],
)
def test_a_number_that_follows_from_the_figures_or_a_note_may_be_said(said: str) -> None:
    assert play(Summary(headline=said)).run.state is RunState.WAITING


@pytest.mark.parametrize(
    "said",
    [
        "Orders fell to 361.",
        "Orders fell by 13 %.",
        "Orders fell by 12.2 %.",
        "We took 18.45 EUR.",
        "We took 184,50 EUR.",
        "Bookings failed at 9:51.",
        "There are 3 reasons.",
        "Next week we expect 500.",
    ],
)
def test_a_report_with_a_number_from_nowhere_reaches_nobody(said: str) -> None:
    played = play(Summary(headline=said))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "Every number in a report stands in the figures" in played.told_to("owner")


def test_an_edit_may_reword_the_report_and_bring_in_no_number() -> None:
    played = play()
    with pytest.raises(Unfit, match="Every number"):
        played.decide(Verdict.EDIT, "@tom", values={"text": TEXT.replace("362,", "370,")}, proposal=1)
    played.decide(Verdict.EDIT, "@tom", values={"text": TEXT.replace("Jonas adds", "We add")}, proposal=1)
    post = played.approve(by="@mia").sent[1]
    assert isinstance(post, chat.PostMessage)
    assert "We add an alarm." in post.text


def test_an_edit_changes_neither_channel_nor_chart() -> None:
    others: list[dict[str, Plain]] = [{"channel": "#support"}, {"values": [100, 100]}, {"labels": ["Profit"]}]
    for values in others:
        with pytest.raises(Unfit):
            play().decide(Verdict.EDIT, "@tom", values=values, proposal=1)


@pytest.mark.parametrize("holds", ["charts_the_figures", "archives_the_figures"])
def test_chart_and_archive_show_the_figures_and_nothing_else(holds: str) -> None:
    rule = terms_of(NAME).invariants[holds]
    if holds == "charts_the_figures":
        assert rule(POST, METRICS)
        wrong: list[dict[str, object]] = [{"values": (88, 93)}, {"labels": ("Orders", "Profit")}, {"chart": "Growth"}]
        assert not any(rule(POST.model_copy(update=one), METRICS) for one in wrong)
    else:
        assert rule(ROW, METRICS, NOT_YET)
        assert not rule(ROW.model_copy(update={"cells": (*ROW.cells, "Profit: 9")}), METRICS, NOT_YET)
        assert not rule(ROW.model_copy(update={"sheet": "elsewhere"}), METRICS, NOT_YET)


# --- people ----------------------------------------------------------------------------------------------------------


def test_only_editors_decide() -> None:
    with pytest.raises(NotAllowed, match="editors"):
        play().approve(by="@leo")


def test_a_remark_gets_another_draft() -> None:
    played = play([SUMMARY, Summary(headline="Fewer orders.")]).redraft(by="@tom", remark="Shorter.")
    assert (played.run.state, played.gate.version) == (RunState.WAITING, 2)
    post = played.approve(by="@tom").sent[1]
    assert isinstance(post, chat.PostMessage)
    assert post.text.startswith("Fewer orders.")


def test_rejected_nothing_is_posted_and_nothing_archived() -> None:
    played = play().reject(by="@tom", reason="not needed")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_what_nobody_decides_is_never_posted() -> None:
    played = play().pass_time("3d")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert "Nobody decided" in played.told_to("owner")


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It gave no headline."), Transient("It does not answer.")])
def test_without_a_model_an_editor_writes_the_words(error: Broken | Transient) -> None:
    played = play(error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "editors")
    played.answer(by="@mia", headline=SUMMARY.headline, reasons=list(SUMMARY.reasons), todo=list(SUMMARY.todo))
    assert played.approve(by="@tom").sent == (ROW, POST)


def test_an_unsure_draft_is_looked_at_before_it_becomes_a_report() -> None:
    assert play(Unsure(SUMMARY, 39)).question.kind is Ask.FILL_IN
    assert play(Unsure(SUMMARY, 40)).run.questions == {}


@pytest.mark.parametrize("error", [Broken("The channel is archived."), Transient("It is down.")])
def test_where_the_post_fails_the_line_is_taken_out_of_the_archive(error: Broken | Transient) -> None:
    played = play(outcomes=[Receipt(id="R-1"), error]).approve(by="@tom")
    assert (played.run.state, played.sent) == (RunState.FAILED, (ROW,))
    assert played.taken_back == (reports.DeleteRow(sheet="weekly", row_id="R-1"),)


@pytest.mark.parametrize("error", [Broken("The sheet is protected."), Transient("It is down.")])
def test_where_the_archive_fails_nothing_is_posted(error: Broken | Transient) -> None:
    played = play(outcomes=[error]).approve(by="@tom")
    assert (played.sent, played.taken_back) == ((), ())
    assert played.run.state in (RunState.PARKED, RunState.FAILED)


@pytest.mark.parametrize("at", [0, 1])
def test_a_call_of_which_nobody_knows_what_became_is_not_repeated(at: int) -> None:
    receipts: list[Outcome] = [Receipt(id="R-1"), Receipt(id="M-1")]
    played = play(outcomes=[*receipts[:at], Uncertain("The line went dead.")]).approve(by="@tom")
    assert (played.run.state, played.sent, played.taken_back) == (RunState.PARKED, (ROW, POST)[:at], ())


def test_figures_that_cannot_be_read_are_read_again_and_not_typed_in() -> None:
    played = play(metrics=[Broken("There is no such week."), METRICS])
    assert (played.run.state, played.run.questions) == (RunState.PARKED, {})
    assert played.resume(by="@olga").approve(by="@tom").sent == (ROW, POST)


def test_it_is_done_only_when_the_archive_shows_it() -> None:
    played = play(archive=[NOT_YET, NOT_YET, NOT_YET, ALREADY]).approve(by="@tom")
    assert (played.run.state, len(played.sent)) == (RunState.PARKED, 2)
    assert played.resume(by="@olga").run.state is RunState.DONE
    assert len(played.sent) == 2


def test_a_report_can_be_taken_back() -> None:
    played = play().approve(by="@tom").undo(by="@olga")
    assert played.taken_back == (
        chat.DeleteMessage(channel="#ops", message_id="M-1"),
        reports.DeleteRow(sheet="weekly", row_id="R-1"),
    )


def test_in_shadow_nothing_is_posted() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (ROW, POST))


# --- its files -------------------------------------------------------------------------------------------------------


def test_it_starts_on_fridays_for_the_week_that_ends() -> None:
    triggers = terms_of(NAME).brief.triggers
    assert (triggers.schedule, triggers.moment) == ("0 15 * * 5", "day")
    assert {reports.Week.model_validate(one).day.isoweekday() for one in samples_of(NAME).values()} == {5}


async def test_every_case_is_rehearsed_into_a_report_that_keeps_the_rules() -> None:
    for case in cases_of(NAME):
        metrics, notes = case.given["metrics"], case.given["notes"]
        said = await rehearse(NAME, "summary", case.given)
        assert play(said, metrics=metrics, notes=notes).approve(by="@tom").run.state is RunState.DONE, case.name


def test_the_expected_reports_keep_the_rules_and_the_instructions() -> None:
    for case in cases_of(NAME):
        expected = case.expected["summary"]
        assert play(expected, metrics=case.given["metrics"], notes=case.given["notes"]).run.state is RunState.WAITING
        assert not re.search(r"Kenji", str(expected)), "nobody is blamed"
