"""A form that is coming: it is there while what was pressed waits its turn, and it never stays for nothing."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.adapters.slack.hear import loading
from bot.adapters.slack.hear.loading import COMING, name_of, opens_a_form
from bot.adapters.slack.hear.ops.commands import Commands
from bot.domain.person import TeamId
from bot.domain.plain import Plain
from bot.ports.store import Delivery
from tests.adapters.slack.hear.house import TICKET, House, opened


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


async def behind(house: House, monkeypatch: pytest.MonkeyPatch, then: str) -> asyncio.Event:
    """Sam's first command is held, so that the second one waits behind it longer than Slack does."""
    go, real = asyncio.Event(), Commands.hear

    async def hear(commands: Commands, delivery: Delivery) -> None:
        await go.wait()
        await real(commands, delivery)

    monkeypatch.setattr(Commands, "hear", hear)
    monkeypatch.setattr(loading, "GRACE", loading.GRACE * 0)
    await house.as_("sam").command("#support", "/ops mine")
    await house.as_("sam").command("#support", then)
    await house.as_("sam").until_form(having=COMING)
    await house.driver.advance(10)
    return go


async def test_a_form_comes_however_late_and_works(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    go = await behind(house, monkeypatch, "/ops start tag_ticket")
    go.set()
    form = await house.as_("sam").until_form(having="Tag ticket")
    await house.submit("sam", form, **TICKET)
    assert (await house.newest()).workflow == "tag_ticket"


async def test_a_refusal_stands_in_its_place(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    go = await behind(house, monkeypatch, "/ops start tag_tickt")
    go.set()
    await house.as_("sam").until_form(having="Did you mean tag_ticket?")
    await house.settle()
    assert not [one for one in await house.answers() if "Did you mean" in one]


async def test_whoever_has_closed_it_is_answered_where_they_are(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    go = await behind(house, monkeypatch, "/ops start tag_ticket")
    await house.as_("sam").close(await house.as_("sam").until_form(having=COMING))
    go.set()
    await house.settle()
    assert (await house.answers())[-1] == "That took too long, and nothing was done. Try once more."
    assert await house.runs() == []


async def test_the_next_process_finds_it_by_its_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as ending:
        go = await behind(house, ending, "/ops start tag_ticket")
        ending.setattr(Commands, "hear", _dies)
        await asyncio.gather(house.end(), _let_go(go))
    await house.as_("sam").until_form(having=COMING)
    await house.begin()
    await house.settle()
    form = await house.as_("sam").until_form(having="Tag ticket")
    await house.submit("sam", form, **TICKET)
    assert len(await house.runs()) == 1


async def test_what_is_seen_to_at_once_opens_one_form_only(house: House) -> None:
    await house.as_("sam").command("#support", "/ops start tag_ticket")
    await house.as_("sam").until_form(having="Tag ticket")
    await house.settle()
    assert len(await house.driver.log("views.*", way="call")) == 1


async def _let_go(of: asyncio.Event) -> None:
    of.set()


async def _dies(commands: Commands, delivery: Delivery) -> None:
    raise RuntimeError("The process ends here.")


# --- what opens a form -----------------------------------------------------------------------------------------------


def delivery(kind: str, **body: Plain) -> Delivery:
    return Delivery("d", "slack", kind, "T1/U1", TeamId("T1"), datetime(2026, 3, 1, tzinfo=UTC), body)


def press(verb: str, block: str = f"decide:{'0' * 32}:1", **more: Plain) -> Delivery:
    return delivery("block_actions", actions=[{"action_id": verb, "block_id": block, **more}])


@pytest.mark.parametrize(
    ("what", "is_one"),
    [
        (delivery("shortcut", callback_id="start"), True),
        (delivery("message_action", callback_id="run_on_message"), True),
        (delivery("command", command="/ops", text=""), True),
        (delivery("command", command="/ops", text=" Start "), True),
        (delivery("command", command="/ops", text="start tag_ticket"), True),
        (delivery("command", command="/ops", text="start tag_ticket id=T-1"), False),
        (delivery("command", command="/ops", text="mine"), False),
        (delivery("command", command="/refund", text=" "), True),
        (delivery("command", command="/refund", text="id=T-1"), False),
        (press("edit"), True),
        (press("reject"), True),
        (press("menu", selected_option={"value": "escalate"}), True),
        (press("approve"), False),
        (press("undo"), False),
        (press("reassign"), False),
        (press("edit", "home:1"), False),
        (press("log_request", "start:C1/1.1"), True),
        (delivery("block_actions"), False),
        (delivery("view_submission"), False),
        (delivery("event_callback"), False),
    ],
)
def test_only_what_somebody_waits_for_a_form_after_is_announced(what: Delivery, is_one: bool) -> None:
    assert opens_a_form(what) is is_one


def test_the_name_of_a_form_follows_from_its_press_alone() -> None:
    assert name_of("1.2.x") == name_of("1.2.x") != name_of("1.2.y")
    assert "1.2.x" not in name_of("1.2.x")
