"""Accept what a system changed, or go back; then let the runs go on that were parked for it."""

import argparse
from collections.abc import Sequence

from bot.adapters.systems.rest.accepting import NewWord, Renamed, accepted
from bot.adapters.systems.rest.description import Filed
from bot.application.accept import accept, foresee_accepting
from bot.application.change import Change
from bot.application.held_up import held_up
from bot.application.steer import Move, Order, steer
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.words import plural, short
from bot.commands.work.systems import numbered
from bot.domain.errors import Refused
from bot.domain.person import Door
from bot.domain.run import RunId
from bot.ports.queries import RunLine
from bot.ports.version import Version, VersionKind


def accept_change(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _accept(session, arguments), begins=True)


async def _accept(session: Session, arguments: argparse.Namespace) -> int:
    bot = session.bot
    wish = await _wish(session, arguments)
    if arguments.only_try:
        lines = foresee_accepting(bot.parts, bot.descriptions, wish).splitlines()
        session.screen.say(f"The description of {wish.name} would change like this:", "bold")
        _tell_lines(session, lines)
        session.screen.say("Nothing was saved.", "faint")
        return 0
    called = bot.descriptions.called(wish.name)
    _tell(session, await accept(bot.parts, bot.descriptions, wish))
    held = await held_up(bot.parts, system=wish.name, called=called)
    if not arguments.resume:
        _tell_held(session, held)
        return 0
    return await _resume(session, held, wish)


async def _wish(session: Session, arguments: argparse.Namespace) -> Change:
    """What is asked for. Raises Unknown or Unfit where it cannot be meant."""
    name, typist = arguments.system, session.typist()
    now = session.bot.descriptions.text(name)
    why: str = arguments.why
    if arguments.action == "rollback":
        history = await session.bot.store.queries.history(VersionKind.SYSTEM, name)
        text = numbered(history, name, arguments.version).text
        why = f"Back to version {arguments.version}. {why}".strip()
    else:
        text = accepted(Filed(now, f"the description of {name}"), _news(arguments), fields=arguments.field)
    return Change(VersionKind.SYSTEM, name, text, typist.person, Door.TERMINAL, why, on_behalf_of=typist.on_behalf_of)


def _news(arguments: argparse.Namespace) -> NewWord | Renamed:
    if arguments.value is not None:
        theirs, _, ours = arguments.value.partition("=")
        return NewWord(theirs, ours or theirs)
    old, _, new = arguments.renamed.partition("=")
    if not (old and new):
        raise Mistyped("Say --renamed OLD=NEW, such as --renamed status=state.")
    return Renamed(old, new)


def _tell(session: Session, version: Version) -> None:
    said = f"The description of {version.name} is now at version {version.n}; a bot that runs goes by it at once."
    session.screen.say(said, "good")
    _tell_lines(session, version.diff.splitlines())
    session.screen.say("Its file is as it was: it is the seed, the store has the current version.", "faint")


def _tell_lines(session: Session, lines: Sequence[str]) -> None:
    for line in lines:
        session.screen.say(f"  {line}")


def _tell_held(session: Session, held: Sequence[RunLine]) -> None:
    if not held:
        session.screen.say("No run is parked because of it.")
        return
    session.screen.say(f"{plural(len(held), 'run')} parked because of it can be resumed now:", "bold")
    for line in held:
        session.screen.say(f"  countersign resume {short(line.id)}")


async def _resume(session: Session, held: Sequence[RunLine], wish: Change) -> int:
    """Resume each; one that may not be stays parked and says why. 1 where some stayed."""
    refused, _ = await session.carry_out(lambda: _resume_each(session, held, wish))
    for line in held:
        if line.id in refused:
            session.screen.say(f"{short(line.id)} was not resumed: {refused[line.id]}", "warn")
        else:
            run = await session.bot.store.queries.run(line.id)
            session.screen.say(f"{short(line.id)} was resumed, and is {run.state.value}.", "good")
    if not held:
        session.screen.say("No run is parked because of it.")
    return 1 if refused else 0


async def _resume_each(session: Session, held: Sequence[RunLine], wish: Change) -> dict[RunId, str]:
    refused = dict[RunId, str]()
    for line in held:
        order = Order(line.id, Move.RESUME, wish.by, wish.door, text=wish.why, on_behalf_of=wish.on_behalf_of)
        try:
            await steer(session.bot.parts, order)
        except Refused as why:
            refused[line.id] = why.message
    return refused
