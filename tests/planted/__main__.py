"""Plant each bug into a copy of the project, alone, and see that its tests fail: `python -m tests.planted [NAME …]`."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.planted.bugs import BUGS, Bug

ROOT = Path(__file__).parents[2]
NEEDED = ("bot", "workflows", "tests", "pyproject.toml")
FAILED = 1
"""How pytest ends where tests failed; where none could be collected it ends otherwise, and that catches nothing."""
AT_ONCE = 2


def planted(bug: Bug, root: Path) -> None:
    """Take the guard away in a copy."""
    file = root / bug.file
    text = file.read_text()
    if text.count(bug.old) != 1:
        raise SystemExit(f"{bug.name}: its old text stands in {bug.file} {text.count(bug.old)} times, not once.")
    file.write_text(text.replace(bug.old, bug.new))


def is_caught(bug: Bug) -> tuple[bool, str]:
    """Whether a test fails for the bug, and what pytest said."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        root = Path(folder)
        for name in NEEDED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, root / name)
        planted(bug, root)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", bug.tests]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        environment |= {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        return done.returncode == FAILED, done.stdout + done.stderr


def chosen(names: Sequence[str]) -> list[Bug]:
    unknown = {*names} - {bug.name for bug in BUGS}
    if unknown:
        raise SystemExit(f"No bug is called {', '.join(sorted(unknown))}. There is: {', '.join(b.name for b in BUGS)}.")
    return [bug for bug in BUGS if not names or bug.name in names]


def main(names: Sequence[str]) -> int:
    """Try the bugs; 1 where any survives."""
    bugs, survivors = chosen(names), 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for bug, (caught, said) in zip(bugs, pool.map(is_caught, bugs), strict=True):
            print(f"{'caught' if caught else 'NOT CAUGHT':<11} {bug.name:<26} {bug.guard}", flush=True)
            if not caught:
                survivors += 1
                print(said[-2000:])
    print(f"{len(bugs) - survivors} of {len(bugs)} caught.")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
