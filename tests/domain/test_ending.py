"""What whoever asked for something hears of how it went: every end once, as it reads aloud."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.errors import Broken
from bot.domain.event import Cancelled, Undone, Verdict
from bot.domain.intent import Receipt
from bot.domain.person import Door
from tests.made import LEO, MIA, OLGA, Idea, Watched, actor_of, credit_run

REQUEST = "equest “Made, T-1”"
AGAIN = "start it again: countersign start made"


def rejected() -> Watched:
    return credit_run().reject(MIA, "wrong facts", "They were charged once.")


def rejected_by_two() -> Watched:
    run = credit_run(brief={"reviewers": {"support": {"deny": 2}}}).reject(MIA, "wrong facts", "Once only.")
    return run.reject(LEO, "not needed", "")


def cancelled(run: Watched) -> Watched:
    run.happen(Cancelled(run.now, actor_of(OLGA), OLGA, "Not needed."))
    return run


def undone() -> Watched:
    run = credit_run(outcomes={"given": Receipt(id="CR-7")}).approve(MIA)
    run.happen(Undone(run.now, actor_of(OLGA), OLGA, "Wrong customer."))
    return run


def failed() -> Watched:
    run = credit_run(outcomes={"given": Broken("It says no.")}, brief={"failure": {"when_wrong": {"do": "stop"}}})
    return run.approve(MIA)


ENDS: dict[str, tuple[Callable[[], Watched], str]] = {
    "rejected": (
        rejected,
        f"Your r{REQUEST} was rejected by {MIA.id}. The reason: wrong facts. “They were charged once.” Nothing was "
        f"carried out. Once that is put right, {AGAIN}",
    ),
    "rejected by two": (
        rejected_by_two,
        f"Your r{REQUEST} was rejected by {MIA.id} and {LEO.id}. The reason: wrong facts. “Once only.” The reason: "
        f"not needed. Nothing was carried out. Once that is put right, {AGAIN}",
    ),
    "nobody decided": (
        lambda: credit_run(brief={"reviewers": {"support": {"on_expiry": "reject"}}}).pass_time("30d"),
        f"Nobody decided on your r{REQUEST} in time. Nothing was carried out. To ask once more, {AGAIN}",
    ),
    "stopped": (
        lambda: credit_run(Idea(cents=0), brief={"stage": "assisted"}).decide(Verdict.APPROVE, MIA),
        f"Your r{REQUEST} was closed. There is nothing to credit. Nothing was carried out. If you think that is wrong, "
        "ask @olga.",
    ),
    "cancelled": (
        lambda: cancelled(credit_run()),
        f"Your r{REQUEST} was cancelled by Olga. “Not needed.” Nothing was carried out. If it is still needed, {AGAIN}",
    ),
    "undone": (
        undone,
        f"What was done for your r{REQUEST} does not stand any more. Taken back for Olga. Wrong customer. If it is "
        f"still needed, {AGAIN}",
    ),
    "failed": (
        failed,
        f"Your r{REQUEST} could not be completed. It says no. Nothing was carried out. Whoever looks after it has been "
        f"told. Once it is mended, {AGAIN}",
    ),
    "taken over": (
        lambda: credit_run().decide(Verdict.TAKE_OVER, MIA, text="I call them."),
        f"Mia has taken over your r{REQUEST}, and sees to it by hand. “I call them.” You need not do anything.",
    ),
    "parked": (
        lambda: credit_run(outcomes={"given": Broken("It says no.")}).approve(MIA),
        f"Your r{REQUEST} is held up. It says no. Whoever looks after it has been told, and sees to it; you need not "
        "do anything.",
    ),
    "parked when rejected": (
        lambda: credit_run(brief={"reviewers": {"support": {"on_rejection": "park"}}}).reject(MIA, "wrong facts", ""),
        f"Your r{REQUEST} is held up. Rejected by Mia: wrong facts. Whoever looks after it has been told, and sees to "
        "it; you need not do anything.",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_whoever_asked_for_it_hears_how_it_went_and_what_they_can_do(name: str) -> None:
    play, says = ENDS[name]
    assert play().told_to("requester").splitlines()[-1] == says


@pytest.mark.parametrize(
    ("door", "command"), [(Door.SLACK, "start it again: /ops start made"), (Door.WEBHOOK, ""), (Door.RUN, "")]
)
def test_how_to_ask_again_is_said_in_the_words_of_the_door_it_came_in_by(door: Door, command: str) -> None:
    run = credit_run()
    run.run = replace(run.run, origin=replace(run.run.origin, door=door))
    told = cancelled(run).told_to("requester")
    assert told.endswith(command or "Nothing was carried out.")


def test_whoever_hears_of_trouble_as_its_owner_is_not_told_twice() -> None:
    run = credit_run(outcomes={"given": Broken("It says no.")}).approve(MIA)
    told = {tell.to: tell for tell in run.told}
    assert (told["requester"].unless, told["owner"].unless) == ("owner", "")


def test_nobody_but_a_person_is_told() -> None:
    run = credit_run()
    run.run = replace(run.run, origin=replace(run.run.origin, requester="schedule:daily"))
    assert cancelled(run).told_to("requester") == ""
