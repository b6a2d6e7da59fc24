"""The files of a workflow, read so that whatever lies there costs little: no pipe is waited for, nothing is endless."""

import os
from pathlib import Path

from bot.domain.declared.toml import MOST_BYTES
from bot.domain.errors import Misdeclared
from bot.domain.plain import Unreadable, decode


def is_there(file: Path) -> bool:
    """Whether anything has this name, even what cannot be read: what is there is never passed over in silence."""
    return os.path.lexists(file)


def read_bytes(file: Path, *, most: int = MOST_BYTES) -> bytes:
    """What a file holds. Raises Misdeclared where there is none, where it is no file, or it is too large."""
    try:
        if is_there(file) and not file.is_file():
            said = "This link leads to no file." if file.is_symlink() else "This is not a file."
            raise Misdeclared(said, file=str(file), mend="Put a file in its place, or take it away.")
        with file.open("rb") as opened:
            raw = opened.read(most + 1)
    except FileNotFoundError:
        raise Misdeclared("This file is missing.", file=str(file), mend="Every workflow has one.") from None
    except OSError as error:
        said, mend = f"This file cannot be read: {error.strerror}.", "See that the bot may read it."
        raise Misdeclared(said, file=str(file), mend=mend) from error
    if len(raw) > most:
        said = f"This file is too large; at most {most:,} bytes are read."
        raise Misdeclared(said, file=str(file), line=1, mend="Shorten it.")
    return raw


def read_text(file: Path) -> str:
    """A text file. Raises Misdeclared where it is not written as texts are."""
    try:
        return decode(read_bytes(file), max_bytes=MOST_BYTES)
    except Unreadable as error:
        raise Misdeclared(error.why[:1].upper() + error.why[1:], file=str(file), line=error.line) from None
