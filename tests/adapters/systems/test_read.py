"""Lookups answer with typed facts; what is not there is said in a sentence a person can act on."""

from datetime import UTC, datetime

import pytest

from bot.adapters.systems.sandbox import Sandbox
from bot.domain.errors import Broken
from bot.domain.intent import Fact
from bot.intents.helpdesk import (
    Account,
    CloseTicket,
    Ticket,
    TicketState,
    TicketStatus,
    account_of,
    state_of,
    ticket_of,
)
from bot.ports.system import ReadOnly, System
from tests.adapters.systems.desk import NOON, REPLY, TICKET
from tests.naughty import every_short_text


@pytest.fixture(params=["the system", "its read-only transport"])
def reader(request: pytest.FixtureRequest, sandbox: Sandbox) -> ReadOnly:
    return sandbox if request.param == "the system" else sandbox.read_only()


def about(ticket_id: str, customer_id: str = "C-105") -> Ticket:
    return TICKET.model_copy(update={"id": ticket_id, "customer_id": customer_id})


async def test_the_account_of_a_ticket_tells_plan_standing_and_debts(reader: ReadOnly) -> None:
    assert await reader.read(account_of.kind, about("T-1006", "C-103")) == Account(
        customer_id="C-103",
        name="Taller Las Ruedas",
        plan="Solo",
        since="2024-05-20",
        open_invoices=2,
        standing="overdue",
        recent_tickets=(
            "T-1006 Third time I write. This is a joke. (open)",
            "T-988 Factura duplicada (closed)",
            "T-974 No llega el recordatorio (closed)",
        ),
    )


async def test_the_state_of_a_ticket_counts_its_messages(reader: ReadOnly) -> None:
    assert await reader.read(state_of.kind, about("T-973")) == TicketState(
        ticket_id="T-973",
        status=TicketStatus.CLOSED,
        messages=4,
        last_reply_id="R-6",
        updated_at=datetime(2025, 11, 6, 15, 10, tzinfo=UTC),
    )


async def test_the_last_reply_is_ours_even_where_the_customer_wrote_after_it(reader: ReadOnly) -> None:
    state = await reader.read(state_of.kind, about("T-971"))
    assert isinstance(state, TicketState)
    assert (state.messages, state.last_reply_id) == (3, "R-1")


async def test_the_state_moves_with_what_is_done(sandbox: Sandbox, reader: ReadOnly) -> None:
    receipt = await sandbox.execute(REPLY, "k")
    assert await reader.read(state_of.kind, about("T-1001")) == TicketState(
        ticket_id="T-1001", status=TicketStatus.ANSWERED, messages=2, last_reply_id=receipt.id, updated_at=NOON
    )


async def test_a_ticket_is_read_as_the_desk_holds_it_and_not_as_the_caller_does(reader: ReadOnly) -> None:
    ticket = await reader.read(ticket_of.kind, about("T-1003", "C-101"))
    assert isinstance(ticket, Ticket)
    assert (ticket.customer_id, ticket.subject) == ("C-109", "How do I merge two customers?")


@pytest.mark.parametrize("lookup", [state_of.kind, ticket_of.kind])
async def test_a_ticket_that_does_not_exist_is_named(reader: ReadOnly, lookup: str) -> None:
    with pytest.raises(Broken, match=r"There is no ticket T-77 in the help desk\. Check the number"):
        await reader.read(lookup, about("T-77"))


async def test_a_customer_who_does_not_exist_is_named(reader: ReadOnly) -> None:
    with pytest.raises(Broken, match=r"There is no customer C-77 in the help desk\. Check the number"):
        await reader.read(account_of.kind, about("T-1001", "C-77"))


@pytest.mark.parametrize("lookup", ["helpdesk.invoice_of", "account_of", "crm.account_of", ""])
async def test_a_lookup_the_desk_does_not_have_is_refused(reader: ReadOnly, lookup: str) -> None:
    with pytest.raises(Broken, match="has no lookup"):
        await reader.read(lookup, about("T-1001"))


async def test_a_lookup_about_something_else_is_refused(reader: ReadOnly) -> None:
    with pytest.raises(Broken, match="takes a Ticket, and this is a Fact"):
        await reader.read(account_of.kind, Fact())


async def test_every_declared_lookup_is_answered_with_its_type(sandbox: Sandbox) -> None:
    system: System = sandbox
    for lookup in (account_of, state_of, ticket_of):
        assert lookup.kind in system.lookups
        assert type(await system.read(lookup.kind, about("T-1001"))) is lookup.gives


@every_short_text
async def test_no_text_in_place_of_an_id_does_anything(sandbox: Sandbox, text: str) -> None:
    with pytest.raises(Broken, match=r"There is no ticket|half a surrogate pair"):
        await sandbox.execute(CloseTicket(ticket_id=text), "k")
    assert sandbox.backstage.effects() == ()
