"""Questions as the engine asks them, for the tests of every adapter."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from bot.adapters.model.rehearsal import Rehearsal
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.ports.model import Answer, Question


class Category(StrEnum):
    BILLING = "billing"
    BUG = "bug"
    HOW_TO = "how-to"
    SPAM = "spam"


class Triage(Fact):
    """What a ticket is about."""

    category: Category
    urgent: bool
    summary: str = Field(max_length=200)


class Draft(Fact):
    """An answer."""

    body: str = Field(min_length=1, max_length=4000)


HINTS: Mapping[str, Plain] = {
    "category": {
        "billing": ["invoice", "refund", "charged", "payment", "rechnung", "facture"],
        "bug": ["error", "crash", "does not work", "fehler"],
        "how-to": ["how do i", "how can i", "where do i"],
        "spam": ["casino", "guest post"],
        "otherwise": "how-to",
    },
    "urgent": {"true": ["nobody can work", "down"], "false": ["whenever you have time"]},
}
ACCOUNT: Mapping[str, Plain] = {
    "customer_id": "C-7",
    "name": "Radhaus Ahorn",
    "plan": "Workshop",
    "open_invoices": 2,
    "standing": "good",
    "since": "2023-03-01",
    "recent_tickets": ["Invoice for October is missing"],
}


def ticket(body: str, subject: str = "", **more: Plain) -> dict[str, Plain]:
    return {"id": "T-1", "customer_id": "C-7", "email": "a@b.example", "subject": subject, "body": body, **more}


def question(
    fact: type[Fact],
    material: Mapping[str, Plain],
    *,
    hints: Mapping[str, Plain] = HINTS,
    remark: str = "",
    previous: Mapping[str, Plain] | None = None,
    step: str = "triage",
    instructions: str = "Sort it.",
    key: str = "k",
) -> Question:
    return Question(
        workflow="support_triage",
        step=step,
        fact=fact,
        instructions=instructions,
        material=material,
        prompt="triage@a1b2c3d",
        hints=hints,
        key=key,
        remark=remark,
        previous=previous,
    )


async def rehearse(
    fact: type[Fact],
    body: str,
    subject: str = "",
    *,
    hints: Mapping[str, Plain] = HINTS,
    remark: str = "",
    previous: Mapping[str, Plain] | None = None,
    **more: Plain,
) -> Answer:
    """What the rules make of a ticket, with the account behind it."""
    material: dict[str, Plain] = {"ticket": ticket(body, subject), "account": dict(ACCOUNT), **more}
    answer = await Rehearsal(monotonic=lambda: 0.0).answer(
        question(fact, material, hints=hints, remark=remark, previous=previous)
    )
    assert isinstance(answer, Answer), answer
    return answer


async def triage(body: str, subject: str = "", *, hints: Mapping[str, Plain] = HINTS) -> tuple[Triage, Answer]:
    answer = await rehearse(Triage, body, subject, hints=hints)
    assert isinstance(answer.fact, Triage)
    return answer.fact, answer


async def draft(
    body: str,
    subject: str = "",
    *,
    hints: Mapping[str, Plain] | None = None,
    remark: str = "",
    previous: str = "",
    sorted_as: str = "billing",
    urgent: bool = False,
) -> str:
    """The letter that the rules write."""
    answer = await rehearse(
        Draft,
        body,
        subject,
        hints=hints or {"body": "reply"},
        remark=remark,
        previous={"body": previous} if previous else None,
        triage={"category": sorted_as, "urgent": urgent, "summary": "x"},
    )
    assert isinstance(answer.fact, Draft)
    return answer.fact.body
