"""The calendar: who meets whom, and when somebody is free."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from bot.domain.intent import Fact, Intent, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Address, Handle, Id, Line

SYSTEM = "calendar"


class EventRef(Fact):
    """One meeting, by its number."""

    event_id: Id


class Meeting(Fact):
    """A meeting as the calendar holds it."""

    event_id: str
    title: str
    starts_at: datetime
    minutes: int
    host: str
    guests: tuple[str, ...] = ()
    cancelled: bool = False


class Availability(Fact):
    """Whose free times are wanted."""

    host: Handle


class FreeTimes(Fact):
    """The next times at which somebody is free."""

    host: str
    slots: tuple[datetime, ...] = ()


meeting_of = Lookup(SYSTEM, "meeting_of", takes=EventRef, gives=Meeting, witnessed=("starts_at", "cancelled"))
free_times_of = Lookup(SYSTEM, "free_times_of", takes=Availability, gives=FreeTimes)


class BookMeeting(Intent, system=SYSTEM, target="host", risk=Risk.CUSTOMER_MESSAGE):
    """Book a meeting and invite a guest."""

    host: Handle
    guest: Address
    title: Line
    starts_at: AwareDatetime
    minutes: int = Field(default=30, ge=5, le=480)

    def undone_by(self, receipt: Receipt) -> "CancelMeeting":
        return CancelMeeting(host=self.host, event_id=receipt.id)


class CancelMeeting(
    Intent,
    system=SYSTEM,
    target="host",
    risk=Risk.CUSTOMER_MESSAGE,
    identifiers=("event_id",),
    cannot_be_undone="The guest has been told; a new invitation is a new meeting.",
):
    """Cancel a meeting and tell its guest."""

    host: Handle
    event_id: str
