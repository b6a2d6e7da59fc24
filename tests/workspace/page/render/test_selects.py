"""Menus: a button with what is chosen on it, and a list below."""

import pytest

from bot.workspace.page.render.elements import element
from bot.workspace.page.render.part import Labelled
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.selects import MOST_ROWS, SELECTS
from bot.workspace.payload import Json
from tests.workspace.blocks.made import element as made
from tests.workspace.blocks.made import option, options, plain
from tests.workspace.made import GENERAL, MIA, OLGA, SAM
from tests.workspace.page.render.tree import Node, ids_are_whole, place, read


def shown(one: Json, where: Place | None = None, *, label: str = "") -> Node:
    return read(element(where or place(), "b", {"action_id": "a", **one}, labelled=Labelled(label)))


def faces(tree: Node) -> list[tuple[str | None, str]]:
    found = [*tree.all(kind="chip"), *tree.all(kind="chosen")]
    return [(face["data-value"], face.text) for face in found]


def entered(**value: object) -> Place:
    return place(values={"b": {"a": value}})


@pytest.mark.parametrize("kind", SELECTS)
def test_a_select_is_a_button_that_opens_a_list(kind: str) -> None:
    tree = shown(made(kind, placeholder=plain("Which?")))
    holder, button, box = tree.one(data_type=kind), tree.one("button"), tree.one("ul", role="listbox")
    assert (button["role"], button["aria-expanded"], button["aria-controls"]) == ("combobox", "false", box["id"])
    assert button.one(kind="placeholder").text == "Which?"
    assert ("data-multiple" in holder.given) is kind.startswith("multi_")
    assert "hidden" in tree.one(kind="popup").given
    assert box.get("aria-multiselectable") == ("true" if kind.startswith("multi_") else None)
    ids_are_whole(tree)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("static_select", None), ("external_select", "external"), ("multi_users_select", "users"),
        ("conversations_select", "conversations"), ("multi_channels_select", "channels"),
    ],
)  # fmt: skip
def test_a_select_says_where_more_comes_from(kind: str, source: str | None) -> None:
    tree = shown(made(kind), label="Team")
    assert tree.one(data_type=kind).get("data-source") == source
    assert tree.has(kind="select-search") is (source is not None)
    if source:
        assert tree.one(kind="select-search")["aria-label"] == "Search: Team"


def test_options_stand_in_the_list_with_their_groups_before_them() -> None:
    groups = [{"label": plain("One"), "options": options(2)}, {"label": plain("Two"), "options": [option("z", "Z")]}]
    tree = shown({"type": "static_select", "option_groups": groups, "initial_option": option("z", "Z")})
    lines = [(line.get("role"), line.get("data-value"), line.text) for line in tree.all("li")]
    assert lines == [
        ("presentation", None, "One"),
        ("option", "v0", "Choice 0"),
        ("option", "v1", "Choice 1"),
        ("presentation", None, "Two"),
        ("option", "z", "Z"),
    ]
    assert [line["data-value"] for line in tree.all("li", aria_selected="true")] == ["z"]


def test_an_option_has_its_description_and_its_emoji() -> None:
    line = shown(made("static_select", options=[option("a", "Tea :tea:", description=plain("Hot"))])).one("li")
    assert (line.text, line["data-label"], line.one(kind="description").text) == ("Tea 🍵Hot", "Tea 🍵", "Hot")


def test_a_long_list_can_be_searched() -> None:
    assert not shown(made("static_select", options=options(MOST_ROWS))).has(kind="select-search")
    assert shown(made("static_select", options=options(MOST_ROWS + 1))).has(kind="select-search")


def test_what_is_chosen_stands_on_the_button() -> None:
    ab = [option("a", "A"), option("b", "B")]
    assert faces(shown(made("static_select", options=ab, initial_option=ab[0]))) == [("a", "A")]
    assert faces(shown(made("multi_static_select", options=ab, initial_options=ab))) == [("a", "A"), ("b", "B")]
    one = made("static_select", options=ab, initial_option=ab[0])
    assert faces(shown(one, entered(selected_option=ab[1]))) == [("b", "B")]
    assert faces(shown(one, entered(type="static_select", selected_option=None))) == []


def test_people_and_channels_are_chosen_by_id_and_shown_by_name() -> None:
    assert faces(shown(made("users_select", initial_user=OLGA))) == [(OLGA, "Olga Nowak")]
    assert faces(shown(made("multi_users_select", initial_users=[MIA, SAM]))) == [
        (MIA, "Mia Lindqvist"), (SAM, "Sam Okafor")
    ]  # fmt: skip
    assert faces(shown(made("channels_select", initial_channel=GENERAL))) == [(GENERAL, "#general")]
    assert faces(shown(made("conversations_select", initial_conversation="C404"))) == [("C404", "C404")]
    later = entered(selected_users=[SAM])
    assert faces(shown(made("multi_users_select", initial_users=[MIA]), later)) == [(SAM, "Sam Okafor")]


def test_an_external_choice_goes_back_in_its_own_words() -> None:
    one = made("external_select", initial_option=option("x", "Tea :tea:"), min_query_length=3)
    assert faces(shown(one)) == [("x", "Tea :tea:")]
    assert shown(one).one(data_source="external")["data-min-query"] == "3"


def test_a_select_of_many_says_how_many() -> None:
    tree = shown(made("multi_static_select", max_selected_items=2))
    assert tree.one(data_type="multi_static_select")["data-most"] == "2"


BROKEN: list[Json] = [{"options": None}, {"options": [1, {}]}, {"option_groups": [{"options": 3}]}]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_select_without_whole_options_is_still_a_select(broken: Json) -> None:
    assert shown({"type": "static_select", **broken}).has("button", role="combobox")


# --- overflow -----------------------------------------------------------------------------------------------------


def test_an_overflow_menu_is_a_button_and_its_lines() -> None:
    tree = shown(made("overflow", options=[option("a", "A"), option("b", "B", description=plain("More"))]))
    button, menu = tree.one("button"), tree.one("ul", role="menu")
    assert (button["aria-label"], button["aria-haspopup"], button["aria-controls"]) == (
        "More actions",
        "menu",
        menu["id"],
    )
    assert [(line["role"], line["data-value"], line.text) for line in menu.all("li")] == [
        ("menuitem", "a", "A"), ("menuitem", "b", "BMore")
    ]  # fmt: skip
    ids_are_whole(tree)


def test_a_line_of_a_menu_may_lead_somewhere_but_not_astray() -> None:
    addresses = ["https://a.example", "javascript:alert(1)", ""]
    lines = shown(made("overflow", options=[option(str(n), url=url) for n, url in enumerate(addresses)])).all("li")
    assert [line.get("data-url") for line in lines] == ["https://a.example", None, None]
