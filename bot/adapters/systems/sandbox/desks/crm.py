"""The CRM: companies and the deals with them, what was said, what comes next, and leads. It keeps what it sends."""

import json
import sqlite3
from collections.abc import Mapping

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, given, money, searchable
from bot.adapters.systems.sandbox.desks.deal import company, deal, history, open_row_of, quiet_deals, row_of
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.intents.crm import (
    SYSTEM,
    Call,
    CreateLead,
    Deal,
    DealRef,
    DeleteLead,
    DeleteNote,
    Inquiry,
    LogNote,
    Quiet,
    RestoreDeal,
    SendFirstResponse,
    SendFollowUp,
    StageChange,
    Sweep,
    Touch,
    UpdateDeal,
    company_of,
    deal_of,
    deal_of_call,
    deal_of_change,
    deal_of_quiet,
    deal_of_touch,
    history_of,
)
from bot.intents.crm import quiet_deals as the_quiet_deals

TABLES = (
    """CREATE TABLE crm_company (
        id TEXT PRIMARY KEY, domain TEXT NOT NULL, name TEXT NOT NULL, known INTEGER NOT NULL, industry TEXT NOT NULL,
        shops INTEGER NOT NULL, country TEXT NOT NULL, owner TEXT NOT NULL)""",
    """CREATE TABLE deal (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, company_id TEXT NOT NULL REFERENCES crm_company,
        contact TEXT NOT NULL, email TEXT NOT NULL, stage TEXT NOT NULL, cents INTEGER NOT NULL,
        currency TEXT NOT NULL DEFAULT 'EUR', owner TEXT NOT NULL, next_step TEXT NOT NULL, next_step_on TEXT,
        quiet_since TEXT NOT NULL)""",
    """CREATE TABLE deal_entry (
        id TEXT PRIMARY KEY, deal_id TEXT NOT NULL REFERENCES deal, kind TEXT NOT NULL, who TEXT NOT NULL,
        body TEXT NOT NULL, at TEXT NOT NULL)""",
    "CREATE INDEX deal_entry_deal ON deal_entry (deal_id)",
    """CREATE TABLE deal_change (
        id TEXT PRIMARY KEY, deal_id TEXT NOT NULL REFERENCES deal, was TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE lead (
        id TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, company TEXT NOT NULL, owner TEXT NOT NULL,
        summary TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE lead_message (
        id TEXT PRIMARY KEY, lead_id TEXT NOT NULL REFERENCES lead ON DELETE CASCADE, sender TEXT NOT NULL,
        subject TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL)""",
)

SHELVES = (
    Shelf(
        "Deals",
        """SELECT it.id AS record, it.name AS title, crm_company.name AS company, contact, it.email, stage, cents,
           currency, it.owner, next_step, next_step_on, quiet_since
           FROM deal AS it JOIN crm_company ON crm_company.id = company_id""",
        {"History": "SELECT at, kind, who, body FROM deal_entry WHERE deal_id = ? ORDER BY at, rowid"},
    ),
    Shelf(
        "Leads",
        "SELECT email AS record, name AS title, id AS lead, company, owner, summary, at AS since FROM lead",
        {
            "Messages": """SELECT it.at, sender, subject, body FROM lead_message AS it JOIN lead ON lead.id = lead_id
                           WHERE email = ? ORDER BY it.rowid"""
        },
    ),
    Shelf(
        "Companies",
        "SELECT id AS record, name AS title, domain, industry, shops, country, owner FROM crm_company WHERE known",
    ),
)

_FIELDS = ("stage", "cents", "contact", "next_step", "next_step_on")

_WRITE = """UPDATE deal SET stage = :stage, cents = :cents, contact = :contact, next_step = :next_step,
            next_step_on = :next_step_on, quiet_since = :quiet_since WHERE id = :deal_id"""
_KEEP = "INSERT INTO deal_change VALUES (:id, :deal_id, :was, :now)"
_STIR = "UPDATE deal SET quiet_since = :today WHERE id = :deal_id"


def _shown(fields: Mapping[str, object], currency: str) -> dict[str, str]:
    """The fields of a deal as people read them."""
    cents = fields.get("cents")
    money_or_not = {"cents": money(cents, currency)} if isinstance(cents, int) else {}
    shown = {name: str(value) if value is not None else "" for name, value in fields.items()} | money_or_not
    return {name.replace("_", " ").replace("cents", "amount"): value for name, value in shown.items()}


def _move(deal_row: sqlite3.Row, sentence: str, then: Mapping[str, object]) -> Change:
    """A change of a deal's fields, which keeps what they were."""
    was = {name: deal_row[name] for name in (*_FIELDS, "quiet_since")}
    new = {name: then[name] for name in _FIELDS if then[name] != was[name]}
    if not new:
        raise Broken(f"Deal {deal_row['id']} stands like that already. There is nothing to change.")
    return Change(
        sentence,
        _shown({name: was[name] for name in new}, deal_row["currency"]),
        _shown(new, deal_row["currency"]),
        id="DC-new",
        writes=(_KEEP, _WRITE),
        values={**then, "was": json.dumps(was)},
    )


def _update(books: Books, it: UpdateDeal) -> Change:
    row = open_row_of(books, it.deal_id)
    wanted = {
        "stage": it.stage and it.stage.value,
        "cents": it.cents,
        "contact": it.contact,
        "next_step": it.next_step,
        "next_step_on": it.next_step_on and it.next_step_on.isoformat(),
    }
    then = {name: row[name] if value is None else value for name, value in wanted.items()}
    return _move(row, f"Change deal {row['id']}, {row['name']}.", {**then, "quiet_since": books.now.date()})


def _restore(books: Books, it: RestoreDeal) -> Change:
    row = row_of(books, it.deal_id)
    last = books.row("SELECT id, was FROM deal_change WHERE deal_id = ? ORDER BY rowid DESC LIMIT 1", it.deal_id)
    known = books.row("SELECT 1 FROM deal_change WHERE (id, deal_id) = (?, ?)", it.change_id, it.deal_id)
    if known is None or last is None:
        raise Broken(f"Deal {it.deal_id} has no change {it.change_id}. Check the number.")
    if last["id"] != it.change_id:
        raise Broken(f"Deal {it.deal_id} was changed again since ({last['id']}). Look at it in the CRM first.")
    then: dict[str, object] = json.loads(last["was"])
    return _move(row, f"Put back what {it.change_id} had changed on deal {row['id']}.", then)


def _follow_up(books: Books, it: SendFollowUp) -> Change:
    row = open_row_of(books, it.deal_id)
    sent = books.number("SELECT count(*) FROM deal_entry WHERE deal_id = ? AND kind = 'sent'", it.deal_id)
    return Change(
        f"Write to {row['contact']} at {row['email']} about deal {row['id']}.",
        {"messages sent": str(sent)},
        {"messages sent": str(sent + 1), "subject": it.subject, "body": it.body},
        id="DN-new",
        writes=("INSERT INTO deal_entry VALUES (:id, :deal_id, 'sent', :who, :text, :now)", _STIR),
        values={"who": row["owner"], "text": f"{it.subject}\n\n{it.body}", "today": books.now.date()},
    )


def _notes(books: Books, deal_id: str) -> int:
    return books.number("SELECT count(*) FROM deal_entry WHERE deal_id = ? AND kind = 'note'", deal_id)


def _log(books: Books, it: LogNote) -> Change:
    row = row_of(books, it.deal_id)
    notes = _notes(books, it.deal_id)
    return Change(
        f"Write a note on deal {row['id']}, {row['name']}.",
        {"notes": str(notes)},
        {"notes": str(notes + 1), "text": it.text},
        id="DN-new",
        writes=("INSERT INTO deal_entry VALUES (:id, :deal_id, 'note', 'Countersign', :text, :now)", _STIR),
        values={"today": books.now.date()},
    )


def _delete_note(books: Books, it: DeleteNote) -> Change:
    row = row_of(books, it.deal_id)
    note_id = given(it.note_id, "note")
    note = books.row("SELECT body FROM deal_entry WHERE (id, deal_id, kind) = (?, ?, 'note')", note_id, it.deal_id)
    if note is None:
        raise Broken(f"Deal {row['id']} has no note {note_id}. It may have been taken off already.")
    notes = _notes(books, it.deal_id)
    return Change(
        f"Take the note {note_id} off deal {row['id']}.",
        {"notes": str(notes), "text": note["body"]},
        {"notes": str(notes - 1), "text": ""},
        id=note_id,
        writes=("DELETE FROM deal_entry WHERE id = :id",),
    )


def _create_lead(books: Books, it: CreateLead) -> Change:
    there = books.row("SELECT id, owner FROM lead WHERE lower(email) = lower(?)", it.email)
    if there:
        raise Broken(f"{it.email} is a lead already: {there['id']}, which {there['owner']} looks after.")
    return Change(
        f"Put {it.name} into the CRM as a lead of {it.owner}.",
        {"leads": "0"},
        {"leads": "1", "owner": it.owner, "company": it.company, "summary": it.summary},
        id="L-new",
        writes=("INSERT INTO lead VALUES (:id, :email, :name, :company, :owner, :summary, :now)",),
    )


def _lead(books: Books, lead_id: str, email: str) -> sqlite3.Row:
    row = books.row("SELECT * FROM lead WHERE id = ? AND lower(email) = lower(?)", lead_id, email)
    if row is None:
        raise Broken(f"There is no lead {lead_id} with the address {email} in the CRM. It may be gone already.")
    return row


def _delete_lead(books: Books, it: DeleteLead) -> Change:
    row = _lead(books, given(it.lead_id, "lead"), it.email)
    writes = ("DELETE FROM lead WHERE id = :id",)
    return Change(f"Take the lead {row['name']} out of the CRM.", {"leads": "1"}, {"leads": "0"}, row["id"], writes)


def _first_response(books: Books, it: SendFirstResponse) -> Change:
    row = _lead(books, given(it.lead_id, "lead"), it.email)
    if row["owner"] != it.sender:
        raise Broken(f"{row['owner']} looks after {row['id']}, so {it.sender} cannot write in their name.")
    sent = books.number("SELECT count(*) FROM lead_message WHERE lead_id = ?", row["id"])
    return Change(
        f"Write to {row['name']} at {it.email} in the name of {it.sender}.",
        {"messages sent": str(sent)},
        {"messages sent": str(sent + 1), "subject": it.subject, "body": it.body},
        id="LM-new",
        writes=("INSERT INTO lead_message VALUES (:id, :lead, :sender, :subject, :body, :now)",),
        values={"lead": row["id"]},
    )


DESK = Desk(
    name=SYSTEM,
    title="CRM",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict(
        (
            answer(company_of, Inquiry, company),
            answer(deal_of, DealRef, lambda books, it: deal(books, it.deal_id)),
            answer(deal_of_touch, Touch, lambda books, it: deal(books, it.deal_id)),
            answer(deal_of_call, Call, lambda books, it: deal(books, it.deal_id)),
            answer(deal_of_quiet, Quiet, lambda books, it: deal(books, it.deal_id)),
            answer(deal_of_change, StageChange, lambda books, it: deal(books, it.deal_id)),
            answer(history_of, Deal, history),
            answer(the_quiet_deals, Sweep, quiet_deals),
        )
    ),
    ways=dict(
        (
            searchable(CreateLead, _create_lead),
            searchable(DeleteLead, _delete_lead),
            searchable(UpdateDeal, _update),
            searchable(RestoreDeal, _restore),
            searchable(LogNote, _log),
            searchable(DeleteNote, _delete_note),
            searchable(SendFollowUp, _follow_up),
            searchable(SendFirstResponse, _first_response),
        )
    ),
    shelves=SHELVES,
)
