"""Runs in a list: filtered, a page at a time, and the command that shows the next page."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.application.present import present
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import line_shape
from bot.commands.shell.words import ago, money, short
from bot.domain.brief import Brief
from bot.domain.errors import BotError
from bot.domain.gate import is_member
from bot.domain.person import Person
from bot.domain.run import RunId, RunState
from bot.domain.text import one_line
from bot.ports.queries import RunFilter, RunLine
from bot.ports.store import Transaction

MOST = 500
OPEN = (RunState.RUNNING, RunState.WAITING, RunState.PARKED)
HEADS = ("run", "workflow", "state", "waits for", "started by", "started", "cost")


def list_runs(arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.limit <= MOST:
        raise Mistyped(f"--limit is a number from 1 to {MOST}.")
    return run_with(arguments, lambda session: _list(session, arguments))


async def _list(session: Session, arguments: argparse.Namespace) -> int:
    await session.learn_names()
    lines = await _found(session, arguments)
    more = len(lines) == arguments.limit
    if arguments.json:
        session.screen.json(
            {"runs": [line_shape(line) for line in lines], "before": lines[-1].id if lines and more else None}
        )
        return 0
    if not lines:
        session.screen.say(_nothing(arguments))
        return 0
    now = session.bot.parts.clock.now()
    rows = [_row(session, line, ago(line.started_at, now)) for line in lines]
    session.screen.table(HEADS, rows)
    await _tell_held_up(session, lines)
    if more:
        session.screen.aside(f"There may be more: add --before {short(lines[-1].id)}")
    return 0


async def _tell_held_up(session: Session, lines: Sequence[RunLine]) -> None:
    """Whoever wonders why nothing moves finds out here."""
    for name in sorted({line.workflow for line in lines if line.state in OPEN}):
        why = await session.bot.store.run(partial(_paused, workflow=name))
        if why:
            session.screen.aside(f"{name} is paused: {why}")
        trouble = session.bot.library.trouble(name)
        if trouble:
            session.screen.aside(f"{trouble} Its runs stand still until that is mended.")


def _paused(tx: Transaction, *, workflow: str) -> str:
    return tx.limits.paused(workflow)


async def _found(session: Session, arguments: argparse.Namespace) -> tuple[RunLine, ...]:
    which = await _which(session, arguments)
    if arguments.open and not which.states:
        return ()  # it has to have ended, and not: no run is like that
    if arguments.waiting_for_me:
        return await _waiting_for(session, session.typist().person, which)
    return await session.bot.store.queries.runs(which)


async def _which(session: Session, arguments: argparse.Namespace) -> RunFilter:
    states = tuple(RunState(state) for state in arguments.state)
    if arguments.open:
        states = tuple(state for state in OPEN if not states or state in states)
    if arguments.workflow:
        _refuse_unknown(session, arguments.workflow)
    return RunFilter(
        workflow=arguments.workflow,
        states=states,
        requester=session.typist().person.id if arguments.mine else None,
        limit=arguments.limit,
        before=await session.find(arguments.before) if arguments.before else None,
    )


def _refuse_unknown(session: Session, workflow: str) -> None:
    """A workflow that does not load has runs all the same."""
    if workflow not in session.bot.library.every():
        session.bot.library.book(workflow)


async def _waiting_for(session: Session, person: Person, which: RunFilter) -> tuple[RunLine, ...]:
    """Runs in which this person is asked and may decide now, newest first."""
    found: dict[RunId, RunLine] = {}
    names = session.bot.library.names()
    for name in names if which.workflow is None else (which.workflow,):
        brief = session.bot.library.current(name).brief
        asking = replace(which, workflow=name, states=which.states or OPEN)
        for group in _groups_of(session, person, brief):
            found |= await _page(session, person, replace(asking, group=group))
        found |= await _page(session, person, replace(asking, group="requester", requester=person.id))
        if person.is_(brief.owner):
            found |= await _page(session, person, replace(asking, group="owner"))
        # Whoever was invited is asked beside the group; that is looked for among the newest only.
        found |= await _page(session, person, replace(asking, limit=MOST), pages=1)
    newest = sorted(found.values(), key=lambda line: (line.started_at, line.id), reverse=True)
    return tuple(newest[: which.limit])


def _groups_of(session: Session, person: Person, brief: Brief) -> list[str]:
    """The reviewer groups somebody is in, or stands in for a member of."""
    directory, now = session.bot.parts.directory, session.bot.parts.clock.now()
    stood_in_for = [one for one in session.settings.people() if present(one, directory, now) == person]
    people = (person, *stood_in_for)
    return [name for name, group in brief.reviewers.items() if any(is_member(one, group) for one in people)]


async def _page(session: Session, person: Person, which: RunFilter, *, pages: int = 20) -> dict[RunId, RunLine]:
    """Of the runs that match, those this person may decide; more pages are read until there are enough."""
    found: dict[RunId, RunLine] = {}
    for _ in range(pages):
        lines = await session.bot.store.queries.runs(which)
        for line in lines:
            if line.waiting_for and await _is_asked(session, line, person):
                found[line.id] = line
        if len(lines) < which.limit or len(found) >= which.limit:
            break
        which = replace(which, before=lines[-1].id)
    return found


async def _is_asked(session: Session, line: RunLine, person: Person) -> bool:
    run = await session.bot.store.queries.run(line.id)
    try:
        waits = session.asked(run)
    except BotError:
        return False
    return any(person in one.people for one in waits)


def _row(session: Session, line: RunLine, started: str) -> tuple[str, ...]:
    paused = ", paused" if line.paused else ""
    waits = line.waiting_for or (line.reason if line.state in (RunState.PARKED, RunState.FAILED) else "")
    return (
        short(line.id),
        line.workflow,
        f"{line.state}{paused}",
        one_line(waits, 60),
        session.called(line.requester),
        started,
        money(line.spent_micros),
    )


def _nothing(arguments: argparse.Namespace) -> str:
    if arguments.waiting_for_me:
        return "Nothing waits for you."
    words = (arguments.workflow, arguments.state, arguments.open, arguments.mine)
    return "There is no such run." if any(words) or arguments.before else "There are no runs yet."
