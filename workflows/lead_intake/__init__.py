"""Lead intake.

Reads what somebody who is no customer yet writes, judges it by rules that everybody can read, gives it to the colleague
whose turn it is, and sends a first response in that colleague's name once a person has approved both.
"""

import re
from enum import StrEnum

from bot.authoring import (
    Fact,
    Field,
    Promised,
    Workflow,
    act,
    ask,
    decide,
    either,
    id_of,
    look_up,
    plan,
    propose,
    review,
    stop,
    trigger,
)
from bot.intents import crm, routes


class Fit(StrEnum):
    GOOD = "good"
    PARTIAL = "partial"
    POOR = "poor"


class Need(StrEnum):
    CLEAR = "clear"
    VAGUE = "vague"
    NONE = "none"


class Topic(StrEnum):
    WORKSHOP = "workshop"
    RENTAL = "rental"
    STOCK = "stock"
    OTHER = "other"


class Judgement(Fact):
    """What somebody who is no customer yet wants, and how well it fits."""

    advertising: bool
    fit: Fit
    need: Need
    soon: bool
    topic: Topic
    language: str = Field(pattern=r"^[a-z]{2}$")
    country: str = Field(max_length=60)
    shops: int = Field(ge=0, le=10_000)
    summary: str = Field(max_length=200)


class Draft(Fact):
    """A first response in the language of whoever wrote, without a signature."""

    subject: str = Field(min_length=1, max_length=150)
    body: str = Field(min_length=1, max_length=3_500)


class Verdict(StrEnum):
    WANTED = "wanted"
    UNFIT = "unfit"
    SPAM = "spam"


class Looked(StrEnum):
    AFTER = "somebody looks after them"
    NEW = "nobody looks after them"


# --- the rules by which a lead is judged -----------------------------------------------------------------------------

FITS = {Fit.GOOD: 3, Fit.PARTIAL: 1, Fit.POOR: 0}
NEEDS = {Need.CLEAR: 3, Need.VAGUE: 1, Need.NONE: 0}
SOON = 2
MOST_POINTS = 8
WANTED_FROM = 3
"""A lead with fewer points is not pursued."""


def points(lead: Judgement) -> int:
    return FITS[lead.fit] + NEEDS[lead.need] + (SOON if lead.soon else 0)


def verdict_on(lead: Judgement) -> Verdict:
    """The model says what it read; what follows from that is decided here."""
    if lead.advertising:
        return Verdict.SPAM
    return Verdict.WANTED if points(lead) >= WANTED_FROM else Verdict.UNFIT


def whether_looked_after(company: crm.Company) -> Looked:
    return Looked.AFTER if company.known and company.owner else Looked.NEW


# --- what is done ----------------------------------------------------------------------------------------------------


def new_lead(inquiry: crm.Inquiry, company: crm.Company, judgement: Judgement, route: routes.Route) -> crm.CreateLead:
    """The company is called as the register calls it, where it is known there."""
    when = "soon" if judgement.soon else "no date"
    said = f"{points(judgement)} of {MOST_POINTS} points: fit {judgement.fit}, need {judgement.need}, {when}."
    return crm.CreateLead(
        email=inquiry.email,
        name=inquiry.name,
        company=(company.name or inquiry.company)[:200],
        owner=route.to,
        summary=f"{judgement.summary} {said}"[:500],
    )


def first_response(inquiry: crm.Inquiry, lead: Promised, route: routes.Route, draft: Draft) -> crm.SendFirstResponse:
    """The model writes the words; to whom, from whom and the signature are ours."""
    body = f"{draft.body.rstrip()}\n\n{signature(route.to)}"
    return crm.SendFirstResponse(email=inquiry.email, lead_id=lead, sender=route.to, subject=draft.subject, body=body)


def signature(handle: str) -> str:
    return f"{handle.removeprefix('@').replace('.', ' ').title()}\nHubwheel"


# --- what always holds -----------------------------------------------------------------------------------------------

AMOUNT = r"(?:[€$£]|EUR|USD|GBP|CHF) ?\d[\d.,]*|\d[\d.,]* ?(?:[€$£%]|EUR|USD|GBP|CHF|per cent|percent)"


def answers_who_wrote(response: crm.SendFirstResponse, inquiry: crm.Inquiry) -> bool:
    return response.email == inquiry.email


def keeps_who_wrote(lead: crm.CreateLead, inquiry: crm.Inquiry) -> bool:
    return lead.email == inquiry.email


def is_signed_by_its_sender(response: crm.SendFirstResponse) -> bool:
    return response.body.rstrip().endswith(signature(response.sender))


def names_no_price(response: crm.SendFirstResponse, inquiry: crm.Inquiry) -> bool:
    """What the lead wrote may be repeated."""
    found = re.findall(AMOUNT, response.body, re.IGNORECASE)
    return all(one.rstrip(".,") in inquiry.message for one in found)


def has_no_placeholder(response: crm.SendFirstResponse) -> bool:
    return not re.search(r"\{\{|\}\}|\[(?:name|company|sender|insert[^\]]*|todo)\]", response.body, re.IGNORECASE)


class LeadIntake(Workflow, version=1):
    inquiry = trigger(crm.Inquiry)
    company = look_up(crm.company_of, inquiry)
    judgement = ask(Judgement, about=(inquiry, company))
    verdict = decide(judgement, by=verdict_on)
    spam = stop("Advertising: nobody answers it.", when=verdict.is_(Verdict.SPAM))
    unfit = stop("This is no lead for us: it has too few points.", when=verdict.is_(Verdict.UNFIT))
    account = decide(company, by=whether_looked_after)
    owner_of_account = look_up(routes.route("accounts", crm.Company), company, when=account.is_(Looked.AFTER))
    whose_turn = look_up(routes.route("leads", Judgement), judgement, when=account.is_(Looked.NEW))
    draft = ask(Draft, about=(inquiry, company, judgement))
    lead = propose(new_lead, inquiry, company, judgement, either(owner_of_account, whose_turn))
    response = propose(first_response, inquiry, id_of(lead), either(owner_of_account, whose_turn), draft)
    both = plan(lead, response)
    approved = review(both, by="sales")
    sent = act(approved)
