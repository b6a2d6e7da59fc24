"""The day of the sample company: what ships leaves a run in each state, and what cannot be played is left out."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Fault
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.start import Opened, Request, start
from bot.commands.work import day as day_module
from bot.commands.work.day import FILE, Day, play_day
from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import read_toml
from bot.domain.run import Run, RunState
from bot.wiring import BACK_OFFICE
from bot.wiring.web import ADDRESS
from tests.adapters.slack.hear.house import House, opened
from tests.commands.line import SHIPPED

TRIAGE = '[[scene]]\nworkflow = "support_triage"\nsample = "{sample}"\nby = "@sam"\n{more}\n'


def scene(sample: str = "bug", more: str = "") -> str:
    return TRIAGE.format(sample=sample, more=more)


async def play(house: House, text: str = "", *, until: asyncio.Event | None = None) -> list[str]:
    """Play a day in a house, or the one that ships; the runs there are then, oldest first."""
    own = house.settings.data / "day"
    if text:
        own.mkdir(exist_ok=True)
        (own / FILE).write_text(text, "utf-8")
    folder = own if own.is_dir() else house.settings.workflows
    await play_day(house.bot, folder, house.samples, until=until or asyncio.Event())
    return [f"{run.workflow} {run.state.value}" for run in reversed(await house.runs())]


def left_out(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if getattr(line, "action", "").startswith("day.")]


# --- the one that ships -----------------------------------------------------------------------------------------------


def test_every_scene_that_ships_names_a_workflow_a_sample_and_people_there_are() -> None:
    file = SHIPPED / FILE
    day = fill_in(Day, read_toml(file.read_bytes(), file=str(file)))
    assert all((SHIPPED / one.workflow / "samples" / f"{one.sample}.json").is_file() for one in day.scenes)
    assert len({(one.workflow, one.sample) for one in day.scenes}) == len(day.scenes)
    in_support = [one for one in day.scenes if one.workflow in ("support_triage", "email_routing")]
    assert not in_support[-1].then, "the newest card in #support waits for whoever reads the first line of the screen"


async def test_the_day_that_ships_leaves_a_run_in_each_state(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def whole(folder: Path) -> None:
        shutil.copytree(SHIPPED, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

    async with opened(tmp_path, samples=True, change=whole) as house:
        (house.settings.data / ADDRESS).write_text("http://127.0.0.1:4711\n", "ascii")  # as where doors are open
        played = await play(house)
        assert left_out(caplog) == []
        assert {one.partition(" ")[2] for one in played} == {"waiting", "parked", "done", "stopped"}
        runs = await house.runs()
        elsewhere = [run.workflow for run in runs if run.state is RunState.WAITING and not run.gates]
        assert sorted(elsewhere) == ["customer_provisioning", "follow_up"], "a customer's answer, and a day"
        (posed,) = [question for run in runs for question in run.questions.values()]
        assert (posed.group, posed.unsent) == ("customers", False)
        (doubt,) = [run for run in runs if run.state is RunState.PARKED]
        assert doubt.workflow == "email_routing"
        assert "It is not known whether mail.SendMail" in doubt.reason
        (angry,) = [run for run in runs if any(gate.escalations for gate in run.gates.values())]
        assert angry.workflow == "support_triage"
        asked = {gate.group for run in runs for gate in run.gates.values() if run.state is RunState.WAITING}
        assert len(asked) >= 5, "people of many channels have something to decide"
        assert {"customer_provisioning done", "quiet_deal stopped", "stage_sync stopped"} <= set(played)
        assert len({call.record for call in Backstage(house.settings.data / BACK_OFFICE).effects()}) >= 5


# --- what can go wrong ------------------------------------------------------------------------------------------------


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, samples=True) as house:
        yield house


async def test_what_cannot_be_played_is_said_in_the_log_and_the_rest_goes_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    odd = [
        scene(sample="zebra"),
        scene().replace("support_triage", "zebra"),
        scene().replace("@sam", "@zebra"),
        scene(more='then = [{ by = "@zebra", does = "approve" }]'),
        scene(more='then = [{ by = "@sam", does = "approve" }]'),
        scene(sample="angry", more='lost = "zebra.Stripes"'),
        scene(sample="how-to"),
    ]
    played = await play(house, "\n".join(odd))
    assert played == ["support_triage waiting"] * 2, "one that Sam may not approve, and the last"
    said = left_out(caplog)
    assert len(said) == 6
    for words, line in zip(
        ("no sample zebra", "zebra", "@zebra is nobody here", "@zebra", "", "zebra.Stripes"), said, strict=True
    ):
        assert words in line
        assert "left out" in line


async def test_a_bug_in_one_scene_spoils_no_other(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = list[str]()

    async def fail_once(parts: Parts, request: Request) -> Opened:
        if not failed:
            failed.append("once")
            raise ZeroDivisionError("secret-of-a-customer")
        return await start(parts, request)

    monkeypatch.setattr(day_module, "start", fail_once)
    assert await play(house, scene("angry") + scene("bug")) == ["support_triage waiting"]
    (said,) = left_out(caplog)
    assert re.search(r"A scene of support_triage failed: .*ZeroDivisionError", said)
    assert "secret" not in caplog.text


async def test_a_day_that_is_not_there_or_cannot_be_read_is_left_out_whole(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    assert await play(house) == []
    assert left_out(caplog) == []
    for text in ("[[scene]]\nworkflow = 3", "scene = ", '[[scene]]\nzebra = "x"'):
        assert await play(house, text) == []
        assert left_out(caplog)[-1].startswith("The sample day was left out: ")
    assert len(left_out(caplog)) == 3


async def test_it_is_played_once(house: House) -> None:
    text = scene(more='then = [{ by = "@leo", does = "approve" }]')
    assert await play(house, text) == await play(house, text + scene("angry")) == ["support_triage done"]
    await house.restart()
    assert await play(house) == ["support_triage done"]


async def test_it_stops_before_the_next_scene_when_it_is_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    over = asyncio.Event()

    async def decide_last(parts: Parts, wish: Wish) -> Run:
        over.set()
        return await decide(parts, wish)

    monkeypatch.setattr(day_module, "decide", decide_last)
    more = 'then = [{ by = "@leo", does = "escalate", text = "x" }, { by = "@leo", does = "approve" }]'
    await play(house, scene(more=more) + scene("angry"), until=over)
    await house.settle()
    assert [run.state for run in await house.runs()] == [RunState.WAITING]


async def test_it_stops_at_once_though_something_is_under_way_and_a_loss_that_met_nobody_is_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, backstage = asyncio.Event(), house.bot.bot.back_office.backstage
    backstage.fault("helpdesk.account_of", Fault.HANG, times=None)

    async def start_last(parts: Parts, request: Request) -> Opened:
        asyncio.get_running_loop().call_soon(over.set)
        return await start(parts, request)

    monkeypatch.setattr(day_module, "start", start_last)
    more = 'lost = "helpdesk.SendReply"\nthen = [{ by = "@leo", does = "approve" }]'
    assert len(await play(house, scene(more=more) + scene("angry"), until=over)) == 1
    assert backstage.overview()["faults"] == []
    await house.settle()
    assert [run.state for run in await house.runs()] == [RunState.WAITING]
