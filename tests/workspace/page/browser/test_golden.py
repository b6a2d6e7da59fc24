"""The minute of the README, in a browser: a command, a sample, an approval, a receipt, and the record."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from bot.domain.run import RunState
from tests.adapters.slack.hear.house import House, opened
from tests.commands.line import Line


async def seen_by(person: str, house: House, browser: Browser, stack: AsyncExitStack) -> Page:
    """The workspace as one person sees #support."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    stack.push_async_callback(context.close)
    page = await context.new_page()
    page.set_default_timeout(10_000)
    await page.goto(f"{house.both.running.address}/as/{person}/support")
    await page.wait_for_selector("html[data-ready]")
    return page


async def start(page: Page) -> None:
    """Type `/ops`, choose a sample, go on, and start."""
    await page.locator("#main [data-composer]").fill("/ops")
    await page.locator("#main [data-composer]").press("Enter")
    choosing = page.get_by_role("dialog", name="Start a workflow")
    for block, line in (("field:workflow", "support_triage"), ("field:sample", "support_triage/how-to")):
        await choosing.locator(f"[data-block='{block}'] button").first.click()
        await page.locator(f"[role=option][data-value='{line}']:visible").click()
    await choosing.get_by_role("button", name="Next").click()
    form = page.get_by_role("dialog", name="Support triage")
    await expect(form.get_by_label("Subject")).to_have_value("How do I merge two customers?")
    await form.get_by_role("button", name="Start").click()
    await expect(form).to_have_count(0)


async def test_a_reply_is_started_approved_sent_and_seen_in_the_record(browser: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path, samples=True) as house, AsyncExitStack() as stack:
        sam, mia = [await seen_by(name, house, browser, stack) for name in ("sam", "mia")]
        await start(sam)
        card = mia.locator("#messages .message", has_text="Send an answer to the customer")
        await expect(card.get_by_text("Waits")).to_be_visible()
        await card.get_by_role("button", name="Approve Reply").click()
        for page in (mia, sam):
            receipt = page.locator("#messages .message", has_text="Send an answer to the customer")
            await expect(receipt.get_by_text("Approved", exact=True)).to_be_visible()
            await expect(receipt.get_by_text("done", exact=True)).to_be_visible()
            await expect(receipt.get_by_role("button", name="Approve Reply")).to_have_count(0)
        await house.settle()

        run = await house.newest()
        assert (run.state, house.sent()) == (RunState.DONE, ["helpdesk.SendReply"])
        line = Line(house.settings.data, house.settings.workflows)
        record = await asyncio.to_thread(line.well, "show", run.id)
        for said in ("Mia Lindqvist", "approved: approve", "carried out", "it is done"):
            assert said in record.out
        assert f"Fingerprint {run.gates['approved'].digest[:8]}" in await mia.locator("#messages").inner_text()
        house.verify()
