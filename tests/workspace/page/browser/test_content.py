"""What content does in a browser by itself: tables turn, labels lead, answers stay pressed, threads fold."""

from typing import Any

from playwright.async_api import expect

from bot.workspace.payload import Json
from tests.workspace.page.browser.app import SURE, actions, button, words
from tests.workspace.page.browser.conftest import Open, Stage
from tests.workspace.page.browser.test_cards import shown
from tests.workspace.page.browser.test_modals import opened


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def tickets(count: int) -> list[Json]:
    rows: list[Any] = [[cell("Team"), cell("Open")]]
    rows += [[cell(f"T{n}"), {"type": "raw_number", "value": (7 * n) % 11}] for n in range(count)]
    return [{"type": "data_table", "block_id": "t", "caption": "Tickets", "page_size": 3, "rows": rows}]


async def test_a_table_is_turned_page_by_page_and_sorted_as_figures(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, tickets(7))
    rows, status = page.locator(".data-table tbody tr:visible"), page.locator(".pager [role=status]")
    await expect(rows).to_have_text(["T00", "T17", "T23"])
    await page.get_by_role("button", name="Rows after").click()
    await page.get_by_role("button", name="Rows after").click()
    await expect(rows).to_have_text(["T69"])
    await expect(status).to_have_text("7–7 of 7")
    await expect(page.get_by_role("button", name="Rows after")).to_be_disabled()
    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(rows).to_have_text(["T00", "T52", "T23"])
    await expect(page.get_by_role("button", name="Rows before")).to_be_disabled()
    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(rows).to_have_text(["T310", "T69", "T17"])


async def test_a_click_on_a_label_leads_to_its_field(stage: Stage, look: Open) -> None:
    dialog = await opened(page := await look("mia"))

    async def click(label: str) -> None:
        await dialog.locator(".label").get_by_text(label, exact=True).click()

    await click("Amount")
    await expect(dialog.get_by_label("Amount")).to_be_focused()
    await click("Notes")
    await expect(dialog.get_by_label("Notes")).to_be_focused()
    await click("Topic")
    await expect(dialog.get_by_role("listbox", name="Topic")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog.get_by_role("combobox", name="Topic")).to_be_focused()


async def test_an_answer_stays_pressed(stage: Stage, look: Open) -> None:
    page = await look("mia")
    sides = {f"{name}_button": {"text": words(name.title()), "value": name} for name in ("positive", "negative")}
    feedback = {"type": "feedback_buttons", "action_id": "fb", **sides}
    await shown(stage, [{"type": "context_actions", "block_id": "c", "elements": [feedback]}])
    good, bad = page.get_by_role("button", name="Positive"), page.get_by_role("button", name="Negative")
    await good.click()
    assert (await stage.app.until("fb"))["actions"][0]["value"] == "positive"
    await expect(good).to_have_attribute("aria-pressed", "true")
    await bad.click()
    await stage.app.until("fb", lambda said: said["actions"][0]["value"] == "negative")
    await expect(good).to_have_attribute("aria-pressed", "false")
    await expect(bad).to_have_attribute("aria-pressed", "true")


async def test_a_link_that_asks_first_is_followed_once_it_was_confirmed(stage: Stage, look: Open) -> None:
    page = await look("mia")
    there = stage.address("mia", "general")
    await shown(stage, actions(button("Look", url=there, confirm=SURE)))
    await page.get_by_role("link", name="Look").click()
    await page.get_by_role("button", name="Keep").click()
    assert len(page.context.pages) == 1
    await page.get_by_role("link", name="Look").click()
    async with page.context.expect_page() as opening:
        await page.get_by_role("dialog", name="Sure?").get_by_role("button", name="Send").click()
    assert (await opening.value).url.startswith("http://127.0.0.1")
    await stage.app.until("look")


async def test_of_a_long_thread_the_last_replies_are_in_sight(stage: Stage, look: Open) -> None:
    page = await look("mia")
    root = await shown(stage, [], text="Long")
    for n in range(53):
        await stage.app.client.chat_postMessage(channel="#support", text=f"reply {n}", thread_ts=root["ts"])
    await page.locator("#messages .replies").last.click()
    replies = page.locator("#replies .message:visible")
    await expect(replies).to_have_count(51)
    await expect(page.locator("#replies .reply-count")).to_have_text("53 replies")
    await page.get_by_text("3 earlier replies").click()
    await expect(replies).to_have_count(54)
