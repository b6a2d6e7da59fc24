"""Plan a visit.

Asks whoever wants it for the day, then support for the rest, and puts both on the ticket.
"""

from datetime import date
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, inquire, plan, propose, review, trigger
from bot.intents import helpdesk


class Part(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Visit(Fact):
    """When should somebody come?"""

    day: date
    part: Part
    hours: int = Field(ge=1, le=8)
    alone: bool = False
    remark: str = Field(default="", max_length=200)


class Helper(Fact):
    """Who comes, and with what?"""

    name: str = Field(min_length=2, max_length=30)
    tools: tuple[str, ...] = ()


def day_of(ticket: helpdesk.Ticket, visit: Visit) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=f"{visit.part} {visit.day}")


def helper_of(ticket: helpdesk.Ticket, helper: Helper) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=helper.name)


class PlanVisit(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    visit = inquire(Visit, of="requester", about=(ticket,))
    helper = inquire(Helper, of="support", about=(ticket,))
    when = propose(day_of, ticket, visit)
    who = propose(helper_of, ticket, helper)
    both = plan(when, who)
    approved = review(both, by="support")
    done = act(approved)
