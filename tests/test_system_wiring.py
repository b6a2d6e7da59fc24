"""Which systems a bot is connected to, and whose credentials it reads for that."""

import asyncio
import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.directory.listed import Listed
from bot.adapters.slack.system.system import SlackChat
from bot.adapters.slack.system.system import bindings_of as of_slack
from bot.adapters.systems.rest.bound import Bound
from bot.adapters.terminal.messenger import Terminal
from bot.application.accept import accept
from bot.application.change import Change
from bot.commands.shell.finding import Sign
from bot.commands.work.check import check_all
from bot.commands.work.doctor_systems import systems_of
from bot.domain.binding import Retry
from bot.domain.errors import Broken, Misdeclared
from bot.domain.person import Door
from bot.ports.version import VersionKind
from bot.settings import SAMPLE, Settings, read_settings
from bot.settings.systems import McpUse, SmtpUse
from bot.wiring import opened, shelf_of
from bot.wiring.mcp import mcp_of
from bot.wiring.smtp import smtp_of
from bot.wiring.systems import bindings_of
from tests.adapters.systems.smtp.postoffice import Noon
from tests.audit.house import ROOT
from tests.gathered import TRIAGE_ALONE

HEAD = SAMPLE.read_text("utf-8").partition("[systems")[0]
MAIL = '[systems.mail]\nuse = "smtp"\nhost = "smtp.example.com"\nfrom = "desk@example.com"\nuser = "desk"\n'


def settings_of(folder: Path, text: str, **env: str) -> Settings:
    file = folder / "countersign.toml"
    file.write_text(HEAD + text)
    told = {f"COUNTERSIGN_{name}": value for name, value in env.items()} | {"COUNTERSIGN_FILE": str(file)}
    return read_settings(told, data=str(folder / "data"), workflows=str(TRIAGE_ALONE), account="sam")


async def why_closed(settings: Settings, system: str) -> str:
    async with opened(settings) as bot:
        with pytest.raises(Broken) as closed:
            bot.systems.of(system)
        return closed.value.message


async def test_the_credential_of_a_system_that_no_brief_uses_is_never_read(tmp_path: Path) -> None:
    """Whoever opened this pipe would wait for ever."""
    pipe = tmp_path / "credential"
    os.mkfifo(pipe)
    unused = '[systems.unused]\nuse = "mcp"\ncommand = "crm-mcp"\n[systems.helpdesk]\n'
    settings = settings_of(tmp_path, unused, SYSTEM_UNUSED_FILE=str(pipe))
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


def application(folder: Path) -> str:
    """The help desk, entered with a token that is asked for."""
    desk = (ROOT / "tests" / "adapters" / "systems" / "rest" / "desk.toml").read_text("utf-8")
    head, section, rest = desk.partition("\n[")
    own = folder / "desk.toml"
    own.write_text(f'{head}\n[auth]\nby = "token"\ntoken_url = "http://127.0.0.1:1/token"\n{section}{rest}', "utf-8")
    return f'[systems.helpdesk]\nuse = "rest"\ndescription = "{own}"\nurl = "http://127.0.0.1:1"\nprivate = true\n'


@pytest.mark.parametrize("credential", ["hunter2-0123456789", "client-id:", ":hunter2-0123456789"])
async def test_what_is_no_credential_of_an_application_closes_its_system_alone(tmp_path: Path, credential: str) -> None:
    said = await why_closed(settings_of(tmp_path, application(tmp_path), SYSTEM_HELPDESK=credential), "helpdesk")
    assert said == (
        "helpdesk is not connected. COUNTERSIGN_SYSTEM_HELPDESK is not the credential of an application."
        " Set it as CLIENT_ID:SECRET, with a colon between the two, and start the bot again."
    )


async def test_the_secret_of_an_application_is_redacted_without_its_id_too(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, application(tmp_path), SYSTEM_HELPDESK="client-id:hunter2-0123456789")
    async with opened(settings) as bot:
        assert bot.systems.of("helpdesk").name == "helpdesk"
        assert "hunter2" not in bot.parts.redactor.clean("It said hunter2-0123456789.") + repr(bot)


async def test_a_bot_that_runs_goes_by_what_another_process_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, helpdesk(), SYSTEM_HELPDESK="hunter2-0123456789")
    async with opened(settings) as bot, opened(settings) as other, bot.running():
        gone_by, mine = asyncio.Queue[Bound](), bot.systems.of("helpdesk")
        monkeypatch.setattr(mine, "go_by", gone_by.put_nowait)
        text = other.descriptions.text("helpdesk").replace('P2 = "pro"', 'P2 = "pro", P3 = "pro"')
        jonas = other.parts.directory.named("@jonas")
        assert jonas is not None
        wish = Change(VersionKind.SYSTEM, "helpdesk", text, jonas, Door.TERMINAL, "P3 is new.")
        added = await accept(other.parts, other.descriptions, wish)
        bound = await asyncio.wait_for(gone_by.get(), 10)
        assert bound.description.reads["account_of"].fields["plan"].values["P3"] == "pro"
        assert bot.descriptions.version("helpdesk") == added


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


# --- mail -------------------------------------------------------------------------------------------------------------

DESK = "[systems.helpdesk]\n"


def test_mail_is_bound_as_its_section_says(tmp_path: Path) -> None:
    bound = bindings_of(settings_of(tmp_path, MAIL + "per_day = { SendMail = 3 }\n"))
    assert {kind: (one.retry, one.per_day) for kind, one in bound.items()} == {"mail.SendMail": (Retry.BLIND, 3)}


MAIL_SLIPS = [
    (MAIL.replace("[systems.mail]", "[systems.post]"), "by SMTP nothing but mail is sent. Write [systems.mail]."),
    (MAIL + "per_day = { SendMial = 3 }\n", "limits SendMial, which is not sent by SMTP. Did you mean SendMail?"),
    (MAIL.replace("desk@example.com", "désk@example.com"), "is no address that mail can be sent from"),
    (MAIL + 'reply_to = "a@b@example.com"\n', "is no address"),
]


@pytest.mark.parametrize(("text", "said"), MAIL_SLIPS)
def test_a_section_of_mail_that_cannot_be_meant_is_refused_at_the_start(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Misdeclared) as refused:
        bindings_of(settings_of(tmp_path, text))
    assert said in refused.value.message


def test_mail_is_opened_as_its_section_says(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, MAIL + 'reply_to = "answers@example.com"\nsecurity = "tls"\n')
    use = settings.use_of("mail")
    assert isinstance(use, SmtpUse)
    system = smtp_of(use, "hunter2-0123456789", Noon())
    assert list(system.bindings) == ["mail.SendMail"]
    server = vars(system)["_server"]
    assert (server.host, server.door, server.user) == ("smtp.example.com", 465, "desk")
    assert server.says_hello_as == "example.com"
    assert "hunter2" not in repr(server) + repr(system)


# --- tools ------------------------------------------------------------------------------------------------------------

TRACKER = """
[systems.tasks]
use = "mcp"
command = "tracker-mcp"
per_day = { OpenIssue = 3 }
[systems.tasks.tools.OpenIssue]
tool = "open_issue"
arguments = { project = "project", title = "title", text = "body" }
key = "dedup"
remembers = "24h"
[systems.tasks.tools]
CloseIssue = { tool = "close_issue", surely_not = ["no such issue"] }
"""


def test_tools_are_bound_as_their_section_says(tmp_path: Path) -> None:
    bound = bindings_of(settings_of(tmp_path, TRACKER))
    assert {kind: (one.retry, one.per_day, one.supervised) for kind, one in bound.items()} == {
        "tasks.OpenIssue": (Retry.IDEMPOTENT, 3, False),
        "tasks.CloseIssue": (Retry.BLIND, None, True),
    }


TOOL_SLIPS = [
    (TRACKER.replace("{ OpenIssue = 3 }", "{ OpenIsue = 3 }"), "limits OpenIsue, which no tool carries out. Did you"),
    (TRACKER.replace("CloseIssue =", "CloseIsue ="), "`systems.tasks.tools.CloseIsue` is neither an intent nor"),
    (TRACKER.replace('remembers = "24h"\n', ""), "names a key alone"),
    (TRACKER.replace('tool = "open_issue"\n', ""), "`systems.tasks.tools.OpenIssue.tool` is missing"),
    (TRACKER.replace("dedup", 'dedup"\nretries = "3'), "`systems.tasks.tools.OpenIssue.retries` is not known here"),
]


@pytest.mark.parametrize(("text", "said"), TOOL_SLIPS)
def test_a_section_of_tools_that_cannot_be_meant_is_refused_at_the_start(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Misdeclared) as refused:
        bindings_of(settings_of(tmp_path, text))
    assert said in refused.value.message


def use_of_tools(folder: Path, text: str) -> McpUse:
    use = settings_of(folder, text).use_of("tasks")
    assert isinstance(use, McpUse)
    return use


async def test_a_server_of_tools_is_not_started_before_it_is_called(tmp_path: Path) -> None:
    system = mcp_of("tasks", use_of_tools(tmp_path, TRACKER), "")
    assert sorted(system.bindings) == ["tasks.CloseIssue", "tasks.OpenIssue"]
    await system.close()


DESK_TOOLS = """
[systems.helpdesk]
use = "mcp"
command = "desk-mcp"
tools = { SendReply = { tool = "send_reply" } }
"""


async def test_a_credential_is_handed_over_only_under_a_name_that_the_settings_say(tmp_path: Path) -> None:
    told = "hunter2-0123456789"
    closed = await why_closed(settings_of(tmp_path, DESK_TOOLS, SYSTEM_HELPDESK=told), "helpdesk")
    assert closed.startswith("helpdesk is not connected. There is a credential, and [systems.helpdesk] does not say")
    async with opened(settings_of(tmp_path, DESK_TOOLS + 'credential_as = "TOKEN"\n', SYSTEM_HELPDESK=told)) as bot:
        assert bot.systems.of("helpdesk").lookups == frozenset()
        assert "hunter2" not in repr(bot)


async def test_what_speaks_the_protocol_is_asked_for_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        assert name == "mcp"

    monkeypatch.setattr("bot.adapters.systems.mcp.line.find_spec", absent)
    settings = settings_of(tmp_path, DESK_TOOLS)
    closed = await why_closed(settings, "helpdesk")
    assert "is not installed here. Run pip install 'countersign[mcp]', and start the bot again." in closed
    assert (Sign.MEND, closed) in said(settings)


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
    assert list(bindings_of(settings)) == ["mail.SendMail"]
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
