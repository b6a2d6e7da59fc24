"""Every limit, just inside and just outside. The numbers stand here as Slack documents them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_view
from bot.workspace.blocks.flaw import Flaw
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    block,
    button,
    card,
    cell,
    chart,
    confirm,
    element,
    feedback,
    home,
    image,
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


@dataclass(frozen=True)
class Limit:
    """`make(n)` is a block with n of something; `most` of it are taken, one more is not."""

    name: str
    most: int
    make: Callable[[int], Json]
    pointer: str
    message: str = ""
    surface: Surface = Surface.MESSAGE

    def __str__(self) -> str:
        return self.name


def words(length: int) -> str:
    return "x" * length


def accessory(kind: str, **more: Any) -> Json:
    return block("section", accessory=element(kind, **more))


def asking(kind: str, **more: Any) -> Json:
    return block("input", element=element(kind, **more))


def row(kind: str, **more: Any) -> Json:
    return block("actions", elements=[element(kind, **more)])


def confirmed(**more: Any) -> Json:
    return row("button", confirm=confirm(**more))


def small(kind: str, **more: Any) -> Json:
    return block("context_actions", elements=[element(kind, **more)])


def charted(**more: Any) -> Json:
    return block("data_visualization", chart=chart("bar", **more))


def offering(kind: str, place: str, length: int) -> Json:
    return row(kind, options=[option() | {place: plain(words(length))}])


def chosen_at_first(kind: str, count: int) -> Json:
    return accessory(kind, initial_options=[option()] * count)


def listed(**more: Any) -> Json:
    return rich({"type": "rich_text_list", "style": "bullet", "elements": [runs(said())], **more})


def series(count: int, name: str = "S", points: int = 2) -> list[Json]:
    data = [{"label": f"L{number}", "value": 1} for number in range(points)]
    return [{"name": f"{name}{number}", "data": data} for number in range(count)]


def pointed(points: int, categories: int) -> Json:
    return charted(series=series(1, points=points), axis_config={"categories": ["L0"] * categories})


def data_table(rows: int = 2, columns: int = 1, **more: Any) -> Json:
    return block("data_table", rows=[[cell() for _ in range(columns)] for _ in range(rows)], **more)


TEXTS = [
    Limit("section text", 3000, lambda n: block("section", text=mrkdwn(words(n))), "/0/text/text"),
    Limit("section text, plain", 3000, lambda n: block("section", text=plain(words(n))), "/0/text/text"),
    Limit("section field", 2000, lambda n: block("section", fields=[mrkdwn(words(n))]), "/0/fields/0/text"),
    Limit("header", 150, lambda n: block("header", text=plain(words(n))), "/0/text/text"),
    Limit("context text", 3000, lambda n: block("context", elements=[mrkdwn(words(n))]), "/0/elements/0/text"),
    Limit("block id", 255, lambda n: block("divider", block_id=words(n)), "/0/block_id"),
    Limit("action id", 255, lambda n: row("button", action_id=words(n)), "/0/elements/0/action_id"),
    Limit("button text", 75, lambda n: row("button", text=plain(words(n))), "/0/elements/0/text/text"),
    Limit(
        "workflow button text", 75, lambda n: row("workflow_button", text=plain(words(n))), "/0/elements/0/text/text"
    ),
    Limit("button value", 2000, lambda n: row("button", value=words(n)), "/0/elements/0/value"),
    Limit("button url", 3000, lambda n: row("button", url=words(n)), "/0/elements/0/url"),
    Limit(
        "button label", 75, lambda n: row("button", accessibility_label=words(n)), "/0/elements/0/accessibility_label"
    ),
    Limit("agent prompt", 4000, lambda n: row("button", agent_prompt=words(n)), "/0/elements/0/agent_prompt"),
    Limit("confirm title", 100, lambda n: confirmed(title=plain(words(n))), "/0/elements/0/confirm/title/text"),
    Limit("confirm text", 300, lambda n: confirmed(text=plain(words(n))), "/0/elements/0/confirm/text/text"),
    Limit("confirm yes", 30, lambda n: confirmed(confirm=plain(words(n))), "/0/elements/0/confirm/confirm/text"),
    Limit("confirm no", 30, lambda n: confirmed(deny=plain(words(n))), "/0/elements/0/confirm/deny/text"),
    Limit(
        "option text",
        75,
        lambda n: row("overflow", options=[option(text=words(n))]),
        "/0/elements/0/options/0/text/text",
    ),
    *(
        Limit(
            f"{place} of {kind}",
            75,
            partial(offering, kind, place),
            f"/0/elements/0/options/0/{place}/text",
        )
        for kind in ("static_select", "checkboxes", "radio_buttons")
        for place in ("text", "description")
    ),
    Limit("option value", 150, lambda n: row("overflow", options=[option(words(n))]), "/0/elements/0/options/0/value"),
    Limit("option url", 3000, lambda n: row("overflow", options=[option(url=words(n))]), "/0/elements/0/options/0/url"),
    Limit(
        "option description",
        75,
        lambda n: row("overflow", options=[option(description=plain(words(n)))]),
        "/0/elements/0/options/0/description/text",
    ),
    Limit(
        "group label",
        75,
        lambda n: {
            "type": "actions",
            "elements": [
                {"type": "static_select", "option_groups": [{"label": plain(words(n)), "options": [option()]}]}
            ],
        },
        "/0/elements/0/option_groups/0/label/text",
    ),
    Limit(
        "placeholder", 150, lambda n: row("users_select", placeholder=plain(words(n))), "/0/elements/0/placeholder/text"
    ),
    Limit("input label", 2000, lambda n: block("input", label=plain(words(n))), "/0/label/text"),
    Limit("input hint", 2000, lambda n: block("input", hint=plain(words(n))), "/0/hint/text"),
    Limit(
        "initial value", 3000, lambda n: asking("plain_text_input", initial_value=words(n)), "/0/element/initial_value"
    ),
    Limit(
        "feedback text",
        75,
        lambda n: small("feedback_buttons", positive_button={"text": plain(words(n)), "value": "v"}),
        "/0/elements/0/positive_button/text/text",
    ),
    Limit(
        "feedback value",
        2000,
        lambda n: small("feedback_buttons", negative_button={"text": plain(), "value": words(n)}),
        "/0/elements/0/negative_button/value",
    ),
    Limit(
        "feedback label",
        75,
        lambda n: small(
            "feedback_buttons", negative_button={"text": plain(), "value": "v", "accessibility_label": words(n)}
        ),
        "/0/elements/0/negative_button/accessibility_label",
    ),
    Limit("icon button text", 75, lambda n: small("icon_button", text=plain(words(n))), "/0/elements/0/text/text"),
    Limit("icon button value", 2000, lambda n: small("icon_button", value=words(n)), "/0/elements/0/value"),
    Limit("image alt text", 2000, lambda n: block("image", alt_text=words(n)), "/0/alt_text"),
    Limit("image title", 2000, lambda n: block("image", title=plain(words(n))), "/0/title/text"),
    Limit("image url", 3000, lambda n: block("image", image_url=f"https://{words(n - 8)}"), "/0/image_url"),
    Limit("alert", 200, lambda n: block("alert", text=plain(words(n))), "/0/text/text", surface=Surface.MODAL),
    Limit("card title", 150, lambda n: block("card", title=mrkdwn(words(n))), "/0/title/text"),
    Limit("card subtitle", 150, lambda n: block("card", subtitle=mrkdwn(words(n))), "/0/subtitle/text"),
    Limit("card body", 200, lambda n: block("card", body=mrkdwn(words(n))), "/0/body/text"),
    Limit("card subtext", 200, lambda n: block("card", subtext=mrkdwn(words(n))), "/0/subtext/text"),
    Limit("container title", 150, lambda n: block("container", title=plain(words(n))), "/0/title/text"),
    Limit("container subtitle", 150, lambda n: block("container", subtitle=mrkdwn(words(n))), "/0/subtitle/text"),
    Limit("markdown", 12_000, lambda n: block("markdown", text=words(n)), "/0/text"),
    Limit("video title", 200, lambda n: block("video", title=plain(words(n))), "/0/title/text"),
    Limit("video alt text", 200, lambda n: block("video", alt_text=words(n)), "/0/alt_text"),
    Limit("video author", 50, lambda n: block("video", author_name=words(n)), "/0/author_name"),
    Limit("video provider", 50, lambda n: block("video", provider_name=words(n)), "/0/provider_name"),
    Limit("video description", 200, lambda n: block("video", description=plain(words(n))), "/0/description/text"),
    Limit("chart title", 50, lambda n: block("data_visualization", title=words(n)), "/0/title"),
    Limit(
        "axis label",
        50,
        lambda n: charted(axis_config={"categories": ["L0", "L1"], "x_label": words(n)}),
        "/0/chart/axis_config/x_label",
    ),
    Limit("series name", 20, lambda n: charted(series=series(1, words(n - 1))), "/0/chart/series/0/name"),
    Limit(
        "segment label",
        20,
        lambda n: block("data_visualization", chart={"type": "pie", "segments": [{"label": words(n), "value": 1}]}),
        "/0/chart/segments/0/label",
    ),
    Limit("auth provider value", 150, lambda n: block("auth_provider", value=words(n)), "/0/value"),
    Limit("auth provider name", 75, lambda n: block("auth_provider", name=plain(words(n))), "/0/name/text"),
    Limit(
        "auth provider description",
        150,
        lambda n: block("auth_provider", description=plain(words(n))),
        "/0/description/text",
    ),
    Limit(
        "connected identity",
        75,
        lambda n: block("auth_provider", connected_identity=plain(words(n))),
        "/0/connected_identity/text",
    ),
    Limit(
        "connected context",
        75,
        lambda n: block("auth_provider", connected_context=plain(words(n))),
        "/0/connected_context/text",
    ),
    Limit("auth url", 3000, lambda n: block("auth_provider", auth_url=f"https://{words(n - 8)}"), "/0/auth_url"),
    Limit(
        "source url",
        3000,
        lambda n: block("task_card", sources=[{"type": "url", "url": words(n), "text": "A source"}]),
        "/0/sources/0/url",
    ),
    Limit(
        "other axis label",
        50,
        lambda n: charted(axis_config={"categories": ["L0", "L1"], "y_label": words(n)}),
        "/0/chart/axis_config/y_label",
    ),
    Limit(
        "category",
        20,
        lambda n: charted(
            axis_config={"categories": [words(n)]},
            series=[{"name": "One", "data": [{"label": words(min(n, 20)), "value": 1}]}],
        ),
        "/0/chart/axis_config/categories/0",
    ),
    Limit(
        "label of a point",
        20,
        lambda n: charted(
            axis_config={"categories": [words(min(n, 20))]},
            series=[{"name": "One", "data": [{"label": words(n), "value": 1}]}],
        ),
        "/0/chart/series/0/data/0/label",
    ),
    Limit(
        "first e-mail", 3000, lambda n: asking("email_text_input", initial_value=words(n)), "/0/element/initial_value"
    ),
    Limit(
        "first address", 3000, lambda n: asking("url_text_input", initial_value=words(n)), "/0/element/initial_value"
    ),
    Limit(
        "address of a link",
        3000,
        lambda n: rich(runs({"type": "link", "url": words(n)})),
        "/0/elements/0/elements/0/url",
    ),
    Limit("id of rich text", 255, lambda n: rich() | {"block_id": words(n)}, "/0/block_id"),
    Limit(
        "image alt text in context",
        2000,
        lambda n: block("context", elements=[image(alt_text=words(n))]),
        "/0/elements/0/alt_text",
    ),
    Limit("thumbnail", 3000, lambda n: block("video", thumbnail_url=f"https://{words(n - 8)}"), "/0/thumbnail_url"),
    Limit("video url", 3000, lambda n: block("video", video_url=f"https://{words(n - 8)}"), "/0/video_url"),
]

COUNTS = [
    *(
        Limit(
            f"first choices of {kind}",
            most,
            partial(chosen_at_first, kind),
            "/0/accessory/initial_options",
        )
        for kind, most in (("checkboxes", 10), ("multi_static_select", 100), ("multi_external_select", 100))
    ),
    Limit("section fields", 10, lambda n: block("section", fields=[mrkdwn()] * n), "/0/fields"),
    Limit("context elements", 10, lambda n: block("context", elements=[mrkdwn()] * n), "/0/elements"),
    Limit(
        "actions elements", 25, lambda n: block("actions", elements=[button(f"a{i}") for i in range(n)]), "/0/elements"
    ),
    Limit(
        "context actions",
        5,
        lambda n: block("context_actions", elements=[feedback(action_id=f"a{i}") for i in range(n)]),
        "/0/elements",
    ),
    Limit("overflow options", 5, lambda n: row("overflow", options=options(n)), "/0/elements/0/options"),
    Limit("checkboxes", 10, lambda n: row("checkboxes", options=options(n)), "/0/elements/0/options"),
    Limit("radio buttons", 10, lambda n: row("radio_buttons", options=options(n)), "/0/elements/0/options"),
    Limit("select options", 100, lambda n: accessory("static_select", options=options(n)), "/0/accessory/options"),
    Limit(
        "multi-select options",
        100,
        lambda n: accessory("multi_static_select", options=options(n)),
        "/0/accessory/options",
    ),
    Limit(
        "option groups",
        100,
        lambda n: block(
            "section",
            accessory={"type": "static_select", "option_groups": [{"label": plain(), "options": [option()]}] * n},
        ),
        "/0/accessory/option_groups",
    ),
    Limit(
        "options of a group",
        100,
        lambda n: block(
            "section", accessory={"type": "static_select", "option_groups": [{"label": plain(), "options": options(n)}]}
        ),
        "/0/accessory/option_groups/0/options",
    ),
    Limit(
        "people who see a button",
        10,
        lambda n: row("button", visible_to_user_ids=["U1"] * n),
        "/0/elements/0/visible_to_user_ids",
    ),
    Limit(
        "people who see an icon",
        10,
        lambda n: small("icon_button", visible_to_user_ids=["U1"] * n),
        "/0/elements/0/visible_to_user_ids",
    ),
    Limit("card buttons", 3, lambda n: block("card", actions=[button(f"a{i}") for i in range(n)]), "/0/actions"),
    Limit("cards of a carousel", 10, lambda n: block("carousel", elements=[card()] * n), "/0/elements"),
    Limit(
        "blocks in a container",
        10,
        lambda n: block("container", child_blocks=[{"type": "divider"}] * n),
        "/0/child_blocks",
    ),
    Limit("tasks of a plan", 50, lambda n: block("plan", tasks=[task(f"t{i}") for i in range(n)]), "/0/tasks"),
    Limit("table rows", 100, lambda n: block("table", rows=[[cell()]] * n), "/0/rows"),
    Limit("table cells", 20, lambda n: block("table", rows=[[cell()] * n]), "/0/rows/0"),
    Limit("column settings", 20, lambda n: block("table", column_settings=[{}] * n), "/0/column_settings"),
    Limit("data table rows", 201, lambda n: data_table(rows=n), "/0/rows"),
    Limit("data table columns", 20, lambda n: data_table(columns=n), "/0/rows/0"),
    Limit("pie segments", 12, lambda n: block("data_visualization", chart=chart("pie", n)), "/0/chart/segments"),
    Limit(
        "categories",
        20,
        lambda n: block("data_visualization", chart=chart("area", n)),
        "/0/chart/axis_config/categories",
    ),
    Limit("chart series", 12, lambda n: charted(series=series(n)), "/0/chart/series"),
    Limit("chart points", 20, lambda n: block("data_visualization", chart=chart("line", n)), "/0/chart/series/0/data"),
    Limit(
        "blocks to fall back on",
        10,
        lambda n: block("auth_provider", fallback=[block("divider")] * n),
        "/0/fallback",
    ),
    Limit(
        "ways to dispatch",
        2,
        lambda n: asking("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"] * n}),
        "/0/element/dispatch_action_config/trigger_actions_on",
    ),
]

NUMBERS = [
    Limit("longest input", 3000, lambda n: asking("plain_text_input", max_length=n), "/0/element/max_length", "3000"),
    Limit("shortest input", 3000, lambda n: asking("plain_text_input", min_length=n), "/0/element/min_length", "3000"),
    Limit("files", 10, lambda n: asking("file_input", max_files=n), "/0/element/max_files", "10"),
    Limit("lines", 100, lambda n: asking("rich_text_input", max_lines=n), "/0/element/max_lines", "100"),
    Limit("page size", 100, lambda n: data_table(page_size=n), "/0/page_size", "100"),
    Limit("header level", 4, lambda n: block("header", level=n), "/0/level", "4"),
    Limit("list indent", 8, lambda n: listed(indent=n), "/0/elements/0/indent", "8"),
    Limit("fewest lines", 100, lambda n: asking("rich_text_input", min_lines=n), "/0/element/min_lines", "100"),
    Limit(
        "moment",
        9_999_999_999,
        lambda n: row("datetimepicker", initial_date_time=n),
        "/0/elements/0/initial_date_time",
        "9999999999",
    ),
]

LEAST = [
    Limit("section text", 1, lambda n: block("section", text=mrkdwn(words(n))), "/0/text/text"),
    Limit("section fields", 1, lambda n: block("section", fields=[mrkdwn()] * n), "/0/fields"),
    Limit("actions elements", 1, lambda n: block("actions", elements=[button()] * n), "/0/elements"),
    Limit("context elements", 1, lambda n: block("context", elements=[mrkdwn()] * n), "/0/elements"),
    Limit("options", 1, lambda n: row("static_select", options=options(n)), "/0/elements/0/options"),
    Limit(
        "options of a group",
        1,
        lambda n: block(
            "section",
            accessory={"type": "static_select", "option_groups": [{"label": plain(), "options": options(n)}]},
        ),
        "/0/accessory/option_groups/0/options",
    ),
    Limit(
        "option groups",
        1,
        lambda n: block(
            "section",
            accessory={"type": "static_select", "option_groups": [{"label": plain(), "options": options(1)}] * n},
        ),
        "/0/accessory/option_groups",
    ),
    Limit(
        "people who see a button",
        1,
        lambda n: row("button", visible_to_user_ids=["U1"] * n),
        "/0/elements/0/visible_to_user_ids",
    ),
    Limit(
        "id of a person who sees a button",
        1,
        lambda n: row("button", visible_to_user_ids=[words(n)]),
        "/0/elements/0/visible_to_user_ids/0",
    ),
    Limit(
        "id of a person",
        1,
        lambda n: accessory("multi_users_select", initial_users=[words(n)]),
        "/0/accessory/initial_users/0",
    ),
    Limit("file types", 1, lambda n: asking("file_input", filetypes=["png"] * n), "/0/element/filetypes"),
    Limit("file type", 1, lambda n: asking("file_input", filetypes=[words(n)]), "/0/element/filetypes/0"),
    Limit("overflow options", 1, lambda n: row("overflow", options=options(n)), "/0/elements/0/options"),
    Limit("header", 1, lambda n: block("header", text=plain(words(n))), "/0/text/text"),
    Limit("markdown", 1, lambda n: block("markdown", text=words(n)), "/0/text"),
    Limit("cards", 1, lambda n: block("carousel", elements=[card()] * n), "/0/elements"),
    Limit(
        "blocks in a container", 1, lambda n: block("container", child_blocks=[block("divider")] * n), "/0/child_blocks"
    ),
    Limit("points of a series", 1, lambda n: pointed(n, 1), "/0/chart/series/0/data"),
    Limit("categories", 1, lambda n: pointed(1, n), "/0/chart/axis_config/categories"),
    Limit("series", 1, lambda n: charted(series=series(n)), "/0/chart/series"),
    Limit("cells of a row", 1, lambda n: block("table", rows=[[cell()] * n]), "/0/rows/0"),
    Limit("rows", 1, lambda n: block("table", rows=[[cell()]] * n), "/0/rows"),
    Limit("columns", 1, lambda n: data_table(columns=n), "/0/rows/1"),
    Limit("data table rows", 2, lambda n: data_table(rows=n), "/0/rows"),
    Limit("table cell", 1, lambda n: block("table", rows=[[cell(words(n))]]), "/0/rows/0/0/text"),
    Limit("rich text", 1, lambda n: {"type": "rich_text", "elements": rich()["elements"] * n}, "/0/elements"),
    Limit("files", 1, lambda n: asking("file_input", max_files=n), "/0/element/max_files"),
    Limit("longest input", 1, lambda n: asking("plain_text_input", max_length=n), "/0/element/max_length"),
    Limit(
        "selected items",
        1,
        lambda n: accessory("multi_users_select", max_selected_items=n),
        "/0/accessory/max_selected_items",
    ),
    Limit("chart segments", 1, lambda n: block("data_visualization", chart=chart("pie", n)), "/0/chart/segments"),
    Limit("fewest lines", 1, lambda n: asking("rich_text_input", min_lines=n), "/0/element/min_lines"),
    Limit("most lines", 1, lambda n: asking("rich_text_input", max_lines=n), "/0/element/max_lines"),
    Limit("shortest input", 0, lambda n: asking("plain_text_input", min_length=n), "/0/element/min_length"),
    Limit("query", 0, lambda n: accessory("external_select", min_query_length=n), "/0/accessory/min_query_length"),
    Limit("header level", 1, lambda n: block("header", level=n), "/0/level"),
    Limit("page size", 1, lambda n: data_table(page_size=n), "/0/page_size"),
    Limit("naming column", 0, lambda n: data_table(row_header_column_index=n), "/0/row_header_column_index"),
    Limit(
        "moment",
        1_000_000_000,
        lambda n: row("datetimepicker", initial_date_time=n),
        "/0/elements/0/initial_date_time",
    ),
    Limit("indent of a list", 0, lambda n: listed(indent=n), "/0/elements/0/indent"),
    Limit("offset of a list", 0, lambda n: listed(offset=n), "/0/elements/0/offset"),
    Limit("border of a list", 0, lambda n: listed(border=n), "/0/elements/0/border"),
    Limit(
        "border of a quote",
        0,
        lambda n: rich({"type": "rich_text_quote", "elements": [said()], "border": n}),
        "/0/elements/0/border",
    ),
    Limit(
        "border of code",
        0,
        lambda n: rich({"type": "rich_text_preformatted", "elements": [said()], "border": n}),
        "/0/elements/0/border",
    ),
]


def flaws_of(limit: Limit, count: int) -> list[Flaw]:
    return flaws_in_blocks([limit.make(count)], limit.surface)


@pytest.mark.parametrize("limit", [*TEXTS, *COUNTS, *NUMBERS], ids=str)
def test_as_much_as_slack_takes_is_taken(limit: Limit) -> None:
    assert flaws_of(limit, limit.most) == []


@pytest.mark.parametrize("limit", TEXTS, ids=str)
def test_a_text_that_is_one_character_too_long_is_refused(limit: Limit) -> None:
    flaw = flaws_of(limit, limit.most + 1)[-1]
    assert (flaw.pointer, flaw.message) == (limit.pointer, f"must be less than {limit.most + 1} characters")
    assert flaw.constraint == {"type": "max_length", "expected": limit.most, "got": limit.most + 1}


@pytest.mark.parametrize("limit", COUNTS, ids=str)
def test_one_thing_too_many_is_refused(limit: Limit) -> None:
    [flaw] = [flaw for flaw in flaws_of(limit, limit.most + 1) if flaw.pointer == limit.pointer]
    assert flaw.message == f"no more than {limit.most} items allowed"
    assert flaw.constraint == {"type": "max_items", "expected": limit.most, "got": limit.most + 1}


@pytest.mark.parametrize("limit", NUMBERS, ids=str)
def test_a_number_that_is_one_too_high_is_refused(limit: Limit) -> None:
    flaw = flaws_of(limit, limit.most + 1)[-1]
    assert (flaw.pointer, flaw.message) == (limit.pointer, f"must be less than {limit.message}")


@pytest.mark.parametrize("limit", LEAST, ids=str)
def test_as_little_as_slack_takes_is_taken(limit: Limit) -> None:
    assert flaws_of(limit, limit.most) == []


@pytest.mark.parametrize("limit", LEAST, ids=str)
def test_less_than_slack_takes_is_refused(limit: Limit) -> None:
    flaw = flaws_of(limit, limit.most - 1)[-1]
    assert flaw.pointer == limit.pointer
    assert flaw.code == "failed_constraint"
    assert flaw.message in (
        f"must be more than {limit.most - 1} characters",
        f"must provide at least {limit.most} items",
        f"must be greater than {limit.most}",
    )


def test_lengths_count_characters_and_not_bytes() -> None:
    assert flaws_in_blocks([block("header", text=plain("😀" * 150))], Surface.MESSAGE) == []
    assert flaws_in_blocks([block("header", text=plain("😀" * 151))], Surface.MESSAGE) != []


@pytest.mark.parametrize(("surface", "most"), [(Surface.MESSAGE, 50), (Surface.MODAL, 100), (Surface.HOME, 100)])
def test_a_surface_takes_so_many_blocks(surface: Surface, most: int) -> None:
    assert flaws_in_blocks([block("divider")] * most, surface) == []
    flaw = flaws_in_blocks([block("divider")] * (most + 1), surface)[0]
    assert (flaw.pointer, flaw.message) == ("", f"no more than {most} items allowed")


@pytest.mark.parametrize("surface", [Surface.MODAL, Surface.HOME])
def test_a_view_needs_a_block(surface: Surface) -> None:
    assert flaws_in_blocks([], surface)[0].message == "must provide at least 1 items"


def test_a_message_may_have_no_blocks() -> None:
    assert flaws_in_blocks([], Surface.MESSAGE) == []


FRAMES: list[tuple[str, int, Callable[[int], Json], str]] = [
    ("title", 24, lambda n: modal(title=plain(words(n))), "/title/text"),
    ("submit", 24, lambda n: modal(submit=plain(words(n))), "/submit/text"),
    ("close", 24, lambda n: modal(close=plain(words(n))), "/close/text"),
    ("private metadata", 3000, lambda n: modal(private_metadata=words(n)), "/private_metadata"),
    ("callback id", 255, lambda n: modal(callback_id=words(n)), "/callback_id"),
    ("external id", 255, lambda n: modal(external_id=words(n)), "/external_id"),
    ("private metadata of a home", 3000, lambda n: home(private_metadata=words(n)), "/private_metadata"),
    ("callback id of a home", 255, lambda n: home(callback_id=words(n)), "/callback_id"),
    ("external id of a home", 255, lambda n: home(external_id=words(n)), "/external_id"),
]


@pytest.mark.parametrize(("name", "most", "make", "pointer"), FRAMES, ids=[frame[0] for frame in FRAMES])
def test_the_frame_of_a_view_has_limits(name: str, most: int, make: Callable[[int], Json], pointer: str) -> None:
    assert flaws_in_view(make(most)) == []
    [flaw] = flaws_in_view(make(most + 1))
    assert (flaw.pointer, flaw.message) == (pointer, f"must be less than {most + 1} characters")


@pytest.mark.parametrize(("make", "most"), [(modal, 100), (home, 100)])
def test_a_view_takes_a_hundred_blocks(make: Callable[..., Json], most: int) -> None:
    assert flaws_in_view(make(*[block("divider")] * most)) == []
    assert flaws_in_view(make(*[block("divider")] * (most + 1)))[-1].pointer == "/blocks"
