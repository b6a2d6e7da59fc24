"""Each mistake is found as what it is and nothing else, in a sentence that names the place and the mend."""

from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from bot.domain.binding import Binding
from bot.domain.checks import WARNINGS, Code, Finding, Weight, check, refusals
from bot.domain.declared.toml import read_toml
from bot.domain.terms import Terms
from bot.domain.workflow import Propose
from tests.domain import sample
from tests.domain.checks import wrong_briefs, wrong_paths, wrong_routes, wrong_steps
from tests.domain.checks.wrong import Small, Wrong, small, support
from tests.domain.checks.wrong_steps import OutOfPlace, waiting

EVERY = (*wrong_steps.WRONG, *wrong_paths.WRONG, *wrong_briefs.WRONG, *wrong_routes.WRONG)
BY_NUMBER = [f"{n}-{wrong.code}" for n, wrong in enumerate(EVERY)]


def found(wrong: Wrong) -> tuple[Finding, ...]:
    return check(wrong.terms, wrong.bindings, workflows=wrong.known, today=wrong.today, people=wrong.people)


@pytest.mark.parametrize("wrong", EVERY, ids=BY_NUMBER)
def test_a_mistake_is_found_as_what_it_is_and_nothing_else(wrong: Wrong) -> None:
    findings = found(wrong)
    assert {finding.code for finding in findings} - wrong.also == {wrong.code}, "\n".join(map(str, findings))
    assert [finding for finding in findings if wrong.says in finding.sentence], "\n".join(map(str, findings))


@pytest.mark.parametrize("wrong", EVERY, ids=BY_NUMBER)
def test_a_finding_says_where_it_is_and_how_it_is_mended(wrong: Wrong) -> None:
    for finding in found(wrong):
        assert finding.file.endswith(("brief.toml", "routes.toml", ".py"))
        assert finding.line >= 1
        assert finding.sentence.endswith((".", "?")), finding.sentence
        assert finding.mend[-1] in '.?`…)"]', finding.mend
        assert finding.workflow == wrong.terms.definition.name
        assert f"{finding.file}:{finding.line}: {finding.level} [{finding.code}] " in str(finding)
        assert not {"None", "…:"} & {*str(finding).split()}


@pytest.mark.parametrize("wrong", EVERY, ids=BY_NUMBER)
def test_one_mistake_is_told_once(wrong: Wrong) -> None:
    told = Counter((finding.code, finding.sentence) for finding in found(wrong))
    assert max(told.values()) == 1


def test_everything_that_can_be_found_has_a_wrong_workflow() -> None:
    assert {wrong.code for wrong in EVERY} == {*Code}


def test_these_findings_and_no_others_are_warnings() -> None:
    warned = {finding.code for wrong in EVERY for finding in found(wrong) if finding.level is Weight.WARN}
    assert warned == WARNINGS
    assert {
        Code.UNUSED_STEP,
        Code.UNUSED_SYSTEM,
        Code.SEVERAL_GATES,
        Code.SEVERAL_OUTCOMES,
        Code.SEVERAL_OWNERS,
        Code.NO_WAY_BACK,
        Code.NO_CONFIDENCE,
        Code.NOTHING_TO_FILL_IN,
        Code.UNPROVEN,
        Code.MAP_GAPS,
        Code.DOUBTFUL,
        Code.HIDDEN_COMPLIANCE,
        Code.HAS_LEFT,
    } == WARNINGS


def test_the_small_workflow_and_support_triage_are_clean() -> None:
    assert check(small(), sample.BINDINGS) == ()
    assert check(sample.terms(), sample.BINDINGS) == ()


RIGHT = (*((terms, sample.BINDINGS) for terms in (*wrong_paths.RIGHT, *wrong_routes.RIGHT)), *wrong_briefs.RIGHT)


@pytest.mark.parametrize("right", RIGHT, ids=range(len(RIGHT)))
def test_what_is_nearly_a_mistake_is_none(right: tuple[Terms, Mapping[str, Binding]]) -> None:
    terms, bindings = right
    assert check(terms, bindings) == ()


def test_every_way_to_write_a_wait_that_is_right_passes() -> None:
    for until in ("2d", "1d 12h", "due.due_at", "due.updated_at", "due.perhaps_at"):
        assert check(waiting(until), sample.BINDINGS) == ()


def test_refusals_come_before_warnings_and_each_in_the_order_of_the_files() -> None:
    terms = small(wrong_paths.SeveralOutcomes.definition, owner="@a, @b", changes={}, confidence={"x": "90 %"})
    findings = check(terms, sample.BINDINGS)
    assert [finding.level for finding in findings] == sorted(finding.level for finding in findings)
    assert {finding.level for finding in findings} == {*Weight}
    assert refusals(findings) == tuple(one for one in findings if one.code not in WARNINGS)


def test_a_misshapen_workflow_is_not_judged_by_its_paths() -> None:
    codes = {finding.code for finding in check(small(OutOfPlace.definition), sample.BINDINGS)}
    assert codes == {Code.OUT_OF_PLACE}


BRIEF_TEXT = """\
[reviewers.support]
channel = "#support"
evidence = ["history"]

[[overrides]]
intent = "helpdesk.Other"

[levels]
answer = "draft"
"""


def test_a_finding_in_the_brief_names_the_line_of_the_setting() -> None:
    terms = small(
        **support(members=[], evidence=["history"]),
        overrides=[wrong_briefs.OVERRIDE],
        levels={"answer": "draft"},
    )
    findings = check(terms, sample.BINDINGS, toml=read_toml(BRIEF_TEXT, file="house/brief.toml"))
    assert {finding.file for finding in findings} == {"house/brief.toml"}
    assert [(finding.line, finding.code) for finding in findings] == [
        (1, Code.CONTRADICTION),
        (3, Code.UNKNOWN_EVIDENCE),
        (6, Code.CONTRADICTION),
        (9, Code.UNKNOWN_LEVEL),
    ]


def test_a_class_of_the_house_may_name_a_field_that_this_workflow_does_not_have() -> None:
    terms = small(data={"classes": {"birthday": "personal"}})
    own = '[data.classes]\nbirthday = "personal"\n'
    assert [one.code for one in check(terms, sample.BINDINGS, toml=read_toml(own, file="brief.toml"))] == [
        Code.UNKNOWN_DATA
    ]
    assert check(terms, sample.BINDINGS, toml=read_toml("", file="brief.toml")) == ()


def test_a_finding_in_the_workflow_names_the_line_of_its_step() -> None:
    (finding,) = found(next(wrong for wrong in EVERY if wrong.code is Code.TWO_NAMES))
    text = Path(finding.file).read_text().splitlines()
    assert text[finding.line - 1].strip() == 'approved = review(tag, by="support")'


def test_the_brief_stands_beside_the_workflow_file() -> None:
    (finding,) = check(small(map=None), sample.BINDINGS)
    assert Path(finding.file) == Path(Small.ticket.place.file).with_name("brief.toml")


def explode(ticket: object) -> NoReturn:
    raise AssertionError(f"The author's function ran with {ticket}.")


def test_checking_never_runs_a_function_of_the_author() -> None:
    steps = [copy(step) for step in Small.definition.steps]
    for step in steps:
        if isinstance(step.node, Propose):
            step.node = replace(step.node, build=explode)
    findings = check(small(replace(Small.definition, steps=tuple(steps))), sample.BINDINGS)
    assert Code.OUT_OF_PLACE in {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("says", "mend"),
    [
        ("compares “reason”, which is not a number", "Fields that can be compared: cents."),
        ("waits for status to be 'replied'", "status (open, answered, closed), messages, last_reply_id"),
        ("names “amount”, which is no field of it", "Its fields: customer_id, cents, currency, reason."),
        ("[scope] waits for routed.category", "routed.category (billing, bug, how-to, spam)."),
        ("Mistargeted names “ticket”", "Its fields: ticket_id."),
        ("starts runs of “welcome”", "There are: goodbye."),
        ("“answer”, which is neither a review nor", "What has a level: approved, helpdesk.AddTag."),
    ],
)
def test_a_mend_names_what_could_be_written_instead(says: str, mend: str) -> None:
    (finding,) = [one for wrong in EVERY for one in found(wrong) if says in one.sentence]
    assert mend in finding.mend


def test_a_level_is_found_under_the_step_where_the_brief_says_it_by_step() -> None:
    by_step = wrong_briefs.with_intent(wrong_briefs.DELETION, levels={"approved": "execute automatically"})
    text = '[levels]\n"helpdesk.Risky" = "draft"\napproved = "execute automatically"\n'
    bindings = wrong_briefs.bound(wrong_briefs.DELETION)
    (finding,) = check(by_step, bindings, toml=read_toml(text, file="brief.toml"))
    assert (finding.code, finding.line) == (Code.AVOID_EARLY, 3)


def test_an_override_and_a_threshold_hold_for_their_own_intent_only() -> None:
    risky = wrong_briefs.with_intent(
        wrong_briefs.DELETION,
        **wrong_briefs.AUTOMATIC,
        changes={"helpdesk": ["Risky", "SendReply"]},
        overrides=[{**wrong_briefs.OVERRIDE, "intent": "helpdesk.SendReply"}],
    )
    found = {finding.code for finding in check(risky, wrong_briefs.bound(wrong_briefs.DELETION))}
    assert Code.AVOID_EARLY in found
    legal = wrong_briefs.with_intent(
        wrong_briefs.LEGAL,
        compliance="Contract law.",
        changes={"helpdesk": ["Risky", "GrantCredit"]},
        reviewers={"support": {**sample.SUPPORT, "specialist": True}, "clerks": sample.SUPPORT},
        **wrong_briefs.threshold(reviewers="clerks"),
    )
    found = {finding.code for finding in check(legal, wrong_briefs.bound(wrong_briefs.LEGAL))}
    assert Code.NO_SPECIALIST not in found
