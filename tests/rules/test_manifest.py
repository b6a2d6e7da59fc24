"""The app's manifest asks for what the code uses, and for nothing else."""

import ast
from pathlib import Path

import pytest
import yaml

from bot.adapters.slack.hear.heard import EVENTS, Event, Shortcut
from bot.adapters.slack.manifest import _BECAUSE, OPS, Slash, manifest, scopes
from bot.adapters.slack.post.method import METHODS
from bot.commands.work.manifest import manifest_of
from bot.settings import read_settings
from bot.wiring import shelf_of
from bot.workspace.api.methods import METHODS as OF_WORKSPACE
from bot.workspace.company.manifest import with_manifest
from bot.workspace.company.reading import read_company
from tests.rules.source import ROOT, name, python_files, tree

FILE = ROOT / "manifest.yml"
ADAPTER = python_files("bot/adapters/slack")


def called() -> set[str]:
    """Every method of Slack's that the adapter calls by name."""
    return {
        str(node.args[0].value)
        for path in ADAPTER
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("call", "pages")
        if node.args and isinstance(node.args[0], ast.Constant)
    }


def test_the_file_is_what_the_code_says() -> None:
    settings = read_settings({}, workflows=str(ROOT / "workflows"))
    now = manifest_of(shelf_of(settings))
    assert FILE.read_text("utf-8") == now, "Write it anew: countersign manifest > manifest.yml"


def test_every_call_says_what_it_has_to_be_allowed() -> None:
    assert len(called()) > 10
    assert called() - set(METHODS) == set()


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_call_needs_no_right_that_slack_does_not_ask_for_it(method: str) -> None:
    assert set(METHODS[method].scopes) <= set(OF_WORKSPACE[method].scopes)
    assert bool(METHODS[method].scopes) is bool(OF_WORKSPACE[method].scopes)


def test_no_right_is_asked_for_that_no_call_and_no_event_needs() -> None:
    used = {scope for method in called() for scope in METHODS[method].scopes}
    assert set(scopes(())) == {"commands", *used}


def test_every_right_has_its_reason() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("      - ")]
    assert [line for line in lines if " # " not in line and "command" not in line] == []
    assert set(scopes(EVENTS)) <= set(_BECAUSE)


@pytest.mark.parametrize("url", ["", "https://bot.example.com/slack/events"], ids=["socket", "http"])
def test_the_workspace_reads_it_as_slack_does(url: str, tmp_path: Path) -> None:
    text = manifest(
        [Slash("/refund", "Refund: “an order”, whole # or in part")],
        url=url,
        events=[Event("app_home_opened", "shows the home"), Event("message.im", "answers")],
        shortcuts=[Shortcut("Run on this", "run", "message", "Start a workflow: with this message")],
    )
    path = tmp_path / "manifest.yml"
    path.write_text(text, "utf-8")
    app = with_manifest(read_company(None), path).app
    assert app.name == "countersign"
    assert app.socket is not bool(url)
    assert app.home
    assert app.scopes == list(scopes([Event("message.im", "")]))
    assert app.events == ["app_home_opened", "message.im"]
    assert [one.name for one in app.commands or ()] == [OPS.name, "/refund"]
    assert [one.callback_id for one in app.shortcuts] == ["run"]


def test_over_http_every_address_is_said() -> None:
    url = "https://bot.example.com/slack/events"
    read = yaml.safe_load(manifest(url=url, events=[Event("app_mention", "answers")]))
    assert read["settings"]["interactivity"]["request_url"] == url
    assert read["settings"]["event_subscriptions"]["request_url"] == url
    assert [one["url"] for one in read["features"]["slash_commands"]] == [url]


def test_slack_takes_its_texts() -> None:
    """Slack's own limits: 35 letters for the name, 140 for what it does, 2000 for a command's hint."""
    read = yaml.safe_load(FILE.read_text("utf-8"))
    shown = read["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert all(len(one["description"]) <= 2000 for one in read["features"]["slash_commands"])
    assert name(FILE) == "manifest.yml"
