"""The ledger writes every call down before anything else, and nothing it says is untrue."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Call, Fault, Operation, Outcome, Sandbox
from bot.domain.errors import Broken, Transient
from bot.domain.intent import Promised
from bot.intents import helpdesk
from bot.intents.helpdesk import account_of
from tests.adapters.systems.desk import NOON, REPLY, TAG, TICKET, HandClock, rows


async def test_every_call_is_written_down_in_the_order_it_came(sandbox: Sandbox, clock: HandClock) -> None:
    await sandbox.read(account_of.kind, TICKET)
    clock.pass_by(timedelta(minutes=1))
    await sandbox.preview(REPLY)
    await sandbox.find(REPLY, "k")
    receipt = await sandbox.execute(REPLY, "k")
    later = NOON + timedelta(minutes=1)
    record = "helpdesk:T-1001"
    reading = Call(1, NOON, Operation.READ, account_of.kind, "", record, Outcome.ANSWERED, "")
    previewing = Call(2, later, Operation.PREVIEW, REPLY.kind(), "", record, Outcome.ANSWERED, "")
    finding = Call(3, later, Operation.FIND, REPLY.kind(), "k", record, Outcome.ANSWERED, "")
    executing = Call(4, later, Operation.EXECUTE, REPLY.kind(), "k", record, Outcome.APPLIED, receipt.id)
    assert sandbox.backstage.calls() == (reading, previewing, finding, executing)


async def test_a_call_that_runs_into_a_fault_is_written_down_too(sandbox: Sandbox) -> None:
    sandbox.backstage.fault(REPLY.kind(), Fault.DOWN)
    with pytest.raises(Transient):
        await sandbox.execute(REPLY, "k")
    (call,) = sandbox.backstage.calls()
    assert (call.outcome, call.answer) == (Outcome.FAILED_BEFORE, "The help desk cannot be reached.")


async def test_a_read_that_finds_nothing_is_written_down_as_refused(sandbox: Sandbox) -> None:
    with pytest.raises(Broken):
        await sandbox.read("helpdesk.state_of", TICKET.model_copy(update={"id": "T-9"}))
    (call,) = sandbox.backstage.calls()
    assert (call.outcome, call.record) == (Outcome.REFUSED, "helpdesk:T-9")


async def test_effects_are_counted_per_key(sandbox: Sandbox, backstage: Backstage) -> None:
    await sandbox.execute(REPLY, "a")
    await sandbox.execute(REPLY, "a")
    await sandbox.execute(TAG, "b")
    await sandbox.execute(TAG, "b")
    assert [len(backstage.effects(key)) for key in ("a", "b", "c")] == [1, 2, 0]
    assert len(backstage.effects()) == 3
    assert len(backstage.calls()) == 4


async def test_only_calls_with_the_key_are_asked_for(sandbox: Sandbox, backstage: Backstage) -> None:
    await sandbox.execute(TAG, "a")
    await sandbox.find(TAG, "b")
    assert [call.operation for call in backstage.calls("b")] == [Operation.FIND]


async def test_an_effect_is_written_in_the_transaction_of_the_change(sandbox: Sandbox, path: Path) -> None:
    statements: list[str] = []
    await sandbox._line.run(lambda db: db.set_trace_callback(statements.append))
    await sandbox.execute(REPLY, "k")
    words = [" ".join(statement.split()[:3]) for statement in statements]
    edges = [n for n, word in enumerate(words) if word in ("BEGIN IMMEDIATE", "COMMIT")]
    assert len(edges) == 4
    received, changed = words[edges[0] : edges[1]], words[edges[2] : edges[3]]
    assert "INSERT INTO ledger" in received
    assert "INSERT INTO reply" not in received
    assert {"INSERT INTO reply", "UPDATE ledger SET", "INSERT INTO activity", "INSERT INTO remembered"} <= set(changed)


async def test_another_process_sees_the_ledger_at_once(sandbox: Sandbox, path: Path) -> None:
    await sandbox.execute(REPLY, "k")
    assert rows(path, "SELECT kind, key, outcome FROM ledger") == [("helpdesk.SendReply", "k", "applied")]


async def test_a_call_about_a_promised_ticket_names_the_promise(sandbox: Sandbox) -> None:
    await sandbox.preview(helpdesk.CloseTicket(ticket_id=Promised(step="opened")))
    assert [call.record for call in sandbox.backstage.calls()] == ["helpdesk:opened?"]
