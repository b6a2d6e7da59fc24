"""Whatever anybody sends is shown: balanced, escaped, soon, and nothing of it becomes markup."""

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.blocks.naming import named
from bot.workspace.ids import Ids
from bot.workspace.page.render.attachments import attachment
from bot.workspace.page.render.blocks import blocks
from bot.workspace.page.render.elements import element
from bot.workspace.page.render.markdown import markdown
from bot.workspace.page.render.message import message_html
from bot.workspace.page.render.mrkdwn import as_typed, mrkdwn, plain
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import KINDS_OF_BLOCKS, KINDS_OF_ELEMENTS
from tests.workspace.blocks.made import block as made
from tests.workspace.blocks.test_anything import ANYTHING, disturbed
from tests.workspace.blocks.test_fields import places, with_other
from tests.workspace.blocks.test_samples import BLOCKS, INPUTS
from tests.workspace.made import MIA, SAM, SUPPORT
from tests.workspace.page.render.tree import Node, ids_are_whole, looking, place, read

VIEWER = looking()
OURS = frozenset(
    """
    a article bdi blockquote br button caption code details div em figcaption figure footer form h2 h3 h4 h5 h6 header
    hr img input label li line ol p path pre polygon polyline rect s section span strong summary svg table tbody td text
    textarea th thead time title tr u ul
    """.split()
)
ADDRESSES = ("http://", "https://", "mailto:", "/", "#")
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>", "</textarea><b>",
    "</div></div>",
    "<!--", "<![CDATA[", "&lt;script&gt;", "javascript:alert(1)", "<javascript:alert(1)|x>", "[x](javascript:alert(1))",
    "\u202e\u2066\u200b\ufeff", "\ue000\ue001\uf8ff", "\x00\x01\x1b[31m", "*_~`" * 9, "{{x}} ${x} <%= x %>",
    "a" * 3_000,
)  # fmt: skip
SIGNS = st.text(st.sampled_from("*_~`<>|[]()!#@-+.:&;/\\ \n\t1ax\"'^{}="), max_size=60)


PARTS_OF_BLOCKS = st.sampled_from(
    """
    text fields elements element accessory rows chart tasks child_blocks title label hint call sources icon subtitle
    """.split()
)
PARTS_OF_ELEMENTS = st.sampled_from(
    """
    text options option_groups initial_option initial_options value url confirm placeholder initial_value
    visible_to_user_ids filetypes min_length
    """.split()
)


def assert_harmless(tree: Node) -> None:
    """Only our own elements, no scripts, no address that leads astray."""
    for node in tree.nodes:
        assert node.name in OURS, node.name
        for name, value in node.given.items():
            assert not name.startswith("on"), name
            assert name != "style"
            if name in ("href", "src", "data-url"):
                assert (value or "").lower().lstrip().startswith(ADDRESSES), value


@given(SIGNS)
@settings(max_examples=150)
def test_any_text_is_marked_up_without_being_markup(text: str) -> None:
    for shown in (mrkdwn(VIEWER, text), markdown(text)):
        assert_harmless(read(shown))
    plain(VIEWER, text)
    as_typed(VIEWER, text)


@given(st.text())
def test_any_letters_are_shown(text: str) -> None:
    for shown in (mrkdwn(VIEWER, text), markdown(text)):
        assert_harmless(read(shown))


@given(
    st.text(
        st.characters(
            exclude_characters="&<>*_~`:|\ue000\r\x00/.@[]\\#-+=\n\t >0123456789", exclude_categories=["Co", "Cs"]
        )
    )
)
def test_text_without_signs_is_shown_letter_by_letter(text: str) -> None:
    assert read(mrkdwn(VIEWER, text)).text == text


@pytest.mark.parametrize("text", HOSTILE[:4])
@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_hostile_text_in_any_place_of_a_block_stays_text(kind: str, text: str) -> None:
    whole: Json = made(kind)
    for where in places(whole):
        assert_harmless(read(blocks(place(), [with_other(whole, where, text)] if where else [])))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_message_stays_text(text: str) -> None:
    message = Message(channel=SUPPORT, user=SAM, ts="1800000000.000100", text=text, username=text, icon=text)
    message.reactions = {text: [MIA, text]}
    message.attachments = [dict.fromkeys(("title", "title_link", "text", "color", "author_name", "footer", "ts"), text)]
    assert_harmless(read(message_html(VIEWER, message)))


@given(st.lists(disturbed(), min_size=1, max_size=2), st.sampled_from(list(Surface)))
@settings(max_examples=40)
def test_blocks_that_are_taken_are_shown_whole(many: list[Json], surface: Surface) -> None:
    tree = read(blocks(place(), many))
    assert_harmless(tree)
    if not flaws_in_blocks(many, surface):
        ids_are_whole(read(blocks(place(), named(many, Ids(seed=1)))))


@given(ANYTHING)
@settings(max_examples=60)
def test_anything_at_all_is_shown_as_something(thing: object) -> None:
    given_thing: Json = cast("Json", thing) if isinstance(thing, dict) else {"type": "section", "text": thing}
    assert_harmless(read(blocks(place(), [given_thing])))
    assert_harmless(read(attachment(place(), given_thing)))


@given(st.sampled_from(KINDS_OF_BLOCKS), st.dictionaries(PARTS_OF_BLOCKS, ANYTHING, max_size=5))
@settings(max_examples=60)
def test_any_block_of_any_parts_is_shown(kind: str, parts: Json) -> None:
    assert_harmless(read(blocks(place(), [{**parts, "type": kind}])))


@given(st.sampled_from(KINDS_OF_ELEMENTS), st.dictionaries(PARTS_OF_ELEMENTS, ANYTHING, max_size=5), ANYTHING)
@settings(max_examples=60)
def test_any_element_is_shown_whatever_was_entered(kind: str, parts: Json, entered: Any) -> None:
    values = {"b": {"a": entered}}
    assert_harmless(read(element(place(values=values), "b", {**parts, "type": kind, "action_id": "a"})))


@pytest.mark.certify
@pytest.mark.timeout(600)
@given(st.lists(disturbed(), min_size=1, max_size=3))
@settings(max_examples=1_000)
def test_nothing_breaks_a_page(many: list[Json]) -> None:
    assert_harmless(read(blocks(place(), many)))


@pytest.mark.certify
@pytest.mark.parametrize("name", [*BLOCKS, *INPUTS])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_any_place_of_any_sample_stays_text(name: str, text: str) -> None:
    whole = {**BLOCKS, **INPUTS}[name]
    for where in places(whole):
        assert_harmless(read(blocks(place(), [with_other(whole, where, text)] if where else [])))
