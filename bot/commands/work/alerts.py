"""Alerts that are open, as the bot that runs has found them: of one kind and workflow together, as they were told."""

import argparse
from itertools import groupby

from bot.commands.shell.session import Session, run_with
from bot.domain.alert import whom, words

MOST = 1_000


def list_alerts(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _list(session, as_json=arguments.json))


async def _list(session: Session, *, as_json: bool) -> int:
    alerts = await session.bot.store.run(lambda tx: tx.watch.open_alerts(limit=MOST))
    if as_json:
        shapes = [
            {"kind": one.kind.value, "workflow": one.workflow, "run": one.run, "since": one.since.isoformat()}
            for one in alerts
        ]
        session.screen.json({"alerts": [{**shape} for shape in shapes]})
        return 0
    if not alerts:
        session.screen.say("Nothing is wrong, as far as the bot that runs has seen.")
        return 0
    now = session.bot.parts.clock.now()
    ordered = sorted(alerts, key=lambda one: (one.kind, one.workflow))
    for (kind, workflow), some in groupby(ordered, key=lambda one: (one.kind, one.workflow)):
        (first, *rest), brief = words([*some], now).splitlines(), session.bot.parts.briefs([workflow])[0]
        session.screen.say(first, "warn")
        for line in (*rest, f"For {whom(kind, brief)[0]}." if workflow else "For every pager."):
            session.screen.say(f"  {line}")
    return 0
