"""The CRM: companies, leads, deals, what was said and what comes next."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from bot.domain.intent import Fact, Intent, Promised, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Address, Cents, Handle, Id, Line, Words

SYSTEM = "crm"


class Stage(StrEnum):
    NEW = "new"
    QUALIFIED = "qualified"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"
    WON = "won"
    LOST = "lost"


class Inquiry(Fact):
    """Somebody who is not a customer yet writes to us: a form, an advertisement, a marketplace."""

    name: Line
    email: Address = Field(title="E-mail address")
    company: str = Field(default="", max_length=200)
    message: str = Field(default="", max_length=4_000)
    country: str = Field(default="", max_length=60)
    language: str = Field(default="en", max_length=8)
    source: str = Field(default="web form", max_length=60)


class Company(Fact):
    """What we can find out about a company from its address: our own records, and the register we keep a copy of."""

    domain: str
    name: str
    known: bool
    """Whether it is in our CRM already."""
    company_id: str = ""
    industry: str = ""
    shops: int = 0
    """How many shops or branches it has."""
    country: str = ""
    owner: str = ""
    """The colleague who has this account: `@mia`; empty where nobody has."""
    open_deals: tuple[str, ...] = ()


class DealRef(Fact):
    """One deal, by its number."""

    deal_id: Id


class Touch(Fact):
    """One touch of a cadence on a deal."""

    deal_id: Id
    n: int = Field(default=1, ge=1, le=20)
    due: datetime | None = None
    """When it is to be made; now, where nothing is said."""


class NextTouch(Fact):
    """The touch that follows, or none."""

    records: tuple[Touch, ...] = Field(default=(), max_length=1)
    why: str = ""


class Reply(Fact):
    """A customer has written about a deal."""

    deal_id: Id
    body: Words = ""
    at: datetime | None = None


class Call(Fact):
    """The notes of a call about a deal, as somebody took them."""

    deal_id: Id
    notes: str = Field(min_length=1, max_length=20_000)
    on: date | None = None


class Deal(Fact):
    """A deal as the CRM holds it."""

    deal_id: str
    name: str
    company_id: str
    company: str
    contact: str
    email: str
    stage: Stage
    cents: int
    currency: str
    owner: str
    next_step: str = ""
    next_step_on: date | None = None
    quiet_since: date


class History(Fact):
    """What happened on a deal, newest last."""

    deal_id: str
    lines: tuple[str, ...]
    touches: int
    """How often we wrote since the customer last did."""
    answered: bool
    """Whether the last word is the customer's."""


class Sweep(Fact):
    """A look for deals on which nothing has happened."""

    day: date
    quiet_days: int = Field(default=14, ge=1, le=365)


class Quiet(Fact):
    """A deal on which nothing has changed for some days."""

    deal_id: Id
    quiet_since: date


class QuietDeals(Fact):
    """Every open deal on which nothing has changed for so many days."""

    records: tuple[Quiet, ...] = ()


class StageChange(Fact):
    """A deal has moved to another stage in the CRM."""

    deal_id: Id
    stage: Stage
    was: Stage
    changed_by: str = Field(default="", max_length=120)
    """Who moved it; our own name where we did."""


company_of = Lookup(SYSTEM, "company_of", takes=Inquiry, gives=Company, witnessed=("known", "owner"))
deal_of = Lookup(SYSTEM, "deal_of", takes=DealRef, gives=Deal, witnessed=("stage", "cents", "email"))
deal_of_touch = Lookup(SYSTEM, "deal_of_touch", takes=Touch, gives=Deal, witnessed=("stage", "email"))
deal_of_call = Lookup(SYSTEM, "deal_of_call", takes=Call, gives=Deal, witnessed=("stage", "cents", "next_step"))
deal_of_quiet = Lookup(SYSTEM, "deal_of_quiet", takes=Quiet, gives=Deal, witnessed=("stage", "email", "quiet_since"))
deal_of_change = Lookup(SYSTEM, "deal_of_change", takes=StageChange, gives=Deal, witnessed=("stage",))
history_of = Lookup(SYSTEM, "history_of", takes=Deal, gives=History, witnessed=("answered", "touches"))
quiet_deals = Lookup(SYSTEM, "quiet_deals", takes=Sweep, gives=QuietDeals)


class CreateLead(Intent, system=SYSTEM, target="email", risk=Risk.ROUTINE):
    """Put somebody new into the CRM as a lead, for a colleague to look after."""

    email: Address
    name: Line
    company: str = Field(default="", max_length=200)
    owner: Handle
    summary: str = Field(default="", max_length=500)

    def undone_by(self, receipt: Receipt) -> "DeleteLead":
        return DeleteLead(email=self.email, lead_id=receipt.id)


class DeleteLead(
    Intent,
    system=SYSTEM,
    target="email",
    risk=Risk.DELETE_OR_MERGE,
    identifiers=("lead_id",),
    cannot_be_undone="The lead and its notes are gone.",
):
    """Take a lead out of the CRM."""

    email: Address
    lead_id: str | Promised


class UpdateDeal(Intent, system=SYSTEM, target="deal_id", risk=Risk.ROUTINE):
    """Change fields of a deal. What is left empty stays as it is."""

    deal_id: Id
    stage: Stage | None = None
    cents: Cents | None = None
    contact: str | None = Field(default=None, max_length=200)
    next_step: str | None = Field(default=None, max_length=300)
    next_step_on: date | None = None

    def undone_by(self, receipt: Receipt) -> "RestoreDeal":
        return RestoreDeal(deal_id=self.deal_id, change_id=receipt.id)


class RestoreDeal(Intent, system=SYSTEM, target="deal_id", risk=Risk.ROUTINE, identifiers=("change_id",)):
    """Put back what a change of a deal had replaced."""

    deal_id: Id
    change_id: str

    def undone_by(self, receipt: Receipt) -> "RestoreDeal":
        return RestoreDeal(deal_id=self.deal_id, change_id=receipt.id)


class LogNote(Intent, system=SYSTEM, target="deal_id", risk=Risk.ROUTINE):
    """Write a note on a deal."""

    deal_id: Id
    text: str = Field(min_length=1, max_length=4_000)

    def undone_by(self, receipt: Receipt) -> "DeleteNote":
        return DeleteNote(deal_id=self.deal_id, note_id=receipt.id, text=self.text)


class DeleteNote(Intent, system=SYSTEM, target="deal_id", risk=Risk.ROUTINE, identifiers=("note_id",)):
    """Take a note off a deal."""

    deal_id: Id
    note_id: str | Promised
    text: str = Field(default="", max_length=4_000)

    def undone_by(self, receipt: Receipt) -> LogNote:
        del receipt
        return LogNote(deal_id=self.deal_id, text=self.text or "(restored)")


class SendFollowUp(
    Intent,
    system=SYSTEM,
    target="deal_id",
    risk=Risk.CUSTOMER_MESSAGE,
    cannot_be_undone="The customer has received it.",
):
    """Write to the contact of a deal, from the CRM, so that it stands in the deal's history."""

    deal_id: Id
    subject: Line
    body: str = Field(min_length=1, max_length=4_000)


class SendFirstResponse(
    Intent,
    system=SYSTEM,
    target="email",
    risk=Risk.CUSTOMER_MESSAGE,
    identifiers=("lead_id",),
    cannot_be_undone="They have received it.",
):
    """Write to a lead for the first time, in the name of the colleague who looks after it."""

    email: Address
    lead_id: str | Promised
    sender: Handle
    subject: Line
    body: str = Field(min_length=1, max_length=4_000)
