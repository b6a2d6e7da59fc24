"""What is opened has room: menus inside what scrolls, fields in the place of words, everything on a phone."""

import asyncio
from typing import Any

from playwright.async_api import Locator, Page, Route, expect

from tests.workspace.page.browser.app import MENUS, actions, option, words
from tests.workspace.page.browser.conftest import Open, Stage
from tests.workspace.page.browser.test_cards import shown
from tests.workspace.page.browser.test_modals import opened
from tests.workspace.page.browser.test_writing import composer, say

INSIDE = """([inner, outer]) => {
  const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
  return a.top >= b.top && a.bottom <= b.bottom && a.left >= b.left && a.right <= b.right;
}"""
MANY: Any = {
    "type": "static_select",
    "action_id": "many",
    "placeholder": words("Many"),
    "options": [option(f"line {n}") for n in range(40)],
}


async def lies_inside(inner: Locator, outer: Locator) -> bool:
    handles = [await each.element_handle() for each in (inner, outer)]
    return bool(await inner.page.evaluate(INSIDE, handles))


async def test_a_menu_at_the_end_of_the_list_opens_where_there_is_room(stage: Stage, look: Open) -> None:
    for height in (820, 520):
        page = await look("mia", height=height)
        await shown(stage, actions(MANY))
        await page.locator("[data-action=many] button").last.click()
        await expect(page.locator("[data-action=many] .popup:visible")).to_have_count(1)
        assert await lies_inside(page.locator(".popup:visible"), page.locator("#messages"))


async def test_the_people_of_a_menu_in_a_modal_are_all_in_reach(look: Open) -> None:
    page = await look("mia", width=360, height=740)
    dialog = await opened(page)
    await dialog.locator("[data-block=people] button").click()
    await expect(page.locator(".popup:visible [role=option]").first).to_be_visible()
    assert await lies_inside(page.locator(".popup:visible"), dialog.locator(".modal-body"))


async def test_a_message_is_edited_in_the_place_of_its_words(look: Open) -> None:
    page = await look("mia")
    said = await say(page, "The first words")
    await said.hover()
    await said.get_by_role("button", name="Add a reaction").click()
    await page.get_by_role("combobox", name="Find an emoji").fill("eyes")
    await page.locator(".picker [role=option]").first.click()
    await expect(said.locator(".reaction")).to_be_visible()
    await composer(page).press("ArrowUp")
    field = page.get_by_label("Edit the message")
    await expect(said.locator(".editing + .reactions")).to_be_visible()
    assert await lies_inside(said.locator(".editing"), page.locator("#messages"))
    await field.fill("The last words")
    await field.press("Enter")
    mark, line = said.locator(".edited"), said.locator(".line")
    await expect(mark).to_be_visible()
    tops = [await each.evaluate("each => each.getBoundingClientRect().bottom") for each in (mark, line)]
    assert abs(tops[0] - tops[1]) < 6


async def test_what_follows_an_ephemeral_message_says_whose_it_is(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, [], text="For all")
    await composer(page).fill("/ops hello")
    await composer(page).press("Enter")
    await expect(page.locator(".message.ephemeral")).to_be_visible()
    await shown(stage, [], text="For all again")
    last = page.locator("#messages .message").last
    await expect(last).to_contain_text("For all again")
    await expect(last.get_by_role("button", name="opsbot")).to_be_visible()


async def test_what_is_typed_while_a_message_is_under_way_stays(look: Open) -> None:
    page = await look("mia")
    go = asyncio.Event()

    async def later(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route("**/act/say", later)
    await composer(page).fill("first")
    await composer(page).press("Enter")
    await composer(page).press_sequentially(" and second")
    go.set()
    await expect(page.locator("#messages .message").last).to_contain_text("first")
    await expect(composer(page)).to_have_value("and second")


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_on_a_phone_the_inspector_fits_and_can_be_closed(stage: Stage, look: Open) -> None:
    page = await look("mia", width=360, height=740)
    await page.get_by_role("button", name="Inspector").click()
    await shown(stage, MENUS)
    await page.locator(".wire-line", has_text="chat.postMessage").first.click()
    await expect(page.locator(".wire-detail")).to_contain_text("Copy as curl")
    assert await page.evaluate("document.querySelector('#inspector').scrollWidth <= innerWidth")
    await page.get_by_role("button", name="Close the inspector").click()
    await expect(page.locator("#inspector")).to_be_hidden()


async def test_on_a_phone_the_side_goes_away_when_one_goes_on_with_something_else(stage: Stage, look: Open) -> None:
    page = await look("mia", width=360, height=740)
    opener, side = page.get_by_role("button", name="Channels", exact=True), page.locator("#side")
    await opener.click()
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await expect(side.locator("[aria-current=page]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(side).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await page.mouse.click(350, 400)
    await expect(side).to_be_hidden()


async def test_on_a_phone_cards_menus_and_forms_stay_within_the_page(stage: Stage, look: Open) -> None:
    page = await look("mia", width=360, height=740)
    await shown(stage, MENUS)
    await page.locator("[data-action=who] button").last.click()
    await expect(page.locator(".popup:visible [role=option]").first).to_be_visible()
    assert await lies_inside(page.locator(".popup:visible"), page.locator("#messages"))
    await page.keyboard.press("Escape")
    dialog = await opened(page)
    assert await fits(page)
    await dialog.get_by_role("button", name="Save").click(trial=True)
