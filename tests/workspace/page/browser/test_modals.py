"""Modals: every field is filled in, what is wrong is told under it, the stack goes up and down, nothing is lost."""

import base64
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, expect

from tests.workspace.page.browser.app import actions, button, field, modal
from tests.workspace.page.browser.conftest import Open, Stage


async def run(page: Page, command: str) -> None:
    """Type a command and send it."""
    await page.locator("#main [data-composer]").fill(command)
    await page.locator("#main [data-composer]").press("Enter")


async def opened(page: Page) -> Locator:
    """The form of the app, as `/ops form` opens it."""
    await run(page, "/ops form")
    dialog = page.get_by_role("dialog", name="Form")
    await expect(dialog).to_be_visible()
    return dialog


async def test_every_field_of_a_form_comes_to_the_app_as_it_was_entered(stage: Stage, look: Open) -> None:
    dialog = await opened(page := await look("mia"))
    await dialog.get_by_label("Amount").fill("40.5")
    await dialog.get_by_label("Answer").fill("Hello,\nyes.")
    await dialog.get_by_label("Mail").fill("mia@hubwheel.example")
    await dialog.get_by_label("Link").fill("https://hubwheel.example/faq")
    await choose(dialog, "topic", "Bug")
    await choose(dialog, "people", "Leo", typed="leo")
    await page.keyboard.press("Escape")
    await dialog.get_by_label("Day").fill("2027-03-04")
    await dialog.get_by_label("At", exact=True).fill("2027-03-04T09:30")
    await dialog.locator("[data-block=tone]").get_by_text("How-To").click()
    await dialog.locator("[data-block=tell]").get_by_text("Billing").click()
    await dialog.locator(".rich-field").fill("Be kind")
    note: FilePayload = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"hello"}
    await dialog.locator("input[type=file]").set_input_files([note])
    await expect(dialog.locator("input[type=file]")).not_to_have_attribute("aria-busy", "true")
    await dialog.get_by_role("button", name="Save").click()
    values = (await stage.app.until("submit"))["view"]["state"]["values"]
    await expect(dialog).to_have_count(0)
    said = {block: one["it"] for block, one in values.items()}
    assert said["amount"]["value"] == "40.5"
    assert said["answer"]["value"] == "Hello,\nyes."
    assert said["mail"]["value"] == "mia@hubwheel.example"
    assert said["link"]["value"] == "https://hubwheel.example/faq"
    assert said["topic"]["selected_option"]["value"] == "bug"
    assert len(said["people"]["selected_users"]) == 1
    assert said["day"]["selected_date"] == "2027-03-04"
    assert isinstance(said["at"]["selected_date_time"], int)
    assert said["tone"]["selected_option"]["value"] == "how-to"
    assert [one["value"] for one in said["tell"]["selected_options"]] == ["billing"]
    assert said["notes"]["rich_text_value"]["elements"][0]["elements"][0]["text"] == "Be kind"
    assert [one["name"] for one in said["files"]["files"]] == ["note.txt"]


async def choose(dialog: Locator, block: str, line: str, *, typed: str = "") -> None:
    await dialog.locator(f"[data-block={block}] button").click()
    if typed:
        await dialog.locator(f"[data-block={block}] .select-search").fill(typed)
    await dialog.locator(f"[data-block={block}] .popup li", has_text=line).first.click()


async def test_what_is_missing_is_told_under_its_field_before_the_app_hears_of_it(stage: Stage, look: Open) -> None:
    dialog = await opened(await look("mia"))
    await dialog.get_by_label("Amount").fill("4000")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator("[data-input=amount] .error")).not_to_be_empty()
    await expect(dialog.locator("[data-input=answer] .error")).not_to_be_empty()
    await expect(dialog.get_by_label("Amount")).to_be_focused()
    assert [name for name, _ in stage.app.heard if name == "submit"] == []
    await dialog.get_by_label("Amount").fill("40")
    await expect(dialog.locator("[data-input=amount] .error")).to_be_empty()


async def test_what_the_app_finds_wrong_is_told_under_its_field_and_nothing_typed_is_lost(look: Open) -> None:
    dialog = await opened(await look("mia"))
    await dialog.get_by_label("Amount").fill("7")
    await dialog.get_by_label("Answer").fill("wrong")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator("[data-input=answer] .error")).to_have_text("Say it in a friendlier way.")
    await expect(dialog.get_by_label("Amount")).to_have_value("7")
    await dialog.get_by_label("Answer").fill("kind")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)


async def test_a_stack_of_three_goes_back_one_by_one(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await stage.app.client.chat_postMessage(channel="#support", text="x", blocks=actions(button("Deeper")))
    await page.get_by_role("button", name="Deeper").click()
    first = page.get_by_role("dialog", name="Deeper")
    await first.get_by_role("button", name="Deepest").click()
    await expect(page.locator("dialog[open]")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(1)
    await first.get_by_role("button", name="Close").first.click()
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await expect(page.get_by_role("button", name="Deeper")).to_be_focused()


async def test_submitting_can_lead_on_to_the_next_and_clear_all(look: Open) -> None:
    page = await look("mia")
    dialog = await opened(page)
    await dialog.get_by_label("Amount").fill("7")
    await dialog.get_by_label("Answer").fill("more")
    await dialog.get_by_role("button", name="Save").click()
    await page.get_by_role("dialog", name="Next").get_by_role("button", name="Save").click()
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_the_app_hears_that_a_form_was_closed(stage: Stage, look: Open) -> None:
    dialog = await opened(await look("mia"))
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_have_count(0)
    assert (await stage.app.until("closed"))["view"]["callback_id"] == "form"


async def test_an_update_of_the_form_keeps_what_was_typed(stage: Stage, look: Open) -> None:
    page = await look("mia")
    await run(page, "/ops form")
    dialog = page.get_by_role("dialog", name="Form")
    await dialog.get_by_label("Answer").fill("half a sent")
    view = next(stage.both.running.desk.workspace.views())
    answer: Any = {"type": "plain_text_input", "multiline": True}
    better = modal("Form", field("answer", "Better answer", answer))
    await stage.app.client.views_update(view_id=view.id, view=better)
    await expect(dialog.get_by_label("Better answer")).to_have_value("half a sent")
    await expect(dialog.get_by_label("Better answer")).to_be_focused()


async def test_an_app_that_does_not_take_a_form_is_told_and_the_form_stays(stage: Stage, look: Open) -> None:
    dialog = await opened(await look("mia"))
    await dialog.get_by_label("Amount").fill("7")
    await dialog.get_by_label("Answer").fill("kind")
    await stage.driver.fault("view_submission", trouble="status", status=500, delivery=True)
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator(".modal-error")).to_contain_text("Try again")
    await expect(dialog.get_by_label("Answer")).to_have_value("kind")


async def test_rich_text_keeps_its_marks(stage: Stage, look: Open) -> None:
    page = await look("mia")
    dialog = await opened(page)
    await dialog.get_by_label("Amount").fill("7")
    await dialog.get_by_label("Answer").fill("kind")
    await dialog.locator(".rich-field").click()
    await dialog.get_by_role("button", name="bold").click()
    await page.keyboard.type("loud")
    await dialog.get_by_role("button", name="Save").click()
    values = (await stage.app.until("submit"))["view"]["state"]["values"]
    (piece,) = values["notes"]["it"]["rich_text_value"]["elements"][0]["elements"]
    assert piece == {"type": "text", "text": "loud", "style": {"bold": True}}


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_a_picture_that_was_attached_is_shown(look: Open) -> None:
    page = await look("mia")
    picture: FilePayload = {"name": "map.png", "mimeType": "image/png", "buffer": PIXEL}
    await page.locator("#main .composer input[type=file]").set_input_files([picture])
    await expect(page.locator(".attached .chip")).to_contain_text("map.png")
    await page.locator("#main [data-composer]").fill("Here is the map")
    await page.locator("#main [data-composer]").press("Enter")
    await expect(page.get_by_role("img", name="map.png")).to_be_visible()
    await expect(page.locator(".attached .chip")).to_have_count(0)
