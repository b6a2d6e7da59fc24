"""Show, change and roll back what owners write: briefs, prompts, the house rules. The store keeps every version."""

import argparse
from collections.abc import Sequence

from bot.adapters.library.terms import HOUSE, house_file
from bot.application.change import Change, change
from bot.application.roll_back import roll_back
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import Shape
from bot.commands.shell.typed import parse_text, read_bytes
from bot.commands.shell.words import moment, stamp
from bot.commands.work.peek import What
from bot.domain.brief.reading import read_house
from bot.domain.brief.writing import change_brief
from bot.domain.declared.editing import change as change_setting
from bot.domain.declared.editing import parse_path, parse_value
from bot.domain.errors import Unknown
from bot.domain.person import Door
from bot.domain.version import difference
from bot.ports.store import Version, VersionKind


def run_brief(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _run(session, arguments), begins=True)


async def _run(session: Session, arguments: argparse.Namespace) -> int:
    what = _what(session, arguments)
    match arguments.action:
        case "show":
            await _show(session, what, arguments.version)
        case "history":
            await _history(session, what, json=arguments.json)
        case "diff":
            await _diff(session, what, arguments.version)
        case "rollback":
            await _roll_back(session, arguments, what)
        case _:
            await _change(session, arguments, what)
    return 0


def _what(session: Session, arguments: argparse.Namespace) -> What:
    """Which text is meant. Raises Unknown where there is none like it."""
    step = getattr(arguments, "prompt", "")
    if arguments.workflow == HOUSE[1] and not step:
        return HOUSE
    book = session.bot.library.book(arguments.workflow)
    what = (VersionKind.PROMPT, f"{book.name}/{step}") if step else (VersionKind.BRIEF, book.name)
    if what not in book.texts:
        there = ", ".join(name.rpartition("/")[2] for kind, name in book.texts if kind is VersionKind.PROMPT)
        raise Unknown(f"{book.name} has no prompt for a step “{step}”. There is: {there or 'none'}.")
    return what


async def _version(session: Session, what: What, n: int) -> Version:
    history = await session.bot.store.queries.history(*what)
    found = next((version for version in history if version.n == n), None)
    if found is None:
        raise Unknown(f"There is no version {n} of {what[1]}. There are 1 to {history[0].n if history else 0}.")
    return found


async def _show(session: Session, what: What, n: int | None) -> None:
    text = session.bot.library.text(what) if n is None else (await _version(session, what, n)).text
    session.screen.say(text.removesuffix("\n"))


async def _history(session: Session, what: What, *, json: bool) -> None:
    history = await session.bot.store.queries.history(*what)
    if json:
        session.screen.json({"kind": what[0].value, "name": what[1], "versions": [_shape(one) for one in history]})
        return
    for one in history:
        session.screen.say(f"{one.n}  {moment(one.at)}  {session.called(one.by)}: {one.why}", "bold")
        for line in one.diff.splitlines():
            session.screen.say(f"     {line}", "faint")


async def _diff(session: Session, what: What, n: int | None) -> None:
    """Line by line; nothing is said where nothing changed."""
    now = session.bot.library.text(what)
    before = _in_file(session, what) if n is None else (await _version(session, what, n)).text
    lines = difference(before, now).splitlines()
    for line in lines:
        session.screen.say(line, "good" if line.startswith("+") else "bad" if line.startswith("-") else "faint")
    if not lines:
        since = "its file" if n is None else f"version {n}"
        session.screen.aside(f"{what[1]} says what {since} says.")


def _in_file(session: Session, what: What) -> str:
    if what != HOUSE:
        return session.bot.library.book(what[1].partition("/")[0]).texts[what]
    file = house_file(session.settings.workflows)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


async def _change(session: Session, arguments: argparse.Namespace, what: What) -> None:
    typist = session.typist()
    wish = Change(
        kind=what[0],
        name=what[1],
        text=_new_text(session, arguments, what),
        by=typist.person,
        door=Door.TERMINAL,
        why=arguments.why,
        base=arguments.base,
        on_behalf_of=typist.on_behalf_of,
    )
    _tell(session, await change(session.bot.parts, wish))


def _new_text(session: Session, arguments: argparse.Namespace, what: What) -> str:
    if arguments.action == "replace":
        return parse_text(read_bytes(arguments.file), source=arguments.file) + "\n"
    text = session.bot.library.text(what)
    value = None if arguments.action == "unset" else parse_value(arguments.value)
    if what == HOUSE:
        return change_setting(text, parse_path(arguments.path), value, file="house.toml")
    house = read_house(session.bot.library.text(HOUSE), file="house.toml")
    return change_brief(text, arguments.path, value, house=house)


async def _roll_back(session: Session, arguments: argparse.Namespace, what: What) -> None:
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
