"""One lead, from the form that a stranger fills in to the answer they get; and the back office, where it is seen."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.adapters.systems.sandbox import Backstage
from bot.adapters.web.forms import KEY
from bot.adapters.web.keys import read_keys
from bot.adapters.web.link import Link, write_link
from bot.adapters.web.serving import address_of
from bot.commands.work.manifest import manifest_of
from bot.commands.work.run import OFFICE, running
from bot.settings import Settings, read_settings
from bot.wiring import BACK_OFFICE, shelf_of
from bot.wiring.web import office_at, opened_door
from bot.workspace.launch import Launch, launched
from tests.commands.line import SHIPPED

LEAD = "nadia@atelier-sonnenrad.example"
FILLED_IN = {
    "Name": "Nadia Brandt",
    "E-mail address": LEAD,
    "Company": "Atelier Sonnenrad",
    "Message": "Hello,\nwe run two bicycle shops and want to start with rental this month. What do we need?\nNadia",
}


@dataclass(repr=False)
class Company:
    """Everything that `countersign run` starts, and a browser in front of it."""

    workspace: str
    doors: str
    settings: Settings
    browser: Browser
    wrong: list[str] = field(default_factory=list[str])

    async def page(self, address: str, *, javascript: bool = True) -> Page:
        context = await self.browser.new_context(
            java_script_enabled=javascript, viewport={"width": 1180, "height": 900}, reduced_motion="reduce"
        )
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        await page.goto(address)
        return page

    @property
    def form(self) -> str:
        until = datetime.now(UTC) + timedelta(days=1)
        key = read_keys(self.settings.data, {}).derived(KEY)
        return f"{self.doors}/forms/lead_intake?k={write_link(key, Link('lead_intake', until, {}))}"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def company(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Company]:
    folder = tmp_path_factory.mktemp("company")
    settings = read_settings({}, data=str(folder), workflows=str(SHIPPED), account="")
    async with AsyncExitStack() as stack:
        web = stack.enter_context(opened_door(settings))
        doors = address_of(web)
        text, beside = manifest_of(shelf_of(settings)), {OFFICE: office_at(settings, doors)}
        launch = Launch(port=0, data=None, ids_seed=1, manifest_text=text, neighbours=beside)
        there = launched(launch, lambda connection: running(settings, connection, web=web))
        both = await stack.enter_async_context(there)
        company = Company(both.running.address, doors, settings, chromium)
        yield company
        assert company.wrong == []
        assert both.running.bugs == []


async def test_a_lead_goes_from_the_form_to_an_approved_answer_and_the_back_office_shows_it(company: Company) -> None:
    mia = await company.page(f"{company.workspace}/as/mia/sales")
    link = mia.get_by_role("link", name=OFFICE)
    office = await company.page(str(await link.get_attribute("href")))
    await expect(office.get_by_text("Nothing has changed yet.")).to_be_visible()
    crm = await company.page(f"{company.doors}/office/crm")
    leads = crm.get_by_role("heading", name="Leads")
    before = int((await leads.locator("small").text_content()) or "0")

    form = await company.page(company.form, javascript=False)
    for label, text in FILLED_IN.items():
        await form.get_by_label(label, exact=False).first.fill(text)
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_role("heading")).to_have_text("Thank you: it has arrived")

    card = mia.locator("#messages .message:not(.ephemeral)", has_text=LEAD).last
    await expect(card).to_contain_text("Atelier Sonnenrad")
    assert Backstage(company.settings.data / BACK_OFFICE).effects() == ()
    await card.get_by_role("button", name="Approve").first.click()
    confirm = mia.locator("dialog[open]")
    await expect(card.or_(confirm).first).to_be_visible()
    if await confirm.count():
        await confirm.locator("button[type=submit], button.primary").first.click()
    await expect(card).to_contain_text("Approved by @Mia Lindqvist")

    await expect(leads.locator("small")).to_have_text(str(before + 1))
    new = crm.locator("tr.new")
    await expect(new).to_have_count(1)
    await expect(new).to_contain_text(LEAD)
    await expect(office.locator(".changes li.new")).to_have_count(2)
    await expect(office.locator(".changes")).to_contain_text("Lead intake, run")
    await expect(office.locator("#said")).to_contain_text(LEAD)
    await expect(office.locator(".desks li.new")).to_have_count(1)
    await expect(office.locator("#state")).to_have_text("Kept up to date")

    await new.get_by_role("link").click()
    await expect(crm.get_by_role("heading", level=1)).to_have_text("Nadia Brandt")
    await expect(crm.locator(".history li")).to_have_count(2)
    await expect(crm.locator(".parts")).to_contain_text("Hubwheel")


async def test_without_a_script_a_reload_shows_the_same(company: Company) -> None:
    page = await company.page(f"{company.doors}/office/crm?q=brambleside", javascript=False)
    await expect(page.get_by_role("searchbox")).to_have_value("brambleside")
    await expect(page.get_by_role("row")).not_to_have_count(0)
    await expect(page.locator("#state")).to_have_text("Reload to see what changed.")
