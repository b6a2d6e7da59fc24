"""Names say what a thing is: no drawers for odds and ends, and tests that read as sentences."""

import ast
from pathlib import PurePosixPath

import pytest

from tests.rules.source import name, python_files, tree

DRAWERS = frozenset(
    {"base", "common", "handler", "helper", "manager", "misc", "service", "shared", "stuff", "tool", "util"}
)
FEWEST_WORDS = 3

SOURCE = python_files("bot", "workflows", "tests", "benchmarks")


def is_drawer(path: str) -> bool:
    """Whether any part of the path is a name under which anything could be."""
    words = {word for part in PurePosixPath(path).with_suffix("").parts for word in part.split("_")}
    return not DRAWERS.isdisjoint(words | {word.removesuffix("s") for word in words})


def is_sentence(test: str) -> bool:
    return len(test.removeprefix("test_").split("_")) >= FEWEST_WORDS


def test_no_module_is_a_drawer() -> None:
    assert [name(path) for path in SOURCE if is_drawer(name(path))] == []


def test_the_name_of_a_test_completes_a_sentence() -> None:
    mumbled = [
        f"{name(path)}:{node.lineno}: {node.name}"
        for path in python_files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name.startswith("test_") and not is_sentence(node.name)
    ]
    assert mumbled == []


@pytest.mark.parametrize("path", ["bot/utils.py", "bot/domain/run_manager.py", "bot/helpers/run.py", "bot/base.py"])
def test_a_drawer_is_found_wherever_it_stands(path: str) -> None:
    assert is_drawer(path)


@pytest.mark.parametrize("path", ["bot/domain/machine.py", "bot/adapters/store/table.py", "bot/commands/serve.py"])
def test_a_plain_name_is_no_drawer(path: str) -> None:
    assert not is_drawer(path)


def test_two_words_are_not_a_sentence() -> None:
    assert not is_sentence("test_gate_works")
    assert is_sentence("test_what_is_sent_is_what_the_reviewer_edited")
