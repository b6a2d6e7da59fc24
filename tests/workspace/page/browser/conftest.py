"""One browser and one workspace with an app beside it for all stories; a window of its own for each."""

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.workspace.beside import bolt
from bot.workspace.control.driver import Driver
from bot.workspace.launch import Launch, Launched, launched
from tests.workspace.page.browser.app import Small

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them need a browser, and share one loop."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Stage:
    """What a story plays on."""

    both: Launched
    driver: Driver
    app: Small
    browser: Browser
    wrong: list[str] = field(default_factory=list[str])
    """What a console complained of; a story fails on any."""

    def address(self, person: str, place: str) -> str:
        return f"{self.both.running.address}/as/{person}/{place}"


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncGenerator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def theatre(browser: Browser) -> AsyncGenerator[Stage]:
    app = Small()
    async with AsyncExitStack() as stack:
        both = await stack.enter_async_context(launched(Launch(port=0, data=None, ids_seed=1), bolt(app.made)))
        driver = Driver(both.running.address, both.running.tokens.control)
        await stack.enter_async_context(driver)
        yield Stage(both, driver, app, browser)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(theatre: Stage) -> AsyncGenerator[Stage]:
    """The workspace as at the beginning, and nothing wrong at the end."""
    await theatre.driver.reset()
    theatre.app.heard.clear()
    theatre.app.slow.clear()
    theatre.wrong.clear()
    yield theatre
    theatre.app.slow.set()
    assert theatre.wrong == []
    assert theatre.both.running.bugs == []


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def look(stage: Stage) -> AsyncGenerator[Open]:
    """Opens the page as somebody: `await look("mia", "support")`."""
    contexts: list[BrowserContext] = []

    async def opened(person: str, place: str = "support", *, width: int = 1280, height: int = 820) -> Page:
        context = await stage.browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: stage.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: stage.wrong.append(str(error)))
        await page.goto(stage.address(person, place))
        await page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        await context.close()
