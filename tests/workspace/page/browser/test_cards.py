"""Cards: buttons, menus and fields in messages tell the app, and the page shows what comes of it."""

from playwright.async_api import Page, expect

from bot.workspace.payload import Json
from tests.workspace.page.browser.app import CHOICES, MENUS, SEVERAL, SURE, actions, button
from tests.workspace.page.browser.conftest import Open, Stage


async def shown(stage: Stage, blocks: list[Json], *, text: str = "A card") -> Json:
    """A message of the app in #support."""
    said = await stage.app.client.chat_postMessage(channel="#support", text=text, blocks=blocks)
    return dict(said.data)


async def test_a_card_comes_and_changes_in_two_windows_without_reloading(stage: Stage, look: Open) -> None:
    mia, sam = await look("mia"), await look("leo")
    card = await shown(stage, actions(button("Approve", style="primary")))
    await expect(sam.get_by_role("button", name="Approve")).to_be_visible()
    await mia.get_by_role("button", name="Approve").click()
    heard = await stage.app.until("approve")
    assert heard["user"]["username"] == "mia"
    done = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Approved* by Mia"}}]
    await stage.app.client.chat_update(channel=card["channel"], ts=card["ts"], text="Approved", blocks=done)
    for page in (mia, sam):
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        await expect(page.locator("#messages strong", has_text="Approved")).to_be_visible()
        await expect(page.locator(".edited").last).to_be_visible()


async def test_a_button_waits_until_the_app_has_answered(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, actions(button("Slow")))
    slow = page.get_by_role("button", name="Slow")
    await slow.click()
    await expect(slow).to_have_attribute("aria-busy", "true")
    await stage.app.until("slow")
    stage.app.slow.set()
    await expect(slow).not_to_have_attribute("aria-busy", "true")
    await expect(page.locator(".no-answer")).to_have_count(0)


async def test_what_asks_first_does_nothing_where_it_is_denied(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, actions(button("Refund", confirm=SURE), button("Other")))
    await page.get_by_role("button", name="Refund").click()
    await page.get_by_role("button", name="Keep").click()
    await page.get_by_role("button", name="Other").click()
    await stage.app.until("other")
    assert [name for name, _ in stage.app.heard if name == "refund"] == []
    await page.get_by_role("button", name="Refund").click()
    await page.get_by_role("dialog", name="Sure?").get_by_role("button", name="Send").click()
    await stage.app.until("refund")


async def pick(page: Page, menu: str, line: str, *, typed: str = "") -> None:
    """Choose a line of a menu in the last message."""
    await page.locator(f"#messages .message [data-action={menu}] button").last.click()
    popup = page.locator(f"[data-action={menu}] .popup").last
    if typed:
        await popup.locator(".select-search").fill(typed)
    await popup.locator("li", has_text=line).first.click()


async def test_each_kind_of_menu_tells_what_was_chosen(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, MENUS)
    await pick(page, "topic", "Bug")
    assert (await stage.app.until("topic"))["actions"][0]["selected_option"]["value"] == "bug"
    await expect(page.locator("[data-action=topic] .chosen")).to_have_text("Bug")
    people = {one.name: one.id for one in stage.both.running.desk.workspace.people.values()}
    await pick(page, "who", "Leo", typed="leo")
    assert (await stage.app.until("who"))["actions"][0]["selected_user"] == people["leo"]
    await pick(page, "where", "general", typed="gen")
    assert (await stage.app.until("where"))["actions"][0]["selected_channel"].startswith("C")
    await pick(page, "talk", "random", typed="rand")
    assert (await stage.app.until("talk"))["actions"][0]["selected_conversation"].startswith("C")
    await pick(page, "ticket", "T100-2", typed="t100")
    assert (await stage.app.until("ticket"))["actions"][0]["selected_option"]["value"] == "t100-2"
    await pick(page, "more", "Escalate")
    assert (await stage.app.until("more"))["actions"][0]["selected_option"]["value"] == "escalate"


async def test_a_menu_for_several_takes_no_more_than_it_allows(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, SEVERAL)
    await page.locator("[data-action=topics] button").first.click()
    lines = page.locator("[data-action=topics] [role=option]")
    for n in range(3):
        await lines.nth(n).click()
    await expect(page.locator("[data-action=topics] .chip")).to_have_count(2)
    heard = await stage.app.until("topics", lambda body: len(body["actions"][0]["selected_options"]) == 2)
    assert [one["value"] for one in heard["actions"][0]["selected_options"]] == ["billing", "bug"]


async def test_a_menu_is_used_by_keyboard_alone(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, MENUS)
    await page.locator("[data-action=topic] button").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        await page.keyboard.press(key)
    assert (await stage.app.until("topic"))["actions"][0]["selected_option"]["value"] == "bug"
    await expect(page.locator("[data-action=topic] button")).to_be_focused()


async def test_dates_times_and_choices_tell_the_app_at_once(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await shown(stage, CHOICES)
    await page.locator("[data-action=day]").fill("2027-03-04")
    await page.locator("[data-action=day]").dispatch_event("change")
    assert (await stage.app.until("day"))["actions"][0]["selected_date"] == "2027-03-04"
    await page.locator("[data-action=hour]").fill("09:30")
    assert (await stage.app.until("hour"))["actions"][0]["selected_time"] == "09:30"
    await page.locator("[data-action=tone]").get_by_text("Bug").click()
    assert (await stage.app.until("tone"))["actions"][0]["selected_option"]["value"] == "bug"
    await page.locator("[data-action=tell]").get_by_text("Billing").click()
    await page.locator("[data-action=tell]").get_by_text("How-To").click()
    heard = await stage.app.until("tell", lambda body: len(body["actions"][0]["selected_options"]) == 2)
    assert heard["state"]["values"]["acts"]["tone"]["selected_option"]["value"] == "bug"


async def test_hostile_text_is_only_text(stage: Stage, look: Open) -> None:
    page = await look("mia")
    hostile = "<img src=x onerror=alert(1)> <script>document.title='owned'</script> javascript:alert(1)"
    section: Json = {"type": "section", "text": {"type": "mrkdwn", "text": f"<javascript:alert(1)|here> {hostile}"}}
    await shown(stage, [section, *actions(button("Continue"))], text=hostile)
    await expect(page.get_by_role("button", name="Continue")).to_be_visible()
    assert "owned" not in await page.title()
    assert await page.locator("#messages img:not(.photo):not([alt=''])").count() == 0
