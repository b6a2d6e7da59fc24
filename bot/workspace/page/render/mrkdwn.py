"""Slack's own markup, `mrkdwn`, as HTML: what stands in a message's `text` and in text objects of that type."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from urllib.parse import quote

from bot.workspace.page.html import Html, joined, safe_address, tag
from bot.workspace.page.render.dates import full_of, with_dates
from bot.workspace.page.render.emoji import character, emoji
from bot.workspace.page.render.marks import Marks, cleared, mark, with_marks
from bot.workspace.page.render.reading import text as text_of
from bot.workspace.page.render.viewer import Viewer, named, seen
from bot.workspace.payload import Json

_FENCED: Final = re.compile(r"```(.*?)```\n?", re.DOTALL)
_ADDRESS: Final = r"(https?://(?:(?!&[lg]t;)[^\s<>|])+(?<![.,;:!?)\]}'\"*_~`]))"
"""A bare address, without the full stop or bracket that follows it."""
_ATOM: Final = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>|(:[\w+'-]+:(?::skin-tone-[2-6]:)?)|" + _ADDRESS)
_EMOJI: Final = re.compile(r":[\w+'-]+:(?::skin-tone-[2-6]:)?")
_QUOTE: Final = re.compile(r"(?:&gt;|>) ?")
_MARKS: Final = Marks(
    re.compile("[*_~]"),
    (
        mark(r"(?<![\w*])\*(?=[^\s*])", r"(?<=\S)\*(?!\w)", "strong"),
        mark(r"(?<![\w_])_(?=[^\s_])", r"(?<=\S)_(?!\w)", "em"),
        mark(r"(?<![\w~])~(?=[^\s~])", r"(?<=\S)~(?!\w)", "s"),
    ),
)
_OUTWARD: Final = ("http://", "https://", "mailto:")
_WIDE: Final = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}
_NAMED: Final = re.compile(r"<([@#!])([^<>]+)>")
_LINK: Final = re.compile(r"<((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?>")
_TAG: Final = re.compile(r"<[^>]*>")


def mrkdwn(viewer: Viewer, text: str, *, links: bool = True) -> Html:
    """The text with its marks. Where it is verbatim, bare addresses are no `links`."""
    text = cleared(text)
    if "```" not in text:
        return joined(_lines(viewer, text, links=links))
    parts = _FENCED.split(text)
    blocks = (_pre(part) if n % 2 else _lines(viewer, part, links=links) for n, part in enumerate(parts))
    return joined(blocks)


def text_object(viewer: Viewer, whole: Json) -> Html:
    """The words of a text object: with their marks where it is `mrkdwn`."""
    said = text_of(whole, "text")
    if text_of(whole, "type") == "mrkdwn":
        return mrkdwn(viewer, said, links=not whole.get("verbatim"))
    return lines(with_emoji(said) if whole.get("emoji", True) else said)


def lines(words: str) -> Html:
    """Words as they stand, each line below the other."""
    return Html(tag("br").join([joined([line]) for line in words.split("\n")])) if "\n" in words else joined([words])


def with_emoji(words: str) -> str:
    """The words with characters in the place of the names of emoji."""
    return _EMOJI.sub(lambda found: character(found[0]) or found[0], words) if ":" in words else words


def plain(viewer: Viewer, text: str) -> str:
    """What a reader hears of it: names in the place of ids, no marks."""

    def say(found: re.Match[str]) -> str:
        return found[1] or _control_text(viewer, found[2] or "") or found[0]

    return unescaped(_ATOM.sub(say, text))


def as_typed(viewer: Viewer, text: str) -> str:
    """A text as its author typed it: `@mia` in the place of her id, so that it can be typed on."""
    workspace = viewer.workspace

    def say(found: re.Match[str]) -> str:
        kind, name = found[1], found[2].partition("|")[0]
        if kind == "@" and (person := workspace.people.get(name)):
            return f"@{person.name}"
        if kind == "#" and (channel := workspace.channels.get(name)):
            return f"#{channel.name}"
        if kind == "!":
            group = workspace.groups.get(name.removeprefix("subteam^"))
            return f"@{group.handle if group else name}"
        return found[0]

    return unescaped(_LINK.sub(r"\1", _NAMED.sub(say, text)))


def unescaped(text: str) -> str:
    """The text that is meant. Slack knows three entities and no more, so `&copy;` is what it says."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _pre(text: str) -> Html:
    return tag("pre", None, tag("code", None, unescaped(text.strip("\n"))))


def _lines(viewer: Viewer, text: str, *, links: bool) -> Iterator[Html]:
    """Lines that begin with `>` stand together in a quote."""
    if ">" not in text and "&gt;" not in text:
        yield _broken(_inline(viewer, line, links=links) for line in text.split("\n"))
        return
    for quoted, lines in groupby(text.split("\n"), key=lambda line: _QUOTE.match(line) is not None):
        if quoted:
            inner = (_inline(viewer, _QUOTE.sub("", line, count=1), links=links) for line in lines)
            yield tag("blockquote", None, _broken(inner))
        else:
            yield _broken(_inline(viewer, line, links=links) for line in lines)


def _broken(lines: Iterator[Html]) -> Html:
    return Html(tag("br").join(lines))


def _inline(viewer: Viewer, line: str, *, links: bool) -> Html:
    def show(found: re.Match[str]) -> Html:
        return _atom(viewer, found, links=links)

    return with_marks(line, _MARKS, atom=_ATOM, show=show, read=unescaped)


def _atom(viewer: Viewer, found: re.Match[str], *, links: bool) -> Html:
    code, control, name, address = found.groups()
    if code is not None:
        return tag("code", None, unescaped(code))
    if control is not None:
        return _control(viewer, control)
    if name is not None:
        return emoji(name)
    return link(unescaped(address)) if links else joined([unescaped(address)])


def _control(viewer: Viewer, control: str) -> Html:
    """What stands between angle brackets: a mention, a date or a link."""
    kind, rest = control[0], control[1:]
    name, _, label = rest.partition("|")
    if kind == "@":
        return mention(viewer, name)
    if kind == "#":
        return channel_mention(viewer, name, label)
    if kind == "!":
        return _special(viewer, rest)
    address, _, label = control.partition("|")
    return link(unescaped(address), unescaped(label))


def link(address: str, label: str = "") -> Html:
    """A link that opens beside the page; only its words where the address leads nowhere good."""
    if not address.lower().startswith(_OUTWARD) or safe_address(address) == "#":
        return joined([label or address])
    given = {"href": address, "target": "_blank", "rel": "noopener noreferrer nofollow"}
    return tag("a", given, label or address.removeprefix("mailto:"))


def mention(viewer: Viewer, person: str) -> Html:
    mine = "mention mine" if person == viewer.person.id else "mention"
    return tag("span", {"class": mine, "data-person": person}, "@", named(viewer.name(person)))


def channel_mention(viewer: Viewer, channel: str, label: str = "") -> Html:
    known = viewer.workspace.channels.get(channel)
    if known is None or not viewer.workspace.may_see(viewer.person.id, known):
        return tag("span", {"class": "mention"}, ("#", named(label)) if label else "a private channel")
    address = f"/as/{quote(viewer.person.name, safe='')}/{quote(known.name, safe='')}"
    return tag("a", {"class": "mention", "href": address}, "#", named(known.name))


def group_mention(viewer: Viewer, group: str, label: str = "") -> Html:
    known = viewer.workspace.groups.get(group)
    mine = known is not None and viewer.person.id in known.people
    name = known.handle if known else label.removeprefix("@") or group
    return tag("span", {"class": "mention mine" if mine else "mention"}, "@", named(name))


def wide_mention(name: str) -> Html:
    """`@here` and its kin."""
    return tag("span", {"class": "mention mine"}, _WIDE.get(name, f"@{seen(name)}"))


def _special(viewer: Viewer, rest: str) -> Html:
    name, _, label = rest.partition("|")
    if name.startswith("date^"):
        return _date(viewer, name, label)
    if name.startswith("subteam^"):
        return group_mention(viewer, name.removeprefix("subteam^"), label)
    return wide_mention(name) if name in _WIDE else joined([unescaped(label or name)])


def _date(viewer: Viewer, name: str, fallback: str) -> Html:
    _, seconds, form, *more = [*name.split("^"), "", ""]
    if not re.fullmatch(r"-?\d{1,11}", seconds) or not form:
        return joined([unescaped(fallback)])
    return date(viewer, int(seconds), unescaped(form), address=more[0])


def date(viewer: Viewer, seconds: int, form: str, *, address: str = "") -> Html:
    """A moment in the viewer's zone."""
    at = viewer.moment(seconds)
    shown = tag("time", {"datetime": at.isoformat(), "title": full_of(at)}, with_dates(form, at, viewer.now()))
    return link(address, shown) if address else shown


def _control_text(viewer: Viewer, control: str) -> str:
    if not control:
        return ""
    return unescaped(_TAG.sub("", _control(viewer, control)))
