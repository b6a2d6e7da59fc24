"""Photos drawn by code: the initials of somebody on their colour, always the same for the same person."""

import html
import re
from zlib import crc32

from bot.workspace.state.workspace import Workspace

_COLOUR = re.compile(r"[0-9a-fA-F]{6}")
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 100 100" role="img">'
    '<defs><linearGradient id="g" gradientTransform="rotate({turn} .5 .5)">'
    '<stop offset="0" stop-color="#{colour}"/><stop offset="1" stop-color="#{shade}"/></linearGradient></defs>'
    '<rect width="100" height="100" rx="22" fill="url(#g)"/>'
    '<text x="50" y="52" fill="#fff" font-family="system-ui,sans-serif" font-size="{letters}" font-weight="600"'
    ' text-anchor="middle" dominant-baseline="central">{initials}</text></svg>'
)


def photo(workspace: Workspace, id: str, size: int) -> str | None:
    """The photo of a person, of an app's bot, or of the team; None where there is nobody of that id."""
    person = workspace.people.get(id)
    if person is not None:
        app = workspace.apps.get(person.app)
        return drawn(person.real_name or person.name, app.colour if app else person.colour, size, seed=id)
    if id == workspace.team.id:
        return drawn(workspace.team.name, "5b4b8a", size, seed=id)
    return None


def drawn(name: str, colour: str, size: int, *, seed: str) -> str:
    initials = initials_of(name)
    colour = colour if _COLOUR.fullmatch(colour) else "4a6fa5"
    return _PICTURE.format(
        size=size,
        turn=crc32(seed.encode("utf-8", "replace")) % 360,
        colour=colour,
        shade=shade_of(colour),
        letters=44 if len(initials) > 1 else 52,
        initials=html.escape(initials),
    )


def initials_of(name: str) -> str:
    """The first letters of the first and the last word."""
    words = [word for word in re.split(r"[^\w]+", name) if word]
    picked = words if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0].upper() for word in picked) or "?"


def shade_of(colour: str) -> str:
    """A darker one of the same hue: white letters stay readable on both."""
    return "".join(f"{int(colour[at : at + 2], 16) * 7 // 10:02x}" for at in (0, 2, 4))
