"""Chase a ticket.

Somebody looks after it, and looks after it again, until that is enough.
"""

from datetime import datetime

from bot.authoring import Fact, Lookup, Workflow, act, each, look_up, propose, review, trigger
from bot.intents import cadence, routes
from bot.intents.helpdesk import AddTag, Ticket, TicketState


class Chase(Ticket):
    """One touch of a ticket."""

    customer_id: str = "C-105"
    email: str = "desk@brambleside-bikes.example"
    subject: str = ""
    body: str = ""
    keeper: str = ""
    n: int = 1
    due: datetime | None = None


class NextChase(Fact):
    """The touch that follows, or none."""

    records: tuple[Chase, ...] = ()
    why: str = ""


STATE = Lookup("helpdesk", "state_of", takes=Chase, gives=TicketState, witnessed=("ticket_id",))


def given_to(chase: Chase, route: routes.Route) -> AddTag:
    return AddTag(ticket_id=chase.id, tag=f"for {route.to}")


class ChaseTicket(Workflow, version=1):
    chase = trigger(Chase)
    state = look_up(STATE, chase)
    route = look_up(routes.route("tickets", Chase), chase)
    following = look_up(cadence.next_of(Chase, NextChase), chase)
    label = propose(given_to, chase, route)
    approved = review(label, by="support")
    labelled = act(approved)
    again = each(following, "chase_ticket")
