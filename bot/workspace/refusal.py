"""What somebody has to mend before a workspace can start: one sentence that says what, where and how."""

import difflib
from collections.abc import Iterable


class CannotStart(Exception):
    """The workspace does not start as it was asked to. The message is for whoever typed it."""


def meant(word: str, known: Iterable[str]) -> str:
    """` Did you mean “mia”?`, with a space before it; empty where nothing is near."""
    near = difflib.get_close_matches(word[:80], [*known], n=1)
    return f" Did you mean “{near[0]}”?" if near else ""
