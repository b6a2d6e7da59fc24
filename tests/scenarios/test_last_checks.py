"""The last checks before something leaves, and what may be repeated after: each guard alone, on a real bot."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Fault
from bot.adapters.systems.sandbox.ledger import Operation
from bot.application.decide import Wish, decide
from bot.application.execute import execute
from bot.application.perform import perform
from bot.application.read import reading
from bot.application.rehearse import preview
from bot.application.start import Request, start
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute, Purpose, Read
from bot.domain.event import Begun, Failed, Verdict
from bot.domain.intent import key_of
from bot.domain.machine import Moved, advance
from bot.domain.person import ENGINE, Door
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, Gate, GateStatus, Mode, Run, RunId, RunState
from bot.ports.store import Lease, Transaction
from tests.audit.house import FARAH, MIA, OLGA, SAM, SECRET, TEAM, House, opened, ticket
from tests.made import LEO, Credit, credit_run, terms_of
from tests.made import MIA as REVIEWER

THREE = "three_changes"
TAG, CREDIT, NOTICE = "helpdesk.AddTag", "helpdesk.GrantCredit", "helpdesk.NotifyPartner"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def triage(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path / "data") as house:
        yield house


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path / "data", workflows="tests.audit.workflows") as house:
        yield house


async def go_on(house: House, run: RunId) -> Run:
    """Let the time pass, timer by timer, until the run rests."""
    for _ in range(40):
        pending = await house.store.queries.pending(run)
        if not pending:
            break
        house.clock.at = max(house.clock.at, min(due for _, due, _ in pending)) + timedelta(milliseconds=1)
        await house.runtime.settle()
    return await house.store.queries.run(run)


def effects(house: House, kind: str = "") -> int:
    return len([call for call in house.desk.backstage.effects() if kind in ("", call.kind)])


def executions(house: House, kind: str) -> int:
    calls = house.desk.backstage.calls()
    return len([call for call in calls if call.kind == kind and call.operation is Operation.EXECUTE])


# --- the machine's last look -----------------------------------------------------------------------------------------


def last_look(
    change: Callable[[Gate], Gate] = lambda gate: gate,
    *,
    later: timedelta = timedelta(),
    brief: Mapping[str, object] | None = None,
) -> Moved:
    """What comes of an approved credit that is about to leave, where the gate or the brief says otherwise by now."""
    played = credit_run(hold=[Execute]).approve(REVIEWER)
    (gate,) = played.run.gates.values()
    run = replace(played.run, gates={gate.step: change(gate)})
    event = Begun(played.now + later, ENGINE, "given", 0)
    return advance(run, event, terms_of(Credit, **(brief or {})))


def left(moved: Moved) -> bool:
    return any(entry.kind is EntryKind.ACTION_INTENDED for entry in moved.entries)


def test_what_was_approved_leaves() -> None:
    moved = last_look()
    assert left(moved)
    assert moved.run.actions[0].status is ActionStatus.BEGUN


def test_nothing_leaves_that_is_not_what_was_approved() -> None:
    assert not left(last_look(lambda gate: replace(gate, digest="f" * 64)))
    run = credit_run(hold=[Execute]).approve(REVIEWER).run
    other = replace(run.actions[0].proposal, data={**run.actions[0].proposal.data, "cents": 1_00})
    forged = replace(run, actions=(replace(run.actions[0], proposal=other),))
    moved = advance(forged, Begun(run.started_at, ENGINE, "given", 0), terms_of(Credit))
    assert not left(moved)


def test_nothing_leaves_that_was_not_approved_to_be_carried_out() -> None:
    assert not left(last_look(lambda gate: replace(gate, status=GateStatus.OPEN)))
    assert not left(last_look(lambda gate: replace(gate, mode=Mode.SHOW)))


def test_nothing_leaves_that_too_few_have_approved() -> None:
    assert not left(last_look(lambda gate: replace(gate, needed=2)))


def test_nothing_leaves_after_its_approval_ran_out() -> None:
    until = credit_run().run.started_at + HOUR

    def expiring(gate: Gate) -> Gate:
        return replace(gate, expires_at=until)

    assert left(last_look(expiring, later=HOUR - timedelta(seconds=1)))
    late = last_look(expiring, later=HOUR)
    assert not left(late)
    (gate,) = late.run.gates.values()
    assert (gate.status, gate.version, gate.approvals) == (GateStatus.OPEN, 2, ())


def test_nothing_leaves_that_the_brief_does_not_allow() -> None:
    moved = last_look(brief={"changes": {"helpdesk": ["AddTag"]}})
    assert not left(moved)
    assert moved.run.state is RunState.PARKED


def test_nothing_leaves_for_people_who_lost_the_right() -> None:
    played = credit_run(hold=[Execute]).approve(LEO)
    event = Begun(played.now, ENGINE, "given", 0, lost_rights=(LEO.id,))
    assert not left(advance(played.run, event, played.terms))


def test_a_key_says_which_action_of_which_run_it_is_and_is_the_same_tomorrow() -> None:
    first = key_of(run="r", step="sent", digest="d", n=0)
    others = {
        key_of(run="q", step="sent", digest="d", n=0),
        key_of(run="r", step="given", digest="d", n=0),
        key_of(run="r", step="sent", digest="e", n=0),
        key_of(run="r", step="sent", digest="d", n=1),
    }
    assert first == "80bda6061fe15e3caa88ca0aa42a265ce0f295ac"
    assert len(others | {first}) == 5


# --- what reaches beyond one run -------------------------------------------------------------------------------------


async def test_nothing_leaves_in_a_pause_and_everything_after_it(triage: House) -> None:
    run = await triage.start()
    await switch(triage.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL, "Holidays."))
    await triage.approve(run)
    assert effects(triage) == 0
    await switch(triage.parts, Flip(EVERYTHING, False, OLGA, Door.TERMINAL))
    await triage.runtime.settle()
    assert effects(triage) == 1


async def taken_up(house: House) -> tuple[RunId, Lease, Execute]:
    """An approved action that a runtime, which stands still, was just about to carry out."""
    run, now = await house.start(THREE), house.clock.now()
    await house.runtime.stop()
    await decide(house.parts, Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL))
    await house.store.run(lambda tx: tx.outbox.release(None))
    leases = await house.store.run(lambda tx: tx.outbox.lease(now=now + DAY, limit=9, owner="us", until=now + 2 * DAY))
    return run, *next((one, one.effect) for one in leases if isinstance(one.effect, Execute))


async def test_nothing_leaves_that_was_paused_between_two_looks(three: House) -> None:
    """A pause that comes after the effect was taken up and before its intent is durable."""
    run, lease, effect = await taken_up(three)
    await switch(three.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL))
    await execute(three.parts, lease, effect)
    assert effects(three) == 0
    assert (await three.store.queries.run(run)).actions[0].status is ActionStatus.PLANNED


@pytest.mark.parametrize("looks", ["perform", "execute"])
async def test_what_is_resumed_while_it_is_put_off_goes_on(
    three: House, monkeypatch: pytest.MonkeyPatch, looks: str
) -> None:
    """A resumption that comes after somebody saw the pause and before the effect is put off for it."""
    run, lease, effect = await taken_up(three)
    await switch(three.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL))
    inner = three.store.run

    async def run_and_resume(work: Callable[[Transaction], object]) -> object:
        seen = await inner(work)
        monkeypatch.undo()
        await switch(three.parts, Flip(EVERYTHING, False, OLGA, Door.TERMINAL))
        return seen

    monkeypatch.setattr(three.store, "run", run_and_resume)
    await (perform(three.parts, lease) if looks == "perform" else execute(three.parts, lease, effect))
    (due,) = [due for one, due, _ in await three.store.queries.pending(run) if isinstance(one, Execute)]
    assert due <= three.clock.now()


async def test_a_day_has_as_many_actions_as_the_brief_says(triage: House) -> None:
    day = triage.clock.now().date()
    await triage.store.run(lambda tx: tx.limits.add("actions:support_triage", day, 299))
    first, second = await triage.start(), await triage.start(id="T-1002")
    await triage.approve(first)
    parked = await triage.approve(second)
    assert effects(triage) == 1
    assert parked.state is RunState.PARKED
    assert "limit of 300 a day is used up" in parked.reason


async def test_a_read_that_the_brief_does_not_name_is_not_made(triage: House) -> None:
    terms = triage.parts.library.current("support_triage")
    about: dict[str, Plain] = {**ticket()}
    effect = Read("account", "helpdesk.account_of", about, Purpose.INPUT)
    assert not isinstance(await reading(triage.parts, terms, effect), Failed)
    blind = replace(terms, brief=terms.brief.model_copy(update={"reads": {}}))
    refused = await reading(triage.parts, blind, effect)
    assert isinstance(refused, Failed)
    assert "does not allow reading" in refused.text


async def test_the_same_request_starts_one_run_and_says_so(triage: House) -> None:
    asked = Request("support_triage", ticket(), Door.TERMINAL, TEAM, SAM, SAM.id)
    first, second = await start(triage.parts, asked), await start(triage.parts, asked)
    assert (first.fresh, second.fresh) == (True, False)
    assert first.run == second.run


async def test_a_secret_that_somebody_pastes_is_stored_nowhere(triage: House, tmp_path: Path) -> None:
    run = await triage.start(body=f"My key is {SECRET}, please help.")
    reasons = Wish(run, Verdict.COMMENT, FARAH, Door.TERMINAL, text=f"Why is {SECRET} here?")
    await triage.decide(reasons)
    await triage.decide(Wish(run, Verdict.EDIT, FARAH, Door.TERMINAL, values={"body": f"Do not send {SECRET}."}))
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


# --- after something went wrong --------------------------------------------------------------------------------------


async def test_what_cannot_be_looked_up_is_never_repeated(three: House) -> None:
    three.desk.backstage.fault(NOTICE, Fault.LOST_ANSWER)
    run = await three.start(THREE)
    await three.approve(run, MIA)
    after = await go_on(three, run)
    assert (executions(three, NOTICE), effects(three, NOTICE)) == (1, 1)
    assert after.state is RunState.PARKED
    assert after.actions[2].status is ActionStatus.IN_DOUBT


async def test_what_can_be_looked_up_is_looked_up_before_it_is_repeated(three: House) -> None:
    three.desk.backstage.fault(TAG, Fault.LOST_ANSWER)
    run = await three.start(THREE)
    await three.approve(run, MIA)
    after = await go_on(three, run)
    assert (executions(three, TAG), effects(three, TAG)) == (1, 1)
    assert after.state is RunState.DONE


async def test_what_is_recognised_by_its_key_has_one_effect_however_often_it_is_sent(three: House) -> None:
    three.desk.backstage.fault(CREDIT, Fault.LOST_ANSWER)
    run = await three.start(THREE)
    await three.approve(run, MIA)
    assert (await go_on(three, run)).state is RunState.DONE
    assert effects(three, CREDIT) == 1


async def test_a_system_that_is_down_is_tried_so_often_and_no_more(triage: House) -> None:
    triage.desk.backstage.fault("helpdesk.SendReply", Fault.DOWN, times=None)
    run = await triage.start()
    await triage.approve(run)
    after = await go_on(triage, run)
    assert executions(triage, "helpdesk.SendReply") == 5
    assert effects(triage) == 0
    assert after.state is RunState.PARKED


async def test_a_dry_run_is_tried_through_a_transport_that_cannot_write(triage: House) -> None:
    run = await triage.store.queries.run(await triage.start())
    terms = triage.parts.library.pinned(run)
    before = len(triage.desk.backstage.calls())
    shown = await preview(triage.parts, run, terms, Execute("sent", 0, dry=True))
    assert "would" in shown.receipt
    assert len(triage.desk.backstage.calls()) == before, "what can write writes its calls down"
