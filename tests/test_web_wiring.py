"""The doors of a whole bot: open where the settings name a port, and what comes in is done by the bot that runs."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.adapters.web.inquiries import KEY
from bot.adapters.web.keys import FILE, read_keys
from bot.adapters.web.link import read_slip
from bot.adapters.web.proxy import HOPS
from bot.adapters.web.signature import secret_of, sign
from bot.domain.brief.hook import Signed
from bot.domain.errors import Broken, StoreFailed, Unfit
from bot.domain.run import RunId
from bot.domain.slip import Slip
from bot.ports.queries import RunFilter
from bot.settings import SAMPLE, Settings
from bot.settings.web import WebUse
from bot.wiring import Bot, Wall, opened
from bot.wiring.link import link_to
from bot.wiring.web import ADDRESS, outside
from tests.commands.line import SAMPLES
from tests.test_wiring import settings_of


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The sample company, with doors on a free port."""
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return settings_of(tmp_path, f"{SAMPLE.read_text('utf-8')}\n[web]\nport = {port}\n")


async def call(bot: Bot, body: bytes) -> tuple[int, str]:
    address = (bot.settings.data / ADDRESS).read_text("ascii").strip()
    secret = secret_of(read_keys(bot.settings.data, {}).shown("support_triage", Signed.STANDARD), Signed.STANDARD)
    signed = sign(Signed.STANDARD, body, secret=secret, id="msg_1", now=Wall().now())
    async with ClientSession() as session:
        headers = {**signed, "Content-Type": "application/json"}
        async with session.post(f"{address}/hooks/support_triage", data=body, headers=headers) as response:
            return response.status, await response.text()


async def test_a_bot_without_a_chat_does_what_comes_in(settings: Settings) -> None:
    body = (SAMPLES / "billing.json").read_bytes()
    async with opened(settings) as bot, bot.running() as runtime:
        started = asyncio.Event()
        bot.store.watch(lambda runs: started.set() if runs else None)
        async with outside(bot):
            assert (await call(bot, body))[0] == 202
            async with asyncio.timeout(20):
                await started.wait()
        await runtime.settle()
        (line,) = await bot.store.queries.runs(RunFilter())
        assert line.requester == "webhook:support_triage"
    assert not (settings.data / ADDRESS).exists()


async def test_whoever_comes_through_a_proxy_of_the_settings_is_named_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    use = settings.file.web.model_copy(update={"proxies": ("127.0.0.0/8",)})
    behind = replace(settings, file=settings.file.model_copy(update={"web": use}))
    async with opened(behind) as bot, outside(bot), ClientSession() as session:
        address = (bot.settings.data / ADDRESS).read_text("ascii").strip()
        async with session.post(f"{address}/hooks/support_triage", headers={HOPS: "203.0.113.9"}) as response:
            assert response.status == 401
    assert [getattr(one, "remote", "") for one in caplog.records if one.levelname == "WARNING"] == ["203.0.113.9"]


async def test_without_a_port_no_door_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(settings_of(tmp_path)) as bot, outside(bot):
        assert not (bot.settings.data / ADDRESS).exists()


async def test_a_place_that_is_taken_is_said(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.file.web.port or 0)):
        async with opened(settings) as bot:
            with pytest.raises(Unfit, match="cannot open its doors on"):
                async with outside(bot):
                    pass


def test_the_key_of_the_doors_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first, again = read_keys(tmp_path, {}), read_keys(tmp_path, {})
    assert first.shown("shop", Signed.BEARER) == again.shown("shop", Signed.BEARER)
    assert first.shown("shop", Signed.BEARER) != first.shown("other", Signed.BEARER)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(StoreFailed, match="is no key of the doors"):
        read_keys(tmp_path, {})


async def test_the_link_of_a_mail_is_read_by_the_doors_of_the_same_bot(settings: Settings) -> None:
    slip = Slip(RunId("run-1"), "choice", "0123abcd", datetime(2026, 3, 3, 9, 30, 0, 123456, tzinfo=UTC))
    with pytest.raises(Broken, match=r"Set `port` and `url` under \[web\]"):
        link_to(settings, slip)
    web = settings.file.web.model_copy(update={"url": "https://bot.example.com"})
    reachable = replace(settings, file=settings.file.model_copy(update={"web": web}))
    async with opened(reachable) as bot:
        link = bot.parts.link_to(slip)
    key = read_keys(reachable.data, {}).derived(KEY)
    assert read_slip(key, link.removeprefix("https://bot.example.com/inquiries/")) == slip


async def test_where_something_is_tried_on_this_machine_the_link_leads_to_its_door(settings: Settings) -> None:
    slip = Slip(RunId("run-1"), "choice", "0123abcd", datetime(2026, 3, 3, 9, 30, tzinfo=UTC))
    alone = replace(settings, file=settings.file.model_copy(update={"web": WebUse()}))
    with pytest.raises(Broken, match="No door is open"):
        link_to(alone, slip)
    alone.data.mkdir(parents=True, exist_ok=True)
    (alone.data / ADDRESS).write_text("http://127.0.0.1:4711\n", encoding="ascii")
    assert link_to(alone, slip).startswith("http://127.0.0.1:4711/inquiries/")
    with pytest.raises(Broken, match="No door is open"):
        link_to(settings, slip)  # whoever opens a port for others says how they come there
