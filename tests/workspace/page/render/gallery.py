"""One page of every block and element, to be looked at: `python -m tests.workspace.page.render.gallery FILE`."""

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
from tests.workspace.blocks.made import plain
from tests.workspace.made import APP, APP_BOT, BOT, MIA, NOON, OLGA, OTHER_TEAM, PIA, SAM, SUPPORT, made_workspace
from tests.workspace.page.render.sample import ATTACHED, CARD, FORM, MADE_OF_WORK, MARKDOWN, MEDIA, TABLES, chart

STATIC = Path("bot/workspace/page/static")
LOOK = """
body { margin: 0; font: var(--size)/1.46 var(--font); color: var(--ink); background: var(--paper); }
.framed { border: 1px solid var(--line); margin: 20px; padding: 20px; max-width: 520px; }
"""


class Gallery:
    """A channel in which everything that can be said is said."""

    def __init__(self) -> None:
        self.workspace = made_workspace()
        self.workspace.team.partners[OTHER_TEAM] = "Sample Cycle Supply"
        self.workspace.people[SAM].status_emoji = ":palm_tree:"

    def say(self, user: str, text: str, *, after: float = 70, **more: object) -> Message:
        self.workspace.clock.advance(after)
        message = Message(channel=SUPPORT, user=user, text=text)
        for name, value in more.items():
            setattr(message, name, value)
        return post(self.workspace, message)

    def tell(self, *blocks: Json, **more: object) -> Message:
        return self.say(BOT, "A card", after=200, app=APP, bot=APP_BOT, blocks=[*blocks], **more)

    def people(self) -> None:
        link = "Morning! Has anybody looked at *T-1003*? <https://a.example|The ticket> says _weekend_ :bike:"
        first = self.say(SAM, link)
        self.say(SAM, "`refund` is on hold: <@U0MIA00000> &lt;3 <!here>")
        self.say(MIA, "On it :+1:", thread_ts=first.ts, reactions={"tada": [SAM]})
        self.say(PIA, "هل تم إرسال الرد؟ *نعم* `x`\nWe sell the parts: " + "long" * 60)
        self.say(MIA, "is having a look", subtype="me_message", edited_ts=first.ts)
        self.say(SAM, "", subtype="tombstone")

    def apps(self) -> None:
        card = self.tell(*CARD)
        pin(self.workspace, card, OLGA)
        for person in (MIA, SAM):
            react(self.workspace, card, person, "eyes")
        self.tell(*TABLES, chart("bar"), username="Reporter", icon=":chart_with_upwards_trend:")
        self.tell(chart("line"), chart("area"), chart("pie"))
        self.tell(*MADE_OF_WORK)
        self.tell(*MEDIA, attachments=ATTACHED)
        self.tell({"type": "markdown", "block_id": "md", "text": MARKDOWN})
        self.tell({"type": "markdown", "block_id": "w", "text": "Reading the **ticket** …"}, stream=Stream(until=NOON))
        self.say(OLGA, "<@U0OLGA0000> has joined the channel", subtype="channel_join")
        only = Message(channel=SUPPORT, user=BOT, app=APP, bot=APP_BOT, text="Only <@U0MIA00000> can.", only_for=MIA)
        whisper(self.workspace, only)


def written() -> Workspace:
    gallery = Gallery()
    gallery.people()
    gallery.apps()
    return gallery.workspace


def form() -> View:
    names = {"title": plain("Edit reply"), "submit": plain("Send Reply"), "close": plain("Cancel")}
    content: Json = {"type": "modal", **names, "blocks": FORM}
    return View(id="V1", app=APP, person=MIA, surface=Surface.MODAL, content=content, hash="1")


def tab() -> View:
    content: Json = {"type": "home", "blocks": CARD}
    return View(id="V2", app=APP, person=MIA, surface=Surface.HOME, content=content, hash="1")


def page(theme: str = "light") -> str:
    workspace = written()
    viewer, channel = Viewer(workspace, workspace.people[MIA]), workspace.channels[SUPPORT]
    first = next(iter(channel.messages.values()))
    parts = [
        tag("section", None, timeline(viewer, channel, read=first.ts)),
        tag("section", None, thread(viewer, channel.thread(first.ts))),
        tag("section", {"class": "framed"}, modal(viewer, form())),
        tag("section", {"class": "framed"}, home(viewer, tab(), app="opsbot"), home(viewer, None, app="opsbot")),
        tag("section", {"class": "content framed"}, blocks(Place(viewer, "m-x", still=True), CARD)),
    ]
    style = "".join((STATIC / name).read_text("utf-8") for name in ("tokens.css", "content.css"))
    size = tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    styled = Html(f"<style>{style}{LOOK}</style>")
    head = tag("head", None, tag("meta", {"charset": "utf-8"}), size, tag("title", None, "Gallery"), styled)
    return "<!doctype html>" + tag("html", {"lang": "en", "data-theme": theme}, head, tag("body", None, joined(parts)))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(*sys.argv[2:]), "utf-8")
