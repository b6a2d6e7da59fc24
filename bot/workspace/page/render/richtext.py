"""Rich text as HTML: what people type, and what apps send as `rich_text`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.emoji import emoji
from bot.workspace.page.render.mrkdwn import channel_mention, date, group_mention, lines, link, mention, wide_mention
from bot.workspace.page.render.reading import inner, inners, number, text
from bot.workspace.page.render.viewer import Viewer, named
from bot.workspace.payload import Json

_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_STYLES: Final = (("code", "code"), ("strike", "s"), ("italic", "em"), ("bold", "strong"), ("underline", "u"))
DEEPEST: Final = 8
"""The most levels of a list that are shown as levels."""


def rich_text(viewer: Viewer, block: Json) -> Html:
    """A `rich_text` block."""
    return tag("div", {"class": "rich", "dir": "auto"}, _parts(viewer, inners(block, "elements")))


def _parts(viewer: Viewer, parts: Sequence[Json]) -> Iterator[Html]:
    at = 0
    while at < len(parts):
        if parts[at].get("type") == "rich_text_list":
            upto = at + 1
            while upto < len(parts) and _goes_on(parts[at], parts[upto]):
                upto += 1
            yield _lists(viewer, parts[at:upto])
            at = upto
        else:
            yield _part(viewer, parts[at])
            at += 1


def _goes_on(first: Json, part: Json) -> bool:
    """Lists that follow each other are one where the later is a level of it, has its bullets, or goes on counting."""
    if part.get("type") != "rich_text_list":
        return False
    same = part.get("style") == first.get("style")
    return _level(part) > _level(first) or (same and (part.get("style") == "bullet" or bool(part.get("offset"))))


def _level(part: Json) -> int:
    return max(0, min(number(part, "indent") or 0, DEEPEST))


def _part(viewer: Viewer, part: Json) -> Html:
    match part.get("type"):
        case "rich_text_preformatted":
            return tag("pre", None, tag("code", None, inline(viewer, part)))
        case "rich_text_quote":
            return tag("blockquote", None, inline(viewer, part))
        case _:
            return tag("div", {"class": "line"}, inline(viewer, part))


def _lists(viewer: Viewer, parts: Sequence[Json]) -> Html:
    """Lists of several levels, each deeper one inside the last item before it."""
    first, level = parts[0], min(_level(part) for part in parts)
    name = "ol" if first.get("style") == "ordered" else "ul"
    items: list[list[Html]] = []
    for deeper, group in groupby(parts, key=lambda part: _level(part) > level):
        if not deeper:
            items += [[inline(viewer, item)] for part in group for item in inners(part, "elements")]
        elif items:
            items[-1].append(_lists(viewer, [*group]))
        else:
            items.append([_lists(viewer, [*group])])
    start = number(first, "offset")
    given = {"start": start + 1 if name == "ol" and start else None}
    return tag(name, given, (tag("li", None, item) for item in items))


def inline(viewer: Viewer, whole: Json) -> Html:
    """What stands in one line, paragraph or item."""
    return joined([_piece(viewer, piece) for piece in inners(whole, "elements")])


def _piece(viewer: Viewer, piece: Json) -> Html:
    shown, style = _bare(viewer, piece), inner(piece, "style")
    for name, element in _STYLES:
        if style.get(name):
            shown = tag(element, None, shown)
    return shown


def _bare(viewer: Viewer, piece: Json) -> Html:
    show = _SHOWN.get(text(piece, "type"))
    return show(viewer, piece) if show else lines(text(piece, "text"))


def _link(_viewer: Viewer, piece: Json) -> Html:
    return link(text(piece, "url"), text(piece, "text"))


def _emoji(_viewer: Viewer, piece: Json) -> Html:
    tone = number(piece, "skin_tone")
    return emoji(f"{text(piece, 'name')}::skin-tone-{tone}" if tone else text(piece, "name"))


def _user(viewer: Viewer, piece: Json) -> Html:
    return mention(viewer, text(piece, "user_id"))


def _group(viewer: Viewer, piece: Json) -> Html:
    return group_mention(viewer, text(piece, "usergroup_id"))


def _channel(viewer: Viewer, piece: Json) -> Html:
    return channel_mention(viewer, text(piece, "channel_id"))


def _broadcast(_viewer: Viewer, piece: Json) -> Html:
    return wide_mention(text(piece, "range"))


def _team(viewer: Viewer, piece: Json) -> Html:
    team, id = viewer.workspace.team, text(piece, "team_id")
    return tag("span", {"class": "mention"}, "@", named(team.name if id == team.id else team.partners.get(id, id)))


def _tag(_viewer: Viewer, piece: Json) -> Html:
    return tag("span", {"class": "badge"}, text(piece, "text"))


def _away(kind: str) -> Callable[[Viewer, Json], Html]:
    """Something of Slack's that there is none of here."""
    return lambda _viewer, _piece: tag("span", {"class": "badge"}, kind)


def _date(viewer: Viewer, piece: Json) -> Html:
    seconds = number(piece, "timestamp")
    if seconds is None or abs(seconds) > 99_999_999_999:
        return joined([text(piece, "fallback")])
    return date(viewer, seconds, text(piece, "format") or "{date}", address=text(piece, "url"))


def _colour(_viewer: Viewer, piece: Json) -> Html:
    value = text(piece, "value")
    return tag("span", {"class": "colour"}, patch(value, "patch"), value)


def patch(colour: str, kind: str) -> Html | None:
    """A piece of that colour; None where it is none."""
    if not _COLOUR.fullmatch(colour):
        return None
    # It would need a style of its own, which the page forbids; an SVG may be filled.
    given = {"class": kind, "viewBox": "0 0 1 1", "aria-hidden": "true", "preserveAspectRatio": "none"}
    return tag("svg", given, tag("rect", {"width": 1, "height": 1, "fill": colour}))


_SHOWN: Final[Mapping[str, Callable[[Viewer, Json], Html]]] = {
    "link": _link,
    "emoji": _emoji,
    "user": _user,
    "usergroup": _group,
    "channel": _channel,
    "broadcast": _broadcast,
    "team": _team,
    "date": _date,
    "color": _colour,
    "tag": _tag,
    "canvas": _away("Canvas"),
    "canvas_user_mention": _user,
    "attachment_mention": _link,
    "salesforce_data_field": _away("Salesforce record"),
    "work_object_mention": _away("Work object"),
}
