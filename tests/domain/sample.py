"""Support triage as the design has it, and its brief, for the tests of what reads a workflow."""

from collections.abc import Mapping
from enum import StrEnum

from bot.authoring import (
    Fact,
    Field,
    Workflow,
    act,
    ask,
    choose,
    decide,
    look_up,
    propose,
    review,
    stop,
    trigger,
)
from bot.domain.binding import Binding, Retry
from bot.domain.brief import Brief
from bot.domain.intent import Intent
from bot.domain.run import Pins
from bot.domain.terms import Prompt, Terms
from bot.domain.workflow import Ask, Definition
from bot.intents import helpdesk


class Category(StrEnum):
    BILLING = "billing"
    BUG = "bug"
    HOW_TO = "how-to"
    SPAM = "spam"


class Triage(Fact):
    """What the ticket is about, in one glance."""

    category: Category
    urgent: bool
    summary: str = Field(max_length=200)


class Draft(Fact):
    """An answer for the customer, in the customer's language."""

    body: str = Field(min_length=1, max_length=4000)


def answer(ticket: helpdesk.Ticket, draft: Draft) -> helpdesk.SendReply:
    return helpdesk.SendReply(ticket_id=ticket.id, body=draft.body)


def mark(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="answered")


class SupportTriage(Workflow, version=1):
    """Support triage."""

    ticket = trigger(helpdesk.Ticket)
    account = look_up(helpdesk.account_of, ticket)
    triage = ask(Triage, about=(ticket, account))
    category = decide(triage, by=lambda it: it.category)
    spam = stop("Spam: nothing to answer.", when=category.is_(Category.SPAM))
    draft = ask(Draft, about=(ticket, account, triage))
    reply = propose(answer, ticket, draft)
    approved = review(reply, by=choose(category, {Category.BILLING: "finance"}, otherwise="support"))
    sent = act(approved)


SUPPORT: Mapping[str, object] = {"channel": "#support", "members": ["@mia"], "evidence": ["ticket"]}

BRIEF: Mapping[str, object] = {
    "process": "Answer a support ticket.",
    "owner": "@nora",
    "maintainer": "@tom",
    "pager": "@tom",
    "triggers": {"who": ["everyone"]},
    "inputs": "A new ticket.",
    "output": "An answer that the customer received.",
    "done_when": {"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered"},
    "reads": {"helpdesk": ["account_of", "state_of"]},
    "changes": {"helpdesk": ["SendReply"]},
    "reviewers": {"support": SUPPORT, "finance": {**SUPPORT, "channel": "#finance"}},
    "failure": {"when_wrong": {"do": "undo"}, "when_unavailable": {"do": "park"}},
    "metric": {"name": "Minutes per answer", "target": "5", "baseline_minutes": 14},
    "invariants": [],
    "compliance": "none",
    "stage": "approved",
    "map": {
        "current_owner": "Support",
        "decision_points": ["Is it spam?"],
        "tools": ["help desk"],
        "quality_checks": ["The tone is right."],
        "cost_of_a_mistake": "A customer is annoyed.",
    },
}

INTENTS: tuple[type[Intent], ...] = (
    helpdesk.SendReply,
    helpdesk.AddTag,
    helpdesk.DeleteTag,
    helpdesk.OpenTicket,
    helpdesk.CloseTicket,
    helpdesk.GrantCredit,
    helpdesk.WithdrawCredit,
)
BINDINGS = {intent.kind(): Binding(intent.kind(), Retry.SEARCHABLE) for intent in INTENTS}
LOOKUPS = {lookup.kind: lookup for lookup in (helpdesk.account_of, helpdesk.state_of, helpdesk.ticket_of)}


def brief(**changed: object) -> Brief:
    """The brief with some of its parts changed."""
    return Brief.model_validate({**BRIEF, **changed})


def terms(definition: Definition = SupportTriage.definition, /, **changed: object) -> Terms:
    """A workflow on that brief, with a prompt for each step that asks."""
    asks = [step.name for step in definition.steps if isinstance(step.node, Ask)]
    prompts = {name: Prompt(name, "0" * 64, "Do it.", ()) for name in asks}
    return Terms(definition, brief(**changed), Pins("0" * 64), prompts, lookups=LOOKUPS)
