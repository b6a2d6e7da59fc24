"""Show, change and roll back what owners write: briefs, prompts, the house rules. The store keeps every version."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.adapters.library.shelf import Shelf
from bot.adapters.library.texts import HOUSE, What
from bot.application.change import Change, change, foresee_change
from bot.application.roll_back import roll_back
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import Shape
from bot.commands.shell.typed import parse_text, read_bytes
from bot.commands.shell.words import moment, stamp
from bot.commands.work.peek import Peek, peek
from bot.domain.brief.writing import change_brief
from bot.domain.declared.editing import change as change_setting
from bot.domain.declared.editing import parse_path, parse_value
from bot.domain.errors import Unknown
from bot.domain.person import Door
from bot.domain.text import one_line
from bot.domain.version import difference
from bot.ports.version import Version, VersionKind
from bot.settings import Settings, read_settings

READING = ("show", "history", "diff")


def run_brief(arguments: argparse.Namespace) -> int:
    if arguments.action in READING:
        return asyncio.run(_read(arguments))
    return run_with(arguments, lambda session: _write(session, arguments), begins=True)


async def _read(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    async with peek(settings) as one:
        reading = Reading(settings, one, _what(one.shelf, arguments), Screen())
        match arguments.action:
            case "show":
                await _show(reading, arguments.version)
            case "history":
                await _history(reading, json=arguments.json)
            case _:
                await _diff(reading, arguments.version)
    return 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, looked at."""

    settings: Settings
    peek: Peek
    what: What
    screen: Screen

    async def history(self) -> tuple[Version, ...]:
        return await self.peek.queries.history(*self.what) if self.peek.queries else ()

    async def version(self, n: int) -> Version:
        return _version(await self.history(), self.what[1], n)

    def called(self, ref: str) -> str:
        return next((person.name for person in self.settings.people() if person.id == ref), ref)


def _version(history: Sequence[Version], name: str, n: int) -> Version:
    """One version of a text. Raises Unknown where there is none of that number."""
    found = next((version for version in history if version.n == n), None)
    if found is None:
        there = f"There are 1 to {history[0].n}." if history else "There is only the file so far."
        raise Unknown(f"There is no version {n} of {name}. {there}")
    return found


def _what(shelf: Shelf, arguments: argparse.Namespace) -> What:
    """Which text is meant. Raises Unknown where there is none like it."""
    step = getattr(arguments, "prompt", "")
    if arguments.workflow == HOUSE[1] and not (step or arguments.routes):
        return HOUSE
    book = shelf.book(arguments.workflow)
    if step and arguments.routes:
        raise Mistyped("Either --prompt or --routes, not both.")
    if arguments.routes and (VersionKind.ROUTES, book.name) not in book.texts:
        raise Unknown(f"{book.name} has no routing table: there is no routes.toml beside its steps.")
    if step and (VersionKind.PROMPT, f"{book.name}/{step}") not in book.texts:
        there = ", ".join(name.rpartition("/")[2] for kind, name in book.texts if kind is VersionKind.PROMPT)
        raise Unknown(f"{book.name} has no prompt for a step “{one_line(step, 40)}”. There is: {there or 'none'}.")
    if arguments.routes:
        return VersionKind.ROUTES, book.name
    return (VersionKind.PROMPT, f"{book.name}/{step}") if step else (VersionKind.BRIEF, book.name)


async def _show(reading: Reading, n: int | None) -> None:
    text = reading.peek.shelf.text(reading.what) if n is None else (await reading.version(n)).text
    reading.screen.say(text.removesuffix("\n"))


async def _history(reading: Reading, *, json: bool) -> None:
    history = await reading.history()
    kind, name = reading.what
    if json:
        reading.screen.json({"kind": kind.value, "name": name, "versions": [_shape(one) for one in history]})
        return
    if not history:
        reading.screen.say(f"{name} has no versions yet: its file is all there is.")
    for one in history:
        reading.screen.say(f"{one.n}  {moment(one.at)}  {reading.called(one.by)}: {one.why}", "bold")
        for line in one.diff.splitlines():
            reading.screen.say(f"     {line}", "faint")


async def _diff(reading: Reading, n: int | None) -> None:
    """Line by line; nothing is said where nothing changed."""
    before = _in_file(reading) if n is None else (await reading.version(n)).text
    lines = difference(before, reading.peek.shelf.text(reading.what)).splitlines()
    for line in lines:
        reading.screen.say(line, "good" if line.startswith("+") else "bad" if line.startswith("-") else "faint")
    if not lines:
        since = "its file" if n is None else f"version {n}"
        reading.screen.aside(f"{reading.what[1]} says what {since} says.")


def _in_file(reading: Reading) -> str:
    if reading.what != HOUSE:
        return reading.peek.shelf.book(reading.what[1].partition("/")[0]).texts[reading.what]
    texts = reading.peek.shelf.texts
    return texts.text(HOUSE, texts.filed(HOUSE))


# --- changes -------------------------------------------------------------------------------------------------------


async def _write(session: Session, arguments: argparse.Namespace) -> int:
    what = _what(session.bot.library, arguments)
    if arguments.action == "rollback":
        await _roll_back(session, arguments, what)
    else:
        await _change(session, arguments, what)
    return 0


async def _change(session: Session, arguments: argparse.Namespace, what: What) -> None:
    wish = _wish(session, arguments, what, _new_text(session, arguments, what))
    if arguments.only_try:
        await _foresee(session, wish)
    else:
        _tell(session, await change(session.bot.parts, wish))


def _wish(session: Session, arguments: argparse.Namespace, what: What, text: str) -> Change:
    typist = session.typist()
    return Change(
        kind=what[0],
        name=what[1],
        text=text,
        by=typist.person,
        door=Door.TERMINAL,
        why=arguments.why,
        base=getattr(arguments, "base", None),
        on_behalf_of=typist.on_behalf_of,
    )


async def _foresee(session: Session, wish: Change) -> None:
    lines = (await foresee_change(session.bot.parts, wish)).splitlines()
    session.screen.say(f"{wish.name} would change like this:", "bold")
    _tell_lines(session, lines)
    session.screen.say("Nothing was saved.", "faint")


def _new_text(session: Session, arguments: argparse.Namespace, what: What) -> str:
    if arguments.action == "replace":
        return parse_text(read_bytes(arguments.file), source=arguments.file) + "\n"
    text = session.bot.library.text(what)
    value = None if arguments.action == "unset" else parse_value(arguments.value)
    if what[0] is VersionKind.BRIEF:
        return change_brief(text, arguments.path, value)
    return change_setting(text, parse_path(arguments.path), value, file=f"{what[1]}.toml")


async def _roll_back(session: Session, arguments: argparse.Namespace, what: What) -> None:
    if arguments.only_try:
        history = await session.bot.store.queries.history(*what)
        earlier = _version(history, what[1], arguments.version)
        await _foresee(session, _wish(session, arguments, what, earlier.text))
        return
    typist = session.typist()
    version = await roll_back(
        session.bot.parts,
        kind=what[0],
        name=what[1],
        to=arguments.version,
        by=typist.person,
        door=Door.TERMINAL,
        why=arguments.why,
        on_behalf_of=typist.on_behalf_of,
    )
    _tell(session, version)


def _tell(session: Session, version: Version) -> None:
    session.screen.say(f"{version.name} is now at version {version.n}; runs started from now on go by it.", "good")
    _tell_lines(session, version.diff.splitlines())
    session.screen.say("Its file is as it was: it is the seed, the store has the current version.", "faint")


def _tell_lines(session: Session, lines: Sequence[str]) -> None:
    for line in lines:
        session.screen.say(f"  {line}")


def _shape(version: Version) -> Shape:
    return {
        "n": version.n,
        "digest": version.digest,
        "at": stamp(version.at),
        "by": version.by,
        "why": version.why,
        "diff": version.diff.splitlines(),
    }
