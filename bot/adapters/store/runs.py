"""Runs: loaded, started once, and changed only by whoever saw them as they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.adapters.store.codec import Codec, written
from bot.adapters.store.outbox import order
from bot.adapters.store.sealing import Sheet, keep_entries, seal_entries
from bot.adapters.store.statement import Statement, Upsert, Value
from bot.adapters.store.tables import RUN, TALLY
from bot.adapters.store.unit import Standing, Unit
from bot.domain.audit.chain import genesis
from bot.domain.effect import Effect
from bot.domain.errors import AlreadyDecided, OutOfDate, Unknown
from bot.domain.frozen import replace
from bot.domain.machine import Moved
from bot.domain.run import ENDED, GateStatus, Run, RunId

_DOCUMENT = Codec(Run)

_STANDING = Statement(
    select(RUN.c.seq, RUN.c.head, RUN.c.state, RUN.c.ordered).where(RUN.c.id == bindparam("id")).with_for_update()
)
_LOAD = Statement(select(RUN.c.document).where(RUN.c.id == bindparam("id")))
_STARTED_BY = Statement(select(RUN.c.id).where(RUN.c.workflow == bindparam("workflow"), RUN.c.key == bindparam("key")))
_CREATE = Statement(Upsert(RUN, keys=("workflow", "key")))
_MAY_CHANGE = (
    "state", "paused", "stage", "owner", "reason", "asks", "waiting_for", "changed_at", "ended_at", "spent_micros",
    "seq", "head", "ordered", "document",
)  # fmt: skip
_SAVE = Statement(
    RUN.update()
    .where(RUN.c.id == bindparam("id_"), RUN.c.seq == bindparam("seq_before"))
    .values({name: bindparam(name) for name in _MAY_CHANGE})
)
_MOVED_ON = "This run has moved on since you saw it. Look again, and decide on what you see then."

_STARTED_SINCE = Statement(
    select(func.count()).where(
        RUN.c.requester == bindparam("requester"),
        RUN.c.workflow == bindparam("workflow"),
        RUN.c.started_at >= bindparam("since"),
    )
)
_GOING = Statement(
    select(RUN.c.id)
    .where(RUN.c.requester == bindparam("requester"), RUN.c.workflow == bindparam("workflow"), RUN.c.ended_at.is_(None))
    .order_by(RUN.c.started_at.desc())
    .limit(1)
)
_open_gates = select(RUN.c.n).where(RUN.c.asks == bindparam("group")).limit(bindparam("most")).subquery()
_OPEN_GATES = Statement(select(func.count()).select_from(_open_gates))
_COUNT = Statement(Upsert(TALLY, keys=("state",), add=("runs",)))


def run_of(seq: int, document: str) -> Run:
    """A run as it was stored; entries that came without a move count too."""
    return _DOCUMENT.decode(document, seq=seq)


def document_of(run: Run) -> str:
    """A run as it is stored."""
    return _DOCUMENT.encode(run)


def chain_of(id: RunId) -> str:
    """The name of a run's own chain in the record."""
    return f"run:{id}"


class SqlRuns:
    """`Runs`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def load(self, id: RunId) -> Run:
        unit = self._unit
        row = unit.link.row(_STANDING, id=id)
        if row is None:
            raise Unknown(f"There is no run {id}.")
        stands = unit.seen[id] = Standing(*row)
        run = unit.memory.recall(id, stands.head)
        if run is None:
            (document,) = unit.link.row(_LOAD, id=id) or ("",)
            run = run_of(stands.seq, document)
            unit.memory.keep(stands.head, run)
        return run

    def started_by(self, workflow: str, key: str) -> RunId | None:
        row = self._unit.link.row(_STARTED_BY, workflow=workflow, key=key)
        return RunId(row[0]) if row else None

    def create(self, moved: Moved) -> Run:
        before = Standing(0, genesis(chain_of(moved.run.id)), "", 0)
        run, after, sheet = self._written(moved, before)
        if not self._unit.link.change(_CREATE, **_identity(run), **_row(run, after, self._unit.now)):
            raise AlreadyDecided(f"“{run.origin.key}” has started a run of {run.workflow} already.")
        return self._keep(run, sheet, moved.effects, before, after)

    def save(self, moved: Moved) -> Run:
        unit, id = self._unit, moved.run.id
        if id not in unit.seen:
            self.load(id)
        before = unit.seen[id]
        if before.seq != moved.run.seq:
            raise OutOfDate(_MOVED_ON)
        run, after, sheet = self._written(moved, before)
        if not unit.link.change(_SAVE, id_=id, seq_before=before.seq, **_row(run, after, unit.now)):
            raise OutOfDate(_MOVED_ON)
        return self._keep(run, sheet, moved.effects, before, after)

    def _written(self, moved: Moved, before: Standing) -> tuple[Run, Standing, Sheet]:
        """The run with its entries counted, where it stands then, and the entries themselves, sealed."""
        id, ordered = moved.run.id, before.ordered + len(moved.effects)
        sheet = seal_entries(self._unit, moved.entries, chain=chain_of(id), seq=before.seq, head=before.head, run=id)
        run = replace(moved.run, seq=sheet.seq)
        return run, Standing(sheet.seq, sheet.head, run.state, ordered), sheet

    def _keep(self, run: Run, sheet: Sheet, effects: Sequence[Effect], before: Standing, after: Standing) -> Run:
        """Everything that goes with the row."""
        keep_entries(self._unit, sheet)
        if effects:
            order(self._unit, run, effects, ordered=before.ordered)
        if before.state != after.state:
            self._count(before.state, -1)
            self._count(after.state, 1)
        self._unit.seen[run.id] = after
        self._unit.moved.append(run)
        if sheet.entries:
            self._unit.memory.keep(after.head, run)
        else:
            self._unit.memory.forget(run.id)  # no new hash tells it from the run before
        return run

    def _count(self, state: str, runs: int) -> None:
        if state in ENDED:
            self._unit.link.change(_COUNT, state=str(state), runs=runs)

    def started_since(self, workflow: str, requester: str, since: datetime) -> int:
        return self._number(_STARTED_SINCE, workflow=workflow, requester=requester, since=written(since))

    def going(self, workflow: str, requester: str) -> RunId | None:
        row = self._unit.link.row(_GOING, workflow=workflow, requester=requester)
        return RunId(row[0]) if row else None

    def open_gates(self, group: str, *, most: int = 10_000) -> int:
        return self._number(_OPEN_GATES, group=group, most=most)

    def _number(self, statement: Statement, **values: Value) -> int:
        row = self._unit.link.row(statement, **values)
        return row[0] if row else 0


def _identity(run: Run) -> dict[str, Value]:
    """What never changes."""
    return {
        "id": run.id,
        "backwards": run.id[::-1],
        "team": run.team,
        "workflow": run.workflow,
        "key": run.origin.key,
        "door": run.origin.door.value,
        "record": run.origin.record,
        "requester": run.origin.requester,
        "started_at": written(run.started_at),
        "erased_at": None,
    }


def _row(run: Run, stands: Standing, now: str) -> dict[str, Value]:
    """What changes with every move; the columns are there to find runs by, the document is the run."""
    chained: dict[str, Value] = {"seq": stands.seq, "head": stands.head, "ordered": stands.ordered}
    return {**_shown(run), **chained, "changed_at": now, "document": document_of(run)}


def _shown(run: Run) -> dict[str, Value]:
    asks, step = _asked(run)
    return {
        "state": run.state.value,
        "paused": run.paused,
        "stage": run.stage.value,
        "owner": run.owner,
        "reason": run.reason,
        "asks": asks,
        "waiting_for": f"{step}: {asks}" if asks else "",
        "ended_at": written(run.ended_at) if run.ended_at else None,
        "spent_micros": run.spent_micros,
    }


def misleading(run: Run, columns: Mapping[str, object]) -> list[str]:
    """Columns of a run's row that say something else than the run itself."""
    erased = {"erased_at": written(run.erased_at) if run.erased_at else None}
    said = {**_identity(run), **_shown(run), **erased}
    return [name for name, value in said.items() if columns.get(name) != value]


def _asked(run: Run) -> tuple[str | None, str]:
    """The group that has to answer, and the step it is asked about; one at most, as a run goes step by step."""
    if run.ended:
        return None, ""
    for gate in run.gates.values():
        if gate.status is GateStatus.OPEN:
            return gate.group, gate.step
    for question in run.questions.values():
        return question.group, question.step
    return None, ""
