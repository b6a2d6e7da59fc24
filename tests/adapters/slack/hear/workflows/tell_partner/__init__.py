"""Tell the partner.

The bot only prepares it: a person does it by hand, and says so.
"""

from bot.authoring import Workflow, act, propose, review, trigger
from bot.intents import helpdesk


def tell(ticket: helpdesk.Ticket) -> helpdesk.NotifyPartner:
    return helpdesk.NotifyPartner(ticket_id=ticket.id, text=f"New: {ticket.subject}")


class TellPartner(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    notice = propose(tell, ticket)
    approved = review(notice, by="support")
    told = act(approved)
