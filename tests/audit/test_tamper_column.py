"""The tamper matrix, column by column: each flipped, emptied or swapped with another row, and what that is found as.

Whoever does it knows SQLite: triggers and constraints are lifted for the deed and stand again afterwards. The table
below is the whole truth: what is not found stands in it as well, and in docs/explanation/audit.md.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.tables import METADATA
from bot.application.audit_verify import Status
from tests.audit.tamper import Attack, Scene, found

IMPOSSIBLE = "impossible"
"""SQLite itself does not let it happen: keys are unique."""
NOTHING = ""

ROWS: Mapping[str, tuple[str, str]] = {
    "entry": ("id = 23", "id = 2"),
    "entry_field": ("entry = 22 AND name = 'body'", "entry = 6 AND name = '_doubts'"),
    "leaf": ("n = 22", "n = 5"),
    "checkpoint": ("size = 27", "size = 61"),
    "anchor": ("size = 27 AND place = 'log'", "size = 61 AND place <> 'log'"),
    "chain": ("name = 'config'", "name = 'system'"),
    "run": ("n = 2", "n = 4"),
}
"""The victim in each table, and another row to swap with: both sealed, of two chains."""

USUALLY = {
    "entry": "column",
    "entry_field": "field changed",
    "leaf": "root",
    "checkpoint": "checkpoint",
    "anchor": NOTHING,
    "chain": "head",
    "run": "row",
}
EXCEPT: Mapping[str, Mapping[str, str]] = {
    "entry": {
        "id flipped": "leaf, root",
        "id emptied": IMPOSSIBLE,
        "id swapped": "field added, field missing, root",
        "chain flipped": "column, head, link, number, sense",
        "chain emptied": "column, head, link, number, sense",
        "chain swapped": IMPOSSIBLE,
        "seq flipped": "column, head, link, number",
        "seq emptied": "column, link, number, unreadable",
        "seq swapped": IMPOSSIBLE,
        "step flipped": "column, sense",
        "step emptied": "column, sense",
        "step swapped": "column, sense",
        "brief flipped": "column, sense",
        "standing flipped": "column, sense",
        "standing emptied": "column, sense",
        "header flipped": "hash, unreadable",
        "header emptied": "unreadable",
        "header swapped": "column, field added, field missing, hash",
        "prev flipped": "hash, link",
        "prev emptied": "unreadable",
        "prev swapped": "hash, link",
        "hash flipped": "hash, link, mac, root",
        "hash emptied": "leaf, link, root, unreadable",
        "hash swapped": "hash, link, mac, root",
        "mac flipped": "mac",
        "mac emptied": "unreadable",
        "mac swapped": "mac",
    },
    "entry_field": {
        "entry flipped": "field missing",
        "entry emptied": IMPOSSIBLE,
        "entry swapped": IMPOSSIBLE,
        "name flipped": "field added, field missing",
        "name emptied": IMPOSSIBLE,
        "name swapped": IMPOSSIBLE,
    },
    "leaf": {
        "n flipped": "leaf, root",
        "n emptied": IMPOSSIBLE,
        "entry flipped": "leaf, root, unsealed",
        "entry emptied": "leaf, root, unsealed",
    },
    "checkpoint": {"size emptied": IMPOSSIBLE},
    "anchor": {"size swapped": IMPOSSIBLE, "place swapped": IMPOSSIBLE},
    "run": {
        "n flipped": NOTHING,
        "n emptied": IMPOSSIBLE,
        "n swapped": NOTHING,
        "changed_at flipped": NOTHING,
        "changed_at emptied": NOTHING,
        "changed_at swapped": NOTHING,
        "id flipped": "head",
        "id emptied": "head",
        "id swapped": "head, row, sense",
        "seq flipped": "head",
        "seq emptied": "head",
        "seq swapped": "head",
        "head flipped": "head",
        "head emptied": "head",
        "head swapped": "head",
        "document swapped": "row, sense",
        "ordered flipped": NOTHING,
        "ordered emptied": NOTHING,
        "ordered swapped": NOTHING,
    },
    "chain": {"name emptied": IMPOSSIBLE},
}

COLUMNS = [(table, column.name) for table in ROWS for column in METADATA.tables[table].columns]


def flip(value: Any) -> Any:
    match value:
        case None:
            return "planted"
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case int():
            return value ^ 64
        case _:
            return f"{value}x"


def setting(table: str, column: str, value: Any) -> Attack:
    return lambda db: db.execute(f'UPDATE {table} SET "{column}" = ? WHERE {ROWS[table][0]}', [value])


def swapping(table: str, column: str, mine: Any, theirs: Any) -> Attack:
    one, other = ROWS[table]
    spare = None if mine is None else -99 if isinstance(mine, int) else b"spare" if isinstance(mine, bytes) else "spare"

    def attack(db: sqlite3.Connection) -> None:
        change = f'UPDATE {table} SET "{column}" = ? WHERE '
        db.execute(change + other, [spare])
        db.execute(change + one, [theirs])
        if spare is None:
            db.execute(change + other, [mine])
        else:
            db.execute(f'{change}"{column}" = ?', [mine, spare])

    return attack


def attacks(scene: Scene, table: str, column: str) -> Mapping[str, Attack]:
    """Everything that changes this column; nothing where it would stay as it is."""
    with closing(sqlite3.connect(scene.file)) as db:
        values = [db.execute(f'SELECT "{column}" FROM {table} WHERE {row}').fetchone()[0] for row in ROWS[table]]
    mine, theirs = values
    done = {"flipped": setting(table, column, flip(mine))}
    if mine is not None:
        done["emptied"] = setting(table, column, None)
    if theirs != mine:
        done["swapped"] = swapping(table, column, mine, theirs)
    return done


def test_a_record_that_nobody_touched_is_found_whole(scene: Scene) -> None:
    verdict = scene.verified(scene.file)
    assert (found(verdict), verdict.status, verdict.keyed) == ("", Status.WHOLE, True)
    assert (verdict.chains, verdict.checkpoints, verdict.anchors, verdict.erased) == (7, 2, 2, 25)
    assert verdict.sealed + verdict.unsealed == verdict.entries


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_column_is_found_as_what_it_is(scene: Scene, table: str, column: str) -> None:
    for how, attack in attacks(scene, table, column).items():
        expected = EXCEPT.get(table, {}).get(f"{column} {how}", USUALLY[table])
        try:
            verdict = scene.after(attack)
        except sqlite3.IntegrityError:
            assert expected == IMPOSSIBLE, f"{how} is impossible"
        else:
            assert found(verdict) == expected, how
            assert verdict.status is (Status.TAMPERED if expected else Status.WHOLE), how


@pytest.mark.parametrize("name", ["tree", "pruned", "restored at"])
def test_what_the_database_notes_about_itself_is_no_part_of_the_record(scene: Scene, name: str) -> None:
    """Only a beginning that is said to be gone would hide something; and an entry has to say so, too."""

    def attack(db: sqlite3.Connection) -> None:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, 'planted')", [name])

    assert found(scene.after(attack)) == ""


@pytest.mark.parametrize("change", ["UPDATE meta SET value = 'planted'", "DELETE FROM meta"])
def test_a_database_cannot_say_that_it_goes_by_another_key(scene: Scene, change: str) -> None:
    assert found(scene.after(lambda db: db.execute(f"{change} WHERE name = 'audit key'"))) == "key"


@pytest.mark.parametrize(
    "value",
    [
        '{"size": 4, "peaks": ["%s"], "starts": {}}' % ("00" * 32),
        '{"size": 4, "peaks": [], "starts": {}}',
        '{"size": "4", "peaks": null, "starts": []}',
        "[]",
    ],
)
def test_a_beginning_cannot_be_declared_gone(scene: Scene, value: str) -> None:
    def attack(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO meta VALUES ('pruned', ?)", [value])
        db.execute("DELETE FROM leaf WHERE n < 4")

    assert scene.after(attack).status is Status.TAMPERED


def test_a_text_that_is_none_is_found_and_not_stumbled_over(scene: Scene, tmp_path: Path) -> None:
    """A byte flipped in the file may leave text that is no UTF-8."""
    change = "UPDATE entry_field SET value_json = CAST(x'22ff22' AS TEXT) WHERE entry = 22"
    assert found(scene.after_in_file(lambda db: db.execute(change), tmp_path)) == "field changed"
