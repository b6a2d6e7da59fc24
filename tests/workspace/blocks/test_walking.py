"""Finding blocks in blocks, and the elements in them."""

from typing import Any

import pytest

from bot.workspace.blocks.walking import all_blocks, elements, elements_of, find_element
from bot.workspace.payload import Json
from tests.workspace.blocks.made import (
    KINDS_OF_BLOCKS,
    asking,
    block,
    button,
    card,
    cell,
    element,
    feedback,
    image,
    plain,
)

EVERYTHING: list[Json] = [
    block("section", block_id="s", accessory=button("a")),
    block("section", block_id="picture", accessory=image()),
    block("actions", block_id="row", elements=[button("a"), element("datepicker", action_id="b")]),
    asking("plain_text_input", "q", "a"),
    block("context_actions", block_id="f", elements=[feedback(action_id="a"), element("icon_button", action_id="b")]),
    block("card", block_id="c", actions=[button("a"), button("b")]),
    block("carousel", block_id="cs", elements=[card(block_id="c1", actions=[button("a")]), card(block_id="c2")]),
    block(
        "container",
        block_id="box",
        child_blocks=[block("actions", block_id="boxed", elements=[button("a")]), asking("datepicker", "bq", "a")],
    ),
    block(
        "data_table",
        block_id="t",
        rows=[[cell(), cell()], [cell(), {"type": "action_cell", "element": button("a")}]],
    ),
    block("auth_provider", block_id="p", accessory=element("overflow", action_id="a")),
    block("plan", block_id="plan", tasks=[{"task_id": "1", "title": "One", "status": "complete"}]),
]


def test_every_element_is_found_in_the_order_it_stands() -> None:
    found = [(inside["block_id"], one["action_id"]) for inside, one in elements(EVERYTHING)]
    assert found == [
        ("s", "a"),
        ("row", "a"),
        ("row", "b"),
        ("q", "a"),
        ("f", "a"),
        ("f", "b"),
        ("c", "a"),
        ("c", "b"),
        ("c1", "a"),
        ("boxed", "a"),
        ("bq", "a"),
        ("t", "a"),
        ("p", "a"),
    ]


@pytest.mark.parametrize(("block_id", "action_id"), [
    ("s", "a"), ("row", "b"), ("q", "a"), ("f", "b"), ("c1", "a"), ("boxed", "a"), ("t", "a"), ("p", "a"),
])  # fmt: skip
def test_an_element_is_found_by_its_names(block_id: str, action_id: str) -> None:
    found = find_element(EVERYTHING, block_id, action_id)
    assert found is not None
    assert (found[0]["block_id"], found[1]["action_id"]) == (block_id, action_id)


@pytest.mark.parametrize(("block_id", "action_id"), [
    ("s", "b"), ("cs", "a"), ("box", "a"), ("nothing", "a"), ("", ""), ("picture", "a"), ("plan", "a"),
])  # fmt: skip
def test_what_is_not_there_is_not_found(block_id: str, action_id: str) -> None:
    assert find_element(EVERYTHING, block_id, action_id) is None


def test_a_block_inside_another_comes_after_it() -> None:
    found = [(pointer, one.get("type")) for pointer, one in all_blocks(EVERYTHING)]
    assert ("/6/elements/1", "card") in found
    assert found.index(("/7", "container")) < found.index(("/7/child_blocks/1", "input"))
    assert len(found) == 16


def test_the_pointer_to_an_element_leads_to_it() -> None:
    for at, one in all_blocks(EVERYTHING):
        for place, found in elements_of(one):
            assert follow(EVERYTHING, at + place) is found


def follow(value: Any, pointer: str) -> object:
    for name in pointer[1:].split("/"):
        value = value[int(name)] if name.isdecimal() else value[name]
    return value


@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_a_block_with_no_elements_has_none(kind: str) -> None:
    found = [one["type"] for _, one in elements([block(kind)])]
    assert found == {
        "actions": ["button"],
        "input": ["plain_text_input"],
        "context_actions": ["feedback_buttons"],
    }.get(kind, [])


def test_blocks_without_names_are_walked_too() -> None:
    assert find_element([block("actions", elements=[{"type": "button", "text": plain()}])], "b", "a") is None
