"""Mark a ticket.

One tag, one gate: the smallest run that people can race for.
"""

from bot.authoring import Workflow, act, propose, review, trigger
from bot.intents import helpdesk


def mark(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="seen")


class MarkTicket(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)
