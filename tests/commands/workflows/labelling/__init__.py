"""Labelling.

Asks what a ticket is about, puts a tag on it and closes it: two changes under one gate, both can be taken back.
"""

from bot.authoring import Fact, Field, Workflow, act, inquire, plan, propose, review, trigger, wait
from bot.intents import helpdesk


class Label(Fact):
    """What is this ticket about?"""

    tag: str = Field(min_length=1, max_length=60)


def put(ticket: helpdesk.Ticket, label: Label) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=label.tag)


def close(ticket: helpdesk.Ticket) -> helpdesk.CloseTicket:
    return helpdesk.CloseTicket(ticket_id=ticket.id)


class Labelling(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    label = inquire(Label, of="requester", about=(ticket,))
    tag = propose(put, ticket, label)
    closing = propose(close, ticket)
    both = plan(tag, closing)
    approved = review(both, by="support")
    done = act(approved)
    settled = wait("2d", after=done)
