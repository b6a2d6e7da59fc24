"""What a workflow's record adds up to, counted by the database: one row for all that is alike, not one per entry.

The runs of a time are found along an index, from requester to requester; the entries of each along its chain.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.adapters.store.statement import Core, Row, Statement
from bot.adapters.store.tables import ENTRY, ENTRY_FIELD, RUN
from bot.domain.audit.entry import EntryKind as Kind
from bot.domain.event import Verdict
from bot.domain.person import ActorKind
from bot.domain.report import Act, FieldsSeen, GatesSeen, ReasonsSeen, RunsSeen, Seen, Verdicts
from bot.domain.run import GateStatus

_E, _F = ENTRY.c, ENTRY_FIELD.c
_ENDS = (Kind.RUN_DONE, Kind.RUN_STOPPED, Kind.RUN_FAILED, Kind.RUN_CANCELLED, Kind.RUN_UNDONE)
_BY_HAND = (Verdict.TAKE_OVER, Verdict.DONE_BY_ME)
_BEFORE = "before."
"""How an entry says what a field held until somebody changed it."""


class _Seconds(FunctionElement[int]):
    """From one stored time to another, in whole seconds."""

    type = Integer()
    inherit_cache = True


@compiles(_Seconds, "sqlite")
def _on_sqlite(element: _Seconds, compiler: SQLCompiler, **how: Any) -> str:
    start, end = (compiler.process(one, **how) for one in element.clauses)
    return f"CAST(round((julianday({end}) - julianday({start})) * 86400) AS INTEGER)"


@compiles(_Seconds, "postgresql")
def _on_postgres(element: _Seconds, compiler: SQLCompiler, **how: Any) -> str:
    start, end = (compiler.process(one, **how) for one in element.clauses)
    return f"CAST(round(extract(epoch FROM CAST({end} AS timestamptz) - CAST({start} AS timestamptz))) AS integer)"


def _kind(*kinds: Kind) -> ColumnElement[bool]:
    return or_(*[_E.kind == kind.value for kind in kinds])


def _chosen() -> ColumnElement[bool]:
    """Entries of the runs that a workflow has started since then; they come run by run, so none need be sorted."""
    who = select(func.min(RUN.c.requester).label("requester")).cte("who", recursive=True)
    after = select(func.min(RUN.c.requester)).where(RUN.c.requester > who.c.requester).scalar_subquery()
    who = who.union_all(select(after).where(who.c.requester.is_not(None)))
    chains = select(literal("run:") + RUN.c.id).where(
        RUN.c.requester.in_(select(who.c.requester)),
        RUN.c.workflow == bindparam("workflow"),
        RUN.c.started_at >= bindparam("since"),
    )
    return _E.chain.in_(chains)


def _runs() -> Core:
    asked = _kind(Kind.MODEL_ASKED)
    each = (
        select(
            _E.chain,
            func.max(case((_E.state.is_not(None), _E.seq))).label("last"),
            func.min(case((_kind(Kind.RUN_STARTED), _E.at))).label("began"),
            func.min(case((_kind(*_ENDS), _E.at))).label("ended"),
            func.max(case((asked, 1), else_=0)).label("asked"),
            func.sum(case((asked, func.coalesce(_E.cost_micros, 0)), else_=0)).label("cost"),
            func.sum(case((_kind(Kind.RUN_INCIDENT), 1), else_=0)).label("incidents"),
        )
        .where(_chosen())
        .group_by(_E.chain)
        .subquery("each")
    )
    last = ENTRY.alias("last")
    outcome = case((last.c.kind == Kind.RUN_CANCELLED.value, "cancelled"), else_=last.c.state)
    seconds = _Seconds(each.c.began, each.c.ended)
    sums = [func.sum(each.c[name]) for name in ("asked", "cost", "incidents")]
    return (
        select(outcome, seconds, func.count(), *sums)
        .select_from(each.join(last, and_(last.c.chain == each.c.chain, last.c.seq == each.c.last)))
        .where(each.c.began.is_not(None))
        .group_by(outcome, seconds)
    )


def _gates() -> Core:
    by_person = _E.actor_kind == ActorKind.USER.value
    standing = [_E.standing == status.value for status in (GateStatus.APPROVED, GateStatus.REJECTED)]
    final = or_(*standing, *[_E.outcome == verdict.value for verdict in _BY_HAND])
    answered = and_(by_person, _kind(Kind.GATE_DECIDED, Kind.GATE_ESCALATED, Kind.GATE_REASSIGNED))
    each = (
        select(
            _E.chain,
            func.min(case((_kind(Kind.GATE_OPENED), _E.seq))).label("opened"),
            func.max(case((and_(by_person, final, _kind(Kind.GATE_DECIDED)), _E.seq))).label("decided"),
            func.min(case((_kind(Kind.GATE_SHOWN), _E.at))).label("shown"),
            func.min(case((answered, _E.at))).label("answered"),
            func.max(case((_kind(Kind.GATE_ESCALATED), 1), else_=0)).label("escalated"),
            func.max(case((_kind(Kind.GATE_ABANDONED), 1), else_=0)).label("abandoned"),
        )
        .where(_chosen(), _E.kind.startswith("gate."))
        .group_by(_E.chain, _E.step)
        .subquery("each")
    )
    first, last = ENTRY.alias("first"), ENTRY.alias("last")
    alike = (
        last.c.standing,
        last.c.outcome,
        last.c.digest == first.c.digest,
        each.c.escalated,
        each.c.abandoned,
        _Seconds(each.c.shown, each.c.answered),
    )
    opened = each.join(first, and_(first.c.chain == each.c.chain, first.c.seq == each.c.opened))
    decided = and_(last.c.chain == each.c.chain, last.c.seq == each.c.decided)
    return select(*alike, func.count()).select_from(opened.join(last, decided, isouter=True)).group_by(*alike)


def _reasons() -> Core:
    rejected = and_(_kind(Kind.GATE_DECIDED), _E.outcome == Verdict.REJECT.value)
    return (
        select(_E.kind, _E.reason, func.count())
        .where(_chosen(), or_(rejected, _kind(Kind.GATE_ESCALATED)))
        .group_by(_E.kind, _E.reason)
    )


def _shown() -> Core:
    """What people were shown: once for each gate, and for each answer of a model."""
    proposed = and_(_kind(Kind.GATE_OPENED), _E.version == 1)
    said = and_(_kind(Kind.MODEL_ASKED), _E.error.is_(None))
    return (
        select(_E.step, _F.name, func.count())
        .join(ENTRY_FIELD, _F.entry == _E.id)
        .where(_chosen(), or_(proposed, said), _F.name.not_like("\\_%", escape="\\"))
        .group_by(_E.step, _F.name)
    )


def _changed() -> Core:
    """What they changed of it; twice in one run counts once."""
    changed = _kind(Kind.GATE_DECIDED, Kind.STEP_CORRECTED, Kind.QUESTION_ANSWERED)
    return (
        select(_E.step, _F.name, func.count(_E.chain.distinct()))
        .join(ENTRY_FIELD, _F.entry == _E.id)
        .where(_chosen(), changed, _E.actor_kind == ActorKind.USER.value, _F.name.startswith(_BEFORE))
        .group_by(_E.step, _F.name)
    )


RUNS = Statement(_runs())
GATES = Statement(_gates())
REASONS = Statement(_reasons())
SHOWN = Statement(_shown())
CHANGED = Statement(_changed())


def runs_seen(rows: Sequence[Row]) -> Iterator[Seen]:
    for outcome, seconds, times, asked, cost, incidents in rows:
        yield RunsSeen(outcome, seconds, times, asked, cost, incidents)


def gates_seen(rows: Sequence[Row]) -> Iterator[Seen]:
    for standing, outcome, same, escalated, abandoned, seconds, times in rows:
        verdict = _verdict(standing, outcome)
        yield GatesSeen(verdict, bool(same), bool(escalated), bool(abandoned), seconds, times)


def _verdict(standing: str | None, outcome: str | None) -> Verdicts:
    if outcome in _BY_HAND:
        return Verdicts.TAKEN_OVER
    if standing is None:
        return Verdicts.NONE
    return Verdicts.APPROVED if standing == GateStatus.APPROVED else Verdicts.REJECTED


def reasons_seen(rows: Sequence[Row]) -> Iterator[Seen]:
    for kind, reason, times in rows:
        act = Act.ESCALATED if kind == Kind.GATE_ESCALATED else Act.REJECTED
        yield ReasonsSeen(act, reason or "", times)


def shown_seen(rows: Sequence[Row]) -> Iterator[Seen]:
    return (FieldsSeen(step, name, changed=False, times=times) for step, name, times in rows)


def changes_seen(rows: Sequence[Row]) -> Iterator[Seen]:
    return (FieldsSeen(step, name.removeprefix(_BEFORE), changed=True, times=times) for step, name, times in rows)
