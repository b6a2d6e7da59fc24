"""Modals and home tabs."""

import pytest

from bot.workspace.page.render.view import home, modal
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface, View
from tests.workspace.blocks.made import asking, button, plain
from tests.workspace.blocks.made import block as made
from tests.workspace.made import APP, MIA
from tests.workspace.page.render.gallery import form
from tests.workspace.page.render.tree import Node, ids_are_whole, looking, read


def view(*blocks: Json, surface: Surface = Surface.MODAL, values: Json | None = None, **content: object) -> View:
    told: Json = {"type": surface.value, "title": plain("A form"), "blocks": [*blocks], **content}
    return View(id="V1", app=APP, person=MIA, surface=surface, content=told, hash="1.a", values=values or {})


def shown(one: View) -> Node:
    tree = read(modal(looking(), one))
    ids_are_whole(tree)
    return tree


def foot(tree: Node) -> list[str]:
    return [one.text for one in tree.one("footer").all("button")]


def test_a_modal_has_its_place_its_title_and_its_app() -> None:
    outer = shown(view()).one(data_view="V1")
    assert (outer["id"], outer["data-hash"], outer.kinds) == ("v-V1", "1.a", ["view", "modal"])
    assert (outer.one("h2").text, outer.one("h2")["id"], outer.one(kind="soft").text) == (
        "A form", "v-V1-title", "opsbot"
    )  # fmt: skip


def test_a_modal_is_closed_by_a_cross_and_by_a_button() -> None:
    closing = [one for one in shown(view()).all("button") if "data-close" in one.given]
    assert [one.get("aria-label") or one.text for one in closing] == ["Close", "Close"]


@pytest.mark.parametrize(
    ("content", "blocks", "buttons"),
    [
        ({}, [], ["Close"]),
        ({"submit": plain("Send")}, [], ["Cancel", "Send"]),
        ({"submit": plain("Send"), "close": plain("No")}, [], ["No", "Send"]),
        ({}, [asking("plain_text_input")], ["Cancel", "Submit"]),
        ({"close": plain("No")}, [], ["No"]),
    ],
)
def test_a_modal_has_the_buttons_it_needs(content: Json, blocks: list[Json], buttons: list[str]) -> None:
    assert foot(shown(view(*blocks, **content))) == buttons


def test_a_modal_on_top_of_another_leads_back() -> None:
    above = view(submit=plain("Send"))
    above.previous = "V0"
    tree = shown(above)
    assert foot(tree) == ["Back", "Send"]
    assert tree.one(data_view="V1")["data-previous"] == "V0"


def test_a_modal_may_not_be_sent_yet() -> None:
    def send(one: View) -> Node:
        return shown(one).one("button", type="submit")

    assert "disabled" in send(view(submit=plain("Send"), submit_disabled=True)).given
    assert "disabled" not in send(view(submit=plain("Send"))).given


def test_what_was_entered_stands_in_a_modal() -> None:
    values = {"b": {"a": {"type": "plain_text_input", "value": "<half> a sentence"}}}
    assert shown(view(asking("plain_text_input"), values=values)).one("input")["value"] == "<half> a sentence"


def test_a_modal_has_room_for_what_is_wrong_with_it() -> None:
    tree = shown(view(asking("plain_text_input")))
    assert [one.kinds for one in tree.all(role="alert")] == [["error"], ["modal-error"]]


def test_a_form_of_everything_is_whole() -> None:
    assert len(shown(form()).all(kind="input-box")) == 11


def test_the_page_itself_checks_nothing_before_the_app_does() -> None:
    assert "novalidate" in shown(view()).one("form").given


def test_a_home_shows_its_blocks() -> None:
    tab = view(made("header"), made("actions", elements=[button()]), surface=Surface.HOME)
    tree = read(home(looking(), tab, app="opsbot"))
    assert (tree.one(data_view="V1")["data-surface"], tree.one("h3").text) == ("home", "Words")
    assert not tree.has("form")


def test_a_home_that_was_not_made_says_so() -> None:
    assert "opsbot has not published" in read(home(looking(), None, app="opsbot")).text
    assert "has not published" in read(home(looking(), view(), app="opsbot")).text
