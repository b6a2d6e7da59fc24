"""What a form refuses before it is submitted, said to a person."""

from typing import Any

import pytest

from bot.workspace.blocks.entering import flaws_in_entered, state_values
from bot.workspace.payload import Json
from tests.workspace.blocks.made import KINDS_OF_ELEMENTS, asking, block, element, option, options

INPUTS = tuple(
    kind
    for kind in KINDS_OF_ELEMENTS
    if kind not in ("button", "workflow_button", "overflow", "feedback_buttons", "icon_button")
)


def sentence(given: Json, entered: Any = None) -> str:
    """What is said of the only input; nothing where it can be submitted."""
    blocks = [given]
    values = state_values(blocks, {"b": {"a": entered}} if entered is not None else {})
    return flaws_in_entered(blocks, values).get("b", "")


@pytest.mark.parametrize("kind", INPUTS)
def test_an_input_is_filled_in_unless_it_is_optional(kind: str) -> None:
    assert sentence(asking(kind)).endswith("to go on.")
    assert sentence(asking(kind) | {"optional": True}) == ""


WORDS = [("plain_text_input", "Fill this in"), ("number_input", "Fill this in"), ("rich_text_input", "Fill this in"),
         ("static_select", "Choose something here"), ("datepicker", "Choose something here"),
         ("checkboxes", "Choose something here"), ("file_input", "Add a file")]  # fmt: skip


@pytest.mark.parametrize(("kind", "start"), WORDS)
def test_what_is_missing_is_said_with_what_to_do(kind: str, start: str) -> None:
    assert sentence(asking(kind)) == f"{start} to go on."


TAKEN: list[tuple[str, Json, Any]] = [
    ("plain_text_input", {"min_length": 3, "max_length": 5}, "abc"),
    ("plain_text_input", {"min_length": 3, "max_length": 5}, "abcde"),
    ("plain_text_input", {}, "x" * 3000),
    ("number_input", {"min_value": "1", "max_value": "10"}, "1"),
    ("number_input", {"min_value": "1", "max_value": "10"}, "10"),
    ("number_input", {"is_decimal_allowed": True, "min_value": "-1.5"}, "-1.5"),
    ("number_input", {"is_decimal_allowed": True}, ".5"),
    ("number_input", {}, "-7"),
    ("email_text_input", {}, "mia.l+bot@acme.example"),
    ("url_text_input", {}, "https://acme.example/a?b=c#d"),
    ("url_text_input", {}, "http://localhost:3000"),
    ("multi_users_select", {"max_selected_items": 2}, ["U1", "U2"]),
    ("multi_static_select", {"options": options(3)}, ["v0", "v1", "v2"]),
    ("file_input", {"max_files": 2, "filetypes": ["PNG", "jpg"]}, [{"id": "F1", "name": "a.png"}, "F2"]),
    ("file_input", {}, ["F1"] * 1),
    ("datepicker", {}, "2026-01-31"),
    ("timepicker", {}, "23:59"),
    ("datetimepicker", {}, 1_800_000_000),
    ("rich_text_input", {}, "words"),
    ("static_select", {"options": [option()]}, "a"),
    ("checkboxes", {"options": [option()]}, ["a"]),
]


@pytest.mark.parametrize(("kind", "more", "entered"), TAKEN, ids=range(len(TAKEN)))
def test_what_is_right_is_taken(kind: str, more: Json, entered: Any) -> None:
    assert sentence(asking(kind, **more), entered) == ""


REFUSED: list[tuple[str, Json, Any, str]] = [
    ("plain_text_input", {"min_length": 3}, "ab", "Write at least 3 characters; there are 2 so far."),
    ("plain_text_input", {"min_length": 1}, "", "Fill this in to go on."),
    ("plain_text_input", {"max_length": 1}, "abc", "Write at most 1 character; 2 are too many."),
    ("plain_text_input", {}, "x" * 3001, "Write at most 3000 characters; 1 are too many."),
    ("number_input", {}, "2.5", "Enter a number such as 25, without decimals."),
    ("number_input", {}, "five", "Enter a number such as 25, without decimals."),
    ("number_input", {}, "٣", "Enter a number such as 25, without decimals."),
    ("number_input", {"is_decimal_allowed": True}, "five", "Enter a number such as 2.5."),
    ("number_input", {"is_decimal_allowed": True}, "1e999", "Enter a number such as 2.5."),
    ("number_input", {"is_decimal_allowed": True}, "NaN", "Enter a number such as 2.5."),
    ("number_input", {"min_value": "10"}, "9", "Enter a number that is not below 10."),
    ("number_input", {"max_value": "10"}, "11", "Enter a number that is not above 10."),
    ("number_input", {}, "9" * 301, "Enter a number such as 25, without decimals."),
    ("email_text_input", {}, "mia", "Enter an e-mail address such as name@example.com."),
    ("email_text_input", {}, "mia@acme", "Enter an e-mail address such as name@example.com."),
    ("email_text_input", {}, "mia@acme..example", "Enter an e-mail address such as name@example.com."),
    ("email_text_input", {}, "mia @acme.example", "Enter an e-mail address such as name@example.com."),
    ("url_text_input", {}, "acme.example", "Enter a web address that begins with https:// or http://."),
    ("url_text_input", {}, "ftp://acme.example", "Enter a web address that begins with https:// or http://."),
    ("url_text_input", {}, "https://", "Enter a web address that begins with https:// or http://."),
    ("url_text_input", {}, "javascript:alert(1)", "Enter a web address that begins with https:// or http://."),
    ("multi_users_select", {"max_selected_items": 2}, ["U1", "U2", "U3"], "Choose at most 2; 1 are too many."),
    ("file_input", {"max_files": 1}, ["F1", "F2"], "Add at most 1 file; 1 are too many."),
    ("file_input", {}, [f"F{at}" for at in range(11)], "Add at most 10 files; 1 are too many."),
    (
        "file_input",
        {"filetypes": ["png", "jpg"]},
        [{"id": "F1", "name": "a.pdf"}],
        "Add only files of these types: png, jpg. a.pdf is none.",
    ),
    ("file_input", {"filetypes": ["png"]}, [{"id": "F1", "name": "png"}], ""),
    ("datepicker", {}, "31.01.2026", "Enter a date such as 2026-01-31."),
    ("timepicker", {}, "9:30", "Enter a time such as 09:30."),
]


@pytest.mark.parametrize(("kind", "more", "entered", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_wrong_is_refused_with_what_to_do(kind: str, more: Json, entered: Any, words: str) -> None:
    assert sentence(asking(kind, **more), entered) == words


def test_each_flaw_stands_under_its_own_block() -> None:
    blocks = [
        asking("plain_text_input", "one"),
        asking("email_text_input", "two"),
        asking("datepicker", "three") | {"optional": True},
        block("container", block_id="box", child_blocks=[asking("number_input", "four")]),
        block("section", block_id="five", accessory=element("static_select", action_id="a")),
    ]
    values = state_values(blocks, {"one": {"a": "words"}, "two": {"a": "nobody"}})
    assert list(flaws_in_entered(blocks, values)) == ["two", "four"]


@pytest.mark.parametrize("values", [{}, {"b": {}}, {"b": None}, {"b": {"a": None}}, {"b": {"a": {"value": ""}}}])
def test_values_that_are_not_there_are_missing(values: Json) -> None:
    assert flaws_in_entered([asking("plain_text_input")], values) == {"b": "Fill this in to go on."}


def test_an_optional_input_that_is_filled_in_is_looked_at_too() -> None:
    assert sentence(asking("email_text_input") | {"optional": True}, "nobody") != ""
