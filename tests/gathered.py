"""Folders of workflows that tests put together: each kept once, named after what stands in it, and so opened once."""

import hashlib
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "workflows"
_QUIET = shutil.ignore_patterns("__pycache__")


def gathered(*folders: Path, change: Callable[[Path], object] | None = None) -> Path:
    """What stands in these folders, in one, as `change` has changed it. Nobody may write there afterwards."""
    new = ROOT / "build" / "gathered" / f"new-{secrets.token_hex(8)}"
    new.mkdir(parents=True)
    for folder in folders:
        shutil.copytree(folder, new, dirs_exist_ok=True, ignore=_QUIET)
    if change is not None:
        change(new)
    place = new.with_name(_told(new))
    if not place.is_dir():
        try:
            return new.rename(place)
        except OSError:  # somebody else was faster
            assert place.is_dir()
    shutil.rmtree(new)
    assert _told(place) == place.name, f"A test has written into {place}, which all share: take it away."
    return place


def _told(folder: Path) -> str:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    parts = (f"{one.relative_to(folder)}\0{one.stat().st_size}\0".encode() + one.read_bytes() for one in files)
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def _alone(folder: Path) -> None:
    shutil.copytree(SHIPPED / "support_triage", folder / "support_triage", ignore=_QUIET)
    shutil.copy(SHIPPED / "house.toml", folder)


TRIAGE_ALONE = gathered(change=_alone)
"""Support triage in a folder of its own: what one workflow shows, every other need not be opened for."""
