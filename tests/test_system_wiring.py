"""Which systems a bot is connected to, and whose credentials it reads for that."""

import os
from pathlib import Path

import pytest

from bot.domain.errors import Broken
from bot.settings import Settings, read_settings
from bot.wiring import opened
from tests.audit.house import ROOT

HEAD = '[people.sam]\nname = "Sam"\nhandle = "@sam"\ngroups = ["staff"]\naccount = "sam"\n'
MAIL = '[systems.mail]\nuse = "smtp"\nhost = "smtp.example.com"\nfrom = "desk@example.com"\nuser = "desk"\n'


def settings_of(folder: Path, text: str, **env: str) -> Settings:
    file = folder / "countersign.toml"
    file.write_text(HEAD + text)
    told = {f"COUNTERSIGN_{name}": value for name, value in env.items()} | {"COUNTERSIGN_FILE": str(file)}
    return read_settings(told, data=str(folder / "data"), workflows=str(ROOT / "workflows"), account="sam")


async def why_closed(settings: Settings, system: str) -> str:
    async with opened(settings) as bot:
        with pytest.raises(Broken) as closed:
            bot.systems.of(system)
        return closed.value.message


async def test_the_credential_of_a_system_that_no_brief_uses_is_never_read(tmp_path: Path) -> None:
    """Whoever opened this pipe would wait for ever."""
    pipe = tmp_path / "credential"
    os.mkfifo(pipe)
    settings = settings_of(
        tmp_path, MAIL.replace("mail", "unused") + "[systems.helpdesk]\n", SYSTEM_UNUSED_FILE=str(pipe)
    )
    assert "no brief used it when the bot started" in await why_closed(settings, "unused")
