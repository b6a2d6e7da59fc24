"""Try changed routing tables on the last runs of their workflow, before they are saved."""

from collections.abc import Iterator, Mapping

from bot.application.parts import Parts
from bot.domain.routing.table import Table
from bot.domain.routing.trying import Routed, tried
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.workflow import LookUp, named_inputs
from bot.intents.routes import SYSTEM
from bot.ports.queries import RunFilter

LATELY = 50
"""How many of the last runs are looked at."""


async def try_routes(parts: Parts, proposed: Terms) -> tuple[str, ...]:
    """Which of the last runs would have gone to somebody else, in lines for people. Nothing is changed."""
    workflow = proposed.definition.name
    now: Mapping[str, Table] = {}
    if not parts.library.trouble(workflow):
        now = parts.library.current(workflow).routes
    past: list[Routed] = []
    for line in await parts.store.queries.runs(RunFilter(workflow=workflow, limit=LATELY)):
        past += _routed(await parts.store.queries.run(line.id), proposed)
    return tried(now, proposed.routes, past)


def _routed(run: Run, terms: Terms) -> Iterator[Routed]:
    """What a run was routed by; nothing where that was skipped, has not happened yet or was erased."""
    for step in terms.definition.steps:
        if not (isinstance(step.node, LookUp) and step.node.lookup.system == SYSTEM):
            continue
        route = run.value(step.name)
        facts = (run.value(one.name) for one in named_inputs(step))
        fact = next((one for one in facts if isinstance(one, dict)), None)
        if isinstance(route, dict) and fact is not None and isinstance(to := route.get("to"), str):
            yield Routed(run.id, step.node.lookup.name, fact, to)
