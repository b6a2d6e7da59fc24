"""Which fields a thing needs, which it may have, and of which type they are."""

from typing import Any, cast

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    KINDS_OF_BLOCKS,
    KINDS_OF_ELEMENTS,
    block,
    button,
    confirm,
    element,
    image,
    mrkdwn,
    option,
    plain,
    rich,
    runs,
)
from tests.workspace.blocks.test_samples import BLOCKS, holder, surface_of

NEEDS: dict[str, tuple[str, ...]] = {
    "header": ("text",),
    "context": ("elements",),
    "image": ("alt_text",),
    "actions": ("elements",),
    "input": ("label", "element"),
    "file": ("external_id", "source"),
    "video": ("alt_text", "title", "thumbnail_url", "video_url"),
    "rich_text": ("elements",),
    "table": ("rows",),
    "carousel": ("elements",),
    "container": ("child_blocks",),
    "markdown": ("text",),
    "context_actions": ("elements",),
    "task_card": ("task_id", "title", "status"),
    "plan": ("title",),
    "call": ("call_id",),
    "data_table": ("rows", "caption"),
    "data_visualization": ("title", "chart"),
    "alert": ("text",),
    "auth_provider": ("value", "name", "is_connected"),
}

ELEMENT_NEEDS: dict[str, tuple[str, ...]] = {
    "button": ("text",),
    "workflow_button": ("text", "workflow"),
    "overflow": ("options",),
    "checkboxes": ("options",),
    "radio_buttons": ("options",),
    "number_input": ("is_decimal_allowed",),
    "feedback_buttons": ("positive_button", "negative_button"),
    "icon_button": ("icon", "text"),
}


def without(given: Json, name: str) -> Json:
    return {key: value for key, value in given.items() if key != name}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NEEDS.items() for name in names])
def test_a_block_needs_its_fields(kind: str, name: str) -> None:
    given = without(block(kind), name)
    flaws = flaws_in_blocks([given], surface_of(given))
    assert [flaw.shown() for flaw in flaws] == [
        {"code": "missing_field", "message": f"missing required field: {name}", "pointer": "/0", "field": name}
    ]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in ELEMENT_NEEDS.items() for name in names])
def test_an_element_needs_its_fields(kind: str, name: str) -> None:
    [flaw] = flaws_in_blocks([holder(without(element(kind), name))], Surface.MESSAGE)
    assert flaw.message == f"missing required field: {name}"
    assert flaw.pointer.startswith(("/0/accessory", "/0/element"))


EITHER: list[tuple[Json, str, str]] = [
    ({"type": "section"}, "/0/type", "must define either `text` or `fields`"),
    ({"type": "image", "alt_text": "A"}, "/0", "must define either `image_url` or `slack_file`"),
    ({"type": "card"}, "/0", "must define either `hero_image` or `title` or `actions` or `body`"),
    (
        {"type": "container", "child_blocks": [block("divider")]},
        "/0/type",
        "must define either `title` or `rich_text_title`",
    ),
    (
        block("section", accessory={"type": "static_select"}),
        "/0/accessory",
        "must define either `options` or `option_groups`",
    ),
    (
        block("section", accessory={"type": "multi_static_select"}),
        "/0/accessory",
        "must define either `options` or `option_groups`",
    ),
    (
        block("section", accessory=element("conversations_select", filter={})),
        "/0/accessory/filter",
        "must define either `include` or `exclude_external_shared_channels` or `exclude_bot_users`",
    ),
    (
        block("context", elements=[image(slack_file={"id": "F1"})]),
        "/0/elements/0",
        "must define only one of `image_url` or `slack_file`",
    ),
    (block("image", slack_file={"id": "F1"}), "/0", "must define only one of `image_url` or `slack_file`"),
    (
        {"type": "image", "alt_text": "A", "slack_file": {"id": "F1", "url": "https://acme.example"}},
        "/0/slack_file",
        "must define only one of `id` or `url`",
    ),
    (
        block(
            "section",
            accessory=element("static_select", option_groups=[{"label": plain(), "options": [option()]}]),
        ),
        "/0/accessory",
        "must define only one of `options` or `option_groups`",
    ),
    (
        block("card", icon=image(), slack_icon={"type": "icon", "name": "bot"}),
        "/0",
        "must define only one of `icon` or `slack_icon`",
    ),
]


@pytest.mark.parametrize(("given", "pointer", "message"), EITHER, ids=range(len(EITHER)))
def test_of_some_fields_one_is_needed_and_no_more(given: Json, pointer: str, message: str) -> None:
    [flaw] = flaws_in_blocks([given], Surface.MESSAGE)
    assert (flaw.pointer, flaw.message) == (pointer, message)


@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_a_block_has_no_other_fields(kind: str) -> None:
    given = block(kind, disabled=True)
    [flaw] = flaws_in_blocks([given], surface_of(given))
    assert flaw.shown() == {
        "code": "failed_constraint",
        "constraint": {"type": "additional_properties", "got": "disabled"},
        "message": "invalid additional property: disabled",
        "pointer": "/0",
    }


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_an_element_has_no_other_fields(kind: str) -> None:
    [flaw] = flaws_in_blocks([holder(element(kind, disabled=True))], Surface.MESSAGE)
    assert flaw.message == "invalid additional property: disabled"


OBJECTS: list[tuple[Json, str]] = [
    (block("section", text=mrkdwn() | {"emoji": True}), "emoji"),
    (block("header", text=plain() | {"verbatim": True}), "verbatim"),
    (block("actions", elements=[button(confirm=confirm(emoji=True))]), "emoji"),
    (block("actions", elements=[element("static_select", options=[option(url="https://acme.example")])]), "url"),
    (block("actions", elements=[element("overflow", options=[option(label="x")])]), "label"),
    (block("image", slack_file={"id": "F1", "name": "cat"}) | {"image_url": ""}, "name"),
    (rich(runs({"type": "user", "user_id": "U1", "style": {"code": True}})), "code"),
    (rich(runs({"type": "text", "text": "x", "style": {"big": True}})), "big"),
    (rich(runs({"type": "text", "text": "x"}) | {"style": "bullet"}), "style"),
    (block("table", column_settings=[{"width": 1}]), "width"),
    (block("data_visualization", chart={"type": "pie", "segments": [], "x_label": "X"}), "x_label"),
    (block("input", element=element("plain_text_input", confirm=confirm())), "confirm"),
    (block("input", element=element("file_input", placeholder=plain())), "placeholder"),
    (block("actions", elements=[element("datetimepicker", placeholder=plain())]), "placeholder"),
    (block("actions", elements=[element("static_select", max_selected_items=2)]), "max_selected_items"),
]


@pytest.mark.parametrize(("given", "name"), OBJECTS, ids=range(len(OBJECTS)))
def test_what_stands_in_a_block_has_no_other_fields(given: Json, name: str) -> None:
    messages = [flaw.message for flaw in flaws_in_blocks([given], Surface.MESSAGE)]
    assert f"invalid additional property: {name}" in messages


WRONG: tuple[Any, ...] = (None, True, 7, 1.5, "x" * 4000, [], ["x"], {}, {"type": "nothing"}, [[]], [None])
"""No field of any block takes all of these; whatever takes one of them is not asked about it."""


Path = tuple[str | int, ...]


def places(value: object, path: Path = ()) -> list[Path]:
    """The ways to every value inside a sample."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside += cast("Json", value).items()
    elif isinstance(value, list):
        inside += enumerate(cast("list[object]", value))
    return [way for name, part in inside for way in ((*path, name), *places(part, (*path, name)))]


def with_other(value: Any, path: Path, other: Any) -> Any:
    """The sample with something else at one place."""
    if not path:
        return other
    copied: Any = value.copy()
    copied[path[0]] = with_other(value[path[0]], path[1:], other)
    return copied


@pytest.mark.parametrize("name", BLOCKS)
def test_no_field_takes_a_value_of_every_type(name: str) -> None:
    given = BLOCKS[name]
    for place in places(without(given, "call")):
        taken = [other for other in WRONG if not flaws_in_blocks([with_other(given, place, other)], surface_of(given))]
        assert len(taken) <= 5, (place, taken)
        assert None not in taken, place


TYPES: list[tuple[Json, str]] = [
    (block("section", text="words"), "must provide an object [json-pointer:/0/text]"),
    (block("section", fields=mrkdwn()), "must provide an array [json-pointer:/0/fields]"),
    (block("section", expand="yes"), "must be a boolean [json-pointer:/0/expand]"),
    (block("markdown", text=plain()), "must provide a string [json-pointer:/0/text]"),
    (block("plan", title=plain()), "must provide a string [json-pointer:/0/title]"),
    (block("header", level=1.5), "must provide an integer [json-pointer:/0/level]"),
    (block("header", level=True), "must provide an integer [json-pointer:/0/level]"),
    (block("table", column_settings=[None]), "must provide an object [json-pointer:/0/column_settings/0]"),
    (block("actions", elements=[button(style=None)]), "must provide a string [json-pointer:/0/elements/0/style]"),
    (block("divider", block_id=7), "must provide a string [json-pointer:/0/block_id]"),
    (block("data_table", rows=[[{"type": "raw_number", "value": "1"}]] * 2), "must provide a number"),
]


@pytest.mark.parametrize(("given", "said"), TYPES, ids=range(len(TYPES)))
def test_a_value_of_another_type_is_refused_as_slack_says_it(given: Json, said: str) -> None:
    flaws = flaws_in_blocks([given], Surface.MESSAGE)
    assert any(flaw.said().startswith(said) and flaw.code == "invalid_type" for flaw in flaws)


ENUMS: list[tuple[Json, str]] = [
    (block("actions", elements=[button(style="default")]), "/0/elements/0/style"),
    (block("context_actions", elements=[element("icon_button", icon="star")]), "/0/elements/0/icon"),
    (block("task_card", status="done"), "/0/status"),
    (block("plan", tasks=[block("task_card", type="task")]), "/0/tasks/0/type"),
    (block("container", width="huge"), "/0/width"),
    (block("file", source="local"), "/0/source"),
    (block("table", column_settings=[{"align": "middle"}]), "/0/column_settings/0/align"),
    (block("card", slack_icon={"type": "icon", "name": "unicorn"}), "/0/slack_icon/name"),
    (rich(runs({"type": "broadcast", "range": "all"})), "/0/elements/0/elements/0/range"),
    (rich({"type": "rich_text_list", "style": "square", "elements": [runs()]}), "/0/elements/0/style"),
    (
        block("section", accessory=element("conversations_select", filter={"include": ["all"]})),
        "/0/accessory/filter/include/0",
    ),
    (
        block("input", element=element("plain_text_input", dispatch_action_config={"trigger_actions_on": ["blur"]})),
        "/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
]


@pytest.mark.parametrize(("given", "pointer"), ENUMS, ids=range(len(ENUMS)))
def test_a_word_that_is_none_of_those_allowed_is_refused(given: Json, pointer: str) -> None:
    [flaw] = [flaw for flaw in flaws_in_blocks([given], Surface.MESSAGE) if flaw.pointer == pointer]
    assert flaw.message == "must be a valid enum value"
    assert flaw.constraint is not None
    assert flaw.constraint["got"] not in flaw.constraint["expected"]


FORMS: list[tuple[str, str, list[str], list[str]]] = [
    (
        "datepicker",
        "initial_date",
        ["2026-01-31", "1999-12-01"],
        ["2026-1-31", "2026-13-01", "2026-00-10", "2026-01-32", "31.01.2026", "", "2026-01-31T00:00", "２026-01-31"],
    ),
    ("timepicker", "initial_time", ["00:00", "09:30", "23:59"], ["24:00", "9:30", "12:60", "noon", "12:00:00", ""]),
    ("number_input", "initial_value", ["0", "-10", "5.5"], ["", "five", "1e3", "NaN", "--1", ".5", "1.", "9" * 301]),
]


@pytest.mark.parametrize(("kind", "name", "right", "wrong"), FORMS, ids=[form[0] for form in FORMS])
def test_a_text_of_a_certain_form_is_refused_in_another(
    kind: str, name: str, right: list[str], wrong: list[str]
) -> None:
    for text in right:
        assert flaws_in_blocks([block("input", element=element(kind, **{name: text}))], Surface.MESSAGE) == []
    for text in wrong:
        [flaw] = flaws_in_blocks([block("input", element=element(kind, **{name: text}))], Surface.MESSAGE)
        assert flaw.pointer == f"/0/element/{name}"


ADDRESSES: list[tuple[Json, str]] = [
    (block("image", image_url="cat.png"), "/0/image_url"),
    (block("image", image_url="data:image/png;base64,AAAA"), "/0/image_url"),
    (block("image", image_url="javascript:alert(1)"), "/0/image_url"),
    (block("context", elements=[image(image_url="file:///etc/passwd")]), "/0/elements/0/image_url"),
    (block("video", video_url="http://acme.example/v"), "/0/video_url"),
    (block("video", title_url="acme.example"), "/0/title_url"),
    (block("auth_provider", auth_url="http://acme.example"), "/0/auth_url"),
]


@pytest.mark.parametrize(("given", "pointer"), ADDRESSES, ids=range(len(ADDRESSES)))
def test_an_address_that_slack_could_not_fetch_is_refused(given: Json, pointer: str) -> None:
    [flaw] = flaws_in_blocks([given], Surface.MESSAGE)
    assert flaw.pointer == pointer


@pytest.mark.parametrize("seconds", [999_999_999, 10_000_000_000])
def test_a_moment_has_ten_digits(seconds: int) -> None:
    given = block("actions", elements=[element("datetimepicker", initial_date_time=seconds)])
    assert flaws_in_blocks([given], Surface.MESSAGE)[0].pointer == "/0/elements/0/initial_date_time"


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "1", True])
def test_a_slice_of_a_pie_is_more_than_nothing(value: Any) -> None:
    given = block("data_visualization", chart={"type": "pie", "segments": [{"label": "A", "value": value}]})
    assert flaws_in_blocks([given], Surface.MESSAGE)[-1].pointer == "/0/chart/segments/0/value"
