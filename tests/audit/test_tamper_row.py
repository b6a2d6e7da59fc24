"""The tamper matrix, row by row and as a whole: deleted, duplicated, reordered, inserted, cut, written anew, put back.

Each deed stands with what verification says to it: without any checkpoint from outside, and with one. Where it says
nothing, nothing can be said; docs/explanation/audit.md says why.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.application.audit_verify import Status
from bot.domain.audit.chain import mac_of
from bot.domain.audit.checkpoint import write_checkpoint
from bot.domain.audit.keys import first_keys
from bot.domain.errors import StoreFailed
from tests.audit.tamper import Attack, Scene, copy_row, found, lie, regrow, rewrite, sql

NOTHING = ""
STRANGER = hashlib.sha256(b"a key that somebody made up").digest()


SEALED = "(SELECT chain FROM entry WHERE id = 23)"
"""The chain of a run that ended and is sealed: entries 17 to 27."""
TAIL = "(SELECT chain FROM entry WHERE kind = 'run.started' ORDER BY id DESC LIMIT 1)"
"""The chain of a run of which nothing is sealed yet."""
REORDER = (
    "UPDATE entry SET seq = 1000 WHERE id = 23",
    "UPDATE entry SET seq = 7 WHERE id = 24",
    "UPDATE entry SET seq = 8 WHERE id = 23",
)
DROP_RUN = "DELETE FROM run WHERE 'run:' || id = {chain}"
DROP_FIELDS = "DELETE FROM entry_field WHERE entry IN (SELECT id FROM entry WHERE chain = {chain})"
DROP_LEAVES = "DELETE FROM leaf WHERE entry IN (SELECT id FROM entry WHERE chain = {chain})"
DROP_ENTRIES = "DELETE FROM entry WHERE chain = {chain}"
CUT = (
    "UPDATE run SET seq = seq - 1, head = (SELECT hash FROM entry WHERE chain = 'run:' || run.id AND seq = run.seq - 1)"
)


def whole_run(chain: str, *statements: str) -> Attack:
    """The name of the chain is looked up first: afterwards, nothing is left to look it up by."""

    def attack(db: sqlite3.Connection) -> None:
        (name,) = db.execute(f"SELECT {chain}").fetchone()
        for statement in statements:
            db.execute(statement.format(chain=f"'{name}'"))

    return attack


DEEDS: Mapping[str, tuple[Attack, str]] = {
    "an entry is deleted": (sql("DELETE FROM entry WHERE id = 23"), "leaf, link, number, root, sense"),
    "the first entry of a chain is deleted": (
        sql("DELETE FROM entry WHERE id = 17"),
        "leaf, link, number, root, sense",
    ),
    "an entry is duplicated": (
        sql(copy_row("entry", "id = 23", id="999", seq="99")),
        "column, head, link, number",
    ),
    "an entry is duplicated into another chain": (
        sql(copy_row("entry", "id = 23", id="999", chain="'config'", seq="3")),
        "column, head, link",
    ),
    "two entries are reordered": (sql(*REORDER), "column, link"),
    "an entry is inserted at the end": (
        sql(copy_row("entry", "id = 48", id="999", seq="3", header="x'7b7d'", prev="hash")),
        "hash, head, unreadable",
    ),
    "a field is deleted": (sql("DELETE FROM entry_field WHERE entry = 22 AND name = 'body'"), "field missing"),
    "a field is duplicated": (
        sql(copy_row("entry_field", "entry = 22 AND name = 'body'", name="'more'")),
        "field added",
    ),
    "a field is moved to another entry": (
        sql("UPDATE entry_field SET entry = 23 WHERE entry = 22 AND name = 'body'"),
        "field added, field missing",
    ),
    "content is taken away without a word": (
        sql("UPDATE entry_field SET value_json = NULL, salt = NULL WHERE entry = 22"),
        "field gone",
    ),
    "content is taken away in the name of an entry that is none": (
        sql("UPDATE entry_field SET value_json = NULL, salt = NULL, erased_by = 'system/2' WHERE entry = 22"),
        "erasure",
    ),
    "more content is taken away than an erasure says": (
        sql(
            "UPDATE entry SET count = 99 WHERE kind = 'erase.applied'",
            "INSERT INTO entry_field SELECT 45, 'more', 'content', NULL, NULL, NULL, chain || '/' || seq FROM entry"
            " WHERE id = 45",
        ),
        "column, field added",
    ),
    "a leaf is deleted": (sql("DELETE FROM leaf WHERE n = 22"), "behind, leaf, root, unsealed"),
    "the last leaf is deleted": (sql("DELETE FROM leaf WHERE n = 60"), "behind"),
    "a leaf is inserted": (sql("INSERT INTO leaf VALUES (61, 62)"), NOTHING),
    "a leaf is inserted for no entry": (sql("INSERT INTO leaf VALUES (61, 999)"), "leaf, unsealed"),
    "two leaves are reordered": (
        sql(
            "UPDATE leaf SET n = 999 WHERE n = 22",
            "UPDATE leaf SET n = 22 WHERE n = 23",
            "UPDATE leaf SET n = 23 WHERE n = 999",
        ),
        "root",
    ),
    "a checkpoint is deleted": (sql("DELETE FROM checkpoint WHERE size = 61"), "checkpoint"),
    "a checkpoint is duplicated": (sql(copy_row("checkpoint", "size = 27", size="28")), "checkpoint"),
    "a chain is forgotten": (sql("DELETE FROM chain WHERE name = 'config'"), "head"),
    "a chain is made up": (sql("INSERT INTO chain VALUES ('other', 1, x'00')"), "head"),
    "the row of a run is deleted": (sql(DROP_RUN.format(chain=SEALED)), "head"),
    "a run is made up": (sql(copy_row("run", "n = 2", n="999", id="'made-up'", key="'made up'")), "head"),
    "a rule of the database is dropped": (
        sql("CREATE TRIGGER harmless AFTER INSERT ON run BEGIN SELECT 1; END"),
        "rules",
    ),
    "the end of a chain is cut": (
        sql("DELETE FROM entry_field WHERE entry = 27", "DELETE FROM entry WHERE id = 27"),
        "head, leaf, root, sense",
    ),
    "the end of a chain is cut, and its row set back": (
        sql("DELETE FROM entry WHERE id = 27", f"{CUT} WHERE n = 2"),
        "leaf, root, sense",
    ),
    "a whole run is deleted": (
        whole_run(SEALED, DROP_FIELDS, DROP_LEAVES, DROP_ENTRIES, DROP_RUN),
        "behind, leaf, root",
    ),
    "the end of a chain that is not sealed is cut": (
        sql("DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)"),
        "head",
    ),
    "the end of a chain that is not sealed is cut, and its row set back": (
        sql("DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)", f"{CUT} WHERE n = (SELECT max(n) FROM run)"),
        NOTHING,
    ),
    "a whole run that is not sealed is deleted": (
        whole_run(TAIL, DROP_FIELDS, DROP_ENTRIES, DROP_RUN),
        NOTHING,
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_found_as_what_it_is(scene: Scene, deed: str) -> None:
    attack, expected = DEEDS[deed]
    verdict = scene.after(attack, anchored=False)
    assert found(verdict) == expected
    assert (verdict.status is Status.WHOLE) == (expected == NOTHING)


# --- written anew ---------------------------------------------------------------------------------------------------


def test_a_chain_that_is_written_anew_without_the_key_is_found(scene: Scene) -> None:
    verdict = scene.after(lambda db: lie(db, STRANGER), anchored=False)
    assert found(verdict) == "mac, root"


def test_a_chain_that_is_written_anew_with_the_key_is_found_by_the_checkpoints(scene: Scene) -> None:
    verdict = scene.after(lambda db: lie(db, scene.key), anchored=False)
    assert found(verdict) == "root"


def test_checkpoints_cannot_be_written_anew_without_the_key(scene: Scene) -> None:
    def attack(db: sqlite3.Connection) -> None:
        lie(db, STRANGER)
        regrow(db, STRANGER)

    assert found(scene.after(attack, anchored=False)) == "checkpoint, mac"


def test_whoever_has_the_key_can_write_everything_anew_but_what_others_keep(scene: Scene) -> None:
    def attack(db: sqlite3.Connection) -> None:
        lie(db, scene.key)
        regrow(db, scene.key)

    assert scene.after(attack, anchored=False).status is Status.WHOLE
    verdict = scene.after(attack)
    assert found(verdict) == "root"
    assert all("the anchor" in problem.sentence for problem in verdict.problems)


def test_an_anchor_says_nothing_of_what_came_after_it(scene: Scene) -> None:
    """Whoever has the key, and lies only about the time after the last checkpoint that somebody keeps, is not found."""
    early = Scene(scene.file, scene.key, scene.anchors[:1], scene.old)

    def attack(db: sqlite3.Connection) -> None:
        lie(db, scene.key, entry=60)
        regrow(db, scene.key)

    assert early.after(attack).status is Status.WHOLE
    assert found(scene.after(attack)) == "root"


@pytest.mark.parametrize("keyed", [False, True])
def test_a_made_up_run_needs_the_key(scene: Scene, keyed: bool) -> None:
    """Well-formed entries at the end of a chain, with its head set: only the key tells who wrote them."""

    def attack(db: sqlite3.Connection) -> None:
        db.execute(copy_row("entry", "id = 48", id="999", seq="3"))
        rewrite(db, "config", scene.key)
        if not keyed:
            (hashed,) = db.execute("SELECT hash FROM entry WHERE id = 999").fetchone()
            db.execute("UPDATE entry SET mac = ? WHERE id = 999", [mac_of(hashed, STRANGER)])
        fields = "INSERT INTO entry_field SELECT 999, name, kind, subject, salt, value_json, NULL FROM entry_field"
        db.execute(f"{fields} WHERE entry = 48")

    assert found(scene.after(attack)) == (NOTHING if keyed else "mac")


def test_without_the_key_everything_but_who_wrote_it_is_verified(scene: Scene) -> None:
    verdict = scene.verified(scene.file, keyed=False)
    assert (verdict.status, verdict.keyed) == (Status.WHOLE, False)
    assert found(scene.after(lambda db: lie(db, STRANGER), keyed=False)) == "root"
    assert found(scene.after(DEEDS["an entry is deleted"][0], keyed=False)) == "leaf, link, number, root, sense"


def test_another_key_has_written_nothing_of_it(scene: Scene) -> None:
    assert found(scene.verified(scene.file, keys=first_keys(STRANGER))) == "checkpoint, key, mac"


# --- put back -------------------------------------------------------------------------------------------------------


def test_an_older_copy_is_whole_in_itself(scene: Scene) -> None:
    assert scene.verified(scene.old, anchored=False).status is Status.WHOLE


def test_an_older_copy_is_found_by_a_checkpoint_that_somebody_keeps(scene: Scene) -> None:
    verdict = scene.verified(scene.old)
    assert (found(verdict), verdict.status) == ("behind", Status.TAMPERED)
    assert "knows 61 sealed entries, here are 27" in verdict.problems[0].sentence


def test_an_anchor_of_another_record_is_none_of_ours(scene: Scene) -> None:
    note = write_checkpoint(origin="countersign/other", size=3, root=bytes(32), key=scene.key)
    other = Scene(scene.file, scene.key, (note,), scene.old)
    assert found(other.verified(scene.file)) == "checkpoint"


def test_an_anchor_that_cannot_be_read_is_said_to_be_so(scene: Scene) -> None:
    other = Scene(scene.file, scene.key, ("no checkpoint at all",), scene.old)
    assert found(other.verified(scene.file)) == "checkpoint"


# --- bytes ----------------------------------------------------------------------------------------------------------


def test_a_schema_that_is_no_text_is_said_to_be_damage(scene: Scene, tmp_path: Path) -> None:
    """SQLite quotes the name it cannot make sense of, and no driver can read what it quotes."""
    copy = tmp_path / "damaged.sqlite3"
    copy.write_bytes(scene.file.read_bytes())
    with closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET name = CAST(x'f5' AS TEXT), sql = 'CREATE TABLE (' WHERE name = 'switch'")
    with pytest.raises(StoreFailed, match=r"damaged"):
        scene.verified(copy)


@settings(max_examples=60)
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_byte_may_flip_and_verification_still_answers(scene: Scene, tmp_path: Path, at: float, bit: int) -> None:
    """Many bytes belong to other tables or to nothing; where verification reads, it never stumbles."""
    data = bytearray(scene.file.read_bytes())
    data[int(at * len(data))] ^= 1 << bit
    copy = tmp_path / "flipped.sqlite3"
    copy.write_bytes(data)
    with suppress(StoreFailed):
        assert isinstance(scene.verified(copy).status, Status)
