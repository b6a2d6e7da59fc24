"""Through the window: every desk, every record by each of its names, the latest change first, nothing written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Office, Window
from bot.adapters.systems.sandbox import window as window_module
from bot.adapters.systems.sandbox.desks import DESKS
from bot.domain.errors import Transient, Unknown
from bot.domain.intent import Intent
from bot.intents import accounts, crm, helpdesk, tasks
from bot.ports.back_office import Happening, Sheet
from tests.adapters.systems.desk import CREDIT, NOON, NOTICE, REPLY, TAG, HandClock


@pytest.fixture
async def office(path: Path, clock: HandClock) -> AsyncIterator[Office]:
    office = Office(path, clock=clock)
    yield office
    await office.close()


@pytest.fixture
def window(path: Path) -> Window:
    return Window(path)


async def do(office: Office, intent: Intent, key: str = "k") -> str:
    return (await office.system(intent.system).execute(intent, key)).id


def titles(sheet: Sheet) -> list[str]:
    return [one.title for one in sheet.lists]


def test_every_desk_is_there_with_how_much_of_what_it_holds(window: Window) -> None:
    desks = {line.name: line for line in window.desks()}
    assert desks.keys() == DESKS.keys()
    assert desks["helpdesk"].kinds == {"Tickets": 40, "Customers": 12}
    assert all(line.last is None for line in desks.values())
    assert window.company().startswith("Hubwheel")


@pytest.mark.parametrize("name", DESKS)
def test_every_record_of_every_list_has_a_sheet(window: Window, name: str) -> None:
    for listed in window.desk(name, ""):
        for row in listed.rows[:4]:
            sheet = window.sheet(name, row.record)
            assert listed.title in titles(sheet)
            assert row.record in {found.record for one in sheet.lists for found in one.rows}


async def test_what_changed_last_stands_first(office: Office, window: Window, clock: HandClock) -> None:
    before = [row.record for row in window.desk("helpdesk", "")[0].rows]
    await do(office, TAG, "one")
    await do(office, REPLY, "two")
    rows = window.desk("helpdesk", "")[0].rows
    assert [row.record for row in rows[:2]] == ["T-1001", "T-1002"]
    assert [row.record for row in rows[2:]] == [name for name in before if name not in ("T-1001", "T-1002")]
    assert rows[0].changed is not None
    assert (rows[0].changed.n, rows[0].changed.at) == (2, NOON)
    assert rows[2].changed is None
    last = next(line.last for line in window.desks() if line.name == "helpdesk")
    assert last == rows[0].changed


async def test_a_sheet_says_what_was_done_and_with_which_key(office: Office, window: Window) -> None:
    await do(office, TAG, "one")
    await do(office, REPLY, "two")
    await do(office, helpdesk.CloseTicket(ticket_id="T-1001"), "three")
    sheet = window.sheet("helpdesk", "T-1001")
    assert [(one.key, one.record) for one in sheet.history] == [("three", "T-1001"), ("two", "T-1001")]
    assert sheet.history[1].sentence == "Send an answer to " + str(sheet.lists[0].rows[0].fields["email"]) + (
        " on ticket T-1001."
    )
    replies = next(part for part in sheet.parts if part.title == "Replies")
    assert replies.lines[-1]["body"] == REPLY.body


async def test_what_is_done_blindly_tells_the_page_its_call_and_a_search_nothing(
    office: Office, window: Window, path: Path
) -> None:
    await do(office, NOTICE, "blind")
    (told,) = window.sheet("helpdesk", str(NOTICE.ticket_id)).history
    assert told.key == "blind"
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT marker FROM activity").fetchall() == [("",)]


async def test_a_record_that_a_change_brought_has_that_change_in_its_history(office: Office, window: Window) -> None:
    made = await do(office, tasks.OpenIssue(project="shop", title="Labels", body="They are cut off."))
    (told,) = window.sheet("tasks", made).history
    assert (told.record, told.made) == ("shop", made)
    assert window.sheet("tasks", "shop").history == (told,)
    assert window.desk("tasks", "")[0].rows[0].record == made


async def test_a_record_is_found_by_its_other_name(office: Office, window: Window) -> None:
    by_customer = window.sheet("accounts", "C-101")
    account = str(by_customer.lists[0].rows[0].fields["account"])
    await do(office, accounts.GrantAccess(account_id=account, email="new@radhaus-ahorn.example", role="member"))
    by_account = window.sheet("accounts", account)
    assert by_account.lists[0].rows[0].record == "C-101"
    assert by_account.history == window.sheet("accounts", "C-101").history
    assert len(by_account.history) == 1
    assert any(line["email"] == "new@radhaus-ahorn.example" for part in by_account.parts for line in part.lines)


def test_an_address_shows_everything_that_went_to_and_fro_once(window: Window) -> None:
    sheet = window.sheet("mail", "desk@brambleside-bikes.example")
    assert [(one.title, len(one.rows)) for one in sheet.lists] == [("Sent", 1), ("Received", 2)]
    assert [(part.title, len(part.lines)) for part in sheet.parts] == [("Everything with this address", 3)]


@pytest.mark.parametrize(("desk", "record"), [("nowhere", "T-1001"), ("helpdesk", "T-9"), ("crm", "T-1001")])
def test_what_is_not_there_is_said_in_a_sentence(window: Window, desk: str, record: str) -> None:
    with pytest.raises(Unknown, match=r"There is no desk nowhere|holds nothing called T-"):
        window.sheet(desk, record)


def test_a_desk_that_is_misspelled_is_answered_with_what_was_meant(window: Window) -> None:
    with pytest.raises(Unknown, match="Did you mean helpdesk"):
        window.desk("helpdsk", "")


def test_a_search_finds_all_words_in_any_field_of_any_desk(window: Window) -> None:
    found = window.search("MISTRAL vélo")
    assert {"helpdesk", "crm", "billing", "accounts"} <= found.keys()
    assert all(listed.rows for lists in found.values() for listed in lists)
    assert window.search("mistral zebra") == {}
    assert window.search("  ") == {}
    assert [row.record for row in window.search("T-1010")["helpdesk"][0].rows] == ["T-1010"]


@pytest.mark.parametrize("words", ["%", "_", "'", '"; DROP TABLE ticket', "\x00", "\\"])
def test_no_sign_means_anything_in_a_search(window: Window, words: str) -> None:
    everything = window.desk("helpdesk", "")[1].rows
    found = window.desk("helpdesk", words)[1].rows
    assert len(found) < len(everything)


def test_more_than_fit_are_counted(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "MOST", 7)
    tickets = window.desk("helpdesk", "")[0]
    assert (len(tickets.rows), tickets.left_out) == (7, 33)


async def test_the_changes_since_a_number_come_newest_first_and_no_more_than_asked_for(
    office: Office, window: Window
) -> None:
    for n, intent in enumerate((REPLY, TAG, CREDIT, NOTICE)):
        await do(office, intent, f"k{n}")

    def numbers(changes: tuple[Happening, ...]) -> list[int]:
        return [one.n for one in changes]

    assert numbers(window.changes(0, limit=3)) == [4, 3, 2]
    assert numbers(window.changes(2, limit=9)) == [4, 3]
    assert window.changes(4, limit=9) == ()


async def test_two_desks_whose_names_begin_alike_keep_their_changes_apart(office: Office, window: Window) -> None:
    await do(office, crm.LogNote(deal_id="D-201", text="Called."))
    changed = {line.name for line in window.desks() if line.last is not None}
    assert changed == {"crm"}


async def test_looking_waits_for_nobody_who_writes(window: Window, path: Path) -> None:
    with sqlite3.connect(path, isolation_level=None) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("DELETE FROM tag")
        seen = await asyncio.to_thread(window.desks)
        writing.execute("ROLLBACK")
    assert len(seen) == len(DESKS)


def test_a_file_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="The back office's file cannot be read now"):
        Window(tmp_path / "gone").desks()


def test_looking_changes_nothing(window: Window, path: Path) -> None:
    before = path.read_bytes()
    for line in window.desks():
        window.desk(line.name, "a")
    window.search("a")
    assert path.read_bytes() == before
    assert Backstage(path).calls() == ()
