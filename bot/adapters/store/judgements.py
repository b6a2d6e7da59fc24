"""What is learned from people's decisions, in SQL. It is written with a decision, and read along an index."""

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, func, select

from bot.adapters.store.learned_tables import JUDGEMENT, PRECEDENT
from bot.adapters.store.runs import run_of
from bot.adapters.store.statement import Rows, Statement, Upsert
from bot.adapters.store.tables import ATTEMPT, RUN
from bot.adapters.store.unit import Unit
from bot.domain.calibration import Case
from bot.domain.judgement import Judgement
from bot.domain.outcome import Outcome
from bot.domain.run import Run, RunId
from bot.ports.judgements import Asked

MOST_ABOUT = 12
"""A run is about so many records at most, as far as earlier decisions are looked for."""

_J, _P = JUDGEMENT.c, PRECEDENT.c
_ANSWERED_BY = Statement(
    select(ATTEMPT.c.model, ATTEMPT.c.prompt)
    .where(
        ATTEMPT.c.run == bindparam("run"),
        ATTEMPT.c.step == bindparam("step"),
        ATTEMPT.c.outcome == Outcome.ANSWERED.value,
    )
    .order_by(ATTEMPT.c.id.desc())
    .limit(1)
)
_RUNS = select(RUN.c.id, RUN.c.seq, RUN.c.document).where(RUN.c.erased_at.is_(None))
_TAKEN = Statement(Upsert(JUDGEMENT, keys=("run", "step")))
_NOT_TAKEN = Statement(Upsert(JUDGEMENT, keys=("run", "step"), replace=("taken", "at", "mended_at")))
_PRECEDE = Statement(Upsert(PRECEDENT, keys=("workflow", "about", "run"), replace=("at",)))
_NOT_MENDED = Statement(JUDGEMENT.update().where(_J.run == bindparam("run_")).values(mended_at=None))
_NO_PRECEDENT = Statement(PRECEDENT.delete().where(_P.run == bindparam("run_")))


class SqlJudgements:
    """`Judgements`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def write(self, run: Run, judgement: Judgement) -> None:
        link, now = self._unit.link, self._unit.now
        model, prompt = link.row(_ANSWERED_BY, run=run.id, step=judgement.step) or ("", "")
        link.change(
            _TAKEN if judgement.taken else _NOT_TAKEN,
            run=run.id,
            step=judgement.step,
            workflow=run.workflow,
            prompt=prompt,
            model=model,
            confidence=judgement.confidence if model else None,
            taken=judgement.taken,
            at=now,
            mended_at=now if judgement.mended else None,
        )

    def precede(self, run: Run, about: Iterable[str]) -> None:
        for one in about:
            self._unit.link.change(_PRECEDE, workflow=run.workflow, about=one, run=run.id, at=self._unit.now)


def forget_learned(unit: Unit, run: RunId) -> None:
    """Nobody is shown a run that was emptied, and no pseudonym leads to it; what people decided still counts."""
    unit.link.change(_NOT_MENDED, run_=run)
    unit.link.change(_NO_PRECEDENT, run_=run)


async def judged(rows: Rows, workflow: str, limit: int) -> tuple[Asked, ...]:
    said = _J.step, _J.prompt, _J.model
    which = select(*said).where(_J.workflow == workflow, _J.confidence.is_not(None)).group_by(*said)
    found = await rows(which.order_by(_J.step, func.max(_J.at).desc()).limit(limit))
    return tuple(Asked(workflow, *row) for row in found)


async def cases(rows: Rows, asked: Asked, limit: int) -> tuple[Case, ...]:
    same = _J.workflow == asked.workflow, _J.step == asked.step, _J.prompt == asked.prompt, _J.model == asked.model
    newest = select(_J.confidence, _J.taken).where(*same, _J.confidence.is_not(None)).order_by(_J.at.desc())
    return tuple(Case(said, bool(taken)) for said, taken in reversed(await rows(newest.limit(limit))))


async def mended(rows: Rows, of: tuple[str, str], who: tuple[str, RunId], limit: int) -> tuple[Run, ...]:
    (workflow, step), (team, but) = of, who
    which = _J.workflow == workflow, _J.step == step, _J.mended_at.is_not(None), RUN.c.team == team, RUN.c.id != but
    found = _RUNS.join(JUDGEMENT, _J.run == RUN.c.id).where(*which).order_by(_J.mended_at.desc())
    return tuple(run_of(seq, document) for _, seq, document in await rows(found.limit(limit)))


async def precedents(rows: Rows, workflow: str, about: Collection[str], but: RunId, limit: int) -> tuple[Run, ...]:
    which = _P.workflow == workflow, _P.about.in_(about), _P.run != but
    lately = await rows(select(_P.run).where(*which).order_by(_P.at.desc()).limit(limit * MOST_ABOUT))
    wanted = [*dict.fromkeys(run for (run,) in lately)][:limit]
    found = {id: run_of(seq, document) for id, seq, document in await rows(_RUNS.where(RUN.c.id.in_(wanted)))}
    return tuple(found[id] for id in wanted if id in found)
