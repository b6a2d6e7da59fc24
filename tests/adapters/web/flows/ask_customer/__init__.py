"""A ticket comes in, its customer is asked by mail how to settle it, a person approves, one thing is done."""

from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, inquire, propose, review, trigger
from bot.intents import helpdesk


class Way(StrEnum):
    MONEY = "money back"
    AGAIN = "send it again"


class Choice(Fact):
    """How shall we settle your order?"""

    way: Way = Field(title="What would you like")
    words: str = Field(default="", max_length=400, title="Anything else")


def mark(ticket: helpdesk.Ticket, choice: Choice) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="refund" if choice.way is Way.MONEY else "resend")


class AskCustomer(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    choice = inquire(Choice, of="customers", about=ticket)
    deed = propose(mark, ticket, choice)
    approved = review(deed, by="support")
    sent = act(approved)
