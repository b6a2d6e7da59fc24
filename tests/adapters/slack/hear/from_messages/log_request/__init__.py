"""Log a request.

Takes what somebody asks for in their own words; support says which ticket it belongs to, and it gets a tag.
"""

from bot.authoring import Fact, Field, Workflow, act, inquire, propose, review, trigger
from bot.intents import helpdesk


class Wish(Fact):
    """What is asked for?"""

    text: str = Field(min_length=10, max_length=2_000)
    urgent: bool = False


def put(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="request")


class LogRequest(Workflow, version=1):
    wish = trigger(Wish)
    ticket = inquire(helpdesk.Ticket, of="support", about=(wish,))
    tag = propose(put, ticket)
    approved = review(tag, by="support")
    done = act(approved)
