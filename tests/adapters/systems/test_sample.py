"""The sample company's other desks: linked, made up beyond doubt, and as quiet or busy whenever somebody tries them."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Office
from bot.adapters.systems.sandbox.sample import FOLDER
from bot.domain.errors import Broken
from bot.intents import calendar, crm, mail, reports
from bot.settings import SAMPLE
from tests.adapters.systems.desk import NOON, HandClock, contents, rows

IDS = {
    "deal": ("D-201", "D-213", 13),
    "customer_order": ("O-401", "O-412", 12),
    "purchase_order": ("PO-501", "PO-508", 8),
    "issue": ("S-701", "S-706", 6),
    "staff_request": ("R-801", "R-810", 10),
    "signed_order": ("SO-901", "SO-904", 4),
}
"""The first, the last and how many: workflows' samples name them."""


@pytest.fixture
async def office(path: Path, clock: HandClock) -> AsyncIterator[Office]:
    opened = Office(path, clock=clock)
    yield opened
    await opened.close()


@pytest.mark.parametrize("table", IDS)
def test_the_ids_that_samples_name_are_there(path: Path, table: str) -> None:
    assert rows(path, f"SELECT min(id), max(id), count(*) FROM {table}") == [IDS[table]]


def test_every_file_says_that_it_is_sample_data_and_every_address_cannot_exist() -> None:
    files = sorted(FOLDER.glob("*.toml"))
    assert len(files) == 9
    for file in files:
        text = file.read_text("utf-8")
        assert text.startswith("# Sample data.")
        assert [one for one in re.findall(r"[\w.-]+@[\w.-]+", text) if not one.endswith(".example")] == [], file


@pytest.mark.parametrize(
    "query",
    [
        "SELECT customer_id FROM customer_order EXCEPT SELECT id FROM customer",
        "SELECT customer_id FROM account EXCEPT SELECT id FROM customer",
        "SELECT account_id FROM billing_subscription EXCEPT SELECT id FROM account",
        "SELECT id FROM crm_company WHERE known EXCEPT SELECT id FROM customer",
        "SELECT order_id FROM booked WHERE order_id <> '' EXCEPT SELECT id FROM purchase_order",
        "SELECT handle FROM calendar_host EXCEPT SELECT handle FROM colleague",
        "SELECT customer_id FROM signed_order INTERSECT SELECT customer_id FROM account",
        "SELECT owner FROM deal EXCEPT SELECT handle FROM colleague",
        "SELECT manager FROM hiring_role EXCEPT SELECT handle FROM colleague",
    ],
)
def test_what_one_desk_says_of_another_is_true(path: Path, query: str) -> None:
    assert rows(path, query) == []


def test_colleagues_are_the_people_of_the_sample_settings(path: Path) -> None:
    known = set(re.findall(r'handle = "(@\w+)"', SAMPLE.read_text("utf-8")))
    assert {handle for (handle,) in rows(path, "SELECT handle FROM colleague")} <= known


def test_no_order_was_paid_back_more_than_was_paid(path: Path) -> None:
    query = """SELECT it.id FROM customer_order AS it JOIN refund ON order_id = it.id
               GROUP BY it.id HAVING sum(refund.cents) > it.cents"""
    assert rows(path, query) == []


@pytest.mark.parametrize("later", [0, 1, 2, 3, 4, 5, 6, 200])
async def test_the_same_deals_are_quiet_on_whichever_day_somebody_begins(tmp_path: Path, later: int) -> None:
    clock = HandClock()
    clock.pass_by(timedelta(days=later))
    office = Office(tmp_path / "office.sqlite3", clock=clock)
    found = await office.system("crm").read("crm.quiet_deals", crm.Sweep(day=date(2026, 1, 1)))
    await office.close()
    assert isinstance(found, crm.QuietDeals)
    assert {one.deal_id for one in found.records} == {"D-202", "D-203", "D-204", "D-206", "D-207", "D-213"}


async def test_a_deal_somebody_wrote_on_is_quiet_no_more(office: Office, clock: HandClock) -> None:
    await office.system("crm").execute(crm.SendFollowUp(deal_id="D-204", subject="x", body="y"), "k")
    found = await office.system("crm").read("crm.quiet_deals", crm.Sweep(day=clock.now().date()))
    assert isinstance(found, crm.QuietDeals)
    assert "D-204" not in {one.deal_id for one in found.records}


async def test_a_history_counts_what_we_wrote_since_they_last_did(office: Office) -> None:
    for deal_id, touches, answered in (
        ("D-204", 2, False),
        ("D-213", 4, False),
        ("D-201", 0, True),
        ("D-207", 0, False),
    ):
        deal = await office.system("crm").read("crm.deal_of", crm.DealRef(deal_id=deal_id))
        history = await office.system("crm").read("crm.history_of", deal)
        assert isinstance(history, crm.History)
        assert (history.touches, history.answered) == (touches, answered), deal_id


async def test_a_change_of_a_deal_is_put_back_only_while_it_is_the_last(office: Office) -> None:
    desk = office.system("crm")
    change = crm.UpdateDeal(deal_id="D-201", stage=crm.Stage.WON)
    first = await desk.execute(change, "k1")
    back = change.undone_by(first)
    again = back.undone_by(await desk.execute(back, "k2"))
    assert (await desk.execute(again, "k3")).id
    with pytest.raises(Broken, match="was changed again since"):
        await desk.execute(back, "k4")


async def test_every_week_has_figures_that_follow_from_the_week_before(office: Office) -> None:
    desk = office.system("reports")
    for weeks in range(30):
        metrics = await desk.read("reports.metrics_of", reports.Week(day=NOON.date() - timedelta(weeks=weeks)))
        earlier = await desk.read("reports.metrics_of", reports.Week(day=NOON.date() - timedelta(weeks=weeks + 1)))
        assert isinstance(metrics, reports.Metrics)
        assert isinstance(earlier, reports.Metrics)
        assert [one.before for one in metrics.figures] == [one.value for one in earlier.figures]
    week = await desk.read("reports.notes_of", reports.Week(day=date(2026, 1, 1)))
    assert week.model_dump()["week"] == "2026-W01"


async def test_a_week_is_archived_once_its_line_is_there_and_no_other_week_with_it(office: Office) -> None:
    desk = office.system("reports")
    weeks = [reports.Week(day=NOON.date()), reports.Week(day=NOON.date() - timedelta(weeks=1))]
    await desk.execute(reports.AppendRow(sheet="weekly-reports", cells=("2026-W10", "Calmer.")), "k")
    archived = [(await desk.read("reports.archive_of", week)).model_dump()["rows"] for week in weeks]
    assert archived == [1, 0]


async def test_a_mail_that_answers_another_belongs_to_its_thread_and_its_customer(office: Office) -> None:
    answer = mail.Email(
        id="m-9@x.example", sender="desk@brambleside-bikes.example", thread_id="m-4102@hubwheel.example", body="?"
    )
    thread = await office.system("mail").read("mail.thread_of", answer)
    assert isinstance(thread, mail.Thread)
    assert (thread.customer_id, thread.customer, thread.answered) == ("C-105", "Brambleside Bikes", False)
    assert len(thread.messages) == 3
    assert thread.open_tickets


async def test_nobodys_mail_and_our_own_belong_to_no_customer(office: Office) -> None:
    for sender in ("stranger@nowhere.example", "mia@hubwheel.example"):
        thread = await office.system("mail").read("mail.thread_of", mail.Email(id="m@x.example", sender=sender))
        assert thread == mail.Thread(thread_id="m@x.example")


async def test_free_times_are_ahead_on_working_days_and_free_until_one_is_booked(office: Office) -> None:
    desk = office.system("calendar")
    free = await desk.read("calendar.free_times_of", calendar.Availability(host="@leo"))
    assert isinstance(free, calendar.FreeTimes)
    assert len(free.slots) == 5
    assert all(slot > NOON and slot.weekday() < 5 and 9 <= slot.hour < 17 for slot in free.slots)
    slot: datetime = free.slots[0]
    await desk.execute(calendar.BookMeeting(host="@leo", guest="a@b.example", title="x", starts_at=slot), "k")
    then = await desk.read("calendar.free_times_of", calendar.Availability(host="@leo"))
    assert isinstance(then, calendar.FreeTimes)
    assert slot not in then.slots


def test_new_numbers_go_on_after_those_of_the_sample(path: Path) -> None:
    serial = {str(prefix): n for prefix, n in rows(path, "SELECT prefix, n FROM serial")}
    assert (serial["L"], serial["AC"], serial["E"], serial["S"]) == (304, 9, 1006, 706)


def test_no_date_of_the_sample_falls_on_a_weekend(path: Path) -> None:
    stamps = [
        value
        for name, table in contents(path).items()
        if name not in ("customer", "ticket", "reply", "invoice")
        for row in table
        for value in row
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d(T|$)", value)
    ]
    assert len(stamps) > 100
    assert [one for one in stamps if datetime.fromisoformat(one).weekday() > 4] == []
