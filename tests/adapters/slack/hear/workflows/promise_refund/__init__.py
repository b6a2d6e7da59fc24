"""Promise a refund.

What is written to the customer binds us, so whoever approves it has to type to whom it goes.
"""

from bot.authoring import Risk, Workflow, act, propose, review, trigger
from bot.intents import helpdesk


class SendReply(
    helpdesk.SendReply,
    system="helpdesk",
    target="ticket_id",
    risk=Risk.BILLING,
    cannot_be_undone="The customer has our word.",
):
    """Promise a refund to the customer."""


def promise(ticket: helpdesk.Ticket) -> SendReply:
    return SendReply(ticket_id=ticket.id, body="We return the second payment.")


class PromiseRefund(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    reply = propose(promise, ticket)
    approved = review(reply, by="support")
    sent = act(approved)
