"""Close a ticket for good.

What it does is said to be grave, so that whoever approves it has to type what it is done to.
"""

from bot.authoring import Receipt, Risk, Workflow, act, propose, review, trigger
from bot.intents import helpdesk


class CloseTicket(helpdesk.CloseTicket, system="helpdesk", target="ticket_id", risk=Risk.DELETE_OR_MERGE):
    """Close a ticket and forget it."""

    def undone_by(self, receipt: Receipt) -> helpdesk.ReopenTicket:
        del receipt
        return helpdesk.ReopenTicket(ticket_id=self.ticket_id)


def close(ticket: helpdesk.Ticket) -> CloseTicket:
    return CloseTicket(ticket_id=ticket.id)


class ForGood(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    closing = propose(close, ticket)
    approved = review(closing, by="support")
    done = act(approved)
