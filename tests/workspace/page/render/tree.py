"""HTML as a tree to ask questions of, and whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from bot.workspace.page.render.place import Place
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.payload import Json
from tests.workspace.made import MIA, OTHER_TEAM, made_workspace

VOID: Final = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
PLAIN: Final = frozenset(
    {"article", "details", "div", "figure", "footer", "form", "header", "ol", "pre", "table", "ul"}
)
"""What a paragraph must not hold: a browser would end it there."""


@dataclass
class Node:
    """An element."""

    name: str
    given: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    inside: list[Node | str] = field(default_factory=list["Node | str"])

    def __getitem__(self, name: str) -> str | None:
        return self.given[name]

    def get(self, name: str) -> str | None:
        return self.given.get(name)

    @property
    def kinds(self) -> list[str]:
        return (self.given.get("class") or "").split()

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    @property
    def nodes(self) -> Iterator[Node]:
        """All elements in it, in order."""
        for part in self.inside:
            if isinstance(part, Node):
                yield part
                yield from part.nodes

    def all(self, name: str = "", kind: str = "", **given: str) -> list[Node]:
        """The elements of a name, a class, with attributes (`data_block` for `data-block`)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in given.items()}
        return [
            node
            for node in self.nodes
            if (not name or node.name == name)
            and (not kind or kind in node.kinds)
            and all(node.given.get(key) == value for key, value in wanted.items())
        ]

    def one(self, name: str = "", kind: str = "", **given: str) -> Node:
        """The one that there is."""
        found = self.all(name, kind, **given)
        assert len(found) == 1, f"{len(found)} of {name}.{kind} {given}"
        return found[0]

    def has(self, name: str = "", kind: str = "", **given: str) -> bool:
        return bool(self.all(name, kind, **given))

    @property
    def outline(self) -> str:
        """Names and texts: `p(a b(c))`."""
        parts = [part if isinstance(part, str) else part.outline for part in self.inside]
        return f"{self.name}({''.join(parts)})" if parts else self.name


class Reader(HTMLParser):
    """Reads, and insists that whatever is opened is closed in turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}: {names}"
        node = Node(tag, dict(attrs))
        if tag in PLAIN:
            assert "p" not in [open_.name for open_ in self.stack], f"{tag} in a paragraph"
        self.stack[-1].inside.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().name == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.stack[-1].inside.append(data)


def read(html: str) -> Node:
    """The tree of some HTML, which must be balanced."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.stack) == 1, f"never closed: {[node.name for node in reader.stack[1:]]}"
    return reader.stack[0]


def outline(html: str) -> str:
    """`b(x) y` for `<b>x</b> y`."""
    return read(html).outline[1:-1]


def looking(person: str = MIA) -> Viewer:
    """Somebody at a page of the small workspace."""
    workspace = made_workspace()
    workspace.team.partners[OTHER_TEAM] = "Sample Cycle Supply"
    return Viewer(workspace, workspace.people[person])


def place(person: str = MIA, *, values: Json | None = None, still: bool = False) -> Place:
    return Place(looking(person), "m-x", values or {}, still)


def ids_are_whole(tree: Node) -> None:
    """No id is given twice, holds a space, or is named without being there."""
    ids = [node["id"] or "" for node in tree.nodes if "id" in node.given]
    assert len(ids) == len(set(ids)), ids
    assert not any(not id or any(letter.isspace() for letter in id) for id in ids), ids
    for node in tree.nodes:
        for name in ("for", "aria-controls", "aria-describedby", "aria-labelledby"):
            for id in (node.get(name) or "").split():
                assert id in ids, (name, id)
