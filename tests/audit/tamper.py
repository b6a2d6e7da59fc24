"""A record that real runs have written, copied for whoever wants to break it, and what verification then finds."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.adapters.store.record import SqliteRecord, examine, reading
from bot.adapters.store.sqlite import backup
from bot.adapters.store.tables import METADATA
from bot.application.audit_erase import Erasure, erase
from bot.application.audit_verify import Verdict, verify
from bot.application.decide import Wish
from bot.application.seal import seal
from bot.application.switch import Flip, switch
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.chain import entry_hash, genesis, header_of, mac_of
from bot.domain.audit.checkpoint import write_checkpoint
from bot.domain.audit.keys import Keys, first_keys
from bot.domain.audit.tree import Frontier
from bot.domain.audit.verify import Witness
from bot.domain.errors import NotAllowed
from bot.domain.event import Verdict as Say
from bot.domain.person import Door
from bot.ports.record import Record
from tests.audit.house import FARAH, MIA, NADIA, NOON, OLGA, opened

Attack = Callable[[sqlite3.Connection], object]


@dataclass(frozen=True)
class Scene:
    """A record, its key, and the checkpoints that somebody else keeps."""

    file: Path
    key: bytes
    anchors: tuple[str, ...]
    old: Path
    """A copy from before the second half of what happened."""
    keys: Keys | None = None
    """All of its keys, where it has had several."""

    @cached_property
    def soft(self) -> bytes:
        """The file without anything that stands in the way of somebody who knows SQLite."""
        with closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(self.file.read_bytes())
            soften(db)
            return db.serialize()

    @cached_property
    def rules(self) -> list[str]:
        with closing(sqlite3.connect(self.file)) as db:
            return [row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]

    def after(self, attack: Attack, **how: Any) -> Verdict:
        """What is found in a copy on which this was done; its rules stand again, so that none is missed."""
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            db.deserialize(self.soft)
            attack(db)
            for rule in self.rules:
                db.execute(rule)
            return self._verify(SqliteRecord(db), **how)

    def after_in_file(self, attack: Attack, folder: Path, **how: Any) -> Verdict:
        """The same as people meet it: in a file."""
        copy = folder / "tampered.sqlite3"
        copy.write_bytes(self.soft)
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            attack(db)
            for rule in self.rules:
                db.execute(rule)
        return self.verified(copy, **how)

    def verified(self, file: Path, **how: Any) -> Verdict:
        """What is found in a file."""
        return examine(file, lambda record: self._verify(record, **how))

    def _verify(
        self, record: Record, *, keys: Keys | None = None, anchored: bool = True, keyed: bool = True
    ) -> Verdict:
        witnesses = [Witness("the anchor", note) for note in self.anchors] if anchored else []
        known = keys or self.keys or first_keys(self.key)
        return verify(record, keys=known if keyed else None, now=NOON + timedelta(minutes=1), anchors=witnesses)


def soften(db: sqlite3.Connection) -> None:
    """Take the triggers and the duty to have values away."""
    db.isolation_level = None
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
    db.execute("PRAGMA writable_schema = RESET")


def found(verdict: Verdict) -> str:
    """Which kinds of problems there are, in the order of their names."""
    return ", ".join(sorted({problem.kind.value for problem in verdict.problems}))


# --- what somebody does who knows how it is done ----------------------------------------------------------------------


def sql(*statements: str) -> Attack:
    def attack(db: sqlite3.Connection) -> None:
        for statement in statements:
            db.execute(statement)

    return attack


def copy_row(table: str, where: str, **changes: str) -> str:
    """A statement that adds a row like another one, with some columns changed."""
    names = [column.name for column in METADATA.tables[table].columns]
    given = ", ".join(f'"{name}"' for name in names)
    taken = ", ".join(changes.get(name, f'"{name}"') for name in names)
    return f"INSERT INTO {table} ({given}) SELECT {taken} FROM {table} WHERE {where}"


def rewrite(db: sqlite3.Connection, chain: str, key: bytes) -> None:
    """Hash, link and sign a chain anew from its columns, as somebody would who knows how it is done."""
    names = [row[1] for row in db.execute("PRAGMA table_info(entry)")]
    before, seq = genesis(chain), 0
    for row in db.execute("SELECT * FROM entry WHERE chain = ? ORDER BY seq", [chain]).fetchall():
        entry = dict(zip(names, row, strict=True))
        committed = json.loads(entry["header"]).get("fields", {})
        sealed = {"id", "header", "prev", "hash", "mac"}
        header = header_of({n: v for n, v in entry.items() if n not in sealed and v is not None}, committed)
        hashed, seq = entry_hash(before, header), entry["seq"]
        values = [header, before, hashed, mac_of(hashed, key), entry["id"]]
        db.execute("UPDATE entry SET header = ?, prev = ?, hash = ?, mac = ? WHERE id = ?", values)
        before = hashed
    db.execute("UPDATE run SET head = ?, seq = ? WHERE 'run:' || id = ?", [before, seq, chain])
    db.execute("UPDATE chain SET head = ?, seq = ? WHERE name = ?", [before, seq, chain])


def lie(db: sqlite3.Connection, key: bytes, entry: int = 26) -> None:
    """Somebody else has decided, says the record now."""
    db.execute("UPDATE entry SET actor = 'sample/nobody' WHERE id = ?", [entry])
    (chain,) = db.execute("SELECT chain FROM entry WHERE id = ?", [entry]).fetchone()
    rewrite(db, chain, key)


def regrow(db: sqlite3.Connection, key: bytes) -> None:
    """Make every checkpoint anew, and the entries that speak of them."""
    for (size,) in db.execute("SELECT size FROM checkpoint ORDER BY size").fetchall():
        hashes = db.execute("SELECT hash FROM entry JOIN leaf ON id = entry WHERE leaf.n < ? ORDER BY leaf.n", [size])
        root = Frontier().extend(hashed for (hashed,) in hashes).root
        at, note = db.execute("SELECT at, note FROM checkpoint WHERE size = ?", [size]).fetchone()
        new = write_checkpoint(origin=note.split("\n")[0], size=size, root=root, key=key, extensions=[f"at {at}"])
        db.execute("UPDATE checkpoint SET root = ?, note = ? WHERE size = ?", [root, new, size])
        told = "UPDATE entry SET digest = ? WHERE kind = 'checkpoint.sealed' AND size = ?"
        db.execute(told, [root.hex(), size])
        rewrite(db, "system", key)


# --- a scene ----------------------------------------------------------------------------------------------------------


async def make_scene(folder: Path) -> Scene:
    """Runs that ended in different ways, one that waits, one that was erased, and a little that is not sealed yet."""
    data, file, old = folder / "data", folder / "whole.sqlite3", folder / "old.sqlite3"
    async with opened(data) as house:
        await house.approve(await house.start())
        rejected = await house.start(id="T-1002")
        await house.decide(Wish(rejected, Say.REJECT, FARAH, Door.TERMINAL, reason="wrong tone"))
        await seal(house.parts)
        backup(data / "countersign.sqlite3", old)
        gone = await house.start(id="T-1003", email="bob@example.org")
        await house.approve(gone)
        await erase(house.parts, Erasure("bob@example.org", "They asked.", NADIA, Door.TERMINAL))
        await switch(house.parts, Flip("support_triage", True, OLGA, Door.TERMINAL, "Lunch."))
        await switch(house.parts, Flip("support_triage", False, OLGA, Door.TERMINAL))
        waiting = await house.start(id="T-1004")
        with suppress(NotAllowed):
            await house.approve(waiting, MIA)
        edit = Wish(waiting, Say.EDIT, FARAH, Door.TERMINAL, values={"body": "We return one payment today."})
        await house.decide(edit)
        await seal(house.parts)
        await house.start(id="T-1005")
        backup(data / "countersign.sqlite3", file)
    key = (data / "audit.key").read_bytes()
    notes = [*notes_in((data / "checkpoints.ndjson").read_text())]
    with reading(file) as record:
        sizes = {one.note for one in record.checkpoints()}
    return Scene(file, key, tuple(note for note in notes if note in sizes), old)
