"""Menus: selects of every kind, and the overflow menu. A button that opens a list; what is chosen stands on it."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from bot.workspace.page.html import Given, Html, tag
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, number, text, texts, words
from bot.workspace.payload import Json

SOURCES: Final[Mapping[str, str]] = {
    "external_select": "external",
    "users_select": "users",
    "conversations_select": "conversations",
    "channels_select": "channels",
}
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


def is_select(kind: str) -> bool:
    return kind.removeprefix("multi_") in ("static_select", *SOURCES)


def select(place: Place, element: Json, given: Given, *, named: Given) -> Html:
    """A select; `given` says what it is, `named` what it is called."""
    kind = text(element, "type")
    several, source = kind.startswith("multi_"), SOURCES.get(kind.removeprefix("multi_"), "")
    chosen = _chosen(place, element, given, source=source, several=several)
    id = f"{place.id}-{given['data-block']}-{given['data-action']}-list"
    marks: Given = {
        "class": "select multiple" if several else "select",
        "data-source": source or None,
        "data-multiple": several,
        "data-most": number(element, "max_selected_items"),
        "data-min-query": number(element, "min_query_length") if source == "external" else None,
    }
    button: Given = {"type": "button", "class": "select-button", "role": "combobox", "aria-haspopup": "listbox"}
    button |= {"aria-expanded": "false", "aria-controls": id, "disabled": place.still, **named}
    return tag(
        "div",
        {**marks, **given},
        tag("button", button, *_face(chosen, words(element, "placeholder"), several=several)),
        _popup(id, element, chosen, searched=bool(source), several=several, named=named),
    )


def _face(chosen: list[Option], placeholder: str, *, several: bool) -> Iterable[Html]:
    if not chosen:
        yield tag("span", {"class": "placeholder"}, placeholder or ("Choose" if several else "Choose one"))
    for option in chosen:
        yield tag("span", {"class": "chip" if several else "chosen", "data-value": option.value}, option.label)


def _popup(id: str, element: Json, chosen: list[Option], *, searched: bool, several: bool, named: Given) -> Html:
    options = [*_rows(element)]
    values = {option.value for option in chosen}
    lines = (_line(row, values) if isinstance(row, Option) else _heading(row) for row in options)
    box: Given = {"role": "listbox", "id": id, "aria-multiselectable": "true" if several else None, "tabindex": "-1"}
    search = None
    if searched or len(options) > MOST_ROWS:
        field: Given = {"type": "text", "class": "select-search", "autocomplete": "off", "placeholder": "Search"}
        search = tag(
            "input", {**field, "aria-label": f"Search: {named.get('aria-label') or 'options'}", "aria-controls": id}
        )
    return tag("div", {"class": "popup", "hidden": True}, search, tag("ul", box, lines))


def _rows(element: Json) -> Iterable[Option | str]:
    """Options, and the names of their groups before them."""
    yield from map(option_of, inners(element, "options"))
    for group in inners(element, "option_groups"):
        yield words(group, "label")
        yield from map(option_of, inners(group, "options"))


def option_of(option: Json) -> Option:
    return Option(text(option, "value"), words(option, "text"), words(option, "description"))


def _line(option: Option, chosen: set[str]) -> Html:
    given: Given = {"role": "option", "data-value": option.value, "data-label": option.label}
    given["aria-selected"] = "true" if option.value in chosen else "false"
    more = tag("span", {"class": "description"}, option.description) if option.description else None
    return tag("li", given, tag("span", None, option.label), more)


def _heading(name: str) -> Html:
    return tag("li", {"role": "presentation", "class": "group"}, name)


def _chosen(place: Place, element: Json, given: Given, *, source: str, several: bool) -> list[Option]:
    entered = place.entered(str(given["data-block"]), str(given["data-action"]))
    if source in _CHOSEN:
        was, first = _CHOSEN[source]
        whole, name = (element, first) if entered is None else (entered, was)
        ids = texts(whole, f"{name}s") if several else [text(whole, name)]
        return [Option(id, place.viewer.called(id)) for id in ids if id]
    whole, name = (element, "initial_option") if entered is None else (entered, "selected_option")
    found = inners(whole, f"{name}s") if several else [inner(whole, name)]
    return [option_of(option) for option in found if option]


def overflow(place: Place, element: Json, given: Given) -> Html:
    """A menu that acts at once."""
    id = f"{place.id}-{given['data-block']}-{given['data-action']}-menu"
    button: Given = {"type": "button", "class": "overflow-button", "aria-haspopup": "menu", "aria-expanded": "false"}
    button |= {"aria-controls": id, "aria-label": "More actions", "title": "More actions", "disabled": place.still}
    lines = (_choice(option) for option in inners(element, "options"))
    popup = tag("div", {"class": "popup", "hidden": True}, tag("ul", {"role": "menu", "id": id}, lines))
    return tag(
        "div", {"class": "overflow", **given}, tag("button", button, tag("span", {"aria-hidden": "true"}, "⋯")), popup
    )


def _choice(option: Json) -> Html:
    line = option_of(option)
    given: Given = {"role": "menuitem", "tabindex": "-1", "data-value": line.value, "data-label": line.label}
    more = tag("span", {"class": "description"}, line.description) if line.description else None
    return tag("li", {**given, "data-url": text(option, "url") or None}, tag("span", None, line.label), more)
