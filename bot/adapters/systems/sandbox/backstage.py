"""Behind the sandbox's back: what tests, the command line and the page may see and set, from any process."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.systems.sandbox import company, fault, ledger, memory, schema, shelf
from bot.adapters.systems.sandbox.binding import BINDINGS, LOOKUPS
from bot.adapters.systems.sandbox.desk import Books, Desk
from bot.adapters.systems.sandbox.desks import DESKS
from bot.adapters.systems.sandbox.fault import IN_SEARCHES, Fault
from bot.adapters.systems.sandbox.ledger import Arrival, Call, Operation
from bot.adapters.systems.sandbox.shelf import Done, Record, Whole
from bot.domain.errors import Broken, Unknown
from bot.domain.plain import Plain
from bot.ports.clock import Clock

EVERY_KIND = "*"


class Backstage:
    """The same file, opened for a moment at a time."""

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        """The clock says when the file is filled: the sample company's "two weeks ago" counts from then."""
        self.path = path
        self._clock = clock

    def prepare(self) -> None:
        """Make the file and fill it with the sample company, where that was not done yet."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(schema.connect(self.path, mode="rwc")) as db:
            with schema.transaction(db):
                if schema.is_empty(db, self.path):
                    self._fill(db)
                elif not schema.is_current(db):
                    raise Broken(f"{self.path} was made by another version. Start afresh with countersign try --fresh.")
            db.execute("PRAGMA journal_mode = WAL")

    def fresh(self) -> None:
        """Forget everything that happened, faults and ledger too, and fill in the sample company again."""
        if not self.path.exists():
            return self.prepare()
        with self._changing() as db:
            if not schema.is_empty(db, self.path):
                schema.drop_tables(db)
            self._fill(db)
        return None

    def fault(
        self,
        kind: str,
        what: Fault,
        *,
        times: int | None = 1,
        key: str = "",
        operation: Operation | None = None,
        wait: timedelta | None = None,
    ) -> int:
        """Let the next calls of a kind (`helpdesk.SendReply`, `*`) run into a fault; returns its number.

        `times=None`: until it is cleared. `key`: only calls with that key. `wait`: how slow, or when to come back.
        """
        if kind not in BINDINGS and kind not in LOOKUPS and kind != EVERY_KIND:
            raise Unknown(f"The sandbox knows nothing called {kind}. It knows {_known_beside(kind)}.")
        usual = Operation.READ if kind in LOOKUPS else Operation.EXECUTE
        arrival = Arrival(operation or (Operation.FIND if what in IN_SEARCHES else usual), kind, "", key)
        with self._changing() as db:
            return fault.put(db, arrival, what, times=times, wait=wait)

    def release(self) -> None:
        """Let every call that hangs go on."""
        with self._changing() as db:
            fault.clear(db, Fault.HANG)

    def clear(self) -> None:
        """Take away every fault; what hangs goes on."""
        with self._changing() as db:
            fault.clear(db)

    def calls(self, key: str = "") -> tuple[Call, ...]:
        """Every call, or those with one key, in the order they came."""
        with self._looking() as db:
            return ledger.calls(db, key)

    def effects(self, key: str = "") -> tuple[Call, ...]:
        """The calls that changed something, whatever the caller was told."""
        with self._looking() as db:
            return ledger.effects(db, key)

    def overview(self, *, limit: int = 20) -> dict[str, Plain]:
        """The desk as plain data: what is open, what changed last, which faults are set."""
        with self._looking() as db:
            statuses = db.execute(
                "SELECT status, count(*) AS tickets FROM ticket GROUP BY status ORDER BY status"
            ).fetchall()
            return {
                "company": company.load().name,
                "tickets": {row["status"]: row["tickets"] for row in statuses},
                "changes": memory.recent(db, limit),
                "faults": fault.listed(db),
            }

    def records(self, system: str) -> tuple[Record, ...]:
        """The records of one desk, those that changed last first."""
        with self._looking() as db:
            return shelf.records(db, _desk(system))

    def record(self, system: str, id: str) -> Whole:
        """One record, with all that hangs on it and its history. Unknown where there is none of that number."""
        with self._looking() as db:
            return shelf.whole(db, _desk(system), id)

    def search(self, words: str, *, limit: int = 50) -> tuple[Record, ...]:
        """The records of all desks in which every one of these words stands."""
        with self._looking() as db:
            return shelf.search(db, words, limit)

    def changes(self, *, limit: int = 20) -> tuple[Done, ...]:
        """What changed last at any desk, newest first, each with the key it came under."""
        with self._looking() as db:
            return shelf.done(db, limit)

    def _fill(self, db: sqlite3.Connection) -> None:
        schema.make_tables(db, (statement for desk in DESKS.values() for statement in desk.tables))
        books = Books(db, self._clock.now() if self._clock else datetime.now(UTC))
        for desk in DESKS.values():
            desk.fill(books)

    @contextmanager
    def _looking(self) -> Generator[sqlite3.Connection]:
        with closing(schema.connect(self.path, mode="ro")) as db:
            yield db

    @contextmanager
    def _changing(self) -> Generator[sqlite3.Connection]:
        with closing(schema.connect(self.path)) as db, schema.transaction(db):
            yield db


def _desk(system: str) -> Desk:
    desk = DESKS.get(system)
    if desk is None:
        raise Unknown(f"The back office has no desk {system}. It has {', '.join(DESKS)}.")
    return desk


def _known_beside(kind: str) -> str:
    """What the desk that somebody may have meant does know; the names of all desks where none was meant."""
    desk = DESKS.get(kind.partition(".")[0])
    return ", ".join(sorted((*desk.ways, *desk.answers))) if desk else f"the desks {', '.join(DESKS)}"
