"""Versions of what owners write: a digest that only a real change changes, and a difference people can read."""

import difflib
import hashlib
import unicodedata


def digest_of_text(text: str) -> str:
    """The same for the same text, whatever its line ends and the way its accents are written."""
    return hashlib.sha256(unicodedata.normalize("NFC", text.replace("\r\n", "\n")).encode()).hexdigest()


def difference(before: str, after: str) -> str:
    """What changed, as a unified diff without file names."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return "\n".join([*lines][2:])  # the two lines that would name the files; a fence looks like one, too
