"""Blocks of every kind: what they show, what they hold, and that nothing missing breaks them."""

import pytest

from bot.workspace.page.render.blocks import block, blocks
from bot.workspace.page.render.place import Place
from bot.workspace.payload import Json
from tests.workspace.blocks.made import (
    KINDS_OF_BLOCKS,
    KINDS_OF_ELEMENTS,
    asking,
    button,
    card,
    image,
    mrkdwn,
    plain,
    rich,
    runs,
    said,
)
from tests.workspace.blocks.made import block as made
from tests.workspace.blocks.made import element as an
from tests.workspace.blocks.test_samples import BLOCKS, ELEMENTS, INPUTS, holder
from tests.workspace.page.render.sample import FORM, PLAN
from tests.workspace.page.render.tree import Node, ids_are_whole, place, read


def shown(one: Json, where: Place | None = None) -> Node:
    return read(block(where or place(), {"block_id": "b", **one}))


@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_each_kind_has_its_class_and_its_id(kind: str) -> None:
    tree = shown(made(kind))
    outer = tree.one(data_block_id="b")
    assert outer.kinds == ["block", kind.replace("_", "-")]
    assert not tree.has(kind="unknown")


def test_a_kind_that_nobody_knows_is_named() -> None:
    tree = shown({"type": "<b>hologram message"})
    assert tree.one("p", "unknown").text == "A block of the kind “<b>hologram message”, which is not shown here."
    assert tree.one(data_block_id="b").kinds == ["block"]


EMPTY: list[Json] = [{"type": kind} for kind in KINDS_OF_BLOCKS]
WRONG: list[object] = [None, 1, "x", [], [1], [{}], {}, {"type": 3}, [[{}, 1]]]
BROKEN: list[Json] = [
    {
        "type": kind,
        **dict.fromkeys("text fields elements element accessory rows chart tasks child_blocks".split(), value),
    }
    for kind in KINDS_OF_BLOCKS
    for value in WRONG
]


@pytest.mark.parametrize("one", EMPTY, ids=lambda one: one["type"])
def test_a_block_without_its_parts_is_still_a_block(one: Json) -> None:
    assert shown(one).has(kind="block")


def test_a_block_with_the_wrong_parts_is_still_a_block() -> None:
    for one in BROKEN:
        assert shown(one).has(kind="block")


@pytest.mark.parametrize("name", BLOCKS)
def test_whatever_slack_takes_is_shown_whole(name: str) -> None:
    ids_are_whole(shown(BLOCKS[name]))


@pytest.mark.parametrize("name", [*ELEMENTS, *INPUTS])
def test_every_element_stands_in_its_block(name: str) -> None:
    one = INPUTS.get(name) or holder(ELEMENTS[name])
    ids_are_whole(shown(one))


# --- words --------------------------------------------------------------------------------------------------------


def test_a_section_has_words_fields_and_something_beside_them() -> None:
    one = made("section", text=mrkdwn("*a*"), fields=[plain("b"), mrkdwn("_c_")], accessory=button(text=plain("Go")))
    tree = shown(one)
    assert [words.outline for words in tree.all(kind="words")] == ["div(strong(a))", "div(b)", "div(em(c))"]
    assert all(words["dir"] == "auto" for words in tree.all(kind="words"))
    assert tree.one(kind="accessory").one("button").text == "Go"


def test_a_section_names_what_stands_beside_it() -> None:
    tree = shown(made("section", text=mrkdwn("Which team?"), accessory=an("static_select")))
    assert tree.one("button")["aria-label"] == "Which team?"


def test_a_heading_has_the_level_it_asks_for() -> None:
    assert shown(made("header", text=plain("a"))).one("h3").text == "a"
    assert shown(made("header", level=3)).has("h5")
    assert shown(made("header", level=99)).has("h6")


def test_a_context_has_words_and_small_pictures() -> None:
    tree = shown(made("context", elements=[image(), mrkdwn("*a*"), plain("b")]))
    assert [part.text for part in tree.all("div", dir="auto")] == ["a", "b"]
    assert tree.has(kind="thumbnail")


def test_rich_text_markdown_and_rules_stand_as_blocks() -> None:
    assert shown(rich(runs(said("a")))).one(kind="rich").text == "a"
    assert shown(made("markdown", text="**a**")).one("div", "markdown", dir="auto").has("strong")
    assert shown(made("divider")).has("hr")


def test_actions_are_a_row_of_controls() -> None:
    assert [node.text for node in shown(made("actions", elements=[button(), button("b")])).all("button")] == [
        "Go",
        "Go",
    ]


# --- inputs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS_OF_ELEMENTS if "select" in kind or "input" in kind])
def test_a_label_leads_to_its_field_or_names_it(kind: str) -> None:
    tree = shown(asking(kind))
    label = tree.one(kind="input-box").one(kind="label").all(dir="auto")[0]
    named = tree.one(aria_labelledby=label["id"] or "")
    assert label.text == "Question"
    if label.name == "label":
        assert label["for"] == named["id"]
    ids_are_whole(tree)


def test_a_field_is_described_by_its_hint_and_by_what_is_wrong_with_it() -> None:
    tree = shown(asking("plain_text_input") | {"hint": plain("Be kind")})
    hint, error = (tree.one(id=id) for id in (tree.one("input")["aria-describedby"] or "").split())
    assert (hint.text, error.kinds, error["role"], error.text) == ("Be kind", ["error"], "alert", "")
    assert len((shown(asking("plain_text_input")).one("input")["aria-describedby"] or "").split()) == 1


def test_a_field_that_may_stay_empty_says_so() -> None:
    needed, free = shown(asking("plain_text_input")), shown(asking("plain_text_input") | {"optional": True})
    assert "data-required" in needed.one(kind="input-box").given
    assert "required" in needed.one("input").given
    assert "data-required" not in free.one(kind="input-box").given
    assert "required" not in free.one("input").given
    assert free.one(kind="optional").text.strip() == "(optional)"
    assert free.one("label").text == "Question"


def test_an_input_tells_the_app_only_where_it_is_made_so() -> None:
    assert "data-dispatch" not in shown(asking("static_select")).one(data_type="static_select").given
    telling = shown(asking("static_select") | {"dispatch_action": True})
    assert telling.one(data_type="static_select")["data-dispatch"] == "at once"


def test_a_form_of_everything_has_whole_ids() -> None:
    ids_are_whole(read(blocks(place(), FORM)))


# --- what lies elsewhere ------------------------------------------------------------------------------------------


def test_a_film_is_a_picture_with_words_and_a_way_to_it() -> None:
    one = made("video", author_name="Mia", provider_name="Films", description=plain("Short"))
    tree = shown(one | {"title_url": "https://a.example/film"})
    assert tree.one(kind="soft").text == "Films · Mia"
    assert tree.one("strong").one("a")["href"] == "https://a.example/film"
    assert tree.one(role="img")["aria-label"] == "A film"
    assert not tree.has("video")
    assert shown(made("video")).one("strong").one("a")["href"] == "https://acme.example/v"


def test_a_file_is_known_here_or_by_the_name_it_has_elsewhere() -> None:
    assert "F-1" in shown(made("file")).text


def test_a_call_can_be_joined_and_may_be_over() -> None:
    told = {"v1": {"name": "Stand-up", "join_url": "https://a.example"}}
    tree = shown(made("call", call=told))
    assert (tree.one("strong").text, tree.one("a").text) == ("Stand-up", "Join")
    assert "has ended" in shown(made("call", call={"v1": {"has_ended": True}})).text
    assert not shown(made("call", call={"v1": {"join_url": "javascript:x"}})).has("a")
    assert "R1" in shown(made("call")).text


def test_an_account_says_whether_it_is_joined() -> None:
    joined = {
        "connected_identity": plain("mia"),
        "connected_context": plain("Acme"),
        "disconnect_url": "https://a.example/d",
    }
    tree = shown(made("auth_provider") | joined | {"is_connected": True, "accessory": an("overflow")})
    assert tree.one(kind="soft").text == "Connected · mia · Acme Disconnect"
    assert tree.has(data_type="overflow")
    apart = shown(made("auth_provider", auth_url="https://a.example/a", description=plain("Issues")))
    assert apart.one(kind="soft").text == "Not connected Connect"
    assert apart.one("a")["href"] == "https://a.example/a"


# --- work ---------------------------------------------------------------------------------------------------------


def test_an_alert_says_how_grave_it_is_in_a_word() -> None:
    for level, word in (("info", "Note: "), ("warning", "Careful: "), ("error", "Problem: "), ("success", "Done: ")):
        note = shown(made("alert", level=level, text=mrkdwn("*a*"))).one(role="note")
        assert (note.text, note.kinds) == (f"{word}a", ["notice", level])
    assert shown(made("alert", level="x y")).one(role="note").kinds == ["notice", "default"]


def test_a_plan_says_how_far_it_is() -> None:
    tree = shown(PLAN)
    title = tree.one(kind="plan-title")
    assert (title.one(kind="title").text, title.one(kind="said").text) == ("Working on it", "1 of 4 done, 1 failed")
    assert [task.one(kind="said").text for task in tree.all("li")] == ["done", "under way", "to do", "failed"]
    assert [task.all(kind="state")[0].kinds[1] for task in tree.all("li")] == [
        "complete", "in_progress", "pending", "error"
    ]  # fmt: skip
    assert tree.one(kind="sources").one("a").text == "FAQ"
    assert not shown(made("plan")).has(kind="said")


def test_a_task_alone_has_details_output_and_sources() -> None:
    one = made("task_card", status="x", details=rich(runs(said("how"))), output=rich(runs(said("what"))))
    tree = shown(one | {"sources": [{"type": "url", "url": "javascript:x", "text": "bad"}]})
    assert [part.text for part in tree.all(kind="rich")] == ["how", "what"]
    assert tree.one(kind="said").text == "to do"
    assert not tree.has("a")


# --- what holds other things --------------------------------------------------------------------------------------


def test_a_card_has_its_lines_its_pictures_and_its_buttons() -> None:
    lines = {"subtitle": plain("S"), "body": mrkdwn("*B*"), "subtext": plain("T")}
    tree = shown(card(hero_image=image(), icon=image(), actions=[button()], **lines))
    found = {name: tree.one(kind=name).text for name in ("title", "subtitle", "body", "subtext")}
    assert found == {"title": "A card", "subtitle": "S", "body": "B", "subtext": "T"}
    assert tree.one(kind="hero").has(kind="thumbnail")
    assert tree.one(kind="actions").one("button").text == "Go"


def test_a_card_may_have_an_icon_of_slacks() -> None:
    assert shown(card(slack_icon={"type": "icon", "name": "rocket"})).one(kind="sign").text == "🚀"
    assert shown(card(slack_icon={"type": "icon", "name": "unheard"})).one(kind="sign").text == "•"


def test_cards_in_a_row_can_be_reached_by_keyboard() -> None:
    row = shown(made("carousel", elements=[card(), card()])).one("ul", "cards")
    assert (row["tabindex"], row["aria-label"], len(row.all("li"))) == ("0", "Cards", 2)


def test_a_container_folds_where_the_app_says_so() -> None:
    inside = {"child_blocks": [made("section")]}
    assert shown(made("container") | inside).one(kind="inside").has(kind="section")
    assert not shown(made("container")).has("details")
    opened = shown(made("container", is_collapsible=True) | inside).one("details")
    assert "open" in opened.given
    assert "open" not in shown(made("container", is_collapsible=True, default_collapsed=True)).one("details").given


def test_a_container_has_a_title_of_either_kind_an_icon_and_a_width() -> None:
    one = made("container", subtitle=mrkdwn("_s_"), icon=image(), width="wide", has_header_divider=True)
    tree = shown(one)
    assert (tree.one(kind="title").text, tree.one(kind="subtitle").text) == ("Words", "s")
    assert tree.one(kind="head").one(kind="names").text == "Wordss"  # they stand together, beside the icon
    assert tree.has(kind="broad")
    assert tree.has(kind="thumbnail")
    assert tree.has("hr")
    titled: Json = {"type": "container", "rich_text_title": rich(runs(said("R"))), "child_blocks": []}
    assert shown(titled).one(kind="title").text == "R"
