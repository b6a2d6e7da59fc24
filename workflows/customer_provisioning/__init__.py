"""Customer provisioning.

A customer has signed: their account is made, their administrator let in, billing begun and a welcome sent, all under
one approval. Where one of it fails, what was done before is taken back in reverse. An order that names no administrator
has the customer asked by mail first.
"""

import re
from enum import StrEnum

from bot.authoring import (
    Fact,
    Field,
    Promised,
    Workflow,
    act,
    ask,
    decide,
    either,
    id_of,
    inquire,
    look_up,
    plan,
    propose,
    review,
    stop,
    trigger,
)
from bot.intents import accounts, billing, mail
from bot.intents.field import Address, Line

SUBJECT = "Your account is ready"


class Standing(StrEnum):
    NEW = "new"
    THERE = "there"


class Named(StrEnum):
    IN_ORDER = "in the order"
    NOWHERE = "nowhere"


class Administrator(Fact):
    """Who shall be the first to use your new account?"""

    name: Line = Field(title="Their name")
    email: Address = Field(title="Their mail address", description="They get the link to log in and may let others in.")


class Welcome(Fact):
    """The first mail that a customer's administrator gets."""

    text: str = Field(min_length=1, max_length=2000)


def standing_of(state: accounts.AccountState) -> Standing:
    return Standing.NEW if state.status is accounts.AccountStatus.NONE else Standing.THERE


def who_is_named(order: accounts.SignedOrder) -> Named:
    """An address without a name is that of whoever signed."""
    return Named.IN_ORDER if order.admin_name.strip() else Named.NOWHERE


def address_of(who: Administrator | accounts.SignedOrder) -> str:
    return who.email if isinstance(who, Administrator) else who.admin_email


def account_for(order: accounts.SignedOrder) -> accounts.CreateAccount:
    return accounts.CreateAccount(customer_id=order.customer_id, company=order.company, plan=order.plan)


def admission(account: Promised, who: Administrator | accounts.SignedOrder) -> accounts.GrantAccess:
    """The account has no id before it is made; the plan fills it in."""
    return accounts.GrantAccess(account_id=account, email=address_of(who), role="admin")


def subscription(account: Promised, order: accounts.SignedOrder) -> billing.StartSubscription:
    return billing.StartSubscription(account_id=account, plan=order.plan, cents=order.cents, currency=order.currency)


def greeting(who: Administrator | accounts.SignedOrder, welcome: Welcome) -> mail.SendMail:
    return mail.SendMail(to=address_of(who), subject=SUBJECT, body=welcome.text)


def is_for_who_signed(account: accounts.CreateAccount, order: accounts.SignedOrder) -> bool:
    return (account.customer_id, account.plan) == (order.customer_id, order.plan)


def bills_what_was_signed(bill: billing.StartSubscription, order: accounts.SignedOrder) -> bool:
    return (bill.plan, bill.cents, bill.currency) == (order.plan, order.cents, order.currency)


def admits_the_administrator(access: accounts.GrantAccess, order: accounts.SignedOrder) -> bool:
    return who_is_named(order) is Named.NOWHERE or access.email == order.admin_email


def admits_whom_the_customer_named(access: accounts.GrantAccess, administrator: Administrator) -> bool:
    return access.email == administrator.email


def greets_who_is_admitted(letter: mail.SendMail, access: accounts.GrantAccess) -> bool:
    return letter.to == access.email


def says_nothing_secret(letter: mail.SendMail) -> bool:
    """A welcome holds no password, no price and no gap: those stand elsewhere, or nowhere."""
    return not re.search(r"password\s*(?:is|:)|[€$£]|\bEUR\b|\{\{|\}\}|\[[^\]]*\]", letter.body, re.IGNORECASE)


class CustomerProvisioning(Workflow, version=1):
    order = trigger(accounts.SignedOrder)
    state = look_up(accounts.state_of_order, order)
    standing = decide(state, by=standing_of)
    there = stop("This customer has an account already; nothing was made.", when=standing.is_(Standing.THERE))

    named = decide(order, by=who_is_named, when=standing.is_(Standing.NEW))
    administrator = inquire(Administrator, of="customers", about=order, when=named.is_(Named.NOWHERE))
    welcome = ask(Welcome, about=order)
    account = propose(account_for, order, when=standing.is_(Standing.NEW))  # read again before it is made
    access = propose(admission, id_of(account), either(administrator, order))
    bill = propose(subscription, id_of(account), order)
    letter = propose(greeting, either(administrator, order), welcome)
    setup = plan(account, access, bill, letter)
    approved = review(setup, by="onboarding")
    provisioned = act(approved)
