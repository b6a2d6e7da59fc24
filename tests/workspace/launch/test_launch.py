"""A workspace and an app beside it start together, say where they are, and end together."""

import asyncio
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.commands import dispatch
from bot.workspace.beside import bolt
from bot.workspace.control.driver import Driver
from bot.workspace.launch import Connection, Launch, Launched, greeting, launched, ready, run
from bot.workspace.refusal import CannotStart
from tests.rules.grid import marked, names, page
from tests.workspace.control.ops import ops

KEYS = {
    "page", "api", "bot", "events", "signing_secret", "bot_token", "app_token", "control_token", "team", "channels",
    "people",
}  # fmt: skip


def test_the_reference_lists_what_the_ready_file_says() -> None:
    assert set(names(marked(page("reference/local-workspace.md"), "launch.ready"))) == KEYS


def at(folder: Path, **more: Any) -> Launch:
    return replace(Launch(port=0, data=folder / "data", ready_file=folder / "ready.json"), **more)


def said_ready(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "ready.json").read_text("utf-8"))
    return said


async def fetched(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status


# --- both together -----------------------------------------------------------------------------------------------


async def test_the_ready_file_says_all_that_a_script_needs(tmp_path: Path) -> None:
    async with launched(at(tmp_path), bolt(ops)) as both:
        said = said_ready(tmp_path)
        assert set(said) == KEYS
        assert said["api"] == said["page"] + "api/"
        assert said["events"] == said["bot"] + "/slack/events"
        assert said["channels"]["support"][0] == "C"
        assert said["people"]["mia"][0] == "U"
        assert "opsbot" not in said["people"]
        assert said == ready(both.running, both.connection)
        assert await fetched(said["page"] + "healthz") == 200
        assert await fetched(said["events"]) == 405, "the app answers: Bolt takes POST only"
    assert not (tmp_path / "ready.json").exists(), "nobody is told to come any more"


async def test_the_page_links_to_the_other_pages_of_the_app_and_to_none_unless_told(tmp_path: Path) -> None:
    for neighbours in ({}, {"Back <office>": "http://127.0.0.1:8080/office?a&b", "Odd": "javascript:alert(1)"}):
        async with launched(at(tmp_path, data=None, neighbours=neighbours)) as both, aiohttp.ClientSession() as session:
            page = await (await session.get(both.connection.page)).text()
        links = re.findall(r'<a class="tool named neighbour" href="([^"]*)"[^>]*>(.*?)<span', page)
        told = [("http://127.0.0.1:8080/office?a&amp;b", "Back &lt;office&gt;"), ("#", "Odd")]
        assert links == (told if neighbours else [])


async def test_the_ready_file_is_for_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "ready.json").write_text("old")
    (tmp_path / "ready.json").chmod(0o644)
    async with launched(at(tmp_path)):
        assert stat.S_IMODE((tmp_path / "ready.json").stat().st_mode) == 0o600
        assert sorted(os.listdir(tmp_path)) == ["data", "ready.json"]


async def test_the_ready_file_is_not_there_before_the_app_answers(tmp_path: Path) -> None:
    entered = asyncio.Event()
    go = asyncio.Event()

    @asynccontextmanager
    async def slow(connection: Connection) -> AsyncGenerator[None]:
        entered.set()
        await go.wait()
        yield

    async def start() -> None:
        async with launched(at(tmp_path), slow):
            assert said_ready(tmp_path)

    starting = asyncio.create_task(start())
    await entered.wait()
    assert not (tmp_path / "ready.json").exists()
    go.set()
    await starting


@pytest.mark.parametrize("by_socket", [False, True], ids=["http", "socket"])
async def test_an_app_of_bolt_is_played_with_by_a_script_that_knows_the_ready_file_only(
    tmp_path: Path, by_socket: bool
) -> None:
    async with launched(at(tmp_path, socket=by_socket), bolt(ops)) as both:
        async with Driver.of(tmp_path / "ready.json") as driver:
            await driver.as_("mia").command("#support", "/ops restart")
            card = await driver.until_message("#support", having="restart")
            await driver.as_("mia").click(card, "Approve")
            await driver.until_message("#support", having="Approved by")
        assert both.running.bugs == []
        assert (both.connection.bot == "") is by_socket
        assert (said_ready(tmp_path)["events"] == "") is by_socket


async def test_the_app_has_the_next_port(tmp_path: Path) -> None:
    port = two_free_ports()
    async with launched(at(tmp_path, port=port), bolt(ops)):
        said = said_ready(tmp_path)
    assert said["page"] == f"http://127.0.0.1:{port}/"
    assert said["bot"] == f"http://127.0.0.1:{port + 1}"


def two_free_ports() -> int:
    """A port that is free, as is the next one; taken by nobody in the moment until it is used, one hopes."""
    for _ in range(50):
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    pytest.skip("no two ports in a row are free on this machine")


async def test_a_restart_goes_on_where_it_stopped_and_a_fresh_one_does_not(tmp_path: Path) -> None:
    async with launched(at(tmp_path)) as both:
        async with Driver.of(tmp_path / "ready.json") as driver:
            await driver.as_("mia").say("#random", "Remember this.")
        before = said_ready(tmp_path)
    async with launched(at(tmp_path)) as both, Driver.of(tmp_path / "ready.json") as driver:
        after = said_ready(tmp_path)
        assert both.running.begun.restored
        await driver.until_message("#random", having="Remember this.")
    kept = ("bot_token", "app_token", "signing_secret", "team", "channels", "people")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["control_token"] != before["control_token"]
    async with launched(at(tmp_path, fresh=True)) as both:
        assert not both.running.begun.restored
        assert said_ready(tmp_path)["bot_token"] != before["bot_token"]


async def test_an_app_that_runs_elsewhere_is_reached_where_it_is(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/slack/events"
    async with launched(at(tmp_path, app=url)):
        said = said_ready(tmp_path)
    assert (said["bot"], said["events"]) == ("http://127.0.0.1:9", url)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="what listens is read from /proc, which is not here")
async def test_no_other_port_is_opened(tmp_path: Path) -> None:
    def listening() -> set[str]:
        lines = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()
        inodes = {line.split()[9]: line.split()[1] for line in lines[1:] if line.split()[3:4] == ["0A"]}
        ours = {os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists()}
        return {where for inode, where in inodes.items() if f"socket:[{inode}]" in ours}

    before = await asyncio.to_thread(listening)
    async with launched(at(tmp_path), bolt(ops)):
        opened = await asyncio.to_thread(listening) - before
    assert len(opened) == 2
    assert {where.partition(":")[0] for where in opened} == {"0100007F"}, "127.0.0.1 and nothing else"


async def test_what_is_worth_knowing_is_told_with_the_link(tmp_path: Path) -> None:
    company = tmp_path / "company.toml"
    company.write_text(
        '[team]\nname = "A"\ndomain = "a"\n[people.mia]\nname = "M"\n[channels.ops]\npeople = ["everyone"]\n'
    )
    async with launched(at(tmp_path)) as both:
        assert greeting(both).splitlines() == [f"The workspace is open: {both.connection.page}", "Ctrl-C stops it."]
    async with launched(at(tmp_path, company=company)) as both:
        assert "goes on as it was kept, with the company it began with; --fresh begins anew." in greeting(both)
    async with launched(at(tmp_path, host="0.0.0.0")) as both:
        assert "can read everything here and act as anybody" in greeting(both)


# --- what keeps it from starting ---------------------------------------------------------------------------------


async def refusal(options: Launch, *, beside: bool = False) -> str:
    async def start() -> Launched:
        async with launched(options, bolt(ops) if beside else None) as both:
            return both

    with pytest.raises(CannotStart) as refused:
        await start()
    return str(refused.value)


async def test_a_port_that_is_taken_is_named_with_another_to_choose(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await refusal(at(tmp_path, port=port))
        assert said.startswith(f"The workspace cannot listen on 127.0.0.1:{port}: something else does already.")
        assert f"--port {port + 10}" in said
        said = await refusal(at(tmp_path, port=port - 1), beside=True)
        assert said.startswith(f"The app beside the workspace cannot listen on 127.0.0.1:{port}: something else")


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 65_535), ("::::", 0)])
async def test_where_nobody_can_listen_is_told(tmp_path: Path, host: str, port: int) -> None:
    assert "cannot listen on" in await refusal(at(tmp_path, host=host, port=port), beside=True)


@pytest.mark.parametrize(
    "url", ["", "3001", "ftp://127.0.0.1/x", "http://", "http://a b/", "http://[", "http://x:99999/", "javascript:x"]
)
async def test_an_address_that_is_none_is_told(tmp_path: Path, url: str) -> None:
    assert "is no address of an app. Write it like --app http" in await refusal(at(tmp_path, app=url))


async def test_a_ready_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    said = await refusal(at(tmp_path, ready_file=tmp_path / "no" / "ready.json"))
    assert said.endswith("No such file or directory. Name another one with --ready-file.")
    (tmp_path / "folder").mkdir()
    assert "cannot be written" in await refusal(at(tmp_path, ready_file=tmp_path / "folder"))
    assert sorted(os.listdir(tmp_path)) == ["data", "folder"], "nothing half-written stays"


async def test_a_company_or_manifest_that_is_no_good_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("a = [")
    assert "is not TOML" in await refusal(at(tmp_path, company=broken))
    broken.write_text("a: [")
    assert "is not YAML" in await refusal(at(tmp_path, manifest=broken))


async def test_an_app_that_does_not_start_ends_all_and_is_not_hidden(tmp_path: Path) -> None:
    @asynccontextmanager
    async def broken(connection: Connection) -> AsyncGenerator[None]:
        if connection.api:
            raise RuntimeError("no such database")
        yield

    with pytest.raises(RuntimeError, match="no such database"):
        async with launched(at(tmp_path), broken):
            pass
    assert not (tmp_path / "ready.json").exists()
    async with launched(at(tmp_path)) as both:
        assert both.running.begun.restored, "the file is whole and free"


# --- as a program ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Program:
    """`countersign workspace`, typed."""

    process: asyncio.subprocess.Process
    folder: Path

    async def first_line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode()

    async def end(self) -> tuple[int | None, str, str]:
        out, err = await self.process.communicate()
        return self.process.returncode, out.decode(), err.decode()


def _environment(folder: Path) -> Mapping[str, str]:
    return os.environ | {"COUNTERSIGN_DATA": str(folder / "data"), "PYTHONWARNINGS": "error"}


async def typed(folder: Path, *words: str) -> Program:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "workspace", *words,
        cwd=Path(__file__).parents[3], env=_environment(folder), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    return Program(process, folder)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_one_link_and_stops_when_it_is_told_to(tmp_path: Path, told: signal.Signals) -> None:
    program = await typed(tmp_path, "--port", "0", "--ready-file", str(tmp_path / "ready.json"))
    line = await program.first_line()
    assert line.startswith("The workspace is open: http://127.0.0.1:")
    page = said_ready(tmp_path)["page"]
    assert line.split()[-1] == page
    async with Driver.of(tmp_path / "ready.json") as driver:
        await driver.as_("mia").say("#random", "Kept, however it ends.")
    program.process.send_signal(told)
    assert await program.end() == (0, "Ctrl-C stops it.\nStopping.\n", "")
    assert os.listdir(tmp_path) == ["data"]
    assert b"Kept, however it ends." in (tmp_path / "data" / "workspace.db").read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--port", "70000"], "70000 is no port."),
        (["--limits", "some"], "--limits some is no limit."),
        (["--limits", "nan"], "--limits nan is no limit."),
        (["--limits=-1"], "--limits -1 is no limit."),
        (["--socket", "--app", "http://127.0.0.1:1"], "say two things"),
        (["--company", "/nowhere.toml"], "/nowhere.toml cannot be read: No such file or directory."),
        (["--app", "pigeon"], "“pigeon” is no address of an app."),
    ],
)
def test_what_is_typed_wrongly_is_one_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], sentence: str
) -> None:
    assert dispatch(["workspace", "--port", "0", "--data", str(tmp_path / "data"), *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1


async def test_it_runs_until_it_is_told_in_this_process_too(tmp_path: Path) -> None:
    lines: list[str] = []

    def say(text: str) -> None:
        lines.append(text)
        if "is open" in text:
            os.kill(os.getpid(), signal.SIGTERM)

    await run(at(tmp_path), say, bolt(ops))
    assert [line.splitlines()[0].partition(":")[0] for line in lines] == ["The workspace is open", "Stopping."]
