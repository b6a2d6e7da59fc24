"""The sample company is believable, always the same, and the sample tickets of support triage are in it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Sandbox, sample_tickets
from bot.adapters.systems.sandbox.company import FILE, load
from bot.domain.plain import canonical, read_json
from bot.intents.helpdesk import Ticket, account_of, state_of, ticket_of
from tests.adapters.systems.desk import contents, rows

SAMPLES = Path(__file__).resolve().parents[3] / "workflows" / "support_triage" / "samples"

files = pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.stem)


def test_filling_it_twice_gives_the_same_desk(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite3", tmp_path / "other.sqlite3"
    Backstage(one).prepare()
    Backstage(other).prepare()
    everything = contents(one, without=frozenset())
    assert everything == contents(other, without=frozenset())
    assert everything["ledger"] == everything["activity"] == []


def test_the_desk_is_as_large_as_a_small_company() -> None:
    company = load()
    past = [case for case in company.tickets if not case.sample]
    assert len(company.customers) == 12
    assert len(past) == 30
    assert all(case.replies for case in past)
    assert {customer.language for customer in company.customers} == {"en", "de", "fr", "es", "pt"}


def test_ids_are_unique_and_times_go_forward() -> None:
    company = load()
    ids = [customer.id for customer in company.customers] + [case.id for case in company.tickets]
    ids += [bill.id for customer in company.customers for bill in customer.invoices]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    for case in company.tickets:
        times = [case.opened, *(reply.at for reply in case.replies)]
        assert times == sorted(times), case.id


def test_standing_says_whether_invoices_are_unpaid() -> None:
    for customer in load().customers:
        unpaid = any(not bill.paid for bill in customer.invoices)
        assert (customer.standing == "overdue") == unpaid, customer.id


def test_every_address_is_one_that_cannot_exist(path: Path) -> None:
    addresses = rows(path, "SELECT email FROM customer UNION SELECT email FROM ticket")
    assert [address for (address,) in addresses if not str(address).endswith(".example")] == []


def test_the_file_says_that_it_is_sample_data() -> None:
    assert FILE.read_text("utf-8").startswith("# Sample data.")
    assert "sample" in load().name


async def test_a_new_ticket_gets_the_next_number(sandbox: Sandbox, path: Path) -> None:
    assert rows(path, "SELECT n FROM serial WHERE prefix = 'T'") == [(1010,)]


def test_there_is_one_sample_of_each_sort() -> None:
    assert list(sample_tickets()) == [
        "billing", "bug", "how-to", "spam", "outage", "angry", "portuguese", "ambiguous", "injection", "long",
    ]  # fmt: skip


def test_every_sample_has_its_file() -> None:
    assert {file.stem for file in SAMPLES.glob("*.json")} == set(sample_tickets())


@files
def test_a_sample_file_is_the_ticket_the_desk_holds(file: Path) -> None:
    read = read_json(file.read_bytes(), max_bytes=64_000)
    assert Ticket.model_validate(read) == sample_tickets()[file.stem]


@files
def test_a_sample_file_hides_no_character_from_its_reader(file: Path) -> None:
    assert [letter for letter in file.read_text("utf-8") if not letter.isprintable() and letter != "\n"] == []


@pytest.mark.parametrize("name", sorted(sample_tickets()))
async def test_every_sample_waits_for_an_answer_in_the_desk(sandbox: Sandbox, name: str) -> None:
    ticket = sample_tickets()[name]
    assert await sandbox.read(ticket_of.kind, ticket) == ticket
    state = await sandbox.read(state_of.kind, ticket)
    assert state.model_dump()["status"] == "open"
    account = await sandbox.read(account_of.kind, ticket)
    assert account.model_dump()["customer_id"] == ticket.customer_id


def test_the_samples_are_of_the_sorts_their_names_promise() -> None:
    samples = sample_tickets()
    assert "Ignore all earlier instructions" in samples["injection"].body
    assert len(samples["long"].body) > 10_000
    assert "\u202e" in samples["long"].subject
    assert samples["portuguese"].language == "pt"
    assert samples["spam"].email.split("@")[1] != "hubwheel.example"


def test_every_sample_is_plain_data_with_a_canonical_form() -> None:
    for ticket in sample_tickets().values():
        assert json.loads(canonical(ticket.model_dump(mode="json"))) == ticket.model_dump(mode="json")
