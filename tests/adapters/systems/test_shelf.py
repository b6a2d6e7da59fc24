"""What the page of the back office reads: the records of every desk, one with its history, a search, what changed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Fault, Office
from bot.adapters.systems.sandbox.desks import DESKS
from bot.domain.errors import Uncertain, Unknown
from bot.intents import billing, crm, mail
from tests.adapters.systems.desk import HandClock

NOTE = crm.LogNote(deal_id="D-202", text="The board meets on Friday.")
MAIL = mail.SendMail(to="desk@brambleside-bikes.example", subject="Re: Branch", body="It works for both.")


@pytest.fixture
async def office(path: Path, clock: HandClock) -> AsyncIterator[Office]:
    opened = Office(path, clock=clock)
    yield opened
    await opened.close()


@pytest.mark.parametrize("system", DESKS)
def test_every_desk_shows_its_records_and_each_of_them_can_be_opened(backstage: Backstage, system: str) -> None:
    records = backstage.records(system)
    assert {record.shelf for record in records} <= {shelf.title for shelf in DESKS[system].shelves}
    for shelf in DESKS[system].shelves:
        first = next((record for record in records if record.shelf == shelf.title), None)
        if first is None:
            assert shelf.title == "Credits"  # nobody has one yet
            continue
        whole = backstage.record(system, first.id)
        assert whole.record.name == f"{system}:{first.id}"
        assert whole.history == ()
        assert first.title


async def test_what_changed_last_stands_first_and_tells_its_history(office: Office, clock: HandClock) -> None:
    await office.system("crm").execute(NOTE, "key-1")
    clock.pass_by(timedelta(hours=1))
    await office.system("crm").execute(crm.UpdateDeal(deal_id="D-205", cents=5_00), "key-2")
    records = office.backstage.records("crm")
    assert [record.id for record in records[:2]] == ["D-205", "D-202"]
    assert records[0].changed_at > records[1].changed_at > records[2].changed_at == ""
    whole = office.backstage.record("crm", "D-202")
    assert [(done.kind, done.key, done.sentence) for done in whole.history] == [
        ("crm.LogNote", "key-1", "Write a note on deal D-202, Fleet for six stations.")
    ]
    assert whole.parts["History"][-1]["body"] == "The board meets on Friday."


async def test_changes_of_all_desks_come_newest_first_with_the_key_they_came_under(office: Office) -> None:
    await office.system("crm").execute(NOTE, "key-1")
    await office.system("mail").execute(MAIL, "key-2")
    await office.system("billing").execute(billing.RefundPayment(order_id="O-401", cents=1), "key-3")
    assert [(one.record, one.key) for one in office.backstage.changes()] == [
        ("billing:O-401", "key-3"),
        ("mail:desk@brambleside-bikes.example", "key-2"),
        ("crm:D-202", "key-1"),
    ]
    assert len(office.backstage.changes(limit=1)) == 1


async def test_a_blind_change_whose_answer_failed_has_no_key_that_it_could_be_mistaken_for(office: Office) -> None:
    office.backstage.fault("mail.SendMail", Fault.ERROR_AFTER)
    with pytest.raises(Uncertain):
        await office.system("mail").execute(MAIL, "key-1")
    assert [one.key for one in office.backstage.changes()] == [""]


async def test_a_search_goes_over_all_desks_and_wants_every_word(office: Office) -> None:
    await office.system("crm").execute(crm.LogNote(deal_id="D-201", text="x"), "k")
    found = office.backstage.search("brambleside HARRIET")
    assert [record.name for record in found] == ["crm:D-201"]
    everywhere = {record.system for record in office.backstage.search("brambleside")}
    assert everywhere == {"helpdesk", "crm", "mail", "accounts", "billing", "tasks"}
    assert office.backstage.search("brambleside")[0].id == "D-201", "what changed last stands first"
    assert len(office.backstage.search("e", limit=3)) == 3
    assert office.backstage.search("  ") == ()
    assert office.backstage.search("%_%") == ()


@pytest.mark.parametrize("id", ["D-99", "", "' OR 1=1 --"])
def test_a_record_that_is_not_there_is_named(backstage: Backstage, id: str) -> None:
    with pytest.raises(Unknown, match="The CRM has no record"):
        backstage.record("crm", id)


def test_a_desk_that_is_not_there_is_named_beside_those_that_are(backstage: Backstage) -> None:
    for ask in (lambda: backstage.records("stock"), lambda: backstage.record("stock", "1")):
        with pytest.raises(Unknown, match=r"no desk stock\. It has helpdesk, crm"):
            ask()
