"""Suggest a tag.

A model suggests a tag for a ticket; once a specialist has approved it, it is put there, and it can be taken back.
"""

from bot.authoring import Fact, Field, Workflow, act, ask, propose, review, trigger
from bot.intents import helpdesk


class Suggestion(Fact):
    """The tag that fits."""

    tag: str = Field(min_length=1, max_length=60)


def put(ticket: helpdesk.Ticket, suggestion: Suggestion) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=suggestion.tag)


class SuggestTag(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    suggestion = ask(Suggestion, about=(ticket,))
    tag = propose(put, ticket, suggestion)
    approved = review(tag, by="deciders")
    done = act(approved)
