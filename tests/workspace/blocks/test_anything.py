"""Whatever anybody sends: nothing raises, what is taken stays taken, every input has its state."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.workspace.blocks.checking import error_of, flaws_in_blocks, flaws_in_message, flaws_in_view
from bot.workspace.blocks.entering import action_of, entered_in, flaws_in_entered, state_values
from bot.workspace.blocks.naming import named, named_view
from bot.workspace.blocks.preview import preview
from bot.workspace.blocks.walking import elements, find_element
from bot.workspace.ids import Ids
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    KINDS_OF_BLOCKS,
    KINDS_OF_ELEMENTS,
    asking,
    block,
    element,
    home,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
)
from tests.workspace.blocks.test_entering import EMPTY
from tests.workspace.blocks.test_fields import places, with_other
from tests.workspace.blocks.test_samples import BLOCKS, INPUTS

SURFACES = st.sampled_from(list(Surface))
KINDS = (*KINDS_OF_BLOCKS, *KINDS_OF_ELEMENTS, "plain_text", "mrkdwn", "rich_text_section", "modal", "home")
NAMES = st.sampled_from(
    """
    type text fields elements element accessory options option_groups value label block_id action_id title blocks rows
    child_blocks actions confirm initial_option initial_options chart series tasks submit style url image_url alt_text
    """.split()
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(KINDS)
ANYTHING = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inside, max_size=5),
    max_leaves=25,
)


@st.composite
def disturbed(draw: st.DrawFn) -> Json:
    """A good block with something else at one or two places."""
    made: Any = draw(st.sampled_from([*BLOCKS.values(), *INPUTS.values(), *(block(kind) for kind in KINDS_OF_BLOCKS)]))
    for _ in range(draw(st.integers(1, 2))):
        made = with_other(made, draw(st.sampled_from(places(made) or [()])), draw(ANYTHING))
    result: Json = made
    return result


def use(blocks: list[Json], entered: Json) -> None:
    """Everything that is done with blocks that were taken."""
    kept = named(blocks, Ids(seed=1))
    values = state_values(kept, entered)
    for inside, one in elements(kept):
        assert find_element(kept, inside["block_id"], one["action_id"]) is not None
        action_of(inside, one, None)
    assert state_values(kept, entered_in(values)) == values
    assert all(flaws_in_entered(kept, values).values())
    assert preview("", kept, None)


@given(ANYTHING, SURFACES)
def test_anything_is_taken_or_refused(given_blocks: object, surface: Surface) -> None:
    for flaw in flaws_in_blocks(given_blocks, surface):
        assert flaw.message
        assert flaw.line().endswith("]")
        assert flaw.shown()


@given(st.lists(ANYTHING, max_size=3), SURFACES)
def test_a_list_of_anything_is_taken_or_refused(given_blocks: list[object], surface: Surface) -> None:
    flaws_in_blocks(given_blocks, surface)


@given(ANYTHING)
def test_any_view_is_taken_or_refused(view: object) -> None:
    flaws_in_view(view)


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_any_message_is_taken_or_refused(blocks: object, attachments: object, text: object, metadata: object) -> None:
    flaws = flaws_in_message(blocks, attachments, text, metadata)
    assert bool(error_of(flaws)) is bool(flaws)


@given(st.lists(disturbed(), min_size=1, max_size=3), SURFACES, ANYTHING)
@settings(max_examples=150)
def test_what_is_taken_can_be_used_whatever_was_changed_in_it(
    blocks: list[Json], surface: Surface, entered: object
) -> None:
    if not flaws_in_blocks(blocks, surface):
        kept = named(blocks, Ids(seed=1))
        again = flaws_in_blocks(kept, surface)
        assert again == []
        use(blocks, {"b": entered})


@given(st.lists(disturbed(), min_size=1, max_size=3), st.sampled_from([modal, home]))
def test_a_view_that_is_taken_is_taken_again_in_slacks_form(blocks: list[Json], make: Any) -> None:
    view = make(*blocks, submit=plain("Send")) if make is modal else make(*blocks)
    if not flaws_in_view(view):
        assert flaws_in_view(named_view(view, Ids(seed=1))) == []


ELEMENTS = st.sampled_from(sorted(EMPTY))


@given(st.lists(ELEMENTS, min_size=1, max_size=5), st.dictionaries(st.text(max_size=1), ANYTHING, max_size=3), ANYTHING)
def test_the_state_holds_every_input_whatever_was_entered(kinds: list[str], others: Json, entered: object) -> None:
    blocks = [asking(kind, block_id=f"b{at}") for at, kind in enumerate(kinds)]
    values = state_values(blocks, others | {f"b{at}": {"a": entered} for at in range(0, len(kinds), 2)})
    assert [values[f"b{at}"]["a"]["type"] for at in range(len(kinds))] == kinds
    for at, kind in enumerate(kinds):
        assert EMPTY[kind].keys() <= values[f"b{at}"]["a"].keys()
    flaws_in_entered(blocks, values)


@given(st.sampled_from(KINDS_OF_ELEMENTS), ANYTHING)
def test_any_use_of_an_element_makes_an_entry(kind: str, simple: object) -> None:
    given_element = element(kind, action_id="a")
    made = action_of({"type": "actions", "block_id": "b"}, given_element, simple)
    assert (made["type"], made["block_id"], made["action_id"]) == (kind, "b", "a")


@given(ANYTHING)
def test_any_attachment_that_is_taken_can_be_read_out(attachment: object) -> None:
    if not flaws_in_message(None, [attachment], None, None) and isinstance(attachment, dict):
        assert preview("", None, [attachment])


WORDS = st.text(min_size=1, max_size=75)


@st.composite
def good_block(draw: st.DrawFn) -> Json:
    """A block as an app makes it."""
    words = draw(WORDS)
    options = [option(str(at), text) for at, text in enumerate(draw(st.lists(WORDS, min_size=1, max_size=5)))]
    kind = draw(
        st.sampled_from(["section", "header", "actions", "input", "context", "rich_text", "carousel", "container"])
    )
    match kind:
        case "section":
            return block("section", text=mrkdwn(words), accessory=element("static_select", options=options))
        case "header":
            return block("header", text=plain(words))
        case "actions":
            return block(
                "actions", elements=[element("overflow", options=options), element("checkboxes", options=options)]
            )
        case "input":
            return block("input", label=plain(words), element=element(draw(ELEMENTS)))
        case "rich_text":
            return rich({"type": "rich_text_section", "elements": [{"type": "text", "text": words}]})
        case "container":
            return block("container", title=plain(words), child_blocks=[asking(draw(ELEMENTS), block_id="")])
        case _:
            return block(kind)


@given(st.lists(good_block(), max_size=10))
def test_good_blocks_are_taken_in_slacks_form_too(blocks: list[Json]) -> None:
    assert flaws_in_blocks(blocks, Surface.MESSAGE) == []
    use(blocks, {})
    assert flaws_in_blocks(named(blocks, Ids(seed=1)), Surface.MESSAGE) == []


@pytest.mark.certify
@given(st.lists(disturbed(), min_size=1, max_size=4), SURFACES, ANYTHING)
@settings(max_examples=5_000)
def test_nothing_that_is_taken_breaks_anything(blocks: list[Json], surface: Surface, entered: object) -> None:
    if not flaws_in_blocks(blocks, surface):
        use(blocks, {"b": {"a": entered}})
