"""Who answers a gate: the whole table, everything that may lower autonomy, and nothing that could raise it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.brief import Brief, Level
from bot.domain.intent import AVOID_EARLY, HUMAN_ONLY, Intent, Receipt, Risk
from bot.domain.policy import TABLE, Answerer, Case, Ruling, overridden, policy_ref, rule, sure_enough
from bot.domain.run import Mode, Stage
from bot.intents.helpdesk import AddTag, CloseTicket, GrantCredit, NotifyPartner, SendReply
from tests.made import brief_of

TAG = AddTag(ticket_id="T-1", tag="vip")
CLOSE = CloseTicket(ticket_id="T-1")
REPLY = SendReply(ticket_id="T-1", body="Hello")
NOTICE = NotifyPartner(ticket_id="T-1", text="Hello")


def credit(cents: int = 50_00, currency: str = "EUR") -> GrantCredit:
    return GrantCredit(customer_id="C-1", cents=cents, currency=currency)


CREDIT = credit()


def rate(amount: Any) -> Intent:
    class Rate(Intent, system="helpdesk", target="id", risk=Risk.ROUTINE, cannot_be_undone="It is printed."):
        id: str = "R-1"
        cents: Any = amount

    return Rate()


def of_risk(risk: Risk | None, *, undoable: bool = True) -> Intent:
    """An intent of a test, of any risk, that can be taken back or not."""

    class Lasting(Intent, system="helpdesk", target="id", risk=risk, cannot_be_undone="It is carved in stone."):
        id: str = "X-1"

    class Passing(Intent, system="helpdesk", target="id", risk=risk):
        id: str = "X-1"

        def undone_by(self, receipt: Receipt) -> Intent:
            return Lasting()

    return Passing() if undoable else Lasting()


def brief_for(*intents: Intent, level: Level = Level.AUTOMATICALLY, **changed: object) -> Brief:
    """A brief that gives these intents a level."""
    return brief_of(levels={intent.kind(): level.value for intent in intents}, **changed)


def ruled(stage: Stage, *intents: Intent, brief: Brief | None = None, **case: Any) -> Ruling:
    confidence: Mapping[str, int | None] = case.pop("confidence", {})
    case.setdefault("known", confidence.keys())
    return rule(Case(stage, "approved", intents, confidence, **case), brief or brief_for(*intents))


# --- the table --------------------------------------------------------------------------------------------------------

NOTHING = (Answerer.NOBODY, Mode.NOTHING)
DRY = (Answerer.NOBODY, Mode.DRY_RUN)
SHOWN = (Answerer.PERSON, Mode.SHOW)
PERSON = (Answerer.PERSON, Mode.EXECUTE)
POLICY = (Answerer.POLICY, Mode.EXECUTE)

EXPECTED: Mapping[Stage, Sequence[tuple[Answerer, Mode]]] = {
    Stage.INSTRUMENT: (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Stage.SHADOW: (DRY, DRY, DRY, DRY, DRY),
    Stage.ASSISTED: (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN),
    Stage.APPROVED: (SHOWN, SHOWN, SHOWN, PERSON, PERSON),
    Stage.LIMITED: (SHOWN, SHOWN, SHOWN, PERSON, POLICY),
    Stage.AUTOMATIC: (SHOWN, SHOWN, SHOWN, PERSON, POLICY),
}
"""By stage: assist, draft, recommend, with approval, automatically."""

CELLS = [(stage, level, cell) for stage, row in EXPECTED.items() for level, cell in zip(Level, row, strict=True)]


@pytest.mark.parametrize(("stage", "level", "expected"), CELLS)
def test_stage_and_level_say_who_answers_and_what_happens_then(
    stage: Stage, level: Level, expected: tuple[Answerer, Mode]
) -> None:
    ruling = ruled(stage, TAG, brief=brief_for(TAG, level=level))
    assert (ruling.answerer, ruling.mode) == expected == TABLE[stage][level]
    assert ruling.why.endswith(".")


def test_what_nobody_gave_a_level_needs_an_approval_at_every_stage() -> None:
    answers = {stage: ruled(stage, TAG, brief=brief_of()).answerer for stage in Stage}
    assert Answerer.POLICY not in answers.values()


def test_the_level_of_a_step_wins_over_that_of_the_intent() -> None:
    levels = {"helpdesk.AddTag": "execute automatically", "approved": "draft"}
    assert ruled(Stage.AUTOMATIC, TAG, brief=brief_of(levels=levels)).mode is Mode.SHOW


def test_the_lowest_level_of_a_plan_counts_for_all_of_it() -> None:
    brief = brief_of(levels={"helpdesk.AddTag": "execute automatically", "helpdesk.CloseTicket": "recommend"})
    assert ruled(Stage.AUTOMATIC, TAG, CLOSE, brief=brief).mode is Mode.SHOW
    assert ruled(Stage.AUTOMATIC, TAG, brief=brief).answerer is Answerer.POLICY


# --- thresholds -------------------------------------------------------------------------------------------------------


def over(**threshold: object) -> Mapping[str, object]:
    return {"intent": "helpdesk.GrantCredit", "field": "cents", "reviewers": "finance", **threshold}


@pytest.mark.parametrize(
    ("threshold", "intent", "crosses"),
    [
        (over(above="50 EUR"), credit(50_00), False),
        (over(above="50 EUR"), credit(50_01), True),
        (over(above=5000), credit(5000), False),
        (over(above=5000), credit(5001), True),
        (over(below="50 EUR"), credit(50_00), False),
        (over(below="50 EUR"), credit(49_99), True),
        (over(below="10 EUR", above="50 EUR"), credit(30_00), False),
        (over(below="10 EUR", above="50 EUR"), credit(9_00), True),
        (over(below="10 EUR", above="50 EUR"), credit(51_00), True),
        (over(above="50 EUR"), credit(1, "USD"), True),
        (over(below="50 EUR"), credit(99_00, "USD"), True),
        (over(above="50 EUR", below=10), credit(20_00, "USD"), True),
        (over(above=5000, below="10 EUR"), credit(20_00, "USD"), True),
        (over(above="50 JPY"), credit(51, "JPY"), True),
        (over(above="50 JPY"), credit(50, "JPY"), False),
        (over(above="50 EUR", field="euros"), CREDIT, True),
        (over(above="50 EUR", field="reason"), CREDIT, True),
        (over(), CREDIT, True),
        (over(above="1 EUR", intent="helpdesk.CloseTicket"), CREDIT, False),
        (over(above=10, intent="helpdesk.Rate"), rate(9), False),
        (over(above=10, intent="helpdesk.Rate"), rate(11), True),
        (over(above=10, intent="helpdesk.Rate"), rate(9.5), True),
        (over(above=10, intent="helpdesk.Rate"), rate("9"), True),
        (over(above=10, intent="helpdesk.Rate"), rate(None), True),
    ],
)
def test_a_threshold_hands_over_what_crosses_it_and_what_cannot_be_compared(
    threshold: Mapping[str, object], intent: Intent, crosses: bool
) -> None:
    ruling = ruled(Stage.APPROVED, intent, brief=brief_for(intent, thresholds=[threshold]))
    assert ruling.group == ("finance" if crosses else None)


def test_a_threshold_asks_people_where_the_policy_would_have_answered() -> None:
    brief = brief_for(TAG, thresholds=[over(intent="helpdesk.AddTag", field="tag", above=1, needed=2)])
    ruling = ruled(Stage.AUTOMATIC, TAG, brief=brief)
    assert (ruling.answerer, ruling.mode) == PERSON
    assert (ruling.group, ruling.needed) == ("finance", 2)
    assert ruling.why == "helpdesk.AddTag has a tag above 1: finance decides."


def test_any_intent_of_a_plan_may_cross_it_and_the_first_threshold_of_the_brief_counts() -> None:
    thresholds = [over(above="80 EUR", reviewers="leads"), over(above="40 EUR", needed=2)]
    brief = brief_for(TAG, CREDIT, thresholds=thresholds)
    assert ruled(Stage.APPROVED, TAG, credit(50_00), brief=brief).group == "finance"
    assert ruled(Stage.APPROVED, TAG, credit(90_00), brief=brief).group == "leads"


@pytest.mark.parametrize("stage", [Stage.INSTRUMENT, Stage.SHADOW])
def test_a_threshold_disturbs_nobody_where_nobody_is_asked(stage: Stage) -> None:
    brief = brief_for(CREDIT, thresholds=[over(above="1 EUR")])
    assert ruled(stage, CREDIT, brief=brief).answerer is Answerer.NOBODY


# --- what asks for a person -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.LIMITED, Stage.AUTOMATIC])
@pytest.mark.parametrize("risk", sorted(AVOID_EARLY))
def test_what_is_avoided_early_is_automatic_only_with_a_recorded_override(risk: Risk, stage: Stage) -> None:
    intent = of_risk(risk)
    assert ruled(stage, intent).answerer is Answerer.PERSON
    assert "no recorded override" in ruled(stage, intent).why
    assert ruled(stage, intent, brief=brief_for(intent, overrides=[override(intent)])).answerer is Answerer.POLICY


def override(intent: Intent, author: str = "@olga", approved_by: str = "@lena") -> Mapping[str, object]:
    return {
        "intent": intent.kind(),
        "evidence": "Three hundred of them went out, and nobody changed one.",
        "undo": "A second message puts it right within the hour.",
        "author": author,
        "approved_by": approved_by,
        "on": "2026-03-01",
    }


def test_an_override_counts_only_where_somebody_else_approved_it() -> None:
    own = brief_for(REPLY, overrides=[override(REPLY, approved_by="@olga")])
    assert overridden(own, SendReply) is None
    assert ruled(Stage.AUTOMATIC, REPLY, brief=own).answerer is Answerer.PERSON
    both = brief_for(REPLY, overrides=[override(REPLY, approved_by="@olga"), override(REPLY)])
    assert overridden(both, SendReply) == both.overrides[1]
    assert overridden(both, GrantCredit) is None


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.LIMITED, Stage.AUTOMATIC])
@pytest.mark.parametrize("risk", sorted(HUMAN_ONLY))
def test_what_only_people_may_do_is_shown_and_never_executed(risk: Risk, stage: Stage) -> None:
    intent = of_risk(risk)
    brief = brief_for(intent, overrides=[override(intent)])
    for ruling in (ruled(stage, intent, brief=brief), ruled(stage, TAG, intent, brief=brief)):
        assert (ruling.answerer, ruling.mode) == SHOWN


def test_what_only_people_may_do_goes_to_whom_a_threshold_names() -> None:
    intent = of_risk(Risk.ONE_OFF_FINANCIAL)
    brief = brief_for(intent, thresholds=[over(intent=intent.kind(), field="cents", above=1, needed=2)])
    ruling = ruled(Stage.APPROVED, intent, brief=brief)
    assert (ruling.mode, ruling.group, ruling.needed) == (Mode.SHOW, "finance", 2)


@pytest.mark.parametrize(
    ("intent", "alone"),
    [(TAG, True), (of_risk(Risk.ROUTINE), True), (NOTICE, False), (of_risk(Risk.ROUTINE, undoable=False), False)],
)
def test_at_limited_only_what_is_routine_and_can_be_undone_runs_by_itself(intent: Intent, alone: bool) -> None:
    assert (ruled(Stage.LIMITED, intent).answerer is Answerer.POLICY) is alone
    assert ruled(Stage.AUTOMATIC, intent).answerer is Answerer.POLICY


def test_an_intent_that_does_not_say_its_risk_never_runs_by_itself() -> None:
    ruling = ruled(Stage.AUTOMATIC, of_risk(None))
    assert ruling.answerer is Answerer.PERSON
    assert "does not say what a mistake would cost" in ruling.why


@pytest.mark.parametrize(
    ("confidence", "answerer"),
    [
        ({}, Answerer.POLICY),
        ({"idea": 70}, Answerer.POLICY),
        ({"idea": 100}, Answerer.POLICY),
        ({"idea": 69}, Answerer.PERSON),
        ({"idea": 0}, Answerer.PERSON),
        ({"idea": None}, Answerer.PERSON),
        ({"idea": 100, "other": 100}, Answerer.PERSON),
    ],
)
def test_confidence_below_the_brief_or_unknown_to_it_asks_a_person(
    confidence: Mapping[str, int | None], answerer: Answerer
) -> None:
    brief = brief_for(TAG, confidence={"idea": "70 %"})
    assert ruled(Stage.AUTOMATIC, TAG, brief=brief, confidence=confidence).answerer is answerer


@pytest.mark.parametrize("per_cent", range(101))
def test_every_share_is_reached_by_as_many_per_cent_and_by_no_fewer(per_cent: int) -> None:
    brief = brief_of(confidence={"idea": f"{per_cent} %"})
    assert sure_enough(per_cent, brief.confidence["idea"])
    assert not sure_enough(per_cent - 1, brief.confidence["idea"])
    assert not sure_enough(None, brief.confidence["idea"])


def test_a_doubt_asks_a_person_and_says_which() -> None:
    ruling = ruled(Stage.AUTOMATIC, TAG, doubts=("The dates differ.",))
    assert ruling.answerer is Answerer.PERSON
    assert ruling.why == "There is a doubt: The dates differ."


def test_a_policy_is_named_by_the_brief_it_follows() -> None:
    assert policy_ref("a") == policy_ref("a") != policy_ref("b")
    assert policy_ref("a").startswith("policy:")


# --- whatever the case ------------------------------------------------------------------------------------------------

RANK: Mapping[tuple[Answerer, Mode], int] = {NOTHING: 0, DRY: 1, SHOWN: 2, PERSON: 3, POLICY: 4}
INTENTS = (TAG, CLOSE, REPLY, NOTICE, CREDIT, credit(900_00, "USD"))
some_intents = st.lists(st.sampled_from(INTENTS), min_size=1, max_size=3)
some_levels = st.dictionaries(
    st.sampled_from([intent.kind() for intent in INTENTS]), st.sampled_from(list(Level)).map(str), max_size=5
)
some_confidence = st.dictionaries(
    st.sampled_from(["idea", "draft"]), st.one_of(st.none(), st.integers(0, 100)), max_size=2
)
some_thresholds = st.lists(st.builds(over, above=st.sampled_from(["1 EUR", "100 EUR", 5000, "1 USD"])), max_size=2)
some_overrides = st.lists(
    st.builds(override, st.sampled_from(INTENTS), st.just("@olga"), st.sampled_from(["@olga", "@lena"])), max_size=3
)
some_briefs = st.builds(
    brief_of,
    levels=some_levels,
    thresholds=some_thresholds,
    overrides=some_overrides,
    confidence=st.dictionaries(st.sampled_from(["idea", "draft"]), st.sampled_from(["10 %", "90 %"]), max_size=2),
)
some_cases = st.builds(
    Case,
    stage=st.sampled_from(list(Stage)),
    step=st.just("approved"),
    intents=some_intents,
    confidence=some_confidence,
    doubts=st.lists(st.just("Hm."), max_size=1),
)


def autonomy(ruling: Ruling) -> int:
    return RANK[ruling.answerer, ruling.mode]


@given(some_cases, some_briefs)
def test_nothing_but_the_table_can_raise_autonomy(case: Case, brief: Brief) -> None:
    levels = [brief.level(step=case.step, kind=intent.kind()) for intent in case.intents]
    lowest = min(levels, key=list(Level).index)
    assert autonomy(rule(case, brief)) <= RANK[TABLE[case.stage][lowest]]


@given(some_cases, some_briefs)
def test_caution_never_raises_autonomy(case: Case, brief: Brief) -> None:
    """Doubts, less confidence, one intent or threshold more: each leaves as much to people, or more."""
    before = autonomy(rule(case, brief))
    cautious = [
        replace(case, doubts=(*case.doubts, "And another.")),
        replace(case, confidence={**case.confidence, "more": None}),
        replace(case, confidence=dict.fromkeys(case.confidence, 0)),
        *(replace(case, intents=[*case.intents, intent]) for intent in INTENTS),
    ]
    assert all(autonomy(rule(one, brief)) <= before for one in cautious)
    stricter = brief_of(**{**brief.model_dump(by_alias=True, mode="json"), "thresholds": [over(above=0)]})
    assert autonomy(rule(case, stricter)) <= before
    assert autonomy(rule(case, brief.model_copy(update={"overrides": ()}))) <= before
