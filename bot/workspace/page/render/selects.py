"""Menus: selects of every kind, and the overflow menu. A button that opens a list; what is chosen stands on it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from bot.workspace.page.html import Given, Html, safe_address, tag
from bot.workspace.page.render.mrkdwn import with_emoji
from bot.workspace.page.render.part import Part
from bot.workspace.page.render.reading import inner, inners, number, text, texts, words
from bot.workspace.payload import Json

SOURCES: Final[Mapping[str, str]] = {
    "external_select": "external",
    "users_select": "users",
    "conversations_select": "conversations",
    "channels_select": "channels",
}
SELECTS: Final = tuple(f"{many}{kind}" for many in ("", "multi_") for kind in ("static_select", *SOURCES))
_CHOSEN: Final[Mapping[str, tuple[str, str]]] = {
    "users": ("selected_user", "initial_user"),
    "conversations": ("selected_conversation", "initial_conversation"),
    "channels": ("selected_channel", "initial_channel"),
}
MOST_ROWS: Final = 12
"""With more options than that, a field to search by stands above the list."""


class Option(NamedTuple):
    """One line of a menu."""

    value: str
    label: str
    description: str = ""


def select(it: Part) -> Html:
    kind, hold = text(it.one, "type"), words(it.one, "placeholder")
    several, source = kind.startswith("multi_"), SOURCES.get(kind.removeprefix("multi_"), "")
    chosen, id = _chosen(it, source=source, several=several), it.name_of("list")
    holder: Given = {
        "class": "select multiple" if several else "select",
        **it.given,
        "data-source": source or None,
        "data-multiple": several,
        "data-most": number(it.one, "max_selected_items"),
        "data-min-query": number(it.one, "min_query_length") if source == "external" else None,
    }
    button: Given = {"type": "button", "class": "select-button", "role": "combobox", "aria-haspopup": "listbox"}
    button |= {"aria-expanded": "false", "aria-controls": id, "disabled": it.still, **it.named("Choose")}
    button |= {"aria-required": "true" if it.labelled.required else None}
    button["autofocus"] = bool(it.one.get("focus_on_load"))
    face = tag("button", button, _face(chosen, hold or ("Choose" if several else "Choose one"), several=several))
    return tag("div", holder, face, _popup(it, id, chosen, searched=bool(source), several=several))


def _face(chosen: list[Option], placeholder: str, *, several: bool) -> Iterator[Html]:
    if not chosen:
        yield tag("span", {"class": "placeholder"}, placeholder)
    for option in chosen:
        given: Given = {"class": "chip" if several else "chosen", "dir": "auto", "data-value": option.value}
        yield tag("span", given, option.label)


def _popup(it: Part, id: str, chosen: list[Option], *, searched: bool, several: bool) -> Html:
    options = [*_rows(it.one)]
    values = {option.value for option in chosen}
    lines = [_line(row, values) if isinstance(row, Option) else _heading(row) for row in options]
    called = it.labelled.label or "options"
    box: Given = {"role": "listbox", "id": id, "tabindex": "-1", "aria-label": called}
    box["aria-multiselectable"] = "true" if several else None
    search = None
    if searched or len(options) > MOST_ROWS:
        field: Given = {"type": "text", "class": "select-search", "autocomplete": "off", "placeholder": "Search"}
        search = tag("input", {**field, "aria-label": f"Search: {called}", "aria-controls": id})
    return tag("div", {"class": "popup", "hidden": True}, search, tag("ul", box, lines))


def _rows(element: Json) -> Iterator[Option | str]:
    """Options, and the names of their groups before them."""
    yield from map(_offered, inners(element, "options"))
    for group in inners(element, "option_groups"):
        yield with_emoji(words(group, "label"))
        yield from map(_offered, inners(group, "options"))


def option_of(option: Json) -> Option:
    """An option in its own words: of another's source, it goes back to the app as it came."""
    return Option(text(option, "value"), words(option, "text"), words(option, "description"))


def _offered(option: Json) -> Option:
    return Option(*map(with_emoji, option_of(option)))._replace(value=text(option, "value"))


def _line(option: Option, chosen: set[str]) -> Html:
    given: Given = {"role": "option", "data-value": option.value, "data-label": option.label}
    given["aria-selected"] = "true" if option.value in chosen else "false"
    more = tag("span", {"class": "description"}, option.description) if option.description else None
    return tag("li", given, tag("span", {"dir": "auto"}, option.label), more)


def _heading(name: str) -> Html:
    return tag("li", {"role": "presentation", "class": "group"}, name)


def _chosen(it: Part, *, source: str, several: bool) -> list[Option]:
    entered = it.entered()
    if source in _CHOSEN:
        was, first = _CHOSEN[source]
        whole, name = (it.one, first) if entered is None else (entered, was)
        ids: Iterable[str] = texts(whole, f"{name}s") if several else [text(whole, name)]
        return [Option(id, it.place.viewer.called(id)) for id in ids if id]
    whole, name = (it.one, "initial_option") if entered is None else (entered, "selected_option")
    found = inners(whole, f"{name}s") if several else [inner(whole, name)]
    read = option_of if source else _offered
    return [read(option) for option in found if option]


def overflow(it: Part) -> Html:
    """A menu that acts at once."""
    id = it.name_of("menu")
    button: Given = {"type": "button", "class": "overflow-button", "aria-haspopup": "menu", "aria-expanded": "false"}
    button |= {"aria-controls": id, "aria-label": "More actions", "title": "More actions", "disabled": it.still}
    face = tag("button", button, tag("span", {"aria-hidden": "true"}, "⋯"))
    menu: Given = {"role": "menu", "id": id, "aria-label": "More actions"}
    lines = [_choice(option) for option in inners(it.one, "options")]
    return tag("div", {"class": "overflow", **it.given}, face, _menu(menu, lines))


def _menu(given: Given, lines: list[Html]) -> Html:
    return tag("div", {"class": "popup", "hidden": True}, tag("ul", given, lines))


def _choice(option: Json) -> Html:
    line, url = _offered(option), text(option, "url")
    given: Given = {"role": "menuitem", "tabindex": "-1", "data-value": line.value, "data-label": line.label}
    given["data-url"] = None if safe_address(url) == "#" else url  # a script opens it, so it is held to the same rule
    more = tag("span", {"class": "description"}, line.description) if line.description else None
    return tag("li", given, tag("span", {"dir": "auto"}, line.label), more)
