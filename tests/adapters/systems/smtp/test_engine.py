"""The whole engine with a real mail server: what is approved is sent once, and never a second time on a guess."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.systems import sandbox
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.smtp import Server, Smtp, bindings
from bot.application.steer import Move
from bot.domain.event import Verdict
from bot.domain.intent import Intent, Receipt
from bot.domain.run import ActionStatus, RunState
from tests.adapters.systems.smtp.postoffice import DROPS, HEAD, Noon, PostOffice, smtp, text_of
from tests.application.office import Killed, Office, opened
from tests.made import LEO, OLGA

CHANGES = {"changes": {"mail": ["SendMail"]}}
BINDINGS = {**sandbox.BINDINGS, **bindings()}


@pytest.fixture
async def desk(tmp_path: Path, server: Server) -> AsyncIterator[Office]:
    async with opened(tmp_path, kind="mail.SendMail", brief=CHANGES, bindings=BINDINGS) as office:
        system = smtp(server)
        office.parts = replace(office.parts, systems=Connected([office.wire, system]))
        yield office


async def test_what_is_approved_is_sent_once(desk: Office, office: PostOffice) -> None:
    run = await desk.start()
    assert office.connections == 0
    after = await desk.decide(run)
    assert after.state is RunState.DONE
    mail = office.read()
    assert (mail["To"], mail["Subject"], text_of(mail)) == ("ana@example.com", "Charged twice", "Hello.\n")
    (action,) = after.actions
    assert action.receipt is not None
    assert action.receipt["id"] == mail["Message-ID"] == f"<{action.key}@example.com>"


async def test_what_is_sent_is_what_the_reviewer_edited(desk: Office, office: PostOffice) -> None:
    run = await desk.start()
    await desk.decide(run, Verdict.EDIT, values={"body": "Hello Ana,\nwe are at it."})
    assert office.connections == 0
    gates = (await desk.run(run)).gates
    assert [gate.version for gate in gates.values()] == [2]
    await desk.decide(run, by=LEO)
    assert text_of(office.read()) == "Hello Ana,\nwe are at it.\n"


async def test_a_lost_answer_parks_the_run_in_doubt_and_no_second_mail_leaves(desk: Office, office: PostOffice) -> None:
    office.script["body"] = DROPS
    run = await desk.start()
    parked = await desk.decide(run)
    assert parked.state is RunState.PARKED
    assert [action.status for action in parked.actions] == [ActionStatus.IN_DOUBT]
    assert "did not say what it did with it" in parked.reason
    office.script.clear()
    await desk.pass_time(hours=48)
    await desk.restart()
    assert len(office.taken) == 1
    assert office.connections == 1


class Dying(Smtp):
    """Mail of a process that dies as soon as it was sent."""

    async def execute(self, intent: Intent, key: str) -> Receipt:
        await super().execute(intent, key)
        raise Killed


async def test_a_crash_while_it_is_sent_sends_no_second_one(desk: Office, office: PostOffice, server: Server) -> None:
    desk.parts = replace(desk.parts, systems=Connected([desk.wire, Dying(HEAD, server, clock=Noon())]))
    run = await desk.start()
    with pytest.raises(Killed):
        await desk.decide(run)
    assert len(office.taken) == 1
    await desk.restart()
    await desk.pass_time(hours=48)
    parked = await desk.run(run)
    assert parked.state is RunState.PARKED
    assert [action.status for action in parked.actions] == [ActionStatus.IN_DOUBT]
    assert office.connections == 1


async def test_a_server_that_says_not_now_gets_the_same_mail_later(desk: Office, office: PostOffice) -> None:
    office.script["rcpt"] = "451 4.7.1 Greylisted"
    run = await desk.start()
    waiting = await desk.decide(run)
    assert waiting.state is RunState.RUNNING
    due = await desk.next_due()
    assert due is not None
    assert (due - desk.clock.now()).total_seconds() >= 300
    office.script.clear()
    await desk.pass_time(minutes=11)
    assert (await desk.run(run)).state is RunState.DONE
    assert len(office.taken) == 1


async def test_an_address_that_is_refused_parks_the_run_with_the_words_of_the_server(
    desk: Office, office: PostOffice
) -> None:
    office.script["rcpt"] = "550 5.1.1 <ana@example.com> is unknown here"
    run = await desk.start()
    parked = await desk.decide(run)
    assert parked.state is RunState.PARKED
    (failed,) = await desk.entries(run, "action.failed")
    said = {one.name: one.value for one in failed.fields}
    assert "answered 550: 5.1.1 (an address) is unknown here" in str(said["error"])
    assert office.taken == []
    office.script.clear()
    done = await desk.steer(run, Move.RESUME, OLGA)
    assert done.state is RunState.DONE
    assert len(office.taken) == 1


async def test_a_dry_run_shows_the_mail_and_reaches_no_server(
    tmp_path: Path, server: Server, office: PostOffice
) -> None:
    async with opened(tmp_path, kind="mail.SendMail", brief={**CHANGES, "stage": "shadow"}, bindings=BINDINGS) as desk:
        desk.parts = replace(desk.parts, systems=Connected([desk.wire, smtp(server)]))
        run = await desk.start()
        await desk.settle()
        shown = str([entry.fields for entry in await desk.entries(run)])
    assert "Send a mail to" in shown
    assert office.connections == 0
