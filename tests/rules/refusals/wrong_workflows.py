# ruff: noqa: F821
"""Workflows that must not pass a type checker. Every wrong line says what is wrong; no other line is wrong.

`tests/rules/test_type_refusals.py` runs mypy and basedpyright over this file. Nothing imports it.
"""

from enum import StrEnum

from bot.authoring import (
    Fact,
    Field,
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
from bot.intents import helpdesk


class Category(StrEnum):
    BILLING = "billing"
    SPAM = "spam"


class Colour(StrEnum):
    RED = "red"


class Triage(Fact):
    category: Category
    urgent: bool
    summary: str = Field(max_length=200)


class Draft(Fact):
    body: str


class Contacts(Fact):
    records: tuple[helpdesk.Ticket, ...]


def answer(ticket: helpdesk.Ticket, draft: Draft) -> helpdesk.SendReply:
    return helpdesk.SendReply(ticket_id=ticket.id, body=draft.body)


def mark(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="answered")


def mark_new(opened: Promised) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=opened, tag="new")


def words(ticket: helpdesk.Ticket) -> str:
    return ticket.subject


def colour_of(ticket: helpdesk.Ticket, triage: Triage) -> Colour:
    return Colour.RED if ticket.subject and triage.urgent else Colour("green")


def size_of(triage: Triage) -> Colour:
    return Colour.RED if triage.urgent else Colour("green")


class Right(Workflow, version=1):
    """Everything below rests on these steps; all of it is right."""

    ticket = trigger(helpdesk.Ticket, again=helpdesk.ticket_of)
    account = look_up(helpdesk.account_of, ticket)
    triage = ask(Triage, about=(ticket, account))
    category = decide(triage, by=lambda it: it.category)
    colour = decide(triage, by=size_of)
    shade = decide(ticket, triage, by=colour_of)
    spam = stop("Spam: nothing to answer.", when=category.is_(Category.SPAM))
    draft = ask(Draft, about=(ticket, account, triage))
    own = inquire(Draft, of="support", about=ticket, when=colour.is_not(Colour.RED))
    reply = propose(answer, ticket, either(own, draft))
    approved = review(reply, by=choose(category, {Category.BILLING: "finance"}, otherwise="support"))
    sent = act(approved)
    later = wait("2d", or_on=helpdesk.Ticket, after=sent)
    tag = propose(mark, ticket)
    new_tag = propose(mark_new, id_of(tag))
    both = plan(tag, new_tag)
    all_of_it = plan(tag, new_tag, reply)
    allowed = review(all_of_it, by="support")
    done = act(allowed)
    either_way = act(either(approved, allowed))
    contacts = ask(Contacts, about=ticket)
    started = each(contacts, "welcome")


class ActsWithoutReview(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply = propose(answer, ticket, draft)
    sent = act(reply)  # refuse: action without a gate


class ActsOnDraft(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    sent = act(draft)  # refuse: what the model wrote, carried out


class ActsOnPlan(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    close = propose(mark, ticket)
    sent = act(plan(tag, close))  # refuse: a plan without a gate


class ForgesWithReceipt(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)
    again = act(tagged)  # refuse: a receipt is no approval


class ActsOnEitherUnreviewed(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(either(approved, tag))  # refuse: one of the two has no gate


class PutsDraftInPlaceOfIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    approved = review(draft, by="support")  # refuse: a fact is no intent to review


class ProposesNoIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    text = propose(words, ticket)  # refuse: the function builds a text, not an intent


class SwapsInputs(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply = propose(answer, draft, ticket)  # refuse: swapped inputs


class ForgetsAnInput(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    reply = propose(answer, ticket)  # refuse: the draft is missing


class LooksUpByTheWrongFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    account = look_up(helpdesk.account_of, triage)  # refuse: accounts are found by ticket


class ReadsAgainAsSomethingElse(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket, again=helpdesk.account_of)  # refuse: gives an account, not the ticket


class BranchesOnText(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    summary = decide(triage, by=lambda it: it.summary)  # refuse: not a closed set


class BranchesOnFlag(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    urgent = decide(triage, by=lambda it: it.urgent)  # refuse: a flag has no names


class BranchesOnMissingField(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    mood = decide(triage, by=lambda it: it.mood)  # refuse: no such field


class BranchesOnFactsTheWrongWayRound(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    colour = decide(triage, ticket, by=colour_of)  # refuse: the ticket comes first


class BranchesOnOneFactOfTwo(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    colour = decide(ticket, by=colour_of)  # refuse: it wants the triage as well


class GuardsWithForeignMember(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    ended = stop("Red.", when=category.is_(Colour.RED))  # refuse: a colour is no category


class GuardsWithText(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    ended = stop("Spam.", when=category.is_not("spam"))  # refuse: a text is no member


class GuardsWithAFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    ended = stop("Urgent.", when=triage)  # refuse: a fact is no guard


class RoutesByForeignMember(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    category = decide(ask(Triage, about=ticket), by=lambda it: it.category)
    by = choose(category, {Colour.RED: "finance"}, otherwise="support")  # refuse: routes by another set


class RoutesByAFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    by = choose(triage, {Category.SPAM: "finance"}, otherwise="support")  # refuse: a fact is no choice


class ReviewsWithoutReviewers(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag)  # refuse: nobody reviews


class AsksTheModelForAnIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    reply = ask(helpdesk.SendReply, about=ticket)  # refuse: a model gives facts only


class AsksAPersonForAnIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    reply = inquire(helpdesk.SendReply, of="requester")  # refuse: a form gives facts only


class AsksAboutAnIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    triage = ask(Triage, about=(ticket, tag))  # refuse: a model sees facts only


class AsksAboutAChoice(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    category = decide(ask(Triage, about=ticket), by=lambda it: it.category)
    draft = ask(Draft, about=category)  # refuse: a choice is no fact


class PlansWithAFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    both = plan(tag, ticket)  # refuse: a fact cannot be carried out


class PlansWithAnApproval(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    both = plan(tag, approved)  # refuse: the gate comes after the plan


class PlansAlone(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    one = plan(tag)  # refuse: a plan of one is no plan


class TakesTheIdOfAFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark_new, id_of(ticket))  # refuse: only an intent brings an id back


class GoesOverAnIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    started = each(tag, "welcome")  # refuse: records stand in a fact


class StartsByAnIntent(Workflow, version=1):
    tag = trigger(helpdesk.AddTag)  # refuse: a fact starts a run


class WaitsForAnIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    later = wait("2d", or_on=helpdesk.SendReply)  # refuse: a fact ends a wait


class ReadsAhead(Workflow, version=1):
    triage = ask(Triage, about=ticket)  # refuse: used before it stands there
    ticket = trigger(helpdesk.Ticket)


class ForgetsTheVersion(Workflow):  # refuse: no version
    ticket = trigger(helpdesk.Ticket)
