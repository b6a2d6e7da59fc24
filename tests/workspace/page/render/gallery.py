"""One page of every block and element, to be looked at: `python -m tests.workspace.page.render.gallery build/gallery.html`."""

import sys
from pathlib import Path

from bot.workspace.changes.posting import pin, post, react, whisper
from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.blocks import blocks
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.timeline import thread, timeline
from bot.workspace.page.render.view import home, modal
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.payload import Json
from bot.workspace.state.message import Message, Stream
from bot.workspace.state.view import Surface, View
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import APP, APP_BOT, BOT, MIA, NOON, OLGA, SAM, SUPPORT, made_workspace

STATIC = Path("bot/workspace/page/static")


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": True}


def marked(words: str) -> Json:
    return {"type": "mrkdwn", "text": words, "verbatim": False}


def option(value: str, words: str, description: str = "") -> Json:
    return {"text": plain(words), "value": value} | ({"description": plain(description)} if description else {})


OPTIONS = [option("billing", "Billing"), option("bug", "Bug", "Something is broken"), option("how", "How to")]


def button(words: str, action: str, **more: object) -> Json:
    return {"type": "button", "text": plain(words), "action_id": action, "value": "x", **more}


def rich(*pieces: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*pieces]}]}


CARD: list[Json] = [
    {"type": "header", "block_id": "h", "text": plain("Send an answer to Northfield Bicycle Library")},
    {
        "type": "section",
        "block_id": "s",
        "text": marked("Ticket *T-1003* · asked by <@U0SAM00000> · answers within _2 hours_"),
        "accessory": {"type": "overflow", "action_id": "more", "options": [option("esc", "Escalate"), option("ask", "Ask for more")]},
    },
    {
        "type": "section",
        "block_id": "f",
        "fields": [marked("*Confidence*\n70 %"), marked("*Reversible*\nNo"), marked("*Customer since*\n2021"), marked("*Open tickets*\n1")],
    },
    {
        "type": "container",
        "block_id": "c",
        "title": plain("Evidence"),
        "subtitle": marked("3 sources"),
        "is_collapsible": True,
        "default_collapsed": False,
        "child_blocks": [{"type": "section", "block_id": "c1", "text": marked("&gt; Do you lend cargo bikes over the weekend?\n> Thanks!")}],
    },
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            button("Approve Reply", "approve", style="primary"),
            button("Edit", "edit"),
            button("Reject", "reject"),
            {"type": "users_select", "action_id": "who", "placeholder": plain("Reassign to…")},
        ],
    },
    {"type": "context", "block_id": "x", "elements": [marked("Fingerprint `9f31c2aa` · expires <!date^1800010000^{date_short_pretty} at {time}|soon> · rehearsal model, no AI")]},
]  # fmt: skip

TABLES: list[Json] = [
    {
        "type": "table",
        "block_id": "t",
        "column_settings": [{}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Check"}, {"type": "raw_text", "text": "Result"}],
            [
                {"type": "raw_text", "text": "Amount"},
                rich({"type": "text", "text": "€ 40.00", "style": {"bold": True}}),
            ],
        ],
    },
    {
        "type": "data_table",
        "block_id": "dt",
        "caption": "Open tickets",
        "page_size": 5,
        "row_header_column_index": 0,
        "rows": [
            [{"type": "raw_text", "text": "Team"}, {"type": "raw_text", "text": "Open"}],
            [{"type": "raw_text", "text": "Support"}, {"type": "raw_number", "value": 42, "text": "42"}],
            [{"type": "raw_text", "text": "Finance"}, {"type": "raw_number", "value": 7, "text": "7"}],
        ],
    },
]

WEEKS = ["Week 1", "Week 2", "Week 3", "Week 4"]


def series(name: str, *values: float) -> Json:
    return {
        "name": name,
        "data": [{"label": label, "value": value} for label, value in zip(WEEKS, values, strict=True)],
    }


def chart(kind: str) -> Json:
    if kind == "pie":
        drawn: Json = {
            "type": kind,
            "segments": [{"label": label, "value": 10 + 9 * n} for n, label in enumerate(WEEKS)],
        }
    else:
        drawn = {
            "type": kind,
            "series": [series("Answered", 32000, 35000, 31000, 41200), series("Escalated", 2800, 4100, 3900, -1200)],
        }
        drawn["axis_config"] = {"categories": WEEKS}
    return {"type": "data_visualization", "block_id": kind, "title": f"Tickets ({kind})", "chart": drawn}


PROGRESS: list[Json] = [
    {
        "type": "plan",
        "block_id": "p",
        "title": "Working on it",
        "tasks": [
            {"task_id": "1", "title": "Read ticket T-1003", "status": "complete", "output": rich({"type": "text", "text": "One question"})},
            {"task_id": "2", "title": "Draft an answer", "status": "in_progress", "sources": [{"type": "url", "url": "https://a.example/faq", "text": "FAQ"}]},
            {"task_id": "3", "title": "Wait for Mia", "status": "pending"},
            {"task_id": "4", "title": "Send", "status": "error"},
        ],
    },
    {"type": "alert", "block_id": "al", "level": "warning", "text": marked("This *cannot* be undone.")},
    {
        "type": "carousel",
        "block_id": "ca",
        "elements": [
            {"type": "card", "block_id": f"card{n}", "title": marked(f"*Option {n}*"), "body": marked("A few words on it."), "actions": [button("Take", f"t{n}")]}
            for n in (1, 2, 3)
        ],
    },
    {"type": "image", "block_id": "im", "image_url": "https://elsewhere.example/a.png", "alt_text": "A map of the warehouse"},
    {
        "type": "context_actions",
        "block_id": "ctx",
        "elements": [
            {"type": "feedback_buttons", "action_id": "fb", "positive_button": {"text": plain("Good"), "value": "1"}, "negative_button": {"text": plain("Bad"), "value": "0"}},
            {"type": "icon_button", "action_id": "del", "icon": "trash", "text": plain("Delete")},
        ],
    },
]  # fmt: skip

MARKDOWN: list[Json] = [{"type": "markdown", "block_id": "md", "text": "## What changed\n\n- [x] **Amount** from ~~€ 45~~ to *€ 40*\n- [ ] Tone\n  1. friendlier\n  2. shorter\n\n> As you asked\n\n| field | was | is |\n|:--|--:|--:|\n| body | 120 | 98 |\n\n```\nrefund(order=1003, amount=40)\n```"}]  # fmt: skip


def field(block: str, label: str, inside: Json, **more: object) -> Json:
    return {"type": "input", "block_id": block, "label": plain(label), "element": {"action_id": "a", **inside}, **more}


FORM: list[Json] = [
    field(
        "i1",
        "Amount",
        {"type": "number_input", "is_decimal_allowed": True, "initial_value": "40.00"},
        hint=plain("In euro"),
    ),
    field("i2", "Answer", {"type": "plain_text_input", "multiline": True, "initial_value": "Hello,\nyes we do."}),
    field("i3", "Category", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]}),
    field("i4", "Reviewers", {"type": "multi_users_select", "initial_users": [MIA, OLGA]}, optional=True),
    field("i5", "When", {"type": "datepicker", "initial_date": "2027-01-20"}),
    field("i6", "At", {"type": "timepicker", "initial_time": "09:30"}),
    field("i7", "Tone", {"type": "radio_buttons", "options": OPTIONS, "initial_option": OPTIONS[0]}),
    field("i8", "Tell", {"type": "checkboxes", "options": OPTIONS, "initial_options": OPTIONS[:2]}),
    field("i9", "Notes", {"type": "rich_text_input", "placeholder": plain("Anything else?")}, optional=True),
    field("i10", "E-mail", {"type": "email_text_input", "placeholder": plain("name@firm.example")}),
    field("i11", "Attachment", {"type": "file_input", "filetypes": ["pdf"], "max_files": 3}, optional=True),
]


def written() -> Workspace:
    """A channel in which everything that can be said has been said."""
    workspace = made_workspace()

    def say(user: str, text: str, **more: object) -> Message:
        workspace.clock.advance(70)
        return post(workspace, Message(channel=SUPPORT, user=user, text=text, **more))  # type: ignore[arg-type]

    def tell(*parts: list[Json]) -> Message:
        workspace.clock.advance(200)
        said = [one for part in parts for one in part]
        return post(workspace, Message(channel=SUPPORT, user=BOT, app=APP, bot=APP_BOT, text="fallback", blocks=said))

    first = say(
        SAM, "Morning! Has anybody looked at *T-1003*? <https://desk.example/T-1003|The ticket> says _weekend_ :bike:"
    )
    say(SAM, "`refund` is on hold: <@U0MIA00000> &lt;3 <!here>")
    workspace.clock.advance(100_000)
    reply = say(MIA, "On it :+1:", thread_ts=first.ts)
    react(workspace, reply, SAM, "tada")
    card = tell(CARD)
    react(workspace, card, MIA, "eyes")
    react(workspace, card, SAM, "eyes")
    pin(workspace, card, OLGA)
    tell(TABLES, [chart("bar")])
    tell([chart("line"), chart("area"), chart("pie")])
    tell(PROGRESS)
    tell(MARKDOWN)
    streaming = tell([])
    streaming.blocks = [{"type": "markdown", "block_id": "w", "text": "Reading the **ticket** …"}]
    streaming.stream = Stream(until=NOON)
    say(OLGA, "<@U0OLGA0000> has joined the channel", subtype="channel_join")
    whisper(
        workspace,
        Message(
            channel=SUPPORT, user=BOT, app=APP, bot=APP_BOT, text="Only <@U0MIA00000> can approve this.", only_for=MIA
        ),
    )
    return workspace


def page() -> str:
    workspace = written()
    viewer = Viewer(workspace, workspace.people[MIA])
    channel = workspace.channels[SUPPORT]
    content: Json = {
        "type": "modal",
        "title": plain("Edit reply"),
        "submit": plain("Send Reply"),
        "close": plain("Cancel"),
        "blocks": FORM,
    }
    edit = View(id="V1", app=APP, person=MIA, surface=Surface.MODAL, content=content, hash="1")
    tab = View(id="V2", app=APP, person=MIA, surface=Surface.HOME, content={"type": "home", "blocks": CARD}, hash="1")
    first = next(iter(channel.messages.values()))
    parts = [
        tag("section", None, timeline(viewer, channel, read=first.ts)),
        tag("section", None, thread(viewer, channel.thread(first.ts))),
        tag("section", {"class": "framed"}, modal(viewer, edit)),
        tag("section", {"class": "framed"}, home(viewer, tab, app="opsbot"), home(viewer, None, app="opsbot")),
        tag("section", None, blocks(Place(viewer, "m-x", still=True), CARD)),
    ]
    style = "".join((STATIC / name).read_text() for name in ("tokens.css", "content.css"))
    look = "body{margin:0;font:var(--size)/1.46 var(--font);color:var(--ink);background:var(--paper)} .framed{border:1px solid var(--line);margin:20px;padding:20px;max-width:520px}"
    head = tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("title", None, "Gallery"),
        Html(f"<style>{style}{look}</style>"),
    )
    return "<!doctype html>" + tag("html", {"lang": "en"}, head, tag("body", None, joined(parts)))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
