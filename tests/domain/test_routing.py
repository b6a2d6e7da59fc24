"""Who hears of what went wrong: what is technical goes to the pager alone, exceptions to the owner. Every kind once."""

from typing import Literal

import pytest

from bot.domain.brief import Brief
from bot.domain.effect import AskModel, Execute, Read, Show, Tell, Wake
from bot.domain.event import Event, Failed, OutcomeUnknown, Problem, Undelivered, Unloaded
from bot.domain.machine import advance
from bot.domain.person import ENGINE
from tests.made import MIA, Watched, credit_run

RECOVERIES = ("park", "stop", "undo", "ask a person")
TECHNICAL = {Problem.UNAVAILABLE}


def told(run: Watched, event: Event) -> set[str]:
    """The roles that hear of an event; a reviewer group and the requester hear what concerns them anyway."""
    effects = advance(run.run, event, run.terms).effects
    return {effect.to for effect in effects if isinstance(effect, Tell)} & {"owner", "pager", "maintainer"}


def run_with(recovery: str, *, hold: tuple[type, ...] = (), slow: bool = False) -> Watched:
    failure = {"when_wrong": {"do": recovery}, "when_unavailable": {"do": recovery}}
    return credit_run(brief={"failure": failure}, hold=hold, slow=slow)


def failed(run: Watched, step: str, problem: Problem) -> Failed:
    return Failed(run.now, ENGINE, step, problem, "It does not work.")


@pytest.mark.parametrize("recovery", RECOVERIES)
@pytest.mark.parametrize("problem", Problem)
@pytest.mark.parametrize(("step", "hold"), [("account", Read), ("idea", AskModel)])
def test_a_step_that_fails_is_told_to_one_of_the_two_by_what_it_was(
    step: str, hold: type, problem: Problem, recovery: str
) -> None:
    run = run_with(recovery, hold=(hold,))
    assert told(run, failed(run, step, problem)) == {"pager" if problem in TECHNICAL else "owner"}


@pytest.mark.parametrize("problem", Problem)
def test_an_action_that_fails_is_told_by_what_it_was(problem: Problem) -> None:
    run = run_with("park", slow=True).approve(MIA)
    assert told(run, failed(run, "given", problem)) == {"pager" if problem in TECHNICAL else "owner"}


def test_a_mistake_of_our_own_is_told_to_the_pager_whatever_was_going_on() -> None:
    """What `stumble` makes of it: a failure that is technical, or an outcome that nobody knows."""
    for hold, step in ((Read, "account"), (AskModel, "idea")):
        run = run_with("park", hold=(hold,))
        assert told(run, failed(run, step, Problem.UNAVAILABLE)) == {"pager"}
    run = run_with("park", hold=(Wake,))
    assert told(run, failed(run, "approved", Problem.UNAVAILABLE)) == {"pager"}
    run = run_with("park", hold=(Execute,)).approve(MIA)
    assert told(run, OutcomeUnknown(run.now, ENGINE, "given", 0, "Lost.")) == {"pager"}


def test_what_nobody_knows_of_the_world_is_for_the_owner_to_look_at() -> None:
    run = run_with("park", slow=True).approve(MIA)
    assert told(run, OutcomeUnknown(run.now, ENGINE, "given", 0, "Nobody knows.")) == {"owner"}


@pytest.mark.parametrize(
    ("card", "to", "heard"),
    [(True, "pager", {"pager"}), (True, "owner", {"owner"}), (False, "pager", set[str]())],
)
def test_a_card_that_cannot_be_shown_is_told_to_whoever_can_mend_it(
    to: Literal["pager", "owner"], heard: set[str], *, card: bool
) -> None:
    run = run_with("park", hold=(Show,))
    lost = Undelivered(
        run.now, ENGINE, "approved", "There is no such channel.", card=card, tell="owner" if to == "owner" else "pager"
    )
    assert told(run, lost) == heard


def test_a_workflow_that_does_not_load_any_more_is_for_the_owner_who_can_go_back_and_for_the_pager() -> None:
    run = run_with("park")
    assert told(run, Unloaded(run.now, ENGINE, "It does not load.")) == {"owner", "pager"}
    run.happen(Unloaded(run.now, ENGINE, "It does not load."))
    assert told(run, Unloaded(run.now, ENGINE, "It does not load.")) == set()


@pytest.mark.parametrize("problem", Problem)
@pytest.mark.parametrize("recovery", ["stop", "undo"])
def test_the_pager_hears_of_what_is_technical_while_the_rest_is_taken_back(problem: Problem, recovery: str) -> None:
    run = run_with(recovery, slow=True).approve(MIA)
    heard = told(run, failed(run, "given", problem))
    assert heard == ({"owner", "pager"} if problem in TECHNICAL else {"owner"})


def test_the_three_are_named_in_every_brief() -> None:
    assert {"owner", "maintainer", "pager"} <= set(Brief.model_fields)
