"""What is done to a run as a whole, or to all of them: cancel, undo, pause, resume, observe, add a finding."""

import argparse

from bot.application.decide import Wish, decide
from bot.application.finding import Finding, add_finding
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING, Flip, Switched, switch
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.standing import report
from bot.commands.shell.typed import STDIN, parse_text, read_bytes
from bot.commands.shell.words import plural, short
from bot.domain.errors import Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.text import one_line


def cancel_run(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _move(session, arguments, arguments.run, Move.CANCEL))


def undo_run(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _move(session, arguments, arguments.run, Move.UNDO))


async def _move(session: Session, arguments: argparse.Namespace, words: str, move: Move) -> int:
    typist = session.typist()
    id = await session.find(words)
    order = Order(
        run=id,
        move=move,
        by=typist.person,
        door=Door.TERMINAL,
        text=arguments.why,
        on_behalf_of=typist.on_behalf_of,
        as_begun=getattr(arguments, "as_begun", False),
    )
    before = await session.bot.store.queries.run(id)
    after, carried = await session.carry_out(lambda: steer(session.bot.parts, order))
    if after.pins.brief != before.pins.brief and not getattr(arguments, "json", False):
        session.screen.say("It goes on by the brief as it is now.", "warn")
    wait, json = getattr(arguments, "wait", False), getattr(arguments, "json", False)
    await report(session, id, carried=carried, json=json, wait=wait)
    return 0


def declare_incident(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _declare(session, arguments))


async def _declare(session: Session, arguments: argparse.Namespace) -> int:
    typist = session.typist()
    order = Order(
        run=await session.find(arguments.run),
        move=Move.INCIDENT,
        by=typist.person,
        door=Door.TERMINAL,
        text=" ".join(arguments.words),
        on_behalf_of=typist.on_behalf_of,
    )
    run, carried = await session.carry_out(lambda: steer(session.bot.parts, order))
    if not arguments.json:
        held = f"countersign pause {short(run.id)}"
        session.screen.say(f"The incident stands in the record. Nothing is stopped by it; to hold the run: {held}")
    await report(session, run.id, carried=carried, json=arguments.json)
    return 0


def observe_run(arguments: argparse.Namespace) -> int:
    if not (arguments.outcome or arguments.minutes is not None or arguments.link):
        raise Mistyped("Say what you did: --outcome TEXT, --minutes N, --link URL, or some of them.")
    return run_with(arguments, lambda session: _observe(session, arguments))


async def _observe(session: Session, arguments: argparse.Namespace) -> int:
    typist = session.typist()
    id = await session.find(arguments.run)
    wish = Wish(
        run=id,
        verdict=Verdict.OBSERVE,
        by=typist.person,
        door=Door.TERMINAL,
        text=arguments.outcome,
        minutes=arguments.minutes,
        link=arguments.link,
        on_behalf_of=typist.on_behalf_of,
    )
    _, carried = await session.carry_out(lambda: decide(session.bot.parts, wish))
    await report(session, id, carried=carried, json=arguments.json)
    return 0


# --- pause and resume ----------------------------------------------------------------------------------------------


def pause(arguments: argparse.Namespace) -> int:
    return _hold(arguments, pause=True)


def resume(arguments: argparse.Namespace) -> int:
    return _hold(arguments, pause=False)


def _hold(arguments: argparse.Namespace, *, pause: bool) -> int:
    if bool(arguments.what) == arguments.all:
        raise Mistyped("Say what: a run, a workflow, or --all for everything.")
    return run_with(arguments, lambda session: _hold_what(session, arguments, pause=pause))


async def _hold_what(session: Session, arguments: argparse.Namespace, *, pause: bool) -> int:
    if not arguments.all and arguments.what not in session.bot.library.every():
        try:
            id = await session.find(arguments.what)
        except Unknown:
            said = f"There is neither a workflow nor a run “{one_line(arguments.what, 40)}”."
            raise Unknown(f"{said} Workflows here: {', '.join(session.bot.library.every())}.") from None
        return await _move(session, arguments, id, Move.PAUSE if pause else Move.RESUME)
    typist = session.typist()
    flip = Flip(
        scope=EVERYTHING if arguments.all else arguments.what,
        pause=pause,
        by=typist.person,
        door=Door.TERMINAL,
        why=arguments.why,
        on_behalf_of=typist.on_behalf_of,
    )
    switched, _ = await session.carry_out(lambda: switch(session.bot.parts, flip))
    session.screen.say(_switched(flip, switched), "warn" if pause or switched.still else "good")
    return 0


def _switched(flip: Flip, switched: Switched) -> str:
    what = "Everything" if flip.scope == EVERYTHING else flip.scope
    if flip.pause:
        back = "--all" if flip.scope == EVERYTHING else flip.scope
        return f"{what} is paused: nothing new starts, and nothing leaves. Go on with: countersign resume {back}"
    if switched.still:
        return f"{what} is no longer paused itself, but everything is: {switched.still}"
    due = f", {plural(switched.hurried, 'thing')} that waited for it is due now" if switched.hurried else ""
    return f"{what} goes on{due}."


# --- findings ------------------------------------------------------------------------------------------------------


def add_a_finding(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _add_finding(session, arguments))


async def _add_finding(session: Session, arguments: argparse.Namespace) -> int:
    typist = session.typist()
    text = arguments.text
    if text == STDIN:
        text = parse_text(read_bytes(STDIN), source=STDIN)
    id = await session.find(arguments.run)
    finding = Finding(id, text, typist.person, Door.TERMINAL, arguments.step, typist.on_behalf_of)
    await add_finding(session.bot.parts, finding)
    where = f" at “{arguments.step}”" if arguments.step else ""
    session.screen.say(f"Kept{where}. countersign show {short(id)} shows it.", "good")
    return 0
