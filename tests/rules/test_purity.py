"""What import contracts cannot say: which part of a library is pure, who approves, and how an event comes in."""

import ast
from collections.abc import Iterator

import pytest

from tests.rules.source import ROOT, imports, name, python_files, tree

PURE = frozenset(
    """
    __future__ abc ast base64 binascii bisect calendar codecs collections contextlib copy dataclasses
    datetime decimal difflib dis enum fractions functools graphlib hashlib heapq hmac html inspect ipaddress
    itertools json keyword math numbers operator re statistics string struct sys textwrap tomllib types
    typing typing_extensions unicodedata urllib.parse uuid zoneinfo
    """.split()
)
"""What neither looks at the world nor changes it."""

ASKS_THE_WORLD = frozenset(
    """
    now utcnow today uuid1 uuid4 urandom open input print exec eval __import__ import_module breakpoint
    read_text write_text read_bytes write_bytes
    """.split()
)

GRANTERS = frozenset({"bot/domain/acting.py"})
"""The part of the machine that may call `Approved(...)`. Nothing else may."""

WAYS_IN = frozenset({"bot/application/move.py", "bot/testing/play.py"})
"""Where an event enters the machine: redacted by the class of its fields, or in a test."""

CORE = [path for path in python_files("bot/domain", "bot/intents") if path.parent.name != "standalone"]
"""A file in `standalone/` ships as it is, for a machine without the bot; nothing here imports it."""


def impure_imports(module: ast.Module, *allowed: str) -> Iterator[tuple[int, str]]:
    """Whatever is imported beside the pure standard library and these packages."""
    for line, dotted in imports(module):
        if not any(dotted == pure or dotted.startswith(f"{pure}.") for pure in (*PURE, *allowed)):
            yield line, dotted


def called(call: ast.Call) -> str:
    """The last name of what is called: `now` in `datetime.now(...)`, `Approved` in `Approved[Reply](...)`."""
    function = call.func
    while isinstance(function, ast.Subscript):
        function = function.value
    match function:
        case ast.Name(id=last) | ast.Attribute(attr=last):
            return last
        case _:
            return ""


def calls(module: ast.Module, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node.lineno, called(node)


def test_the_core_imports_only_what_is_pure() -> None:
    impure = [
        f"{name(path)}:{line}: {dotted}"
        for path in (*CORE, ROOT / "bot" / "authoring.py")
        for line, dotted in impure_imports(tree(path), "bot", "pydantic", "pydantic_core")
    ]
    assert impure == []


def test_the_domain_never_asks_for_the_time_for_chance_or_for_a_file() -> None:
    asked = [
        f"{name(path)}:{line}: {what}(...): take it as a parameter"
        for path in CORE
        for line, what in calls(tree(path), ASKS_THE_WORLD)
    ]
    assert asked == []


def test_workflows_import_only_the_words_for_workflows() -> None:
    strange = [
        f"{name(path)}:{line}: {dotted}"
        for path in python_files("workflows")
        for line, dotted in impure_imports(tree(path), "bot.authoring", "bot.intents", "pydantic", "workflows")
    ]
    assert strange == []


def test_nothing_imports_what_stands_alone() -> None:
    importers = [
        f"{name(path)}:{line}"
        for path in python_files("bot", "workflows")
        for line, dotted in imports(tree(path))
        if "standalone" in dotted.split(".")
    ]
    assert importers == []


def test_only_the_machine_makes_an_approval() -> None:
    forged = [
        f"{name(path)}:{line}"
        for path in python_files("bot", "workflows")
        if name(path) not in GRANTERS
        for line, _ in calls(tree(path), frozenset({"Approved"}))
    ]
    assert forged == []


def test_only_what_was_redacted_enters_the_machine() -> None:
    raw = [
        f"{name(path)}:{line}"
        for path in python_files("bot", "workflows")
        if name(path) not in WAYS_IN and not name(path).startswith("bot/workspace/")  # its clock advances
        for line, _ in calls(tree(path), frozenset({"advance"}))
    ]
    assert raw == []


@pytest.mark.parametrize(
    "line",
    [
        "import urllib.request",
        "from urllib import request",
        "import os.path",
        "from pathlib import Path",
        "import workflows",
    ],
)
def test_an_impure_import_is_found(line: str) -> None:
    assert list(impure_imports(ast.parse(f"def f():\n    {line}\n"), "bot"))


@pytest.mark.parametrize("line", ["from urllib.parse import quote", "from bot.domain import run", "import json"])
def test_a_pure_import_is_left_alone(line: str) -> None:
    assert not list(impure_imports(ast.parse(line), "bot"))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("datetime.now(UTC)", ASKS_THE_WORLD),
        ("open('x')", ASKS_THE_WORLD),
        ("Approved(run=1)", frozenset({"Approved"})),
        ("Approved[Reply](run=1)", frozenset({"Approved"})),
        ("approval.Approved[Reply](run=1)", frozenset({"Approved"})),
    ],
)
def test_a_forbidden_call_is_found_however_it_is_written(code: str, names: frozenset[str]) -> None:
    assert list(calls(ast.parse(code), names))


def test_the_time_as_a_parameter_is_left_alone() -> None:
    assert not list(calls(ast.parse("def f(now): return now + wait(now)"), ASKS_THE_WORLD))
