"""Messages, cards and forms as apps make them: to be looked at, and to be tested."""

from bot.workspace.payload import Json
from tests.workspace.blocks.made import button, card, element, feedback, image, mrkdwn, option, plain, rich, runs, said
from tests.workspace.made import MIA, OLGA

TOPICS = [
    option("billing", "Billing"),
    option("bug", "Bug", description=plain("Something is broken")),
    option("how", "How to :wave:"),
]


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def row(name: str, value: float) -> list[Json]:
    return [raw(name), {"type": "raw_number", "value": value, "text": f"{value:,}"}]


CARD: list[Json] = [
    {"type": "header", "block_id": "h", "text": plain("Send an answer to Northfield Bicycle Library")},
    {
        "type": "section",
        "block_id": "s",
        "text": mrkdwn("Ticket *T-1003* · asked by <@U0SAM00000> · answers within _2 hours_"),
        "accessory": element("overflow", action_id="more", options=[option("esc", "Escalate"), option("ask", "Ask")]),
    },
    {
        "type": "section",
        "block_id": "f",
        "fields": [
            mrkdwn("*Confidence*\n70 %"),
            mrkdwn("*Reversible*\nNo"),
            mrkdwn("*Customer since*\n2021"),
            mrkdwn("*Open tickets*\n1"),
        ],
    },
    {
        "type": "container",
        "block_id": "c",
        "title": plain("Evidence"),
        "subtitle": mrkdwn("3 sources"),
        "is_collapsible": True,
        "default_collapsed": False,
        "child_blocks": [
            {"type": "section", "block_id": "c1", "text": mrkdwn("&gt; Do you lend cargo bikes?\n> Thanks!")},
        ],
    },
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            button("approve", text=plain("Approve Reply"), style="primary"),
            button("edit", text=plain("Edit")),
            button("reject", text=plain("Reject")),
            element("users_select", action_id="who", placeholder=plain("Reassign to…")),
        ],
    },
    {
        "type": "context",
        "block_id": "x",
        "elements": [
            mrkdwn("Fingerprint `9f31c2aa` · expires <!date^1800010000^{date_short_pretty} at {time}|soon> · no AI"),
        ],
    },
]

TABLES: list[Json] = [
    {
        "type": "table",
        "block_id": "t",
        "column_settings": [{}, {"align": "right"}],
        "rows": [
            [raw("Check"), raw("Result")],
            [raw("Amount"), rich(runs(said("€ 40.00", style={"bold": True})))],
        ],
    },
    {
        "type": "data_table",
        "block_id": "dt",
        "caption": "Open tickets",
        "page_size": 3,
        "row_header_column_index": 0,
        "rows": [
            [raw("Team"), raw("Open")],
            *(row(name, 7 * n + 3) for n, name in enumerate(("Support", "Finance", "Care", "Legal", "Sales"))),
        ],
    },
]

WEEKS = ["Week 1", "Week 2", "Week 3", "Week 4"]


def points(*values: float) -> list[Json]:
    return [{"label": label, "value": value} for label, value in zip(WEEKS, values, strict=True)]


def chart(kind: str) -> Json:
    drawn: Json = {"type": kind, "segments": points(10, 19, 28, 37)}
    if kind != "pie":
        answered = {"name": "Answered", "data": points(32000, 35000, 31000, 41200)}
        escalated = {"name": "Escalated", "data": points(2800, 4100, 3900, -1200)}
        axes = {"categories": WEEKS, "x_label": "2027", "y_label": "Tickets"}
        drawn = {"type": kind, "series": [answered, escalated], "axis_config": axes}
    return {"type": "data_visualization", "block_id": kind, "title": f"Tickets ({kind})", "chart": drawn}


PLAN: Json = {
    "type": "plan",
    "block_id": "p",
    "title": "Working on it",
    "tasks": [
        {"task_id": "1", "title": "Read T-1003", "status": "complete", "output": rich(runs(said("One question")))},
        {
            "task_id": "2",
            "title": "Draft an answer",
            "status": "in_progress",
            "sources": [{"type": "url", "url": "https://a.example/faq", "text": "FAQ"}],
        },
        {"task_id": "3", "title": "Wait for Mia", "status": "pending"},
        {"task_id": "4", "title": "Send", "status": "error"},
    ],
}

MADE_OF_WORK: list[Json] = [
    PLAN,
    {"type": "task_card", "block_id": "tk", "task_id": "9", "title": "Alone", "status": "in_progress"},
    {"type": "alert", "block_id": "al", "level": "warning", "text": mrkdwn("This *cannot* be undone.")},
    {
        "type": "carousel",
        "block_id": "ca",
        "elements": [
            card(block_id=f"card{n}", title=mrkdwn(f"*Option {n}*"), subtitle=plain("Of three"), body=mrkdwn("Words."))
            | {"slack_icon": {"type": "icon", "name": "rocket"}, "actions": [button(f"t{n}", text=plain("Take"))]}
            for n in (1, 2, 3)
        ],
    },
    card(block_id="hero", hero_image=image(), title=mrkdwn("*With a picture*"), body=mrkdwn("Words."), icon=image()),
    {"type": "context_actions", "block_id": "ctx", "elements": [feedback(action_id="fb"), element("icon_button")]},
]

MEDIA: list[Json] = [
    {"type": "image", "block_id": "im", "image_url": "https://elsewhere.example/a.png", "alt_text": "A map"},
    {
        "type": "video",
        "block_id": "vi",
        "title": plain("How to lend a bike"),
        "title_url": "https://a.example/film",
        "description": plain("Two minutes"),
        "video_url": "https://a.example/film",
        "thumbnail_url": "https://a.example/t.png",
        "alt_text": "A bike",
        "author_name": "Mia",
        "provider_name": "Films",
    },
    {"type": "file", "block_id": "fi", "external_id": "F-1", "source": "remote"},
    {"type": "call", "block_id": "cl", "call_id": "R1", "call": {"v1": {"name": "Stand-up", "join_url": "https://c.example"}}},
    {
        "type": "auth_provider",
        "block_id": "au",
        "value": "jira",
        "name": plain("Jira"),
        "description": plain("Issues of your team"),
        "is_connected": True,
        "connected_identity": plain("mia@acme.example"),
        "disconnect_url": "https://a.example/d",
    },
]  # fmt: skip

MARKDOWN = """\
## What changed

- [x] **Amount** from ~~€ 45~~ to *€ 40*
- [ ] Tone
  1. friendlier
  2. shorter

> As you asked

| field | was | is |
|:--|--:|--:|
| body | 120 | 98 |

```
refund(order=1003, amount=40)
```"""

ATTACHED: list[Json] = [
    {
        "color": "good",
        "pretext": "A deployment",
        "author_name": "Builder",
        "title": "Release 1.4",
        "title_link": "https://a.example/1.4",
        "text": "All *checks* passed",
        "fields": [{"title": "Host", "value": "web-1", "short": True}, {"title": "Took", "value": "9 s"}],
        "footer": "ci",
        "ts": 1_799_990_000,
    },
    {"color": "#d6293e", "blocks": [{"type": "section", "block_id": "ab", "text": mrkdwn("Blocks in an attachment")}]},
]  # fmt: skip


def field(block: str, label: str, inside: Json, **more: object) -> Json:
    return {"type": "input", "block_id": block, "label": plain(label), "element": {"action_id": "a", **inside}, **more}


FORM: list[Json] = [
    field("i1", "Amount", element("number_input", initial_value="40.00"), hint=plain("In euro")),
    field("i2", "Answer", element("plain_text_input", multiline=True, initial_value="Hello,\nyes we do.")),
    field("i3", "Category", element("static_select", options=TOPICS, initial_option=TOPICS[1])),
    field("i4", "Reviewers", element("multi_users_select", initial_users=[MIA, OLGA]), optional=True),
    field("i5", "When", element("datepicker", initial_date="2027-01-20")),
    field("i6", "At", element("timepicker", initial_time="09:30")),
    field("i7", "Tone", element("radio_buttons", options=TOPICS, initial_option=TOPICS[0])),
    field("i8", "Tell", element("checkboxes", options=TOPICS, initial_options=TOPICS[:2])),
    field("i9", "Notes", element("rich_text_input", placeholder=plain("Anything else?")), optional=True),
    field("i10", "E-mail", element("email_text_input", placeholder=plain("name@firm.example"))),
    field("i11", "Attachment", element("file_input", filetypes=["pdf"], max_files=3), optional=True),
]
