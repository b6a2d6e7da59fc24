"""One workflow as it stands in its folder: its steps, what they can build and read, and the texts its owner writes."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_type_hints

from bot.adapters.library.digest import digests_of
from bot.adapters.library.module import definition_of, load_module
from bot.adapters.library.prompt import prompt_files, read_prompt
from bot.domain.errors import Misdeclared
from bot.domain.intent import Intent
from bot.domain.terms import Prompt
from bot.domain.text import nearest
from bot.domain.workflow import AnyLookup, Ask, Definition, LookUp, Lookup, Propose, Trigger, named_inputs
from bot.ports.store import VersionKind

What = tuple[VersionKind, str]
"""A text that owners may change: its kind and its name."""


@dataclass(slots=True)
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
    texts: dict[What, str] = field(default_factory=dict[What, str])
    """What its files say."""


def open_book(folder: Path, package: str) -> Book:
    """Load one workflow's folder. Raises Misdeclared with file, line and mend."""
    module = load_module(folder, package)
    definition = definition_of(module)
    files = prompt_files(folder)
    texts = {(VersionKind.BRIEF, folder.name): read_file(folder / "brief.toml")}
    for step, node in _asks(definition):
        file = files.get(node.prompt or step)
        if file is None:
            mend = f"Add {node.prompt or step}.md beside the steps."
            raise Misdeclared(f"The ask “{step}” has no prompt.", file=str(folder), mend=mend)
        texts[VersionKind.PROMPT, f"{folder.name}/{step}"] = read_file(file)
    routes = folder / "routes.toml"
    if routes.is_file():
        texts[VersionKind.ROUTES, folder.name] = read_file(routes)
    return Book(
        name=folder.name,
        folder=folder,
        definition=definition,
        steps=digests_of(definition),
        intents={kind.kind(): kind for kind in _intents(definition)},
        lookups=_lookups(definition, vars(module).values()),
        functions={name: value for name, value in vars(module).items() if inspect.isfunction(value)},
        texts=texts,
    )


def read_file(file: Path) -> str:
    """A text file. Raises Misdeclared where there is none, or it is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Misdeclared("This file is missing.", file=str(file), mend="Every workflow has one.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misdeclared(f"This file cannot be read: {error}.", file=str(file), mend="Save it as UTF-8.") from error


def prompts_of(book: Book, texts: Mapping[str, str]) -> dict[str, Prompt]:
    """The prompt of each `ask`, from the given texts by step."""
    prompts: dict[str, Prompt] = {}
    for name, node in _asks(book.definition):
        file = str(book.folder / f"{node.prompt or name}.md")
        inputs = [one.name for one in named_inputs(book.definition.step(name))]
        prompts[name] = read_prompt(texts[name], name=node.prompt or name, file=file, fact=node.fact, steps=inputs)
    return prompts


def invariants_of(book: Book, names: Iterable[str]) -> dict[str, Callable[..., bool]]:
    """The functions a brief's invariants name. Raises Misdeclared where one is missing."""
    found: dict[str, Callable[..., bool]] = {}
    for name in names:
        function = book.functions.get(name)
        if function is None:
            meant = nearest(name, book.functions)
            mend = f"Did you mean {meant}?" if meant else "Write it beside the steps."
            file = str(book.folder / "brief.toml")
            raise Misdeclared(f"The invariant's function {name} does not exist.", file=file, mend=mend)
        found[name] = function
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
        undo = get_type_hints(intent.undone_by).get("return") if intent.reversible() else None
        if isinstance(undo, type) and issubclass(undo, Intent):
            todo.append(undo)
    return found


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
