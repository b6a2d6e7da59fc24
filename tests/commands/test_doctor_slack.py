"""The doctor looks at Slack: what is wrong there is said, with what to do about it."""

from pathlib import Path

import pytest

from bot.adapters.slack.manifest import manifest
from bot.commands.shell.finding import Finding, Sign
from bot.commands.work.doctor_slack import examined
from bot.settings import Settings, read_settings
from bot.workspace.launch import Launched
from tests.commands.test_serve_slack import GOOD, settings_for, slack


async def said(settings: Settings) -> dict[str, list[Finding]]:
    assert settings.slack is not None
    found: dict[str, list[Finding]] = {}
    for one in await examined(settings, settings.slack):
        found.setdefault(one.about, []).append(one)
    return found


def app_of(there: Launched) -> str:
    return next(iter(there.running.desk.workspace.apps))


async def test_where_all_is_well_it_says_so(tmp_path: Path) -> None:
    async with slack(tmp_path) as there:
        found = await said(settings_for(tmp_path, there))
    assert {one.sign for some in found.values() for one in some} == {Sign.OK}
    assert found["rights"][0].text == "It has the 14 it uses, and no more."
    assert found["app token"][0].text == "It opens a socket."
    assert [one.text.partition(" ")[0] for one in found["channel"]] == ["#care-leads", "#finance", "#support"]
    assert "@mia (support_triage) is Mia Lindqvist." in [one.text for one in found["person"]]
    assert found["group"][0].text.startswith("staff (support_triage): ")


async def test_a_right_that_is_missing_and_one_too_many(tmp_path: Path) -> None:
    async with slack(tmp_path) as there:
        app = there.running.desk.workspace.apps[app_of(there)]
        app.scopes = (app.scopes or frozenset()) - {"im:write"}
        (lacks,) = (await said(settings_for(tmp_path, there)))["rights"]
        app.scopes |= {"im:write", "pins:write"}
        (more,) = (await said(settings_for(tmp_path, there)))["rights"]
    assert (lacks.sign, more.sign) == (Sign.MEND, Sign.NOTE)
    assert lacks.text.startswith("It lacks im:write. Add them by the manifest (countersign manifest)")
    assert more.text == "It has more than it uses: pins:write. Take them out of the app."


@pytest.mark.parametrize(
    ("name", "value", "about"),
    [
        ("COUNTERSIGN_SLACK_BOT_TOKEN", "xoxb-1-1-" + GOOD, "bot token"),
        ("COUNTERSIGN_SLACK_APP_TOKEN", "xapp-1-A-1-" + GOOD, "app token"),
    ],
)
async def test_a_token_that_slack_refuses(tmp_path: Path, name: str, value: str, about: str) -> None:
    async with slack(tmp_path) as there:
        (one,) = (await said(settings_for(tmp_path, there, more={name: value})))[about]
    assert one.sign is Sign.MEND
    assert "Slack does not accept" in one.text
    assert value not in one.text


async def test_a_workspace_of_which_the_settings_know_nobody(tmp_path: Path) -> None:
    async with slack(tmp_path) as there:
        settings = settings_for(tmp_path, there)
        file = settings.source
        file.write_text(file.read_text("utf-8").replace(there.connection.team, "T0"), "utf-8")
        env = {
            "COUNTERSIGN_FILE": str(file),
            "COUNTERSIGN_SLACK_BOT_TOKEN": there.connection.bot_token,
            "COUNTERSIGN_SLACK_APP_TOKEN": there.connection.app_token,
            "SLACK_API_URL": there.connection.api,
        }
        found = await said(read_settings(env, data=str(settings.data), workflows=str(settings.workflows)))
    assert found["team"][0].text.startswith("`team` is “T0”, so nobody of the settings is anybody there.")
    assert found["group"][0].sign is Sign.MEND
    assert "staff (support_triage) has nobody in Slack. Make a user group @staff" in found["group"][0].text


async def test_a_channel_the_bot_is_not_in_and_somebody_who_left(tmp_path: Path) -> None:
    async with slack(tmp_path) as there:
        workspace = there.running.desk.workspace
        app = workspace.apps[app_of(there)]
        finance = next(one for one in workspace.channels.values() if one.name == "finance")
        del finance.people[app.user]
        workspace.people[there.connection.people["mia"]].deleted = True
        found = await said(settings_for(tmp_path, there))
    wrong = [one.text for some in found.values() for one in some if one.sign is Sign.MEND]
    assert [text for text in wrong if text.startswith("#finance") and "/invite" in text]
    assert "@mia (support_triage) is deactivated, or a bot. Name somebody else." in wrong


def test_the_manifest_is_what_the_doctor_compares_with() -> None:
    assert "im:write" in manifest()
