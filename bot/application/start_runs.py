"""Start one run per record, deduplicated by what the record says."""

import hashlib

from bot.application.conclude import conclude
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.domain.effect import StartRuns
from bot.domain.errors import Refused
from bot.domain.event import Done, Failed, Problem
from bot.domain.person import ENGINE, Door
from bot.domain.plain import Plain, canonical
from bot.domain.run import Run
from bot.ports.store import Lease


async def start_runs(parts: Parts, lease: Lease, run: Run, effect: StartRuns) -> None:
    """Start them one by one; doing it again starts none twice. Where their workflow does not load, none is started."""
    trouble = parts.library.trouble(effect.workflow)
    if trouble:
        why = f"No runs were started: {trouble}"
        await conclude(parts, lease, Failed(parts.clock.now(), ENGINE, effect.step, Problem.UNAVAILABLE, why))
        return
    started: list[Plain] = []
    refused: list[str] = []
    for record in effect.records:
        digest = parts.pseudonym(hashlib.sha256(canonical(dict(record))).hexdigest())  # nobody finds it out by guessing
        request = Request(
            workflow=effect.workflow,
            value=record,
            door=Door.RUN,
            team=run.team,
            by=None,
            source=f"run:{run.id}",
            key=f"{run.id}/{effect.step}/{digest}",
            record=f"run:{run.id}",
            behind=run.origin.behind or run.origin.requester,
        )
        try:
            started.append((await start(parts, request)).run)
        except Refused as refusal:
            refused.append(refusal.message)
    receipt: dict[str, Plain] = {"runs": started, "skipped": len(refused), "why": refused[0] if refused else None}
    await conclude(parts, lease, Done(parts.clock.now(), ENGINE, effect.step, 0, receipt))
