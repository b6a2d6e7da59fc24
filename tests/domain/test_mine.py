"""What waits for somebody: as one of those who are asked, or because it was handed to them."""

from dataclasses import replace

import pytest

from bot.domain.event import Verdict
from bot.domain.gate import asked_through
from bot.domain.mine import waits_for
from bot.domain.person import Person, PersonId
from bot.domain.run import RunState
from tests.made import EVE, FARAH, LEO, MIA, OLGA, SAM, Watched, asking, brief_of, credit_run, terms_of

CHAIN = {"reviewers": {"support": {"escalate_to": "finance", "escalate_after": "1h"}}}


def steps(person: Person, played: Watched) -> list[tuple[str, bool]]:
    return [(one.step, one.by_name) for one in waits_for(person, played.run, played.terms.brief)]


def test_a_gate_waits_for_its_group_and_for_nobody_else() -> None:
    played = credit_run()
    assert steps(MIA, played) == [("approved", False)]
    assert steps(FARAH, played) == steps(SAM, played) == steps(EVE, played) == []
    (one,) = waits_for(MIA, played.run, played.terms.brief)
    assert (one.group, one.since) == ("support", played.gate.opened_at)


def test_what_was_escalated_waits_for_those_who_were_brought_in_too() -> None:
    played = credit_run(brief=CHAIN)
    played.decide(Verdict.ESCALATE, MIA, text="May we?")
    assert steps(FARAH, played) == [("approved", True)]
    assert steps(MIA, played) == [("approved", False)]
    played.decide(Verdict.ESCALATE, FARAH, text="I do not know either.")
    assert steps(OLGA, played) == [("approved", True)]


def test_what_was_handed_to_somebody_is_theirs_by_name() -> None:
    played = credit_run()
    played.decide(Verdict.REASSIGN, MIA, to=LEO)
    assert steps(LEO, played) == [("approved", True)]
    assert steps(MIA, played) == [("approved", False)]


def test_what_is_decided_waits_for_nobody() -> None:
    played = credit_run().approve(MIA)
    assert played.run.state is RunState.DONE
    assert steps(MIA, played) == []


@pytest.mark.parametrize(("of", "who"), [("support", MIA), ("requester", SAM), ("owner", OLGA)])
def test_a_question_waits_for_whoever_it_asks(of: str, who: Person) -> None:
    played = Watched(terms_of(asking(of)), reads={})
    everybody = (MIA, SAM, OLGA, EVE)
    assert [one for one in everybody if steps(one, played)] == [who]


def test_the_groups_to_look_in_are_ones_own_and_those_that_hand_on_to_them() -> None:
    brief = brief_of(**CHAIN)
    assert asked_through(MIA, brief) == {"support"}
    assert asked_through(FARAH, brief) == {"support", "finance"}
    assert asked_through(OLGA, brief) == {"support", "finance", "leads", "owner"}
    assert asked_through(EVE, brief) == frozenset()


def test_what_somebody_asked_for_themselves_or_wrote_is_not_up_to_them() -> None:
    played = credit_run()
    assert steps(replace(MIA, id=PersonId(played.run.origin.requester)), played) == []
    assert steps(replace(MIA, active=False), played) == steps(replace(MIA, guest=True), played) == []


def test_it_is_up_to_somebody_by_the_brief_of_then_and_by_that_of_now() -> None:
    played, without = credit_run(), brief_of(reviewers={"support": {"members": ["@leo"]}})
    assert waits_for(MIA, played.run, without) == waits_for(MIA, played.run, played.terms.brief, without) == ()
    assert len(waits_for(LEO, played.run, played.terms.brief, without)) == 1
