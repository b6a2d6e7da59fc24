"""Name a tag.

Whoever asked for it says which tag it is to be.
"""

from bot.authoring import Fact, Field, Workflow, act, inquire, propose, review, trigger
from bot.intents import helpdesk


class Named(Fact):
    """Which tag?"""

    tag: str = Field(min_length=1, max_length=60)


def put(ticket: helpdesk.Ticket, named: Named) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=named.tag)


class NameTag(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    named = inquire(Named, of="requester", about=(ticket,))
    tag = propose(put, ticket, named)
    approved = review(tag, by="deciders")
    done = act(approved)
