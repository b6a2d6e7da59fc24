"""A run that needs somebody: who is told, what they can press, and what becomes of the message."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.adapters.systems.sandbox import Backstage
from bot.adapters.systems.sandbox.fault import Fault
from bot.adapters.systems.sandbox.ledger import Operation
from bot.application.start import Request, start
from bot.domain.person import Door, TeamId
from bot.domain.run import ActionStatus, Run, RunState
from bot.wiring import BACK_OFFICE
from bot.workspace.control.seen import Seen
from tests.adapters.slack.hear.house import TICKET, House, opened


def parks(workflows: Path) -> None:
    """Rejected runs are parked; what the partner is told is carried out by the bot; nothing is tried a second time."""
    for name, was, now in (
        ("tag_ticket", 'escalate_to = "leads"', 'escalate_to = "leads"\non_rejection = "park"'),
        ("tag_ticket", "[failure.when_unavailable]", "[failure.when_unavailable]\nretries = 0"),
        ("tell_partner", 'stage = "assisted"', 'stage = "approved"'),
    ):
        brief = workflows / name / "brief.toml"
        text = brief.read_text(encoding="utf-8")
        assert was in text
        brief.write_text(text.replace(was, now, 1), encoding="utf-8")


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path, change=parks) as house:
        yield house
    house.verify()


def fault(house: House, what: Fault, *, operation: Operation = Operation.EXECUTE, times: int | None = 1) -> None:
    Backstage(house.settings.data / BACK_OFFICE).fault("*", what, operation=operation, times=times)


def is_trouble(seen: Seen) -> bool:
    return any(word in seen.words for word in ("Parked: ", "Failed: ", "Settled: "))


async def message(house: House, name: str, **wanted: Any) -> Seen:
    """What somebody was told of trouble."""
    return await house.driver.until_message(house.direct(name), where=is_trouble, **wanted)


def buttons(seen: Seen) -> list[str]:
    return [element.action_id for element in seen.elements]


async def rejected(house: House) -> Run:
    run = await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "reject")
    await house.submit("mia", form, reason="wrong facts", text="It is about an invoice.")
    return await house.run(run.id)


async def in_doubt(house: House) -> Run:
    """Nobody knows whether the tag was put on: the answer was lost, and nothing is tried twice here."""
    run = await house.start("tag_ticket")
    fault(house, Fault.LOST_ANSWER)
    await house.press("mia", await house.card(), "approve")
    return await house.run(run.id)


async def test_the_owner_reads_what_happened_and_lets_the_run_go_on(house: House) -> None:
    run = await rejected(house)
    assert run.state is RunState.PARKED
    told = await message(house, "olga", having=("Parked: Tag ticket, T-1001", "It is about an invoice.", "Ask Again"))
    assert buttons(told) == ["go-on", "cancel"]
    assert len([one for one in await house.told("olga") if run.id in one or "Parked" in one]) == 1

    await house.press("olga", told, "go-on")
    after = await house.run(run.id)
    assert (after.state, after.gates["approved"].version) == (RunState.WAITING, 2)
    settled = await message(house, "olga", having=("Settled: Tag ticket", "let it go on"))
    assert (settled.ts, buttons(settled)) == (told.ts, [])


async def test_each_time_it_is_parked_is_a_message_of_its_own(house: House) -> None:
    run = await rejected(house)
    first = await message(house, "olga")
    await house.press("olga", first, "go-on")
    form = await house.open("mia", await house.card(having="version 2"), "reject")
    await house.submit("mia", form, reason="wrong facts", text="Still.")
    second = await message(house, "olga", having=("Parked", "Still."))
    assert second.ts != first.ts
    await house.deliver(house.pressed(house.user("olga"), first, "go-on"))
    assert "Olga Petrova let it go on" in await house.whisper("olga", having="This is settled.")
    assert (await house.run(run.id)).state is RunState.PARKED


async def test_cancelling_asks_for_the_reason_and_the_requester_reads_it(house: House) -> None:
    run = await rejected(house)
    form = await house.open("olga", await message(house, "olga"), "cancel")
    assert "What was done already stands." in form.words
    await house.submit("olga", form, text="Not needed any more.")
    assert (await house.run(run.id)).state is RunState.STOPPED
    assert "Not needed any more." in "".join(await house.told("sam"))
    await message(house, "olga", having=("Settled", "cancelled it", "Not needed any more."))


async def test_what_is_in_doubt_is_looked_up_and_found(house: House) -> None:
    run = await in_doubt(house)
    told = await message(house, "olga", having=("it is not known whether it happened", run.actions[0].key))
    assert buttons(told) == ["look", "mark-done", "mark-not-done"]
    await house.press("olga", told, "look")
    after = await house.run(run.id)
    assert (after.state, after.actions[0].status) == (RunState.DONE, ActionStatus.DONE)
    assert house.sent() == ["helpdesk.AddTag"]
    (sought,) = await house.entries(run.id, "action.sought")
    assert (sought.actor, sought.notes["outcome"]) == (house.id("olga"), "asked for")
    await message(house, "olga", having=("Settled", "showed that it had happened"))
    await house.card(having=("Approved", "done"))


async def test_what_its_system_does_not_show_stays_in_doubt_until_a_person_says_so(house: House) -> None:
    run = await in_doubt(house)
    fault(house, Fault.UNSEEN, operation=Operation.FIND)
    told = await message(house, "olga")
    await house.press("olga", told, "look")
    still = await message(house, "olga", having="does not show it")
    assert (await house.run(run.id)).state is RunState.PARKED
    assert buttons(still) == ["look", "mark-done", "mark-not-done"]

    form = await house.open("olga", still, "mark-done")
    await house.submit("olga", form, id="TAG-7", text="I have seen it there.")
    after = await house.run(run.id)
    assert after.state is RunState.DONE
    assert (after.actions[0].receipt or {})["id"] == "TAG-7"
    await message(house, "olga", having=("said that it had happened", "I have seen it there."))
    await house.card(having=("Approved", "done", "TAG-7"))


async def test_what_did_not_happen_is_carried_out_once_a_person_has_said_so(house: House) -> None:
    run = await house.start("tell_partner")
    fault(house, Fault.SAVED_ERROR)
    await house.press("mia", await house.card(), "approve")
    assert (await house.run(run.id)).state is RunState.PARKED
    told = await message(house, "olga")
    assert buttons(told) == ["mark-done", "mark-not-done"]  # this system cannot be asked
    form = await house.open("olga", told, "mark-not-done")
    await house.submit("olga", form, text="They have heard nothing.")
    assert (await house.run(run.id)).actions[0].status is not ActionStatus.IN_DOUBT
    await message(house, "olga", having="said that it had not happened")


async def test_somebody_who_may_not_is_refused_alone_and_it_stands_in_the_record(house: House) -> None:
    run = await rejected(house)
    told = await message(house, "olga")
    for verb in ("go-on", "cancel"):
        await house.deliver(house.pressed(house.user("kenji"), told, verb))
    refused = await house.entries(run.id, "auth.refused")
    assert [one.notes["outcome"] for one in refused] == ["resume", "cancel"]
    assert {one.actor for one in refused} == {house.id("kenji")}
    assert (await house.run(run.id)).state is RunState.PARKED


async def test_a_trouble_that_was_settled_elsewhere_is_shown_as_settled(house: House) -> None:
    run = await rejected(house)
    told = await message(house, "olga")
    await house.as_("olga").command("#support", f"/ops cancel {run.id[-7:]}")
    await house.settle()
    settled = await message(house, "olga", having=("Settled", "cancelled it"))
    assert (settled.ts, buttons(settled)) == (told.ts, [])


async def test_a_message_of_trouble_is_true_after_a_restart(house: House) -> None:
    run = await rejected(house)
    told = await message(house, "olga")
    await house.restart()
    await house.press("olga", await message(house, "olga"), "go-on")
    assert (await house.run(run.id)).state is RunState.WAITING
    assert (await message(house, "olga", having="Settled")).ts == told.ts


async def test_closing_a_form_settles_nothing(house: House) -> None:
    run = await in_doubt(house)
    form = await house.open("olga", await message(house, "olga"), "mark-done")
    await house.as_("olga").close(form)
    await house.settle()
    assert (await house.run(run.id)).state is RunState.PARKED


async def test_the_trouble_of_a_run_that_nobody_started_here_is_shown_as_settled_too(house: House) -> None:
    request = Request("tag_ticket", TICKET, Door.RUN, TeamId(house.both.connection.team), None, "run:another")
    run = (await start(house.bot.bot.parts, request)).run
    await house.settle()
    form = await house.open("mia", await house.card(), "reject")
    await house.submit("mia", form, reason="wrong facts", text="It is about an invoice.")
    told = await message(house, "olga", having="Parked: ")
    await house.press("olga", told, "go-on")
    settled = await message(house, "olga", having=("Settled: ", "let it go on"))
    assert (settled.ts, buttons(settled)) == (told.ts, [])
    assert (await house.run(run)).state is RunState.WAITING
