"""Four steps.

A trigger, a model's answer, a person's approval, an action: what the other engines are given too.
"""

from bot.authoring import Fact, Workflow, act, ask, propose, review, trigger
from bot.intents import helpdesk


class Reply(Fact):
    """An answer."""

    body: str


def reply_to(ticket: helpdesk.Ticket, reply: Reply) -> helpdesk.SendReply:
    """Put the answer where it belongs."""
    return helpdesk.SendReply(ticket_id=ticket.id, body=reply.body)


class FourSteps(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    answer = ask(Reply, about=ticket)
    message = propose(reply_to, ticket, answer)
    approved = review(message, by="support")
    sent = act(approved)
