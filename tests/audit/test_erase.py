"""Erasing: what one person wrote or is goes from every file; what was decided about it still stands, and verifies."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model.scripted import Script
from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import examine
from bot.application import audit_erase
from bot.application.audit_erase import Erased, Erasure, erase, expire
from bot.application.audit_verify import Status, Verdict, verify
from bot.application.change import Change, change
from bot.application.decide import Wish
from bot.application.finding import Finding, add_finding
from bot.application.seal import seal
from bot.application.steer import Move, Order, steer
from bot.commands.work.trace import traces
from bot.domain.brief.writing import change_brief
from bot.domain.errors import NotAllowed, Refused, StoreBusy, Unfit, Unknown
from bot.domain.event import Verdict as Say
from bot.domain.fold import standing_of
from bot.domain.person import Door, Person, TeamId
from bot.domain.run import RunId, RunState
from bot.ports.store import Delivery, Transaction
from bot.ports.version import VersionKind
from bot.runtimes.embedded import EXPIRE_AFTER, EXPIRE_ROUND
from bot.wiring import BACK_OFFICE, DATABASE
from tests.audit.house import FARAH, MIA, NADIA, OLGA, TOM, House, opened
from tests.gathered import TRIAGE_ALONE
from tests.shelves import shelf_of

CANARY = "quetzalcoatl-7391"
EMAIL = f"{CANARY}@example.org"
ANSWERS: Mapping[str, Script] = {
    "triage": {"category": "billing", "urgent": False, "summary": f"{CANARY} was charged twice."},
    "draft": {"body": f"Dear {CANARY}, we return one payment."},
}
"""The canary stands wherever a person can stand."""


def files_with(data: Path, text: str = CANARY) -> list[str]:
    """The files in which a text stands, besides those of the other system."""
    return [path.name for path in traces(data, text) if not path.name.startswith(BACK_OFFICE)]


def check(data: Path, house: House) -> Verdict:
    key = (data / "audit.key").read_bytes()
    return examine(data / DATABASE, lambda record: verify(record, keys=keys_in(key), now=house.clock.now()))


def attach(run: RunId, data: bytes, tx: Transaction) -> None:
    tx.records.keep_blob(data, kind="text/plain", run=run)


async def about_them(house: House, n: int = 1, email: str = EMAIL) -> RunId:
    """A run that waits, with the person in its trigger, drafts, edit, comment, finding and attachment."""
    subject = f"{CANARY} writes" if email == EMAIL else "Somebody writes"
    run = await house.start(id=f"T-{1000 + n}", email=email, subject=subject)
    edit = {"body": f"Dear {CANARY}, we return it today." if email == EMAIL else "We return it today."}
    await house.decide(Wish(run, Say.EDIT, FARAH, Door.TERMINAL, values=edit))
    if email == EMAIL:
        await house.decide(Wish(run, Say.COMMENT, MIA, Door.TERMINAL, text=f"I know {CANARY}."))
        await add_finding(house.parts, Finding(run, f"{CANARY} is named here.", NADIA, Door.TERMINAL))
        await house.store.run(partial(attach, run, f"A scan of {CANARY}.".encode()))
    return run


async def ended(house: House, n: int = 1, email: str = EMAIL) -> RunId:
    run = await about_them(house, n, email)
    assert (await house.approve(run, TOM)).state is RunState.DONE
    return run


async def erased(house: House, subject: str = EMAIL, why: str = "They asked.", by: Person = NADIA) -> Erased:
    return await erase(house.parts, Erasure(subject, why, by, Door.TERMINAL))


async def test_what_was_erased_is_in_no_file(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        assert DATABASE in files_with(tmp_path) or f"{DATABASE}-wal" in files_with(tmp_path)
        taken = await erased(house)
        assert files_with(tmp_path) == [], "while the bot is still open"
    assert files_with(tmp_path) == []
    assert (taken.runs, taken.taken.blobs) == (1, 1)
    assert taken.taken.fields > 20


async def test_the_record_verifies_after_an_erasure(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        await seal(house.parts)
        taken = await erased(house)
        await seal(house.parts)
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.problems) == (Status.WHOLE, ())
    assert verdict.erased == taken.taken.fields


async def test_what_was_decided_and_done_still_stands(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        run = await ended(house)
        before = await house.store.queries.run(run)
        entries = await house.store.queries.entries(f"run:{run}")
        await erased(house)
        after = await house.store.queries.run(run)
        later = await house.store.queries.entries(f"run:{run}")
    assert standing_of(after) == standing_of(before)
    assert (after.state, after.ended_at, after.pins) == (RunState.DONE, before.ended_at, before.pins)
    assert [(one.kind, one.actor, one.at) for one in later[:-1]] == [(one.kind, one.actor, one.at) for one in entries]
    assert all(field.erased and field.value is None for one in later for field in one.fields)
    assert CANARY not in repr(after)


async def test_each_emptied_run_says_so_and_the_record_of_the_system_sums_it_up(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        runs = [await ended(house, 1), await ended(house, 2)]
        taken = await erased(house, why=f"{EMAIL.upper()} asked for it in writing.")
        told = [(await house.store.queries.entries(f"run:{run}"))[-1] for run in runs]
        (summary,) = [one for one in await house.store.queries.entries("system") if one.kind == "erase.applied"]
    assert [(one.kind, one.actor, one.notes["reason"]) for one in told] == [("erase.applied", NADIA.id, "subject")] * 2
    assert sum(int(one.notes["count"] or 0) for one in told) == taken.taken.fields == summary.notes["size"]
    assert (summary.notes["n"], summary.notes["count"]) == (2, 0)
    assert [(one.name, one.value) for one in summary.fields] == [("why", "… asked for it in writing.")]


async def test_nobody_else_is_touched(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house, 1)
        other = await ended(house, 2, email="bob@example.com")
        before = await house.store.queries.run(other), await house.store.queries.entries(f"run:{other}")
        await erased(house)
        assert (await house.store.queries.run(other), await house.store.queries.entries(f"run:{other}")) == before


async def test_an_attachment_that_another_run_has_too_stays(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        mine, other = await ended(house, 1), await ended(house, 2, email="bob@example.com")
        for run in (mine, other):
            await house.store.run(partial(attach, run, b"A price list."))
        assert (await erased(house)).taken.blobs == 1
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        assert db.execute("SELECT count(*) FROM blob WHERE data = ?", [b"A price list."]).fetchone() == (1,)


async def test_a_run_that_has_not_ended_is_named_and_nothing_is_erased(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        done, waiting = await ended(house, 1), await about_them(house, 2)
        with pytest.raises(Refused, match=waiting) as refused:
            await erased(house)
        assert done not in refused.value.message
        assert CANARY in repr(await house.store.queries.run(done))
        await steer(house.parts, Order(waiting, Move.CANCEL, OLGA, Door.TERMINAL))
        await house.runtime.settle()
        assert (await erased(house)).runs == 2
    assert files_with(tmp_path) == []


async def test_a_delivery_that_still_waits_is_not_lost_over_an_erasure(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        body = {"text": f"A message from {EMAIL}"}
        waits = Delivery("d-1", "terminal", "start", "sample/sam", TeamId("sample"), house.clock.now(), body)
        await house.store.run(lambda tx: tx.inbox.accept(waits))
        with pytest.raises(Refused, match="delivery"):
            await erased(house)
        await house.store.run(lambda tx: tx.inbox.finish("d-1"))
        await erased(house)
    assert files_with(tmp_path) == []


async def test_only_an_auditor_may_erase_and_a_refusal_stands_in_the_record(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        with pytest.raises(NotAllowed):
            await erased(house, by=OLGA)
        (refusal,) = await house.store.queries.entries("auth")
        assert (refusal.kind, refusal.actor, refusal.notes["outcome"]) == ("auth.refused", OLGA.id, "erase")
    assert files_with(tmp_path) != []


async def test_somebody_nobody_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        with pytest.raises(Unknown, match="No run"):
            await erased(house, "nobody@example.org")
        await erased(house, f"  {EMAIL.upper()} ")
        with pytest.raises(Unknown):
            await erased(house)


async def test_what_was_erased_cannot_be_taken_back_any_more(tmp_path: Path) -> None:
    async with opened(tmp_path, workflows="tests.audit.workflows") as house:
        run = await house.start("three_changes", email=EMAIL)
        await house.approve(run, MIA)
        await erased(house)
        with pytest.raises(Unfit, match="erased"):
            await steer(house.parts, Order(run, Move.UNDO, OLGA, Door.TERMINAL))


async def test_what_another_process_erased_does_not_come_back_from_memory(tmp_path: Path) -> None:
    """The bot remembers runs; an entry that it did not write makes it read them anew."""
    async with opened(tmp_path, answers=ANSWERS) as bot:
        run = await ended(bot)
        await bot.store.run(lambda tx: tx.runs.load(run))
        async with opened(tmp_path, answers=ANSWERS, clock=bot.clock) as other:
            await erased(other)
        assert CANARY not in repr(await bot.store.run(lambda tx: tx.runs.load(run)))
        assert await bot.store.changed_elsewhere()
        await bot.decide(Wish(run, Say.COMMENT, MIA, Door.TERMINAL, text="Good."))
    assert files_with(tmp_path) == []


async def test_a_reader_that_keeps_the_log_alive_is_said_to_be_there(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        with closing(sqlite3.connect(tmp_path / DATABASE)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM run").fetchone()
            house.store._busy = timedelta(milliseconds=50)
            with pytest.raises(StoreBusy, match="still reads"):
                await erased(house)
        await house.store.forget()
    assert files_with(tmp_path) == []


# --- retention --------------------------------------------------------------------------------------------------------


async def test_content_goes_once_its_time_has_passed(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        old = await ended(house, 1)
        house.clock.forward(days=60)
        young = await ended(house, 2, email="bob@example.com")
        assert await expire(house.parts) == Erased()
        house.clock.forward(days=31)
        assert (await expire(house.parts)).runs == 1
        assert await expire(house.parts) == Erased()
        assert (await house.store.queries.run(old)).erased_at is not None
        assert (await house.store.queries.run(young)).erased_at is None
        told = (await house.store.queries.entries(f"run:{old}"))[-1]
        await seal(house.parts)
        assert check(tmp_path, house).status is Status.WHOLE
    assert (told.actor, told.notes["reason"]) == ("engine", "retention")
    assert files_with(tmp_path, EMAIL) == []


async def test_a_run_that_waits_keeps_its_content_however_long(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        run = await about_them(house)
        house.clock.forward(days=2)
        await steer(house.parts, Order(run, Move.PAUSE, OLGA, Door.TERMINAL))
        house.clock.forward(days=400)
        assert await expire(house.parts) == Erased()
        assert CANARY in repr(await house.store.queries.run(run))


async def test_many_runs_are_emptied_in_several_units_of_work(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        for n in range(1, 6):
            await ended(house, n)
        house.clock.forward(days=91)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("bot.application.audit_erase.AT_ONCE", 2)
            assert (await expire(house.parts)).runs == 5
    assert files_with(tmp_path) == []


async def test_no_unit_of_work_empties_more_than_a_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes meanwhile waits for a few runs, not for a thousand."""
    async with opened(tmp_path, answers=ANSWERS) as house:
        for n in range(1, 6):
            await ended(house, n)
        house.clock.forward(days=91)
        monkeypatch.setattr("bot.application.audit_erase.AT_ONCE", 2)
        sizes: list[int] = []
        work = audit_erase._empty_some

        def counted(runs: tuple[RunId, ...], *more: Any) -> Erased:
            sizes.append(len(runs))
            return work(runs, *more)

        monkeypatch.setattr("bot.application.audit_erase._empty_some", counted)
        await expire(house.parts)
    assert sizes == [2, 2, 1]


async def test_what_an_owner_shortens_counts_for_runs_that_have_ended_already(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        house.clock.forward(days=8)
        assert await expire(house.parts) == Erased()
        text = house.parts.library.text((VersionKind.BRIEF, "support_triage"))
        shorter = change_brief(text, "data.keep_content", "7d")
        wish = Change(VersionKind.BRIEF, "support_triage", shorter, OLGA, Door.TERMINAL, "Less is enough.")
        await change(house.parts, wish)
        assert (await expire(house.parts)).runs == 1
    assert files_with(tmp_path) == []


@pytest.mark.parametrize(("days", "gone"), [(29, 0), (31, 1)])
async def test_content_of_a_workflow_that_is_gone_goes_as_its_last_brief_says(
    tmp_path: Path, days: int, gone: int
) -> None:
    data, flows = tmp_path / "data", tmp_path / "flows"
    shutil.copytree(TRIAGE_ALONE, flows, ignore=shutil.ignore_patterns("__pycache__"))
    brief = flows / "support_triage" / "brief.toml"
    brief.write_text(change_brief(brief.read_text("utf-8"), "data.keep_content", "30d"), "utf-8")
    async with opened(data, answers=ANSWERS) as house:
        leaving = shelf_of(flows, package="leaving")
        await house.store.run(lambda tx: leaving.seed(tx, house.clock.now()))
        await ended(house)
        shutil.rmtree(flows / "support_triage")
        left = replace(house.parts, library=shelf_of(flows, package="left"))
        house.clock.forward(days=days)
        assert (await expire(left)).runs == gone
    assert (files_with(data) == []) is bool(gone)


async def test_content_is_kept_while_nobody_can_read_for_how_long(tmp_path: Path) -> None:
    data, flows = tmp_path / "data", tmp_path / "flows"
    shutil.copytree(TRIAGE_ALONE, flows, ignore=shutil.ignore_patterns("__pycache__"))
    brief = flows / "support_triage" / "brief.toml"
    brief.write_text(brief.read_text("utf-8").replace("[data]", '[data]\nkeep_content = "a while"'), "utf-8")
    async with opened(data, answers=ANSWERS) as house:
        await ended(house)
        house.clock.forward(days=500)
        assert await expire(replace(house.parts, library=shelf_of(flows, package="unreadable"))) == Erased()


async def test_what_a_reader_keeps_alive_is_cut_in_a_later_round(tmp_path: Path) -> None:
    """Nobody waits for that reader meanwhile."""
    async with opened(tmp_path, answers=ANSWERS) as house:
        await ended(house)
        house.clock.forward(days=91)
        with closing(sqlite3.connect(tmp_path / DATABASE)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM run").fetchone()
            with pytest.raises(StoreBusy, match="still reads"):
                await expire(house.parts)
            assert await house.store.run(lambda tx: tx.ledger.must_forget())
        assert await expire(house.parts) == Erased()
        assert not await house.store.run(lambda tx: tx.ledger.must_forget())
        assert files_with(tmp_path) == [], "while the bot is still open"


async def test_the_running_bot_takes_it_away_by_itself_and_holds_nobody_up(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:
        old = await ended(house, 1)
        house.clock.forward(days=91)
        waits = await about_them(house, 2, email="bob@example.com")
        scheduler: Any = house.runtime._scheduler
        job = scheduler.get_job("expire")
        assert job.trigger.interval == timedelta(seconds=EXPIRE_ROUND)
        assert timedelta(0) < job.next_run_time - datetime.now(UTC) <= EXPIRE_AFTER
        await job.func()
        assert (await house.store.queries.run(old)).erased_at is not None
        assert (await house.approve(waits, TOM)).state is RunState.DONE


async def test_a_round_that_cannot_be_made_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, answers=ANSWERS) as house:

        async def busy(parts: object) -> Erased:
            raise StoreBusy

        monkeypatch.setattr("bot.runtimes.embedded.expire", busy)
        scheduler: Any = house.runtime._scheduler
        await scheduler.get_job("expire").func()
        assert "Content is kept longer" in caplog.text
        await about_them(house)


# --- the search -------------------------------------------------------------------------------------------------------


def test_a_text_is_found_in_whatever_file_it_stands(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_bytes(b"\x00\xff" + EMAIL.encode() + b"\n")
    (tmp_path / "other").write_text("nothing")
    (tmp_path / "empty").touch()
    assert [path.name for path in traces(tmp_path, EMAIL.upper())] == ["log"]
    assert [*traces(tmp_path, "  ")] == []
