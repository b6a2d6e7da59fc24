"""Every workflow that ships, lived once in the sample company: real engine and store, offline model, back office."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import examine
from bot.adapters.systems.sandbox import Call, Fault
from bot.application.audit_verify import Status, verify
from bot.application.change import Change, change
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.domain.audit.entry import EntryKind
from bot.domain.brief.writing import change_brief
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.run import Run, RunId, RunState, Stage
from bot.intents import accounts
from bot.ports.version import VersionKind
from bot.runtimes.embedded import Embedded
from bot.settings import read_settings
from bot.wiring import AUDIT_KEY, DATABASE, Bot, opened
from tests.audit.house import Hand
from tests.workflows.pages import names
from tests.workflows.shipped import FOLDER, samples_of

MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Life:
    """How one sample goes: who approves it, and what has happened in the back office when it is done."""

    sample: str
    by: tuple[str, ...]
    """Nobody where there is nothing to approve, several where one is not enough."""
    does: tuple[str, ...]


LIVES: Mapping[str, Life] = {
    "call_notes": Life("offer", ("@mia",), ("crm.LogNote", "crm.UpdateDeal")),
    "customer_provisioning": Life(
        "workshop",
        ("@mia",),
        ("accounts.CreateAccount", "accounts.GrantAccess", "billing.StartSubscription", "mail.SendMail"),
    ),
    "email_routing": Life("request", ("@leo",), ("helpdesk.OpenTicket", "mail.SendMail")),
    "follow_up": Life("first", ("@mia",), ("crm.SendFollowUp",)),
    "hiring_summary": Life("support-stoves", ("@nadia",), ("hiring.ShareSummary",)),
    "invoice_intake": Life("as-ordered", ("@farah",), ("billing.RecordInvoice",)),
    "issue_summary": Life("labels", ("@jonas",), ("tasks.AddComment",)),
    "lead_intake": Life("rental", ("@mia",), ("crm.CreateLead", "crm.SendFirstResponse")),
    "quiet_deal": Life("big", ("@mia",), ("crm.LogNote", "chat.PostMessage")),
    "refund_recommendation": Life("never-arrived", ("@farah", "@tom"), ("billing.RefundPayment",)),
    "staff_requests": Life("tool", ("@priya",), ("accounts.GrantTool",)),
    "stage_sync": Life("won", ("@mia",), ("crm.LogNote", "tasks.OpenIssue", "chat.PostMessage")),
    "stalled_deals": Life("monday", (), ()),
    "support_triage": Life("how-to", ("@leo",), ("helpdesk.SendReply",)),
    "weekly_report": Life("week-09", ("@tom",), ("reports.AppendRow", "chat.PostMessage")),
}


@dataclass(frozen=True)
class Company:
    """The sample company's bot and back office, with a clock that is moved by hand."""

    bot: Bot
    runtime: Embedded
    clock: Hand = field(repr=False)

    def person(self, name: str) -> Person:
        found = self.bot.parts.directory.named(name)
        assert found is not None, name
        return found

    async def start(self, workflow: str, value: Mapping[str, object], *, by: str = "@sam") -> Run:
        """A run at its first wait."""
        who = self.person(by)
        opened = await start(self.bot.parts, Request(workflow, value, Door.TERMINAL, who.team, who, who.id))
        return await self.at_rest(opened.run)

    async def approve(self, run: Run, by: str) -> Run:
        await decide(self.bot.parts, Wish(run.id, Verdict.APPROVE, self.person(by), Door.TERMINAL))
        return await self.at_rest(run.id)

    async def at_rest(self, run: RunId) -> Run:
        """Where a run stands once nothing is due any more, whatever had to be tried again later."""
        for _ in range(30):
            await self.runtime.settle()
            found = await self.bot.store.queries.run(run)
            if found.state is not RunState.RUNNING:
                return found
            self.clock.forward(minutes=1)
        raise AssertionError(f"{run} still runs.")

    async def let_act(self, workflow: str) -> None:
        """Its owner lets it carry out what people approve, where it began more carefully."""
        terms = self.bot.library.current(workflow)
        if terms.brief.stage in (Stage.APPROVED, Stage.LIMITED, Stage.AUTOMATIC):
            return
        text = change_brief((FOLDER / workflow / "brief.toml").read_text("utf-8"), "stage", "approved")
        owner = self.person(terms.brief.owner)
        await change(
            self.bot.parts, Change(VersionKind.BRIEF, workflow, text, owner, Door.TERMINAL, why="It has shown itself.")
        )

    def effects(self, after: int = 0) -> list[Call]:
        return [call for call in self.bot.back_office.backstage.effects() if call.n > after]

    def last(self) -> int:
        """The number of the last call the back office received."""
        return max((call.n for call in self.bot.back_office.backstage.calls()), default=0)

    async def told_of(self, run: Run, kind: EntryKind) -> list[tuple[object, object]]:
        """What the record says of each action: at which attempt, and how it came out."""
        found = await self.bot.store.queries.entries(f"run:{run.id}")
        return [(one.attempt, one.notes.get("outcome")) for one in found if one.kind == kind]

    def verified(self) -> Status:
        data = self.bot.settings.data
        key = (data / AUDIT_KEY).read_bytes()
        return examine(data / DATABASE, lambda record: verify(record, keys=keys_in(key), now=self.clock.now())).status


@asynccontextmanager
async def company(folder: Path) -> AsyncGenerator[Company]:
    settings = await asyncio.to_thread(read_settings, {}, data=str(folder), workflows=str(FOLDER))
    clock = Hand(MORNING)
    async with opened(settings, clock=clock) as bot, bot.running() as runtime:
        yield Company(bot, runtime, clock)
    shutil.rmtree(folder)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Company]:
    """One company for all: what one workflow does there, the others have to live with."""
    async with company(tmp_path_factory.mktemp("company")) as one:
        for name in names():
            await one.let_act(name)
        yield one


# --- every workflow --------------------------------------------------------------------------------------------------


def test_every_workflow_that_ships_is_lived() -> None:
    assert sorted(LIVES) == names(), "Say in LIVES how a sample of it goes."


@pytest.mark.parametrize("name", LIVES)
@pytest.mark.asyncio(loop_scope="module")
async def test_its_sample_is_approved_carried_out_once_in_the_back_office_and_done(office: Company, name: str) -> None:
    life, before = LIVES[name], office.last()
    value = samples_of(name)[life.sample]
    run = await office.start(name, value)
    if life.by:
        assert (run.state, run.questions, office.effects(before)) == (RunState.WAITING, {}, []), run.reason
    for who in life.by:
        run = await office.approve(run, who)
    assert (run.state, run.reason) == (RunState.DONE, "")
    assert tuple(call.kind for call in office.effects(before)) == life.does
    assert office.verified() is Status.WHOLE
    again = await office.start(name, value, by="@olga")
    assert (again.id, len(office.effects(before))) == (run.id, len(life.does))


@pytest.mark.parametrize("name", LIVES)
@pytest.mark.asyncio(loop_scope="module")
async def test_every_other_sample_comes_to_a_rest_and_changes_nothing_before_somebody_said_so(
    office: Company, name: str
) -> None:
    before = office.effects()
    for sample, value in samples_of(name).items():
        if sample != LIVES[name].sample:
            run = await office.start(name, value)
            assert run.state in (RunState.WAITING, RunState.STOPPED, RunState.DONE), (sample, run.state, run.reason)
            assert bool(run.reason) is (run.state is RunState.STOPPED), sample
    assert office.effects() == before


# --- the outage in which an answer is lost after the thing was made --------------------------------------------------


def order_of(sample: str) -> accounts.SignedOrder:
    return accounts.SignedOrder.model_validate(samples_of("customer_provisioning")[sample])


async def state_of(office: Company, order: accounts.SignedOrder) -> accounts.AccountState:
    found = await office.bot.back_office.system("accounts").read(accounts.state_of_order.kind, order)
    assert isinstance(found, accounts.AccountState)
    return found


ONCE = (1, "done")


@pytest.mark.parametrize(
    ("sample", "lost", "by", "record"),
    [
        ("solo", "accounts.CreateAccount", "@mia", [(2, "found"), ONCE, ONCE, ONCE]),
        ("large", "accounts.GrantAccess", "@olga", [ONCE, (2, "found"), ONCE, ONCE]),
        ("fleet", "billing.StartSubscription", "@mia", [ONCE, ONCE, (2, "done"), ONCE]),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_that_was_lost_leaves_one_account_one_bill_and_a_clear_record(
    tmp_path: Path, sample: str, lost: str, by: str, record: list[tuple[int, str]]
) -> None:
    order = order_of(sample)
    async with company(tmp_path / "data") as office:
        run = await office.start("customer_provisioning", order.model_dump(mode="json"))
        office.bot.back_office.backstage.fault(lost, Fault.LOST_ANSWER)
        run = await office.approve(run, by)
        assert (run.state, run.reason) == (RunState.DONE, "")
        state = await state_of(office, order)
        assert (len(state.account_ids), state.users, state.subscriptions) == (1, (order.admin_email,), 1)
        assert tuple(call.kind for call in office.effects()) == LIVES["customer_provisioning"].does
        assert await office.told_of(run, EntryKind.ACTION_DONE) == record
        assert await office.told_of(run, EntryKind.ACTION_IN_DOUBT) == []
        assert office.verified() is Status.WHOLE


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_lost_and_cannot_be_looked_up_is_left_to_the_owner(tmp_path: Path) -> None:
    """A mailbox that cannot be searched: the welcome may have gone, so it goes neither again nor is anything undone."""
    order = order_of("solo")
    async with company(tmp_path / "data") as office:
        run = await office.start("customer_provisioning", order.model_dump(mode="json"))
        office.bot.back_office.backstage.fault("mail.SendMail", Fault.LOST_ANSWER)
        run = await office.approve(run, "@mia")
        assert run.state is RunState.PARKED
        assert tuple(call.kind for call in office.effects()) == LIVES["customer_provisioning"].does
        assert len(await office.told_of(run, EntryKind.ACTION_IN_DOUBT)) == 1
        assert (await state_of(office, order)).status is accounts.AccountStatus.ACTIVE


@pytest.mark.asyncio(loop_scope="module")
async def test_where_the_welcome_is_refused_there_is_no_account_and_no_bill(tmp_path: Path) -> None:
    order = order_of("solo")
    async with company(tmp_path / "data") as office:
        run = await office.start("customer_provisioning", order.model_dump(mode="json"))
        office.bot.back_office.backstage.fault("mail.SendMail", Fault.REFUSE)
        run = await office.approve(run, "@mia")
        assert run.state is RunState.FAILED
        state = await state_of(office, order)
        assert (state.account_ids, state.subscriptions) == ((), 0)
        assert [call.kind for call in office.effects()][-3:] == [
            "billing.CancelSubscription",
            "accounts.RevokeAccess",
            "accounts.DeleteAccount",
        ]
        assert office.verified() is Status.WHOLE
