"""The repository speaks of itself only: of no registry, and of no machine it was made on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.source import name, project_files, project_paths

LARGEST_FILE = 1_000_000


def spelled(*parts: str) -> str:
    """Join what this file must not contain in one piece."""
    return re.escape("".join(parts))


REGISTRY = re.compile(
    "|".join(
        (
            spelled("py", "pi.org"),
            spelled("python", "hosted.org"),
            spelled("npm", "js.org"),
            spelled("npm", "js.com"),
            spelled("ana", "conda.org"),
            spelled("proxy.go", "lang.org"),
            spelled("ruby", "gems.org"),
        )
    ),
    re.IGNORECASE,
)
MACHINE = re.compile(
    r"(?<![\w./-])("
    + "|".join(
        (
            spelled("/", "work/"),
            spelled("/", "root/"),
            spelled("/", "tmp/cs"),
            spelled("/opt/", "py", "pi"),
            spelled("/", "Users/"),
        )
    )
    + ")"
)
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)


def texts() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        try:
            yield path, path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(REGISTRY, id="registry"),
        pytest.param(MACHINE, id="machine"),
        pytest.param(CONFLICT, id="conflict"),
    ],
)
def test_no_file_of_the_project_contains(forbidden: re.Pattern[str]) -> None:
    found = [
        f"{name(path)}:{len(text[: match.end()].splitlines())}: {match[0]}"
        for path, text in texts()
        for match in forbidden.finditer(text)
    ]
    assert found == []


def test_no_path_of_the_project_is_a_link() -> None:
    """It would lead to a place on the machine it was made on, and be read by no other rule."""
    assert [name(path) for path in project_paths() if path.is_symlink()] == []


def test_no_file_of_the_project_is_large() -> None:
    sizes = {name(path): path.stat().st_size for path in project_files()}
    assert {path: size for path, size in sizes.items() if size > LARGEST_FILE} == {}


def test_our_text_ends_lines_one_way() -> None:
    ours = [path for path in project_files() if path.suffix in {".py", ".md", ".toml", ".lock", ".css", ".js"}]
    assert [name(path) for path in ours if b"\r" in path.read_bytes()] == []


def test_the_rule_sees_the_files_it_judges() -> None:
    names = {name(path) for path in project_files()}
    assert {"pyproject.toml", "Makefile", "requirements.lock", "tests/rules/test_hygiene.py"} <= names


@pytest.mark.parametrize("parts", [("https://py", "pi.org/simple"), ("files.python", "hosted.org"), ("NPM", "JS.org")])
def test_a_registry_is_found(parts: tuple[str, str]) -> None:
    assert REGISTRY.search("".join(parts))


@pytest.mark.parametrize(
    "parts", [(" /", "work/main"), ('"/', "root/.cache"), ("(/", "tmp/cs/x"), ("/opt/", "py", "pi")]
)
def test_a_machine_is_found(parts: tuple[str, ...]) -> None:
    assert MACHINE.search("".join(parts))


@pytest.mark.parametrize("text", ["/workflows/", "bot/workspace/page", "https://example.org/work/x", "./work/x"])
def test_a_path_of_ours_is_left_alone(text: str) -> None:
    assert not MACHINE.search(text)
