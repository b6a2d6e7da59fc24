"""How a workspace comes to be: as it was kept, or from its company; and how it begins anew."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from bot.workspace.changes.forgetting import begin_anew
from bot.workspace.changes.waking import wake
from bot.workspace.clock import Clock
from bot.workspace.company.form import Company
from bot.workspace.company.installing import reinstall
from bot.workspace.company.settling import settle
from bot.workspace.ids import Ids
from bot.workspace.keep.document import Row, assembled
from bot.workspace.keep.keeping import keeping
from bot.workspace.keep.store import Store, damaged, opened_store
from bot.workspace.state.workspace import Workspace

STARTS, COMPANY = "starts", "company"
"""What is noted in the file besides the workspace itself."""
SEED_STEP = 1_000_003


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a workspace comes from."""

    company: Company
    file: Path | None = None
    """Where it is kept; in memory only where there is none."""
    fresh: bool = False
    """Whether what was kept is forgotten."""
    ids_seed: int | None = None
    """The same seed gives the same ids."""
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Begun:
    """A workspace that is there."""

    workspace: Workspace
    origin: Origin
    restored: bool = False
    """Whether it is as it was kept."""
    other_company: bool = False
    """Whether it began with another company than is named now, which then plays no part."""

    def anew(self) -> None:
        """Make everything as it was at the beginning; names keep their ids."""
        now = self.workspace
        begin_anew(now, settle(self.origin.company, now.clock, now.ids, now.team.url.rstrip("/"), before=now))


@asynccontextmanager
async def begun(origin: Origin, address: str) -> AsyncGenerator[Begun]:
    """The workspace, kept until the end where it has a file. Raises CannotStart where that is unusable."""
    if origin.file is None:
        yield Begun(settle(origin.company, origin.clock, Ids(origin.ids_seed), address), origin)
        return
    with opened_store(origin.file, fresh=origin.fresh) as store:
        try:
            found, notes = _opened(store, origin, address)
        except (ValueError, LookupError, RecursionError, sqlite3.DatabaseError):
            raise damaged(store.path) from None
        async with keeping(store, found.workspace, new=not found.restored, notes=notes):
            yield found


def _opened(store: Store, origin: Origin, address: str) -> tuple[Begun, dict[str, str]]:
    """What the file holds, or a workspace for a new one; and what to note for the next start."""
    rows = store.rows()
    notes = {row.id: row.body or "" for row in rows if row.kind == "note"}
    starts, company = int(notes.get(STARTS, "0")), _name_of(origin.company)
    ids = Ids(None if origin.ids_seed is None else origin.ids_seed + starts * SEED_STEP)
    if rows:
        workspace, company = _restored(rows, origin, ids, address), notes[COMPANY]
        found = Begun(workspace, origin, restored=True, other_company=company != _name_of(origin.company))
    else:
        found = Begun(settle(origin.company, origin.clock, ids, address), origin)
    return found, {STARTS: str(starts + 1), COMPANY: company}


def _name_of(company: Company) -> str:
    """Differs where a company differs; its app may change from one start to the next."""
    return sha256(company.model_dump_json(exclude={"app"}).encode()).hexdigest()


def _restored(rows: list[Row], origin: Origin, ids: Ids, address: str) -> Workspace:
    workspace = assembled(rows, origin.clock, ids)
    reinstall(workspace, origin.company.app)
    workspace.team.url = f"{address}/"
    wake(workspace)
    return workspace
