"""People find runs by what they remember, page by page, and no list gets slower with the years."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from bot.adapters.store import figures, queries
from bot.adapters.store.statement import Statement
from bot.adapters.store.store import SqliteStore
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.effect import Execute, Read, Wake
from bot.domain.errors import Unknown
from bot.domain.machine import Moved
from bot.domain.person import ActorKind, ChannelId
from bot.domain.run import ENDED, RunId, RunState
from bot.ports.cards import CardId, Placed
from bot.ports.queries import Decision, Held, Leaving, RunFilter, UnderWay
from tests.adapters.store.made import NOON, Hand, accept, create, delivery, done, moved, opened, run_of, save, waiting
from tests.adapters.store.test_statement import statements


@pytest.fixture
async def many(store: SqliteStore, clock: Hand) -> SqliteStore:
    """Thirty runs: every third done, every third waiting for support, every fifth of another workflow."""

    for n in range(30):
        run = run_of(n, workflow="refunds" if n % 5 == 0 else "support_triage", started_at=clock.now())
        created = await create(store, run)
        if n % 3 == 0:
            await save(store, done(created))
        if n % 3 == 1:
            await save(store, waiting(created))
        clock.forward(minutes=1)
    return store


async def numbers(store: SqliteStore, **which: Any) -> list[int]:
    return [int(line.id[4:]) for line in await store.queries.runs(RunFilter(**which))]


async def test_runs_are_listed_newest_first(many: SqliteStore) -> None:
    assert await numbers(many) == list(range(29, -1, -1))
    assert await numbers(many, limit=3) == [29, 28, 27]


async def test_runs_are_listed_page_by_page_without_gap_or_repeat(many: SqliteStore) -> None:
    found: list[int] = []
    before: RunId | None = None
    while page := await many.queries.runs(RunFilter(limit=7, before=before)):
        found += [int(line.id[4:]) for line in page]
        before = page[-1].id
    assert found == list(range(29, -1, -1))


async def test_a_page_before_an_unknown_run_is_empty(many: SqliteStore) -> None:
    assert await numbers(many, before=RunId("nobody")) == []


async def test_runs_are_found_by_state(many: SqliteStore) -> None:
    assert await numbers(many, states=(RunState.DONE,)) == list(range(27, -1, -3))
    running_or_done = (RunState.RUNNING, RunState.DONE)
    assert await numbers(many, states=running_or_done, limit=4) == [29, 27, 26, 24]
    assert await numbers(many, states=(RunState.PARKED,)) == []


async def test_runs_are_found_by_workflow_requester_and_group(many: SqliteStore) -> None:
    assert await numbers(many, workflow="refunds") == [25, 20, 15, 10, 5, 0]
    assert await numbers(many, workflow="refunds", states=(RunState.DONE,)) == [15, 0]
    assert await numbers(many, requester="T1/ana", limit=2) == [29, 28]
    assert await numbers(many, requester="T1/bob") == []
    assert await numbers(many, group="support") == list(range(28, 0, -3))
    assert await numbers(many, group="support", workflow="refunds") == [25, 10]
    assert await numbers(many, group="support", states=(RunState.DONE,)) == []
    assert await numbers(many, group="support", before=run_of(13).id, limit=2) == [10, 7]


async def test_a_line_says_what_a_list_shows(many: SqliteStore) -> None:
    line = (await many.queries.runs(RunFilter(group="support", limit=1)))[0]
    assert line.id == run_of(28).id
    assert (line.workflow, line.state, line.stage, line.paused) == ("support_triage", "waiting", "approved", False)
    assert (line.requester, line.owner, line.waiting_for) == ("T1/ana", "T1/olga", "approved: support")
    assert line.started_at == line.changed_at == NOON + timedelta(minutes=28)
    assert line.ended_at is None
    ended = (await many.queries.runs(RunFilter(states=(RunState.DONE,), limit=1)))[0]
    assert (ended.ended_at, ended.waiting_for) == (NOON, "")


async def test_the_columns_a_list_shows_change_with_the_run(store: SqliteStore) -> None:
    run = await create(store)
    changes: dict[str, Any] = {"paused": True, "reason": "Look here.", "spent_micros": 7, "state": RunState.PARKED}
    await save(store, moved(run, **changes))
    (line,) = await store.queries.runs(RunFilter())
    assert (line.paused, line.reason, line.spent_micros, line.state) == (True, "Look here.", 7, "parked")


async def test_a_run_is_found_by_the_beginning_or_the_end_of_its_id(store: SqliteStore) -> None:
    for id in ("01HAAA111", "01HAAA222", "01HBBB222"):
        await create(store, run_of(id, id=RunId(id)))
    find = store.queries.find_run
    assert await find("01HB") == "01HBBB222"
    assert await find("111") == "01HAAA111"
    assert await find("A222") == "01HAAA222"
    assert await find("01HAAA111") == "01HAAA111"
    with pytest.raises(Unknown, match="More than one run begins or ends with “222”"):
        await find("222")
    with pytest.raises(Unknown, match="More than one run"):
        await find("01H")
    with pytest.raises(Unknown, match="No run begins or ends with “9”"):
        await find("9")


async def test_a_whole_id_wins_over_longer_ones(store: SqliteStore) -> None:
    for id in ("abc", "abcabc", "abcd"):
        await create(store, run_of(id, id=RunId(id)))
    assert await store.queries.find_run("abc") == "abc"


async def test_all_runs_that_could_be_meant_are_listed_newest_first(store: SqliteStore) -> None:
    for n, id in enumerate(("01HAAA111", "01HAAA222", "01HBBB222", "222")):
        await create(store, run_of(n, id=RunId(id)))

    async def called(part: str, limit: int = 9) -> list[str]:
        return [line.id for line in await store.queries.called(part, limit=limit)]

    assert await called("01HA") == ["01HAAA222", "01HAAA111"]
    assert await called("01H", 2) == ["01HBBB222", "01HAAA222"]
    assert await called("22") == ["222", "01HBBB222", "01HAAA222"]
    assert await called("222") == ["222"], "A whole id wins over longer ones."
    assert await called("9") == []


async def test_what_waits_longest_comes_first_where_that_is_asked(many: SqliteStore) -> None:
    assert await numbers(many, group="support", oldest_first=True, limit=3) == [1, 4, 7]
    assert await numbers(many, group="support", oldest_first=True, limit=3, before=run_of(7).id) == [10, 13, 16]
    assert await numbers(many, states=(RunState.WAITING,), oldest_first=True, limit=2) == [1, 4]


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "\x00", "\U0010ffff", "'; DROP TABLE run"])
async def test_odd_letters_find_nothing(store: SqliteStore, text: str) -> None:
    await create(store)
    with pytest.raises(Unknown):
        await store.queries.find_run(text)


async def test_what_is_still_to_do_is_shown_with_its_time_and_tries(store: SqliteStore) -> None:
    read, wake = Read("account", "helpdesk.account_of", {"id": "T"}), Wake(NOON + timedelta(hours=1), "approved")
    run = await create(store, 1, wake, read)
    assert await store.queries.pending(run.id) == ((read, NOON, 1), (wake, wake.at, 1))
    assert await store.queries.pending(RunId("nobody")) == ()


async def test_everything_is_counted(many: SqliteStore, clock: Hand) -> None:
    wake = Wake(clock.now() + timedelta(hours=1), "approved")
    read = Read("account", "helpdesk.account_of", {"id": "T"})
    await create(many, 99, wake, read)
    await accept(many, delivery("d-1"))
    await accept(many, delivery("d-2"))
    await many.run(lambda tx: tx.inbox.finish("d-2"))
    counts = await many.queries.counts()
    assert {name: number for name, number in counts.items() if number} == {
        "done": 10,
        "waiting": 10,
        "running": 11,
        "effects due": 1,
        "deliveries waiting": 1,
    }
    assert counts.keys() >= set(RunState)


async def test_runs_that_ended_are_counted_as_they_come_and_go(store: SqliteStore) -> None:
    run = await create(store)
    for state in (RunState.DONE, RunState.RUNNING, RunState.UNDONE, RunState.UNDONE):
        run = await save(store, moved(run, state=state))
        counts = await store.queries.counts()
        assert {name: counts[name] for name in RunState if counts[name]} == {state: 1}


async def test_a_database_with_an_awkward_name_can_be_read(tmp_path: Any) -> None:
    folder = tmp_path / "a b%20c?d=e#f&mode=rw"
    folder.mkdir()
    async with opened(folder / "dätä.db") as store:
        await create(store)
        assert len(await store.queries.runs(RunFilter())) == 1


# --- at a glance -----------------------------------------------------------------------------------------------------


async def test_what_asks_some_groups_is_given_whole_and_oldest_first(many: SqliteStore) -> None:
    asking = await many.queries.asking(["support", "nobody"], limit=3)
    assert [run.id for run in asking] == [run_of(n).id for n in (1, 4, 7)]
    assert asking[0].gates["approved"].group == "support"
    assert await many.queries.asking(["finance"], limit=3) == ()


async def test_what_is_under_way_is_counted_by_workflow(many: SqliteStore) -> None:
    run = await create(many, run_of(77, workflow="refunds"))
    await save(many, moved(run, state=RunState.FAILED, ended_at=NOON))
    parked = await save(many, waiting(await create(many, run_of(78, workflow="refunds"))))
    await save(many, moved(parked, state=RunState.PARKED))
    today = await many.queries.under_way(failed_since=NOON)
    assert today["refunds"] == UnderWay("refunds", running=2, asking=2, parked=1, failed=1)
    assert today["support_triage"].runs == 16
    assert (await many.queries.under_way(failed_since=NOON + timedelta(days=1)))["refunds"].failed == 0


async def test_what_is_held_is_told_with_its_reason(store: SqliteStore, clock: Hand) -> None:
    assert await store.queries.held() == {}
    await store.run(lambda tx: tx.limits.pause("*", "Look first."))
    assert await store.queries.held() == {"*": Held("Look first.", clock.now())}


async def test_somebodys_decisions_are_found_newest_first(store: SqliteStore) -> None:
    run = await create(store)
    for n, who in enumerate(("T1/mia", "T1/leo", "T1/mia")):
        decided = Entry(EntryKind.GATE_DECIDED, NOON, ActorKind.USER, who, step=f"s{n}", notes={"outcome": "approve"})
        run = await save(store, Moved(run, (decided,), ()))
    found = await store.queries.decided_by("T1/mia", limit=5)
    assert found == (Decision(run.id, "s2", NOON, "approve"), Decision(run.id, "s0", NOON, "approve"))
    assert len(await store.queries.decided_by("T1/mia", limit=1)) == 1


async def test_what_is_about_to_leave_is_counted(store: SqliteStore) -> None:
    await create(store, run_of(1), Execute("sent", 0))
    await create(store, run_of(2, workflow="refunds"), Execute("sent", 0), Wake(NOON, "sent"))
    assert await store.queries.leaving() == Leaving(2, 0)
    until = NOON + timedelta(minutes=1)
    await store.run(lambda tx: tx.outbox.lease(now=NOON, limit=1, owner="me", until=until))
    assert await store.queries.leaving() == Leaving(1, 1)
    assert await store.queries.leaving("refunds") in (Leaving(1, 0), Leaving(0, 1))


async def test_a_call_leads_to_the_run_that_made_it(store: SqliteStore) -> None:
    for n, key in ((1, "k-1"), (2, "k-2")):
        run = await create(store, n)
        for kind in (EntryKind.ACTION_INTENDED, EntryKind.ACTION_DONE):
            line = Entry(kind, NOON, ActorKind.SYSTEM, "engine", notes={"key": key})
            run = await save(store, Moved(run, (line,), ()))
    found = await store.queries.of_actions(["k-2", "k-1", "of nobody"])
    assert {key: line.id for key, line in found.items()} == {"k-1": run_of(1).id, "k-2": run_of(2).id}
    assert await store.queries.of_actions([]) == {}


async def test_the_cards_that_stand_are_found_and_no_others(store: SqliteStore) -> None:
    run, other = await create(store, 1), await create(store, 2)
    placed = Placed(
        card=CardId("c" * 32), run=run.id, step="approved", channel=ChannelId("T1/C1"), ts="1.1", since=NOON
    )
    await store.run(lambda tx: tx.cards.put(placed))
    await store.run(lambda tx: tx.cards.put(replace(placed, run=other.id, ts="")))
    assert await store.queries.standing_cards([run.id, other.id]) == (placed,)
    assert await store.queries.standing_cards([]) == ()


# --- how SQLite goes about it ---------------------------------------------------------------------------------------

FILTERS = [
    {},
    {"before": run_of(5).id},
    {"states": (RunState.DONE,)},
    {"states": tuple(sorted(ENDED)), "before": run_of(5).id},
    {"workflow": "refunds"},
    {"workflow": "refunds", "states": (RunState.WAITING, RunState.PARKED)},
    {"requester": "T1/ana"},
    {"requester": "T1/ana", "states": (RunState.FAILED,), "workflow": "refunds"},
    {"group": "support"},
    {"group": "support", "workflow": "refunds", "before": run_of(5).id},
    {"group": "support", "oldest_first": True, "before": run_of(5).id},
    {"states": (RunState.WAITING,), "oldest_first": True},
]


def plan(store: SqliteStore, sql: str, values: Any) -> list[str]:
    with closing(sqlite3.connect(store._path)) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def sorts_or_scans_runs(steps: list[str]) -> list[str]:
    """Steps that would take longer the more runs there are; a merge of a few short lists does not."""
    scans = [step for step in steps if re.search(r"^SCAN (run|entry|effect|entry_field|attempt|inbox)\b", step)]
    merged = any("anon" in step for step in steps)
    return scans + [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step and not merged]


@pytest.mark.parametrize("which", FILTERS, ids=str)
async def test_a_list_goes_along_an_index(store: SqliteStore, which: dict[str, Any]) -> None:
    compiled = queries._lines(RunFilter(**which)).compile(
        dialect=sqlite.dialect(paramstyle="named"), compile_kwargs={"render_postcompile": True}
    )
    steps = plan(store, str(compiled), compiled.params)
    assert sorts_or_scans_runs(steps) == []
    assert any(re.search(r"USING (COVERING )?INDEX run_", step) for step in steps)


@pytest.mark.parametrize("name", ["RUNS", "GATES", "REASONS", "SHOWN", "CHANGED"])
async def test_figures_are_found_along_indexes_from_the_runs_of_a_time_to_their_entries(
    store: SqliteStore, name: str
) -> None:
    sql, pick = getattr(figures, name).sqlite
    steps = plan(store, sql, pick({"workflow": "refunds", "since": "2026"}))
    assert sorts_or_scans_runs(steps) == []
    assert any("run_by_start (requester=? AND workflow=? AND started_at>?)" in step for step in steps)
    assert any("entry USING INDEX" in step and "(chain=?)" in step for step in steps)


SMALL = {"limits._SWITCHES", "outbox._HURRY_WORKFLOW", "outbox._RELEASE", "outbox._RELEASE_ALL", "store._KEY_KNOWN"}
"""Statements over small tables, or that a person starts once in a while."""


HOT = ("inbox", "limits", "outbox", "records", "runs", "sealing", "store", "versions")
"""The modules that every unit goes through."""


@pytest.mark.parametrize(
    ("name", "statement"),
    [pytest.param(*each, id=each[0]) for each in statements() if each[0].partition(".")[0] in HOT],
)
async def test_no_statement_of_the_writer_looks_at_every_row(
    store: SqliteStore, name: str, statement: Statement
) -> None:
    sql, _ = statement.sqlite
    steps = plan(store, sql, [1] * sql.count("?"))
    if name not in SMALL:
        scans = [step for step in steps if step.startswith("SCAN")]
        bounded = {"SCAN inbox USING INDEX inbox_waiting", "SCAN anon_1"}  # the second counts a selection with a limit
        assert [step for step in scans if step not in bounded] == []


async def test_documents_are_readable_by_any_tool(store: SqliteStore) -> None:
    run = await create(store)
    with closing(sqlite3.connect(store._path)) as connection:
        document, subject = connection.execute(
            "SELECT document, json_extract(document, '$.steps.ticket.value.subject') FROM run"
        ).fetchone()
    assert json.loads(document)["id"] == run.id
    assert subject == "Charged twice"
