"""Accounts: customers' workspaces in our product, and what colleagues may use."""

from enum import StrEnum

from pydantic import Field

from bot.domain.intent import Fact, Intent, Promised, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Address, Cents, Currency, Id, Line

SYSTEM = "accounts"


class Plan(StrEnum):
    SOLO = "Solo"
    WORKSHOP = "Workshop"
    FLEET = "Fleet"


class SignedOrder(Fact):
    """A customer has signed: what they get, and who is to use it."""

    order_id: Id
    customer_id: Id
    company: Line
    plan: Plan
    admin_email: Address
    admin_name: str = Field(default="", max_length=200)
    cents: Cents
    """What they pay a month."""
    currency: Currency = "EUR"


class AccountStatus(StrEnum):
    NONE = "none"
    CREATED = "created"
    ACTIVE = "active"
    """It can be used and is billed."""


class AccountState(Fact):
    """Where a customer's account stands."""

    customer_id: str
    status: AccountStatus
    account_ids: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    subscriptions: int = 0


class StaffRequest(Fact):
    """A colleague needs something: access, a device, a purchase, an answer about leave or contracts."""

    id: Id = Field(title="Reference", description="A name for this request, such as laptop-2, without spaces.")
    requester: Line = Field(title="Who asks", description="A handle or an address by which they are known here.")
    text: str = Field(min_length=1, max_length=4_000, title="What is needed")


class Colleague(Fact):
    """What a colleague has and may ask for."""

    name: str
    department: str
    tools: tuple[str, ...] = ()
    """Tools they can use already."""
    allowed: tuple[str, ...] = ()
    """Tools that anybody of their department may have without asking further."""
    open_requests: tuple[str, ...] = ()


class RequestState(Fact):
    """Where a colleague's request stands."""

    request_id: str
    status: str
    """`open`, `granted` or `ticketed`"""


state_of_order = Lookup(
    SYSTEM, "state_of_order", takes=SignedOrder, gives=AccountState, witnessed=("status", "account_ids")
)
colleague_of = Lookup(SYSTEM, "colleague_of", takes=StaffRequest, gives=Colleague, witnessed=("tools", "allowed"))
request_state = Lookup(SYSTEM, "request_state", takes=StaffRequest, gives=RequestState, witnessed=("status",))


class CreateAccount(Intent, system=SYSTEM, target="customer_id", risk=Risk.BILLING):
    """Make a customer's account."""

    customer_id: Id
    company: Line
    plan: Plan

    def undone_by(self, receipt: Receipt) -> "DeleteAccount":
        return DeleteAccount(customer_id=self.customer_id, account_id=receipt.id)


class DeleteAccount(
    Intent,
    system=SYSTEM,
    target="customer_id",
    risk=Risk.DELETE_OR_MERGE,
    identifiers=("account_id",),
    cannot_be_undone="What was in the account is gone.",
):
    """Delete a customer's account."""

    customer_id: Id
    account_id: str | Promised


class GrantAccess(Intent, system=SYSTEM, target="account_id", risk=Risk.ROUTINE):
    """Let somebody into an account."""

    account_id: str | Promised
    email: Address
    role: str = Field(default="admin", max_length=40)

    def undone_by(self, receipt: Receipt) -> "RevokeAccess":
        return RevokeAccess(account_id=self.account_id, grant_id=receipt.id, email=self.email, role=self.role)


class RevokeAccess(Intent, system=SYSTEM, target="account_id", risk=Risk.ROUTINE, identifiers=("grant_id",)):
    """Take somebody's access to an account away."""

    account_id: str | Promised
    grant_id: str | Promised
    email: Address
    role: str = Field(default="admin", max_length=40)

    def undone_by(self, receipt: Receipt) -> GrantAccess:
        del receipt
        return GrantAccess(account_id=self.account_id, email=self.email, role=self.role)


class GrantTool(Intent, system=SYSTEM, target="request_id", risk=Risk.ROUTINE):
    """Give a colleague a tool they asked for."""

    request_id: Id
    requester: Line
    tool: str = Field(min_length=1, max_length=80)

    def undone_by(self, receipt: Receipt) -> "TakeToolBack":
        return TakeToolBack(request_id=self.request_id, grant_id=receipt.id, requester=self.requester, tool=self.tool)


class TakeToolBack(Intent, system=SYSTEM, target="request_id", risk=Risk.ROUTINE, identifiers=("grant_id",)):
    """Take a tool away that was given for a request."""

    request_id: Id
    grant_id: str
    requester: Line
    tool: str = Field(min_length=1, max_length=80)

    def undone_by(self, receipt: Receipt) -> GrantTool:
        del receipt
        return GrantTool(request_id=self.request_id, requester=self.requester, tool=self.tool)


class PassOn(Intent, system=SYSTEM, target="request_id", risk=Risk.ROUTINE):
    """Hand a colleague's request to the team that does it, with everything they need to know."""

    request_id: Id
    team: str = Field(min_length=1, max_length=40)
    title: Line
    body: str = Field(min_length=1, max_length=4_000)

    def undone_by(self, receipt: Receipt) -> "CallBack":
        return CallBack(request_id=self.request_id, job_id=receipt.id)


class CallBack(
    Intent,
    system=SYSTEM,
    target="request_id",
    risk=Risk.ROUTINE,
    identifiers=("job_id",),
    cannot_be_undone="The team has been told that it is not needed; hand it over again if it is.",
):
    """Call back a request that was handed to a team."""

    request_id: Id
    job_id: str
