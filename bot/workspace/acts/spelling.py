"""What a person types becomes what Slack keeps: marked-up text, and the same as rich text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.workspace.payload import Json
from bot.workspace.state.workspace import Workspace

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_QUOTE, _BULLET = re.compile(r"> ?"), re.compile(r"[-*•] +")
_TOKEN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?P<link>https?://[^\s<>|]*[^\s<>|.,;:!?)\]}'\"*_~`])"
    r"|(?<![\w@/.])@(?P<person>\w[\w.\-]*\w|\w)"
    r"|(?<![\w#/&])#(?P<channel>\w[\w\-]*)"
    r"|(?<!\w):(?P<emoji>\+1|-1|[a-z0-9_'+\-]*[a-z][a-z0-9_'+\-]*)(?:::skin-tone-(?P<tone>[2-6]))?:"
    r"|(?<![\w*])\*(?P<bold>[^\s*]|[^\s*][^*\n]*[^\s*])\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_]|[^\s_][^_\n]*[^\s_])_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~]|[^\s~][^~\n]*[^\s~])~(?![\w~])"
)
_MARKS = {"bold": "*", "italic": "_", "strike": "~"}
BROADCASTS = ("here", "channel", "everyone")


@dataclass(slots=True)
class Spelled:
    """One text in both forms."""

    text: str = ""
    elements: list[Json] = field(default_factory=list[Json])

    def add(self, text: str, *elements: Json) -> None:
        self.text += text
        self.elements += elements


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spelled(workspace: Workspace, typed: str) -> Spelled:
    """A whole message; its elements are those of a `rich_text` block."""
    whole, at = Spelled(), 0
    for fence in _FENCE.finditer(typed):
        _lines(workspace, whole, typed[at : fence.start()].strip("\n"))
        inside = {"type": "rich_text_preformatted", "elements": [_text(fence[1], {})]}
        whole.add(f"{_gap(whole)}```{escaped(fence[1])}```", *([inside] if fence[1] else []))
        at = fence.end()
    _lines(workspace, whole, typed[at:].strip("\n") if at else typed)
    return whole


def linked(workspace: Workspace, typed: str) -> str:
    """People, channels and links spelled out with their names, as commands get them that want it."""
    return _inline(workspace, typed, {}, with_names=True).text


def _gap(whole: Spelled) -> str:
    return "\n" if whole.text else ""


def _lines(workspace: Workspace, whole: Spelled, text: str) -> None:
    """Lines of one kind stand together: a quote, a list, or plain text."""
    for kind, lines in _runs(text):
        made = [_inline(workspace, line, {}) for line in lines]
        shown, prefix = _KINDS[kind](made)
        whole.add(_gap(whole) + "\n".join(prefix + one.text for one in made), *shown)


def _runs(text: str) -> Iterator[tuple[str, list[str]]]:
    last, lines = "", list[str]()
    for line in text.split("\n") if text else ():
        kind, bare = _kind(line)
        if kind != last and lines:
            yield last, lines
            lines = []
        last = kind
        lines.append(bare)
    if lines:
        yield last, lines


def _kind(line: str) -> tuple[str, str]:
    for kind, mark in (("quote", _QUOTE), ("bullet", _BULLET)):
        found = mark.match(line)
        if found is not None and line[found.end() :].strip():
            return kind, line[found.end() :]
    return "plain", line


def _plain(made: list[Spelled]) -> tuple[list[Json], str]:
    elements = _joined(made)
    return ([{"type": "rich_text_section", "elements": elements}] if elements else []), ""


def _quote(made: list[Spelled]) -> tuple[list[Json], str]:
    return [{"type": "rich_text_quote", "elements": _joined(made)}], "&gt; "


def _bullets(made: list[Spelled]) -> tuple[list[Json], str]:
    items = [{"type": "rich_text_section", "elements": one.elements} for one in made]
    return [{"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": items}], "• "


_KINDS: dict[str, Callable[[list[Spelled]], tuple[list[Json], str]]] = {
    "plain": _plain,
    "quote": _quote,
    "bullet": _bullets,
}


def _joined(made: list[Spelled]) -> list[Json]:
    """Lines in one section, neighbouring plain texts as one."""
    elements: list[Json] = []
    for n, one in enumerate(made):
        for element in [*([_text("\n", {})] if n else []), *one.elements]:
            last = elements[-1] if elements else {}
            if last.get("type") == element["type"] == "text" and last.get("style") == element.get("style"):
                elements[-1] = last | {"text": last["text"] + element["text"]}
            else:
                elements.append(element)
    return elements


def _inline(workspace: Workspace, text: str, style: Json, *, with_names: bool = False) -> Spelled:
    made, at = Spelled(), 0
    for token in _TOKEN.finditer(text):
        _bare(made, text[at : token.start()], style)
        _token(workspace, made, token, style, with_names=with_names)
        at = token.end()
    _bare(made, text[at:], style)
    return made


def _bare(made: Spelled, text: str, style: Json) -> None:
    if text:
        made.add(escaped(text), _text(text, style))


def _text(text: str, style: Json) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _token(workspace: Workspace, made: Spelled, token: re.Match[str], style: Json, *, with_names: bool) -> None:
    kind = token.lastgroup if token.lastgroup != "tone" else "emoji"
    said = token[kind or 0]
    if kind in _MARKS:
        inside = _inline(workspace, said, style | {kind: True}, with_names=with_names)
        made.add(f"{_MARKS[kind]}{inside.text}{_MARKS[kind]}", *inside.elements)
    elif kind == "code":
        made.add(f"`{escaped(said)}`", _text(said, style | {"code": True}))
    elif kind == "link":
        made.add(f"<{escaped(said)}>", {"type": "link", "url": said} | ({"style": style} if style else {}))
    elif kind == "emoji":
        tone = {"skin_tone": int(token["tone"])} if token["tone"] else {}
        made.add(token[0], {"type": "emoji", "name": said} | tone)
    elif (name := _name(workspace, kind or "", said, style, with_names=with_names)) is not None:
        made.add(*name)
    else:
        _bare(made, token[0], style)


def _name(workspace: Workspace, kind: str, said: str, style: Json, *, with_names: bool) -> tuple[str, Json] | None:
    """A person, a group, everybody, or a channel; None where nobody is called so."""
    more: Json = {"style": style} if style else {}
    if kind == "channel":
        channel = workspace.channel_named(said)
        shown = {"type": "channel", "channel_id": channel.id} | more if channel else {}
        return (f"<#{channel.id}|{channel.name}>", shown) if channel else None
    if said in BROADCASTS:
        return f"<!{said}>", {"type": "broadcast", "range": said} | more
    person = workspace.person_named(said)
    if person is not None:
        text = f"<@{person.id}|{person.name}>" if with_names else f"<@{person.id}>"
        return text, {"type": "user", "user_id": person.id} | more
    group = next((one for one in workspace.groups.values() if one.handle == said), None)
    shown = {"type": "usergroup", "usergroup_id": group.id} | more if group else {}
    return (f"<!subteam^{group.id}|@{group.handle}>", shown) if group else None
