"""Tag a ticket.

Puts a tag on a ticket and leaves it at that: no model, and it can be taken back.
"""

from bot.authoring import Workflow, act, propose, review, trigger
from bot.intents import helpdesk


def put(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=ticket.language)


class TagTicket(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(put, ticket)
    approved = review(tag, by="support")
    done = act(approved)
