"""`countersign run`: the workspace and the bot in it."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage
from bot.settings import SAMPLE, Listed
from bot.wiring import BACK_OFFICE
from bot.workspace.company.reading import read_company
from tests.commands.golden import actions, approved, asked_for, both
from tests.commands.line import ROOT, WORKFLOWS, Line, environment


@pytest.mark.parametrize("by_socket", [False, True], ids=["http", "socket"])
async def test_somebody_starts_a_workflow_and_mia_approves_with_the_rights_of_the_manifest(
    tmp_path: Path, by_socket: bool
) -> None:
    async with both(tmp_path, socket=by_socket) as (_, driver):
        card = await asked_for(driver)
        await approved(driver, card)
        await driver.settle()
        refused = [line for line in await driver.log() if "missing_scope" in str(line)]
        assert refused == []
    assert len(Backstage(tmp_path / "data" / BACK_OFFICE).effects()) == 1


async def test_the_command_of_the_readme_starts_a_ticket(tmp_path: Path) -> None:
    (said,) = re.findall(r"`(/ops start .*)`", (ROOT / "README.md").read_text("utf-8"))
    async with both(tmp_path) as (_, driver):
        await driver.as_("sam").command("#support", said)
        card = await driver.until_message("#support", where=lambda seen: "approve" in actions(seen))
        await approved(driver, card)


async def test_a_command_that_a_brief_names_starts_its_workflow(tmp_path: Path) -> None:
    flows = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, flows, ignore=shutil.ignore_patterns("__pycache__"))
    brief = flows / "support_triage" / "brief.toml"
    brief.write_text(brief.read_text("utf-8").replace("[triggers]", '[triggers]\ncommands = ["/ticket"]'), "utf-8")
    async with both(tmp_path, workflows=flows) as (there, driver):
        (app,) = there.running.desk.workspace.apps.values()
        assert [*(app.commands or ())] == ["/ops", "/ticket"]
        await driver.as_("sam").command("#support", "/ticket")
        await driver.as_("sam").until_form(having="Support triage")


def test_a_command_that_slack_does_not_take_is_refused(line: Line, tmp_path: Path) -> None:
    flows = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, flows, ignore=shutil.ignore_patterns("__pycache__"))
    brief = flows / "support_triage" / "brief.toml"
    brief.write_text(brief.read_text("utf-8").replace("[triggers]", '[triggers]\ncommands = ["Ticket"]'), "utf-8")
    answer = line("manifest", "--workflows", str(flows))
    assert answer.status == 1
    assert "names the command “Ticket”, which Slack does not take. Write a slash and small letters" in answer.err


@pytest.mark.parametrize("url", ["bot.example.com", "http://bot.example.com", "https://", "https://a b"])
def test_an_address_that_slack_does_not_reach_is_refused(line: Line, url: str) -> None:
    answer = line("manifest", "--url", url)
    assert answer.status == 2
    assert "is no address that Slack reaches. Write it like https://bot.example.com" in answer.err


def test_the_sample_company_is_the_same_on_both_sides() -> None:
    ours = tomllib.loads(SAMPLE.read_text("utf-8"))["people"]
    theirs = read_company(None).people
    assert list(ours) == list(theirs)
    for key, one in theirs.items():
        listed = Listed.model_validate(ours[key])
        assert listed.handle == f"@{key}"
        assert (listed.name, listed.time_zone, listed.away) == (one.name, one.time_zone, one.away)
        assert (listed.guest, listed.active) == ("guest" in one.kind, not one.deactivated)
        assert listed.foreign is bool(one.partner)


def typed(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot", "run", *words]
    env = environment(folder / "data")
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=folder, text=True, encoding="utf-8"
    )


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_it_says_what_to_do_first_and_ends_at_a_signal(one: signal.Signals, tmp_path: Path) -> None:
    with typed(tmp_path, "--port", "0") as process:
        assert process.stdout is not None
        greeting = [process.stdout.readline() for _ in range(6)]
        process.send_signal(one)
        rest, errors = process.communicate(timeout=40)
    assert greeting[0].startswith("The workspace is open: http://127.0.0.1:")
    assert greeting[1].startswith("Open it. In #support a ticket waits for an answer: act as Mia, ")
    assert re.match(r"Records change in the back office: http://127\.0\.0\.1:[0-9]+/office$", greeting[2])
    assert re.match(r"What is not Slack comes in at http://127\.0\.0\.1:[0-9]+: see countersign hook ", greeting[3])
    assert greeting[4] == f"The bot's own remarks: {tmp_path / 'data' / 'countersign.log'}\n"
    assert (tmp_path / "data" / "countersign.log").is_file()
    assert (greeting[5], rest, errors) == ("Ctrl-C stops it.\n", "Stopping.\n", "")
    assert process.returncode == 0


def test_a_port_that_is_taken_is_said_in_a_sentence(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = line("run", "--port", str(taken.getsockname()[1]))
    assert answer.status == 2
    assert "cannot listen on 127.0.0.1:" in answer.err
    assert "something else does already. Choose another port with --port" in answer.err


def test_no_port_is_refused(line: Line) -> None:
    assert line("run", "--port", "99999").err == (
        "99999 is no port. Choose one from 1024 to 65535, or 0 for any that is free.\n"
    )


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(line: Line, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    answer = line("run", "--port", "0", "--data", str(tmp_path / "taken" / "data"))
    assert answer.status == 2
    assert answer.err.endswith("cannot be made: Not a directory. Name another one with --data.\n")


def test_settings_that_are_broken_are_said_with_their_line(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text("[people")
    answer = line("run", "--port", "0")
    assert answer.status == 1
    assert answer.err.startswith("countersign.toml:1: ")
    assert "Traceback" not in answer.err
