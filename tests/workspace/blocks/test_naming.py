"""Blocks in Slack's form: named and filled in, and otherwise as they were."""

import copy
from typing import cast

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_view
from bot.workspace.blocks.naming import named, named_view
from bot.workspace.blocks.walking import all_blocks, elements
from bot.workspace.ids import Ids
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    asking,
    block,
    button,
    card,
    cell,
    confirm,
    element,
    home,
    image,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    runs,
    said,
    task,
)
from tests.workspace.blocks.test_samples import BLOCKS, surface_of


def made(*blocks: Json) -> list[Json]:
    return named(list(blocks), Ids(seed=3))


def test_a_block_without_a_name_is_given_one_of_five_letters_or_digits() -> None:
    first, second = made(block("divider"), block("divider"))
    assert len({first["block_id"], second["block_id"]}) == 2
    assert all(len(one["block_id"]) == 5 and one["block_id"].isalnum() for one in (first, second))


def test_a_name_that_was_given_stays() -> None:
    [given] = made(block("actions", block_id="mine", elements=[button("go")]))
    assert (given["block_id"], given["elements"][0]["action_id"]) == ("mine", "go")


def test_an_empty_name_is_replaced() -> None:
    [given] = made(block("actions", block_id="", elements=[button("")]))
    assert given["block_id"]
    assert given["elements"][0]["action_id"]


def test_type_and_name_come_first_as_slack_has_it() -> None:
    [given] = made({"text": plain(), "type": "header"})
    assert list(given) == ["type", "block_id", "text"]


def test_the_same_seed_gives_the_same_names() -> None:
    blocks = [block("divider"), block("actions", elements=[{"type": "button", "text": plain()}])]
    assert named(blocks, Ids(seed=1)) == named(blocks, Ids(seed=1))
    assert named(blocks, Ids(seed=1)) != named(blocks, Ids(seed=2))


NAMELESS: list[Json] = [
    block("section", accessory=element("datepicker")),
    block("actions", elements=[element("users_select"), element("overflow")]),
    block("context_actions", elements=[element("icon_button")]),
    block("input", element=element("plain_text_input")),
    block("card", actions=[element("button")]),
    block("carousel", elements=[card(actions=[element("button")])]),
    block("container", child_blocks=[block("actions", elements=[element("button")])]),
    block("data_table", rows=[[cell()], [{"type": "action_cell", "element": element("button")}]]),
    block("auth_provider", accessory=element("overflow")),
    block("actions", elements=[element("workflow_button")]),
]


@pytest.mark.parametrize("given", NAMELESS, ids=[given["type"] + str(at) for at, given in enumerate(NAMELESS)])
def test_every_element_has_a_name_wherever_it_stands(given: Json) -> None:
    found = list(elements(made(given)))
    assert found
    assert all(one["action_id"] and inside["block_id"] for inside, one in found)


def test_a_picture_has_no_action() -> None:
    [given] = made(block("section", accessory=image()))
    assert "action_id" not in given["accessory"]


def test_blocks_inside_blocks_are_named_too() -> None:
    inside = [
        block("carousel", elements=[card(), card()]),
        block("container", child_blocks=[block("divider")]),
        block("plan", tasks=[task("1"), {"task_id": "2", "title": "Two", "status": "complete"}]),
    ]
    everything = [one for _, one in all_blocks(made(*inside))]
    assert len(everything) == 8
    assert len({one["block_id"] for one in everything}) == 8
    assert [one["type"] for one in everything][-2:] == ["task_card", "task_card"]


def test_the_name_of_a_markdown_block_is_not_kept() -> None:
    [given] = made(block("markdown", block_id="mine"))
    assert given["block_id"] not in ("", "mine")


FILLED: list[tuple[Json, Json]] = [
    (block("header"), {"text": {"type": "plain_text", "text": "Words", "emoji": True}}),
    (block("section"), {"text": {"type": "mrkdwn", "text": "*Words*", "verbatim": False}}),
    (block("section", text=mrkdwn() | {"verbatim": True}), {"text": mrkdwn() | {"verbatim": True}}),
    (block("header", text=plain() | {"emoji": False}), {"text": plain() | {"emoji": False}}),
    (
        {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
        {"fields": [mrkdwn("a") | {"verbatim": False}, plain("b") | {"emoji": True}]},
    ),
    (
        block("actions", elements=[element("overflow", action_id="a", options=[option(description=plain("d"))])]),
        {
            "elements": [
                {
                    "type": "overflow",
                    "action_id": "a",
                    "options": [
                        {
                            "text": plain("A") | {"emoji": True},
                            "value": "a",
                            "description": plain("d") | {"emoji": True},
                        }
                    ],
                }
            ]
        },
    ),
    (rich(runs(said())), {"elements": [runs(said())]}),
    (block("table"), {"rows": [[cell()]]}),
    (block("markdown"), {"text": "**Words**"}),
]


@pytest.mark.parametrize(("given", "then"), FILLED, ids=range(len(FILLED)))
def test_what_was_left_out_is_filled_in_as_slack_does(given: Json, then: Json) -> None:
    [filled] = made(given)
    assert filled == {"type": given["type"], "block_id": filled["block_id"]} | then


def test_an_input_says_whether_it_is_optional_and_sends_actions() -> None:
    [plainly] = made(asking("plain_text_input"))
    assert (plainly["optional"], plainly["dispatch_action"]) == (False, False)
    [said_so] = made(asking("plain_text_input") | {"optional": True, "dispatch_action": True})
    assert (said_so["optional"], said_so["dispatch_action"]) == (True, True)


def test_a_confirm_dialog_is_filled_in() -> None:
    [given] = made(block("actions", elements=[button(confirm=confirm())]))
    assert given["elements"][0]["confirm"]["deny"] == plain("No") | {"emoji": True}
    assert given["elements"][0]["confirm"]["text"] == mrkdwn("It runs now.") | {"verbatim": False}


@pytest.mark.parametrize("name", BLOCKS)
def test_what_was_given_is_left_alone(name: str) -> None:
    before = copy.deepcopy(BLOCKS[name])
    copied = named([BLOCKS[name]], Ids(seed=3))
    assert BLOCKS[name] == before
    assert not shares_with(copied, BLOCKS[name])


def shares_with(value: object, other: object) -> bool:
    """Whether any list or object stands in both."""
    return bool(set(containers(value)) & set(containers(other)))


def containers(value: object) -> list[int]:
    if isinstance(value, dict):
        return [id(cast("Json", value)), *(one for part in cast("Json", value).values() for one in containers(part))]
    if isinstance(value, list):
        return [id(cast("Json", value)), *(one for part in cast("list[object]", value) for one in containers(part))]
    return []


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_in_slacks_form_are_taken_again(name: str) -> None:
    again = named([BLOCKS[name]], Ids(seed=3))
    assert flaws_in_blocks(again, surface_of(BLOCKS[name])) == []
    assert named(again, Ids(seed=3)) == again or name == "markdown"


def test_what_is_free_may_call_itself_anything() -> None:
    [given] = made(block("call", call={"type": {"of": []}, "v1": {"type": "plain_text"}}))
    assert given["call"]["type"] == {"of": []}


def test_a_view_is_filled_in_and_its_blocks_named() -> None:
    view = modal(asking("plain_text_input"), block("divider"), submit=plain("Send"), private_metadata="{}")
    before = copy.deepcopy(view)
    filled = named_view(view, Ids(seed=3))
    assert view == before
    assert filled["title"] == plain("A form") | {"emoji": True}
    assert filled["submit"] == plain("Send") | {"emoji": True}
    assert all(one["block_id"] for one in filled["blocks"])
    assert flaws_in_view(filled) == []
    assert flaws_in_view(named_view(home(), Ids(seed=3))) == []


def test_a_surface_is_no_matter_to_names() -> None:
    given = block("alert")
    assert flaws_in_blocks(made(given), Surface.MODAL) == []
