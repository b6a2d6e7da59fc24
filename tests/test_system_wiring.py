"""Which systems a bot is connected to, and whose credentials it reads for that."""

import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.directory.listed import Listed
from bot.adapters.slack.system.system import SlackChat
from bot.adapters.slack.system.system import bindings_of as of_slack
from bot.adapters.terminal.messenger import Terminal
from bot.commands.shell.finding import Sign
from bot.commands.work.check import check_all
from bot.commands.work.doctor_systems import systems_of
from bot.domain.errors import Broken, Misdeclared
from bot.settings import SAMPLE, Settings, read_settings
from bot.wiring import opened, shelf_of
from bot.wiring.systems import bindings_of
from tests.audit.house import ROOT

HEAD = SAMPLE.read_text("utf-8").partition("[systems")[0]
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
    assert "no workflow that loads used it when the bot started" in await why_closed(settings, "unused")


def helpdesk(url: str = "http://127.0.0.1:1", more: str = "private = true\n") -> str:
    desk = ROOT / "tests" / "adapters" / "systems" / "rest" / "desk.toml"
    return f'[systems.helpdesk]\nuse = "rest"\ndescription = "{desk}"\nurl = "{url}"\n{more}'


async def test_a_system_without_its_credential_is_not_connected_and_the_bot_starts(tmp_path: Path) -> None:
    said = await why_closed(settings_of(tmp_path, helpdesk()), "helpdesk")
    assert said.startswith("helpdesk is not connected: its credential is missing. Set COUNTERSIGN_SYSTEM_HELPDESK,")


async def test_a_credential_that_cannot_be_read_closes_its_system_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, helpdesk(), SYSTEM_HELPDESK_FILE=str(tmp_path / "nowhere"))
    assert "This file cannot be read" in await why_closed(settings, "helpdesk")


async def test_a_system_with_its_credential_is_connected_and_what_it_says_of_it_is_redacted(tmp_path: Path) -> None:
    async with opened(settings_of(tmp_path, helpdesk(), SYSTEM_HELPDESK="hunter2-0123456789")) as bot:
        system = bot.systems.of("helpdesk")
        assert system.name == "helpdesk"
        assert not system.bindings["helpdesk.AddTag"].sandbox
        assert not bot.all_sandbox()
        assert "hunter2" not in bot.parts.redactor.clean("It said hunter2-0123456789.") + repr(bot)


def test_what_is_played_and_what_is_real_are_bound_side_by_side(tmp_path: Path) -> None:
    bindings = bindings_of(settings_of(tmp_path, helpdesk()))
    assert not any(binding.sandbox for binding in bindings.values())
    assert all(binding.sandbox for binding in bindings_of(settings_of(tmp_path, "")).values())


@pytest.mark.parametrize(
    ("url", "more", "said"),
    [
        ("https://desk.example.com", 'hosts = ["api.example.com"]\n', "is not among its `hosts`"),
        ("http://127.0.0.1:1", "", "private = true"),
    ],
)
def test_an_address_that_is_not_allowed_is_refused_at_the_start(tmp_path: Path, url: str, more: str, said: str) -> None:
    with pytest.raises(Misdeclared, match=said):
        bindings_of(settings_of(tmp_path, helpdesk(url, more)))


# --- what doctor and check say ----------------------------------------------------------------------------------------


def said(settings: Settings) -> list[tuple[Sign, str]]:
    return [(one.sign, one.text) for one in systems_of(settings, shelf_of(settings))]


def test_doctor_says_of_each_system_how_it_stands(tmp_path: Path) -> None:
    assert said(settings_of(tmp_path, "")) == [
        (Sign.OK, "helpdesk is played by the embedded sandbox: nothing real is changed.")
    ]
    real, unused = said(settings_of(tmp_path, helpdesk() + MAIL, SYSTEM_HELPDESK="hunter2-0123456789"))
    assert real == (Sign.OK, "helpdesk is connected (rest); nobody was asked whether it answers.")
    assert unused[0] is Sign.NOTE
    missing, _ = said(settings_of(tmp_path, helpdesk() + MAIL))
    assert missing[0] is Sign.MEND
    assert "Set COUNTERSIGN_SYSTEM_HELPDESK" in missing[1]


async def test_check_names_each_workflow_whose_system_is_closed(tmp_path: Path) -> None:
    for env, codes in (({}, ["not-connected"]), ({"SYSTEM_HELPDESK": "hunter2-0123456789"}, list[str]())):
        settings = settings_of(tmp_path, helpdesk(), **env)
        lines = await check_all(settings, shelf_of(settings), ["support_triage"], date(2026, 3, 3))
        assert [line.code for line in lines if line.code == "not-connected"] == codes


async def test_what_is_not_named_beside_something_real_is_not_bound(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, MAIL)
    assert dict(bindings_of(settings)) == {}
    lines = await check_all(settings, shelf_of(settings), ["support_triage"], date(2026, 3, 3))
    assert any("is bound to no system here" in line.sentence for line in lines)


# --- the chat --------------------------------------------------------------------------------------------------------


class Somewhere:
    """A chat that says what it was asked to be."""

    def __init__(self, people: Listed) -> None:
        self.people = people

    def messenger(self, store: object, clock: object) -> Terminal:
        del store, clock
        return Terminal(lambda text: None)

    def system(self, clock: object, *, sandbox: bool) -> SlackChat:
        del clock
        there = SlackChat.__new__(SlackChat)
        there.bindings = of_slack(sandbox=sandbox)
        return there


@pytest.mark.parametrize(
    ("said", "stands_in", "posts"),
    [('[systems.chat]\nuse = "slack"\n', False, "Slack"), ("", True, "a stand-in"), ("", False, "nowhere")],
)
async def test_workflows_post_in_slack_only_where_the_settings_say_so(
    tmp_path: Path, said: str, stands_in: bool, posts: str
) -> None:
    settings = settings_of(tmp_path, said)
    chat = Somewhere(Listed(settings.people()))
    async with opened(settings, chat=chat, stands_in=stands_in) as bot:
        if posts == "nowhere":
            with suppress(Broken):
                assert not isinstance(bot.systems.of("chat"), SlackChat)
            return
        there = bot.systems.of("chat")
        assert isinstance(there, SlackChat)
        assert {one.sandbox for one in there.bindings.values()} == {posts == "a stand-in"}


def test_only_the_chat_can_be_slack(tmp_path: Path) -> None:
    with pytest.raises(Misdeclared, match="only the chat is there"):
        settings_of(tmp_path, '[systems.crm]\nuse = "slack"\n')
