"""The pictures of the documents, drawn from the running product: `make pictures`. It needs a Chromium.

Each is a card or a form as somebody in the local workspace sees it. Beside them stands from which approved drawings
they were made; where one of those has changed since, a rule says so.
"""

import asyncio
import base64
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.adapters.slack.draw.cards import DRAWN
from tests.adapters.slack.hear.house import House, opened, typed
from tests.adapters.slack.hear.test_verbs import answer_all, two_of_three
from tests.commands.line import ROOT, SAMPLES

PICTURES = ROOT / "docs" / "images"
MADE_FROM = PICTURES / "made_from.json"
WIDEST, QUALITY = 760, 72
DRAWINGS: Mapping[str, tuple[str, ...]] = {
    "card": ("reply",),
    "card-dark": ("reply",),
    "approved": ("approved",),
    "edit": ("view-edit", "view-preview-long"),
    "edited": ("reply-edited",),
    "expired": ("expired",),
    "more": ("remarked",),
    "plan": ("plan-of-three",),
    "quorum": ("quorum",),
    "rejected": ("rejected",),
    "refused": (),
    "step-up": ("view-step-up",),
    "too-late": ("view-too-late",),
}
"""From which approved drawings each picture is made."""


@dataclass(frozen=True)
class Studio:
    """A bot, a workspace, and a browser that looks at it."""

    house: House
    browser: Browser
    into: Path
    kind: str = "webp"

    @asynccontextmanager
    async def page(self, person: str, *, place: str = "support", dark: bool = False) -> AsyncGenerator[Page]:
        """The workspace as one person sees it."""
        view = await self.browser.new_context(
            viewport={"width": 1120, "height": 1200}, color_scheme="dark" if dark else "light"
        )
        page = await view.new_page()
        await page.goto(f"{self.house.both.running.address}/as/{person}/{place}")
        await page.wait_for_selector("html[data-ready]")
        yield page
        await view.close()

    async def keep(self, name: str, page: Page, what: str) -> None:
        """Keep a picture of the last such part of a page."""
        part = page.locator(what).last
        await part.scroll_into_view_if_needed()
        box = await part.bounding_box()
        assert box is not None, what
        clip = {**box, "width": min(box["width"], WIDEST), "scale": 1}
        form = {"format": self.kind, **({"quality": QUALITY} if self.kind == "webp" else {})}
        session: Any = await page.context.new_cdp_session(page)
        taken = await session.send("Page.captureScreenshot", {**form, "clip": clip})
        (self.into / f"{name}.{self.kind}").write_bytes(base64.b64decode(taken["data"]))

    async def card(self, name: str, person: str = "mia", *, place: str = "support", dark: bool = False) -> None:
        """The newest message in a channel."""
        async with self.page(person, place=place, dark=dark) as page:
            await self.keep(name, page, "#messages .message")

    async def form(self, name: str, person: str = "mia") -> None:
        """The form that somebody has open."""
        async with self.page(person) as page:
            await self.keep(name, page, "[role=dialog], dialog[open]")


async def golden(studio: Studio) -> None:
    """A reply that waits, and the same once it is sent."""
    house = studio.house
    await house.start("support_triage", **json.loads((SAMPLES / "how-to.json").read_text()))
    await studio.card("card")
    await studio.card("card-dark", dark=True)
    await house.press("mia", await house.card(), "approve")
    await studio.card("approved")


async def edited(studio: Studio) -> None:
    """A reply that is changed by somebody who may decide, with before and after."""
    house, body = (
        studio.house,
        "Hello Northfield Bicycle Library,\n\nopen both entries and press Merge.\n\nCustomer care",
    )
    await house.start("support_triage", **json.loads((SAMPLES / "how-to.json").read_text()))
    form = await house.open("mia", await house.card(), "edit")
    await house.as_("mia").click(form, "preview", entered=typed({"body": body}))
    await house.settle()
    await studio.form("edit")
    await house.submit("mia", await house.as_("mia").until_form(having="What saving would change"), body=body)
    await studio.card("edited", "leo")


async def quorum(studio: Studio) -> None:
    """One of two approvals is given."""
    await studio.house.start("tag_ticket")
    await studio.house.press("mia", await studio.house.card(), "approve")
    await studio.card("quorum", "leo")


async def rejected(studio: Studio) -> None:
    house = studio.house
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "reject")
    await house.submit("mia", form, reason="wrong facts", text="It is about an invoice.")
    await studio.card("rejected")


async def asked(studio: Studio) -> None:
    """A question to whoever wanted it, and the answer."""
    house = studio.house
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "more")
    await house.submit("mia", form, text="Which order is it?")
    form = await house.open("sam", await house.message_to("sam", having="Which order"), "reply")
    await house.submit("sam", form, text="The one of 3 March.")
    await studio.card("more")


async def late(studio: Studio) -> None:
    """Somebody who may not, and somebody who comes too late."""
    house = studio.house
    await house.start("tag_ticket")
    card = await house.card()
    async with studio.page("sam") as page:
        await house.press("sam", card, "approve")
        await page.locator("#messages .message.ephemeral").last.wait_for()
        await studio.keep("refused", page, "#messages .message.ephemeral")
    form = await house.open("mia", card, "escalate")
    await house.press("leo", card, "approve")
    await house.submit("mia", form, category="other", text="I am not sure about this one.")
    await studio.form("too-late")


async def plan(studio: Studio) -> None:
    await studio.house.start("plan_visit")
    await answer_all(studio.house)
    await studio.card("plan")


async def grave(studio: Studio) -> None:
    await studio.house.start("promise_refund")
    await studio.house.open("mia", await studio.house.card(), "approve")
    await studio.form("step-up")


async def expired(studio: Studio) -> None:
    await studio.house.start("tag_ticket")
    await studio.house.pass_time(days=8)
    await studio.card("expired")


SCENES: Mapping[str, Callable[[Studio], Awaitable[None]]] = {
    one.__name__: one for one in (golden, edited, quorum, rejected, asked, late, plan, grave, expired)
}


async def shoot(into: Path, scenes: list[str], kind: str) -> None:
    """Play these scenes and keep their pictures."""
    from tests.workspace.page.browser.conftest import CHROMIUM, FLAGS

    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stack.push_async_callback(browser.close)
        for name in scenes:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            over = "socket" if name == "expired" else "http"  # a signature has a time of its own
            change = two_of_three if name == "quorum" else None
            async with opened(folder, over, change=change) as house:
                await SCENES[name](Studio(house, browser, into, kind))


def made_from() -> dict[str, str]:
    """Each picture, and the digest of what it shows as it is drawn now."""
    return {
        name: hashlib.sha256(b"".join((DRAWN / f"{one}.txt").read_bytes() for one in drawings)).hexdigest()[:16]
        for name, drawings in DRAWINGS.items()
    }


if __name__ == "__main__":
    into = Path(os.environ.get("INTO", str(PICTURES)))
    into.mkdir(exist_ok=True)
    asyncio.run(shoot(into, sys.argv[1:] or list(SCENES), os.environ.get("KIND", "webp")))
    if into == PICTURES and not sys.argv[1:]:
        MADE_FROM.write_text(json.dumps(made_from(), indent=2) + "\n", encoding="utf-8")
