"""What things must be together: the fields of one, the blocks of a message, the parts of a view."""

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_view
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    asking,
    block,
    button,
    card,
    cell,
    chart,
    element,
    home,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    rich,
    runs,
    said,
    task,
)


def said_of(*blocks: Json, surface: Surface = Surface.MESSAGE) -> list[str]:
    return [flaw.said() for flaw in flaws_in_blocks(list(blocks), surface)]


# --- names -------------------------------------------------------------------------------------------------------


def test_two_blocks_have_two_names() -> None:
    assert said_of(block("divider", block_id="a"), block("divider", block_id="b")) == []
    assert said_of(block("divider", block_id="a"), block("section", block_id="a")) == [
        '`block_id` "a" already exists [json-pointer:/1/block_id]'
    ]


def test_a_block_inside_another_has_its_own_name_too() -> None:
    inner = block("container", child_blocks=[block("divider", block_id="a")], block_id="box")
    assert said_of(block("divider", block_id="a"), inner) == [
        '`block_id` "a" already exists [json-pointer:/1/child_blocks/0/block_id]'
    ]
    cards = block("carousel", elements=[card(block_id="c"), card(block_id="c")])
    assert said_of(cards) == ['`block_id` "c" already exists [json-pointer:/0/elements/1/block_id]']


def test_an_empty_name_is_none() -> None:
    assert said_of(block("divider", block_id=""), block("divider", block_id="")) == []
    assert said_of(block("actions", elements=[button(""), button("")])) == []


def test_two_elements_of_a_block_have_two_names() -> None:
    assert said_of(block("actions", elements=[button("a"), button("b")])) == []
    assert said_of(block("actions", elements=[button("a"), element("overflow", action_id="a")])) == [
        '`action_id` "a" already exists [json-pointer:/0/elements/1/action_id]'
    ]


def test_elements_of_two_blocks_may_share_a_name() -> None:
    assert said_of(block("actions", elements=[button("a")]), block("section", accessory=button("a"))) == []
    cards = block("carousel", elements=[card(actions=[button("a")]), card(actions=[button("a")])])
    assert said_of(cards) == []


def test_the_buttons_of_a_data_table_have_names_of_their_own() -> None:
    rows = [[cell("Do")], *[[{"type": "action_cell", "element": button("a")}] for _ in range(2)]]
    assert said_of(block("data_table", rows=rows)) == [
        '`action_id` "a" already exists [json-pointer:/0/rows/2/0/element/action_id]'
    ]


def test_tasks_of_a_plan_have_names_of_their_own() -> None:
    assert said_of(block("plan", tasks=[task("a"), task("b"), task("a")])) == [
        '`task_id` "a" already exists [json-pointer:/0/tasks/2/task_id]'
    ]


# --- tables, charts, Markdown ------------------------------------------------------------------------------------


def test_a_message_has_one_table() -> None:
    [flaw] = flaws_in_blocks([block("table"), block("divider"), block("table")], Surface.MESSAGE)
    assert (flaw.code, flaw.message, flaw.pointer) == ("only_one_table_allowed", "only_one_table_allowed", "/2")


def test_a_table_in_a_container_is_one_too() -> None:
    boxed = block("container", child_blocks=[block("table")])
    [flaw] = flaws_in_blocks([block("table"), boxed], Surface.MESSAGE)
    assert flaw.pointer == "/1/child_blocks/0"


@pytest.mark.parametrize(("length", "taken"), [(10_000, True), (10_001, False)])
def test_a_table_holds_ten_thousand_characters(length: int, taken: bool) -> None:
    linked = rich(runs(said("x" * 1000), {"type": "link", "url": "https://acme.example", "text": "x" * 1000}))
    rows = [[cell("x" * 4000), linked], [cell("x" * (length - 6000))]]
    refused = [] if taken else ["must be less than 10001 characters [json-pointer:/0/rows]"]
    assert said_of(block("table", rows=rows)) == refused


@pytest.mark.parametrize(("length", "taken"), [(20_000, True), (20_001, False)])
def test_a_data_table_holds_twenty_thousand_characters(length: int, taken: bool) -> None:
    action: Json = {"type": "action_cell", "element": button(text=plain("Go"))}
    rows = [[cell("xx"), cell("yy")], [{"type": "raw_number", "value": 42}, action], [cell("x" * (length - 9)), cell()]]
    refused = [] if taken else ["must be less than 20001 characters [json-pointer:/0/rows]"]
    assert said_of(block("data_table", rows=rows)) == refused


def test_rows_of_a_data_table_are_of_one_length() -> None:
    rows = [[cell(), cell()], [cell()], [cell(), cell(), cell()]]
    assert [line.rpartition(":")[2] for line in said_of(block("data_table", rows=rows))] == ["/0/rows/1]", "/0/rows/2]"]


@pytest.mark.parametrize("head", [rich(), {"type": "action_cell", "element": button()}])
def test_the_head_of_a_data_table_is_in_plain_words(head: Json) -> None:
    kind = head["type"]
    assert said_of(block("data_table", rows=[[head], [cell()]])) == [
        f"unsupported type: {kind} [json-pointer:/0/rows/0/0/type]"
    ]


def test_the_column_that_names_the_rows_is_there() -> None:
    assert said_of(block("data_table", row_header_column_index=0)) == []
    [flaw] = flaws_in_blocks([block("data_table", row_header_column_index=1)], Surface.MESSAGE)
    assert flaw.said() == "must be less than 0 [json-pointer:/0/row_header_column_index]"
    assert flaw.constraint == {"type": "maximum", "expected": 0}


def test_a_message_has_two_charts() -> None:
    charts = [block("data_visualization")] * 3
    assert said_of(*charts[:2]) == []
    assert said_of(*charts) == ["no more than 2 data_visualization blocks allowed [json-pointer:/2]"]


def test_a_series_of_a_chart_has_a_point_for_each_category() -> None:
    short = [{"name": "One", "data": [{"label": "L0", "value": 1}]}]
    [_, line] = said_of(block("data_visualization", chart=chart(series=short)))
    assert line == "labels must match the categories of `axis_config` [json-pointer:/0/chart/series/0/data]"


def test_a_series_of_a_chart_names_no_point_twice() -> None:
    twice = [
        {"name": "One", "data": [{"label": "L0", "value": 1}, {"label": "L1", "value": 1}, {"label": "L1", "value": 2}]}
    ]
    [_, flaw] = flaws_in_blocks([block("data_visualization", chart=chart(series=twice))], Surface.MESSAGE)
    assert flaw.constraint == {"type": "enum", "expected": ["L0", "L1"], "got": ["L0", "L1", "L1"]}


def test_series_and_categories_of_a_chart_have_names_of_their_own() -> None:
    twice = chart()["series"] * 2
    assert said_of(block("data_visualization", chart=chart(series=twice)))[1:] == [
        '`name` "One" already exists [json-pointer:/0/chart/series/1/name]'
    ]
    axes = {"categories": ["L0", "L0"]}
    assert said_of(block("data_visualization", chart=chart(axis_config=axes)))[1:] == [
        '`category` "L0" already exists [json-pointer:/0/chart/axis_config/categories/1]'
    ]


def test_all_markdown_of_a_message_has_one_limit() -> None:
    most = [block("markdown", text="x" * 6000), block("markdown", text="x" * 6000)]
    assert said_of(*most) == []
    [flaw] = flaws_in_blocks([*most, block("markdown", text="x")], Surface.MESSAGE)
    assert (flaw.code, flaw.pointer) == ("msg_blocks_too_long", "/2/text")
    assert flaw.message == "must be less than 12001 characters in all markdown blocks together"
    assert flaw.constraint == {"type": "max_length", "expected": 12_000, "got": 12_001}


# --- fields of one thing -----------------------------------------------------------------------------------------


def test_what_is_chosen_at_first_is_offered() -> None:
    for kind in ("static_select", "radio_buttons"):
        assert said_of(block("actions", elements=[element(kind, initial_option=option("z"))])) == [
            "must exactly match one of the options [json-pointer:/0/elements/0/initial_option]"
        ]
    many = element("multi_static_select", initial_options=[option("z")])
    assert said_of(block("section", accessory=many)) == [
        "must exactly match one of the options [json-pointer:/0/accessory/initial_options/0]"
    ]
    ticked = element("checkboxes", options=options(2), initial_options=[*options(2), option("z")])
    assert said_of(block("actions", elements=[ticked])) == [
        "must exactly match one of the options [json-pointer:/0/elements/0/initial_options/2]"
    ]


def test_what_is_chosen_at_first_may_leave_out_what_slack_fills_in() -> None:
    offered = option(text="A") | {"text": plain("A") | {"emoji": True}}
    assert (
        said_of(block("actions", elements=[element("static_select", options=[offered], initial_option=option())])) == []
    )


def test_what_is_chosen_at_first_may_stand_in_any_group() -> None:
    groups = [{"label": plain(), "options": [option("a")]}, {"label": plain(), "options": [option("b")]}]
    given: Json = {"type": "static_select", "option_groups": groups, "initial_option": option("b")}
    assert said_of(block("section", accessory=given)) == []
    assert said_of(block("section", accessory=given | {"initial_option": option("c")})) != []


def test_an_option_of_another_source_cannot_be_looked_up() -> None:
    assert said_of(block("actions", elements=[element("external_select", initial_option=option("z"))])) == []


def test_no_more_is_chosen_at_first_than_may_be() -> None:
    given = element("multi_users_select", initial_users=["U1", "U2", "U3"], max_selected_items=2)
    assert said_of(block("section", accessory=given)) == [
        "no more than 2 items allowed [json-pointer:/0/accessory/initial_users]"
    ]


ORDERS: list[tuple[Json, str]] = [
    (element("plain_text_input", min_length=5, max_length=4), "/0/element/min_length"),
    (element("number_input", min_value="2.5", max_value="2"), "/0/element/min_value"),
    (element("number_input", min_value="2", initial_value="1"), "/0/element/min_value"),
    (element("number_input", max_value="2", initial_value="3"), "/0/element/initial_value"),
    (element("rich_text_input", min_lines=9, max_lines=8), "/0/element/min_lines"),
    (element("plain_text_input", max_length=3, initial_value="four"), "/0/element/initial_value"),
    (element("plain_text_input", min_length=5, initial_value="four"), "/0/element/initial_value"),
]


@pytest.mark.parametrize(("given", "pointer"), ORDERS, ids=range(len(ORDERS)))
def test_the_least_is_not_more_than_the_most(given: Json, pointer: str) -> None:
    [line] = said_of(block("input", element=given))
    assert line.endswith(f"[json-pointer:{pointer}]")


@pytest.mark.parametrize("given", [
    element("plain_text_input", min_length=4, max_length=4, initial_value="four"),
    element("plain_text_input", min_length=4, initial_value=""),
    element("number_input", min_value="2", max_value="2", initial_value="2"),
], ids=range(3))  # fmt: skip
def test_the_least_may_be_the_most(given: Json) -> None:
    assert said_of(block("input", element=given)) == []


FLAGS: list[tuple[Json, str]] = [
    ({"default_collapsed": True}, "`default_collapsed` can be set only when `is_collapsible` is true"),
    (
        {"has_header_divider": True, "is_collapsible": True},
        "`has_header_divider` can be set only when `is_collapsible` is false",
    ),
]


@pytest.mark.parametrize(("flags", "message"), FLAGS, ids=range(len(FLAGS)))
def test_flags_that_exclude_each_other_are_refused(flags: Json, message: str) -> None:
    [line] = said_of(block("container", **flags))
    assert line.startswith(message)
    assert said_of(block("container", **dict.fromkeys(flags, False))) == []


# --- views -------------------------------------------------------------------------------------------------------


def test_one_element_of_a_view_is_in_focus() -> None:
    first, second = (asking("plain_text_input", block_id=name, focus_on_load=True) for name in "ab")
    view = modal(first, second, submit=plain("Send"))
    assert [flaw.pointer for flaw in flaws_in_view(view)] == ["/blocks/1/element/focus_on_load"]
    second["element"]["focus_on_load"] = False
    assert flaws_in_view(view) == []


def test_names_in_a_view_are_looked_at_with_pointers_into_the_view() -> None:
    view = home(block("divider", block_id="a"), block("divider", block_id="a"))
    assert [flaw.pointer for flaw in flaws_in_view(view)] == ["/blocks/1/block_id"]


def test_a_modal_that_asks_has_a_button_to_submit() -> None:
    asked = modal(asking("plain_text_input", "a"), asking("datepicker", "b"))
    assert [flaw.pointer for flaw in flaws_in_view(asked)] == ["/blocks/0/input", "/blocks/1/input"]
    assert flaws_in_view(asked | {"submit": plain("Send")}) == []


def test_a_modal_that_asks_nothing_and_a_home_need_none() -> None:
    assert flaws_in_view(modal(block("section", accessory=element("static_select")))) == []
    assert flaws_in_view(home(asking("plain_text_input"))) == []


REFUSED_VIEWS: list[tuple[object, list[str]]] = [
    (None, ["must provide an object [json-pointer:]"]),
    ([], ["must provide an object [json-pointer:]"]),
    ("{}", ["must provide an object [json-pointer:]"]),
    ({}, ["missing required field: type [json-pointer:]"]),
    ({"type": "workflow_step", "blocks": []}, ["unsupported type: workflow_step [json-pointer:/type]"]),
    (
        {"type": "modal"},
        ["missing required field: title [json-pointer:]", "missing required field: blocks [json-pointer:]"],
    ),
    ({"type": "home"}, ["missing required field: blocks [json-pointer:]"]),
    (home(title=plain()), ["invalid additional property: title [json-pointer:]"]),
    (home(submit=plain()), ["invalid additional property: submit [json-pointer:]"]),
    (home(close=plain()), ["invalid additional property: close [json-pointer:]"]),
    (home(notify_on_close=True), ["invalid additional property: notify_on_close [json-pointer:]"]),
    (modal(id="V1"), ["invalid additional property: id [json-pointer:]"]),
    (modal(title=mrkdwn()), ["must be a valid enum value [json-pointer:/title/type]"]),
    (modal(title="A form"), ["must provide an object [json-pointer:/title]"]),
    (modal(title=plain("")), ["must be more than 0 characters [json-pointer:/title/text]"]),
    (modal(clear_on_close="yes"), ["must be a boolean [json-pointer:/clear_on_close]"]),
    (modal(private_metadata={"a": 1}), ["must provide a string [json-pointer:/private_metadata]"]),
    (modal() | {"blocks": []}, ["must provide at least 1 items [json-pointer:/blocks]"]),
    (modal() | {"blocks": {}}, ["must provide an array [json-pointer:/blocks]"]),
]


@pytest.mark.parametrize(("view", "said"), REFUSED_VIEWS, ids=range(len(REFUSED_VIEWS)))
def test_a_view_that_is_none_is_refused(view: object, said: list[str]) -> None:
    assert [flaw.said() for flaw in flaws_in_view(view)] == said


def test_a_view_with_all_it_may_have_is_taken() -> None:
    more = {"private_metadata": "{}", "callback_id": "form", "external_id": "mine"}
    shown = {"clear_on_close": True, "notify_on_close": False, "submit": plain("Send"), "close": plain("Cancel")}
    assert flaws_in_view(modal(asking("file_input"), block("alert"), **more, **shown)) == []
    assert flaws_in_view(home(asking("file_input"), block("table"), **more)) == []
