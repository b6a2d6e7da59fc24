"""The ten likeliest mistakes: each ends in a sentence that helps, and in nothing else."""

import asyncio

from playwright.async_api import Locator, Page, Route, expect

from tests.scenarios.slack.browser.conftest import Office, form, seen, typed, waits, whisper


async def press(page: Page, tag: str, name: str) -> None:
    await seen(page, tag).get_by_role("button", name=name).click()


async def opened(page: Page, tag: str, name: str) -> Locator:
    """The form that a button opens."""
    await press(page, tag, name)
    await expect(form(page)).to_be_visible()
    return form(page)


async def test_clicking_twice_approves_once(office: Office) -> None:
    page, before = await office.as_("mia"), office.changes()
    tag = await office.card()
    await seen(page, tag).get_by_role("button", name="Approve Tag").dblclick()
    await expect(seen(page, tag)).to_contain_text("Approved by @Mia Lindqvist")
    await expect(seen(page, tag).get_by_role("button", name="Undo")).to_be_visible()
    assert office.changes() == before + 1


async def test_of_two_who_click_at_once_the_second_reads_who_was_faster(office: Office) -> None:
    mia, leo, before = await office.as_("mia"), await office.as_("leo"), office.changes()
    tag = await office.card()
    await waits(mia, tag)
    await waits(leo, tag)
    both = asyncio.Barrier(2)  # neither click leaves before the other was made: else its card may change under it

    async def together(route: Route) -> None:
        await both.wait()
        await route.continue_()

    for page in (mia, leo):
        await page.route("**/act/click", together)
    await asyncio.gather(press(mia, tag, "Approve Tag"), press(leo, tag, "Approve Tag"))
    await expect(seen(mia, tag)).to_contain_text("Approved by @")
    first = "Mia" if "Approved by @Mia" in (await seen(mia, tag).text_content() or "") else "Leo"
    second, said = (leo if first == "Mia" else mia), f"This is approved already, by {first}"
    whispered = second.locator("#messages .message.ephemeral", has_text=said)
    # Where the card has changed before the click is there, the page says so, and the card who it was.
    too_late = second.get_by_role("alert").filter(has_text="what it stood in has changed")
    await expect(whispered.or_(too_late).first).to_be_visible()
    await expect(seen(second, tag)).to_contain_text(f"Approved by @{first}")
    await asyncio.gather(mia.unroute("**/act/click"), leo.unroute("**/act/click"))
    assert office.changes() == before + 1


async def test_an_empty_form_says_what_is_missing_at_its_field(office: Office) -> None:
    page = await office.as_("mia")
    tag = await office.card()
    dialog = await opened(page, tag, "Reject")
    await dialog.get_by_role("button", name="Reject").click()
    await expect(dialog.locator(".error:not(:empty)").first).to_be_visible()
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await waits(page, tag)


async def test_a_wrong_amount_is_said_at_its_field_and_what_was_typed_stays(office: Office) -> None:
    page = await office.as_("sam", "dm-opsbot")
    await office.card(workflow="plan_visit")
    await page.get_by_role("button", name="Answer").last.click()
    dialog = form(page)
    await dialog.get_by_label("Day").fill("2026-03-02")
    await dialog.locator("[data-block='field:part'] button").click()
    await dialog.locator("[data-block='field:part'] .popup li", has_text="orning").first.click()
    await dialog.get_by_label("Hours").fill("12")
    await dialog.locator("button[type=submit]").click()
    await expect(dialog.locator(".error:not(:empty)").first).to_contain_text("8")
    await expect(dialog.get_by_label("Hours")).to_have_value("12")
    await expect(dialog.get_by_label("Day")).to_have_value("2026-03-02")


async def test_a_form_that_was_closed_has_decided_nothing_and_opens_again_as_it_was(office: Office) -> None:
    page = await office.as_("mia")
    tag = await office.card()
    dialog = await opened(page, tag, "Edit")
    await dialog.get_by_label("Tag").fill("something")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await waits(page, tag)
    again = await opened(page, tag, "Edit")
    await expect(again.get_by_label("Tag")).to_have_value(tag)


async def test_who_approves_what_they_asked_for_reads_that_somebody_else_has_to(office: Office) -> None:
    page = await office.as_("mia")
    tag = await office.card(by="mia")
    await press(page, tag, "Approve Tag")
    await expect(whisper(page)).to_contain_text("You asked for this yourself, so somebody else has to approve it.")
    await waits(page, tag)


async def test_half_a_command_is_completed_and_opens_what_it_opens(office: Office) -> None:
    page = await office.as_("mia")
    await typed(page, "/op")
    await expect(page.get_by_role("dialog", name="Start a workflow")).to_contain_text("What do you want to start?")
    await expect(page.locator("#main [data-composer]")).to_have_value("")


async def test_a_misspelled_word_after_ops_is_answered_with_what_was_meant(office: Office) -> None:
    page = await office.as_("mia")
    await typed(page, "/ops strat")
    await expect(whisper(page)).to_contain_text("/ops strat is nothing I know. Did you mean start?")


async def test_a_form_on_an_old_version_says_who_was_faster_and_gives_back_what_was_typed(office: Office) -> None:
    page = await office.as_("mia")
    tag = await office.card()
    mine = await opened(page, tag, "Edit")
    await mine.get_by_label("Tag").fill("invoices")
    leo = await office.as_("leo")
    theirs = await opened(leo, tag, "Edit")
    await theirs.get_by_label("Tag").fill(f"{tag}two")
    await theirs.locator("button[type=submit]").click()
    await expect(seen(leo, tag)).to_contain_text("version 2")
    await mine.locator("button[type=submit]").click()
    late = page.get_by_role("dialog", name="Somebody was faster")
    await expect(late).to_contain_text("Leo Marchetti")
    await expect(late).to_contain_text("invoices")


async def test_a_reply_in_the_thread_decides_nothing(office: Office) -> None:
    page = await office.as_("leo")
    tag = await office.card()
    await waits(page, tag)
    await office.driver.settle()
    card = await office.driver.until_message("#support", having=tag)
    await office.driver.as_("leo").say("#support", "Looks good, approve it!", thread=card)
    await expect(seen(page, tag)).to_contain_text("1 reply")
    await waits(page, tag)
    await expect(seen(page, tag).get_by_role("button", name="Approve Tag")).to_be_visible()
