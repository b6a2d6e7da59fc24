"""How Slack says it: the very words its users search for."""

import pytest

from bot.workspace.blocks.checking import error_of, flaws_in_blocks, flaws_in_message, flaws_in_view
from bot.workspace.blocks.flaw import Flaw, failed, under
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    asking,
    block,
    button,
    chart,
    element,
    image,
    modal,
    mrkdwn,
    option,
    options,
    plain,
)

SAID: list[tuple[list[Json], list[str]]] = [
    (
        [block("section", text=mrkdwn("x" * 3001))],
        [
            "failed to match all allowed schemas [json-pointer:/0/text]",
            "must be less than 3001 characters [json-pointer:/0/text/text]",
        ],
    ),
    (
        [block("divider"), block("section", accessory=element("overflow", options=options(6)))],
        ["no more than 5 items allowed [json-pointer:/1/accessory/options]"],
    ),
    ([{"type": "sections"}], ["unsupported type: sections [json-pointer:/0/type]"]),
    ([{}], ["missing required field: type [json-pointer:/0]"]),
    ([{"type": 7}], ["must provide a string [json-pointer:/0/type]"]),
    ([{"type": "section"}], ["must define either `text` or `fields` [json-pointer:/0/type]"]),
    (
        [block("header", text=mrkdwn())],
        [
            "failed to match all allowed schemas [json-pointer:/0/text]",
            "must be a valid enum value [json-pointer:/0/text/type]",
        ],
    ),
    (
        [block("section", accessory={"type": "image"})],
        [
            "missing required field: alt_text [json-pointer:/0/accessory]",
        ],
    ),
    (
        [block("context", elements=[image(image_url="nowhere")])],
        ["downloading image failed [json-pointer:/0/elements/0/image_url]"],
    ),
    (
        [block("data_visualization", chart=chart(x_label="Day"))],
        [
            "failed to match exactly one allowed schema [json-pointer:/0/chart]",
            "invalid additional property: x_label [json-pointer:/0/chart]",
        ],
    ),
    (
        [block("actions", elements=[button("vote"), button("vote")])],
        ['`action_id` "vote" already exists [json-pointer:/0/elements/1/action_id]'],
    ),
    (
        [block("divider", block_id="b"), block("divider", block_id="b")],
        ['`block_id` "b" already exists [json-pointer:/1/block_id]'],
    ),
    (
        [
            block("section", accessory=element("multi_static_select")),
            block("actions", elements=[element("multi_users_select")]),
        ],
        ["unsupported element: multiselect [json-pointer:/1]"],
    ),
    (
        [block("data_table", columns=[])],
        ["invalid additional property: columns [json-pointer:/0]"],
    ),
    (
        [block("actions", elements=[element("overflow", options=[option("x" * 151), option()])]), {"type": "x"}],
        [
            "must be less than 151 characters [json-pointer:/0/elements/0/options/0/value]",
            "unsupported type: x [json-pointer:/1/type]",
        ],
    ),
]


@pytest.mark.parametrize(("blocks", "said"), SAID, ids=range(len(SAID)))
def test_a_flaw_is_said_in_the_words_of_slack(blocks: list[Json], said: list[str]) -> None:
    assert [flaw.said() for flaw in flaws_in_blocks(blocks, Surface.MESSAGE)] == said


def test_a_line_of_the_metadata_is_the_same_with_a_mark() -> None:
    [flaw] = under("/blocks", flaws_in_blocks([{"type": "sections"}], Surface.MESSAGE))
    assert flaw.line() == "[ERROR] unsupported type: sections [json-pointer:/blocks/0/type]"


def test_the_list_of_errors_is_as_blocks_validate_has_it() -> None:
    given = block("container", child_blocks=[block("markdown")])
    [flaw] = flaws_in_message([given], None, None, None)
    shown = flaw.shown()
    assert shown["constraint"].pop("expected") == [
        "section",
        "divider",
        "header",
        "context",
        "image",
        "actions",
        "input",
        "file",
        "video",
        "rich_text",
        "table",
    ]
    assert shown == {
        "code": "failed_constraint",
        "constraint": {"type": "enum", "got": "markdown"},
        "message": "unsupported type: markdown",
        "pointer": "/blocks/0/child_blocks/0/type",
    }


@pytest.mark.parametrize("given", [None, "", "[]", {}, 7, True])
def test_what_is_no_list_is_no_list_of_blocks(given: object) -> None:
    assert [flaw.said() for flaw in flaws_in_blocks(given, Surface.MESSAGE)] == [
        "must provide an array [json-pointer:]"
    ]


@pytest.mark.parametrize("given", [None, "section", [], 7])
def test_what_is_no_object_is_no_block(given: object) -> None:
    [flaw] = flaws_in_blocks([given], Surface.MESSAGE)
    assert flaw.said() == "must provide an object [json-pointer:/0]"


def test_all_that_is_wrong_is_said_at_once() -> None:
    blocks = [block("header", text=plain("")), {"type": "x"}, block("divider", a=1, b=2)]
    pointers = [flaw.pointer for flaw in flaws_in_blocks(blocks, Surface.MESSAGE)]
    assert pointers == ["/0/text", "/0/text/text", "/1/type", "/2", "/2"]


def test_a_modal_without_submit_is_refused_at_its_inputs() -> None:
    view = modal(block("section"), asking("plain_text_input"))
    assert [flaw.said() for flaw in under("/view", flaws_in_view(view))] == [
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]"
    ]


def test_flaws_in_the_blocks_of_a_view_are_announced() -> None:
    view = modal(block("section", accessory={"type": "image", "alt_text": 1}))
    assert [flaw.line() for flaw in under("/view", flaws_in_view(view))] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] must provide a string [json-pointer:/view/blocks/0/accessory/alt_text]",
    ]


def test_a_flaw_seen_from_outside_points_further() -> None:
    flaw = failed("enum", "no", got="x", at="/type")
    assert flaw.under("/1").under("/blocks") == Flaw(
        code="failed_constraint", message="no", pointer="/blocks/1/type", constraint={"type": "enum", "got": "x"}
    )


ERRORS: list[tuple[dict[str, object], str]] = [
    ({"blocks": [{"type": "x"}]}, "invalid_blocks"),
    ({"blocks": 7}, "invalid_blocks"),
    ({"attachments": [{"blocks": [{"type": "x"}]}]}, "invalid_attachments"),
    ({"attachments": {}}, "invalid_attachments"),
    ({"attachments": [{}] * 101}, "too_many_attachments"),
    ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ({"metadata": {"event_type": "x", "event_payload": {"a": "x" * 8200}}}, "metadata_too_large"),
    ({"blocks": [block("table"), block("table")]}, "invalid_attachments"),
    ({"blocks": [block("markdown", text="x" * 6001)] * 2}, "msg_blocks_too_long"),
    ({"text": 7}, "invalid_arguments"),
    ({"text": "words"}, ""),
]


@pytest.mark.parametrize(("given", "error"), ERRORS, ids=range(len(ERRORS)))
def test_the_error_of_a_message_tells_which_part_is_wrong(given: dict[str, object], error: str) -> None:
    parts: dict[str, object] = {"blocks": None, "attachments": None, "text": None, "metadata": None} | given
    flaws = flaws_in_message(parts["blocks"], parts["attachments"], parts["text"], parts["metadata"])
    assert error_of(flaws) == error
