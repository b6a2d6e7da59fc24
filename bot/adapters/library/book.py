"""One workflow as it stands in its folder: its steps, what they can build and read, and the texts its owner writes."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

from bot.adapters.library.digest import digests_of
from bot.adapters.library.file import is_there, read_text
from bot.adapters.library.module import load
from bot.adapters.library.prompt import prompt_files, read_prompt
from bot.adapters.library.source import Sources
from bot.adapters.library.texts import What
from bot.domain.brief import Brief
from bot.domain.brief.done_when import ReadAgain, placed
from bot.domain.declared.toml import Toml
from bot.domain.errors import Misdeclared
from bot.domain.intent import Intent
from bot.domain.terms import Prompt
from bot.domain.text import hint
from bot.domain.workflow import AnyLookup, Ask, Definition, LookUp, Lookup, Propose, Trigger
from bot.ports.version import VersionKind


@dataclass(frozen=True, slots=True)
class Book:
    """One workflow, loaded."""

    name: str
    folder: Path
    definition: Definition
    steps: Mapping[str, str]
    """Digest per step."""
    intents: Mapping[str, type[Intent]]
    lookups: Mapping[str, AnyLookup]
    functions: Mapping[str, Callable[..., bool]]
    """The functions beside the steps, for the brief's invariants."""
    files: Mapping[What, Path]
    """Where the texts stand that its owner writes."""
    texts: Mapping[What, str]
    """What they say."""
    house: str
    """What the file says that all workflows share."""


def is_workflow(folder: Path) -> bool:
    """Whether a folder is meant as a workflow: one whose steps are missing must not be missed."""
    return is_there(folder / "__init__.py") or is_there(folder / "brief.toml")


_SOURCES = Sources()
"""Of all workflows: the systems that one uses are read once for every other."""


def open_book(folder: Path, package: str, *, house: str = "") -> Book:
    """Load one workflow's folder. Raises Misdeclared with file, line and mend."""
    definition, module = load(folder, package)
    files = _files(folder, definition)
    return Book(
        name=folder.name,
        folder=folder,
        definition=definition,
        steps=digests_of(definition, rules=_rules(module), sources=_SOURCES),
        intents={kind.kind(): kind for kind in _intents(definition)},
        lookups=_lookups(definition, vars(module).values()),
        functions={name: value for name, value in vars(module).items() if inspect.isfunction(value)},
        files=files,
        texts=_read(files, [*_promptless(folder, definition)]),
        house=house,
    )


def _files(folder: Path, definition: Definition) -> dict[What, Path]:
    files: dict[What, Path] = {(VersionKind.BRIEF, folder.name): folder / "brief.toml"}
    prompts = prompt_files(folder)
    for step, node in _asks(definition):
        if (name := node.prompt or step) in prompts:
            files[VersionKind.PROMPT, f"{folder.name}/{step}"] = prompts[name]
    if is_there(folder / "routes.toml"):
        files[VersionKind.ROUTES, folder.name] = folder / "routes.toml"
    return files


def _promptless(folder: Path, definition: Definition) -> Iterator[Misdeclared]:
    prompts = prompt_files(folder)
    for step, node in _asks(definition):
        if (name := node.prompt or step) not in prompts:
            mend = hint(name, prompts, f"Write {folder / name}.md, which says what the model is to do.")
            place = definition.step(step).place
            yield Misdeclared(f"The ask “{step}” has no prompt.", file=place.file, line=place.line, mend=mend)


def _read(files: Mapping[What, Path], problems: list[Misdeclared]) -> dict[What, str]:
    """What the owner's files say. Raises Misdeclared with every file that is missing or cannot be read."""
    texts: dict[What, str] = {}
    for what, file in files.items():
        try:
            texts[what] = read_text(file)
        except Misdeclared as problem:
            problems.append(problem)
    if problems:
        raise Misdeclared.together(problems)
    return texts


def _rules(module: ModuleType) -> list[Callable[..., object]]:
    """The functions of the module that can stand behind an invariant: those that say yes or no."""
    own = [one for one in vars(module).values() if inspect.isfunction(one) and one.__module__ == module.__name__]
    return [one for one in own if _gives(one) is bool]


def _gives(function: Callable[..., object]) -> object:
    try:
        return get_type_hints(function).get("return")
    except (NameError, TypeError):
        return None


def prompts_of(book: Book, texts: Mapping[str, str]) -> dict[str, Prompt]:
    """The prompt of each `ask`, from the given texts by step. Raises Misdeclared with every problem of all of them."""
    prompts: dict[str, Prompt] = {}
    problems: list[Misdeclared] = []
    for name, node in _asks(book.definition):
        stem, asked = node.prompt or name, book.definition.step(name)
        file = label_of(book, (VersionKind.PROMPT, f"{book.name}/{name}"), texts[name])
        try:
            prompts[name] = read_prompt(texts[name], name=stem, file=file, asked=asked)
        except Misdeclared as problem:
            problems.append(problem)
    if problems:
        raise Misdeclared.together(problems)
    return prompts


def file_of(book: Book, what: What) -> Path:
    """Where a text has its file."""
    return book.files.get(what) or house_file(book.folder.parent)


def house_file(folder: Path) -> Path:
    """Where the rules stand that all workflows of a folder share."""
    return folder / "house.toml"


def label_of(book: Book, what: What, text: str) -> str:
    """Under which name problems of a text are told: the lines of a changed text are not those of the file."""
    path = file_of(book, what)
    return str(path) if text == book.texts.get(what, book.house) else f"{path} (changed)"


def functions_of(book: Book, brief: Brief, toml: Toml) -> dict[str, Callable[..., bool]]:
    """The functions that the brief's invariants name. Raises Misdeclared where they, or its proof, are not there."""
    problems: list[Misdeclared] = []
    for where, proof in placed(brief.done_when):
        if isinstance(proof, ReadAgain) and proof.read not in book.lookups:
            mend = hint(proof.read, book.lookups, "Its workflow has to import the system it belongs to.")
            problems.append(toml.wrong((*where, "read"), f"There is nothing called {proof.read} to read.", mend))
    found: dict[str, Callable[..., bool]] = {}
    for n, invariant in enumerate(brief.invariants):
        place = ("invariants", n, "holds")
        function = book.functions.get(invariant.holds)
        if function is None:
            mend = hint(invariant.holds, book.functions, f"Write it in {book.folder / '__init__.py'}.")
            problems.append(toml.wrong(place, f"There is no function “{invariant.holds}” beside the steps.", mend))
            continue
        found[invariant.holds] = function
        for name in inspect.signature(function).parameters.keys() - {*book.definition.names()}:
            mend = hint(name, book.definition.names(), "Name its parameters after steps.")
            problems.append(toml.wrong(place, f"“{invariant.holds}” asks for “{name}”, which is no step.", mend))
    if problems:
        raise Misdeclared.together(problems)
    return found


def _asks(definition: Definition) -> list[tuple[str, Ask]]:
    return [(step.name, step.node) for step in definition.steps if isinstance(step.node, Ask)]


def _intents(definition: Definition) -> list[type[Intent]]:
    """What the steps build, and what takes that back."""
    found: list[type[Intent]] = []
    todo = [s.node.intent for s in definition.steps if isinstance(s.node, Propose) and s.node.intent is not None]
    while todo:
        intent = todo.pop()
        if intent in found:
            continue
        found.append(intent)
        if intent.reversible():
            todo += _undone_by(intent)
    return found


def _undone_by(intent: type[Intent]) -> list[type[Intent]]:
    """The intents that take one back, as its function declares them."""
    gives = _gives(intent.undone_by)
    undo = [one for one in (gives, *get_args(gives)) if isinstance(one, type) and issubclass(one, Intent)]
    if not undo:
        mend = "Write it as the return type: def undone_by(self, receipt: Receipt) -> CloseTicket."
        file = inspect.getsourcefile(intent) or ""
        raise Misdeclared(f"{intent.__name__}.undone_by does not say which intent it gives.", file=file, mend=mend)
    return undo


def _lookups(definition: Definition, values: Iterable[object]) -> dict[str, AnyLookup]:
    """What the steps read, and every lookup of the systems they use: the brief's proof may name any of them."""
    found: dict[str, AnyLookup] = {}
    for step in definition.steps:
        if isinstance(step.node, LookUp):
            found[step.node.lookup.kind] = step.node.lookup
        elif isinstance(step.node, Trigger) and step.node.again is not None:
            found[step.node.again.kind] = step.node.again
    for module in values:
        if inspect.ismodule(module):
            found |= {v.kind: v for v in vars(module).values() if isinstance(v, Lookup)}
    return found
