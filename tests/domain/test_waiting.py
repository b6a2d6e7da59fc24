"""Time: reminders, escalations, expiry and waits. Expiry never approves, and no timer is lost or counts twice."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.authoring import Fact, Workflow, trigger, wait
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Wake
from bot.domain.errors import OutOfDate
from bot.domain.event import Changed, Failed, Paused, Problem, Resumed, Verdict, Woken
from bot.domain.machine import advance
from bot.domain.person import ENGINE
from bot.domain.run import Ask, GateStatus, RunState, StepStatus
from bot.testing.play import MORNING
from tests.made import (
    LEO,
    MIA,
    NORA,
    OLGA,
    Idea,
    Watched,
    actor_of,
    asking,
    credit_run,
    onboarding_run,
    terms_of,
    unchanged,
)

CLOCK: Mapping[str, object] = {
    "remind_after": "4h",
    "escalate_after": "1d",
    "escalate_to": "leads",
    "expires_after": "3d",
}


def timed(**rules: object) -> Watched:
    return credit_run(brief={"reviewers": {"support": {**CLOCK, **rules}}})


def times(played: Watched, kind: EntryKind) -> list[timedelta]:
    return [entry.at - MORNING for entry in played.entries if entry.kind is kind]


def hours(*numbers: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in numbers]


def woken(played: Watched, step: str = "approved", **after: float) -> Woken:
    return Woken(played.now + timedelta(**after), ENGINE, step)


# --- a gate -----------------------------------------------------------------------------------------------------------


def test_reminders_come_again_and_again_until_somebody_decides() -> None:
    played = timed(escalate_after=None).pass_time("13h")
    assert times(played, EntryKind.GATE_REMINDED) == hours(4, 8, 12)
    assert played.told_to("group:support").count("still waits for you") == 3
    played.approve(MIA).pass_time("2d")
    assert times(played, EntryKind.GATE_REMINDED) == hours(4, 8, 12)


def test_a_reminder_goes_to_whoever_has_it_now() -> None:
    played = timed().decide(Verdict.REASSIGN, MIA, to=LEO).pass_time("5h")
    assert "still waits for you" in played.told_to(LEO.id)
    assert played.told_to("group:support") == ""


def test_what_nobody_decides_in_time_goes_up_the_chain_group_by_group_to_the_owner() -> None:
    chain = {
        "support": {"escalate_after": "1h", "escalate_to": "finance"},
        "finance": {"escalate_after": "2h", "escalate_to": "leads"},
        "leads": {"escalate_after": "3h", "escalate_to": "owner"},
    }
    played = credit_run(brief={"owner": "@jonas", "reviewers": chain}).pass_time("6d")
    assert times(played, EntryKind.GATE_ESCALATED) == hours(1, 3, 6)
    assert played.gate.invited == ("finance", "leads", "owner")
    for told in ("group:finance", "group:leads", "owner"):
        assert played.told_to(told).count("Nobody has decided this in time.") == 1
    assert [entry.notes["owner"] for entry in played.entries if entry.kind is EntryKind.GATE_ESCALATED] == [
        "finance",
        "leads",
        "owner",
    ]


def test_a_group_without_a_chain_goes_up_to_the_owner_once() -> None:
    played = timed(escalate_to="").pass_time("2d")
    assert times(played, EntryKind.GATE_ESCALATED) == hours(24)
    assert played.gate.invited == ("owner",)


def test_a_person_may_escalate_before_the_clock_does() -> None:
    chain = {"support": {"escalate_after": "2h", "escalate_to": "finance"}, "finance": {"escalate_after": "2h"}}
    played = credit_run(brief={"reviewers": chain}).pass_time("1h").decide(Verdict.ESCALATE, MIA, text="Too big.")
    played.pass_time("1d")
    assert times(played, EntryKind.GATE_ESCALATED) == hours(1, 3)
    assert played.gate.invited == ("finance", "owner")


def test_a_clock_that_comes_back_late_does_everything_that_was_due_and_each_once() -> None:
    played = timed(expires_after="30d")
    played.now += timedelta(days=2)
    played.pass_time("1s")
    assert len(times(played, EntryKind.GATE_ESCALATED)) == 1
    assert len(times(played, EntryKind.GATE_REMINDED)) == 1


@pytest.mark.parametrize("approvals", [0, 1])
def test_expiry_never_approves(approvals: int) -> None:
    played = timed(needed=2, escalate_after=None)
    if approvals:
        played.approve(MIA)
    played.pass_time("4d")
    assert (played.run.state, played.gate.status, played.sent) == (RunState.PARKED, GateStatus.EXPIRED, ())
    assert "Nobody decided “approved” in time, so nothing was done." in played.told_to("owner")
    assert times(played, EntryKind.GATE_EXPIRED) == [timedelta(days=3)]


@pytest.mark.parametrize(("on_rejection", "state"), [("stop", RunState.STOPPED), ("park", RunState.PARKED)])
def test_expiry_may_reject_where_the_brief_says_so(on_rejection: str, state: RunState) -> None:
    played = timed(on_expiry="reject", on_rejection=on_rejection).pass_time("4d")
    assert (played.run.state, played.gate.status, played.sent) == (state, GateStatus.EXPIRED, ())


def test_what_ran_out_of_time_can_be_asked_again_with_a_new_clock_and_no_votes() -> None:
    played = timed(needed=2).approve(MIA).pass_time("4d").resume(OLGA)
    gate = played.gate
    assert (gate.status, gate.version, gate.approvals) == (GateStatus.OPEN, 2, ())
    assert gate.expires_at == played.now + timedelta(days=3)
    played.pass_time("4h")
    assert times(played, EntryKind.GATE_REMINDED)[-1] == timedelta(days=4, hours=4)
    assert played.approve(MIA).approve(LEO).run.state is RunState.DONE


def test_a_timer_that_comes_too_early_too_late_or_twice_changes_nothing() -> None:
    played = timed()
    assert unchanged(played, woken(played, hours=3))
    assert unchanged(played, woken(played, step=""))
    assert unchanged(played, woken(played, step="ticket", days=9))
    assert unchanged(played, woken(played, step="no such step", days=9))
    played.pass_time("4h")
    assert unchanged(played, woken(played))
    played.pass_time("4d")
    assert unchanged(played, woken(played, days=9))
    done = timed().approve(MIA)
    assert unchanged(done, woken(done, days=9))


def test_each_timer_that_goes_off_leaves_one_and_no_more() -> None:
    played = timed(escalate_after=None)
    for _ in range(5):
        moved = advance(played.run, woken(played, hours=4), played.terms)
        assert [effect for effect in moved.effects if isinstance(effect, Wake)] == [
            Wake(played.now + timedelta(hours=8), "approved")
        ]
        played.pass_time("4h")


# --- a clock that stood still -----------------------------------------------------------------------------------------


def parked_by_a_deploy(played: Watched) -> Watched:
    return played.happen(Changed(played.now, ENGINE, ("given",)))


def test_a_parked_run_gets_its_clock_back_when_it_goes_on() -> None:
    played = parked_by_a_deploy(timed(escalate_after=None))
    assert unchanged(played, woken(played, hours=4)), "The clock stands still while the owner looks."
    played.pass_time("5h").resume(OLGA).pass_time("1h")
    assert (played.run.state, len(times(played, EntryKind.GATE_REMINDED))) == (RunState.WAITING, 1)
    played.pass_time("3d")
    assert played.gate.status is GateStatus.EXPIRED


def test_what_ran_out_while_a_run_was_parked_is_asked_again_at_once() -> None:
    played = parked_by_a_deploy(timed(needed=2).approve(MIA)).pass_time("5d").resume(OLGA)
    assert (played.run.state, played.gate.version, played.gate.approvals) == (RunState.WAITING, 2, ())
    assert played.approve(MIA).approve(LEO).run.state is RunState.DONE


def test_a_question_gets_its_clock_back_too() -> None:
    played = parked_by_a_deploy(credit_run(Idea(cents=0))).pass_time("1d").resume(OLGA).pass_time("8d")
    assert played.run.state is RunState.PARKED
    assert "Nobody answered “nothing” in time" in played.told_to("owner")


def test_time_goes_on_in_a_pause() -> None:
    played = timed()
    played.happen(Paused(played.now, actor_of(OLGA), OLGA)).pass_time("4d")
    assert (played.run.state, played.run.paused) == (RunState.PARKED, True)
    resumed = Resumed(played.now, actor_of(OLGA), OLGA)
    assert played.happen(resumed).run.state is RunState.PARKED
    assert played.happen(resumed).gate.status is GateStatus.OPEN


# --- a question -------------------------------------------------------------------------------------------------------


def test_a_question_is_asked_again_every_day_and_in_the_end_parks_the_run() -> None:
    played = credit_run(Idea(cents=0), brief={"reviewers": {"support": {"remind_after": "6h", "expires_after": "3d"}}})
    played.pass_time("2d")
    assert times(played, EntryKind.QUESTION_REMINDED) == hours(6, 30)
    assert played.told_to("group:support").count("still waits for an answer") == 2
    played.pass_time("1d")
    assert played.run.state is RunState.PARKED
    assert times(played, EntryKind.QUESTION_EXPIRED) == [timedelta(days=3)]
    assert unchanged(played, woken(played, "nothing", days=1))
    with pytest.raises(OutOfDate, match="ran out of time"):
        played.approve(MIA)
    assert played.resume(OLGA).run.state is RunState.WAITING
    assert played.approve(MIA).run.state is RunState.STOPPED


@pytest.mark.parametrize(("requester", "told"), [("play/sam", "requester"), ("schedule:daily", "owner")])
def test_a_question_to_a_requester_who_is_no_person_goes_to_the_owner(requester: str, told: str) -> None:
    played = Watched(terms_of(asking("requester")), reads={})
    played.run = replace(played.run, origin=replace(played.run.origin, requester=requester))
    assert "still waits for an answer" in played.pass_time("25h").told_to(told)


@pytest.mark.parametrize("stage", ["instrument", "shadow"])
def test_where_nobody_says_what_they_did_the_run_ends_without_it(stage: str) -> None:
    played = credit_run(brief={"stage": stage, "limits": {"observe_within": "2d"}})
    assert played.question.kind is Ask.OBSERVE
    played.pass_time("2d")
    assert (played.run.state, played.sent) == (RunState.DONE, ())
    assert times(played, EntryKind.QUESTION_EXPIRED) == [timedelta(days=2)]
    assert times(played, EntryKind.QUESTION_REMINDED) == []


def test_what_nobody_says_they_did_in_assisted_ends_as_well() -> None:
    played = credit_run(brief={"stage": "assisted"}).approve(MIA).pass_time("8d")
    assert (played.run.state, played.sent) == (RunState.DONE, ())
    assert played.told_to("requester") == "Your request “Made, T-1” is finished; nothing was changed."


# --- a wait -----------------------------------------------------------------------------------------------------------


def settled() -> Watched:
    """Partner onboarding, where it gives the partner two days to come back."""
    played = onboarding_run().approve(NORA)
    assert played.run.steps["settled"].status is StepStatus.WAITING
    return played


def test_a_wait_ends_when_its_time_is_over_and_not_before() -> None:
    played = settled()
    assert unchanged(played, woken(played, "settled", days=1))
    assert played.pass_time(timedelta(days=2) - timedelta(microseconds=1)).run.state is RunState.WAITING
    assert played.pass_time(timedelta(microseconds=1)).run.state is RunState.DONE
    assert played.run.steps["settled"].value == {"ended_by_event": False}


def test_an_event_ends_a_wait_early_and_its_timer_then_does_nothing() -> None:
    played = settled().arrive("settled")
    assert played.run.steps["settled"].value == {"ended_by_event": True}
    assert played.run.state is RunState.DONE
    assert unchanged(played, woken(played, "settled", days=2))
    assert unchanged(played, Woken(played.now, ENGINE, "settled", by_event=True))


class Appointment(Fact):
    at: str


class Dated(Workflow, version=1):
    """A wait until a moment that the trigger names."""

    appointment = trigger(Appointment)
    until = wait("appointment.at")


def dated(at: str) -> Watched:
    return Watched(terms_of(Dated), Appointment(at=at), reads={})


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-02T12:00:00+00:00", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T12:00:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T12:00:00", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T07:00:00-05:00", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T21:00:00.5+09:00", datetime(2026, 3, 2, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-03", datetime(2026, 3, 3, tzinfo=UTC)),
    ],
)
def test_a_wait_until_a_moment_goes_by_utc_wherever_that_was_written(at: str, until: datetime) -> None:
    played = dated(at)
    assert played.run.steps["until"].value == until.isoformat()
    assert unchanged(played, Woken(until - timedelta(microseconds=1), ENGINE, "until"))
    assert played.pass_time(until - played.now).run.state is RunState.DONE


def test_a_moment_that_is_over_is_not_waited_for() -> None:
    assert dated("2020-01-01T00:00:00Z").pass_time("1s").run.state is RunState.DONE


class Reminder(Fact):
    at: datetime | None = None


class Reminded(Workflow, version=1):
    """A wait until a moment that need not be named."""

    reminder = trigger(Reminder)
    until = wait("reminder.at")


def test_where_no_moment_is_named_nothing_is_waited_for() -> None:
    at_once = Watched(terms_of(Reminded), Reminder(), reads={})
    assert at_once.run.state is RunState.DONE
    assert at_once.run.steps["until"].value == {"ended_by_event": False}
    later = Watched(terms_of(Reminded), Reminder(at=MORNING + timedelta(hours=1)), reads={})
    assert later.run.state is RunState.WAITING
    assert later.pass_time("1h").run.state is RunState.DONE


@pytest.mark.parametrize("at", ["tomorrow", "", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_is_none_parks_the_run_with_a_sentence(at: str) -> None:
    played = dated(at)
    assert played.run.state is RunState.PARKED
    assert "“appointment.at” does not say until when to wait." in played.told_to("owner")


def test_a_wait_in_a_pause_ends_and_the_rest_follows_after_it() -> None:
    played = settled()
    played.happen(Paused(played.now, actor_of(NORA), NORA)).pass_time("3d")
    assert played.run.steps["settled"].status is StepStatus.DONE
    assert played.run.state is RunState.WAITING
    assert played.happen(Resumed(played.now, actor_of(NORA), NORA)).run.state is RunState.DONE


# --- a clock that fails -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("played", "step"),
    [(timed, "approved"), (lambda: credit_run(Idea(cents=0)), "nothing"), (settled, "settled")],
    ids=["a gate", "a question", "a wait"],
)
def test_a_timer_whose_work_fails_is_never_silent(played: Callable[[], Watched], step: str) -> None:
    """Where the bot itself fails at a timer the run would wait for ever, and nobody would know."""
    run = played()
    run.happen(Failed(run.now, ENGINE, step, Problem.UNAVAILABLE, "Something in the bot failed."))
    assert run.run.state is RunState.PARKED
    assert "Something in the bot failed." in run.told_to("pager")
    assert run.resume(NORA if step == "settled" else OLGA).run.state is RunState.WAITING
    assert unchanged(run, Failed(run.now, ENGINE, "no such step", Problem.UNAVAILABLE, "Too late."))
