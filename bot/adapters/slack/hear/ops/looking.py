"""Looking around: what waits for whoever asks, what is under way, how the bot is."""

import asyncio

from bot.adapters.slack.draw.answer import Line, Linked, Piece
from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.ops.which import known_workflow, line_of
from bot.application.mine import mine as up_to
from bot.application.switch import EVERYTHING
from bot.domain.brief import Brief
from bot.domain.lapse import span
from bot.domain.mine import Waits
from bot.domain.person import Person
from bot.domain.run import Run, RunState, short
from bot.ports.queries import RunFilter, RunLine
from bot.ports.store import Transaction

OPEN = (RunState.RUNNING, RunState.WAITING, RunState.PARKED)
MOST = 25


async def mine(ops: Ops, said: Said) -> Answer:
    waiting, _ = await up_to(ops.parts, said.by)
    parked = await _parked(ops, said.by)
    own = await ops.parts.store.queries.runs(RunFilter(states=OPEN, requester=said.by.id))
    lines: Answer = []
    if waiting or not parked:
        shown = await asyncio.gather(*[_waits(ops, run, one) for run, one in waiting[:MOST]])
        lines += _listed("Waits for you", shown, "Nothing waits for you.", more=len(waiting) > MOST)
    if parked:
        lines += ["", "Parked, and yours to look after:"] if lines else ["Parked, and yours to look after:"]
        lines += [f"{short(line.id)}  {line.workflow}  {line.reason}" for line in parked[:MOST]]
    lines += ["", *_listed("You have running", [*map(line_of, own)], "You have nothing running.")]
    return lines


async def _parked(ops: Ops, person: Person) -> list[RunLine]:
    """What needs whoever is responsible, oldest first."""
    found: list[RunLine] = []
    for name in ops.parts.library.every():
        if _looks_after(person, ops.parts.library.responsible(name)):
            which = RunFilter(workflow=name, states=(RunState.PARKED,), oldest_first=True, limit=MOST)
            found += await ops.parts.store.queries.runs(which)
    return sorted(found, key=lambda line: line.started_at)


def _looks_after(person: Person, brief: Brief) -> bool:
    return person.is_(brief.owner) or person.is_(brief.maintainer)


async def _waits(ops: Ops, run: Run, one: Waits) -> Line:
    """What waits, where its card stands, and how long."""
    places = await ops.parts.store.run(lambda tx: tx.cards.of(run.id, one.step))
    placed = next((place for place in places if place.ts), None)
    address = await ops.surface.address(placed.channel, placed.ts) if placed is not None else ""
    which: Piece = Linked(short(run.id), address) if address else short(run.id)
    handed = ", handed to you" if one.by_name else ""
    held = ", held" if run.paused else ""
    waits = f"waits for {one.group}{handed}{held}, for {span(ops.parts.clock.now() - one.since)}, since "
    return (which, f"  {run.workflow}  {waits}", one.since)


def _listed(title: str, lines: list[Line] | list[str], nothing: str, *, more: bool = False) -> Answer:
    if not lines:
        return [nothing]
    return [f"{title}:", *lines, *([f"There is more; these are the {MOST} that wait longest."] if more else [])]


async def runs(ops: Ops, said: Said) -> Answer:
    workflow = known_workflow(ops, said.first) if said.first else None
    lines = await ops.parts.store.queries.runs(RunFilter(workflow=workflow, states=OPEN, limit=MOST + 1))
    more = ["There is more; these are the newest."] if len(lines) > MOST else []
    return [*_listed("Under way", [*map(line_of, lines[:MOST])], "Nothing is under way."), *more]


async def status(ops: Ops, said: Said) -> Answer:
    del said
    queries = ops.parts.store.queries
    counts = await queries.counts()
    heard = max(0, counts["deliveries waiting"] - 1)  # this command is one of them
    under_way = ", ".join(f"{counts[state]} {state}" for state in OPEN)
    ended = ", ".join(f"{counts[state]} {state}" for state in RunState if state not in OPEN)
    lines: Answer = [
        f"Under way: {under_way}.",
        f"Ended: {ended}.",
        f"Due and not done yet: {counts['effects due']}. Heard and not handled yet: {heard}.",
    ]
    oldest = await queries.runs(RunFilter(states=(RunState.WAITING,), oldest_first=True, limit=1))
    lines += [("Waits longest: ", line_of(line), ", started ", line.started_at) for line in oldest]
    return [*lines, *await _held(ops), *_troubles(ops)]


async def _held(ops: Ops) -> list[str]:
    """What is held as a whole, and why."""
    scopes = (EVERYTHING, *ops.parts.library.every())

    def look(tx: Transaction) -> dict[str, str]:
        own = {scope: tx.limits.paused(scope) for scope in scopes}
        return {scope: why for scope, why in own.items() if why and (scope == EVERYTHING or why != own[EVERYTHING])}

    held = await ops.parts.store.run(look)
    return [f"{'Everything' if scope == EVERYTHING else scope} is held: {why}" for scope, why in held.items()] or [
        "Nothing is held."
    ]


def _troubles(ops: Ops) -> list[str]:
    told = (ops.parts.library.trouble(name) for name in ops.parts.library.every())
    return [f"{why} Its runs stand still until that is mended." for why in told if why]
