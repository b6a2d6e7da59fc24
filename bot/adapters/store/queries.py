"""Reading without waiting: connections of their own that cannot write, in SQL that stays quick with a million runs."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, exists, func, select, union_all

from bot.adapters.store import figures, judgements, overlooking, piling, subscribers
from bot.adapters.store.cards import AT, placed_of
from bot.adapters.store.chat_tables import CARD
from bot.adapters.store.codec import moment, moment_or_none, read_plain, written
from bot.adapters.store.meant import meant
from bot.adapters.store.names import EVERY
from bot.adapters.store.outbox import BODY
from bot.adapters.store.records import CALL
from bot.adapters.store.runs import run_of
from bot.adapters.store.statement import Core, Row, Statement
from bot.adapters.store.tables import ATTEMPT, EFFECT, ENTRY, ENTRY_FIELD, INBOX, RUN, TALLY
from bot.adapters.store.versions import newest_first, version_of
from bot.domain.audit.entry import NOTE_NAMES
from bot.domain.calibration import Case
from bot.domain.effect import Effect
from bot.domain.errors import Unknown
from bot.domain.person import ChannelId, Door
from bot.domain.report import Seen
from bot.domain.run import ENDED, Run, RunId, RunState
from bot.domain.subscriber import Batch, Subscriber
from bot.ports.cards import Placed
from bot.ports.clock import Clock
from bot.ports.judgements import Asked
from bot.ports.queries import (
    AttemptLine,
    Backlog,
    Decision,
    Held,
    Leaving,
    Recorded,
    RecordedField,
    RunFilter,
    RunLine,
    UnderWay,
)
from bot.ports.version import Version, VersionKind

_LINE = (
    RUN.c.id,
    RUN.c.workflow,
    RUN.c.state,
    RUN.c.paused,
    RUN.c.stage,
    RUN.c.requester,
    RUN.c.owner,
    RUN.c.reason,
    RUN.c.waiting_for,
    RUN.c.started_at,
    RUN.c.changed_at,
    RUN.c.ended_at,
    RUN.c.spent_micros,
    RUN.c.n,
)
_NOTES = sorted(NOTE_NAMES)
_ENTRY = ("id", "chain", "seq", "at", "kind", "actor_kind", "actor", "step", "attempt")
_FIGURES: tuple[tuple[Statement, Callable[[Sequence[Row]], Iterator[Seen]]], ...] = (
    (figures.RUNS, figures.runs_seen),
    (figures.GATES, figures.gates_seen),
    (figures.REASONS, figures.reasons_seen),
    (figures.SHOWN, figures.shown_seen),
    (figures.CHANGED, figures.changes_seen),
)


class Reader(Protocol):
    """What reads; it waits for no writer."""

    async def rows(self, statement: Core) -> Sequence[Row]: ...


class SqlQueries:
    """`Queries`, in SQL."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._rows = reader.rows
        self._clock = clock

    async def run(self, id: RunId) -> Run:
        rows = await self._rows(select(RUN.c.seq, RUN.c.document).where(RUN.c.id == id))
        if not rows:
            raise Unknown(f"There is no run {id}.")
        seq, document = rows[0]
        return run_of(seq, document)

    async def find_run(self, prefix: str, *, typed: str = "") -> RunId:
        found = {row[0] for row in await self._rows(select(RUN.c.id).where(meant(prefix)).limit(3))}
        if prefix in found:
            return RunId(prefix)
        if len(found) != 1:
            many = "More than one run" if found else "No run"
            raise Unknown(f"{many} begins or ends with “{typed or prefix}”. `countersign runs` shows them.")
        return RunId(found.pop())

    async def called(self, part: str, *, limit: int) -> tuple[RunLine, ...]:
        alike = select(*_LINE).where(meant(part)).order_by(RUN.c.n.desc()).limit(limit)
        exact = await self._rows(select(*_LINE).where(RUN.c.id == part))
        return tuple(map(_line, exact or await self._rows(alike)))

    async def runs(self, which: RunFilter) -> tuple[RunLine, ...]:
        return tuple(_line(row) for row in await self._rows(_lines(which)))

    async def of_actions(self, keys: Collection[str]) -> Mapping[str, RunLine]:
        called = select(ENTRY.c.key, ENTRY.c.run).where(ENTRY.c.key.in_(keys)).distinct().subquery()
        rows = await self._rows(select(called.c.key, *_LINE).join(RUN, RUN.c.id == called.c.run))
        return {row[0]: _line(row[1:]) for row in rows}

    async def entries(self, chain: str) -> tuple[Recorded, ...]:
        columns = [ENTRY.c[name] for name in (*_ENTRY, *_NOTES)]
        rows = await self._rows(select(*columns).where(ENTRY.c.chain == chain).order_by(ENTRY.c.seq))
        fields = defaultdict[int, list[RecordedField]](list)
        for id, *field in await self._rows(_fields_of(chain)):
            fields[id].append(_field(*field))
        return tuple(_recorded(row, fields[row[0]]) for row in rows)

    async def attempts(self, run: RunId) -> tuple[AttemptLine, ...]:
        columns = (ATTEMPT.c.step, ATTEMPT.c.at, ATTEMPT.c.body)
        rows = await self._rows(select(*columns).where(ATTEMPT.c.run == run).order_by(ATTEMPT.c.id))
        return tuple(AttemptLine(step, moment(at), CALL.decode(body)) for step, at, body in rows)

    async def pending(self, run: RunId) -> tuple[tuple[Effect, datetime, int], ...]:
        columns = (EFFECT.c.body, EFFECT.c.due_at, EFFECT.c.attempt)
        rows = await self._rows(select(*columns).where(EFFECT.c.run == run).order_by(EFFECT.c.due_at, EFFECT.c.n))
        return tuple((BODY.decode(body), moment(due_at), attempt) for body, due_at, attempt in rows)

    async def card_at(self, channel: ChannelId, ts: str) -> Placed | None:
        rows = await self._rows(AT.params(channel=channel, ts=ts))
        return placed_of(rows[0] if rows else None)

    async def behind(self, door: Door) -> tuple[RunId, ...]:
        follows = exists().where(CARD.c.run == RUN.c.id, CARD.c.seq.is_not(None))
        lone = select(RUN.c.id).where(RUN.c.ended_at.is_(None), RUN.c.door == door.value, ~follows)
        late = select(RUN.c.id).join(CARD, CARD.c.run == RUN.c.id).where(CARD.c.seq < RUN.c.seq, CARD.c.gone.is_(False))
        every = union_all(lone, late).subquery()
        return tuple(row[0] for row in await self._rows(select(every).distinct()))

    async def counts(self) -> Mapping[str, int]:
        under_way = select(RUN.c.state, func.count()).where(RUN.c.ended_at.is_(None))
        states = await self._rows(under_way.group_by(RUN.c.state))
        ended = await self._rows(select(TALLY.c.state, TALLY.c.runs))
        due = await self._rows(select(func.count()).where(EFFECT.c.due_at <= written(self._clock.now())))
        waiting = await self._rows(select(func.count()).where(INBOX.c.finished_at.is_(None)))
        return {
            **dict.fromkeys(RunState, 0),
            **{RunState(state): number for state, number in (*states, *ended)},
            "effects due": due[0][0],
            "deliveries waiting": waiting[0][0],
        }

    async def backlog(self) -> Backlog:
        return await piling.backlog(self._rows, self._clock.now())

    async def coming(self, who: Subscriber, *, after: int, limit: int) -> Batch:
        return await subscribers.coming(self._rows, who, after, limit)

    async def asking(self, groups: Collection[str], *, requester: str | None = None, limit: int) -> tuple[Run, ...]:
        return await overlooking.asking(self._rows, groups, requester, limit)

    async def standing_cards(self, runs: Collection[RunId]) -> tuple[Placed, ...]:
        return await overlooking.standing_cards(self._rows, runs)

    async def under_way(self, *, failed_since: datetime) -> Mapping[str, UnderWay]:
        return await overlooking.under_way(self._rows, failed_since)

    async def held(self) -> Mapping[str, Held]:
        return await overlooking.held(self._rows)

    async def decided_by(self, person: str, *, limit: int) -> tuple[Decision, ...]:
        return await overlooking.decided_by(self._rows, person, limit)

    async def leaving(self, workflow: str | None = None) -> Leaving:
        return await overlooking.leaving(self._rows, workflow, self._clock.now())

    async def figures(self, workflow: str, since: datetime) -> tuple[Seen, ...]:
        seen = list[Seen]()
        for statement, read in _FIGURES:
            core = statement.core("sqlite").params(workflow=workflow, since=written(since))
            seen += read(await self._rows(core))
        return tuple(seen)

    async def judged(self, workflow: str, *, limit: int) -> tuple[Asked, ...]:
        return await judgements.judged(self._rows, workflow, limit)

    async def cases(self, asked: Asked, *, limit: int) -> tuple[Case, ...]:
        return await judgements.cases(self._rows, asked, limit)

    async def mended(self, workflow: str, step: str, *, team: str, but: RunId, limit: int) -> tuple[Run, ...]:
        return await judgements.mended(self._rows, (workflow, step), (team, but), limit)

    async def precedents(self, workflow: str, about: Collection[str], *, but: RunId, limit: int) -> tuple[Run, ...]:
        return await judgements.precedents(self._rows, workflow, about, but, limit)

    async def names(self) -> Mapping[str, str]:
        return {str(id): str(name) for id, name in await self._rows(EVERY)}

    async def version(self, kind: VersionKind, name: str) -> Version | None:
        rows = await self._rows(newest_first(kind.value, name).limit(1))
        return version_of(rows[0]) if rows else None

    async def history(self, kind: VersionKind, name: str) -> tuple[Version, ...]:
        return tuple(version_of(row) for row in await self._rows(newest_first(kind.value, name)))


def _lines(which: RunFilter) -> Core:
    """The runs of each state, merged: an index goes along with each, however many runs there are."""
    conditions = [*_conditions(which)]
    if which.group is not None:
        conditions += [RUN.c.asks == which.group, RUN.c.state.in_(which.states or RunState)]
        return select(*_LINE).where(*conditions).order_by(_order(which, RUN.c.n)).limit(which.limit)
    parts = [
        select(*_LINE).where(*_in(state), *conditions).order_by(_order(which, RUN.c.n)).limit(which.limit)
        for state in which.states or RunState
    ]
    every = union_all(*[select(part.subquery()) for part in parts]).subquery()
    return select(every).order_by(_order(which, every.c.n)).limit(which.limit)


def _conditions(which: RunFilter) -> Iterator[ColumnElement[bool]]:
    if which.workflow is not None:
        yield RUN.c.workflow == which.workflow
    if which.requester is not None:
        yield RUN.c.requester == which.requester
    if which.before is not None:
        last = select(RUN.c.n).where(RUN.c.id == which.before).scalar_subquery()
        yield RUN.c.n > last if which.oldest_first else RUN.c.n < last


def _order(which: RunFilter, n: ColumnElement[int]) -> ColumnElement[int]:
    return n.asc() if which.oldest_first else n.desc()


def _in(state: RunState) -> tuple[ColumnElement[bool], ...]:
    """In this state, said so that the indexes fit: they hold runs that have ended, or runs that have not."""
    return RUN.c.state == state, RUN.c.ended_at.is_not(None) if state in ENDED else RUN.c.ended_at.is_(None)


def _line(row: Row) -> RunLine:
    id, workflow, state, paused, stage, requester, owner, reason, waiting_for, started, changed, ended, spent, _ = row
    return RunLine(
        id=RunId(id),
        workflow=workflow,
        state=RunState(state),
        paused=bool(paused),
        stage=stage,
        requester=requester,
        owner=owner,
        reason=reason,
        waiting_for=waiting_for,
        started_at=moment(started),
        changed_at=moment(changed),
        ended_at=moment_or_none(ended),
        spent_micros=spent,
    )


def _fields_of(chain: str) -> Core:
    field = ENTRY_FIELD.c
    return (
        select(field.entry, field.name, field.value_json, field.kind, field.subject, field.erased_by)
        .join(ENTRY, ENTRY.c.id == field.entry)
        .where(ENTRY.c.chain == chain)
        .order_by(field.entry, field.name)
    )


def _field(name: str, value_json: str | None, kind: str, subject: str | None, erased_by: str | None) -> RecordedField:
    return RecordedField(
        name=name, value=read_plain(value_json), kind=kind, subject=subject, erased=erased_by is not None
    )


def _recorded(row: Row, fields: list[RecordedField]) -> Recorded:
    _, chain, seq, at, kind, actor_kind, actor, step, attempt, *notes = row
    return Recorded(
        chain=chain,
        seq=seq,
        at=moment(at),
        kind=kind,
        actor_kind=actor_kind,
        actor=actor,
        step=step,
        attempt=attempt,
        notes={name: value for name, value in zip(_NOTES, notes, strict=True) if value is not None},
        fields=tuple(fields),
    )
