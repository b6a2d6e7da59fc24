"""Support triage alone, in a folder of its own: what one workflow shows, every other need not be opened for."""

import hashlib
import os
import secrets
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "workflows"
TRIAGE = SHIPPED / "support_triage"


def _copied() -> Path:
    """Named after what is in it, so it is made once, whoever comes first, and again where that has changed."""
    files = [
        SHIPPED / "house.toml",
        *sorted(one for one in TRIAGE.rglob("*") if one.is_file() and one.suffix != ".pyc"),
    ]
    told = hashlib.sha256(b"\0".join(f"{one.relative_to(SHIPPED)}\0".encode() + one.read_bytes() for one in files))
    place = ROOT / "build" / "alone" / told.hexdigest()[:16]
    if not place.is_dir():
        new = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
        shutil.copytree(TRIAGE, new / TRIAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(SHIPPED / "house.toml", new)
        try:
            os.rename(new, place)
        except OSError:  # somebody else was faster
            shutil.rmtree(new)
    return place


FOLDER = _copied()
