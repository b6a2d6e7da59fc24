"""Writing: messages, commands, completion, threads, reactions, edits; what was typed is never lost."""

import asyncio

from playwright.async_api import Locator, Page, Route, expect

from bot.workspace.acts.registry import perform
from tests.workspace.page.browser.conftest import Open, Stage


def composer(page: Page) -> Locator:
    return page.locator("#main [data-composer]")


async def say(page: Page, text: str) -> Locator:
    """Send a message; it, as it stands in the list."""
    mine = page.locator("#messages .message[data-mine]")
    before = await mine.count()
    await composer(page).fill(text)
    await composer(page).press("Enter")
    await expect(mine).to_have_count(before + 1)
    await expect(composer(page)).to_have_value("")
    return page.locator("#messages .message").last


async def test_a_message_stands_for_both_and_the_other_sees_that_it_is_new(look: Open) -> None:
    mia, leo = await look("mia"), await look("leo", "general")
    await say(mia, "Has anybody *seen* this @leo?")
    await expect(leo.locator("#side-lists a", has_text="support").locator(".count")).to_have_text("1")
    await expect(leo.locator("#toasts .toast")).to_contain_text("Has anybody")
    await leo.locator("#side-lists a", has_text="support").click()
    await expect(leo.locator("#messages .mention.mine")).to_have_text("@Leo Marchetti")
    await expect(leo.locator(".new-line")).to_be_visible()
    await leo.locator("#side-lists a", has_text="general").click()
    await expect(leo.locator("#side-lists a", has_text="support").locator(".count")).to_have_count(0)


async def test_shift_and_enter_begin_a_line_and_a_draft_outlives_a_reload(look: Open) -> None:
    page = await look("mia")
    await composer(page).click()
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.reload()
    await expect(composer(page)).to_have_value("one\ntwo")


async def test_names_channels_and_emoji_complete_themselves(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await composer(page).click()
    for typed in ("@fara", "#gen", ":tad"):
        await page.keyboard.type(typed)
        await expect(page.locator(".completions [role=option]").first).to_be_visible()
        await page.keyboard.press("Tab")
    await expect(composer(page)).to_have_value("@farah #general :tada: ")
    await page.keyboard.press("Enter")
    last = page.locator("#messages .message").last
    await expect(last.locator(".mention").first).to_have_text("@Farah Haddad")
    await expect(last.get_by_role("img", name="tada")).to_be_visible()


async def test_suggestions_that_come_after_the_message_was_sent_are_not_shown(look: Open) -> None:
    page = await look("mia")
    go = asyncio.Event()

    async def later(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route("**/page/find*", later)
    await say(page, "Thanks @leo")
    async with page.expect_response("**/page/find*"):
        go.set()
    await composer(page).press("ArrowUp")
    await expect(page.get_by_label("Edit the message")).to_be_focused()
    await expect(page.locator(".completions [role=option]")).to_have_count(0)


async def test_a_command_is_answered_for_its_sender_alone(stage: Stage, look: Open) -> None:
    mia, leo = await look("mia"), await look("leo")
    await composer(mia).fill("/ops hello")
    await composer(mia).press("Enter")
    whisper = mia.locator(".message.ephemeral")
    await expect(whisper).to_contain_text("You said hello.")
    await expect(whisper).to_contain_text("Only visible to you")
    await expect(leo.locator(".message.ephemeral")).to_have_count(0)
    await whisper.hover()
    await whisper.get_by_role("button", name="Dismiss").click()
    await expect(whisper).to_have_count(0)


async def test_a_command_that_fails_keeps_what_was_typed(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await composer(page).fill("/ops fail")
    await composer(page).press("Enter")
    await expect(page.locator(".toast.trouble, .message.ephemeral").last).to_contain_text("opsbot")
    await expect(composer(page)).to_have_value("/ops fail")


async def test_replies_stand_in_a_thread_and_may_also_stand_in_the_channel(look: Open) -> None:
    mia, leo = await look("mia"), await look("leo")
    first = await say(mia, "Who takes T-1003?")
    await first.hover()
    await first.get_by_role("button", name="Reply in a thread").click()
    reply = mia.locator("#thread [data-composer]")
    await reply.fill("I do")
    await reply.press("Enter")
    await expect(mia.locator("#replies .message")).to_have_count(2)
    await expect(leo.locator("#messages .replies").last).to_contain_text("1 reply")
    await leo.locator("#messages .replies").last.click()
    await leo.locator("#thread [data-composer]").fill("Thanks")
    await leo.locator("#thread [name=broadcast]").check()
    await leo.locator("#thread [data-composer]").press("Enter")
    await expect(mia.locator("#replies .message")).to_have_count(3)
    await expect(mia.locator("#messages .message").last).to_contain_text("replied to a thread")
    await mia.keyboard.press("Escape")
    await expect(mia.locator("#thread")).to_be_hidden()


async def test_a_message_is_edited_with_the_arrow_key_and_deleted_after_asking(look: Open) -> None:
    mia, leo = await look("mia"), await look("leo")
    said = await say(mia, "Thnaks @leo")
    await composer(mia).press("ArrowUp")
    field = mia.get_by_label("Edit the message")
    await expect(field).to_have_value("Thnaks @leo")
    await field.fill("Thanks @leo")
    await field.press("Enter")
    await expect(leo.locator("#messages .message").last).to_contain_text("Thanks @Leo Marchetti (edited)")
    await said.hover()
    await said.get_by_role("button", name="Delete").click()
    await mia.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(leo.locator("#messages").get_by_text("Thanks @Leo")).to_have_count(0)


async def test_reactions_are_added_counted_and_taken_back(stage: Stage, look: Open) -> None:
    mia, leo = await look("mia"), await look("leo")
    said = await say(mia, "Done")
    await said.hover()
    await said.get_by_role("button", name="Add a reaction").click()
    await mia.get_by_role("combobox", name="Find an emoji").fill("tada")
    await mia.locator(".picker [role=option]").first.click()
    theirs = leo.locator("#messages .message").last.locator(".reaction")
    await expect(theirs).to_contain_text("1")
    await theirs.click()
    await expect(mia.locator("#messages .message").last.locator(".reaction")).to_contain_text("2")
    assert (await stage.app.until("reaction_added"))["reaction"] == "tada"
    await theirs.click()
    await expect(mia.locator("#messages .message").last.locator(".reaction")).to_contain_text("1")


async def test_a_pin_and_a_message_shortcut_are_a_click_away(stage: Stage, look: Open) -> None:
    page = await look("mia")
    said = await say(page, "Keep this")
    await said.hover()
    await said.get_by_role("button", name="Pin or unpin").click()
    await expect(said.locator(".note.pin")).to_contain_text("Mia Lindqvist")


async def test_a_channel_that_is_archived_meanwhile_says_so(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await composer(page).fill("too late")
    await perform(stage.both.running.desk, "archive", {"person": "olga", "channel": "support"})
    await expect(page.locator(".no-composer")).to_contain_text("archived")
