"""The three classes: a key that is remembered, a marker that is found, and a gateway that knows nothing."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.systems.sandbox import BINDINGS, Backstage, Fault, Outcome, Sandbox
from bot.domain.errors import BotError, Broken, Uncertain
from bot.domain.intent import Intent
from bot.intents import helpdesk
from bot.ports.system import Retry
from tests.adapters.systems.desk import CREDIT, NOTICE, POSSIBLE, REPLY, TAG, HandClock, contents, rows

DAY = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)
LEDGER = frozenset({"ledger"})

idempotent = pytest.mark.parametrize("intent", [REPLY, CREDIT], ids=["send a reply", "grant a credit"])
searchable = pytest.mark.parametrize(
    "intent",
    [
        pytest.param(intent, id=name)
        for name, intent in POSSIBLE.items()
        if BINDINGS[intent.kind()].retry is Retry.SEARCHABLE
    ],
)


def outcomes(backstage: Backstage, key: str) -> list[Outcome]:
    return [call.outcome for call in backstage.calls(key)]


# --- idempotent -----------------------------------------------------------------------------------------------


@idempotent
async def test_the_same_key_again_gives_the_same_receipt_and_changes_nothing(
    sandbox: Sandbox, path: Path, intent: Intent
) -> None:
    first = await sandbox.execute(intent, "k")
    before = contents(path, without=LEDGER)
    assert await sandbox.execute(intent, "k") == first
    assert contents(path, without=LEDGER) == before
    assert outcomes(sandbox.backstage, "k") == [Outcome.APPLIED, Outcome.DUPLICATE]


async def test_the_same_key_with_another_text_is_refused(sandbox: Sandbox, path: Path) -> None:
    await sandbox.execute(REPLY, "k")
    before = contents(path, without=LEDGER)
    with pytest.raises(Broken, match="knows this key from another request"):
        await sandbox.execute(REPLY.model_copy(update={"body": "Something else"}), "k")
    assert contents(path, without=LEDGER) == before
    assert outcomes(sandbox.backstage, "k") == [Outcome.APPLIED, Outcome.REFUSED]


async def test_the_same_key_for_another_kind_is_refused(sandbox: Sandbox) -> None:
    await sandbox.execute(REPLY, "k")
    with pytest.raises(Broken, match="knows this key from another request"):
        await sandbox.execute(CREDIT, "k")


async def test_another_key_with_the_same_text_is_another_effect(sandbox: Sandbox, path: Path) -> None:
    one, other = await sandbox.execute(CREDIT, "k1"), await sandbox.execute(CREDIT, "k2")
    assert one.id != other.id
    assert rows(path, "SELECT sum(cents) FROM credit") == [(500,)]


async def test_what_was_refused_does_not_use_up_its_key(sandbox: Sandbox) -> None:
    closed = helpdesk.SendReply(ticket_id="T-971", body="x")
    with pytest.raises(Broken):
        await sandbox.execute(closed, "k")
    await sandbox.execute(helpdesk.ReopenTicket(ticket_id="T-971"), "other")
    assert (await sandbox.execute(closed, "k")).id.startswith("R-")


@idempotent
async def test_a_key_is_remembered_until_the_last_instant(sandbox: Sandbox, clock: HandClock, intent: Intent) -> None:
    first = await sandbox.execute(intent, "k")
    clock.pass_by(DAY - INSTANT)
    assert await sandbox.execute(intent, "k") == first
    assert len(sandbox.backstage.effects("k")) == 1


@idempotent
async def test_after_a_day_the_key_is_forgotten_and_the_same_call_does_it_again(
    sandbox: Sandbox, clock: HandClock, intent: Intent
) -> None:
    first = await sandbox.execute(intent, "k")
    clock.pass_by(DAY)
    assert await sandbox.execute(intent, "k") != first
    assert len(sandbox.backstage.effects("k")) == 2


async def test_a_repeat_does_not_prolong_the_memory(sandbox: Sandbox, clock: HandClock) -> None:
    await sandbox.execute(REPLY, "k")
    clock.pass_by(DAY - INSTANT)
    await sandbox.execute(REPLY, "k")
    clock.pass_by(INSTANT)
    await sandbox.execute(REPLY, "k")
    assert outcomes(sandbox.backstage, "k") == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.APPLIED]


async def test_the_binding_promises_exactly_as_long_as_the_desk_remembers(sandbox: Sandbox, clock: HandClock) -> None:
    promised = BINDINGS[REPLY.kind()].remembers
    assert promised is not None
    await sandbox.execute(REPLY, "k")
    clock.pass_by(promised - INSTANT)
    await sandbox.execute(REPLY, "k")
    assert len(sandbox.backstage.effects("k")) == 1


async def test_who_looks_after_a_day_still_finds_what_happened(sandbox: Sandbox, clock: HandClock) -> None:
    receipt = await sandbox.execute(REPLY, "k")
    clock.pass_by(DAY * 30)
    assert await sandbox.find(REPLY, "k") == receipt


async def test_what_happened_twice_is_not_shown_as_if_it_happened_once(sandbox: Sandbox, clock: HandClock) -> None:
    first = await sandbox.execute(REPLY, "k")
    clock.pass_by(DAY)
    second = await sandbox.execute(REPLY, "k")
    with pytest.raises(Uncertain, match=f"2 changes where there should be one: {first.id}, {second.id}"):
        await sandbox.find(REPLY, "k")


# --- searchable -----------------------------------------------------------------------------------------------


@searchable
async def test_what_was_done_is_found_by_its_marker(sandbox: Sandbox, intent: Intent) -> None:
    assert await sandbox.find(intent, "k") is None
    receipt = await sandbox.execute(intent, "k")
    assert await sandbox.find(intent, "k") == receipt
    assert await sandbox.find(intent, "other") is None


async def test_a_marker_is_found_even_when_the_change_was_taken_back(sandbox: Sandbox) -> None:
    receipt = await sandbox.execute(TAG, "do")
    await sandbox.execute(helpdesk.DeleteTag(ticket_id="T-1002", tag_id=receipt.id), "undo")
    assert await sandbox.find(TAG, "do") == receipt


async def test_a_marker_of_one_kind_is_not_found_for_another(sandbox: Sandbox) -> None:
    await sandbox.execute(TAG, "k")
    assert await sandbox.find(helpdesk.CloseTicket(ticket_id="T-1002"), "k") is None


async def test_who_does_not_look_first_does_it_twice(sandbox: Sandbox, backstage: Backstage) -> None:
    await sandbox.execute(TAG, "k")
    await sandbox.execute(TAG, "k")
    assert len(backstage.effects("k")) == 2
    with pytest.raises(Uncertain, match="2 changes where there should be one"):
        await sandbox.find(TAG, "k")


# --- blind ----------------------------------------------------------------------------------------------------


async def test_the_gateway_cannot_say_whether_a_notice_was_sent(sandbox: Sandbox) -> None:
    for _ in range(2):
        with pytest.raises(Uncertain, match="keeps no record"):
            await sandbox.find(NOTICE, "k")
        await sandbox.execute(NOTICE, "k")


async def test_a_second_notice_is_a_second_notice(sandbox: Sandbox, path: Path) -> None:
    await sandbox.execute(NOTICE, "k")
    await sandbox.execute(NOTICE, "k")
    assert len(sandbox.backstage.effects("k")) == 2
    assert rows(path, "SELECT text FROM notice") == [("Stations are down.",)] * 2


async def test_the_key_of_a_notice_stands_nowhere_but_in_the_ledger(sandbox: Sandbox, path: Path) -> None:
    await sandbox.execute(NOTICE, "the-key-of-the-notice")
    desk = contents(path, without=LEDGER)
    assert [name for name, lines in desk.items() if "the-key-of-the-notice" in str(lines)] == []


# --- all of them ----------------------------------------------------------------------------------------------


@idempotent
async def test_many_callers_with_one_key_at_once_have_one_effect(sandbox: Sandbox, intent: Intent) -> None:
    receipts = await asyncio.gather(*(sandbox.execute(intent, "k") for _ in range(20)))
    assert len({receipt.id for receipt in receipts}) == 1
    assert sorted(outcomes(sandbox.backstage, "k")) == sorted([Outcome.APPLIED, *[Outcome.DUPLICATE] * 19])


async def test_callers_on_two_connections_have_one_effect(sandbox: Sandbox, path: Path, clock: HandClock) -> None:
    other = Sandbox(path, clock=clock)
    try:
        desks = [sandbox, other] * 10
        receipts = await asyncio.gather(*(desk.execute(REPLY, "k") for desk in desks))
    finally:
        await other.close()
    assert len({receipt.id for receipt in receipts}) == 1
    assert len(sandbox.backstage.effects("k")) == 1


INTENTS = (REPLY, CREDIT, TAG, NOTICE, helpdesk.CloseTicket(ticket_id="T-1003"))

steps = st.tuples(
    st.integers(min_value=0, max_value=len(INTENTS) - 1),
    st.sampled_from(["k1", "k2"]),
    st.none() | st.sampled_from([fault for fault in Fault if fault not in (Fault.HANG, Fault.SLOW)]),
)


@given(story=st.lists(steps, max_size=12))
async def test_whatever_goes_wrong_the_ledger_agrees_with_the_desk(
    sandbox: Sandbox, backstage: Backstage, path: Path, story: list[tuple[int, str, Fault | None]]
) -> None:
    backstage.fresh()
    for n, key, fault in story:
        if fault:
            backstage.fault(INTENTS[n].kind(), fault)
        try:
            receipt = await sandbox.execute(INTENTS[n], key)
        except BotError:
            continue
        assert receipt.id
    effects = backstage.effects()
    assert [(call.kind,) for call in effects] == rows(path, "SELECT kind FROM activity ORDER BY n")
    assert len(rows(path, "SELECT 1 FROM reply WHERE at LIKE '2026-03-02%'")) == sum(
        call.kind == REPLY.kind() for call in effects
    )
    for key in ("k1", "k2"):
        assert sum(BINDINGS[call.kind].retry is Retry.IDEMPOTENT for call in backstage.effects(key)) <= 1
