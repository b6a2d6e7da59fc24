"""What proves that a run is done: a value, or that a record is another than before."""

from dataclasses import replace

import pytest

from bot.authoring import Workflow, act, look_up, propose, review, trigger
from bot.domain.about import about
from bot.domain.brief.done_when import ReadAgain
from bot.domain.drawing import mermaid
from bot.domain.errors import Transient
from bot.domain.plain import Plain
from bot.domain.proof import proves, step_before, words_of_proof
from bot.domain.run import RunState
from bot.domain.terms import Terms
from bot.intents import helpdesk
from bot.testing import Play
from bot.testing.play import MORNING
from bot.testing.world import Found
from tests.domain import sample
from tests.made import OPEN, TICKET

MORE = OPEN.model_copy(update={"messages": 2})


class Noting(Workflow, version=1):
    """Marks a ticket, whose state was read before."""

    ticket = trigger(helpdesk.Ticket)
    before = look_up(helpdesk.state_of, ticket)
    tag = propose(sample.mark, ticket)
    approved = review(tag, by="support")
    marked = act(approved)


def proof(**says: object) -> ReadAgain:
    return ReadAgain.model_validate({"read": "helpdesk.state_of", "of": "ticket", "field": "messages", **says})


def noting() -> Terms:
    changes = {"changes": {"helpdesk": ["AddTag"]}, "reads": {"helpdesk": ["state_of"]}}
    terms = sample.terms(Noting.definition, done_when=proof(changed=True).model_dump(by_alias=True), **changes)
    return replace(terms, intents={helpdesk.AddTag.kind(): helpdesk.AddTag})


def noted(*states: Found) -> Play:
    return Play(noting(), TICKET, reads={helpdesk.state_of: [*states]}).approve(by="@mia")


def test_a_run_is_done_when_the_record_is_another_one_than_before() -> None:
    assert noted(OPEN, MORE).run.state is RunState.DONE


def test_a_record_that_is_as_before_parks_the_run_until_it_shows_the_change() -> None:
    played = noted(OPEN, OPEN, MORE)
    assert played.run.state is RunState.PARKED
    assert "helpdesk.state_of does not show it: messages is as it was before." in played.told_to("owner")
    assert played.resume(by="@nora").run.state is RunState.DONE
    assert len(played.sent) == 1


def test_what_cannot_be_read_at_the_end_proves_nothing() -> None:
    assert noted(OPEN, Transient("Down.")).run.state is RunState.PARKED


def test_the_end_is_compared_with_the_step_that_read_the_same_about_the_same() -> None:
    before = step_before(Noting.definition, proof(changed=True))
    assert before is not None
    assert before.name == "before"
    assert step_before(sample.SupportTriage.definition, proof(changed=True)) is None


@pytest.mark.parametrize(
    ("says", "found", "before", "holds"),
    [
        ({"is": 1}, 1, None, True),
        ({"is": 1}, 2, {"messages": 2}, False),
        ({"changed": True}, 2, {"messages": 1}, True),
        ({"changed": True}, 1, {"messages": 1}, False),
        ({"changed": True}, 1, None, True),
    ],
)
def test_a_value_is_compared_with_the_brief_and_a_change_with_what_was_read(
    says: dict[str, object], found: Plain, before: Plain, holds: bool
) -> None:
    assert proves(proof(**says), found, before) is holds


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"is": "open"}, "messages is open"),
        ({"is": True}, "messages is true"),
        ({"changed": True}, "messages has changed"),
    ],
)
def test_a_proof_is_said_in_a_few_words(says: dict[str, object], words: str) -> None:
    assert words_of_proof(proof(**says)) == words


def test_people_read_of_a_change_where_they_read_of_a_value() -> None:
    terms = noting()
    assert "Done only when helpdesk.state_of shows that messages has changed." in [
        *about(terms, inside=True, now=MORNING)
    ]
    assert "helpdesk.state_of: messages has changed" in mermaid(terms.definition, terms.brief)
