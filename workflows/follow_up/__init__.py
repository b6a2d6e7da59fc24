"""Sales follow-up.

Waits until a touch on a deal is due, drafts a message from what the CRM knows, and sends it once a person has approved
it. The end of one touch starts the next, as the cadence of the brief says, until the customer answers.
"""

import re
from enum import StrEnum

from bot.authoring import (
    Fact,
    Field,
    Waited,
    Workflow,
    act,
    ask,
    decide,
    each,
    look_up,
    propose,
    review,
    stop,
    trigger,
    wait,
)
from bot.intents import cadence, crm


class Draft(Fact):
    """A short message to the contact of a deal, in their language, without a signature."""

    subject: str = Field(min_length=1, max_length=150)
    body: str = Field(min_length=1, max_length=3_000)


class Turn(StrEnum):
    OURS = "ours"
    CLOSED = "closed"
    ANSWERED = "answered"
    TOO_OFTEN = "too often"


MOST_UNANSWERED = 5
"""After so many messages without an answer nobody is written to again, whatever the cadence says."""


def whose_turn(due: Waited, deal: crm.Deal, history: crm.History) -> Turn:
    """The cadence goes on for as long as the customer is silent, and not for ever.

    A reply that ended the wait counts, whether or not the CRM has it yet.
    """
    if deal.stage in (crm.Stage.WON, crm.Stage.LOST):
        return Turn.CLOSED
    if due.ended_by_event or history.answered:
        return Turn.ANSWERED
    return Turn.TOO_OFTEN if history.touches >= MOST_UNANSWERED else Turn.OURS


def follow_up(deal: crm.Deal, draft: Draft) -> crm.SendFollowUp:
    """The model writes the words; the deal and the signature are ours."""
    body = f"{draft.body.rstrip()}\n\n{signature(deal)}"
    return crm.SendFollowUp(deal_id=deal.deal_id, subject=draft.subject, body=body)


def signature(deal: crm.Deal) -> str:
    """The colleague who has the deal; the house alone, where nobody has it."""
    name = deal.owner.removeprefix("@").replace(".", " ").title()
    return f"{name}\nHubwheel" if name else "Hubwheel"


AMOUNT = r"(?:[€$£]|EUR|USD|GBP|CHF) ?\d|\d ?(?:[€$£%]|EUR|USD|GBP|CHF|per cent|percent)"


def goes_to_its_deal(message: crm.SendFollowUp, touch: crm.Touch) -> bool:
    return message.deal_id == touch.deal_id


def is_signed_by_who_has_the_deal(message: crm.SendFollowUp, deal: crm.Deal) -> bool:
    return message.body.rstrip().endswith(signature(deal))


def names_no_amount(message: crm.SendFollowUp) -> bool:
    return not re.search(AMOUNT, f"{message.subject} {message.body}", re.IGNORECASE)


def has_no_placeholder(message: crm.SendFollowUp) -> bool:
    return not re.search(r"\{\{|\}\}|\[(?:name|company|sender|insert[^\]]*|todo)\]", message.body, re.IGNORECASE)


class FollowUp(Workflow, version=1):
    touch = trigger(crm.Touch)
    due = wait("touch.due", or_on=crm.Reply)
    deal = look_up(crm.deal_of_touch, touch)
    history = look_up(crm.history_of, deal)
    turn = decide(due, deal, history, by=whose_turn)
    closed = stop("The deal is closed: nobody is to be followed up.", when=turn.is_(Turn.CLOSED))
    answered = stop("The customer has answered: whoever has the deal goes on.", when=turn.is_(Turn.ANSWERED))
    enough = stop("We have written often enough without an answer.", when=turn.is_(Turn.TOO_OFTEN))
    draft = ask(Draft, about=(touch, deal, history))
    message = propose(follow_up, deal, draft)
    approved = review(message, by="sales")
    sent = act(approved)
    next_touch = look_up(cadence.next_of(crm.Touch, crm.NextTouch), touch)
    goes_on = each(next_touch, "follow_up", cap=1)
