"""Look at the systems: how each is reached, whether it is connected, and at which version its description is."""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapters.library.shelf import Shelf
from bot.adapters.systems.kept import Kept
from bot.commands.shell.screen import Screen
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import moment, stamp
from bot.commands.work.peek import peek
from bot.domain.errors import Unknown
from bot.domain.version import difference
from bot.ports.queries import Queries
from bot.ports.version import Version, VersionKind
from bot.settings import Settings, read_settings
from bot.settings.systems import SandboxUse
from bot.wiring.systems import descriptions_of, entrances, used_systems


@dataclass(frozen=True, slots=True)
class Standing:
    """How one system stands."""

    name: str
    use: str
    closed: str
    """Why it is not connected; empty where it is."""
    called: str = ""
    """What its description calls it; empty where it has none."""
    version: int = 0
    """Of its description; 0 where only the file is known."""
    is_filed: bool = True

    def __str__(self) -> str:
        how = "played by the sandbox" if self.use == "sandbox" else f"reached by {self.use}" if self.use else ""
        state = "not connected" if self.closed else "connected"
        described = f"description of {self.called}, {self._version()}" if self.called else ""
        return ", ".join(part for part in (how, state, described) if part)

    def _version(self) -> str:
        version = f"version {self.version}" if self.version else "as its file says"
        return version if self.is_filed else f"{version}, which differs from its file"


def read_systems(arguments: argparse.Namespace) -> int:
    return asyncio.run(_read(arguments))


async def _read(arguments: argparse.Namespace) -> int:
    settings, screen = read_settings(data=arguments.data, workflows=arguments.workflows), Screen()
    async with peek(settings) as one:
        kept = await kept_in(settings, one.queries)
        match arguments.action:
            case "history":
                await _history(settings, screen, kept, one.queries, arguments)
            case "diff":
                await _diff(screen, kept, one.queries, arguments)
            case _:
                _list(screen, [*standings(settings, one.shelf, kept)], json=arguments.json)
    return 0


async def kept_in(settings: Settings, queries: Queries | None) -> Kept:
    """The descriptions as the bot goes by them; nothing is written down."""
    kept = Kept(descriptions_of(settings))
    for name in kept.systems if queries is not None else ():
        kept.meet(name, await queries.version(VersionKind.SYSTEM, name) if queries is not None else None)
    return kept


def standings(settings: Settings, shelf: Shelf, kept: Kept) -> Iterator[Standing]:
    """Every system that the settings name or a workflow uses."""
    used, closed = used_systems(shelf), entrances(settings, shelf).closed
    for name in sorted({*settings.file.systems, *used}):
        use = settings.use_of(name)
        how = "sandbox" if isinstance(use, SandboxUse) else use.use if use is not None else ""
        if name not in kept.systems:
            yield Standing(name, how, closed.get(name, ""))
            continue
        version = kept.version(name)
        n = version.n if version is not None else 0
        yield Standing(name, how, closed.get(name, ""), kept.called(name), n, kept.is_filed(name))


def _list(screen: Screen, found: list[Standing], *, json: bool) -> None:
    if json:
        screen.json({"systems": [_shape(one) for one in found]})
        return
    width = max((len(one.name) for one in found), default=0)
    for one in found:
        screen.say(f"{one.name:<{width}}  {one}", "bad" if one.closed else "good" if one.is_filed else "warn")
        if one.closed:
            screen.say(f"{'':<{width}}  {one.closed}", "faint")
    if not found:
        screen.aside("No workflow that loads uses a system, and the settings name none.")


def _shape(one: Standing) -> Shape:
    return {
        "system": one.name,
        "use": one.use,
        "connected": not one.closed,
        "why_not": one.closed,
        "description": one.called,
        "version": one.version,
        "as_in_its_file": one.is_filed,
    }


async def _history(
    settings: Settings, screen: Screen, kept: Kept, queries: Queries | None, arguments: argparse.Namespace
) -> None:
    history = await _versions(kept, queries, arguments.system)
    if arguments.json:
        screen.json({"system": arguments.system, "versions": [_version_shape(one) for one in history]})
        return
    names: dict[str, str] = {person.id: person.name for person in settings.people()}
    if not history:
        screen.say(f"The description of {arguments.system} has no versions yet: its file is all there is.")
    for one in history:
        screen.say(f"{one.n}  {moment(one.at)}  {names.get(one.by, one.by)}: {one.why}", "bold")
        for line in one.diff.splitlines():
            screen.say(f"     {line}", "faint")


async def _versions(kept: Kept, queries: Queries | None, system: str) -> tuple[Version, ...]:
    kept.text(system)  # Unknown where it has no description
    return await queries.history(VersionKind.SYSTEM, system) if queries is not None else ()


async def _diff(screen: Screen, kept: Kept, queries: Queries | None, arguments: argparse.Namespace) -> None:
    history, n = await _versions(kept, queries, arguments.system), arguments.version
    before = kept.filed(arguments.system) if n is None else numbered(history, arguments.system, n).text
    lines = difference(before, kept.text(arguments.system)).splitlines()
    for line in lines:
        screen.say(line, "good" if line.startswith("+") else "bad" if line.startswith("-") else "faint")
    if not lines:
        since = "its file" if n is None else f"version {n}"
        screen.aside(f"The description of {arguments.system} says what {since} says.")


def numbered(history: tuple[Version, ...], system: str, n: int) -> Version:
    """One version. Unknown where there is none of that number."""
    found = next((one for one in history if one.n == n), None)
    if found is None:
        there = f"There are 1 to {history[0].n}." if history else "There is only the file so far."
        raise Unknown(f"There is no version {n} of the description of {system}. {there}")
    return found


def _version_shape(one: Version) -> Shape:
    at, diff = stamp(one.at), one.diff.splitlines()
    return {"n": one.n, "digest": one.digest, "at": at, "by": one.by, "why": one.why, "diff": diff}
