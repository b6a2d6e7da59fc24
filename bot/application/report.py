"""The figures of one workflow, folded from the record of the runs that it started in a time."""

from dataclasses import replace
from datetime import timedelta

from bot.application.parts import Parts
from bot.domain.calibration import MOST_CASES, Learned, calibrate
from bot.domain.errors import Unfit, Unknown
from bot.domain.report import Report, fold
from bot.domain.text import hint, one_line

LONGEST = timedelta(days=3660)
MOST_LEARNED = 20
"""Questions and models that a report tells of; those decided last, step by step."""


async def report(parts: Parts, workflow: str, *, since: timedelta) -> Report:
    """Its figures up to now. Raises Unknown where there is no such workflow, and Unfit where the time is none."""
    known = parts.library.every()
    if workflow not in known:
        mend = hint(workflow, known, f"There is: {', '.join(known)}.")
        raise Unknown(f"There is no workflow “{one_line(workflow, 60)}”. {mend}")
    if not timedelta(0) < since <= LONGEST:
        raise Unfit("Say how far back, for example 30d: a day at least, ten years at most.")
    now = parts.clock.now()
    seen = await parts.store.queries.figures(workflow, now - since)
    known_of = await _learned(parts, workflow)
    return replace(fold(seen, workflow=workflow, since=now - since, until=now), learned=known_of)


async def _learned(parts: Parts, workflow: str) -> tuple[Learned, ...]:
    """What is known of each model's confidence, question by question."""
    queries, found = parts.store.queries, list[Learned]()
    for asked in await queries.judged(workflow, limit=MOST_LEARNED):
        cases = await queries.cases(asked, limit=MOST_CASES)
        found.append(Learned(asked.step, asked.prompt, asked.model, calibrate(cases)))
    return tuple(found)
