"""Issue summaries, played: what stands in one, whom it may name, and what happens on each way."""

import pytest

from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.run import Ask, RunState, Stage
from bot.intents import tasks
from bot.testing import Play, Unsure
from bot.testing.world import Found, Outcome, Said
from tests.workflows.shipped import cases_of, findings, rehearse, samples_of, terms_of
from tests.workflows.ways import not_played
from workflows.issue_summary import Summary, Task

NAME = "issue_summary"
REF = tasks.IssueRef(issue_id="S-701")
ISSUE = tasks.Issue(
    issue_id="S-701",
    project="shop",
    title="Labels are cut off",
    body="Since 8.2, see S-688 and https://wiki.example/labels.",
    status=tasks.IssueStatus.OPEN,
    comments=("Jonas: With the older driver it is fine.", "Kenji: Then let us ship that. @priya, can you?"),
)
WRITTEN = ISSUE.model_copy(update={"summaries": 1, "comments": (*ISSUE.comments, "Countersign: Summary so far, …")})
SUMMARY = Summary(
    standing="Labels are cut off; the older driver is fine.",
    decisions=("The older driver is shipped.",),
    questions=("Can Priya do it?",),
    todo=(Task(what="ships the older driver"), Task(what="looks for the cause", who="Jonas")),
)
TEXT = """Summary so far, of 2 comments

Labels are cut off; the older driver is fine.

Decided
- The older driver is shipped.

Open
- Can Priya do it?

Who does what
- Nobody yet: ships the older driver
- Jonas: looks for the cause"""
NOTE = tasks.AddComment(issue_id="S-701", body=TEXT)


def play(
    summary: Said | list[Said] = SUMMARY,
    *,
    issue: list[Found] | None = None,
    outcome: Outcome | None = None,
    stage: Stage | None = None,
) -> Play:
    return Play(
        terms_of(NAME, stage),
        REF,
        answers={"summary": summary},
        reads={tasks.issue_of: issue or [ISSUE, ISSUE, WRITTEN]},
        outcomes={"written": outcome or Receipt(id="IC-9")},
    )


def with_comments(*comments: str, **more: object) -> tasks.Issue:
    return ISSUE.model_copy(update={"comments": comments, **more})


def body_of(played: Play) -> str:
    note = played.sent[0]
    assert isinstance(note, tasks.AddComment)
    assert isinstance(note.body, str)
    return note.body


def test_the_checks_have_nothing_to_say() -> None:
    assert findings(NAME) == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@priya"),
        play().reject(by="@priya", reason="other"),
        play(issue=[WRITTEN]),
        play(issue=[ISSUE.model_copy(update={"status": tasks.IssueStatus.CLOSED})]),
    ]
    assert not_played(NAME, *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_a_discussion_is_read_summed_up_approved_and_commented_on_once() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "engineers", ())
    played.approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.DONE, (NOTE,))
    assert fold(played.entries) == standing_of(played.run)


def test_what_there_is_nothing_of_has_no_heading() -> None:
    issue = with_comments("Leo: It is slow.")
    assert body_of(play(Summary(standing="It is slow."), issue=[issue, issue, WRITTEN]).approve(by="@priya")) == (
        "Summary so far, of 1 comment\n\nIt is slow."
    )


def test_an_earlier_summary_is_no_comment_and_a_later_one_gets_another() -> None:
    issue = with_comments(*WRITTEN.comments, "Priya: Done.", summaries=1)
    after = issue.model_copy(update={"summaries": 2})
    played = play(issue=[issue, issue, after]).approve(by="@jonas")
    assert played.run.state is RunState.DONE
    assert body_of(played).startswith("Summary so far, of 3 comments\n")


# --- issues that get none --------------------------------------------------------------------------------------------


def test_a_closed_issue_is_left_alone() -> None:
    played = play(issue=[ISSUE.model_copy(update={"status": tasks.IssueStatus.CLOSED})])
    assert (played.run.state, played.run.gates) == (RunState.STOPPED, {})
    assert "The issue is closed" in played.told_to("requester")


@pytest.mark.parametrize("issue", [with_comments(), WRITTEN], ids=["no comment", "nothing since the last summary"])
def test_where_nothing_new_was_said_nothing_is_written(issue: tasks.Issue) -> None:
    played = play(issue=[issue])
    assert played.run.state is RunState.STOPPED
    assert "Nobody has said anything new" in played.told_to("requester")


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (ISSUE.model_copy(update={"status": tasks.IssueStatus.CLOSED}), "status was 'open' and is now 'closed'"),
        (with_comments(*ISSUE.comments, "Priya: I take it."), "comments"),
    ],
    ids=["closed", "another comment"],
)
def test_what_was_said_while_the_card_waited_is_shown_before_a_summary_without_it(later: tasks.Issue, why: str) -> None:
    played = play(issue=[ISSUE, later]).approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert why in played.gate.why


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Olga", "Jon", "@olga", "jonas weber", "Everybody"])
def test_nobody_gets_a_task_who_does_not_occur(who: str) -> None:
    played = play(SUMMARY.model_copy(update={"todo": (Task(what="does it", who=who),)}))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "who does not occur in the issue" in played.told_to("owner")


@pytest.mark.parametrize(
    "said", ["See S-702.", "Ask @mia.", "See https://evil.example/close.", "<@U1>", "Ask @channel."]
)
def test_what_nobody_brought_up_is_not_referred_to(said: str) -> None:
    played = play(Summary(standing=said))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "that nobody brought up" in played.told_to("owner")


@pytest.mark.parametrize("said", ["See S-688.", "It waits for @priya.", "See https://wiki.example/labels.", "a@b"])
def test_what_was_brought_up_may_be_repeated(said: str) -> None:
    assert play(Summary(standing=said)).run.state is RunState.WAITING


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("Summary so far", "Dear all", "says in its first line"),
        ("- Jonas:", "- Olga:", "does not occur"),
        ("Can Priya", "Can @olga", "nobody brought up"),
    ],
)
def test_no_edit_breaks_a_rule(old: str, new: str, rule: str) -> None:
    with pytest.raises(Unfit, match=rule):
        play().edit(by="@priya", body=TEXT.replace(old, new))


def test_an_edit_may_give_the_task_to_somebody_of_the_discussion_and_not_move_it() -> None:
    played = play().edit(by="@jonas", body=TEXT.replace("Nobody yet", "Kenji")).approve(by="@priya")
    assert "- Kenji: ships the older driver" in body_of(played)
    with pytest.raises(Unfit):
        play().edit(by="@jonas", issue_id="S-702")
    assert not terms_of(NAME).invariants["is_on_its_issue"](NOTE.model_copy(update={"issue_id": "S-702"}), ISSUE)


# --- people ----------------------------------------------------------------------------------------------------------


def test_only_engineers_decide() -> None:
    with pytest.raises(NotAllowed, match="engineers"):
        play().approve(by="@leo")


def test_rejected_with_a_remark_it_is_drafted_again_and_without_one_it_ends() -> None:
    played = play([SUMMARY, Summary(standing="Shorter.")]).redraft(by="@jonas", remark="Shorter, please.")
    assert body_of(played.approve(by="@priya")).endswith("Shorter.")
    assert play().reject(by="@jonas", reason="not needed").run.state is RunState.STOPPED


def test_a_summary_that_nobody_wanted_for_three_days_ends() -> None:
    played = play().pass_time("3d")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


# --- when it goes wrong ----------------------------------------------------------------------------------------------


def test_a_model_that_gives_nonsense_is_stood_in_for() -> None:
    played = play(Broken("It gave no standing."))
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "engineers")
    played.answer(by="@priya", **SUMMARY.model_dump(mode="json"))
    assert played.approve(by="@jonas").sent == (NOTE,)


def test_a_model_that_does_not_answer_ends_it_because_nobody_needs_a_summary_that_much() -> None:
    played = play(Transient("It does not answer."))
    assert (played.run.state, played.run.questions) == (RunState.FAILED, {})


def test_an_unsure_summary_is_looked_at_first() -> None:
    assert play(Unsure(SUMMARY, 39)).question.kind is Ask.FILL_IN
    assert play(Unsure(SUMMARY, 40)).run.questions == {}


@pytest.mark.parametrize("error", [Broken("It is locked."), Uncertain("The line went dead.")])
def test_a_comment_that_was_refused_or_may_stand_there_is_told_and_not_repeated(error: Broken | Uncertain) -> None:
    played = play(outcome=error).approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert error.message in played.told_to("owner")


def test_a_tracker_that_is_down_is_told_to_the_pager() -> None:
    played = play(outcome=Transient("The tracker is down.")).approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.FAILED, ())
    assert "The tracker is down." in played.told_to("pager")


def test_it_is_done_only_when_the_tracker_shows_one_more() -> None:
    played = play(issue=[ISSUE, ISSUE, ISSUE, WRITTEN]).approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.PARKED, (NOTE,))
    assert "summaries is as it was before" in played.told_to("owner")
    assert played.resume(by="@mia").run.state is RunState.DONE


def test_a_summary_can_be_taken_off() -> None:
    taken = play().approve(by="@priya").undo(by="@mia").taken_back
    assert taken == (tasks.DeleteComment(issue_id="S-701", comment_id="IC-9", body=TEXT),)


def test_in_shadow_nothing_is_written() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (NOTE,))


# --- its files -------------------------------------------------------------------------------------------------------


def test_the_samples_are_issues() -> None:
    found = [tasks.IssueRef.model_validate(one).issue_id for one in samples_of(NAME).values()]
    assert len(found) == len({*found}) >= 4


async def test_every_case_is_rehearsed_into_a_summary_that_keeps_the_rules() -> None:
    for case in cases_of(NAME):
        issue = case.given["issue"]
        said = await rehearse(NAME, "summary", case.given)
        played = play(said, issue=[issue, issue, issue.model_copy(update={"summaries": 1})]).approve(by="@priya")
        assert played.run.state is RunState.DONE, (case.name, played.told_to("owner"))


def test_the_expected_summaries_keep_the_rules() -> None:
    for case in cases_of(NAME):
        played = play(case.expected["summary"], issue=[case.given["issue"]])
        assert played.run.state is RunState.WAITING, (case.name, played.told_to("owner"))
