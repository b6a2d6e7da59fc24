"""What comes to nothing is told once, where it was done: whether the answer or the news of it comes first."""

import asyncio

from playwright.async_api import Page, Route, expect

from bot.workspace.payload import Json
from tests.workspace.page.browser.app import actions, button, modal
from tests.workspace.page.browser.conftest import Open, Stage
from tests.workspace.page.browser.test_cards import shown
from tests.workspace.page.browser.test_writing import composer

BROKEN = actions(button("Broken"))


async def up_to_date(stage: Stage, page: Page) -> None:
    """Wait until the page has heard everything that has happened."""
    await stage.driver.as_("leo").say("support", "and that is all")
    await expect(page.locator("#messages .message").last).to_contain_text("and that is all")


async def held(page: Page, act: str) -> asyncio.Event:
    """Keep the answer to an act back until the event is set, so that the news comes first."""
    go = asyncio.Event()

    async def answer(route: Route) -> None:
        response = await route.fetch()
        await go.wait()
        await route.fulfill(response=response)

    await page.route(f"**/act/{act}", answer)
    return go


async def test_an_app_that_fails_is_told_of_beside_the_button(stage: Stage, look: Open) -> None:
    page, other = await look("mia"), await look("mia")
    await shown(stage, BROKEN)
    await page.get_by_role("button", name="Broken").click()
    await expect(page.locator("#messages .block.actions + .no-answer")).to_contain_text("Try again")
    await up_to_date(stage, page)
    await expect(page.locator(".no-answer, .toast")).to_have_count(1)
    await expect(other.locator("#messages .no-answer")).to_contain_text("Try again")


async def test_the_answer_after_the_news_adds_nothing(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, BROKEN)
    go = await held(page, "click")
    await page.get_by_role("button", name="Broken").click()
    await expect(page.locator("#messages .body > .no-answer")).to_contain_text("Try again")
    go.set()
    await expect(page.locator("#messages .block.actions + .no-answer")).to_contain_text("Try again")
    await expect(page.locator(".no-answer, .toast")).to_have_count(1)


async def test_in_a_modal_it_is_told_beside_the_button_alone(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, actions(button("Deeper")))
    await page.get_by_role("button", name="Deeper").click()
    broken: Json = modal("Deeper", *BROKEN)
    await expect(page.get_by_role("dialog", name="Deeper")).to_be_visible()
    view = await page.locator("dialog .view").get_attribute("data-view")
    await stage.app.client.views_update(view_id=view, view=broken)
    go = await held(page, "click")
    await page.get_by_role("button", name="Broken").click()
    await expect(page.locator(".toast.trouble")).to_have_count(1)
    go.set()
    await expect(page.locator("dialog .block.actions + .no-answer")).to_contain_text("Try again")
    await expect(page.locator(".toast")).to_have_count(0)


async def test_a_command_that_fails_is_told_of_once_and_leaves_the_field_free(stage: Stage, look: Open) -> None:
    page = await look("mia", width=360, height=740)
    for _ in range(2):
        await composer(page).fill("/ops fail")
        await composer(page).press("Enter")
        await expect(page.locator(".toast.trouble")).to_contain_text("opsbot")
        await expect(page.locator(".send[aria-busy=true]")).to_have_count(0)
    await up_to_date(stage, page)
    await expect(page.locator(".toast")).to_have_count(1)
    await page.get_by_role("button", name="Send").click(trial=True)


async def decided(stage: Stage, card: Json) -> None:
    """The card changes: somebody else was faster."""
    done = [{"type": "section", "text": {"type": "mrkdwn", "text": "Decided by Leo"}}]
    await stage.app.client.chat_update(channel=card["channel"], ts=card["ts"], text="Decided", blocks=done)


async def test_a_card_that_changes_keeps_what_was_said_on_it(stage: Stage, look: Open) -> None:
    page = await look("mia")
    card = await shown(stage, BROKEN)
    await page.get_by_role("button", name="Broken").click()
    await expect(page.locator("#messages .block.actions + .no-answer")).to_contain_text("Try again")
    await decided(stage, card)
    await expect(page.locator("#messages .message").last).to_contain_text("Decided by Leo")
    await expect(page.locator("#messages .body > .no-answer")).to_contain_text("Try again")


async def test_an_answer_that_comes_after_the_card_has_changed_is_seen_once(stage: Stage, look: Open) -> None:
    page = await look("mia")
    card = await shown(stage, BROKEN)
    go = await held(page, "click")
    await page.get_by_role("button", name="Broken").click()
    await stage.app.until("broken")
    await decided(stage, card)
    await expect(page.locator("#messages .message").last).to_contain_text("Decided by Leo")
    go.set()
    await expect(page.locator("#messages .body > .no-answer")).to_contain_text("Try again")
    await up_to_date(stage, page)
    await expect(page.locator(".no-answer, .toast")).to_have_count(1)
