"""Small pieces: functions, modules and exceptions to the rules stay few and short."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.rules.source import name, python_files, tree

LONGEST_FUNCTION = 40
USUAL_FUNCTION = 25
LONGEST_MODULE = 300

SOURCE = python_files("bot", "workflows")
EVERYWHERE = python_files("bot", "workflows", "tests", "benchmarks")

SILENCED_TYPES = re.compile(r"#\s*(type|pyright|basedpyright|mypy):\s*ignore")
NOQA = re.compile(r"#\s*noqa\b(?P<rest>.*)", re.IGNORECASE)
REASONED = re.compile(r": [A-Z]+\d+(, ?[A-Z]+\d+)*\W+\w+\W+\w+")
"""A rule, then at least two words why."""


def functions(module: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Name, line and length of each function; decorators are not counted."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def silenced_without_reason(line: str) -> bool:
    found = NOQA.search(line)
    return found is not None and REASONED.match(found["rest"]) is None


def non_blank_lines(*folders: str) -> int:
    return sum(bool(line.strip()) for path in python_files(*folders) for line in path.read_text("utf-8").splitlines())


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{name(path)}:{line}: {function} has {length} lines, {LONGEST_FUNCTION} are allowed"
        for path in SOURCE
        for function, line, length in functions(tree(path))
        if length > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_nine_of_ten_functions_are_short() -> None:
    lengths = [length for path in SOURCE for _, _, length in functions(tree(path))]
    short = sum(length < USUAL_FUNCTION for length in lengths)
    assert short >= 0.9 * len(lengths), f"{short} of {len(lengths)} functions are under {USUAL_FUNCTION} lines"


def test_no_module_is_longer_than_one_sitting() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCE}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_type_error_is_silenced_in_the_product() -> None:
    silenced = [
        f"{name(path)}:{number}"
        for path in SOURCE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if SILENCED_TYPES.search(line)
    ]
    assert silenced == []


def test_no_style_rule_is_silenced_without_a_reason() -> None:
    silenced = [
        f"{name(path)}:{number}: say why, after the rule"
        for path in EVERYWHERE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if silenced_without_reason(line)
    ]
    assert silenced == []


def test_the_tests_are_at_least_as_long_as_the_source() -> None:
    assert non_blank_lines("tests") >= non_blank_lines("bot", "workflows")


DECORATED = """
@cache
async def f():
    pass

class C:
    def g(self):
        x = 1
        return x
"""


def test_the_length_of_a_function_is_what_its_reader_sees() -> None:
    assert sorted(functions(ast.parse(DECORATED))) == [("f", 3, 2), ("g", 7, 3)]


@pytest.mark.parametrize("tool", ["type", "pyright", "basedpyright", "mypy"])
def test_every_way_to_silence_types_is_known(tool: str) -> None:
    assert SILENCED_TYPES.search(f"x = 1  # {tool}: " + "ignore[assignment]")


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("x = 1", False),
        ("# no" + "qa", True),
        ("# no" + "qa: S608", True),
        ("# no" + "qa: S608, S101", True),
        ("# no" + "qa: S608 because", True),
        ("# no" + "qa: S608 the name comes from our own table", False),
        ("# no" + "qa: S608, S101 - our own table", False),
    ],
)
def test_a_reason_is_more_than_a_rule(comment: str, silent: bool) -> None:
    assert silenced_without_reason(comment) is silent
