"""Getting around: as somebody else, into homes and channels, by keyboard, on a phone, in the dark, inspected."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from bot.workspace.acts.registry import perform
from bot.workspace.control.driver import Driver
from tests.workspace.page.browser.app import actions, button
from tests.workspace.page.browser.conftest import Open, Stage


async def test_acting_as_somebody_else_keeps_the_place(look: Open) -> None:
    page = await look("mia")
    await page.get_by_role("button", name="You act as Mia Lindqvist").click()
    await page.get_by_role("menuitemradio", name="Leo Marchetti").click()
    await expect(page.get_by_role("button", name="You act as Leo Marchetti")).to_be_visible()
    await expect(page.locator("#head h1")).to_have_text("#support")


async def test_a_guest_is_taken_to_what_they_may_see(look: Open) -> None:
    page = await look("gus", "care-leads")
    await expect(page.locator("#head h1")).not_to_have_text("#care-leads")
    await expect(page.locator("#side-lists")).not_to_contain_text("care-leads")


async def test_the_home_of_an_app_is_published_when_it_is_opened(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await page.locator("#side-lists a", has_text="opsbot").click()
    await expect(page.get_by_role("heading", name="Yours to decide")).to_be_visible()
    await page.get_by_role("button", name="Fresh").click()
    heard = await stage.app.until("fresh")
    assert heard["view"]["type"] == "home"
    await page.get_by_role("link", name="Messages", exact=True).click()
    await expect(page.locator("#messages")).to_be_visible()


async def test_a_global_shortcut_opens_what_the_app_shows(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await page.get_by_role("button", name="Shortcuts").click()
    lines = page.locator(".picker [role=option]")
    if await lines.count() == 0:
        await expect(page.locator(".picker .none")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_a_channel_is_made_left_and_found_again(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await page.get_by_role("button", name="Browse channels, or make one").click()
    await page.get_by_label("Name of a new channel").fill("returns")
    await page.get_by_role("button", name="Create").click()
    await expect(page.locator("#head h1")).to_have_text("#returns")
    assert (await stage.app.until("channel_created"))["channel"]["name"] == "returns"
    await page.get_by_role("button", name="1 person").click()
    await page.get_by_role("button", name="Leave #returns").click()
    await page.get_by_role("button", name="Join #returns").click()
    await expect(page.locator("#main [data-composer]")).to_be_visible()


async def test_a_channel_keeps_what_is_wrong_with_a_name_in_sight(look: Open) -> None:
    page = await look("mia")
    await page.get_by_role("button", name="Browse channels, or make one").click()
    await page.get_by_label("Name of a new channel").fill("general")
    await page.get_by_role("button", name="Create").click()
    await expect(page.locator(".toast.trouble")).to_be_visible()
    await expect(page.get_by_label("Name of a new channel")).to_have_value("general")


async def test_going_somewhere_takes_two_keys_and_a_name(look: Open) -> None:
    page = await look("mia")
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="Go to …").fill("rand")
    await expect(page.locator(".picker [role=option]").first).to_contain_text("random")
    await page.keyboard.press("Enter")
    await expect(page.locator("#head h1")).to_have_text("#random")


async def test_regions_and_messages_are_walked_by_keyboard(look: Open) -> None:
    page = await look("mia")
    await page.locator("#messages").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#messages .message").last).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#messages .message").nth(-2)).to_be_focused()
    await page.keyboard.press("F6")
    await expect(page.locator("#main [data-composer]")).to_be_focused()
    await page.locator("body").press("?")
    await page.locator("#messages").focus()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


async def test_the_inspector_shows_calls_deliveries_and_what_went_wrong(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await page.get_by_role("button", name="Inspector").click()
    await expect(page.locator("#inspector")).to_be_visible()
    await stage.app.client.chat_postMessage(channel="#support", text="hello", blocks=actions(button("Broken")))
    line = page.locator(".wire-line", has_text="chat.postMessage").first
    await line.click()
    await expect(page.locator(".wire-detail")).to_contain_text('"text": "hello"')
    await page.get_by_role("button", name="Broken", exact=True).click()
    await expect(page.locator(".wire-line.bad", has_text="block_actions")).to_be_visible()
    await page.get_by_label("Filter the lines").fill("block_actions")
    await expect(page.locator(".wire-line", has_text="chat.postMessage")).to_have_count(0)
    tokens = stage.both.connection.bot_token
    assert tokens not in await page.content()


async def test_light_and_dark_are_remembered(look: Open) -> None:
    page = await look("mia")
    await page.get_by_role("button", name="Light or dark").click()
    chosen = await page.evaluate("document.documentElement.dataset.theme")
    await page.reload()
    await expect(page.locator(f"html[data-theme={chosen}]")).to_have_count(1)


async def test_a_phone_shows_the_channel_and_hides_the_side_until_asked(look: Open) -> None:
    page = await look("mia", width=360, height=740)
    await expect(page.locator("#side")).not_to_be_in_viewport()
    await page.get_by_role("button", name="Channels", exact=True).click()
    await expect(page.locator("#side")).to_be_in_viewport()
    await page.locator("#side-lists a", has_text="random").click()
    await expect(page.locator("#head h1")).to_have_text("#random")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_older_messages_come_when_they_are_reached(stage: Stage, look: Open) -> None:
    await stage.driver.ask("seed", channel="random", count=300)
    await perform(stage.both.running.desk, "read", {"person": "mia", "channel": "random"})
    page = await look("mia", "random")
    assert await page.locator("#messages .message").count() == 50
    await page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
    await expect(page.locator("#messages .message")).to_have_count(100)
    assert await page.locator("#messages").evaluate("list => list.scrollTop") > 0


async def test_a_page_that_was_away_is_as_it_should_be_when_it_comes_back(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await page.context.set_offline(True)
    await stage.driver.as_("leo").say("support", "said while you were away")
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_text("said while you were away")).to_be_visible()
    stage.wrong.clear()  # the browser itself complains of a network that is not there


async def test_streamed_text_appears_as_it_is_written(stage: Stage, look: Open) -> None:
    page = await look("mia")
    client, driver = stage.app.client, stage.driver
    root = await client.chat_postMessage(channel="#support", text="Work")
    about: Any = {
        "recipient_user_id": await _id(driver, "mia"),
        "recipient_team_id": stage.both.running.desk.workspace.team.id,
    }
    stream = await client.chat_startStream(
        channel=root["channel"], thread_ts=root["ts"], markdown_text="Reading", **about
    )
    await page.locator("#messages .replies").last.click()
    await expect(page.locator("#replies .caret")).to_be_visible()
    await client.chat_appendStream(channel=root["channel"], ts=stream["ts"], markdown_text=" the **ticket**")
    await expect(page.locator("#replies strong", has_text="ticket")).to_be_visible()
    await client.chat_stopStream(channel=root["channel"], ts=stream["ts"])
    await expect(page.locator("#replies .caret")).to_have_count(0)


async def _id(driver: Driver, name: str) -> str:
    return str((await driver.person(name))["id"])


async def test_a_message_of_the_app_elsewhere_is_announced_with_its_fallback(stage: Stage, look: Open) -> None:
    page = await look("mia", "random")
    await stage.app.client.chat_postMessage(
        channel="#support", text="Approve the reply to Ahorn", blocks=actions(button("Go on"))
    )
    await expect(page.locator("#toasts .toast")).to_contain_text("Approve the reply to Ahorn")


async def test_names_of_everything_that_can_be_used_are_there(look: Open) -> None:
    """What a screen reader is told: each control has a name, no id stands twice, each reference leads somewhere."""
    page = await look("mia")
    found = json.loads(await page.evaluate(CHECK))
    assert found == []


CHECK = (Path(__file__).parent / "names.js").read_text()


async def test_a_link_to_a_message_is_followed_within_the_page(stage: Stage, look: Open) -> None:
    workspace = stage.both.running.desk.workspace
    channel = workspace.channel_named("support")
    assert channel is not None
    address = f"{workspace.team.url}archives/{channel.id}/p{channel.times[0].replace('.', '')}"
    await stage.driver.as_("mia").say("general", f"Look at {address}")
    page = await look("mia", "general")
    await page.get_by_role("link", name=address).click()
    await expect(page.locator("#head h1")).to_have_text("#support")
    await expect(page.get_by_role("button", name="You act as Mia Lindqvist")).to_be_visible()
    await expect(page.locator("#messages .message.aimed")).to_be_in_viewport()
    await expect(page.locator("#messages .message.aimed")).to_have_attribute("data-ts", channel.times[0])
