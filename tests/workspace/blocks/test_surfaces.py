"""Where a block may stand, and where an element."""

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import KINDS_OF_BLOCKS, KINDS_OF_ELEMENTS, block, element

MESSAGE, MODAL, HOME = Surface.MESSAGE, Surface.MODAL, Surface.HOME
EVERYWHERE = frozenset(Surface)

STANDS: dict[str, frozenset[Surface]] = {
    "section": EVERYWHERE,
    "divider": EVERYWHERE,
    "header": EVERYWHERE,
    "context": EVERYWHERE,
    "image": EVERYWHERE,
    "actions": EVERYWHERE,
    "input": EVERYWHERE,
    "file": EVERYWHERE,
    "video": EVERYWHERE,
    "rich_text": EVERYWHERE,
    "card": EVERYWHERE,
    "auth_provider": EVERYWHERE,
    "alert": frozenset({MODAL}),
    "table": frozenset({MESSAGE, HOME}),
    "data_table": frozenset({MESSAGE, HOME}),
    "data_visualization": frozenset({MESSAGE, HOME}),
    "carousel": frozenset({MESSAGE, HOME}),
    "container": frozenset({MESSAGE}),
    "markdown": frozenset({MESSAGE}),
    "plan": frozenset({MESSAGE}),
    "task_card": frozenset({MESSAGE}),
    "context_actions": frozenset({MESSAGE}),
    "call": frozenset({MESSAGE}),
}


def test_every_kind_of_block_is_in_the_table() -> None:
    assert STANDS.keys() == set(KINDS_OF_BLOCKS)


@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_a_block_stands_only_on_its_surfaces(kind: str, surface: Surface) -> None:
    found = flaws_in_blocks([block(kind)], surface)
    if surface in STANDS[kind]:
        assert found == []
    else:
        [flaw] = found
        assert (flaw.pointer, flaw.message) == ("/0/type", f"unsupported type: {kind}")
        assert flaw.constraint is not None
        assert flaw.constraint["got"] == kind
        assert kind not in flaw.constraint["expected"]


INSIDE_A_CONTAINER = frozenset("actions context divider file header image input rich_text section table video".split())


@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_a_container_holds_only_plain_blocks(kind: str) -> None:
    found = flaws_in_blocks([block("container", child_blocks=[block(kind)])], MESSAGE)
    if kind in INSIDE_A_CONTAINER:
        assert found == []
    else:
        assert found[-1].line() == f"[ERROR] unsupported type: {kind} [json-pointer:/0/child_blocks/0/type]"


SELECTS = frozenset(
    """
    static_select external_select users_select conversations_select channels_select
    datepicker timepicker datetimepicker checkboxes radio_buttons
    """.split()
)
MULTI_SELECTS = frozenset(kind for kind in KINDS_OF_ELEMENTS if kind.startswith("multi_"))
BUTTONS = frozenset({"button", "workflow_button", "overflow"})
TEXT_INPUTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})

HOLDS: dict[str, frozenset[str]] = {
    "accessory": SELECTS | MULTI_SELECTS | BUTTONS,
    "actions": SELECTS | BUTTONS | {"rich_text_input"},
    "context_actions": frozenset({"feedback_buttons", "icon_button"}),
    "input": SELECTS | MULTI_SELECTS | TEXT_INPUTS | {"rich_text_input", "file_input"},
    "card": frozenset({"button"}),
}


@pytest.mark.parametrize("place", HOLDS)
@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_an_element_stands_only_in_its_blocks(kind: str, place: str) -> None:
    given = element(kind)
    held, pointer = {
        "accessory": (block("section", accessory=given), "/0/accessory/type"),
        "actions": (block("actions", elements=[given]), "/0/elements/0/type"),
        "context_actions": (block("context_actions", elements=[given]), "/0/elements/0/type"),
        "input": (block("input", element=given), "/0/element/type"),
        "card": (block("card", actions=[given]), "/0/actions/0/type"),
    }[place]
    found = flaws_in_blocks([held], MESSAGE)
    if kind in HOLDS[place]:
        assert found == []
    elif place == "actions" and kind in MULTI_SELECTS:
        assert [flaw.line() for flaw in found] == ["[ERROR] unsupported element: multiselect [json-pointer:/0]"]
    else:
        said = "must be a valid enum value" if place == "card" else f"unsupported type: {kind}"
        assert [flaw.line() for flaw in found] == [f"[ERROR] {said} [json-pointer:{pointer}]"]


@pytest.mark.parametrize("kind", ["markdown", "text", "button", "users_select", "image"])
def test_only_texts_and_pictures_stand_in_context(kind: str) -> None:
    given = {"type": kind, "image_url": "https://acme.example/a.png", "alt_text": "A"}
    found = flaws_in_blocks([block("context", elements=[given])], MESSAGE)
    assert (found == []) is (kind == "image")
