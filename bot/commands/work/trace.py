"""Where a text still stands in the files of a folder."""

import mmap
from collections.abc import Iterator
from pathlib import Path


def traces(folder: Path, text: str) -> Iterator[Path]:
    """Files that still have a text in them, as it is or in small letters."""
    forms = {form.encode() for form in (text.strip(), text.strip().casefold()) if form}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if path.stat().st_size and any(_has(path, form) for form in forms):
            yield path


def _has(path: Path, form: bytes) -> bool:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(form) >= 0
    except (OSError, ValueError):
        return False  # it went meanwhile
