"""How the bot is let into Slack: secrets from the environment or from files, each slip said with its mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.settings import Settings, read_settings
from bot.settings.slack import Slack
from bot.wiring import redactor_of

BOT, APP = "xoxb-1-2-abcdefghijklmnop", "xapp-1-A1-2-abcdefghijklmnop"
KEY, OLD = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
PERSON = '[people.sam]\nname = "Sam"\nhandle = "@sam"\n'

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads settings with a `[slack]` like this, and variables without their prefix."""

    def read(section: str = "", **env: str) -> Settings:
        file = tmp_path / "countersign.toml"
        file.write_text(f"{PERSON}[slack]\n{section}\n", "utf-8")
        told = {name if name == "SLACK_API_URL" else f"COUNTERSIGN_{name}": value for name, value in env.items()}
        return read_settings({"COUNTERSIGN_FILE": str(file), **told}, account="sam")

    return read


def slack(settings: Settings) -> Slack:
    assert settings.slack is not None
    return settings.slack


def test_without_any_token_it_is_not_in_slack(read: Read) -> None:
    assert read("port = 8080").slack is None


def test_a_socket_needs_no_port(read: Read) -> None:
    found = slack(read(SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP))
    assert (found.port, found.host, found.api) == (None, "127.0.0.1", "https://slack.com/api/")
    assert found.signing_secrets == ()


def test_over_http_two_secrets_are_good_while_one_replaces_the_other(read: Read) -> None:
    env = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": KEY, "SLACK_SIGNING_SECRET_OLD": OLD}
    found = slack(read('host = "0.0.0.0"\nteams = ["T2"]\nenterprises = ["E1"]', **env))
    assert [secret.get_secret_value() for secret in found.signing_secrets] == [KEY, OLD]
    assert (found.port, found.host, found.teams, found.enterprises) == (3000, "0.0.0.0", ("T2",), ("E1",))


def test_a_secret_may_lie_in_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{BOT}\n", "ascii")
    (tmp_path / "app").write_text(f"{APP}\n", "ascii")
    found = slack(read(SLACK_BOT_TOKEN_FILE=str(tmp_path / "token"), SLACK_APP_TOKEN_FILE=str(tmp_path / "app")))
    assert found.bot_token.get_secret_value() == BOT


def test_no_secret_is_shown_or_stored(read: Read) -> None:
    settings = read(SLACK_BOT_TOKEN=BOT, SLACK_SIGNING_SECRET=KEY, SLACK_SIGNING_SECRET_OLD=OLD, SLACK_APP_TOKEN=APP)
    assert not [secret for secret in (BOT, APP, KEY, OLD) if secret in repr(settings)]
    said = redactor_of(settings).clean(f"{KEY} and {OLD} and {APP} and {BOT}")
    assert not [secret for secret in (BOT, APP, KEY, OLD) if secret in str(said)]


@pytest.mark.parametrize("url", ["http://127.0.0.1:3000/api", "https://slack.example/api/"])
def test_another_address_goes_before_that_of_the_file(read: Read, url: str) -> None:
    env = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": url}
    assert slack(read('api = "https://elsewhere.example/"', **env)).api == url.rstrip("/") + "/"


WRONG_SECRETS = {
    "no way in": (
        {"SLACK_BOT_TOKEN": BOT},
        "no way to hear Slack. Set COUNTERSIGN_SLACK_APP_TOKEN for Socket Mode",
    ),
    "no token": ({"SLACK_APP_TOKEN": APP}, "but no bot token. Set COUNTERSIGN_SLACK_BOT_TOKEN, or take"),
    "exchanged": ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": APP}, "It begins with xoxb-: look at the app's pages"),
    "a token": ({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": APP}, "is a token, not a signing secret"),
    "cut": ({"SLACK_BOT_TOKEN": "xoxb-1 2", "SLACK_APP_TOKEN": APP}, "Copy it once more, whole and without spaces."),
    "twice": ({"SLACK_BOT_TOKEN": BOT, "SLACK_BOT_TOKEN_FILE": "x"}, "are both set. Take one of them away."),
    "no file": ({"SLACK_BOT_TOKEN_FILE": "/nowhere/at/all"}, "/nowhere/at/all: This file cannot be read: No such file"),
    "no address": ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": "slack"}, "which is no address"),
    "in the open": (
        {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": "http://slack.example/"},
        "sends a token where everybody can read it",
    ),
    "a slip": ({"SLACK_BOT_TOKN": BOT}, "Did you mean COUNTERSIGN_SLACK_BOT_TOKEN?"),
}


@pytest.mark.parametrize("case", WRONG_SECRETS)
def test_a_wrong_secret_is_refused_with_its_mend_and_never_quoted(read: Read, case: str) -> None:
    env, says = WRONG_SECRETS[case]
    with pytest.raises(Misdeclared) as caught:
        read(**env)
    assert says in caught.value.message
    assert not [secret for secret in (BOT, APP, KEY, OLD) if secret in caught.value.message]


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ('host = "everywhere"', "is “everywhere”, which is no address of a machine"),
        ("port = 0", "port"),
        ("port = 70000", "port"),
        ('teams = ["acme"]', "which is no id of Slack's. It looks like T0123ABCD."),
        ('bot_token = "xoxb-1"', "bot_token"),
        ('api = "http://slack.com/api/"', "sends a token where everybody can read it"),
    ],
)
def test_a_wrong_value_of_the_file_is_refused_with_its_line(read: Read, section: str, says: str) -> None:
    with pytest.raises(Misdeclared) as caught:
        read(section)
    assert says in caught.value.message
    assert "countersign.toml:5: " in caught.value.message
