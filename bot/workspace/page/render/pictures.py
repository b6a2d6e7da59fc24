"""Pictures of this workspace, as large as they will be shown; of anywhere else, their words in a box."""

import struct
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from bot.workspace.page.html import Given, Html, safe_address, tag
from bot.workspace.page.render.reading import inner, text
from bot.workspace.page.render.viewer import Viewer, seen
from bot.workspace.payload import Json
from bot.workspace.state.file import File

WIDEST, HIGHEST = 360, 320
"""A picture is never larger than that."""
KINDS: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers in a JPEG file after which its size stands."""


def picture_of(viewer: Viewer, one: Json, *, kind: str = "picture") -> Html:
    """The picture of an image block or element."""
    file = _file_of(viewer, inner(one, "slack_file"))
    address = viewer.path(address_of(file)) if file else text(one, "image_url") or text(inner(one, "slack_file"), "url")
    return picture(viewer, address, text(one, "alt_text"), file=file or _file_at(viewer, address), kind=kind)


def picture(viewer: Viewer, address: str, alt: str, *, file: File | None = None, kind: str = "picture") -> Html:
    """A picture, or its words and a link, as the page loads nothing from outside."""
    here = viewer.path(address)
    if here and (file is None or file.mimetype in KINDS):
        given: Given = {"src": here, "alt": seen(alt), "class": kind, "loading": "lazy"}
        wide, high = shown_size(file.data or b"") if file and kind == "picture" else (0, 0)
        return tag("img", {**given, "width": wide or None, "height": high or None})
    said = seen(alt) or "A picture"
    words = tag("span", {"role": "img", "aria-label": said}, tag("bdi", None, said))
    return tag("span", {"class": f"{kind} elsewhere"}, words, " ", _open(here or address))


def _open(address: str) -> Html | None:
    given: Given = {"href": address, "target": "_blank", "rel": "noopener noreferrer"}
    return None if safe_address(address) == "#" else tag("a", given, "open")


def address_of(file: File) -> str:
    """Where a file lies, on the page's own host."""
    return f"/files/{file.id}/{file.key}/{quote(file.name, safe='')}"


def _file_of(viewer: Viewer, named: Json) -> File | None:
    return viewer.workspace.files.get(text(named, "id"))


def _file_at(viewer: Viewer, address: str) -> File | None:
    """The file that an address of this workspace leads to."""
    parts = viewer.path(address).split("/")
    found = viewer.workspace.files.get(parts[2]) if len(parts) > 4 else None
    return found if found is not None and found.key == parts[3] else None


# --- how large it is ----------------------------------------------------------------------------------------------


def shown_size(data: bytes) -> tuple[int, int]:
    """How large a picture is shown, so that nothing moves when it comes; nothing where that cannot be read."""
    wide, high = size_of(data)
    if not (wide and high):
        return 0, 0
    shrunk = min(1.0, WIDEST / wide, HIGHEST / high)
    return max(1, round(wide * shrunk)), max(1, round(high * shrunk))


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture, as its first bytes say; nothing where they do not."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return _pair(">II", data, 16)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return _pair("<HH", data, 6)
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        wide, high = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return wide, high
    if data[:2] == b"\xff\xd8":
        high, wide = next(_jpeg_sizes(data), (0, 0))
        return wide, high
    return 0, 0


def _pair(form: str, data: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, data, at)
    return int(first), int(second)


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _FRAMES:
            yield _pair(">HH", data, at + 5)
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
