"""Whoever is sent events gets each of them, in order, at least once, and nothing that somebody wrote."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.rest.posting import Posting
from bot.application.chase import chase
from bot.application.send_events import send_events
from bot.domain.audit.entry import EntryKind
from bot.domain.cloud_event import DEFAULT, NOTES
from bot.domain.event import Verdict
from bot.domain.subscriber import Subscriber, Trouble
from bot.ports.queries import Owed
from tests.application.office import Office
from tests.made import LEO
from tests.subscriber import Listener, listening

EVERYTHING = Subscriber(name="warehouse", of=tuple(NOTES), source="/countersign/acme")
SOME = Subscriber(name="warehouse", of=DEFAULT, source="/countersign/acme")
PLANTED = "planted-4711"


@pytest.fixture
async def listener(office: Office) -> AsyncIterator[Listener]:
    async with listening(office.clock) as listener:
        yield listener


@asynccontextmanager
async def receiver_of(listener: Listener, **how: Any) -> AsyncGenerator[Posting]:
    posting = listener.posting(**how)
    try:
        yield posting
    finally:
        await posting.close()


async def subscribe(office: Office, who: Subscriber = SOME) -> None:
    await office.store.run(lambda tx: tx.subscribers.standing(who))


async def send(office: Office, listener: Listener, who: Subscriber = SOME, **how: Any) -> timedelta | None:
    async with receiver_of(listener, **how) as receiver:
        return await send_events(office.parts, who, receiver, chance=lambda: 1.0, ends=lambda: False)


async def owed(office: Office) -> Owed:
    (one,) = (await office.store.queries.backlog()).owed
    return one


# --- what is sent -----------------------------------------------------------------------------------------------------


async def test_somebody_new_is_told_what_becomes_of_runs_from_now_on_in_the_order_of_the_record(
    office: Office, listener: Listener
) -> None:
    await office.open(value={"id": "T-1002"})
    await subscribe(office)
    run = await office.start()
    await office.decide(run)
    assert await send(office, listener) is None
    mine = [one for one in listener.heard if one["subject"] == run]
    assert [one["type"].removeprefix("countersign.") for one in mine] == [
        *("run.started", "gate.opened", "gate.decided", "action.done", "run.done")
    ]
    assert listener.types.count("run.started") == 1, "The other run began before."
    assert len(listener.ids) == len({*listener.ids})
    assert [one["id"] for one in listener.heard] == listener.ids
    assert (await send(office, listener), len(listener.heard)) == (None, len(listener.ids))


async def test_other_kinds_and_other_workflows_are_passed_over_once(
    office: Office, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.application.send_events.FAR", 1)
    opened = Subscriber(name="some", of=(EntryKind.GATE_OPENED,), workflows=("one_act",), source="/")
    other = Subscriber(name="other", of=DEFAULT, workflows=("elsewhere",), source="/")
    for one in (opened, other):
        await subscribe(office, one)
    await office.start()
    for one in (other, opened):
        await send(office, listener, one)
    assert listener.types == ["gate.opened"]
    places = {one.standing.position for one in (await office.store.queries.backlog()).owed}
    assert len(places) == 1


async def test_nothing_that_somebody_wrote_is_in_any_byte(office: Office, listener: Listener) -> None:
    await subscribe(office, EVERYTHING)
    value = {"subject": PLANTED, "body": f"I am {PLANTED}", "email": f"{PLANTED}@example.com", "id": "T-1001"}
    one = await office.start(value=value, record=f"helpdesk:{PLANTED}", key=PLANTED)
    await office.decide(one, Verdict.EDIT, values={"tag": PLANTED}, text=PLANTED)
    await office.decide(one, by=LEO)
    two = await office.start(value={**value, "id": "T-1002"})
    await office.decide(two, Verdict.REJECT, reason="wrong facts", text=PLANTED)
    await send(office, listener, EVERYTHING)
    assert len(listener.heard) > 8
    people = [part for person in office.people.people.values() for part in (person.name, person.handle, person.id)]
    sent = b"\n".join(listener.raw).decode()
    told = [PLANTED, "T-1001", "C-105", "ana@example.com", *people]
    inside = r"[A-Za-z0-9+/]"  # a short name stands in the letters of a signature now and then
    assert [one for one in told if re.search(f"(?<!{inside}){re.escape(one)}(?!{inside})", sent)] == []


# --- where it is not taken ------------------------------------------------------------------------------------------


async def test_what_is_not_taken_is_sent_again_before_anything_else(office: Office, listener: Listener) -> None:
    listener.script = [204, 500, 204]
    await subscribe(office)
    await office.start()
    assert await send(office, listener) == timedelta(seconds=5)
    assert listener.types == ["run.started", "gate.opened"]
    assert (await owed(office)).heap.number == 1
    assert (await owed(office)).standing.why == "it answers 500."
    assert await send(office, listener) is None
    assert listener.types == ["run.started", "gate.opened", "gate.opened"]
    assert listener.ids[1] == listener.ids[2]
    assert ((await owed(office)).heap.number, (await owed(office)).standing.trouble) == (0, Trouble.NONE)


async def test_an_outage_of_two_days_loses_nothing(office: Office, listener: Listener) -> None:
    await subscribe(office)
    await office.start()
    address, listener.url = listener.url, "http://127.0.0.1:1/"
    pauses = [await send(office, listener) for _ in range(3)]
    assert pauses == [timedelta(seconds=seconds) for seconds in (5, 10, 20)]
    office.clock.forward(days=2)
    listener.url = address
    await send(office, listener)
    assert listener.types == ["run.started", "gate.opened"]


# --- whatever happens to this process -------------------------------------------------------------------------------


async def test_a_kill_between_the_answer_and_the_commit_sends_the_same_event_again(
    office: Office, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(office)
    await office.start()

    async def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.application.send_events._reached", killed)
        with pytest.raises(KeyboardInterrupt):
            await send(office, listener)
    assert len(listener.heard) == 1
    await send(office, listener)
    assert listener.ids[0] == listener.ids[1]
    assert listener.heard[0] == listener.heard[1]
    assert listener.types == ["run.started", "run.started", "gate.opened"]


async def test_another_process_goes_on_where_the_last_one_stopped(office: Office, listener: Listener) -> None:
    await subscribe(office)
    run = await office.start()
    await send(office, listener)
    await office.decide(run)
    folder = office.folder.parent
    keys = KeyFile(folder / "audit.key")
    next_store = SqliteStore(folder / "data.sqlite3", keys=keys, writer="next", clock=office.clock)
    async with next_store.open() as store, receiver_of(listener) as receiver:
        parts = replace(office.parts, store=store)
        await send_events(parts, SOME, receiver, chance=lambda: 1.0, ends=lambda: False)
    assert listener.types[2:] == ["gate.decided", "action.done", "run.done"]


async def test_who_leaves_the_settings_and_comes_back_is_new(office: Office, listener: Listener) -> None:
    await subscribe(office)
    await office.start()
    await office.store.run(lambda tx: tx.subscribers.keep(["somebody else"]))
    assert (await office.store.queries.backlog()).owed == ()
    await send(office, listener)
    assert listener.heard == []


# --- who hears of it --------------------------------------------------------------------------------------------------


async def test_whoever_looks_after_the_machine_hears_of_it_once_and_when_it_is_over(
    office: Office, listener: Listener
) -> None:
    listener.script = [403, 403, 204]
    await subscribe(office)
    await office.start()

    async def told() -> list[str]:
        office.chat.told.clear()
        await chase(office.parts)
        return [text for _, text in office.chat.told]

    await send(office, listener)
    (said,) = await told()
    assert "warehouse refuses them: it answers 403." in said
    await send(office, listener)
    assert await told() == []
    await send(office, listener)
    assert await told() == ["Over: events were not taken."]
