"""Support triage.

Reads a new ticket, drafts an answer, and sends it once a person has approved it.
"""

import re
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, choose, decide, look_up, propose, review, stop, trigger
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
    """The model writes the words; the ticket id never passes through it."""
    return helpdesk.SendReply(ticket_id=ticket.id, body=draft.body)


def goes_to_its_ticket(reply: helpdesk.SendReply, ticket: helpdesk.Ticket) -> bool:
    return reply.ticket_id == ticket.id


def has_no_placeholder(reply: helpdesk.SendReply) -> bool:
    return not re.search(r"\{\{|\}\}|\[(?:name|customer|insert[^\]]*|todo)\]", reply.body, re.IGNORECASE)


class SupportTriage(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    account = look_up(helpdesk.account_of, ticket)
    triage = ask(Triage, about=(ticket, account))
    category = decide(triage, by=lambda it: it.category)
    spam = stop("Spam: nothing to answer.", when=category.is_(Category.SPAM))
    draft = ask(Draft, about=(ticket, account, triage))
    reply = propose(answer, ticket, draft)
    approved = review(reply, by=choose(category, {Category.BILLING: "finance"}, otherwise="support"))
    sent = act(approved)
