"""Notice.

Tells the partner about a ticket. The partner's gateway keeps no record, so an answer that gets lost leaves a doubt.
"""

from bot.authoring import Workflow, act, propose, review, trigger
from bot.intents import helpdesk


def tell(ticket: helpdesk.Ticket) -> helpdesk.NotifyPartner:
    return helpdesk.NotifyPartner(ticket_id=ticket.id, text=f"New: {ticket.subject}")


class Notice(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    notice = propose(tell, ticket)
    approved = review(notice, by="support")
    told = act(approved)
