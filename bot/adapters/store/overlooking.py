"""What somebody sees of everything at a glance, in SQL: few statements, each along an index or over few rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from bot.adapters.store.cards import EVERY, placed_of
from bot.adapters.store.codec import moment, written
from bot.adapters.store.outbox import BODY
from bot.adapters.store.runs import run_of
from bot.adapters.store.statement import Rows
from bot.adapters.store.tables import CARD, EFFECT, ENTRY, RUN, SWITCH
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Effect, Execute, Purpose, Read
from bot.domain.run import Run, RunId, RunState
from bot.ports.cards import Placed
from bot.ports.queries import Decision, Held, Leaving, UnderWay

LATELY = 50_000
"""Of the record, only so many of the newest entries are looked through for what somebody decided."""
NEWEST_FAILED = 5_000
"""And of the runs that failed, only so many of the newest."""
MOST_LEAVING = 5_000
"""So many effects are looked through for approved actions."""
AT_ONCE = 500


async def asking(rows: Rows, groups: Collection[str], requester: str | None, limit: int) -> tuple[Run, ...]:
    which: list[ColumnElement[bool]] = [RUN.c.asks.in_(groups), RUN.c.ended_at.is_(None)]
    which += [RUN.c.requester == requester] if requester is not None else []
    found = await rows(select(RUN.c.seq, RUN.c.document).where(*which).order_by(RUN.c.n).limit(limit))
    return tuple(run_of(seq, document) for seq, document in found)


async def standing_cards(rows: Rows, runs: Collection[RunId]) -> tuple[Placed, ...]:
    ids, found = [*runs], list[Placed | None]()
    for at in range(0, len(ids), AT_ONCE):
        which = CARD.c.run.in_(ids[at : at + AT_ONCE]), CARD.c.gone.is_(False), CARD.c.person == "", CARD.c.ts != ""
        found += [placed_of(row) for row in await rows(EVERY.where(*which))]
    return tuple(one for one in found if one is not None)


async def under_way(rows: Rows, failed_since: datetime) -> Mapping[str, UnderWay]:
    counts = defaultdict[str, dict[str, int]](lambda: dict[str, int]())
    asks = RUN.c.asks.is_not(None)
    open_runs = select(RUN.c.workflow, RUN.c.state, asks, func.count()).where(RUN.c.ended_at.is_(None))
    for workflow, state, is_asking, number in await rows(open_runs.group_by(RUN.c.workflow, RUN.c.state, asks)):
        name = "asking" if is_asking and state != RunState.PARKED else state
        counts[workflow][name] = counts[workflow].get(name, 0) + number
    is_failed = RUN.c.state == RunState.FAILED.value, RUN.c.ended_at.is_not(None)
    newest = select(RUN.c.workflow, RUN.c.ended_at).where(*is_failed).order_by(RUN.c.n.desc()).limit(NEWEST_FAILED)
    failed = newest.subquery()
    today = select(failed.c.workflow, func.count()).where(failed.c.ended_at >= written(failed_since))
    for workflow, number in await rows(today.group_by(failed.c.workflow)):
        counts[workflow]["failed"] = number
    return {workflow: UnderWay(workflow, **numbers) for workflow, numbers in counts.items()}


async def held(rows: Rows) -> Mapping[str, Held]:
    found = await rows(select(SWITCH.c.scope, SWITCH.c.why, SWITCH.c.at))
    return {scope: Held(why, moment(at)) for scope, why, at in found}


async def decided_by(rows: Rows, person: str, limit: int) -> tuple[Decision, ...]:
    entry = ENTRY.c
    after = select(func.coalesce(func.max(entry.id), 0) - LATELY).scalar_subquery()
    which = entry.id > after, entry.kind == EntryKind.GATE_DECIDED.value, entry.actor == person
    columns = (entry.run, entry.step, entry.at, entry.outcome)
    found = await rows(select(*columns).where(*which).order_by(entry.id.desc()).limit(limit))
    return tuple(Decision(RunId(run), step, moment(at), outcome or "") for run, step, at, outcome in found)


async def leaving(rows: Rows, workflow: str | None, now: datetime) -> Leaving:
    effect = EFFECT.c
    begun = effect.lease_owner.is_not(None) & (effect.lease_until > written(now))
    which = select(begun, effect.body).where(effect.type.in_(("execute", "read"))).limit(MOST_LEAVING)
    if workflow is not None:
        which = which.join_from(EFFECT, RUN, effect.run == RUN.c.id).where(RUN.c.workflow == workflow)
    found = [(bool(is_begun), BODY.decode(body)) for is_begun, body in await rows(which)]
    acts = [(is_begun, one) for is_begun, one in found if _is_approved(one)]
    leaves = sum(is_begun and isinstance(one, Execute) for is_begun, one in acts)
    return Leaving(len(acts) - leaves, leaves)


def _is_approved(effect: Effect) -> bool:
    """Whether it carries out what was approved, or reads what that rests on once more before."""
    match effect:
        case Execute(dry=dry):
            return not dry
        case Read(purpose=purpose):
            return purpose is Purpose.WITNESS
        case _:
            return False
