"""Pictures into files, or to the standard output."""

import sys
from pathlib import Path

from bot.commands.shell.typed import STDIN
from bot.domain.errors import Unfit
from bot.domain.text import one_line


def write_picture(text: str, where: str) -> str:
    """Write it; the sentence that says where, which is empty for the standard output."""
    if where == STDIN:
        sys.stdout.write(text)
        return ""
    try:
        Path(where).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise Unfit(f"{one_line(where, 200)} cannot be written: {why}.") from None
    return f"The picture is in {where}."
