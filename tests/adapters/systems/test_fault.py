"""Each fault does what an external system does; the caller is told what it would be told, the ledger knows better."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Fault, Operation, Outcome, Sandbox
from bot.domain.errors import BotError, Broken, Transient, Uncertain, Unknown
from bot.domain.intent import Receipt
from bot.intents.helpdesk import account_of
from tests.adapters.systems.desk import CREDIT, NOTICE, REPLY, TAG, TICKET, Gate, HandClock, contents, rows

TOLD: dict[Fault, tuple[type[BotError], Outcome]] = {
    Fault.DOWN: (Transient, Outcome.FAILED_BEFORE),
    Fault.RATE_LIMIT: (Transient, Outcome.FAILED_BEFORE),
    Fault.ERROR_BEFORE: (Transient, Outcome.FAILED_BEFORE),
    Fault.REFUSE: (Broken, Outcome.REFUSED),
    Fault.SAVED_ERROR: (Uncertain, Outcome.FAILED_BEFORE),
    Fault.ERROR_AFTER: (Uncertain, Outcome.FAILED_AFTER),
    Fault.LOST_ANSWER: (Uncertain, Outcome.APPLIED),
}
UNTOLD = {Fault.SLOW, Fault.HANG, Fault.EMPTY_PROMISE, Fault.DUPLICATE_REFUSED, Fault.UNSEEN, Fault.TWO_FOUND}
"""The first call is not told anything is wrong."""

APPLIED = {Outcome.APPLIED, Outcome.FAILED_AFTER}
SECOND = timedelta(seconds=1)


def test_every_fault_is_tested_here() -> None:
    assert set(TOLD) | UNTOLD == set(Fault)


@pytest.mark.parametrize("fault", TOLD)
@pytest.mark.parametrize("intent", [REPLY, TAG, NOTICE], ids=["idempotent", "searchable", "blind"])
async def test_the_caller_is_told_one_thing_and_the_ledger_another(
    sandbox: Sandbox, path: Path, intent: object, fault: Fault
) -> None:
    assert isinstance(intent, (type(REPLY), type(TAG), type(NOTICE)))
    error, outcome = TOLD[fault]
    before = contents(path)
    sandbox.backstage.fault(intent.kind(), fault)
    with pytest.raises(error):
        await sandbox.execute(intent, "k")
    assert [call.outcome for call in sandbox.backstage.calls("k")] == [outcome]
    assert len(sandbox.backstage.effects("k")) == (outcome in APPLIED)
    assert (contents(path) != before) == (outcome in APPLIED)


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.RATE_LIMIT, Fault.ERROR_BEFORE])
async def test_once_it_is_over_the_same_call_goes_through(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.backstage.fault(REPLY.kind(), fault, times=2)
    for _ in range(2):
        with pytest.raises(Transient):
            await sandbox.execute(REPLY, "k")
    await sandbox.execute(REPLY, "k")
    assert len(sandbox.backstage.effects("k")) == 1


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.ERROR_BEFORE, Fault.DOWN])
async def test_a_fault_says_when_to_come_back(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.backstage.fault(REPLY.kind(), fault, wait=30 * SECOND)
    with pytest.raises(Transient) as told:
        await sandbox.execute(REPLY, "k")
    assert told.value.retry_after == 30 * SECOND


async def test_a_fault_need_not_say_when_to_come_back(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.RATE_LIMIT)
    with pytest.raises(Transient) as told:
        await sandbox.execute(REPLY, "k")
    assert told.value.retry_after is None


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.ERROR_AFTER])
async def test_a_lost_answer_is_found_by_the_same_key_and_by_the_marker(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.backstage.fault(REPLY.kind(), fault)
    with pytest.raises(Uncertain):
        await sandbox.execute(REPLY, "k")
    found = await sandbox.find(REPLY, "k")
    assert found is not None
    assert await sandbox.execute(REPLY, "k") == found
    assert len(sandbox.backstage.effects("k")) == 1


async def test_the_answer_to_a_repeat_can_get_lost_too(sandbox: Sandbox) -> None:
    await sandbox.execute(REPLY, "k")
    sandbox.backstage.fault(REPLY.kind(), Fault.LOST_ANSWER)
    with pytest.raises(Uncertain):
        await sandbox.execute(REPLY, "k")
    assert [call.outcome for call in sandbox.backstage.calls("k")] == [Outcome.APPLIED, Outcome.DUPLICATE]


# --- what rests on the past -----------------------------------------------------------------------------------


@pytest.mark.parametrize("intent", [REPLY, TAG], ids=["idempotent", "searchable"])
async def test_a_key_that_is_refused_as_a_duplicate_is_found_by_looking(sandbox: Sandbox, intent: object) -> None:
    assert isinstance(intent, (type(REPLY), type(TAG)))
    sandbox.backstage.fault(intent.kind(), Fault.DUPLICATE_REFUSED)
    receipt = await sandbox.execute(intent, "k")
    with pytest.raises(Uncertain, match=r"has seen this key.*Look up what it did"):
        await sandbox.execute(intent, "k")
    assert await sandbox.find(intent, "k") == receipt
    assert [call.outcome for call in sandbox.backstage.calls("k")][:2] == [Outcome.APPLIED, Outcome.DUPLICATE]
    assert len(sandbox.backstage.effects("k")) == 1


async def test_a_search_that_lags_shows_nothing_for_a_while(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(TAG.kind(), Fault.UNSEEN, times=3)
    assert await sandbox.find(TAG, "k") is None
    receipt = await sandbox.execute(TAG, "k")
    shown = [await sandbox.find(TAG, "k") for _ in range(4)]
    assert shown == [None, None, None, receipt]


async def test_a_search_that_shows_two_says_so_and_no_receipt(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(TAG.kind(), Fault.TWO_FOUND)
    assert await sandbox.find(TAG, "k") is None
    receipt = await sandbox.execute(TAG, "k")
    with pytest.raises(Uncertain, match="shows two of which each could be this one"):
        await sandbox.find(TAG, "k")
    assert await sandbox.find(TAG, "k") == receipt


async def test_a_saved_error_comes_back_for_as_long_as_the_key_is_remembered(
    sandbox: Sandbox, clock: HandClock
) -> None:
    sandbox.backstage.fault(CREDIT.kind(), Fault.SAVED_ERROR)
    with pytest.raises(Uncertain):
        await sandbox.execute(CREDIT, "k")
    assert await sandbox.find(CREDIT, "k") is None
    with pytest.raises(Broken, match="saved an error with this key"):
        await sandbox.execute(CREDIT, "k")
    assert (await sandbox.execute(CREDIT, "another")).id
    clock.pass_by(timedelta(hours=24))
    assert (await sandbox.execute(CREDIT, "k")).id


async def test_an_empty_promise_looks_done_and_is_not(sandbox: Sandbox, path: Path) -> None:
    before = contents(path)
    sandbox.backstage.fault(REPLY.kind(), Fault.EMPTY_PROMISE)
    assert await sandbox.execute(REPLY, "k") == Receipt(id="accepted")
    assert contents(path) == before
    assert await sandbox.find(REPLY, "k") is None
    assert sandbox.backstage.effects("k") == ()


# --- time -----------------------------------------------------------------------------------------------------


async def test_a_slow_call_takes_its_time_and_is_then_carried_out(sandbox: Sandbox, gate: Gate) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.SLOW, wait=3 * SECOND)
    call = asyncio.create_task(sandbox.execute(REPLY, "k"))
    await gate.reached.wait()
    assert gate.asked == [3.0]
    assert [one.outcome for one in sandbox.backstage.calls()] == [Outcome.RECEIVED]
    gate.opened.set()
    assert (await call).id
    assert len(sandbox.backstage.effects("k")) == 1


async def test_others_are_served_while_one_hangs(sandbox: Sandbox, gate: Gate) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.HANG, key="k1")
    call = asyncio.create_task(sandbox.execute(REPLY, "k1"))
    await gate.reached.wait()
    await sandbox.execute(REPLY, "k2")
    assert [one.key for one in sandbox.backstage.effects()] == ["k2"]
    sandbox.backstage.release()
    gate.opened.set()
    await call
    assert [one.key for one in sandbox.backstage.effects()] == ["k1", "k2"]


async def test_a_call_hangs_until_somebody_releases_it(path: Path, clock: HandClock) -> None:
    looks = 0

    async def pause(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 5:
            Backstage(path).release()

    sandbox = Sandbox(path, clock=clock, pause=pause)
    sandbox.backstage.fault(REPLY.kind(), Fault.HANG)
    assert (await sandbox.execute(REPLY, "k")).id
    assert looks == 5
    await sandbox.close()


async def test_who_gives_up_on_a_call_that_hangs_has_changed_nothing(sandbox: Sandbox, gate: Gate) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.HANG)
    call = asyncio.create_task(sandbox.execute(REPLY, "k"))
    await gate.reached.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    sandbox.backstage.clear()
    assert [one.outcome for one in sandbox.backstage.calls("k")] == [Outcome.RECEIVED]
    assert await sandbox.find(REPLY, "k") is None


async def test_who_gives_up_while_it_is_written_has_changed_it_all_the_same(sandbox: Sandbox) -> None:
    loop, reached, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def hold_the_reply(statement: str) -> None:
        if statement.startswith("INSERT INTO reply"):
            loop.call_soon_threadsafe(reached.set)
            go_on.wait(10)

    await sandbox._line.run(lambda db: db.set_trace_callback(hold_the_reply))
    call = asyncio.create_task(sandbox.execute(REPLY, "k"))
    await reached.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    go_on.set()
    assert await sandbox.find(REPLY, "k") is not None
    assert len(sandbox.backstage.effects("k")) == 1


# --- which calls ----------------------------------------------------------------------------------------------


async def test_a_fault_strikes_only_its_own_kind(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(TAG.kind(), Fault.DOWN)
    await sandbox.execute(REPLY, "k")
    with pytest.raises(Transient):
        await sandbox.execute(TAG, "k")


async def test_a_fault_for_one_key_leaves_the_others_alone(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.REFUSE, key="bad", times=None)
    await sandbox.execute(REPLY, "good")
    for _ in range(3):
        with pytest.raises(Broken):
            await sandbox.execute(REPLY, "bad")


async def test_a_fault_for_everything_strikes_every_kind_until_it_is_cleared(sandbox: Sandbox) -> None:
    sandbox.backstage.fault("*", Fault.DOWN, times=None)
    for intent in (REPLY, TAG, CREDIT):
        with pytest.raises(Transient):
            await sandbox.execute(intent, "k")
    sandbox.backstage.clear()
    await sandbox.execute(REPLY, "k")


async def test_faults_strike_in_the_order_in_which_they_were_set(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.DOWN)
    sandbox.backstage.fault(REPLY.kind(), Fault.LOST_ANSWER)
    sandbox.backstage.fault(REPLY.kind(), Fault.DUPLICATE_REFUSED)
    for error in (Transient, Uncertain, Uncertain):
        with pytest.raises(error):
            await sandbox.execute(REPLY, "k")
    assert [call.outcome for call in sandbox.backstage.calls("k")] == [
        Outcome.FAILED_BEFORE,
        Outcome.APPLIED,
        Outcome.DUPLICATE,
    ]


async def test_a_read_can_fail_and_is_never_uncertain(sandbox: Sandbox) -> None:
    for fault in (Fault.DOWN, Fault.LOST_ANSWER, Fault.ERROR_AFTER):
        sandbox.backstage.fault(account_of.kind, fault)
        with pytest.raises(Transient):
            await sandbox.read(account_of.kind, TICKET)
    await sandbox.read(account_of.kind, TICKET)


async def test_a_search_can_be_down_while_the_system_is_not(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.DOWN, operation=Operation.FIND, times=None)
    await sandbox.execute(REPLY, "k")
    with pytest.raises(Transient):
        await sandbox.find(REPLY, "k")


async def test_a_lasting_fault_strikes_the_read_only_transport_too(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(account_of.kind, Fault.DOWN, times=None)
    with pytest.raises(Transient):
        await sandbox.read_only().read(account_of.kind, TICKET)
    sandbox.backstage.clear()
    sandbox.backstage.fault(account_of.kind, Fault.DOWN, times=1)
    await sandbox.read_only().read(account_of.kind, TICKET)
    with pytest.raises(Transient):
        await sandbox.read(account_of.kind, TICKET)


@pytest.mark.parametrize("kind", ["SendReply", "helpdesk.Sendreply", "", "crm.SendReply"])
def test_a_fault_for_what_the_desk_does_not_know_is_refused(backstage: Backstage, kind: str) -> None:
    with pytest.raises(Unknown, match=r"It knows (helpdesk\.AddTag|the desks helpdesk|crm\.CreateLead)"):
        backstage.fault(kind, Fault.DOWN)


# --- the file itself ------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.systems.sandbox.schema.BUSY_SECONDS", 0.01)


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_another_process_holds_is_said_to_have_changed_nothing(path: Path, clock: HandClock) -> None:
    sandbox = Sandbox(path, clock=clock)
    try:
        with sandbox.backstage._changing(), pytest.raises(Transient, match=r"locked.*Nothing changed"):
            await sandbox.execute(REPLY, "k")
        assert (await sandbox.execute(REPLY, "k")).id
    finally:
        await sandbox.close()


async def test_a_full_disk_is_said_to_have_changed_nothing(sandbox: Sandbox, path: Path) -> None:
    (pages,) = rows(path, "PRAGMA page_count")[0]
    long = REPLY.model_copy(update={"body": "x" * 4_000})
    await sandbox._line.run(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(Transient, match="full"):
        await asyncio.gather(*(sandbox.execute(long, f"k{n}") for n in range(20)))
    await sandbox._line.run(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    assert (await sandbox.execute(long, "again")).id
    assert len(sandbox.backstage.effects()) == len(rows(path, "SELECT 1 FROM reply WHERE length(body) = 4000"))
