"""Whoever mistypes a name is told the one that was meant; whoever writes another altogether, what there is."""

from dataclasses import replace

import pytest

from bot.domain.checks import Code, check
from bot.domain.terms import Terms
from bot.intents import helpdesk
from tests.domain import sample
from tests.domain.checks.wrong import answering, small, support
from tests.domain.checks.wrong_briefs import granting, proving
from tests.domain.checks.wrong_steps import Asking

STEPS = "Steps that can be shown: ticket, tag, approved, tagged."
LEVELS = "What has a level: approved, helpdesk.AddTag."
FIELDS = "Its fields: customer_id, cents, currency, reason."
DATA = "Write `step.field`, or the name of a field alone."
TAKE_OUT = "Take it out: what is not connected cannot go wrong."


def mends(terms: Terms, code: Code) -> list[str]:
    return [one.mend for one in check(terms, sample.BINDINGS) if one.code is code]


@pytest.mark.parametrize(
    ("terms", "code", "mend"),
    [
        (small(**support(evidence=["ticket", "tickte"])), Code.UNKNOWN_EVIDENCE, "Did you mean ticket?"),
        (small(**support(evidence=["ticket", "history"])), Code.UNKNOWN_EVIDENCE, STEPS),
        (small(levels={"aproved": "draft"}), Code.UNKNOWN_LEVEL, "Did you mean approved?"),
        (small(levels={"quux": "draft"}), Code.UNKNOWN_LEVEL, LEVELS),
        (answering(Asking.definition, confidence={"drat": "90 %"}), Code.UNKNOWN_CONFIDENCE, "Did you mean draft?"),
        (
            answering(Asking.definition, confidence={"quux": "90 %"}),
            Code.UNKNOWN_CONFIDENCE,
            "The steps that ask the model: draft.",
        ),
        (small(confidence={"triage": "90 %"}), Code.UNKNOWN_CONFIDENCE, "The steps that ask the model: none."),
        (granting(field="cent"), Code.WRONG_THRESHOLD, "Did you mean cents?"),
        (granting(field="quux"), Code.WRONG_THRESHOLD, FIELDS),
        (proving(of="tikcet"), Code.WRONG_PROOF, "Did you mean ticket?"),
        (proving(of="order"), Code.WRONG_PROOF, "Name a step, such as the trigger."),
        (small(data={"classes": {"ticket.emial": "personal"}}), Code.UNKNOWN_DATA, "Did you mean ticket.email?"),
        (small(data={"classes": {"emial": "personal"}}), Code.UNKNOWN_DATA, "Did you mean email?"),
        (small(data={"subject": "tickets.email"}), Code.UNKNOWN_DATA, "Did you mean ticket.email?"),
        (small(data={"subject": "quux"}), Code.UNKNOWN_DATA, DATA),
    ],
)
def test_a_name_that_is_not_known_gets_the_nearest_that_is(terms: Terms, code: Code, mend: str) -> None:
    assert mends(terms, code) == [mend]


@pytest.mark.parametrize(
    ("names", "mend"),
    [
        (["state_of", "account_off"], "Did you mean helpdesk.account_of?"),
        (["state_of", "quux"], TAKE_OUT),
        (["state_of", "account_of"], TAKE_OUT),
    ],
    ids=["mistyped", "not known", "known, and not used"],
)
def test_a_read_that_nothing_uses_is_a_slip_or_goes(names: list[str], mend: str) -> None:
    assert mends(small(reads={"helpdesk": names}), Code.UNUSED_SYSTEM) == [mend]


@pytest.mark.parametrize(
    ("names", "mend"),
    [
        (["AdTag"], "Did you mean helpdesk.AddTag?"),
        (["AddTag", "Quux"], TAKE_OUT),
        (["AddTag", "SendReply"], TAKE_OUT),
        (["AddTag", "CloseTicket"], TAKE_OUT),
    ],
    ids=["mistyped", "not known", "of another workflow", "known, and not used"],
)
def test_a_change_that_nothing_makes_is_a_slip_or_goes(names: list[str], mend: str) -> None:
    intents = {intent.kind(): intent for intent in (helpdesk.AddTag, helpdesk.CloseTicket)}
    terms = replace(small(changes={"helpdesk": names}), intents=intents)
    assert mends(terms, Code.UNUSED_SYSTEM) == [mend]
