"""Every workflow that ships, lived once in the sample company: real engine and store, offline model, back office."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from bot.adapters.systems.sandbox import Fault
from bot.application.audit_verify import Status
from bot.domain.audit.entry import EntryKind
from bot.domain.plain import Plain
from bot.domain.run import RunState
from bot.intents import accounts
from tests.workflows.company import Company, company, let_act
from tests.workflows.lives import EVERY, LABELS, LIVES, Life
from tests.workflows.pages import names
from tests.workflows.shipped import samples_of

ANSWERED: Mapping[str, Mapping[str, Plain]] = {
    "customer_provisioning": {"name": "Rowan Hale", "email": "rowan@tandem-and-tide.example"}
}
"""What somebody outside would answer."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Company]:
    """One company for all: what one workflow does there, the others have to live with."""
    async with company(tmp_path_factory.mktemp("company")) as one:
        for name in names():
            await let_act(one.bot, name)
        yield one


# --- every workflow --------------------------------------------------------------------------------------------------


def test_every_workflow_that_ships_is_lived() -> None:
    assert sorted(LIVES) == names(), "Say in LIVES how a sample of it goes."


@pytest.mark.parametrize(("name", "life"), EVERY, ids=LABELS)
@pytest.mark.asyncio(loop_scope="module")
async def test_its_sample_is_approved_carried_out_once_in_the_back_office_and_done(
    office: Company, name: str, life: Life
) -> None:
    before = office.last()
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
            if any(one.unsent for one in run.questions.values()):  # no door is open here to answer by
                run = await office.answer_for(run, "@olga", ANSWERED[name])
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
