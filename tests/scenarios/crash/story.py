"""The stories that are killed at every point: what is asked, what people decide, what must be true at the end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.systems.sandbox import Fault
from bot.domain.event import Verdict
from bot.domain.person import Person, PersonId, TeamId
from bot.domain.plain import Plain
from tests.gathered import TRIAGE_ALONE

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "workflows" / "fixtures"
TEAM = TeamId("crash")


def person(key: str, *groups: str) -> Person:
    return Person(PersonId(f"crash/{key}"), key.title(), f"@{key}", frozenset(groups))


PEOPLE = {
    key: person(key, "staff") for key in "sam mia leo ines farah tom olga jonas priya nora lena omar nadia".split()
}

BILLING = json.loads((ROOT / "workflows" / "support_triage" / "samples" / "billing.json").read_text())
"""A ticket that stands in the back office too."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a person does when the run waits at a step."""

    verdict: Verdict
    by: str
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])


@dataclass(frozen=True, slots=True)
class Story:
    """One run from its trigger to its end."""

    workflow: str
    folder: Path
    answers: Mapping[str, Mapping[str, Plain]]
    moves: Mapping[str, tuple[Move, ...]]
    """What people do, by the step that waits."""
    effects: Mapping[str, int]
    """How many effects of each kind the back office must have seen: no more, no fewer."""
    ends: frozenset[str]
    faults: tuple[tuple[str, Fault, int | None], ...] = ()
    """Kind, fault, times."""
    value: Mapping[str, Plain] = field(default_factory=lambda: BILLING)
    """What it starts from."""


TRIAGE = Story(
    workflow="support_triage",
    folder=TRIAGE_ALONE,
    answers={
        "triage": {"category": "billing", "urgent": False, "summary": "Charged twice."},
        "draft": {"body": "We look into both charges today and write to you tomorrow."},
    },
    moves={"approved": (Move(Verdict.APPROVE, "farah"),)},
    effects={"helpdesk.SendReply": 1},
    ends=frozenset({"done"}),
)


def _onboarding(
    effects: Mapping[str, int], ends: str, *, faults: tuple[tuple[str, Fault, int | None], ...] = ()
) -> Story:
    return Story(
        workflow="partner_onboarding",
        folder=FIXTURES,
        answers={
            "application": {"kind": "referral", "company": "Velo Nord", "summary": "Wants to refer customers."},
            "note": {"note": "A referral partner with ten shops."},
        },
        moves={"approved": (Move(Verdict.APPROVE, "mia"),)},
        effects=effects,
        ends=frozenset({ends}),
        faults=faults,
    )


PLAN = _onboarding({"helpdesk.OpenTicket": 1, "helpdesk.AddTag": 1, "helpdesk.GrantCredit": 1}, "done")
"""A plan of three, carried out in order; the second refers to the id that the first brings back."""

UNDONE_PLAN = _onboarding(
    {"helpdesk.OpenTicket": 1, "helpdesk.AddTag": 1, "helpdesk.DeleteTag": 1, "helpdesk.CloseTicket": 1},
    "failed",
    faults=(("helpdesk.GrantCredit", Fault.REFUSE, None),),
)
"""The third of the plan is refused: the first two are taken back, in reverse."""

STORIES = {"triage": TRIAGE, "plan": PLAN, "undone plan": UNDONE_PLAN}
