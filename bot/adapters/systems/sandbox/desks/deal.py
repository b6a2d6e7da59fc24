"""What the CRM holds: companies, deals with what was said on them, leads."""

import sqlite3
from datetime import date

from bot.adapters.systems.sandbox.desk import Books
from bot.domain.errors import Broken
from bot.intents.crm import Company, Deal, History, Inquiry, Quiet, QuietDeals, Stage, Sweep

CLOSED = (Stage.WON, Stage.LOST)

_HISTORY = "SELECT kind, who, body, at FROM deal_entry WHERE deal_id = ? ORDER BY at, rowid"

_VERBS = {"sent": "We wrote", "received": "They wrote", "call": "Call", "note": "Note"}


def row_of(books: Books, deal_id: str) -> sqlite3.Row:
    """A deal's row, with its company's name. Broken where there is no such deal."""
    row = books.row(
        """SELECT it.*, crm_company.name AS company FROM deal AS it
           JOIN crm_company ON crm_company.id = company_id WHERE it.id = ?""",
        deal_id,
    )
    if row is None:
        raise Broken(f"There is no deal {deal_id} in the CRM. Check the number, or choose another.")
    return row


def open_row_of(books: Books, deal_id: str) -> sqlite3.Row:
    """The same; Broken where the deal is closed."""
    row = row_of(books, deal_id)
    if row["stage"] in CLOSED:
        raise Broken(f"Deal {deal_id} is closed ({row['stage']}). Open it again in the CRM, or start a new one.")
    return row


def deal(books: Books, deal_id: str) -> Deal:
    row = row_of(books, deal_id)
    left_out = {"deal_id", "stage", "next_step_on", "quiet_since"}
    return Deal(
        **{name: row[name] for name in Deal.model_fields if name not in left_out},
        deal_id=row["id"],
        stage=Stage(row["stage"]),
        next_step_on=date.fromisoformat(row["next_step_on"]) if row["next_step_on"] else None,
        quiet_since=date.fromisoformat(row["quiet_since"]),
    )


def history(books: Books, it: Deal) -> History:
    row_of(books, it.deal_id)
    entries = books.rows(_HISTORY, it.deal_id)
    letters = [entry["kind"] for entry in entries if entry["kind"] in ("sent", "received")]
    unanswered = next((n for n, kind in enumerate(reversed(letters)) if kind == "received"), len(letters))
    return History(
        deal_id=it.deal_id,
        lines=tuple(
            f"{entry['at'][:10]} {_VERBS[entry['kind']]} ({entry['who']}): {entry['body']}" for entry in entries
        ),
        touches=unanswered,
        answered=bool(letters) and letters[-1] == "received",
    )


def quiet_deals(books: Books, sweep: Sweep) -> QuietDeals:
    """The open deals on which nothing has changed for so many days: as they are now, whichever day is asked about."""
    rows = books.rows(
        """SELECT id, quiet_since FROM deal WHERE stage NOT IN ('won', 'lost')
           AND julianday(?) - julianday(quiet_since) >= ? ORDER BY quiet_since, id""",
        max(sweep.day, books.now.date()).isoformat(),
        sweep.quiet_days,
    )
    return QuietDeals(
        records=tuple(Quiet(deal_id=row["id"], quiet_since=date.fromisoformat(row["quiet_since"])) for row in rows)
    )


def company(books: Books, it: Inquiry) -> Company:
    """What is known of whoever writes, by the address and then by the name they give; little, where nothing is."""
    domain = it.email.partition("@")[2].casefold()
    row = books.row("SELECT * FROM crm_company WHERE domain = ?", domain)
    row = row or books.row("SELECT * FROM crm_company WHERE lower(name) = lower(?)", it.company)
    lead = books.row("SELECT owner FROM lead WHERE lower(email) = lower(?)", it.email)
    if row is None:
        owner = lead["owner"] if lead else ""
        return Company(
            domain=domain, name=it.company or domain, known=lead is not None, country=it.country, owner=owner
        )
    deals = books.rows(
        "SELECT id, name, stage FROM deal WHERE company_id = ? AND stage NOT IN ('won', 'lost') ORDER BY id", row["id"]
    )
    known = bool(row["known"] or lead)
    return Company(
        domain=row["domain"],
        name=row["name"],
        known=known,
        company_id=row["id"] if row["known"] else "",
        industry=row["industry"],
        shops=row["shops"],
        country=row["country"] or it.country,
        owner=row["owner"] or (lead["owner"] if lead else ""),
        open_deals=tuple(f"{one['id']} {one['name']} ({one['stage']})" for one in deals),
    )
