"""The figures of one workflow, folded from the record of the runs that it started in a time."""

from datetime import timedelta

from bot.application.parts import Parts
from bot.domain.errors import Unfit, Unknown
from bot.domain.report import Report, fold
from bot.domain.text import hint, one_line

LONGEST = timedelta(days=3660)


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
    return fold(seen, workflow=workflow, since=now - since, until=now)
