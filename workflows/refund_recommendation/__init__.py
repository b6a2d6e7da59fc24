"""Refund recommendation.

Holds a customer's wish for their money back against the order, their history and the policy, and pays back what the
policy gives once finance has approved it.
"""

from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, choose, decide, look_up, propose, review, stop, trigger
from bot.intents import billing


class Policy(StrEnum):
    FULL = "not delivered: everything"
    PART = "delivered: all but the handling"
    LATE = "outside the policy"
    NOTHING = "nothing left to pay back"


class Why(StrEnum):
    NOT_ARRIVED = "not arrived"
    DAMAGED = "damaged"
    NOT_AS_ORDERED = "not as ordered"
    NO_LONGER_WANTED = "no longer wanted"
    PAID_TWICE = "paid twice"
    OTHER = "other"
    NO_REFUND = "asks for no refund"


class Grounds(Fact):
    """Why a customer wants their money back, in one glance."""

    why: Why
    summary: str = Field(max_length=200)


class Asks(StrEnum):
    MONEY_BACK = "money back"
    SOMETHING_ELSE = "something else"


class Look(StrEnum):
    USUAL = "the usual look"
    SECOND = "a second look"


# --- the policy ------------------------------------------------------------------------------------------------------

DAYS_NOT_DELIVERED = 30
DAYS_DELIVERED = 14
HANDLING = 10
"""Per cent of the price that we keep of what was delivered."""
OFTEN = 3
"""From so many earlier refunds on, the leads look at it."""


def cents_of(order: billing.Order) -> int:
    """What the policy gives for an order in time; nothing, or less, where more was paid back already."""
    handling = order.cents * HANDLING // 100 if order.delivered else 0
    return order.cents - handling - order.refunded_cents


def policy_of(request: billing.RefundRequest, order: billing.Order) -> Policy:
    """By the days from the payment until they asked; the model has no say in it."""
    days = ((request.asked_on or order.seen_on) - order.paid_on).days
    if cents_of(order) <= 0:
        return Policy.NOTHING
    if not 0 <= days <= (DAYS_DELIVERED if order.delivered else DAYS_NOT_DELIVERED):
        return Policy.LATE
    return Policy.PART if order.delivered else Policy.FULL


def asks_for(grounds: Grounds) -> Asks:
    return Asks.SOMETHING_ELSE if grounds.why is Why.NO_REFUND else Asks.MONEY_BACK


def look_at(order: billing.Order, payments: billing.Payments, grounds: Grounds) -> Look:
    """Who was often paid back, or says that it never came although it was delivered, is looked at by the leads."""
    contradicted = grounds.why is Why.NOT_ARRIVED and order.delivered
    return Look.SECOND if contradicted or payments.refunds >= OFTEN else Look.USUAL


def payment(order: billing.Order, policy: Policy, grounds: Grounds) -> billing.RefundPayment:
    """Amount, currency and order come from billing. Of what the model said, only the kind of reason is written down."""
    said = f"Policy: {policy}. The customer's reason: {grounds.why}."
    return billing.RefundPayment(order_id=order.order_id, cents=cents_of(order), currency=order.currency, reason=said)


# --- what always holds -----------------------------------------------------------------------------------------------


def pays_for_its_order(refund: billing.RefundPayment, request: billing.RefundRequest, order: billing.Order) -> bool:
    return refund.order_id == request.order_id == order.order_id


def pays_no_more_than_is_left(refund: billing.RefundPayment, order: billing.Order) -> bool:
    return 0 < refund.cents <= order.cents - order.refunded_cents and refund.currency == order.currency


def is_within_the_policy(refund: billing.RefundPayment, request: billing.RefundRequest, order: billing.Order) -> bool:
    """By the order as it was last read: what was in time may have been delivered, or paid back, since."""
    return refund.cents > 0 and policy_of(request, order) in (Policy.FULL, Policy.PART)


class RefundRecommendation(Workflow, version=1):
    request = trigger(billing.RefundRequest)
    order = look_up(billing.order_of, request)
    payments = look_up(billing.payments_of, order)
    policy = decide(request, order, by=policy_of)
    late = stop("The policy gives no refund: it was asked for too late.", when=policy.is_(Policy.LATE))
    nothing = stop("There is nothing left to pay back for this order.", when=policy.is_(Policy.NOTHING))

    grounds = ask(Grounds, about=request)
    asks = decide(grounds, by=asks_for)
    no_refund = stop("The customer does not ask for their money back.", when=asks.is_(Asks.SOMETHING_ELSE))
    look = decide(order, payments, grounds, by=look_at)
    refund = propose(payment, order, policy, grounds)
    approved = review(refund, by=choose(look, {Look.SECOND: "leads"}, otherwise="finance"))
    paid = act(approved)
