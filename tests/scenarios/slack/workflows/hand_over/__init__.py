"""Hand something over.

The bot only prepares it: a person does it by hand, and says so.
"""

from bot.authoring import Workflow, act, propose, review, trigger
from bot.intents import helpdesk


def put(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=ticket.language)


class HandOver(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(put, ticket)
    approved = review(tag, by="deciders")
    done = act(approved)
