"""Files that came with a message: pictures shown, text begun, everything else named."""

from bot.workspace.page.html import Html, tag
from bot.workspace.page.render.pictures import KINDS, address_of, picture
from bot.workspace.page.render.viewer import Viewer, named
from bot.workspace.state.file import File
from bot.workspace.state.message import Message

SHOWN_TEXT = 2_000
"""So many letters of a text file stand in the channel; the rest is a click away."""


def files(viewer: Viewer, message: Message) -> Html | None:
    """All of a message's files; None where it has none."""
    found = [viewer.workspace.files[id] for id in message.files if id in viewer.workspace.files]
    return tag("div", {"class": "files"}, [file_html(viewer, one) for one in found]) if found else None


def file_html(viewer: Viewer, file: File) -> Html:
    address, name = address_of(file), file.title or file.name
    link = tag("a", {"href": address, "target": "_blank", "rel": "noopener"}, named(name))
    size = tag("span", {"class": "soft"}, f" {readable(file.size)}")
    if file.mimetype in KINDS:
        shown = picture(viewer, address, name, file=file)
        return tag("figure", {"class": "file"}, tag("figcaption", None, link, size), shown)
    if file.mimetype.startswith("text/") and file.data:
        begun = file.data[: SHOWN_TEXT * 4].decode(errors="replace")[:SHOWN_TEXT]
        whole = tag("details", None, tag("summary", None, link, size), tag("pre", None, tag("code", None, begun)))
        return tag("div", {"class": "file"}, whole)
    return tag("div", {"class": "file"}, tag("span", {"aria-hidden": "true"}, "📄 "), link, size)


def readable(size: int) -> str:
    """`12 kB`"""
    amount = float(size)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} GB"
