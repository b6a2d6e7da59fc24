"""An app is what its Slack manifest says: YAML or JSON, read strictly where it matters."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.workspace.clock import Clock
from bot.workspace.company.manifest import with_manifest
from bot.workspace.company.reading import read_company
from bot.workspace.company.settling import settle
from bot.workspace.ids import Ids
from bot.workspace.refusal import CannotStart
from tests.workspace.whole import faults_in

MANIFEST = """
_metadata: {major_version: 2}
display_information:
  name: Deploy Bot
  description: Deploys what was approved
  background_color: "#A1B2C3"
features:
  bot_user: {display_name: Deploy Bot, always_online: true}
  app_home: {home_tab_enabled: true, messages_tab_enabled: false}
  slash_commands:
    - {command: /deploy, url: "https://deploy.example", description: Deploy, usage_hint: "[where]", should_escape: true}
  shortcuts:
    - {name: Deploy this, type: message, callback_id: deploy_this, description: Deploys}
oauth_config:
  scopes:
    bot: [chat:write, commands]
settings:
  event_subscriptions: {request_url: "https://deploy.example/slack", bot_events: [app_mention]}
  interactivity: {is_enabled: true, request_url: "https://deploy.example/slack"}
  org_deploy_enabled: false
  socket_mode_enabled: true
"""


def installed(folder: Path, text: str, name: str = "manifest.yml") -> Any:
    file = folder / name
    file.write_text(text, "utf-8")
    return with_manifest(read_company(None), file)


def refused(folder: Path, text: str, name: str = "manifest.yml") -> str:
    with pytest.raises(CannotStart) as error:
        installed(folder, text, name)
    return str(error.value).replace(str(folder), "")


def test_what_a_manifest_says_is_what_the_app_is(tmp_path: Path) -> None:
    app = installed(tmp_path, MANIFEST).app
    assert (app.name, app.description, app.colour) == ("deploybot", "Deploys what was approved", "a1b2c3")
    assert (app.scopes, app.events) == (["chat:write", "commands"], ["app_mention"])
    assert [(one.name, one.usage_hint, one.should_escape) for one in app.commands] == [("/deploy", "[where]", True)]
    assert [(one.callback_id, one.place) for one in app.shortcuts] == [("deploy_this", "message")]
    assert (app.home, app.messages, app.socket) == (True, False, True)


def test_no_address_of_a_manifest_is_ever_called(tmp_path: Path) -> None:
    assert "deploy.example" not in installed(tmp_path, MANIFEST).app.model_dump_json()


def test_json_says_the_same(tmp_path: Path) -> None:
    text = json.dumps(yaml.safe_load(MANIFEST), indent="\t")
    assert installed(tmp_path, text, "manifest.json") == installed(tmp_path, MANIFEST)


def test_the_app_stands_where_the_company_has_its_own(tmp_path: Path) -> None:
    workspace = settle(installed(tmp_path, MANIFEST), Clock(stands_at=1.8e9), Ids(1), "http://127.0.0.1:3000")
    (app,) = workspace.apps.values()
    support = workspace.channel_named("support")
    assert support is not None
    assert app.user in support.people
    assert workspace.people[app.user].name == "deploybot"
    assert faults_in(workspace) == []


def test_a_manifest_that_says_nothing_allows_nothing(tmp_path: Path) -> None:
    app = installed(tmp_path, "display_information: {name: Bare}").app
    assert (app.scopes, app.events, app.commands, app.shortcuts, app.home) == ([], [], [], [], False)


@pytest.mark.parametrize(
    ("name", "handle"), [("Ops Bot", "opsbot"), ("--Ö! 7", "7"), ("日本", "app"), ("A" * 30, "a" * 21)]
)
def test_a_handle_is_made_of_any_name(tmp_path: Path, name: str, handle: str) -> None:
    assert installed(tmp_path, json.dumps({"display_information": {"name": name}})).app.name == handle


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "/manifest.yml must be a table."),
        ("[1, 2]", "/manifest.yml must be a table."),
        ("a: [", "line 1: this is not YAML:"),
        ("a: 1\nb: {", "/manifest.yml, line 2: this is not YAML:"),
        ('{"a": ', "line 1: this is not JSON: Expecting value. Mend that line."),
        ("a: !!python/object/apply:os.system ['true']", "this is not YAML: could not determine a constructor"),
        ("\x00", "is neither YAML nor JSON"),
        ("[" * 500, "is neither YAML nor JSON"),
        ("features: {}", "lacks “display_information”. Add it."),
        ("display_information: {name: 7}", "“display_information.name” must be text, in quotes."),
        ("display_information: {name: ''}", "“display_information.name” is empty."),
        ("display_information: {name: x, background_color: red}", "“display_information.background_color” is not"),
        (
            "display_information: {name: x}\nfeatures: {slash_commands: [{command: deploy}]}",
            "“features.slash_commands.0.command” is not written as it has to be",
        ),
        (
            "display_information: {name: x}\nfeatures: {shortcuts: [{name: x, callback_id: y, type: sideways}]}",
            "“features.shortcuts.0.type” must be 'global' or 'message'",
        ),
        ("display_information: {name: x}\nsettings: {socket_mode_enabled: 1}", "must be true or false"),
        ("display_information: {name: mia}", "the name of the bot is “mia”, as is one of the people"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refused(tmp_path, text)


def test_a_manifest_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="cannot be read"):
        with_manifest(read_company(None), tmp_path / "none.yml")


def test_a_text_that_grows_when_it_is_read_does_no_harm(tmp_path: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 25))
    text = f"l0: &l0 [x]\n{levels}\ndisplay_information: {{name: Bare}}\n"
    assert installed(tmp_path, text).app.name == "bare"
