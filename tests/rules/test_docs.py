"""What the documents show is what happens: their code runs, their links lead on, their commands exist."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.rules.page import Block, Command, as_one_file, blocks, broken_links, commands
from tests.rules.source import ROOT, name

PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
EVERY_PAGE = pytest.mark.parametrize("page", [pytest.param(page, id=name(page)) for page in PAGES])
RUN_HERE = re.compile(r"countersign\b")
"""Other commands (make, docker, git) are shown, not run."""
PARSED = {"json": json.loads, "toml": tomllib.loads}


def shown(page: Path, language: str) -> list[Block]:
    found = blocks(page.read_text("utf-8"))
    return [block for block in found if block.language == language and not block.fragment]


def run(command: str, *, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type a command into a terminal that stands in an empty folder."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    environment = os.environ | {"PATH": path, "COUNTERSIGN_DATA": str(folder / "data"), "NO_COLOR": "1"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@EVERY_PAGE
def test_the_commands_of_a_page_do_what_it_shows(page: Path, tmp_path: Path) -> None:
    for block in shown(page, "console"):
        for command in commands(block):
            if RUN_HERE.match(command.text):
                where = f"{name(page)}:{command.line}: $ {command.text}"
                result = run(command.text, folder=tmp_path)
                assert result.returncode == command.status, f"{where}\n{result.stdout}{result.stderr}"
                assert command.prints(result.stdout), f"{where}\nprints\n{result.stdout}\nnot\n{command.shown}"


@EVERY_PAGE
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    python = shown(page, "python")
    if python:
        file = tmp_path / f"{page.stem.lower()}.py"
        file.write_text(as_one_file(python), encoding="utf-8")
        result = run(f"{sys.executable} -W error {file}", folder=tmp_path)
        assert result.returncode == 0, f"{name(page)} (same line numbers)\n{result.stderr}"


@EVERY_PAGE
def test_the_data_of_a_page_can_be_read(page: Path) -> None:
    for language, parse in PARSED.items():
        for block in shown(page, language):
            try:
                parse(block.code)
            except ValueError as error:
                pytest.fail(f"{name(page)}:{block.line}: {error}")


@EVERY_PAGE
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page, page.read_text("utf-8"))) == []


@EVERY_PAGE
def test_the_make_targets_a_page_names_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", page.read_text("utf-8")))
    assert named <= targets


PAGE = """
Text with a [link](there.md#part) and [another](https://example.org/x).

```console
$ countersign check broken  # exits with 1
broken.py:3: …
...
two findings
$ countersign start \\
    triage
```

1. In a list:

   ```python
   x = 1
   ```

```python fragment
never run
```

```python
assert x == 1
```
"""


def test_a_block_is_read_with_its_language_its_place_and_its_code() -> None:
    found = [(block.language, block.fragment, block.line, block.code) for block in blocks(PAGE)]
    assert found[1:] == [
        ("python", False, 16, "x = 1\n"),
        ("python", True, 20, "never run\n"),
        ("python", False, 24, "assert x == 1\n"),
    ]


def test_a_command_is_read_with_what_it_prints_and_how_it_ends() -> None:
    first, second = commands(next(blocks(PAGE)))
    assert first == Command(5, "countersign check broken", "broken.py:3: …\n...\ntwo findings", 1)
    assert second == Command(9, "countersign start triage", "", 0)


@pytest.mark.parametrize("output", ["broken.py:3: no gate\nx\ny\ntwo findings\n", "broken.py:3: x\n\ntwo findings"])
def test_what_a_page_leaves_out_may_be_anything(output: str) -> None:
    assert next(commands(next(blocks(PAGE)))).prints(output)


@pytest.mark.parametrize("output", ["", "broken.py:3: no gate\n", "a\nbroken.py:3: no gate\nx\ntwo findings"])
def test_what_a_page_shows_must_be_printed(output: str) -> None:
    assert not next(commands(next(blocks(PAGE)))).prints(output)


def test_an_error_in_a_page_is_reported_on_the_line_of_the_page() -> None:
    python = [block for block in blocks(PAGE) if block.language == "python" and not block.fragment]
    lines = as_one_file(python).splitlines()
    assert (lines[15], lines[23]) == ("x = 1", "assert x == 1")


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert list(broken_links(page, PAGE)) == ["there.md#part"]
    (tmp_path / "there.md").touch()
    assert list(broken_links(page, PAGE)) == []


def test_a_command_runs_in_an_empty_folder_with_its_own_data(tmp_path: Path) -> None:
    result = run("ls | wc -l && echo $COUNTERSIGN_DATA && exit 3", folder=tmp_path)
    assert (result.returncode, result.stdout.split()) == (3, ["0", str(tmp_path / "data")])
