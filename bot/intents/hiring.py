"""Hiring: applications, and the summaries that hiring managers read."""

from datetime import date

from pydantic import Field

from bot.domain.intent import Fact, Intent, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Id

SYSTEM = "hiring"


class Applied(Fact):
    """An application has come in."""

    application_id: Id


class Application(Fact):
    """An application as the hiring system holds it: what somebody says they can do, and nothing about who they are."""

    application_id: str
    role: str
    wanted: tuple[str, ...]
    """What the role asks for, one a line, as the hiring manager wrote it."""
    manager: str
    """The hiring manager: `@olga`."""
    resume: str
    letter: str = ""
    answers: tuple[str, ...] = ()
    """Question and answer, one a line."""
    applied_on: date


class Shared(Fact):
    """What hiring managers have been given about an application."""

    application_id: str
    summaries: int
    last_id: str = ""


application_of = Lookup(SYSTEM, "application_of", takes=Applied, gives=Application, witnessed=("role", "manager"))
shared_of = Lookup(SYSTEM, "shared_of", takes=Applied, gives=Shared, witnessed=("summaries",))


class ShareSummary(Intent, system=SYSTEM, target="application_id", risk=Risk.COMPLIANCE):
    """Give the hiring manager a summary of an application. It decides nothing and ranks nobody."""

    application_id: Id
    summary: str = Field(min_length=1, max_length=3_000)
    questions: str = Field(default="", max_length=1_500)
    """What to ask in the interview."""

    def undone_by(self, receipt: Receipt) -> "WithdrawSummary":
        return WithdrawSummary(application_id=self.application_id, summary_id=receipt.id)


class WithdrawSummary(
    Intent,
    system=SYSTEM,
    target="application_id",
    risk=Risk.COMPLIANCE,
    identifiers=("summary_id",),
    cannot_be_undone="A new summary has to be written and looked at.",
):
    """Take a summary back, so that nobody goes by it any more."""

    application_id: Id
    summary_id: str
