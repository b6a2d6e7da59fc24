"""What the tests of the sandbox share: a clock that stands still, samples of every intent, the whole desk as data."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.intent import Intent
from bot.intents import helpdesk

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

REPLY = helpdesk.SendReply(ticket_id="T-1001", body="We refund it today.")
TAG = helpdesk.AddTag(ticket_id="T-1002", tag="bug")
CREDIT = helpdesk.GrantCredit(customer_id="C-106", cents=2_50, reason="Delay")
NOTICE = helpdesk.NotifyPartner(ticket_id="T-1005", text="Stations are down.")
TICKET = helpdesk.Ticket(id="T-1001", customer_id="C-105", email="a@b.example", subject="", body="")

POSSIBLE: Mapping[str, Intent] = {
    "send a reply": REPLY,
    "add a tag": TAG,
    "delete a tag": helpdesk.DeleteTag(ticket_id="T-1005", tag_id="G-32"),
    "close a ticket": helpdesk.CloseTicket(ticket_id="T-1003"),
    "reopen a ticket": helpdesk.ReopenTicket(ticket_id="T-971"),
    "open a ticket": helpdesk.OpenTicket(customer_id="C-109", subject="Call back", body="At nine."),
    "grant a credit": CREDIT,
    "notify a partner": NOTICE,
}
"""One intent of each kind that a fresh desk takes; a credit can be withdrawn only once it was granted."""

IMPOSSIBLE: Mapping[str, tuple[Intent, str]] = {
    "a reply to no ticket": (helpdesk.SendReply(ticket_id="T-9", body="x"), "no ticket T-9"),
    "a reply to a closed ticket": (helpdesk.SendReply(ticket_id="T-971", body="x"), "Reopen it"),
    "closing what is closed": (helpdesk.CloseTicket(ticket_id="T-971"), "closed already"),
    "reopening what is open": (helpdesk.ReopenTicket(ticket_id="T-1001"), "not closed"),
    "a tag that is not there": (helpdesk.DeleteTag(ticket_id="T-1001", tag_id="G-32"), "no tag G-32"),
    "a ticket for nobody": (helpdesk.OpenTicket(customer_id="C-9", subject="x"), "no customer C-9"),
    "a credit for nobody": (helpdesk.GrantCredit(customer_id="C-9", cents=1), "no customer C-9"),
    "withdrawing no credit": (
        helpdesk.WithdrawCredit(customer_id="C-106", credit_id="K-1", cents=1),
        "no credit K-1 of 0.01 EUR",
    ),
    "telling a partner of no ticket": (helpdesk.NotifyPartner(ticket_id="T-9", text="x"), "no ticket T-9"),
}
"""What the desk refuses, with a part of the sentence."""

BOOKKEEPING = frozenset({"activity", "fault", "ledger", "remembered", "serial"})


class HandClock:
    """Time passes when a test says so."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


class Gate:
    """Where a call that is held up waits; the test sees it come and lets it go on."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.reached.set()
        await self.opened.wait()


def rows(path: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query, values).fetchall()


def contents(path: Path, *, without: frozenset[str] = BOOKKEEPING) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every desk, table by table."""
    with closing(sqlite3.connect(path)) as db:
        tables = [str(name) for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
        return {
            name: db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables if name not in without
        }


def timeless(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The desk as a person compares it: without times and without the numbers of new records."""
    return {
        "tickets": rows(path, "SELECT id, status FROM ticket ORDER BY id"),
        "replies": rows(path, "SELECT ticket_id, sender, body FROM reply ORDER BY rowid"),
        "tags": rows(path, "SELECT ticket_id, name FROM tag ORDER BY 1, 2"),
        "credits": rows(
            path, "SELECT customer_id, sum(cents) FROM credit WHERE withdrawn_at IS NULL GROUP BY customer_id"
        ),
        "notices": rows(path, "SELECT ticket_id, text FROM notice ORDER BY rowid"),
    }
