"""A hostile page, open in the same real browser, tries everything a page can: it reads nothing and does nothing."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import async_playwright

from tests.workspace.control.served import Place

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

ATTEMPTS = """
async (target) => {
  const said = JSON.stringify({person: "olga", channel: "general", text: "I give everything away"});
  const results = {};
  const tried = async (name, attempt) => {
    try { results[name] = await attempt(); } catch (error) { results[name] = "refused"; }
  };
  const read = async (path, options) => (await (await fetch(target + path, options)).text()).slice(0, 200);
  const blind = async (path, options) => {
    const response = await fetch(target + path, {...options, mode: "no-cors", credentials: "include"});
    return response.type === "opaque" ? "opaque" : await response.text();
  };
  const loaded = (tag, attribute, path) => new Promise((resolve) => {
    const element = document.createElement(tag);
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    element[attribute] = target + path;
    document.body.append(element);
  });
  const sent = (kind) => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.name = "there" + kind.replace(/\\W/g, "");
    document.body.append(frame);
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: target + "/act/say", enctype: kind, target: frame.name});
    const field = document.createElement("input");
    Object.assign(field, {name: said.slice(0, -1) + ', "x": "', value: '"}'});
    form.append(field);
    document.body.append(form);
    frame.onload = () => resolve("sent");
    form.submit();
  });
  await tried("read the page", () => read("/as/olga/care-leads"));
  await tried("read the state", () => read("/control/state", {method: "POST", body: "{}"}));
  await tried("act with a header", () => read("/act/say", {
    method: "POST", body: said, headers: {"X-Workspace-Page": "x", "Content-Type": "application/json"}}));
  await tried("act blindly", () => blind("/act/say", {method: "POST", body: said}));
  await tried("steer blindly", () => blind("/control/reset", {method: "POST", body: "{}"}));
  await tried("call blindly", () => blind("/api/chat.postMessage?channel=general&text=x"));
  await tried("a photo", () => loaded("img", "src", "/photos/x-48.svg"));
  await tried("a script", () => loaded("script", "src", "/healthz"));
  await tried("a form", () => sent("application/x-www-form-urlencoded"));
  await tried("a form as text", () => sent("text/plain"));
  await tried("a form with files", () => sent("multipart/form-data"));
  await tried("a beacon", () => String(navigator.sendBeacon(target + "/act/say", said)));
  await tried("a stream", () => new Promise((resolve) => {
    const source = new EventSource(target + "/page/live?as=olga&place=general");
    source.onmessage = () => resolve("heard");
    source.onerror = () => resolve("refused");
  }));
  await tried("a socket", () => new Promise((resolve) => {
    const socket = new WebSocket(target.replace("http", "ws") + "/link/?ticket=x");
    socket.onopen = () => resolve("opened");
    socket.onerror = () => resolve("refused");
  }));
  await tried("a frame", () => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.onload = () => {
      try { resolve(frame.contentDocument ? "read" : "nothing to read"); } catch { resolve("nothing to read"); }
    };
    frame.src = target + "/as/olga/general";
    document.body.append(frame);
  }));
  return results;
}
"""
EXPECTED = {
    "read the page": "refused",
    "read the state": "refused",
    "act with a header": "refused",
    "act blindly": "refused",
    "steer blindly": "refused",
    "call blindly": "refused",
    "a photo": "refused",
    "a script": "refused",
    "a form": "sent",
    "a form as text": "sent",
    "a form with files": "sent",
    "a beacon": "true",
    "a stream": "refused",
    "a socket": "refused",
    "a frame": "nothing to read",
}
"""What the page finds out. A form and a beacon are sent, and come to nothing here; a response it may not look into is
as good as none: Cross-Origin-Resource-Policy keeps even that from it."""


@asynccontextmanager
async def hostile_site() -> AsyncGenerator[str]:
    """Another web site: to a browser another port of this machine is one."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Free bicycles</title><body></body>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://localhost:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_a_hostile_page_in_the_same_browser_reads_nothing_and_does_nothing(there: Place) -> None:
    before = await there.driver.state("messages", "people", "channels", "app")
    async with hostile_site() as site, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context()
        ours = await context.new_page()
        await ours.goto(f"{there.address}/as/olga/general")
        theirs = await context.new_page()
        await theirs.goto(site)
        found: dict[str, Any] = await theirs.evaluate(ATTEMPTS, there.address)
        await browser.close()
    assert found == EXPECTED
    after = await there.driver.state("messages", "people", "channels", "app")
    assert {part: after[part] for part in ("messages", "people", "app")} == {
        part: before[part] for part in ("messages", "people", "app")
    }


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_a_link_from_another_site_opens_the_page(there: Place) -> None:
    async with hostile_site() as site, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        await page.goto(site)
        await page.evaluate("(target) => { location.href = target + '/as/mia/support'; }", there.address)
        await page.wait_for_url("**/as/mia/support")
        title = await page.title()
        await browser.close()
    assert "support" in title
