"""Whoever follows `docs/tutorial/in-your-slack.md` comes to an approved action; the local workspace is their Slack."""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage
from bot.commands import COMMANDS
from bot.commands.shell.finding import Sign
from bot.commands.work.doctor_slack import examined
from bot.commands.work.serve_slack import joined_slack
from bot.settings import read_settings
from bot.wiring import BACK_OFFICE
from bot.workspace.control.driver import Driver
from bot.workspace.launch import Connection
from tests.commands.golden import actions, approved
from tests.commands.line import environment
from tests.commands.test_serve_slack import slack
from tests.rules.page import blocks, commands
from tests.rules.source import ROOT

PAGE = (ROOT / "docs" / "tutorial" / "in-your-slack.md").read_text("utf-8")
ME, CALLED = "kenji", "Kenji Watanabe"
"""Somebody of whom the page knows nothing: whoever follows it."""


def typed(having: str) -> str:
    """The block of commands that has this in it, as the shell takes it."""
    (found,) = [block.code for block in blocks(PAGE) if block.language == "console" and having in block.code]
    return "\n".join(line.removeprefix("$ ") for line in found.splitlines())


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """The workflows, after what the page does to them."""
    shutil.copytree(ROOT / "workflows", tmp_path / "workflows", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["bash", "-ec", typed("sed -i")], cwd=tmp_path, check=True, timeout=20)
    return tmp_path / "workflows"


def environment_in(folder: Path, at: Connection) -> dict[str, str]:
    """What is set after the page was followed, with the ids of this workspace."""
    (toml,) = [block.code for block in blocks(PAGE) if block.language == "toml"]
    said = toml.replace("T0123ABCD", at.team).replace("U0123ABCD", at.people[ME])
    account = pwd.getpwuid(os.getuid()).pw_name
    (folder / "countersign.toml").write_text(said.replace('"you"', f'"{account}"'), "utf-8")
    return {
        "COUNTERSIGN_FILE": str(folder / "countersign.toml"),
        "COUNTERSIGN_SLACK_BOT_TOKEN": at.bot_token,
        "COUNTERSIGN_SLACK_APP_TOKEN": at.app_token,
        "SLACK_API_URL": at.api,
    }


def start(words: list[str], env: dict[str, str]) -> None:
    """Type a command in another process, beside the bot."""
    subprocess.run([sys.executable, "-m", "bot", *words], env=env, check=True, timeout=40, stdout=subprocess.DEVNULL)


async def test_whoever_follows_the_page_approves_an_action_in_their_slack(tmp_path: Path, flows: Path) -> None:
    async with slack(tmp_path) as there:
        env, data = environment_in(tmp_path, there.connection), tmp_path / "data"
        settings = read_settings(env, data=str(data), workflows=str(flows))
        assert settings.slack is not None
        findings = await examined(settings, settings.slack)
        assert [one for one in findings if one.sign is not Sign.OK] == []
        shown = [f"{one.sign:<4}  {one.about:<9}  {one.text}".replace(CALLED, "Your Name") for one in findings[1:]]
        assert [line for line in shown if line not in PAGE] == []
        bot = joined_slack(settings, settings.slack, asyncio.Event())
        async with bot, Driver.of(tmp_path / "ready.json") as driver:
            words = ["start", "support_triage", "--input", str(flows / "support_triage" / "samples" / "how-to.json")]
            await asyncio.to_thread(start, words, environment(data, **env, COUNTERSIGN_WORKFLOWS=str(flows)))
            card = await driver.until_message("#support", where=lambda seen: "approve" in actions(seen))
            await approved(driver, card, by=ME)
    assert len(Backstage(data / BACK_OFFICE).effects()) == 1


def test_every_command_of_the_page_is_one() -> None:

    ours = [
        one.text.split()[1] for block in blocks(PAGE) for one in commands(block) if one.text.startswith("countersign")
    ]
    assert set(ours) <= set(COMMANDS)
