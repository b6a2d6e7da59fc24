"""Attachments: the older form of a message's parts, with a bar of colour beside them."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.blocks import blocks
from bot.workspace.page.render.dates import full_of, short_of
from bot.workspace.page.render.mrkdwn import link, mrkdwn
from bot.workspace.page.render.pictures import picture
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inners, text
from bot.workspace.page.render.richtext import patch
from bot.workspace.page.render.viewer import named
from bot.workspace.payload import Json

_NAMED: Final[Mapping[str, str]] = {"good": "#2eb67d", "warning": "#daa038", "danger": "#d6293e"}
_SAID: Final = ("pretext", "author_name", "title", "text", "fields", "blocks", "image_url", "thumb_url", "footer")


def attachments(place: Place, many: Iterable[Json]) -> Html:
    return joined([attachment(place, one) for one in many])


def attachment(place: Place, one: Json) -> Html:
    pretext = _marked(place, text(one, "pretext"), "words")
    colour = text(one, "color")
    bar = patch(_NAMED.get(colour, f"#{colour.removeprefix('#')}"), "bar")
    if not any(one.get(name) for name in _SAID):
        return tag("div", {"class": "attachment"}, bar, _marked(place, text(one, "fallback"), "words"))
    inside = [
        _author(one),
        _title(one),
        _marked(place, text(one, "text"), "words"),
        _fields(place, inners(one, "fields")),
        blocks(place, inners(one, "blocks")),
        _picture(place, one, "image_url", "picture"),
        _old_buttons(inners(one, "actions")),
        _footer(place, one),
    ]
    thumb = _picture(place, one, "thumb_url", "thumbnail")
    return joined([pretext, tag("div", {"class": "attachment"}, bar, tag("div", {"class": "text"}, inside), thumb)])


def _marked(place: Place, said: str, kind: str) -> Html | None:
    return tag("div", {"class": kind, "dir": "auto"}, mrkdwn(place.viewer, said)) if said else None


def _author(one: Json) -> Html | None:
    name = text(one, "author_name")
    if not name:
        return None
    return tag("div", {"class": "from"}, link(text(one, "author_link"), named(name)))


def _title(one: Json) -> Html | None:
    title = text(one, "title")
    return tag("div", {"class": "title"}, link(text(one, "title_link"), named(title))) if title else None


def _fields(place: Place, fields: list[Json]) -> Html | None:
    """Short ones stand side by side."""
    shown = [
        tag(
            "div",
            {"class": None if one.get("short") else "long"},
            tag("strong", None, named(text(one, "title"))),
            _marked(place, text(one, "value"), "words"),
        )
        for one in fields
    ]
    return tag("div", {"class": "fields"}, shown) if shown else None


def _picture(place: Place, one: Json, name: str, kind: str) -> Html | None:
    address = text(one, name)
    return picture(place.viewer, address, text(one, "fallback") or text(one, "title"), kind=kind) if address else None


def _old_buttons(acts: list[Json]) -> Html | None:
    """Buttons from before there were blocks. Slack itself has given them up."""
    if not acts:
        return None
    said = "Buttons of attachments are not supported; use blocks."
    shown = [tag("button", {"type": "button", "class": "button", "disabled": True}, text(one, "text")) for one in acts]
    return tag("div", {"class": "actions", "title": said}, shown)


def _footer(place: Place, one: Json) -> Html | None:
    footer, at = text(one, "footer"), _seconds(one.get("ts"))
    if not footer and at is None:
        return None
    time = None if at is None else _time(place.viewer.moment(at))
    parts = [mrkdwn(place.viewer, footer) if footer else None, " · " if footer and time else None, time]
    return tag("div", {"class": "soft"}, parts)


def _time(at: datetime) -> Html:
    return tag("time", {"datetime": at.isoformat(), "title": full_of(at)}, short_of(at))


def _seconds(value: object) -> float | None:
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None
