"""The dial has five names and three; what a step further needs is said before somebody takes it."""

import pytest

from bot.domain.brief import Level
from bot.domain.dial import STAGES, Autonomy, dial_lines, is_further, missing_for, next_stage, settings
from bot.domain.run import Stage
from tests.made import Three, terms_of

TAG = "helpdesk.AddTag"
CREDIT = "helpdesk.GrantCredit"
OVERRIDE = {
    "intent": CREDIT,
    "evidence": "300 credits",
    "undo": "It is withdrawn",
    "author": "@olga",
    "approved_by": "@farah",
    "on": "2026-01-01",
}

OBSERVE, APPROVAL, ALONE = Autonomy.OBSERVE, Autonomy.WITH_APPROVAL, Autonomy.AUTONOMOUS
TABLE = [
    (Stage.INSTRUMENT, Level.AUTOMATICALLY, None, Autonomy.OFF),
    (Stage.SHADOW, Level.DRAFT, Level.DRAFT, OBSERVE),
    (Stage.SHADOW, Level.AUTOMATICALLY, Level.RECOMMEND, OBSERVE),
    (Stage.ASSISTED, Level.ASSIST, Level.ASSIST, OBSERVE),
    (Stage.ASSISTED, Level.WITH_APPROVAL, Level.RECOMMEND, OBSERVE),
    (Stage.APPROVED, Level.DRAFT, Level.DRAFT, OBSERVE),
    (Stage.APPROVED, Level.WITH_APPROVAL, Level.WITH_APPROVAL, APPROVAL),
    (Stage.APPROVED, Level.AUTOMATICALLY, Level.WITH_APPROVAL, APPROVAL),
    (Stage.LIMITED, Level.WITH_APPROVAL, Level.WITH_APPROVAL, APPROVAL),
    (Stage.LIMITED, Level.AUTOMATICALLY, Level.AUTOMATICALLY, ALONE),
    (Stage.AUTOMATIC, Level.RECOMMEND, Level.RECOMMEND, OBSERVE),
    (Stage.AUTOMATIC, Level.AUTOMATICALLY, Level.AUTOMATICALLY, ALONE),
]


@pytest.mark.parametrize(("stage", "level", "effective", "autonomy"), TABLE)
def test_both_namings_say_the_same(stage: Stage, level: Level, effective: Level | None, autonomy: Autonomy) -> None:
    (one,) = settings(terms_of(stage=stage.value, levels={CREDIT: level.value}))
    assert (one.step, one.intent, one.level) == ("approved", CREDIT, level)
    assert (one.effective, one.autonomy) == (effective, autonomy)


def test_each_change_has_its_own_dial() -> None:
    terms = terms_of(Three, stage="limited", levels={TAG: "execute automatically", "helpdesk.NotifyPartner": "draft"})
    assert {one.intent: one.autonomy for one in settings(terms)} == {
        "helpdesk.OpenTicket": APPROVAL,
        TAG: ALONE,
        "helpdesk.NotifyPartner": OBSERVE,
    }


def test_what_the_stage_holds_back_is_said() -> None:
    lines = dial_lines(
        terms_of(levels={CREDIT: "execute automatically"}, scope=[{"field": "ticket.id", "values": ["a", "b"]}])
    )
    assert lines == [
        f"Stage approved: {STAGES[Stage.APPROVED]}.",
        f"{CREDIT} at “approved”: execute with approval – act with approval "
        "(its level is “execute automatically”; the stage holds it back)",
        "Only where ticket.id is a or b; elsewhere it stays in shadow.",
    ]


def test_every_stage_is_told_and_the_next_one_is_one_step() -> None:
    assert set(STAGES) == {*Stage}
    assert [next_stage(stage) for stage in Stage] == [*[*Stage][1:], None]
    assert is_further(Stage.LIMITED, Stage.APPROVED)
    assert not is_further(Stage.APPROVED, Stage.APPROVED)
    assert not is_further(Stage.SHADOW, Stage.APPROVED)


def test_what_a_step_further_lacks_is_said_change_by_change() -> None:
    assert missing_for(terms_of(), Stage.APPROVED) == ()
    assert missing_for(terms_of(), Stage.LIMITED) == (
        f"{CREDIT}: set its level to “execute automatically”, or people go on approving it.",
        f"{CREDIT} (refund or payment) needs an override with its evidence, entered by a second person.",
        "“idea” has no confidence: what rests on it goes to people.",
    )
    ready = {"levels": {CREDIT: "execute automatically"}, "overrides": [OVERRIDE], "confidence": {"idea": "90 %"}}
    assert missing_for(terms_of(**ready), Stage.LIMITED) == ()
    assert missing_for(terms_of(**ready), Stage.AUTOMATIC) == ()


def test_what_cannot_be_undone_stays_with_people_at_stage_limited_only() -> None:
    notice = "helpdesk.NotifyPartner"
    levels = dict.fromkeys((notice, TAG, "helpdesk.OpenTicket"), "execute automatically")
    terms = terms_of(Three, levels=levels)
    assert missing_for(terms, Stage.LIMITED) == (
        f"{notice} is not low-risk, so people go on approving it at stage limited.",
    )
    assert missing_for(terms, Stage.AUTOMATIC) == ()
