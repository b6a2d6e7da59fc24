"""Everything that is wrong with workflows: as their files say, and as owners have changed them since."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.adapters.library.book import file_of
from bot.adapters.library.case import read_cases
from bot.adapters.library.mending import named
from bot.adapters.library.shelf import Shelf
from bot.adapters.library.texts import What
from bot.adapters.model.prices import per_million
from bot.commands.shell.screen import Screen
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import plural
from bot.domain.checks import Weight
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Misdeclared
from bot.domain.terms import Terms
from bot.domain.text import one_line
from bot.ports.version import FROM_FILE, Version, VersionKind
from bot.settings import Settings, read_settings
from bot.settings.model import ModelUse
from bot.wiring import Wall, peeking, shelf_of
from bot.wiring.model import candidates_of
from bot.wiring.systems import entrances


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
        return f"{self.place}: {self.weight}: {self.sentence} {self.mend}".rstrip() + f" [{self.code}]"

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


def check_workflows(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    return asyncio.run(_check(settings, arguments.workflow, json=arguments.json))


async def _check(settings: Settings, workflow: str | None, *, json: bool) -> int:
    screen = Screen()
    shelf = shelf_of(settings)
    if workflow is not None and workflow not in shelf.problems:
        shelf.book(workflow)
    names = [name for name in shelf.every() if workflow in (None, name)]
    lines = await check_all(settings, shelf, names, Wall().now().date())
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


async def check_all(settings: Settings, shelf: Shelf, names: Sequence[str], today: date) -> list[Line]:
    """Every finding about some workflows; refusals first. The shelf goes by what the store says afterwards."""
    found = {name: [*_findings(shelf, name, today)] for name in names}
    async with peeking(settings) as queries:
        for what in shelf.whats() if queries is not None else ():
            shelf.meet(what, await queries.history(*what) if queries is not None else ())
    closed = entrances(settings, shelf).closed
    for name in names:
        filed, differences = found[name], [*_differences(shelf, name)]
        stored = [*_findings(shelf, name, today)]
        # What is wrong with a file that the bot does not go by stops nobody, and is worth knowing all the same.
        asides = [replace(line, weight=Weight.WARN) for line in filed if line not in stored]
        aside = [*(asides if differences else ()), *_unpriced(settings, shelf, name), *_cases(shelf, name)]
        aside += _closed(closed, shelf, name)
        found[name] = [*differences, *stored, *aside]
    every = dict.fromkeys(line for lines in found.values() for line in lines)
    return sorted(every, key=lambda line: (line.weight, line.file, line.line))


def _findings(shelf: Shelf, name: str, today: date) -> Iterator[Line]:
    """What is wrong with a workflow on the texts the shelf goes by now."""
    try:
        findings = shelf.findings(name, today=today)
    except Misdeclared:
        findings = ()
    for one in findings:
        yield Line(name, _near(one.file), one.line, one.level, one.code.value, one.sentence, one.mend)
    said = {one.sentence for one in findings}
    problems = shelf.problems[name].problems if name in shelf.problems else ()
    for problem in problems:
        if problem.sentence not in said:
            is_way = problem is shelf.standing().ways_back.get(name)
            weight, code = (Weight.WARN, "way-back") if is_way else (Weight.REFUSE, "does-not-load")
            file, why, mend = _near(problem.file or name), problem.sentence, problem.mend
            yield Line(name, file, problem.line, weight, code, why, mend)


def _unpriced(settings: Settings, shelf: Shelf, name: str) -> Iterator[Line]:
    """Models that a workflow would be parked instead of asking: what they cost is limited, and not known."""
    terms = shelf.standing().terms.get(name)
    limited = limited_models(terms, settings.file.model) if terms is not None else ()
    if terms is None or not limited:
        return
    what = (VersionKind.BRIEF, name)
    limit = "cost_per_day" if terms.brief.limits.cost_per_run is None else "cost_per_run"
    file = str(file_of(shelf.book(name), what))
    line = read_toml(shelf.text(what), file=file).line(("limits", limit))
    for model, candidate in candidates_of(settings).items():
        if model in limited and per_million(candidate.prices, candidate.model) is None:
            said = f"Nobody knows what {model} costs: with `limits.{limit}`, a run is parked instead of asking it."
            mend = f'Write its price in countersign.toml, under [model.prices."{model}"].'
            yield Line(name, _near(file), line, Weight.WARN, "no-price", said, mend)


def _closed(closed: Mapping[str, str], shelf: Shelf, name: str) -> Iterator[Line]:
    """Systems that a workflow uses and the bot is not connected to: its runs would be parked."""
    terms = shelf.standing().terms.get(name)
    for system in sorted({*terms.brief.reads, *terms.brief.changes} & closed.keys()) if terms is not None else ():
        file = _near(str(file_of(shelf.book(name), (VersionKind.BRIEF, name))))
        yield Line(name, file, 0, Weight.WARN, "not-connected", closed[system], "Until then, runs are parked there.")


def limited_models(terms: Terms, use: ModelUse) -> tuple[str, ...]:
    """The models that a workflow may ask and limits the costs of; none where rules answer."""
    limits = terms.brief.limits
    if use.use == "rehearsal" or (limits.cost_per_run is None and limits.cost_per_day is None):
        return ()
    return tuple(model for prompt in terms.prompts.values() for model in use.roles.get(prompt.role, ()))


def _cases(shelf: Shelf, name: str) -> Iterator[Line]:
    """Golden cases that do not fit: they stop no run, and `eval` cannot measure with them."""
    if name in shelf.closed:
        return
    book = shelf.book(name)
    try:
        read_cases(book.folder, book.definition)
    except Misdeclared as problem:
        for one in problem.problems:
            yield Line(name, _near(one.file), one.line, Weight.WARN, "case", one.sentence, one.mend)


def _near(file: str) -> str:
    """A file as one would name it from here."""
    here = Path.cwd()
    return str(Path(file).relative_to(here)) if Path(file).is_relative_to(here) else file


def _differences(shelf: Shelf, name: str) -> Iterator[Line]:
    """Where the store says otherwise than the files."""
    if name in shelf.closed:
        return
    for what in shelf.whats(name):
        version = next(iter(shelf.texts.history(what)), None)
        if version is not None and version.digest != shelf.texts.filed(what):
            yield _difference(name, shelf, what, version)


def _difference(name: str, shelf: Shelf, what: What, version: Version) -> Line:
    kind, called = what
    file = _near(str(file_of(shelf.book(name), what)))
    if version.by == FROM_FILE:
        said = f"The {kind} “{called}” was changed in its file since version {version.n}."
        return Line(name, file, 1, Weight.WARN, "newer-file", said, "The bot goes by it from its next start on.")
    said = f"The store has version {version.n} of the {kind} “{called}”, by {version.by}: {one_line(version.why, 80)}"
    mend = f"The bot goes by that, not by the file. See it with: countersign brief diff {named(what)}"
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
