"""A parked run goes on by another brief: what was answered and not carried out has to hold by that one, too."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute
from bot.domain.errors import NotAllowed, Refused
from bot.domain.event import Begun, Changed, Resumed
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Person
from bot.domain.rebrief import Rebrief
from bot.domain.run import ActionStatus, GateStatus, Mode, RunState
from bot.domain.terms import Terms
from bot.testing import Play
from tests.made import (
    LEO,
    MIA,
    OLGA,
    PRIYA,
    Credit,
    Three,
    Watched,
    actor_of,
    credit_run,
    terms_of,
    three_run,
)

AUTOMATIC: Mapping[str, Any] = {
    "stage": "automatic",
    "levels": {"helpdesk.GrantCredit": "execute automatically"},
    "confidence": {"idea": "50 %"},
    "overrides": [
        {
            "intent": "helpdesk.GrantCredit",
            "evidence": "300 credits and none taken back",
            "undo": "The credit is withdrawn",
            "author": "@olga",
            "approved_by": "@priya",
            "on": "2026-01-31",
        }
    ],
}
TWO: Mapping[str, Any] = {"reviewers": {"support": {"needed": 2}}}


def by(played: Watched, *, lost: tuple[str, ...] = (), who: Person = OLGA, **brief: Any) -> Resumed:
    """Resume by another brief, which the play goes by from here on."""
    terms = terms_of(Three if "second" in played.terms.definition.names() else Credit, **brief)
    played.terms = replace(terms, pins=replace(terms.pins, brief="c" * 64, policy="policy:new"))
    rebrief = Rebrief("c" * 64, "policy:new", OLGA.id, changes=("version 1 → version 2",), lost_rights=lost)
    return Resumed(played.now, actor_of(who), who, "Go on.", rebrief=rebrief)


def held_up(played: Watched) -> Watched:
    """Parked while its gate is open, or its action about to leave."""
    return played.happen(Changed(played.now, ENGINE, ("given",)))


def over_limit(played: Watched) -> Watched:
    """Approved, and then parked by a limit just before it leaves."""
    played.hold = (Execute,)
    played.approve(MIA)
    played.held.clear()
    played.hold = ()
    return played.happen(Begun(played.now, ENGINE, "given", 0, "The limit of 1 a day is used up."))


# --- what a brief had not allowed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brief", "says"),
    [
        ({"changes": {"helpdesk": []}}, "Add it to changes.helpdesk with `countersign brief set "),
        ({"reads": {"helpdesk": ["state_of"]}}, "Add it to reads.helpdesk with `countersign brief set "),
        ({"invariants": [{"rule": "It never holds.", "holds": "fails_always"}]}, "It never holds."),
    ],
)
def test_what_it_allows_now_is_done(brief: dict[str, Any], says: str) -> None:
    played = credit_run(brief=brief)
    assert played.run.state is RunState.PARKED
    assert says in played.run.reason
    assert played.happen(by(played)).approve(MIA).run.state is RunState.DONE


def test_whoever_reads_why_it_is_parked_reads_what_to_type() -> None:
    played = credit_run(brief={"changes": {"helpdesk": []}})
    first, then = f"countersign brief set {played.run.workflow}", f"countersign resume {played.run.id}"
    assert f"`{first} changes.helpdesk …`, then `{then}`" in played.run.reason
    assert played.run.reason in played.told_to("owner")


def test_more_actions_in_a_run_are_allowed_after_they_were_too_many() -> None:
    played = three_run(brief={"limits": {"actions_per_run": 2}}).approve(MIA)
    assert "Raise limits.actions_per_run with `countersign brief set" in played.run.reason
    assert played.happen(by(played)).run.state is RunState.DONE
    assert len(played.sent) == 3


def test_the_record_says_by_which_brief_it_goes_on() -> None:
    played = credit_run(brief={"changes": {"helpdesk": []}})
    played.happen(by(played))
    resumed = next(entry for entry in played.entries if entry.kind is EntryKind.RUN_RESUMED)
    assert resumed.notes["brief"] == "c" * 64 == played.run.pins.brief
    assert played.run.pins.policy == "policy:new"
    assert {field.name: field.value for field in resumed.fields} == {
        "why": "Go on.",
        "changes": ["version 1 → version 2"],
    }


# --- what people had answered -----------------------------------------------------------------------------------------


def test_an_approval_that_holds_by_both_stands() -> None:
    played = over_limit(credit_run())
    assert played.happen(by(played, limits={"actions_per_day": 9})).run.state is RunState.DONE
    assert played.run.gates["approved"].version == 1


@pytest.mark.parametrize(
    ("brief", "lost"),
    [
        (TWO, ()),
        ({}, (MIA.id,)),
        (
            {
                "thresholds": [
                    {"intent": "helpdesk.GrantCredit", "field": "cents", "above": 1000, "reviewers": "finance"}
                ]
            },
            (),
        ),
        ({"levels": {"helpdesk.GrantCredit": "recommend"}}, ()),
    ],
    ids=["more people", "lost rights", "a threshold", "a lower level"],
)
def test_an_approval_that_does_not_hold_by_the_new_one_is_asked_for_again(
    brief: dict[str, Any], lost: tuple[str, ...]
) -> None:
    played = over_limit(credit_run())
    played.happen(by(played, lost=lost, **brief))
    gate = played.run.gates["approved"]
    assert (gate.status, gate.version, gate.approvals) == (GateStatus.OPEN, 2, ())
    assert played.run.actions == ()
    assert played.sent == ()


def test_a_lower_level_holds_from_then_on() -> None:
    played = over_limit(credit_run())
    played.happen(by(played, levels={"helpdesk.GrantCredit": "recommend"})).approve(MIA)
    assert played.run.gates["approved"].mode is Mode.SHOW
    assert played.sent == ()


def test_a_higher_level_frees_nothing_that_was_only_to_be_shown() -> None:
    played = held_up(credit_run(brief={"levels": {"helpdesk.GrantCredit": "recommend"}}))
    played.happen(by(played)).approve(MIA)
    assert played.run.gates["approved"].mode is Mode.SHOW
    assert played.sent == ()


def test_votes_of_a_gate_that_asks_the_same_stand() -> None:
    played = held_up(credit_run(brief=TWO).approve(MIA))
    played.happen(by(played, **TWO, limits={"actions_per_day": 9}))
    assert [vote.person for vote in played.run.gates["approved"].approvals] == [MIA.id]
    assert played.approve(LEO).run.state is RunState.DONE


@pytest.mark.parametrize("needed", [1, 3])
def test_votes_of_a_gate_that_asks_others_do_not(needed: int) -> None:
    played = held_up(credit_run(brief=TWO).approve(MIA))
    played.happen(by(played, reviewers={"support": {"needed": needed}}))
    gate = played.run.gates["approved"]
    assert (gate.needed, gate.approvals, gate.version) == (needed, (), 2)


def test_what_was_edited_stays_edited() -> None:
    played = held_up(credit_run().edit(LEO, cents=20_00))
    played.happen(by(played, **TWO))
    gate = played.run.gates["approved"]
    assert gate.proposals[0].data["cents"] == 20_00
    assert LEO.id in gate.editors


def test_a_plan_that_was_begun_is_not_asked_for_again() -> None:
    played = three_run(hold=[Execute]).approve(MIA)
    Play._perform(played, played.held.pop(0))
    played.until_waiting().held.clear()
    played.hold = ()
    played.happen(Begun(played.now, ENGINE, "carried_out", 1, "The limit of 1 a day is used up."))
    assert [action.status for action in played.run.actions][:2] == [ActionStatus.DONE, ActionStatus.PLANNED]
    played.happen(by(played, **TWO))
    assert (played.run.state, played.run.gates["approved"].version) == (RunState.DONE, 1)


def test_what_was_rejected_is_asked_again_by_the_new_brief() -> None:
    played = credit_run(brief={"reviewers": {"support": {"on_rejection": "park"}}}).reject(MIA, "other")
    played.happen(by(played, **TWO))
    assert (played.run.gates["approved"].status, played.run.gates["approved"].needed) == (GateStatus.OPEN, 2)


# --- a policy ---------------------------------------------------------------------------------------------------------


def test_a_policy_that_still_lets_it_through_does() -> None:
    played = automatic()
    assert played.happen(by(played, **AUTOMATIC)).run.state is RunState.DONE


def test_a_policy_that_does_not_any_more_hands_it_to_people() -> None:
    played = automatic()
    stricter: dict[str, Any] = {**AUTOMATIC, "confidence": {"idea": "99 %"}}
    played.happen(by(played, **stricter))
    gate = played.run.gates["approved"]
    assert (gate.status, gate.policy) == (GateStatus.OPEN, "")
    assert played.approve(MIA).run.state is RunState.DONE


def automatic() -> Watched:
    played = credit_run(brief=AUTOMATIC, hold=[Execute])
    assert played.run.gates["approved"].policy
    played.held.clear()
    played.hold = ()
    return played.happen(Begun(played.now, ENGINE, "given", 0, "The limit of 1 a day is used up."))


def test_what_people_were_asked_stays_with_people() -> None:
    played = held_up(credit_run())
    played.happen(by(played, **AUTOMATIC))
    assert played.run.gates["approved"].status is GateStatus.OPEN


# --- who --------------------------------------------------------------------------------------------------------------


def test_a_question_whose_group_is_gone_is_for_the_owner() -> None:
    asking = {"failure": {"when_wrong": {"do": "ask a person", "group": "finance"}}, "confidence": {"idea": "99 %"}}
    played = held_up(credit_run(brief=asking))
    assert played.question.group == "finance"
    event = by(played)
    played.terms = without(played.terms, "finance")
    assert played.happen(event).question.group == "owner"
    assert played.answer(OLGA, cents=5).run.state is RunState.WAITING


def without(terms: Terms, group: str) -> Terms:
    """A brief that `check` would refuse: it has one group less."""
    left = {name: one for name, one in terms.brief.reviewers.items() if name != group}
    return replace(terms, brief=terms.brief.model_copy(update={"reviewers": left}))


def test_a_group_that_is_gone_refuses_it_and_changes_nothing() -> None:
    played = held_up(credit_run())
    event = by(played)
    with pytest.raises(Refused, match="The brief has no reviewers “support”"):
        advance(played.run, event, without(played.terms, "support"))


def test_whoever_is_responsible_now_is_asked_for_and_nobody_else() -> None:
    played = held_up(credit_run())
    event = by(played)
    now = replace(played.terms, now=played.terms.brief.model_copy(update={"owner": "@priya", "maintainer": "@priya"}))
    with pytest.raises(NotAllowed):
        advance(played.run, event, now)
    assert advance(played.run, replace(event, person=PRIYA), now).run.state is RunState.WAITING
