"""Every way a run can go is walked, lazily, and too many ways are noticed without walking them."""

from enum import StrEnum
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring import Fact, Workflow, act, ask, decide, either, inquire, propose, review, stop, trigger, wait
from bot.domain.paths import LAST, MOST, Outcome, Path, Visit, count, taken, walk
from bot.domain.workflow import Choice, Decide, Definition, Guard, Place, Step, Stop, Trigger
from bot.intents import helpdesk
from tests.domain.sample import Draft, SupportTriage, answer, mark
from tests.workflows.fixtures.partner_onboarding import PartnerOnboarding

HERE = Place("workflow.py", 1)


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Turn(Fact):
    side: Side


def side_of(turn: Turn) -> Side:
    return turn.side


def told(path: Path) -> str:
    """A path as one line, skipped steps left out."""
    lived = (visit for visit in path if visit.outcome is not Outcome.SKIPPED)
    return " ".join(f"{visit.step}={visit.member or visit.outcome}" for visit in lived)


def with_choices(choices: int, *, options: type[StrEnum] = Side) -> Definition:
    """A workflow that branches that many times."""
    trigger_step: Step[Turn] = Step(Trigger(Turn), place=HERE)
    trigger_step.name = "turn"
    steps: list[Step[object]] = [trigger_step]
    for n in range(choices):
        choice: Choice[Side] = Choice(Decide((trigger_step,), side_of, options), place=HERE)
        choice.name = f"choice{n}"
        steps.append(choice)
    return Definition("many", 1, "Many.", tuple(steps))


def test_support_triage_has_thirteen_paths() -> None:
    assert count(SupportTriage.definition) == 13


def test_spam_ends_at_once_and_everything_else_meets_its_gate() -> None:
    paths = [told(path) for path in walk(SupportTriage.definition)]
    spam = "ticket=done account=done triage=done category=spam spam=stopped"
    assert [path for path in paths if "category=spam" in path] == [spam]
    before = "ticket=done account=done triage=done category=bug draft=done reply=done"
    assert [path for path in paths if "category=bug" in path] == [
        f"{before} approved=approved sent=done",
        f"{before} approved=edited sent=done",
        f"{before} approved=rejected",
        f"{before} approved=expired",
    ]


def test_the_fixture_with_all_verbs_has_fourteen_paths() -> None:
    assert count(PartnerOnboarding.definition) == 14


class Joined(Workflow, version=1):
    turn = trigger(Turn)
    side = decide(turn, by=lambda it: it.side)
    left = ask(Draft, about=turn, when=side.is_(Side.LEFT))
    right = inquire(Draft, of="requester", when=side.is_(Side.RIGHT))
    echo = ask(Draft, about=either(left, right))
    only_left = ask(Draft, about=left)
    later = wait("2d", or_on=Turn, after=only_left)


def test_a_step_whose_input_was_skipped_is_skipped_and_a_join_takes_the_other_side() -> None:
    assert [told(path) for path in walk(Joined.definition)] == [
        "turn=done side=left left=done echo=done only_left=done later=on time",
        "turn=done side=left left=done echo=done only_left=done later=by event",
        "turn=done side=right right=answered echo=done",
        "turn=done side=right right=unanswered",
    ]


class Chained(Workflow, version=1):
    turn = trigger(Turn)
    side = decide(turn, by=lambda it: it.side)
    again = decide(turn, by=lambda it: it.side, when=side.is_(Side.LEFT))
    both = ask(Draft, about=turn, when=again.is_not(Side.RIGHT))


def test_a_guard_on_a_choice_that_was_skipped_does_not_hold() -> None:
    assert [told(path) for path in walk(Chained.definition)] == [
        "turn=done side=left again=left both=done",
        "turn=done side=left again=right",
        "turn=done side=right",
    ]


class Acting(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply = propose(answer, ticket, draft)
    tag = propose(mark, ticket)
    approved = review(reply, by="support")
    allowed = review(tag, by="support")
    done = act(either(approved, allowed))


def test_after_a_rejection_no_further_step_is_reached() -> None:
    for path in walk(Acting.definition):
        ends = [n for n, visit in enumerate(path) if visit.outcome in LAST]
        assert ends in ([], [len(path) - 1])


def test_a_join_tells_which_side_a_path_takes() -> None:
    join = Acting.done.node
    path = {visit.step: visit for visit in next(walk(Acting.definition))}
    assert taken(Step(join, place=HERE), {}) is None
    step = next(one for one in Acting.definition.steps if one.name == "approved")
    joined = either(Acting.approved, Acting.allowed)
    assert taken(joined, path) is step
    path["approved"] = Visit("approved", Outcome.SKIPPED)
    assert taken(joined, path) is Acting.allowed
    del path["allowed"]
    assert taken(joined, path) is None


def test_more_than_a_thousand_paths_are_counted_as_one_more_and_no_further() -> None:
    assert count(with_choices(9)) == 2**9
    assert count(with_choices(10)) == MOST + 1
    assert count(with_choices(500)) == MOST + 1


def test_the_first_paths_of_a_hopeless_workflow_come_at_once() -> None:
    first, second = islice(walk(with_choices(300)), 2)
    assert [visit.member for visit in first[1:]] == ["left"] * 300
    assert [visit.member for visit in second[1:]] == ["left"] * 299 + ["right"]


def test_a_choice_without_members_does_not_end_its_path() -> None:
    class Nothing(StrEnum):
        pass

    (path,) = walk(with_choices(2, options=Nothing))
    assert [visit.step for visit in path] == ["turn", "choice0", "choice1"]


def test_a_workflow_without_steps_has_one_empty_path() -> None:
    assert list(walk(Definition("none", 1, "None.", ()))) == [()]


@given(guards=st.lists(st.sampled_from([None, *Side]), max_size=5))
@settings(max_examples=60)
def test_every_path_is_walked_once_and_lives_by_its_guards(guards: list[Side | None]) -> None:
    base = with_choices(1)
    choice = base.steps[1]
    stops: list[Step[object]] = []
    for n, side in enumerate(guards):
        stop_step: Step[None] = Step(Stop("Here."), place=HERE, when=Guard(choice, frozenset({side})) if side else None)
        stop_step.name = f"stop{n}"
        stops.append(stop_step)
    paths = list(walk(Definition("stops", 1, "Stops.", (*base.steps, *stops))))
    assert len(paths) == len(set(paths)) == 2
    for path, side in zip(paths, Side, strict=True):
        first = next((n for n, guard in enumerate(guards) if guard in (None, side)), None)
        assert (path[-1].outcome is Outcome.STOPPED) == (first is not None)
        assert len(path) == 2 + (len(guards) if first is None else first + 1)


def test_the_word_stop_ends_a_path_where_its_guard_holds() -> None:
    class Ended(Workflow, version=1):
        turn = trigger(Turn)
        side = decide(turn, by=lambda it: it.side)
        ended = stop("Left.", when=side.is_(Side.LEFT))
        echo = ask(Draft, about=turn)

    assert [told(path) for path in walk(Ended.definition)] == [
        "turn=done side=left ended=stopped",
        "turn=done side=right echo=done",
    ]
