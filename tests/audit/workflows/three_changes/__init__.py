"""Three changes.

Tags a ticket, credits its customer and tells the partner, once a person has approved all three. The help desk takes
one of them in each of the three ways: searchable, idempotent, blind.
"""

from bot.authoring import Workflow, act, plan, propose, review, trigger
from bot.intents import helpdesk


def tag(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="delayed")


def credit(ticket: helpdesk.Ticket) -> helpdesk.GrantCredit:
    return helpdesk.GrantCredit(customer_id=ticket.customer_id, cents=5_00, reason="Delay")


def notice(ticket: helpdesk.Ticket) -> helpdesk.NotifyPartner:
    return helpdesk.NotifyPartner(ticket_id=ticket.id, text=ticket.subject)


def is_about_its_ticket(noticed: helpdesk.NotifyPartner, ticket: helpdesk.Ticket) -> bool:
    return noticed.ticket_id == ticket.id


class ThreeChanges(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tagged = propose(tag, ticket)
    credited = propose(credit, ticket)
    noticed = propose(notice, ticket)
    changes = plan(tagged, credited, noticed)
    approved = review(changes, by="support")
    done = act(approved)
