"""A preview says before and after without writing; the read-only transport could not write if it wanted to."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Sandbox
from bot.adapters.systems.sandbox.desks import DESKS
from bot.adapters.systems.sandbox.execution import Counter
from bot.adapters.systems.sandbox.line import Line
from bot.adapters.systems.sandbox.system import Reader
from bot.domain.errors import Broken
from bot.domain.intent import Intent, Promised
from bot.intents import helpdesk
from bot.ports.system import Preview
from tests.adapters.systems.desk import IMPOSSIBLE, POSSIBLE, REPLY, TICKET, Gate, HandClock, contents

EVERYTHING = frozenset[str]()

PREVIEWS = {
    "send a reply": Preview(
        "Send an answer to desk@brambleside-bikes.example on ticket T-1001.",
        {"status": "open", "messages": "1"},
        {"status": "answered", "messages": "2", "reply": "We refund it today."},
    ),
    "add a tag": Preview("Put the tag “bug” on ticket T-1002.", {"tags": ""}, {"tags": "bug"}),
    "delete a tag": Preview("Take the tag “urgent” off ticket T-1005.", {"tags": "urgent"}, {"tags": ""}),
    "close a ticket": Preview("Close ticket T-1003.", {"status": "open"}, {"status": "closed"}),
    "reopen a ticket": Preview("Open ticket T-971 again.", {"status": "closed"}, {"status": "open"}),
    "open a ticket": Preview(
        "Open a ticket for Northfield Bicycle Library.",
        {"tickets": "3"},
        {"tickets": "4", "subject": "Call back", "body": "At nine."},
    ),
    "grant a credit": Preview(
        "Put a credit of 2.50 EUR on the account of Harbour Cargo Bikes.",
        {"credit": "0.00 EUR"},
        {"credit": "2.50 EUR"},
    ),
    "notify a partner": Preview(
        "Tell Sample Cycle Supply North about ticket T-1005.",
        {"notices": "0"},
        {"notices": "1", "text": "Stations are down."},
    ),
}

possible = pytest.mark.parametrize("intent", POSSIBLE.values(), ids=POSSIBLE)
impossible = pytest.mark.parametrize(("intent", "words"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)


@pytest.mark.parametrize("name", POSSIBLE)
async def test_a_preview_shows_before_and_after(sandbox: Sandbox, name: str) -> None:
    assert await sandbox.preview(POSSIBLE[name]) == PREVIEWS[name]
    assert await sandbox.read_only().preview(POSSIBLE[name]) == PREVIEWS[name]


@possible
async def test_a_preview_writes_nothing_but_the_call(sandbox: Sandbox, path: Path, intent: Intent) -> None:
    before = contents(path, without=frozenset({"ledger"}))
    await sandbox.preview(intent)
    assert contents(path, without=frozenset({"ledger"})) == before


@possible
async def test_what_was_after_is_before_once_it_is_done(sandbox: Sandbox, intent: Intent) -> None:
    shown = await sandbox.preview(intent)
    receipt = await sandbox.execute(intent, "k")
    back = intent.undone_by(receipt)
    following = await sandbox.preview(back if back and type(back).target == type(intent).target else intent)
    told = {name: value for name, value in following.before.items() if name in shown.after}
    assert told == {name: shown.after[name] for name in told}
    assert told or isinstance(intent, helpdesk.OpenTicket)


@impossible
async def test_a_preview_of_what_would_be_refused_says_so(sandbox: Sandbox, intent: Intent, words: str) -> None:
    with pytest.raises(Broken, match=words):
        await sandbox.read_only().preview(intent)


async def test_a_preview_for_a_ticket_that_a_plan_will_open_shows_what_will_be_written(sandbox: Sandbox) -> None:
    reply = helpdesk.SendReply(ticket_id=Promised(step="opened"), body="Hello")
    assert await sandbox.preview(reply) == Preview(
        "Send an answer to the customer. It is the one that “opened” will bring.", {}, {"body": "Hello"}
    )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tag VALUES ('G-999', 'T-1001', 'x')",
        "UPDATE ticket SET status = 'closed'",
        "DELETE FROM reply",
        "INSERT INTO ledger (at, operation, kind, key, record, outcome, answer) VALUES ('', '', '', '', '', '', '')",
        "CREATE TABLE more (id)",
        "DROP TABLE ticket",
        "PRAGMA user_version = 7",
    ],
)
async def test_even_its_private_connection_cannot_write(sandbox: Sandbox, path: Path, statement: str) -> None:
    before = contents(path, without=EVERYTHING)
    reader = sandbox.read_only()
    assert isinstance(reader, Reader)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await reader._line.run(lambda db: db.execute(statement))
    assert contents(path, without=EVERYTHING) == before


async def test_its_private_connection_cannot_attach_the_file_to_write(sandbox: Sandbox, path: Path) -> None:
    reader = sandbox.read_only()
    assert isinstance(reader, Reader)
    with pytest.raises(sqlite3.OperationalError, match="too many attached databases"):
        await reader._line.run(lambda db: db.execute(f"ATTACH '{path.as_uri()}?mode=rw' AS again"))


async def test_the_read_only_transport_offers_no_way_to_execute(sandbox: Sandbox) -> None:
    assert not hasattr(sandbox.read_only(), "execute")


def test_looking_through_it_changes_no_byte_of_the_file(path: Path) -> None:
    async def look() -> None:
        line = Line(path, mode="ro")
        reader = Reader(Counter(DESKS["helpdesk"], HandClock()), line, pause=Gate().pause)
        await reader.read("helpdesk.account_of", TICKET)
        await reader.preview(REPLY)
        assert await reader.find(REPLY, "k") is None
        await line.close()

    before = path.read_bytes()
    asyncio.run(look())
    assert path.read_bytes() == before


async def test_it_sees_at_once_what_the_system_did(sandbox: Sandbox) -> None:
    reader = sandbox.read_only()
    assert await reader.find(REPLY, "k") is None
    receipt = await sandbox.execute(REPLY, "k")
    assert await reader.find(REPLY, "k") == receipt


async def test_the_ledger_does_not_see_what_cannot_write(sandbox: Sandbox, backstage: Backstage) -> None:
    await sandbox.read_only().preview(REPLY)
    assert backstage.calls() == ()
