"""Elements as controls: what the scripts go by, what stands in them, what they are called."""

import json

import pytest

from bot.workspace.page.render.elements import LABELLED, element
from bot.workspace.page.render.part import Labelled
from bot.workspace.page.render.place import Place
from bot.workspace.payload import Json
from tests.workspace.blocks.made import KINDS_OF_ELEMENTS, confirm, mrkdwn, option, plain, rich, runs, said
from tests.workspace.blocks.made import element as made
from tests.workspace.made import MIA, SAM
from tests.workspace.page.render.tree import Node, ids_are_whole, place, read

NOBODY = Labelled()
LABEL = Labelled("Question", "l-1", "f-1", "e-1", required=True)


def shown(one: Json, where: Place | None = None, *, labelled: Labelled = NOBODY, dispatches: bool = True) -> Node:
    return read(element(where or place(), "b", {"action_id": "a", **one}, labelled=labelled, dispatches=dispatches))


def control(one: Json, where: Place | None = None, *, labelled: Labelled = NOBODY) -> Node:
    """What bears the names of the element, for the scripts."""
    return shown(one, where, labelled=labelled).all(data_block="b", data_action="a")[0]


def entered(**value: object) -> Place:
    return place(values={"b": {"a": value}})


# --- what all have ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_each_element_bears_its_names_and_tells_the_app_at_once(kind: str) -> None:
    node = control(made(kind))
    assert node["data-type"] == kind
    typed = kind in ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")
    assert node["data-dispatch"] == ("enter" if typed else "at once")
    assert "data-confirm" not in node.given


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_each_element_that_asks_first_says_what(kind: str) -> None:
    asking = confirm(title=plain('Sure? "<b>"'))
    assert json.loads(control(made(kind, confirm=asking))["data-confirm"] or "") == asking


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_each_element_that_does_not_tell_the_app_at_once_does_not_say_so(kind: str) -> None:
    tree = shown(made(kind), dispatches=False)
    assert not any("data-dispatch" in node.given for node in tree.nodes)


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_nothing_can_be_used_where_things_are_only_shown(kind: str) -> None:
    tree = shown(made(kind), place(still=True))
    controls = [
        node for node in tree.nodes if node.name in ("button", "input", "textarea") and not in_popup(tree, node)
    ]
    assert all("disabled" in node.given for node in controls)
    assert not tree.has(contenteditable="true")


def in_popup(tree: Node, node: Node) -> bool:
    return any(node in popup.nodes for popup in tree.all(kind="popup"))


@pytest.mark.parametrize("kind", sorted(LABELLED))
def test_each_field_can_be_led_to_by_its_label(kind: str) -> None:
    named = shown(made(kind), labelled=LABEL).one(id="f-1")
    assert named.name in ("input", "textarea", "button")
    assert (named["aria-labelledby"], named["aria-describedby"]) == ("l-1", "e-1")
    assert "required" in named.given or named.get("aria-required") == "true"


@pytest.mark.parametrize("kind", ["checkboxes", "radio_buttons", "rich_text_input"])
def test_a_group_is_named_by_its_label(kind: str) -> None:
    named = shown(made(kind), labelled=LABEL).one(aria_labelledby="l-1")
    assert named["role"] in ("group", "radiogroup", "textbox")
    assert named["aria-describedby"] == "e-1"


@pytest.mark.parametrize("kind", [kind for kind in KINDS_OF_ELEMENTS if kind != "overflow"])
def test_everything_to_use_has_a_name(kind: str) -> None:
    for node in shown(made(kind)).nodes:
        if node.name in ("button", "textarea") or node.get("type") in ("text", "file", "date", "number"):
            assert node.get("aria-label") or node.text.strip(), node


@pytest.mark.parametrize("names", [("a b", "c d"), ('"><b>', "'"), ("", ""), ("a-b", "é/%")])
def test_any_names_make_whole_ids(names: tuple[str, str]) -> None:
    block, action = names
    for kind in KINDS_OF_ELEMENTS:
        tree = read(element(place(), block, made(kind, action_id=action)))
        ids_are_whole(tree)
        assert tree.all(data_block=block, data_action=action)


def test_names_that_differ_make_ids_that_differ() -> None:
    pairs = [("a:b", "c"), ("a", "b:c"), ("a b", "c"), ("a%20b", "c")]
    ids = {place().name_of("list", *pair) for pair in pairs}
    assert len(ids) == 4


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_nobody_else_sees_what_is_for_some_people(kind: str) -> None:
    some: Json = made(kind, action_id="a", visible_to_user_ids=[SAM])
    assert element(place(MIA), "b", some) == ""
    assert element(place(SAM), "b", some) != ""


def test_an_unknown_kind_is_nothing() -> None:
    assert element(place(), "b", {"type": "slider"}) == ""
    assert element(place(), "b", {}) == ""


# --- buttons ------------------------------------------------------------------------------------------------------


def test_a_button_has_its_words_its_value_and_its_style() -> None:
    button = control(made("button", text=plain("Go :tada: <b>"), value="1", style="danger", accessibility_label="Run"))
    assert (button.name, button["type"], button.text) == ("button", "button", "Go 🎉 <b>")
    assert (button["data-value"], button["aria-label"], button.kinds) == ("1", "Run", ["button", "danger"])
    assert control(made("button", style="url(x)")).kinds == ["button"]


def test_a_button_with_an_address_is_a_link_that_tells_the_app() -> None:
    link = control(made("button", url="https://a.example"))
    assert (link.name, link["href"], link["target"]) == ("a", "https://a.example", "_blank")
    assert "data-dispatch" in link.given


def test_a_button_whose_address_leads_astray_is_only_a_button() -> None:
    assert control(made("button", url="javascript:alert(1)")).name == "button"


def test_an_icon_is_named_for_whoever_cannot_see_it() -> None:
    icon = control(made("icon_button", value="7"))
    assert (icon["aria-label"], icon["data-value"], icon.kinds) == ("Delete", "7", ["icon-button"])
    assert control(made("icon_button", accessibility_label="Delete it"))["aria-label"] == "Delete it"


def test_feedback_is_two_buttons_of_which_one_can_stay_pressed() -> None:
    good, bad = shown(made("feedback_buttons")).all("button")
    assert (good["data-value"], good["title"], good["aria-pressed"]) == ("yes", "Good", "false")
    assert (bad["data-value"], bad["data-type"]) == ("no", "feedback_buttons")


def test_an_image_has_no_name_to_use() -> None:
    one = {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "A map"}
    tree = read(element(place(), "b", one))
    assert not tree.has("img")
    assert tree.one(role="img")["aria-label"] == "A map"
    assert tree.one("a")["href"] == "https://a.example/x.png"


# --- fields -------------------------------------------------------------------------------------------------------

FIELDS = {
    "plain_text_input": ("text", "initial_value", "value", "Hello", "Hello"),
    "email_text_input": ("email", "initial_value", "value", "a@b.example", "a@b.example"),
    "url_text_input": ("url", "initial_value", "value", "https://a.example", "https://a.example"),
    "number_input": ("number", "initial_value", "value", "-4.5", "-4.5"),
    "datepicker": ("date", "initial_date", "selected_date", "2027-01-20", "2027-01-20"),
    "timepicker": ("time", "initial_time", "selected_time", "09:30", "09:30"),
    "datetimepicker": (
        "datetime-local", "initial_date_time", "selected_date_time", 1_800_000_000, "2027-01-15T09:00"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_is_native_and_shows_what_stands_in_it(kind: str) -> None:
    form, first, was, value, text = FIELDS[kind]
    assert control(made(kind)).get("value") is None
    assert control(made(kind))["type"] == form
    assert control(made(kind, **{first: value}))["value"] == text
    assert control(made(kind), entered(type=kind, **{was: value}))["value"] == text


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_that_was_emptied_stays_empty(kind: str) -> None:
    _, first, was, value, _ = FIELDS[kind]
    assert control(made(kind, **{first: value}), entered(type=kind, **{was: None})).get("value") is None


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("value", [True, [], {}, None, 10**30])
def test_a_field_takes_no_nonsense(kind: str, value: object) -> None:
    assert control(made(kind, **{FIELDS[kind][1]: value}))["data-type"] == kind


def test_a_long_text_keeps_its_first_line_break() -> None:
    area = control(made("plain_text_input", multiline=True, initial_value="\na\n</textarea><b>"))
    assert (area.name, area.text) == ("textarea", "\n\na\n</textarea><b>")


def test_a_field_knows_its_limits_its_placeholder_and_its_focus() -> None:
    field = control(
        made("plain_text_input", min_length=2, max_length=9, placeholder=plain("Words"), focus_on_load=True)
    )
    assert (field["minlength"], field["maxlength"], field["placeholder"]) == ("2", "9", "Words")
    assert "autofocus" in field.given
    assert field["dir"] == "auto"


def test_a_number_knows_its_range_and_whether_it_is_whole() -> None:
    whole = control(made("number_input", min_value="-1", max_value="10"))
    assert (whole["min"], whole["max"], whole["step"], whole["inputmode"]) == ("-1", "10", "1", "numeric")
    assert control(made("number_input", is_decimal_allowed=True))["step"] == "any"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ([], "enter"),
        (["on_enter_pressed"], "enter"),
        (["on_character_entered"], "typing"),
        (["on_character_entered", "on_enter_pressed"], "enter typing"),
        (["unheard"], "enter"),
    ],
)
def test_a_text_field_says_when_it_tells_the_app(when: list[str], said: str) -> None:
    one = made("plain_text_input", dispatch_action_config={"trigger_actions_on": when})
    assert control(one)["data-dispatch"] == said


def test_a_file_field_knows_which_files_and_how_many() -> None:
    several = control(made("file_input", filetypes=["pdf", "png"], max_files=3))
    assert (several["accept"], several["data-most"]) == (".pdf,.png", "3")
    assert "multiple" in several.given
    assert "multiple" not in control(made("file_input", max_files=1)).given


def test_rich_text_begins_with_what_the_app_gave_or_what_was_entered() -> None:
    first, later = rich(runs(said("<b>first"))), rich(runs(said("later")))
    node = control(made("rich_text_input", initial_value=first, placeholder=plain("Words")))
    assert json.loads(node["data-initial"] or "") == first
    assert (node["role"], node["contenteditable"], node["data-placeholder"]) == ("textbox", "true", "Words")
    written = control(made("rich_text_input", initial_value=first), entered(rich_text_value=later))
    assert json.loads(written["data-initial"] or "") == later
    marks = [button["data-mark"] for button in shown(made("rich_text_input")).all("button")]
    assert marks == ["bold", "italic", "strike", "code", "bullet", "ordered", "quote"]


# --- choices ------------------------------------------------------------------------------------------------------

OPTIONS = [option("a", "A"), option("b", "B", description=plain("The second")), {"text": mrkdwn("*C*"), "value": "c"}]


@pytest.mark.parametrize(("kind", "form"), [("checkboxes", "checkbox"), ("radio_buttons", "radio")])
def test_choices_are_native_boxes_with_labels(kind: str, form: str) -> None:
    group = control(made(kind, options=OPTIONS))
    boxes = group.all("input")
    assert [(box["type"], box["value"], box["data-label"]) for box in boxes] == [
        (form, "a", "A"), (form, "b", "B"), (form, "c", "*C*")
    ]  # fmt: skip
    assert len({box["name"] for box in boxes}) == 1
    assert [label.text for label in group.all("label")] == ["A", "BThe second", "C"]
    assert group.all("label")[2].has("strong")
    assert not any("checked" in box.given for box in boxes)


def test_choices_stand_as_they_were_given_or_made() -> None:
    many = made("checkboxes", options=OPTIONS, initial_options=OPTIONS[:2])
    assert ticked(control(many)) == ["a", "b"]
    assert ticked(control(many, entered(selected_options=OPTIONS[2:]))) == ["c"]
    assert ticked(control(many, entered(type="checkboxes", selected_options=[]))) == []
    one = made("radio_buttons", options=OPTIONS, initial_option=OPTIONS[0])
    assert ticked(control(one)) == ["a"]
    assert ticked(control(one, entered(selected_option=OPTIONS[1]))) == ["b"]
    assert ticked(control(one, entered(type="radio_buttons", selected_option=None))) == []


def ticked(group: Node) -> list[str | None]:
    return [box["value"] for box in group.all("input") if "checked" in box.given]


def test_descriptions_of_choices_may_be_marked_up() -> None:
    marked: Json = option("a", "A") | {"description": mrkdwn("_soon_")}
    assert control(made("radio_buttons", options=[marked])).one(kind="description").outline == "span(em(soon))"


def test_only_the_first_choice_takes_the_focus() -> None:
    boxes = control(made("radio_buttons", options=OPTIONS, focus_on_load=True)).all("input")
    assert ["autofocus" in box.given for box in boxes] == [True, False, False]
