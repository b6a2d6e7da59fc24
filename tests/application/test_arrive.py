"""An event ends the waits it is for: of every run that began with the same, once; the record says what brought it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.arrive import Arrival, arrive
from bot.domain.person import Door
from bot.domain.run import RunId, RunState, StepStatus
from tests.application.office import Office, opened

PATIENT = '''"""Waits for an answer, two days long."""

from bot.authoring import Fact, Workflow, act, propose, review, trigger, wait
from bot.intents import helpdesk


class Answered(Fact):
    """Somebody has answered."""

    id: str
    customer_id: str = ""
    text: str = ""


def build(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag="quiet")


class OneAct(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    answered = wait("2d", or_on=Answered)
    deed = propose(build, ticket)
    approved = review(deed, by="support")
    sent = act(approved)
'''


@pytest.fixture
async def waiting(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which a run waits two days, or for an answer, before anybody is asked."""
    async with opened(tmp_path) as office:
        office.deploy("one_act", lambda _: PATIENT)
        yield office


def answer(id: str = "T-1001", *, delivery: str = "d-1", **value: str) -> Arrival:
    return Arrival("one_act", "answered", {"id": id, **value}, "webhook:answers", delivery)


async def status(office: Office, run: RunId) -> StepStatus:
    return (await office.run(run)).steps["answered"].status


async def test_an_event_ends_the_wait_of_the_run_it_is_for(waiting: Office) -> None:
    mine, other = await waiting.start(), await waiting.start(value={"id": "T-1002"})
    assert await arrive(waiting.parts, answer()) == (mine,)
    await waiting.settle()
    assert (await waiting.run(mine)).gates["approved"].approvals == ()
    assert await status(waiting, mine) is StepStatus.DONE
    assert await status(waiting, other) is StepStatus.WAITING
    assert (await waiting.run(mine)).value("answered") == {"ended_by_event": True}


async def test_the_record_says_which_delivery_ended_it_and_who_brought_that(waiting: Office) -> None:
    run = await waiting.start()
    await arrive(waiting.parts, answer(delivery="webhook:0123"))
    (entry,) = [one for one in await waiting.entries(run, "step.done") if one.step == "answered"]
    assert (entry.notes["outcome"], entry.notes["source"]) == ("event", "webhook:0123")
    assert (entry.actor_kind, entry.actor) == ("webhook", "webhook:answers")


async def test_the_same_event_again_ends_nothing(waiting: Office) -> None:
    run = await waiting.start()
    await arrive(waiting.parts, answer())
    before = await waiting.entries(run)
    assert await arrive(waiting.parts, answer()) == ()
    assert await waiting.entries(run) == before


async def test_every_run_that_it_is_for_goes_on(waiting: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.application.arrive.A_PAGE", 2)
    runs = [await waiting.start(key=f"k-{n}") for n in range(5)]
    assert sorted(await arrive(waiting.parts, answer())) == runs


@pytest.mark.parametrize(
    ("value", "is_for_it"),
    [({"customer_id": "C-105"}, True), ({"customer_id": "C-1"}, False), ({"text": "Thanks."}, True)],
)
async def test_every_field_that_both_have_must_agree(waiting: Office, value: dict[str, str], is_for_it: bool) -> None:
    await waiting.start()
    assert bool(await arrive(waiting.parts, answer(**value))) is is_for_it


async def test_what_shares_no_field_is_for_nobody(waiting: Office) -> None:
    await waiting.start()
    assert await arrive(waiting.parts, Arrival("one_act", "answered", {"text": "Hello."}, "webhook:x", "d")) == ()
    assert await arrive(waiting.parts, Arrival("one_act", "approved", {"id": "T-1001"}, "webhook:x", "d")) == ()


async def test_an_event_that_nobody_waits_for_is_a_line_in_the_log(
    waiting: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await arrive(waiting.parts, answer())
    assert [getattr(one, "action", "") for one in caplog.records] == ["event.unexpected"]
    assert "T-1001" not in caplog.text


async def test_its_timer_is_gone_and_does_nothing_later(waiting: Office) -> None:
    run = await waiting.start()
    await arrive(waiting.parts, answer())
    await waiting.settle()
    await waiting.pass_time(days=2, hours=1)
    assert len([one for one in await waiting.entries(run, "step.done") if one.step == "answered"]) == 1


async def test_without_an_event_the_wait_ends_by_its_time(waiting: Office) -> None:
    run = await waiting.start()
    await waiting.pass_time(days=2, hours=1)
    assert (await waiting.run(run)).value("answered") == {"ended_by_event": False}
    assert await arrive(waiting.parts, answer()) == ()


async def test_a_secret_that_a_run_did_not_keep_still_says_which_run_it_is(waiting: Office) -> None:
    secret = "correct horse battery staple"
    run = await waiting.start(value={"customer_id": f"x{secret}".replace(" ", "-")[:30], "subject": secret})
    found = await waiting.run(run)
    assert secret not in str(found.value("ticket"))
    assert await arrive(waiting.parts, answer(subject=secret)) == (run,)


async def test_after_a_deploy_that_changed_what_is_ahead_the_owner_is_asked_and_the_event_counts(
    waiting: Office,
) -> None:
    run = await waiting.start()
    waiting.deploy("one_act", lambda text: text.replace('tag="quiet"', 'tag="silent"'))
    assert await arrive(waiting.parts, answer()) == (run,)
    await waiting.settle()
    found = await waiting.run(run)
    assert (found.state, found.steps["answered"].status) == (RunState.PARKED, StepStatus.DONE)
    assert "deed" not in found.steps


async def test_an_event_through_another_door_says_so(waiting: Office) -> None:
    run = await waiting.start()
    await arrive(waiting.parts, Arrival("one_act", "answered", {"id": "T-1001"}, "mail:x", "d", Door.MAIL))
    (entry,) = [one for one in await waiting.entries(run, "step.done") if one.step == "answered"]
    assert (entry.actor, entry.notes["door"]) == ("mail:x", "mail")
