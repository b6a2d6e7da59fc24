"""How checkpoints stand in files of other people: a line of JSON each, or the checkpoint itself."""

import base64
import json
import re
from collections.abc import Iterator

from bot.domain.audit.checkpoint import read_checkpoint
from bot.domain.plain import canonical, is_object

_SPEAKS = re.compile(r'\\*"checkpoint\\*"\s*:')

WRITTEN = "at "
"""Begins the extension line that says when a checkpoint was written."""


def line_of(note: str) -> str:
    """A checkpoint as one line, for a log or a file; it ends with a line feed."""
    checkpoint = read_checkpoint(note)
    root = base64.b64encode(checkpoint.root).decode()
    at = written_at(note)
    return canonical({"at": at, "size": checkpoint.size, "root": root, "checkpoint": note}).decode() + "\n"


def notes_in(text: str) -> Iterator[str]:
    """The checkpoints in a file: one alone, or a line each, between whatever else a log has.

    A line that speaks of a checkpoint and cannot be read is given as it is, so that reading it as one fails.
    """
    if not _SPEAKS.search(text):
        yield text
        return
    for line in text.splitlines():
        if _SPEAKS.search(line):
            yield _note_in(line) or line


def _note_in(line: str) -> str | None:
    """The checkpoint in a line; a log that writes JSON itself has our line as a text within its own."""
    try:
        read: object = json.loads(line[line.index("{") :])
    except (ValueError, RecursionError):
        return None
    values = read if is_object(read) else {}
    note = values.get("checkpoint")
    if isinstance(note, str):
        return note
    inner = (text for text in values.values() if isinstance(text, str) and _SPEAKS.search(text))
    return next((note for text in inner if (note := _note_in(text))), None)


def written_at(note: str) -> str:
    """When a checkpoint says it was written; empty where it does not say."""
    extensions = read_checkpoint(note).extensions
    return next((line.removeprefix(WRITTEN) for line in extensions if line.startswith(WRITTEN)), "")
