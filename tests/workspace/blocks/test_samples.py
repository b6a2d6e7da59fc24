"""Blocks as they are found in the wild, of every kind: Slack takes them, so they are taken."""

import pytest

from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_view
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import (
    KINDS_OF_BLOCKS,
    KINDS_OF_ELEMENTS,
    asking,
    block,
    button,
    card,
    cell,
    chart,
    confirm,
    element,
    feedback,
    image,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    runs,
    said,
    task,
)

ABC = [option("a", "A"), option("b", "B"), option("c", "C")]
STARRED = [{"text": mrkdwn(f"*{letter}*"), "value": letter, "description": plain(letter)} for letter in "abc"]

BLOCKS: dict[str, Json] = {
    "checkboxes in actions": block("actions", elements=[element("checkboxes", options=STARRED)]),
    "several actions": block(
        "actions",
        elements=[
            element("static_select", options=ABC, placeholder=plain("Which one?"), action_id="which"),
            element("datepicker", initial_date="1990-04-28", placeholder=plain("Select a date"), action_id="when"),
            element("overflow", options=ABC, action_id="more"),
            button("save", style="primary", value="1"),
            button("drop", style="danger", value="2", confirm=confirm(style="danger")),
            {"type": "button", "text": plain("Link"), "url": "https://acme.example"},
            element("rich_text_input", action_id="note"),
        ],
    ),
    "rich alert": block("alert", text=mrkdwn("The work is mysterious and important."), level="info"),
    "full card": block(
        "card",
        hero_image=image(),
        title=mrkdwn("Lumon"),
        subtitle=mrkdwn("Balance"),
        body=mrkdwn("Enjoy each card equally."),
        actions=[button()],
        slack_icon={"type": "icon", "name": "bot"},
        subtext=mrkdwn("One of many"),
    ),
    "card with an icon": block("card", icon=image(), title=plain("Lumon")),
    "carousel": block("carousel", elements=[card(block_id="one"), card(block_id="two", actions=[button()])]),
    "open container": block(
        "container",
        title=plain("Deployment"),
        subtitle=mrkdwn("Production is healthy"),
        child_blocks=[block("section"), block("divider"), block("actions"), block("context")],
        width="standard",
        is_collapsible=False,
        default_collapsed=False,
        has_header_divider=True,
    ),
    "folded container": block(
        "container", rich_text_title=rich(), is_collapsible=True, default_collapsed=True, icon=image()
    ),
    "feedback": block(
        "context_actions",
        elements=[
            feedback(
                positive_button={"text": plain("Good"), "value": "good", "accessibility_label": "This was good"},
                action_id="feedback",
            ),
            element("icon_button", action_id="drop", value="1", confirm=confirm(), visible_to_user_ids=["U1"]),
        ],
    ),
    "picture and words": block("context", elements=[image(), mrkdwn(), plain()]),
    "data table": block(
        "data_table",
        rows=[
            [cell("Name"), cell("Score"), cell("Mark"), cell("Do")],
            [
                cell("Ann"),
                {"type": "raw_number", "value": 42.5, "text": "42.5"},
                rich(runs(said("Blue", style={"bold": True}))),
                {"type": "action_cell", "element": button(), "fallback": cell("Open")},
            ],
        ],
        page_size=5,
        caption="Scores",
        row_header_column_index=0,
    ),
    "area chart": block(
        "data_visualization",
        title="Users",
        chart={
            "type": "area",
            "series": [
                {"name": "Free", "data": [{"label": "Mon", "value": 12000}, {"label": "Tue", "value": 13500}]},
                {"name": "Paid", "data": [{"label": "Mon", "value": -4.5}, {"label": "Tue", "value": 0}]},
            ],
            "axis_config": {"categories": ["Mon", "Tue"], "x_label": "Day", "y_label": "Users"},
        },
    ),
    "pie": block("data_visualization", chart={"type": "pie", "segments": [{"label": "Half", "value": 0.5}]}),
    "bars": block("data_visualization", chart=chart("bar", 3)),
    "line": block("data_visualization", chart=chart("line", 3)),
    "menu with addresses": block(
        "actions",
        elements=[element("overflow", options=[option(url="https://acme.example", description=plain("There"))])],
    ),
    "picture of a file in context": block(
        "context", elements=[{"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A kitten"}]
    ),
    "bin": block("context_actions", elements=[element("icon_button", accessibility_label="Delete it")]),
    "remote file": block("file", external_id="external", source="remote", block_id="f"),
    "leveled header": block("header", level=2),
    "titled image": block("image", title=plain(" "), block_id="i"),
    "image of a file": {"type": "image", "slack_file": {"id": "F0123456"}, "alt_text": "A kitten"},
    "image of a file by address": {
        "type": "image",
        "slack_file": {"url": "https://files.slack.com/files-pri/T1-F1/xyz.png"},
        "alt_text": "A kitten",
    },
    "optional input": block(
        "input", optional=True, hint=plain("Hint") | {"emoji": True}, dispatch_action=True, block_id="q"
    ),
    "markdown": block("markdown", text="**Hello**, _world_!", block_id="m"),
    "plan": block(
        "plan",
        title="Done",
        tasks=[
            {"task_id": "1", "title": "Fetched", "status": "complete", "output": rich()},
            {"task_id": "2", "title": "Checked", "status": "pending"},
            task("3", status="error", details=rich()),
        ],
    ),
    "task": task(
        status="pending",
        output=rich() | {"block_id": "out"},
        sources=[{"type": "url", "url": "https://weather.example/", "text": "weather"}],
    ),
    "fields alone": {"type": "section", "fields": [mrkdwn("Highly"), plain("Strung") | {"emoji": True}]},
    "text and fields": block("section", fields=[mrkdwn() | {"verbatim": True}, plain()], expand=True),
    "table": block(
        "table",
        rows=[
            [cell("A"), cell("B")],
            [cell("1"), rich(runs({"type": "link", "url": "https://slack.com", "text": "2"}))],
            [cell("ragged")],
            [{"type": "raw_number", "value": 3}],
        ],
        column_settings=[{"is_wrapped": True}, {"align": "right"}],
    ),
    "video": block(
        "video",
        author_name="Slack",
        description=plain("A short intro"),
        provider_icon_url="https://acme.example/icon.png",
        provider_name="YouTube",
        title_url="https://acme.example",
    ),
    "call": block("call", api_decoration_available=False, call={"v1": {"id": "R1", "name": "Stand-up"}}),
    "auth provider": block(
        "auth_provider",
        description=plain("Issues"),
        icon_url="https://acme.example/i.png",
        auth_url="https://acme.example/a",
        disconnect_url="https://acme.example/d",
        is_connected=True,
        connected_identity=plain("olga"),
        connected_context=plain("Acme"),
        accessory=element("overflow"),
        fallback=[block("section")],
    ),
}

ELEMENTS: dict[str, Json] = {
    "styled button": button(style="primary", value="v", accessibility_label="Approve", visible_to_user_ids=["U1"]),
    "asking button": button(agent_prompt="Summarise this.", agent_prompt_display="Summarise"),
    "workflow button": element(
        "workflow_button",
        action_id="flow",
        style="danger",
        accessibility_label="Run",
        workflow={
            "trigger": {
                "url": "https://slack.com/shortcuts/Ft1/x",
                "customizable_input_parameters": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}],
            }
        },
    ),
    "checkboxes": element("checkboxes", options=ABC, initial_options=[ABC[0]], focus_on_load=False),
    "radio buttons": element("radio_buttons", options=STARRED, initial_option=STARRED[1], confirm=confirm()),
    "static select": element("static_select", options=ABC, initial_option=ABC[2], placeholder=plain("Select")),
    "grouped select": {
        "type": "static_select",
        "option_groups": [{"label": plain("Group"), "options": ABC}],
        "initial_option": ABC[1],
    },
    "external select": element("external_select", min_query_length=0, initial_option=option("z")),
    "multi external select": element("multi_external_select", min_query_length=3, initial_options=[option("z")]),
    "multi users select": element("multi_users_select", initial_users=["U1", "U2"], max_selected_items=2),
    "conversations select": element(
        "conversations_select",
        filter={"include": ["public", "mpim"], "exclude_bot_users": True},
        default_to_current_conversation=True,
        response_url_enabled=True,
    ),
    "multi conversations select": element(
        "multi_conversations_select", initial_conversations=["C1"], filter={"exclude_external_shared_channels": True}
    ),
    "channels select": element("channels_select", initial_channel="C1", response_url_enabled=False),
    "multi channels select": element("multi_channels_select", initial_channels=[]),
    "datepicker": element("datepicker", initial_date="1970-01-01", confirm=confirm()),
    "users select": element("users_select", initial_user="U1"),
    "chosen conversation": element("conversations_select", initial_conversation="C1"),
    "grouped multi-select": {
        "type": "multi_static_select",
        "option_groups": [{"label": plain("Group"), "options": [option(description=plain("d"))]}],
        "initial_options": [option(description=plain("d"))],
        "max_selected_items": 1,
    },
    "few": element("multi_external_select", max_selected_items=3),
    "few conversations": element(
        "multi_conversations_select", max_selected_items=3, default_to_current_conversation=True
    ),
    "few channels": element("multi_channels_select", max_selected_items=3),
    "timepicker": element("timepicker", initial_time="12:00", timezone="Australia/Sydney"),
    "datetimepicker": element("datetimepicker", initial_date_time=1628633830),
    **{
        f"{kind} with a dialog": element(kind, confirm=confirm(), focus_on_load=False, placeholder=plain())
        for kind in KINDS_OF_ELEMENTS
        if "select" in kind or kind in ("datepicker", "timepicker")
    },
    **{
        f"confirmed {kind}": element(kind, confirm=confirm())
        for kind in ("overflow", "workflow_button", "checkboxes", "radio_buttons", "datetimepicker")
    },
    **{
        f"focused {kind}": element(kind, focus_on_load=True)
        for kind in ("checkboxes", "radio_buttons", "datetimepicker")
    },
}

INPUTS: dict[str, Json] = {
    "plain text": asking(
        "plain_text_input",
        multiline=True,
        min_length=0,
        max_length=3000,
        initial_value="",
        placeholder=plain("Words"),
        dispatch_action_config={"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
        focus_on_load=True,
    ),
    "number": asking("number_input", is_decimal_allowed=True, min_value="-1.5", max_value="10", initial_value="0.25"),
    "email": asking("email_text_input", placeholder=plain("Where?"), initial_value="a@acme.example"),
    "url": asking("url_text_input", initial_value="https://acme.example"),
    "file": asking("file_input", filetypes=["jpg", "png"], max_files=5),
    "rich text": asking("rich_text_input", initial_value=rich(), min_lines=1, max_lines=8),
    **{
        f"any {kind}": asking(
            kind,
            placeholder=plain(),
            focus_on_load=False,
            dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]},
        )
        for kind in ("email_text_input", "url_text_input", "number_input", "rich_text_input")
    },
}

RICH: dict[str, Json] = {
    "styles": runs(
        said("bold", style={"bold": True}),
        said("struck", style={"strike": True, "italic": False, "highlight": False, "client_highlight": False}),
        said("code", style={"code": True, "underline": True, "unlink": True}),
    ),
    "mentions": runs(
        {"type": "user", "user_id": "U1", "style": {"bold": True, "highlight": True, "client_highlight": True}},
        {"type": "usergroup", "usergroup_id": "S1", "style": {"unlink": False, "italic": True}},
        {"type": "channel", "channel_id": "C1", "style": {"strike": True, "underline": True}},
        {"type": "team", "team_id": "T1"},
        {"type": "broadcast", "range": "here"},
    ),
    "other parts": runs(
        {"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 2},
        {"type": "link", "url": "https://acme.example/", "text": "Acme", "unsafe": False, "style": {"code": True}},
        {"type": "date", "timestamp": 1720710212, "format": "{date_num} at {time}", "fallback": "then"},
        {"type": "color", "value": "#F405B3"},
        {"type": "tag", "text": "In progress"},
        {"type": "canvas", "file_id": "F1"},
        {"type": "canvas_user_mention", "user_id": "U1"},
        {"type": "attachment_mention", "url": "https://acme.example"},
        {"type": "salesforce_data_field", "salesforce_record_id": "001"},
        {"type": "work_object_mention", "entity_id": "E1", "app_id": "A1"},
        {"type": "emoji", "name": "acme", "url": "https://acme.example/e.png"},
        {"type": "date", "timestamp": 1, "format": "{date}", "url": "https://acme.example"},
    ),
    "list": {
        "type": "rich_text_list",
        "style": "ordered",
        "indent": 1,
        "offset": 2,
        "border": 1,
        "elements": [runs(said("one")), runs(said("two"))],
    },
    "code": {
        "type": "rich_text_preformatted",
        "elements": [said("\ndef hello():"), {"type": "link", "url": "https://acme.example"}],
        "border": 0,
        "language": "python",
    },
    "quote": {"type": "rich_text_quote", "elements": [said("Great and good")], "border": 1},
}


def surface_of(given: Json) -> Surface:
    return Surface.MODAL if given["type"] == "alert" else Surface.MESSAGE


@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_a_block_needs_no_more_than_it_needs(kind: str) -> None:
    given = block(kind)
    assert flaws_in_blocks([given], surface_of(given)) == []
    assert flaws_in_blocks([given | {"block_id": "mine"}], surface_of(given)) == []


def holder(given: Json) -> Json:
    """A block in which the element can stand."""
    match given["type"]:
        case "feedback_buttons" | "icon_button":
            return block("context_actions", elements=[given])
        case kind if "input" in kind:
            return block("input", element=given)
        case _:
            return block("section", accessory=given)


@pytest.mark.parametrize("kind", KINDS_OF_ELEMENTS)
def test_an_element_needs_no_more_than_it_needs(kind: str) -> None:
    assert flaws_in_blocks([holder(element(kind))], Surface.MESSAGE) == []
    assert flaws_in_blocks([holder(element(kind, action_id="mine"))], Surface.MESSAGE) == []


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_with_all_it_may_have_is_taken(name: str) -> None:
    assert flaws_in_blocks([BLOCKS[name]], surface_of(BLOCKS[name])) == []


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_with_all_it_may_have_is_taken(name: str) -> None:
    assert flaws_in_blocks([holder(ELEMENTS[name])], Surface.MESSAGE) == []


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_with_all_it_may_have_is_taken(name: str) -> None:
    assert flaws_in_view(modal(INPUTS[name], submit=plain("Send"))) == []


@pytest.mark.parametrize("name", RICH)
def test_rich_text_with_all_it_may_have_is_taken(name: str) -> None:
    assert flaws_in_blocks([rich(RICH[name])], Surface.MESSAGE) == []


def test_an_input_may_stand_in_a_message() -> None:
    kinds = ("plain_text_input", "email_text_input", "url_text_input", "multi_static_select")
    blocks = [asking(kind, block_id=kind) for kind in kinds]
    assert flaws_in_blocks(blocks, Surface.MESSAGE) == []
