"""A run in trouble: what can be done is what the machine takes, and looking carries nothing out."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from bot.domain.audit.entry import EntryKind
from bot.domain.errors import AlreadyDecided, Broken, NotAllowed, Refused, Transient, Uncertain, Unknown
from bot.domain.event import Cancelled, Event, LookWanted, Paused, Reconciled, Resumed
from bot.domain.intent import Receipt
from bot.domain.machine import advance
from bot.domain.person import Door, Person, person_actor
from bot.domain.progress import Doing, lasted, progress_of
from bot.domain.run import ActionStatus, RunState
from bot.domain.trouble import Past, Remedy, in_doubt, is_in_trouble, remedies_of, trouble_of
from bot.testing.play import Play
from tests.adapters.terminal.plays import PLAYS
from tests.made import LEO, MIA, OLGA, PRIYA, credit_run, three_run, triage_run

DOUBT = Uncertain("The line broke.")


def doubtful(**outcomes: object) -> Play:
    return credit_run(outcomes={"given": DOUBT, **outcomes}).approve(MIA)


def paused() -> Play:
    played = doubtless()
    return played.happen(Paused(played.now, person_actor(OLGA.id, Door.SLACK), OLGA))


def doubtless() -> Play:
    return PLAYS["expired"]()


STOPS: Mapping[str, object] = {"failure": {"when_unavailable": {"do": "stop"}}}
TROUBLED: Mapping[str, Callable[[], Play]] = {
    "ran out of time": doubtless,
    "in doubt": doubtful,
    "in doubt in a plan": lambda: three_run(outcomes={"done": DOUBT}).approve(MIA),
    "paused": paused,
    "does not answer": lambda: credit_run(Transient("Away.")),
    "failed": lambda: triage_run(answers={"triage": Transient("Away.")}, brief=STOPS),
    "not to be taken back": lambda: credit_run(outcomes={"undo given": Broken("No.")}).approve(MIA).undo(OLGA),
    "done": lambda: credit_run().approve(MIA),
    "waiting": credit_run,
}


def taken(played: Play, remedy: Remedy) -> bool:
    """Whether the machine takes it from the owner."""
    at, by, action = played.now, person_actor(OLGA.id, Door.SLACK), in_doubt(played.run)
    step, n = (action.step, action.n) if action is not None else ("", 0)
    events: Mapping[Remedy, Event] = {
        Remedy.GO_ON: Resumed(at, by, OLGA),
        Remedy.CANCEL: Cancelled(at, by, OLGA),
        Remedy.LOOK: LookWanted(at, by, OLGA, step, n),
        Remedy.HAPPENED: Reconciled(at, by, OLGA, step, n, True, {"id": "X-1"}),
        Remedy.DID_NOT_HAPPEN: Reconciled(at, by, OLGA, step, n, False),
    }
    try:
        advance(played.run, events[remedy], played.terms)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("name", TROUBLED)
def test_what_is_offered_is_exactly_what_the_machine_takes(name: str) -> None:
    played = TROUBLED[name]()
    assert {*remedies_of(played.run)} == {one for one in Remedy if taken(played, one)}


@pytest.mark.parametrize("name", TROUBLED)
def test_each_time_a_run_needs_somebody_is_counted_and_told_with_its_number(name: str) -> None:
    played = TROUBLED[name]()
    kinds = [entry.kind for entry in played.entries]
    troubles = kinds.count(EntryKind.RUN_PARKED) + kinds.count(EntryKind.RUN_FAILED)
    assert played.run.troubles == troubles
    assert [tell.trouble for tell in played.told if tell.trouble] == [*range(1, troubles + 1)]


def test_nobody_is_offered_what_they_may_not_do() -> None:
    played = doubtful()
    trouble = trouble_of(played.run, played.terms, 1, Past(), allowed={Remedy.CANCEL})
    assert trouble.remedies == ()
    assert "The owner @olga or the maintainer @jonas may do that." in trouble.needed


def test_a_trouble_is_over_once_the_run_has_moved_on() -> None:
    played = doubtless()
    assert is_in_trouble(played.run, 1)
    played.resume(OLGA)
    assert not is_in_trouble(played.run, 1)
    assert trouble_of(played.run, played.terms, 1, Past(), allowed=[*Remedy]).remedies == ()


def look(played: Play, by: Person = OLGA) -> Play:
    action = in_doubt(played.run)
    step, n = (action.step, action.n) if action is not None else ("given", 0)
    return played.happen(LookWanted(played.now, person_actor(by.id, Door.SLACK), by, step, n))


@pytest.mark.parametrize("by", [OLGA, PRIYA])
def test_what_is_found_by_looking_it_up_counts_as_done_and_is_not_carried_out_again(by: Person) -> None:
    played = look(doubtful(**{"look up given": Receipt(id="CR-7")}), by)
    (action,) = played.run.actions
    assert (action.status, (action.receipt or {})["id"]) == (ActionStatus.DONE, "CR-7")
    assert (played.run.state, played.sent) == (RunState.DONE, ())
    (found,) = [one for one in played.entries if one.kind is EntryKind.ACTION_RECONCILED]
    assert found.notes["outcome"] == "was found"


def test_what_is_not_found_stays_in_doubt_and_says_so() -> None:
    played = look(doubtful())
    (action,) = played.run.actions
    assert (action.status, action.error) == (ActionStatus.IN_DOUBT, "The system does not show it.")
    assert played.run.state is RunState.PARKED
    sought = [one.notes["outcome"] for one in played.entries if one.kind is EntryKind.ACTION_SOUGHT]
    assert sought == ["asked for", "not found"]


def test_only_what_is_in_doubt_is_looked_up_and_by_those_who_may() -> None:
    with pytest.raises(AlreadyDecided):
        look(credit_run().approve(MIA))
    with pytest.raises(Unknown):
        look(credit_run())
    with pytest.raises(NotAllowed, match="You may not look it up here"):
        look(doubtful(), LEO)


@pytest.mark.parametrize("name", PLAYS)
def test_progress_ends_with_its_run_and_tells_of_no_step_that_was_skipped(name: str) -> None:
    played = PLAYS[name]()
    progress = progress_of(played.run, played.terms)
    assert (progress.took is not None) == played.run.ended == progress.ended
    if progress.ended:
        assert all(task.doing in (Doing.DONE, Doing.FAILED) for task in progress.tasks)
    else:
        assert any(task.doing in (Doing.UNDER_WAY, Doing.FAILED) for task in progress.tasks)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (12, "12 s"), (60, "1 min"), (200, "3 min 20 s"), (7_260, "2 h 1 min"), (356_400, "4 d 3 h")],
)
def test_a_time_is_told_in_its_two_largest_units(seconds: int, said: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == said
