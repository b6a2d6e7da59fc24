"""Everything that is wrong with workflows: as their files say, and as owners have changed them since."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.adapters.directory.listed import Listed
from bot.adapters.library.book import What
from bot.adapters.library.shelf import FROM_FILE, Shelf
from bot.commands.shell.screen import Screen
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import plural
from bot.commands.work.peek import texts_of
from bot.domain.brief import Brief
from bot.domain.checks import Weight, check
from bot.domain.declared.place import Where
from bot.domain.declared.toml import Toml, read_toml
from bot.domain.errors import Misdeclared
from bot.domain.text import nearest, one_line
from bot.domain.version import digest_of_text
from bot.ports.directory import Directory
from bot.ports.queries import Queries
from bot.ports.version import Version, VersionKind
from bot.settings import Settings, read_settings
from bot.wiring import bindings_of, peeking, shelf_of


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, wherever it comes from."""

    workflow: str
    file: str
    line: int
    weight: Weight
    code: str
    sentence: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.weight}: {self.sentence} {self.mend}".rstrip() + f" [{self.code}]"


def check_workflows(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    return asyncio.run(_check(settings, arguments.workflow, json=arguments.json))


async def _check(settings: Settings, workflow: str | None, *, json: bool) -> int:
    screen = Screen()
    shelf = shelf_of(settings)
    if workflow is not None and workflow not in shelf.problems:
        shelf.book(workflow)
    names = [name for name in (*shelf.names(), *shelf.problems) if workflow in (None, name)]
    lines = await check_all(settings, shelf, names)
    refused = [line for line in lines if line.weight is Weight.REFUSE]
    if json:
        screen.json({"workflows": names, "findings": [_shape(line) for line in lines], "refusals": len(refused)})
        return 1 if refused else 0
    for line in lines:
        screen.say(str(line), "bad" if line.weight is Weight.REFUSE else "warn")
    for name in names:
        mine = [line for line in lines if line.workflow == name]
        screen.aside(f"{name}: {_sum(mine)}")
    return 1 if refused else 0


async def check_all(settings: Settings, shelf: Shelf, names: Sequence[str]) -> list[Line]:
    """Every finding about some workflows; refusals first."""
    directory = Listed(settings.people())
    found: list[Line] = []
    for name in names:
        found += _not_loading(name, shelf.problems[name]) if name in shelf.problems else ()
        found += _findings(settings, shelf, name, directory) if name in shelf.names() else ()
    async with peeking(settings) as queries:
        if queries is not None:
            for name in shelf.names():
                if name in names:
                    found += await _stored(settings, shelf, name, queries)
    return sorted(dict.fromkeys(found), key=lambda line: (line.weight, line.file, line.line))


def _not_loading(name: str, problem: Misdeclared) -> Iterator[Line]:
    for one in problem.problems:
        yield Line(name, _near(one.file or name), one.line, Weight.REFUSE, "does-not-load", one.sentence, one.mend)


def _near(file: str) -> str:
    """A file as one would name it from here."""
    here = Path.cwd()
    return str(Path(file).relative_to(here)) if Path(file).is_relative_to(here) else file


def _findings(settings: Settings, shelf: Shelf, name: str, directory: Directory, said: str = "") -> Iterator[Line]:
    """What is wrong with a workflow on the terms the shelf goes by now; `said` names a text that is in no file."""
    terms = shelf.current(name)
    text = shelf.text((VersionKind.BRIEF, name))
    toml = read_toml(text, file=said or str(shelf.book(name).folder / "brief.toml"))
    for one in check(terms, bindings_of(settings), workflows=shelf.names(), toml=toml):
        yield Line(name, _near(one.file), one.line, one.level, one.code.value, one.sentence, one.mend)
    yield from _strangers(name, terms.brief, toml, directory, settings)


def _strangers(name: str, brief: Brief, toml: Toml, directory: Directory, settings: Settings) -> Iterator[Line]:
    """People the brief names whom nobody here knows."""
    known = [one.handle for one in settings.people()]
    for where, who in _named(brief):
        if who == "everyone" or directory.named(who) or directory.members(who):
            continue
        meant = nearest(who, known)
        mend = f"Did you mean {meant}?" if meant else f"Add them to {settings.source}, or name somebody else."
        said = f"“{one_line(who, 60)}” is nobody here, and no group."
        yield Line(name, _near(toml.file), toml.line(where), Weight.REFUSE, "unknown-person", said, mend)


def _named(brief: Brief) -> Iterator[tuple[Where, str]]:
    yield from ((("owner",), brief.owner), (("maintainer",), brief.maintainer), (("pager",), brief.pager))
    yield from ((("triggers", "who", n), who) for n, who in enumerate(brief.triggers.who))
    for group, reviewers in brief.reviewers.items():
        yield from ((("reviewers", group, "members", n), who) for n, who in enumerate(reviewers.members))


# --- what owners have changed since --------------------------------------------------------------------------------


async def _stored(settings: Settings, shelf: Shelf, name: str, queries: Queries) -> list[Line]:
    """Where the store says otherwise than the files, and what is wrong with what it says."""
    found: list[Line] = []
    changed: list[Version] = []
    for what in texts_of(shelf, name):
        version = await queries.version(*what)
        if version is None or version.digest == digest_of_text(shelf.text(what)):
            continue
        found.append(_difference(name, shelf, what, version))
        changed += [version] if version.by != FROM_FILE else []
    if not changed:
        return found
    for version in changed:
        shelf.consider([version])
    label = f"{name}, version {max(version.n for version in changed)} in the store"
    directory = Listed(settings.people())
    try:
        return [*found, *_findings(settings, shelf, name, directory, label)]
    except Misdeclared as problem:
        return [*found, *(replace(line, file=label) for line in _not_loading(name, problem))]


def _difference(name: str, shelf: Shelf, what: What, version: Version) -> Line:
    kind, called = what
    file = _near(str(shelf.book(name).folder / ("brief.toml" if kind is VersionKind.BRIEF else called)))
    if version.by == FROM_FILE:
        said = f"The {kind} “{called}” was changed in its file since version {version.n}."
        return Line(name, file, 1, Weight.WARN, "newer-file", said, "The bot goes by it from its next start on.")
    said = f"The store has version {version.n} of the {kind} “{called}”, by {version.by}: {one_line(version.why, 80)}"
    mend = f"The bot goes by that, not by the file. See it with: countersign brief diff {name}"
    return Line(name, file, 1, Weight.WARN, "differs", said, mend)


def _shape(line: Line) -> Shape:
    return {
        "workflow": line.workflow,
        "file": line.file,
        "line": line.line,
        "level": line.weight.value,
        "code": line.code,
        "sentence": line.sentence,
        "mend": line.mend,
    }


def _sum(lines: Sequence[Line]) -> str:
    refused = sum(line.weight is Weight.REFUSE for line in lines)
    warned = len(lines) - refused
    if not lines:
        return "nothing to say against it."
    return f"{plural(refused, 'refusal')}, {plural(warned, 'warning')}."
