"""Reports: sheets of figures, week by week, and the notes that go with them."""

from datetime import date

from pydantic import Field

from bot.domain.intent import Fact, Intent, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Id

SYSTEM = "reports"


class Week(Fact):
    """The week a report is about: any day in it."""

    day: date


class Figure(Fact):
    """One figure of a week, beside the week before and what it should be."""

    name: str
    value: int
    before: int
    target: int | None = None
    unit: str = ""


class Metrics(Fact):
    """The figures of a week."""

    week: str
    """`2026-W09`"""
    figures: tuple[Figure, ...] = ()


class Notes(Fact):
    """What colleagues noted down for a week."""

    week: str
    lines: tuple[str, ...] = ()


class Sheet(Fact):
    """The sheet that a week is archived in, and how many lines it has for that week."""

    sheet: str
    rows: int


metrics_of = Lookup(SYSTEM, "metrics_of", takes=Week, gives=Metrics, witnessed=("figures",))
notes_of = Lookup(SYSTEM, "notes_of", takes=Week, gives=Notes, witnessed=("lines",))
archive_of = Lookup(SYSTEM, "archive_of", takes=Week, gives=Sheet, witnessed=("rows",))


class AppendRow(Intent, system=SYSTEM, target="sheet", risk=Risk.ROUTINE):
    """Add a line to a sheet."""

    sheet: Id
    cells: tuple[str, ...] = Field(min_length=1, max_length=30)

    def undone_by(self, receipt: Receipt) -> "DeleteRow":
        return DeleteRow(sheet=self.sheet, row_id=receipt.id)


class DeleteRow(
    Intent,
    system=SYSTEM,
    target="sheet",
    risk=Risk.ROUTINE,
    identifiers=("row_id",),
    cannot_be_undone="The line has to be added anew.",
):
    """Take a line out of a sheet."""

    sheet: Id
    row_id: str
