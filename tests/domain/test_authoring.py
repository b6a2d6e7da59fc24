"""The words of a workflow file make steps that know their place, their names and what they rest on."""

from enum import StrEnum

import pytest

from bot.authoring import (
    Fact,
    Intent,
    Promised,
    Workflow,
    act,
    ask,
    choose,
    decide,
    each,
    either,
    id_of,
    inquire,
    look_up,
    plan,
    propose,
    review,
    stop,
    trigger,
    wait,
)
from bot.domain.errors import Misdeclared
from bot.domain.workflow import (
    Choose,
    Decide,
    Propose,
    Review,
    Step,
    Verb,
    fact_type,
    inputs_of,
    members_of,
    named_inputs,
    verb_of,
)
from bot.intents import helpdesk
from tests.domain.sample import Category, Draft, SupportTriage, Triage, answer, mark
from tests.workflows.fixtures.partner_onboarding import PartnerOnboarding


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Inner(Fact):
    category: Category


class Outer(Fact):
    inner: Inner
    maybe: Category | None = None
    category: Category = Category.BUG
    gives: str = ""
    cents: int = 0


def size_of(outer: Outer) -> Size:
    return Size.LARGE if outer.cents > 100 else Size.SMALL


def test_a_step_is_called_as_its_attribute_and_stands_where_it_was_written() -> None:
    steps = SupportTriage.definition.steps
    assert [step.name for step in steps] == [
        "ticket", "account", "triage", "category", "spam", "draft", "reply", "approved", "sent",
    ]  # fmt: skip
    assert {step.place.file for step in steps} == {SupportTriage.ticket.place.file}
    lines = [step.place.line for step in steps]
    assert lines == list(range(lines[0], lines[0] + 9))


def test_the_fixture_uses_all_twelve_verbs() -> None:
    assert {verb_of(step.node) for step in PartnerOnboarding.definition.steps} == {*Verb}


def test_a_workflow_knows_its_version_its_name_and_what_it_says_of_itself() -> None:
    definition = PartnerOnboarding.definition
    assert (definition.name, definition.version, PartnerOnboarding.version) == ("partner_onboarding", 1, 1)
    assert definition.title.startswith("Partner onboarding. Reads an application")
    assert SupportTriage.definition.title == "Support triage."


def test_a_join_has_no_name_wherever_it_stands() -> None:
    class Joining(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        one = ask(Draft, about=ticket)
        two = inquire(Draft, of="support")
        draft = either(one, two)
        reply = propose(answer, ticket, draft)

    assert Joining.definition.names() == ("ticket", "one", "two", "reply")
    assert [step.name for step in named_inputs(Joining.reply)] == ["ticket", "one", "two"]
    assert repr(Joining.draft) == "<join inline>"


def test_a_step_with_two_names_stands_twice_under_the_first() -> None:
    class Twice(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        also = ticket

    assert Twice.definition.names() == ("ticket", "ticket")


@pytest.mark.parametrize("name", ["version", "definition"])
def test_a_step_cannot_take_a_name_that_every_workflow_has(name: str) -> None:
    step = trigger(helpdesk.Ticket)
    with pytest.raises(Misdeclared, match=f"test_authoring.py:.*No step can be called “{name}”.*another name"):
        type("Odd", (Workflow,), {name: step}, version=1)


def test_a_branch_that_picks_a_field_knows_its_members() -> None:
    assert members_of(SupportTriage.category) == ("billing", "bug", "how-to", "spam")


outer = trigger(Outer)


def test_a_branch_may_pick_a_field_of_a_fact_within_a_fact() -> None:
    assert members_of(decide(outer, by=lambda it: it.inner.category)) == tuple(Category)


def test_a_branch_that_says_what_it_returns_need_not_pick_a_field() -> None:
    assert members_of(decide(outer, by=size_of)) == ("small", "large")


def test_a_fact_may_have_any_field_name_and_still_be_branched_on() -> None:
    assert members_of(decide(outer, by=lambda it: it.category)) == tuple(Category)


def test_a_branch_whose_answers_are_not_known_has_no_members() -> None:
    unknown = decide(outer, by=lambda it: Size.LARGE if it.cents > 100 else Size.SMALL)
    assert members_of(unknown) == ()
    assert members_of(decide(outer, by=lambda it: it.maybe or Category.BUG)) == ()


def test_a_branch_over_an_either_picks_from_what_both_sides_are() -> None:
    first, second = ask(Triage, about=outer), ask(Triage, about=outer)
    assert members_of(decide(either(first, second), by=lambda it: it.category)) == tuple(Category)


def test_a_guard_holds_for_the_members_it_names_or_for_all_others() -> None:
    category = SupportTriage.category
    assert category.is_(Category.BUG, Category.SPAM).members == {"bug", "spam"}
    assert category.is_not(Category.BUG, Category.SPAM).members == {"billing", "how-to"}


def intent_of(step: Step[helpdesk.AddTag] | Step[helpdesk.CloseTicket]) -> type[Intent] | None:
    assert isinstance(step.node, Propose)
    return step.node.intent


def test_a_proposal_knows_the_intent_its_function_declares() -> None:
    ticket = trigger(helpdesk.Ticket)
    assert intent_of(propose(mark, ticket)) is helpdesk.AddTag


def test_a_proposal_by_a_function_that_declares_nothing_knows_no_intent() -> None:
    ticket = trigger(helpdesk.Ticket)
    assert intent_of(propose(lambda it: helpdesk.CloseTicket(ticket_id=it.id), ticket)) is None


def test_a_route_names_every_group_it_may_ask() -> None:
    node = SupportTriage.approved.node
    assert isinstance(node, Review)
    assert isinstance(node.by, Choose)
    assert node.by.groups() == {"finance", "support"}
    assert inputs_of(node) == (SupportTriage.reply, SupportTriage.category)


def test_every_step_that_gives_a_fact_says_which() -> None:
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    given: list[tuple[Step[object], str | None]] = [
        (ticket, "Ticket"),
        (look_up(helpdesk.account_of, ticket), "Account"),
        (ask(Draft, about=ticket), "Draft"),
        (inquire(Draft, of="support", about=ticket), "Draft"),
        (wait("2d"), "Waited"),
        (act(approved), "Receipt"),
        (each(ticket, "other"), "Started"),
        (id_of(tag), "Promised"),
        (either(ticket, ticket), "Ticket"),
        (decide(outer, by=size_of), None),
        (stop("Here."), None),
        (tag, None),
        (plan(tag, tag), None),
        (approved, None),
    ]
    for step, name in given:
        fact = fact_type(step)
        assert (fact and fact.__name__) == name


def test_steps_that_need_nothing_and_steps_that_wait_say_what_they_rest_on() -> None:
    ticket = trigger(helpdesk.Ticket)
    assert inputs_of(ticket.node) == inputs_of(stop("Here.").node) == inputs_of(wait("2d").node) == ()
    assert inputs_of(wait("2d", after=ticket).node) == (ticket,)
    tag = propose(mark, ticket)
    assert inputs_of(plan(tag, tag, tag).node) == (tag, tag, tag)


def test_a_promise_is_filled_in_when_the_id_is_known() -> None:
    tag = helpdesk.AddTag(ticket_id=Promised(step="case"), tag="new")
    assert tag.record() == "helpdesk:case?"
    assert tag.resolve({"case": "T-9"}).record() == "helpdesk:T-9"


def test_a_branching_function_is_kept_as_it_is() -> None:
    node = decide(outer, by=size_of).node
    assert isinstance(node, Decide)
    assert node.by is size_of


def test_a_route_is_kept_by_the_text_of_its_members() -> None:
    route = choose(SupportTriage.category, {Category.HOW_TO: "docs"}, otherwise="support")
    assert dict(route.table) == {"how-to": "docs"}


def test_a_definition_finds_its_steps_by_name() -> None:
    assert SupportTriage.definition.step("draft") is SupportTriage.draft
    assert SupportTriage.definition.trigger is SupportTriage.ticket
    with pytest.raises(KeyError):
        SupportTriage.definition.step("draught")
