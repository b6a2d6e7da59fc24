"""Quiet deal.

Decides by rules what a deal needs on which nothing has happened: an alert to the sales lead where it is big or late, a
nudge to the customer where it is small, an end where we have asked often enough. A person approves each of them.
"""

import re
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, decide, look_up, plan, propose, review, stop, trigger
from bot.intents import chat, crm


class Draft(Fact):
    """A short message to the contact of a deal, in their language, without a signature."""

    subject: str = Field(min_length=1, max_length=150)
    body: str = Field(min_length=1, max_length=3_000)


class Way(StrEnum):
    NOTHING = "nothing"
    ALERT = "alert"
    NUDGE = "nudge"
    GIVE_UP = "give up"


# --- the rules by which a quiet deal is looked after -----------------------------------------------------------------

BIG = 5_000_00
"""From this amount on a person calls; no message is written."""
LATE = (crm.Stage.NEGOTIATION,)
OFTEN_ENOUGH = 4
"""So many messages without an answer, and nobody hopes any more."""
CHANNEL = "#sales"


def way_for(deal: crm.Deal, history: crm.History) -> Way:
    """The first that fits."""
    if deal.stage in (crm.Stage.WON, crm.Stage.LOST):
        return Way.NOTHING
    if deal.cents >= BIG or deal.stage in LATE:
        return Way.ALERT
    return Way.GIVE_UP if is_in_vain(history) else Way.NUDGE


def is_in_vain(history: crm.History) -> bool:
    """Whoever has written last is waiting for us: there is all hope."""
    return history.touches >= OFTEN_ENOUGH and not history.answered


# --- what is done ----------------------------------------------------------------------------------------------------


def why_we_step_in(quiet: crm.Quiet, history: crm.History) -> crm.LogNote:
    """Whoever opens the deal later reads why something happened on it."""
    return crm.LogNote(deal_id=quiet.deal_id, text=f"Quiet since {quiet.quiet_since}. {whose_turn(history)}")


def whose_turn(history: crm.History) -> str:
    if history.answered:
        return "The customer wrote last and waits for us."
    often = {0: "have not written", 1: "wrote once"}.get(history.touches, f"wrote {history.touches} times")
    return f"We {often} since they last did."


def alert_for(quiet: crm.Quiet, deal: crm.Deal, history: crm.History) -> chat.PostMessage:
    """Everything a sales lead needs to pick up the telephone; nothing of it comes from a model."""
    lines = (
        f"{deal.company}, {amount(deal)}, {deal.stage}. {deal.owner or 'Nobody'} has it.",
        f"Quiet since {quiet.quiet_since}. {whose_turn(history)}",
        f"Next step: {deal.next_step or 'none is written down'}.",
        f"Last: {history.lines[-1][:500]}" if history.lines else "",
    )
    title = f"Quiet for long: {deal.name} ({deal.deal_id})"[:200]
    return chat.PostMessage(channel=CHANNEL, title=title, text="\n".join(filter(None, lines)))


def amount(deal: crm.Deal) -> str:
    return f"{deal.cents // 100:,}.{deal.cents % 100:02} {deal.currency}"


def nudge_by(deal: crm.Deal, draft: Draft) -> crm.SendFollowUp:
    """The model writes the words; the deal and the signature are ours."""
    body = f"{draft.body.rstrip()}\n\n{signature(deal)}"
    return crm.SendFollowUp(deal_id=deal.deal_id, subject=draft.subject, body=body)


def signature(deal: crm.Deal) -> str:
    """The colleague who has the deal; the house alone, where nobody has it."""
    name = deal.owner.removeprefix("@").replace(".", " ").title()
    return f"{name}\nHubwheel" if name else "Hubwheel"


def give_up(deal: crm.Deal) -> crm.UpdateDeal:
    return crm.UpdateDeal(deal_id=deal.deal_id, stage=crm.Stage.LOST)


# --- what always holds -----------------------------------------------------------------------------------------------

AMOUNT = r"(?:[€$£]|EUR|USD|GBP|CHF) ?\d|\d ?(?:[€$£%]|EUR|USD|GBP|CHF|per cent|percent)"


def goes_to_its_deal(nudge: crm.SendFollowUp, quiet: crm.Quiet) -> bool:
    return nudge.deal_id == quiet.deal_id


def is_signed_by_who_has_the_deal(nudge: crm.SendFollowUp, deal: crm.Deal) -> bool:
    return nudge.body.rstrip().endswith(signature(deal))


def names_no_amount(nudge: crm.SendFollowUp) -> bool:
    return not re.search(AMOUNT, f"{nudge.subject} {nudge.body}", re.IGNORECASE)


def has_no_placeholder(nudge: crm.SendFollowUp) -> bool:
    return not re.search(r"\{\{|\}\}|\[(?:name|company|sender|insert[^\]]*|todo)\]", nudge.body, re.IGNORECASE)


def alerts_sales_alone(alert: chat.PostMessage) -> bool:
    return alert.channel == CHANNEL


def closes_and_no_more(loss: crm.UpdateDeal) -> bool:
    return loss == crm.UpdateDeal(deal_id=loss.deal_id, stage=crm.Stage.LOST)


def was_asked_often_enough(loss: crm.UpdateDeal, history: crm.History) -> bool:
    return loss.stage is not crm.Stage.LOST or is_in_vain(history)


class QuietDeal(Workflow, version=1):
    quiet = trigger(crm.Quiet)
    deal = look_up(crm.deal_of_quiet, quiet)
    history = look_up(crm.history_of, deal)
    way = decide(deal, history, by=way_for)
    closed = stop("The deal is closed: there is nothing to look after.", when=way.is_(Way.NOTHING))
    note = propose(why_we_step_in, quiet, history)

    alert = propose(alert_for, quiet, deal, history, when=way.is_(Way.ALERT))
    alerting = plan(note, alert)
    alert_approved = review(alerting, by="sales")
    alerted = act(alert_approved)

    draft = ask(Draft, about=(deal, history), when=way.is_(Way.NUDGE))
    nudge = propose(nudge_by, deal, draft)
    nudging = plan(note, nudge)
    nudge_approved = review(nudging, by="sales")
    nudged = act(nudge_approved)

    loss = propose(give_up, deal, when=way.is_(Way.GIVE_UP))
    closing = plan(note, loss)
    loss_approved = review(closing, by="sales")
    lost = act(loss_approved)
