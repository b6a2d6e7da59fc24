"""The class of a field decides where it may stand: a secret nowhere, what is personal only where it can be erased."""

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model.scripted import Script, wrong
from bot.adapters.store.sqlite import backup
from bot.application.audit_erase import Erasure, erase
from bot.application.finding import Finding, add_finding
from bot.application.steer import Move
from bot.commands.work.trace import traces
from bot.domain.classified import MARK
from bot.domain.errors import Refused
from bot.domain.event import Verdict
from bot.domain.pattern import Kind
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.run import RunId, RunState
from bot.ports.model import Question
from tests.application.office import TRIAGE, Office, opened
from tests.made import ADA, EVE, FARAH, OLGA, SAM, TOM

EMAIL, NAME = "kingfisher@example.org", "Brambleside Bikes"
PERSONAL: Mapping[str, object] = {
    "subject": "ticket.email",
    "classes": {"ticket.email": "personal", "account.name": "personal"},
}
RECORD = f"https://desk.example/tickets?of={EMAIL}"
SAYS = f"{NAME} wrote from {EMAIL}."
ERASABLE = {("run", "document"), ("entry_field", "value_json"), ("effect", "body"), ("attempt", "body")}
"""Where content stands that goes with an erasure."""

SECRET = "The heron flies at seven"
"""Nothing in it looks like a secret: only the brief says that it is one."""
SECRETIVE: Mapping[str, object] = {"classes": {"ticket.subject": "secret", "triage.summary": "secret"}}


def answers(**other: Script) -> dict[str, Script]:
    triage: Script = {"category": "billing", "urgent": False, "summary": SAYS[:200]}
    return {"triage": triage, "draft": {"body": f"Dear {NAME}, we return it."}, **other}


def classed(
    folder: Path, data: Mapping[str, object], model: Mapping[str, Script] | None = None, **brief: object
) -> AbstractAsyncContextManager[Office]:
    return opened(folder, copied=[TRIAGE], brief={**brief, "data": data}, answers=model or answers())


async def begun(office: Office, **request: Any) -> RunId:
    return await office.start("support_triage", by=SAM, value={"email": EMAIL}, **request)


def _of(asked: Question, step: str) -> dict[str, Plain]:
    value = asked.material[step]
    assert isinstance(value, dict)
    return value


def places(database: Path, text: str) -> set[tuple[str, str]]:
    """The columns in which a text stands."""
    with closing(sqlite3.connect(database)) as connection:
        return {(table, column) for table, column in _columns(connection) if _has(connection, table, column, text)}


def _columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for _, column, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
            yield table, column


def _has(connection: sqlite3.Connection, table: str, column: str, text: str) -> bool:
    where = f'instr(CAST("{column}" AS TEXT), ?)'
    found = connection.execute(f'SELECT 1 FROM "{table}" WHERE {where} LIMIT 1', (text,))
    return found.fetchone() is not None


def kinds(database: Path, text: str) -> set[str]:
    """As what the fields of the record that repeat a text are marked."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT kind FROM entry_field WHERE instr(value_json, ?)", (text,))
        return {kind for (kind,) in rows}


def left_in(folder: Path, *texts: str) -> dict[str, list[str]]:
    """The files in which texts stand, besides those of the other system and what a test wrote by itself."""
    found = {text: [path.name for path in traces(folder, text) if path.name.startswith("data")] for text in texts}
    return {text: names for text, names in found.items() if names}


# --- personal -------------------------------------------------------------------------------------------------------


async def test_what_is_personal_stands_only_where_it_can_be_erased(tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite3"
    async with classed(tmp_path, PERSONAL) as office:
        run = await begun(office, key=f"mail from {EMAIL}", record=RECORD)
        again = await office.open("support_triage", key=f"mail from {EMAIL}", record=RECORD, value={"email": EMAIL})
        assert (again.run, again.fresh) == (run, False), "The key still tells requests apart."
        await office.decide(run, Verdict.EDIT, FARAH, values={"body": f"Dear {NAME}, today."}, text=SAYS)
        await office.decide(run, Verdict.COMMENT, FARAH, text=SAYS)
        await add_finding(office.parts, Finding(run, SAYS, ADA, Door.TERMINAL))
        with pytest.raises(Refused):
            await office.decide(run, Verdict.APPROVE, EVE, text=SAYS)
        await office.decide(run, Verdict.APPROVE, TOM)
        assert (await office.run(run)).state is RunState.DONE
        for text in (EMAIL, NAME):
            assert ("entry_field", "value_json") in places(database, text) <= ERASABLE
            assert kinds(database, text) == {"pii"}
        await erase(office.parts, Erasure(EMAIL, "They asked.", ADA, Door.TERMINAL))
        assert left_in(tmp_path, EMAIL, NAME) == {}
    assert left_in(tmp_path, EMAIL, NAME) == {}


@pytest.mark.parametrize("text", [EMAIL, NAME])
async def test_a_run_that_ended_for_a_reason_keeps_it_without_the_person(text: str, tmp_path: Path) -> None:
    async with classed(tmp_path, PERSONAL) as office:
        run = await begun(office)
        stopped = await office.steer(run, Move.CANCEL, OLGA, text=f"They are {text}.")
        assert stopped.reason == f"Cancelled by Olga. They are {MARK}."
        assert places(tmp_path / "data.sqlite3", f"They are {text}") == {("entry_field", "value_json")}
        assert kinds(tmp_path / "data.sqlite3", f"They are {text}") == {"pii"}


async def test_no_notice_names_the_person(tmp_path: Path) -> None:
    async with classed(tmp_path, PERSONAL) as office:
        run = await begun(office)
        await office.decide(run, Verdict.REASSIGN, FARAH, to=TOM, text=f"You know {NAME}.")
        await office.decide(run, Verdict.REJECT, TOM, reason="other", text=SAYS)
        assert f"You know {MARK}." in office.chat.told_to(TOM.id)
        assert f"{MARK} wrote from {MARK}." in office.chat.told_to(SAM.id)
        assert all(text not in said for _, said in office.chat.told for text in (EMAIL, NAME))


async def test_what_a_model_says_of_the_person_instead_of_an_answer_reaches_nobody(tmp_path: Path) -> None:
    failing = answers(triage=wrong(f"{EMAIL} is no category."))
    async with classed(tmp_path, PERSONAL, failing, failure={"when_wrong": {"do": "park"}}) as office:
        run = await office.run(await begun(office))
        assert run.state is RunState.PARKED
        assert MARK in run.reason
        assert all(EMAIL not in said for _, said in office.chat.told)
        assert places(tmp_path / "data.sqlite3", EMAIL) <= ERASABLE
        assert kinds(tmp_path / "data.sqlite3", EMAIL) == {"pii"}


async def test_a_prompt_has_a_mark_in_place_of_what_is_personal(tmp_path: Path) -> None:
    async with classed(tmp_path, PERSONAL) as office:
        await begun(office)
        (asked,) = office.model.asked("draft")
        ticket, account = _of(asked, "ticket"), _of(asked, "account")
        assert (ticket["email"], account["name"], account["plan"]) == (MARK, MARK, "Fleet")
        assert _of(asked, "triage")["summary"] == f"{MARK} wrote from {MARK}.", (
            "It does not come back by another field."
        )
        assert EMAIL not in str(office.model.asked("triage"))


async def test_a_prompt_has_what_it_declares_and_no_more(tmp_path: Path) -> None:
    async with classed(tmp_path, PERSONAL) as office:
        file = office.folder / "support_triage" / "draft.md"
        declared = 'personal = ["account.name"]\nrole = "careful"'
        file.write_text(file.read_text("utf-8").replace('role = "careful"', declared), "utf-8")
        office.rewrite("support_triage")
        await begun(office)
        (asked,) = office.model.asked("draft")
        assert (_of(asked, "account")["name"], _of(asked, "ticket")["email"]) == (NAME, MARK)
        assert _of(asked, "triage")["summary"] == f"{NAME} wrote from {MARK}."
        assert NAME not in str(office.model.asked("triage"))


async def test_a_draft_that_is_done_again_is_shown_without_the_person(tmp_path: Path) -> None:
    data = {"classes": {"draft.body": "personal", "account.name": "personal"}}
    async with classed(tmp_path, data) as office:
        run = await begun(office)
        await office.decide(run, Verdict.REDRAFT, FARAH, text="Shorter.")
        _, again = office.model.asked("draft")
        assert NAME not in str(again)
        assert MARK in str(again.previous)


async def test_a_record_that_is_a_person_is_locked_and_counted_under_a_pseudonym(tmp_path: Path) -> None:
    data: Mapping[str, object] = {"classes": {"deed.ticket_id": "personal"}}
    async with opened(tmp_path, brief={"data": data}) as office:
        run = await office.start(value={"id": "T-1001"})
        await office.decide(run)
        assert len(office.effects()) == 1
        assert await office.counted("target:helpdesk:T-1001") == 0
        assert await office.counted(f"target:{office.parts.pseudonym('helpdesk:T-1001')}") == 1
        assert places(tmp_path / "data.sqlite3", "helpdesk:T-1001") <= ERASABLE
        (intended,) = await office.entries(run, "action.intended")
        assert intended.notes["records"] == f"helpdesk:{MARK}"


@pytest.mark.parametrize("spoilt", ["brief", "steps"])
async def test_where_the_workflow_does_not_load_its_fields_keep_their_classes(spoilt: str, tmp_path: Path) -> None:
    async with classed(tmp_path, PERSONAL) as office:
        run = await begun(office)
        if spoilt == "brief":
            office.rewrite("support_triage", stage="no such stage")
        else:
            office.deploy("support_triage", lambda steps: f"{steps}\ndef (\n")
        stopped = await office.steer(run, Move.CANCEL, OLGA, text=SAYS)
        assert stopped.reason == f"Cancelled by Olga. {MARK} wrote from {MARK}."
        assert kinds(tmp_path / "data.sqlite3", SAYS) == {"pii"}
        assert all(text not in said for _, said in office.chat.told for text in (EMAIL, NAME))


async def test_public_and_internal_fields_stand_as_they_are(tmp_path: Path) -> None:
    data: Mapping[str, object] = {"classes": {"ticket.email": "public", "account.name": "internal"}}
    async with classed(tmp_path, data) as office:
        run = await begun(office)
        stopped = await office.steer(run, Move.CANCEL, OLGA, text=SAYS)
        assert stopped.reason == f"Cancelled by Olga. {SAYS}"
        assert EMAIL in str(office.model.asked("draft"))
        assert kinds(tmp_path / "data.sqlite3", EMAIL) == {"content"}


# --- secret ---------------------------------------------------------------------------------------------------------


async def test_a_field_that_is_a_secret_is_in_no_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    telling = answers(triage={"category": "billing", "urgent": False, "summary": f"{SECRET}, they say."})
    with caplog.at_level(logging.DEBUG):
        async with classed(tmp_path, SECRETIVE, telling) as office:
            value = {"subject": SECRET, "email": EMAIL}
            run = await office.start("support_triage", by=SAM, value=value)
            await office.decide(run, Verdict.APPROVE, FARAH)
            assert (await office.run(run)).state is RunState.DONE
            backup(tmp_path / "data.sqlite3", tmp_path / "data.copy")
            assert left_in(tmp_path, SECRET) == {}, "while the bot is open"
            assert SECRET not in str(office.model.questions)
            assert Kind.SECRET.mark in str((await office.run(run)).value("triage"))
    assert left_in(tmp_path, SECRET) == {}
    assert SECRET not in caplog.text


async def test_the_same_request_with_a_secret_is_known_again(tmp_path: Path) -> None:
    async with classed(tmp_path, SECRETIVE) as office:
        first = await office.open("support_triage", value={"subject": SECRET})
        again = await office.open("support_triage", value={"subject": SECRET})
        other = await office.open("support_triage", value={"subject": "The heron stays"})
        assert (again.run, again.fresh, other.fresh) == (first.run, False, True)


async def test_a_value_that_does_not_fit_is_refused_without_quoting_it(tmp_path: Path) -> None:
    async with classed(tmp_path, SECRETIVE) as office:
        with pytest.raises(Refused) as refused:
            await office.open("support_triage", value={"subject": SECRET * 20})
        assert SECRET not in str(refused.value)


async def test_the_search_itself_works(tmp_path: Path) -> None:
    async with classed(tmp_path, {}) as office:
        await office.start("support_triage", by=SAM, value={"subject": SECRET})
        assert left_in(tmp_path, SECRET)
        assert ("run", "document") in places(tmp_path / "data.sqlite3", SECRET)
