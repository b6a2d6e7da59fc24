"""One browser, one workspace and one bot beside it, as `countersign run` joins them, for all stories."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.adapters.systems.sandbox import Backstage
from bot.commands.work.run import running
from bot.settings import Settings, read_settings
from bot.wiring import BACK_OFFICE
from bot.workspace.control.driver import Driver
from bot.workspace.launch import Launch, launched
from tests.adapters.slack.hear.house import OWN, TICKET
from tests.workspace.page.browser.conftest import CHROMIUM, FLAGS

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them need a browser, and share one loop."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.xdist_group("browser with a bot"))


@dataclass(repr=False)
class Office:
    """What a story plays in: windows of several people, each opened once."""

    address: str
    driver: Driver
    settings: Settings
    browser: Browser
    windows: dict[str, Page] = field(default_factory=dict[str, Page])
    wrong: list[str] = field(default_factory=list[str])
    runs: int = 0

    async def as_(self, person: str, place: str = "support") -> Page:
        """Somebody's window."""
        key = f"{person} {place}"
        if key not in self.windows:
            page = await self.browser.new_page(viewport={"width": 1280, "height": 820})
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: self.wrong.append(str(error)))
            await page.goto(f"{self.address}/as/{person}/{place}")
            await page.wait_for_selector("html[data-ready]")
            self.windows[key] = page
        return self.windows[key]

    async def card(self, *, by: str = "sam", workflow: str = "tag_ticket") -> str:
        """Have something asked for; the words by which its card is known."""
        self.runs += 1
        tag = f"tag{self.runs}x"
        fields = {**TICKET, "language": tag, "subject": f"Number {self.runs}"}
        typed = " ".join(f'{name}="{value}"' for name, value in fields.items())
        await self.driver.as_(by).command("#support", f"/ops start {workflow} {typed}")
        return tag

    def changes(self) -> int:
        """How many changes were made in the help desk."""
        return len(Backstage(self.settings.data / BACK_OFFICE).effects())


def seen(page: Page, tag: str) -> Locator:
    """The card of something, as a window shows it."""
    return page.locator("#messages .message:not(.ephemeral)", has_text=tag).last


def whisper(page: Page) -> Locator:
    """What somebody alone was told last."""
    return page.locator("#messages .message.ephemeral").last


def form(page: Page) -> Locator:
    return page.locator("dialog[open]").last


async def typed(page: Page, text: str) -> None:
    """Type into the field below the channel, and send it."""
    await page.locator("#main [data-composer]").fill(text)
    await page.locator("#main [data-composer]").press("Enter")


async def waits(page: Page, tag: str) -> None:
    await expect(seen(page, tag)).to_contain_text("Waits for one approval")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def building(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Office]:
    folder = tmp_path_factory.mktemp("office")
    flows = folder / "flows"
    shutil.copytree(OWN, flows, ignore=shutil.ignore_patterns("__pycache__"))
    settings = read_settings({}, data=str(folder / "data"), workflows=str(flows), account="")
    launch = Launch(port=0, data=None, ids_seed=1)
    async with AsyncExitStack() as stack:
        both = await stack.enter_async_context(launched(launch, lambda connection: running(settings, connection)))
        driver = Driver(both.running.address, both.running.tokens.control)
        await stack.enter_async_context(driver)
        yield Office(both.running.address, driver, settings, chromium)
        assert both.running.bugs == []


@pytest_asyncio.fixture(loop_scope="session")
async def office(building: Office) -> AsyncGenerator[Office]:
    """Nothing is wrong at the end of a story, and no form is left open."""
    building.wrong.clear()
    yield building
    assert building.wrong == []
    for page in building.windows.values():
        while await page.locator("dialog[open]").count():
            await page.keyboard.press("Escape")
