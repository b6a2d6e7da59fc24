"""The project's own files, as the rules see them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def python_files(*folders: str) -> list[Path]:
    """Every Python file below these folders of the project, in a stable order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def project_files() -> tuple[Path, ...]:
    """The files of a clone."""
    return tuple(path for path in project_paths() if path.is_file())


@cache
def project_paths() -> tuple[Path, ...]:
    """What a clone holds or is about to: what is tracked, and what is new and not ignored. A link may lead nowhere."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows which files are its own")
    listing = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={ROOT}",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / line for line in listing.stdout.decode().split("\0") if line)
    return tuple(sorted(path for path in paths if path.is_file() or path.is_symlink()))


def imports(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, wherever in the file it stands."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=aliases):
                yield from ((node.lineno, alias.name) for alias in aliases)
            case ast.ImportFrom(module=str(source), names=aliases):
                yield from ((node.lineno, f"{source}.{alias.name}") for alias in aliases)
            case _:
                pass
