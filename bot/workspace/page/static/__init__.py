"""What the page loads: styles, scripts and an icon. Each address has its content's hash, so it can be kept for ever."""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Final

KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_IMPORT: Final = re.compile(r'(from|import) "\./([\w-]+\.js)"')


@cache
def content(name: str) -> bytes:
    """A file as it is served: scripts name each other by address. Raises FileNotFoundError."""
    if not re.fullmatch(r"[\w-]+\.(?:css|js|svg)", name):
        raise FileNotFoundError(name)
    text = (files(__name__) / name).read_text(encoding="utf-8")
    return _IMPORT.sub(lambda found: f'{found[1]} "{address(found[2])}"', text).encode()


@cache
def address(name: str) -> str:
    """`/static/page-1f3a….js`"""
    stem, _, ending = name.rpartition(".")
    return f"/static/{stem}-{hashlib.sha256(content(name)).hexdigest()[:12]}.{ending}"


def named(asked: str) -> str:
    """The file an address asks for, whichever hash it has."""
    return re.sub(r"-[0-9a-f]{12}\.", ".", asked)
