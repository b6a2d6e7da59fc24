"""What is installed is what was chosen: both locks are whole, hashed, and in step with pyproject.toml."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TypedDict

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules.source import ROOT

PRODUCT, DEV, BUILD = LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


EVERY_LOCK = pytest.mark.parametrize("lock", LOCKS)


class Table(TypedDict):
    """The part of pyproject.toml that names distributions."""

    dependencies: list[str]
    extras: dict[str, list[str]]
    groups: dict[str, list[str | dict[str, str]]]


@cache
def table() -> Table:
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return Table(
        dependencies=whole["project"]["dependencies"],
        extras=whole["project"]["optional-dependencies"],
        groups=whole["dependency-groups"],
    )


def wanted(lock: str) -> Iterator[Requirement]:
    """What pyproject.toml asks for, as far as this lock answers it."""
    product = [*table()["dependencies"], *chain.from_iterable(table()["extras"].values())]
    groups = {PRODUCT: (), DEV: ("build", "dev"), BUILD: ("build",)}[lock]
    tools = [line for group in groups for line in table()["groups"][group] if isinstance(line, str)]
    return map(Requirement, tools if lock == BUILD else product + tools)


@cache
def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each distribution in a lock."""
    text = (ROOT / lock).read_text("utf-8")
    return {
        canonicalize_name(pin["name"]): (pin["version"], pin[0].count("--hash=sha256:"))
        for pin in re.finditer(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(.*\\\n)*.*$", text, re.MULTILINE)
    }


@EVERY_LOCK
def test_every_pin_has_a_hash(lock: str) -> None:
    assert pins(lock)
    assert [name for name, (_, hashes) in pins(lock).items() if hashes == 0] == []


@EVERY_LOCK
def test_a_lock_names_no_place_to_install_from(lock: str) -> None:
    assert re.findall(r"(?m)^-.*|\w+://\S+|\bfile:\S+", (ROOT / lock).read_text("utf-8")) == []


@EVERY_LOCK
def test_what_the_project_asks_for_is_what_is_locked(lock: str) -> None:
    for requirement in wanted(lock):
        version, _ = pins(lock)[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement}: run `make lock`"


@pytest.mark.parametrize("lock", [PRODUCT, BUILD])
def test_the_tests_run_with_the_versions_that_ship(lock: str) -> None:
    tested = pins(DEV)
    assert {
        name: (version, tested[name][0]) for name, (version, _) in pins(lock).items() if tested[name][0] != version
    } == {}


def test_a_lock_is_read_with_markers_and_hashes(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("a.b==1.2 ; os == 'x' \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n    # via c\nc==3\n")
    assert pins(str(lock)) == {"a-b": ("1.2", 2), "c": ("3", 0)}
