"""A drawing shows every step, what follows when, who decides, and the path a run took; no text in it is markup."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring import Workflow, act, ask, choose, decide, either, propose, review, stop, trigger
from bot.domain.brief import Brief
from bot.domain.drawing import mermaid, svg
from bot.domain.drawing.flow import END, Arrow, arrows, boxes
from bot.domain.drawing.layout import BEND, SIDE, lay_out
from bot.domain.drawing.standing import Mark, standings, was_taken
from bot.domain.intent import Proposal
from bot.domain.person import Door, PersonId, TeamId
from bot.domain.run import (
    Action,
    ActionStatus,
    Ask,
    Gate,
    GateStatus,
    Mode,
    Origin,
    Pins,
    Question,
    Run,
    RunId,
    RunState,
    Stage,
    StepState,
    StepStatus,
)
from bot.domain.workflow import Definition
from bot.intents import helpdesk
from tests.domain import sample
from tests.domain.sample import SUPPORT, Category, Draft, SupportTriage, Triage, answer, mark
from tests.naughty import every_text
from tests.workflows.fixtures.partner_onboarding import PartnerOnboarding

TRIAGE, ONBOARDING = SupportTriage.definition, PartnerOnboarding.definition
AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


SVG = "{http://www.w3.org/2000/svg}"


def shown(drawing: str) -> list[str]:
    """Every text of an SVG, tooltips left out."""
    return ["".join(text.itertext()) for text in ET.fromstring(drawing).iter(f"{SVG}text")]


def run_of(definition: Definition, states: Mapping[str, StepState], **changed: Any) -> Run:
    run = Run(
        id=RunId("r-7f3a"),
        team=TeamId("T1"),
        workflow=definition.name,
        pins=Pins("0" * 64),
        origin=Origin(Door.TERMINAL, "key", "T1/mia"),
        stage=Stage.APPROVED,
        owner=PersonId("T1/nora"),
        started_at=AT,
        state=RunState.WAITING,
        steps=states,
    )
    return replace(run, **changed)


def gate(step: str, status: GateStatus, group: str) -> Gate:
    return Gate("g1", step, 1, status, Mode.EXECUTE, (), "0" * 64, group, 1, 1, AT, "A person decides.")


DONE, SKIPPED = StepState(StepStatus.DONE), StepState(StepStatus.SKIPPED)
UNTIL_GATE = {
    **dict.fromkeys(("ticket", "account", "draft", "reply"), DONE),
    "triage": replace(DONE, confidence=83),
    "category": replace(DONE, value="billing"),
    "spam": SKIPPED,
    "approved": StepState(StepStatus.ASKED),
}
WAITING = run_of(TRIAGE, UNTIL_GATE, gates={"approved": gate("approved", GateStatus.OPEN, "finance")})


# --- what follows what --------------------------------------------------------------------------------------


def ways(definition: Definition) -> list[tuple[str, str, str]]:
    return [(arrow.start, arrow.end or "END", arrow.label) for arrow in arrows(definition)]


def test_arrows_say_what_follows_what_and_when() -> None:
    assert ways(TRIAGE) == [
        ("ticket", "account", ""),
        ("account", "triage", ""),
        ("triage", "category", ""),
        ("category", "spam", "spam"),
        ("category", "draft", "otherwise"),
        ("draft", "reply", ""),
        ("reply", "approved", ""),
        ("approved", "sent", "approved"),
        ("sent", "END", ""),
    ]


def test_alternatives_are_labelled_and_come_together_again() -> None:
    labelled = [way for way in ways(ONBOARDING) if way[2]]
    assert labelled == [
        ("kind", "elsewhere", "none"),
        ("kind", "handover", "reseller"),
        ("kind", "note", "referral"),
        ("approved", "ready", "approved"),
        ("settled", "marked", "kind: reseller"),
        ("settled", "END", "kind: referral"),
    ]
    assert {start for start, end, _ in ways(ONBOARDING) if end == "case"} == {"handover", "note"}


class Detour(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    bug = ask(Draft, about=ticket, when=category.is_(Category.BUG))
    spam = stop("Spam.", when=category.is_(Category.SPAM))
    other = ask(Draft, about=ticket, when=category.is_not(Category.BUG))
    reply = propose(answer, ticket, either(bug, other))
    tag = propose(mark, ticket, when=category.is_(Category.BUG))
    approved = review(
        reply, by=choose(category, {Category.BUG: "finance", Category.BILLING: "finance"}, otherwise="support")
    )
    sent = act(approved)


def test_an_optional_step_is_passed_by_with_the_reason() -> None:
    assert [way for way in ways(Detour.definition) if way[0] == "reply"] == [
        ("reply", "tag", "category: bug"),
        ("reply", "approved", "category: billing, how-to"),
    ]


def test_every_path_can_be_followed_from_the_trigger_to_an_end() -> None:
    for definition in (TRIAGE, ONBOARDING, Detour.definition):
        reached = {definition.trigger.name}
        for arrow in arrows(definition):
            assert arrow.start in reached
            reached.add(arrow.end)
        assert reached == {*definition.names(), END}


# --- what a box says ----------------------------------------------------------------------------------------


def lines_of(definition: Definition, brief: Brief, name: str) -> tuple[str, ...]:
    return next(box.lines for box in boxes(definition, brief) if box.name == name)


def test_a_review_says_who_decides_and_what_happens_otherwise() -> None:
    brief = sample.brief(
        reviewers={
            "finance": {**SUPPORT, "needed": 2, "on_rejection": "park", "expires_after": "3d"},
            "support": {**SUPPORT, "on_rejection": "redraft", "on_expiry": "reject"},
        }
    )
    assert lines_of(TRIAGE, brief, "approved") == (
        "decided by finance (billing), else support",
        "2 must agree; rejected: the owner decides; no answer in 3d: escalated",
        "rejected: drafted again; no answer in 7d: rejected",
    )


def test_reviewers_that_are_asked_for_several_reasons_are_named_once() -> None:
    assert lines_of(Detour.definition, sample.brief(), "approved")[0] == (
        "decided by finance (bug, billing), else support"
    )


def routed(table: dict[Category, str], otherwise: str) -> str:
    """Who decides, in words, where a review is routed so."""

    class Routed(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        triage = ask(Triage, about=ticket)
        category = decide(triage, by=lambda it: it.category)
        tag = propose(mark, ticket)
        approved = review(tag, by=choose(category, table, otherwise=otherwise))

    return lines_of(Routed.definition, sample.brief(), "approved")[0]


def test_each_group_is_named_with_its_own_reasons() -> None:
    table = {Category.BUG: "lab", Category.BILLING: "finance", Category.SPAM: "lab", Category.HOW_TO: "support"}
    assert routed(table, "support") == "decided by lab (bug, spam), finance (billing), else support"
    assert routed({Category.BUG: "support"}, "support") == "decided by support"


def test_the_end_says_what_proves_that_it_is_done() -> None:
    proof = {"read": "helpdesk.state_of", "of": "ticket", "field": "closed", "is": True}
    assert lines_of(TRIAGE, sample.brief(done_when=proof), END) == ("helpdesk.state_of: closed is true",)


def test_reviewers_that_the_brief_does_not_know_are_told() -> None:
    lines = lines_of(TRIAGE, sample.brief(reviewers={"support": SUPPORT}), "approved")
    assert "nobody is named in the brief" in lines


def test_each_verb_says_in_a_few_words_what_it_does() -> None:
    brief = sample.brief(reviewers={"finance": SUPPORT, "partners": SUPPORT})
    said = {box.name: box.lines[0] for box in boxes(ONBOARDING, brief)}
    assert said == {
        "request": "starts with a Ticket",
        "account": "reads helpdesk.account_of",
        "application": "the model gives Application, from request, account",
        "kind": "by code, from application",
        "elsewhere": "This is no application for a partnership.",
        "handover": "asks partners for Handover",
        "note": "the model gives Note, from request, application",
        "case": "builds helpdesk.OpenTicket, from request, application, handover, note",
        "label": "builds helpdesk.AddTag, from case, kind",
        "credit": "builds helpdesk.GrantCredit, from request, kind",
        "setup": "in this order: case, label, credit",
        "approved": "decided by finance (reseller), else partners",
        "ready": "carries out what was approved, once",
        "settled": "2d, or until a TicketState comes",
        "marked": "starts partner_ticket for each record, 10 at most",
        END: "helpdesk.state_of: status is answered",
    }


# --- Mermaid ------------------------------------------------------------------------------------------------


def test_mermaid_draws_the_workflow_as_text() -> None:
    assert mermaid(TRIAGE, sample.brief()).splitlines()[:5] == [
        "flowchart TD",
        '    s0(["<b>ticket</b> <i>trigger</i><br/>starts with a Ticket"])',
        '    s1["<b>account</b> <i>look_up</i><br/>reads helpdesk.account_of"]',
        '    s2["<b>triage</b> <i>ask</i><br/>the model gives Triage, from ticket, account"]',
        '    s3{"<b>category</b> <i>decide</i><br/>by code, from triage"}',
    ]
    assert '    s3 -->|"otherwise"| s5' in mermaid(TRIAGE, sample.brief()).splitlines()


def stopping(text: str) -> Definition:
    class Stopping(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        ended = stop(text)

    return Stopping.definition


def test_text_in_mermaid_cannot_end_its_box_or_be_markup() -> None:
    text = 'say "no"] --> s0; <script>alert(1)</script> & `code` #35;'
    (line,) = [line for line in mermaid(stopping(text), sample.brief()).splitlines() if "s1[[" in line]
    assert line == (
        '    s1[["<b>ended</b> <i>stop</i><br/>say #quot;no#quot;] --#gt; s0; #lt;script#gt;alert(1)#lt;/script#gt;'
        " #amp; 'code' ＃35;\"]]"
    )


@every_text
def test_a_naughty_text_leaves_mermaid_its_lines_and_svg_its_shape(text: str) -> None:
    definition, brief = stopping(text), sample.brief()
    assert len(mermaid(definition, brief).splitlines()) == 5
    ET.fromstring(svg(definition, brief))


# --- SVG ----------------------------------------------------------------------------------------------------


def test_a_drawing_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    root = ET.fromstring(svg(TRIAGE, sample.brief(process="Answer a ticket.")))
    assert root.get("role") == "img"
    assert root.findtext("{*}title") == "sample, version 1"
    assert root.findtext("{*}desc") == "Stage approved. Answer a ticket."


def test_every_step_stands_in_the_drawing_with_its_verb() -> None:
    texts = shown(svg(ONBOARDING, sample.brief()))
    for step in ONBOARDING.steps:
        assert step.name in texts
    assert {"look up", "inquire", "plan", "each", "done when", "kind: reseller"} <= {*texts}


def test_the_same_workflow_gives_the_same_drawing() -> None:
    assert svg(ONBOARDING, sample.brief()) == svg(ONBOARDING, sample.brief())
    assert svg(TRIAGE, sample.brief(), WAITING) == svg(TRIAGE, sample.brief(), WAITING)


def test_a_drawing_needs_nothing_from_outside_and_runs_nothing() -> None:
    drawing = svg(stopping("<script>alert(1)</script><a href='x'>"), sample.brief())
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(drawing).iter()}
    assert tags == {"svg", "title", "desc", "rect", "g", "text", "path"}
    assert "href" not in re.sub(r">[^<]*<", "><", drawing)


def test_long_texts_are_wrapped_and_cut_and_stand_whole_in_the_tooltip() -> None:
    text = "A very long reason why this ends here. " * 9
    drawing = svg(stopping(text), sample.brief())
    lines = [line for line in shown(drawing) if "reason" in line or "ends here" in line]
    assert len(lines) == 4
    assert lines[-1].endswith(" …")
    assert max(map(len, lines)) <= 48
    assert text.strip() in drawing


def test_wide_letters_take_two_places() -> None:
    lines = [line for line in shown(svg(stopping("拒絶しました " * 20), sample.brief())) if "拒" in line]
    assert max(map(len, lines)) <= 24


# --- a run --------------------------------------------------------------------------------------------------


def marks(run: Run, definition: Definition = TRIAGE) -> dict[str, tuple[Mark, str]]:
    return {name: (one.mark, one.words) for name, one in standings(definition, run).items()}


def test_a_waiting_run_says_whom_it_waits_for_and_what_was_never_reached() -> None:
    texts = shown(svg(TRIAGE, sample.brief(), WAITING))
    assert "Run r-7f3a: waiting." in texts
    assert {"waiting for finance", "done, 83 % sure", "done: billing", "skipped", "not reached"} <= {*texts}
    assert marks(WAITING)["sent"] == marks(WAITING)[END] == (Mark.AHEAD, "")


def test_a_mark_is_words_and_not_colour_alone() -> None:
    root = ET.fromstring(svg(TRIAGE, sample.brief(), WAITING))
    circles = [*root.iter(f"{SVG}circle")]
    assert len(circles) == len([mark for mark, words in marks(WAITING).values() if words])


def test_the_path_that_was_taken_is_drawn_solid_and_the_rest_dashed() -> None:
    standing = standings(TRIAGE, WAITING)
    taken = [(way.start, way.end) for way in arrows(TRIAGE) if was_taken(way, TRIAGE, standing)]
    assert taken == [
        *pairwise(["ticket", "account", "triage", "category", "draft", "reply", "approved"]),
    ]
    drawing = svg(TRIAGE, sample.brief(), WAITING)
    assert drawing.count('stroke-width="2.2"/>') >= len(taken)


def test_a_run_that_was_stopped_shows_where() -> None:
    states = {**{name: UNTIL_GATE[name] for name in ("ticket", "account", "triage")}, "category": DONE, "spam": DONE}
    run = run_of(TRIAGE, states, state=RunState.STOPPED, reason="Spam: nothing to answer.")
    assert marks(run)["spam"] == (Mark.DONE, "stopped here")
    assert "Run r-7f3a: stopped. Spam: nothing to answer." in shown(svg(TRIAGE, sample.brief(), run))


def test_a_finished_run_reaches_its_end() -> None:
    states = {**UNTIL_GATE, "approved": DONE, "sent": DONE}
    gates = {"approved": gate("approved", GateStatus.APPROVED, "finance")}
    run = run_of(TRIAGE, states, gates=gates, state=RunState.DONE)
    assert marks(run)["approved"] == (Mark.DONE, "approved")
    assert marks(run)[END] == (Mark.DONE, "done")
    assert "not reached" not in shown(svg(TRIAGE, sample.brief(), run))


@pytest.mark.parametrize(
    ("status", "mark"),
    [(GateStatus.REJECTED, Mark.FAILED), (GateStatus.EXPIRED, Mark.FAILED), (GateStatus.CLOSED, Mark.DONE)],
)
def test_a_gate_shows_how_it_was_decided(status: GateStatus, mark: Mark) -> None:
    run = run_of(TRIAGE, {**UNTIL_GATE, "approved": DONE}, gates={"approved": gate("approved", status, "finance")})
    assert marks(run)["approved"] == (mark, str(status))


def acting(*statuses: ActionStatus, step: StepStatus = StepStatus.DUE) -> tuple[Mark, str]:
    proposal = Proposal("reply", "helpdesk.SendReply", {})
    actions = tuple(Action("sent", n, proposal, "key", status) for n, status in enumerate(statuses))
    states = {**UNTIL_GATE, "approved": DONE, "sent": StepState(step)}
    return marks(run_of(TRIAGE, states, actions=actions))["sent"]


def test_an_action_shows_how_far_it_came() -> None:
    assert acting(ActionStatus.DONE, ActionStatus.BEGUN) == (Mark.WAITING, "under way, 1 of 2 done")
    assert acting(ActionStatus.DONE, ActionStatus.IN_DOUBT) == (Mark.FAILED, "in doubt: helpdesk.SendReply")
    assert acting(ActionStatus.STUCK) == (Mark.FAILED, "stuck: helpdesk.SendReply")
    assert acting(ActionStatus.UNDONE, step=StepStatus.DONE) == (Mark.DONE, "done, then taken back")
    assert acting(ActionStatus.DONE, step=StepStatus.DONE) == (Mark.DONE, "done")
    assert acting(step=StepStatus.ASKED) == (Mark.WAITING, "waiting")


def test_what_another_step_did_is_not_shown_here() -> None:
    other = Action("elsewhere", 0, Proposal("reply", "helpdesk.SendReply", {}), "key", ActionStatus.IN_DOUBT)
    states = {**UNTIL_GATE, "approved": DONE, "sent": DONE}
    assert marks(run_of(TRIAGE, states, actions=(other,)))["sent"] == (Mark.DONE, "done")


def test_a_question_shows_who_is_asked() -> None:
    question = Question("triage", Ask.FILL_IN, "support", "What is it about?", AT)
    states = {"ticket": DONE, "account": StepState(StepStatus.DUE), "triage": StepState(StepStatus.ASKED)}
    found = marks(run_of(TRIAGE, states, questions={"triage": question}))
    assert found["triage"] == (Mark.WAITING, "waiting for support")
    assert found["account"] == (Mark.WAITING, "under way")
    assert marks(run_of(TRIAGE, states))["triage"] == (Mark.WAITING, "waiting for a person")
    failed = run_of(TRIAGE, {"ticket": DONE, "account": StepState(StepStatus.FAILED)})
    assert marks(failed)["account"] == (Mark.FAILED, "failed")


# --- the layout ---------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[Arrow]]:
    """Any graph whose arrows lead to later boxes."""
    names = [f"n{n}" for n in range(draw(st.integers(1, 12)))]
    pairs = [(one, other) for n, one in enumerate(names) for other in names[n + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    labels, weights = st.sampled_from(["", "when"]), st.integers(1, 9)
    return names, [Arrow(start, end, draw(labels), draw(weights)) for start, end in sorted(chosen)]


@given(graph=graphs(), heights=st.lists(st.integers(40, 120), min_size=12, max_size=12))
@settings(max_examples=80)
def test_no_box_overlaps_another_and_every_arrow_leads_down(
    graph: tuple[list[str], list[Arrow]], heights: list[int]
) -> None:
    names, drawn = graph
    tall = dict(zip(names, heights, strict=False))
    plan = lay_out(names, drawn, heights=tall, width=300, gap=40)
    for n, one in enumerate(names):
        x, y = plan.spots[one]
        assert 150 <= x <= plan.width - 150
        assert 0 <= y <= plan.height - tall[one]
        for other in names[n + 1 :]:
            apart_x = abs(plan.spots[other][0] - x) >= 300 + SIDE - 1
            first, second = sorted((plan.spots[one][1], one) for one in (one, other))
            assert apart_x or first[0] + tall[first[1]] + 40 <= second[0]
    for arrow, points in plan.routes.items():
        assert points[0] == (plan.spots[arrow.start][0], plan.spots[arrow.start][1] + tall[arrow.start])
        assert points[-1] == plan.spots[arrow.end]
        assert all(y < below for (_, y), (_, below) in pairwise(points))
        assert all(BEND // 2 - 1 <= x <= plan.width - BEND // 2 + 1 for x, _ in points)


def test_the_main_way_is_straight() -> None:
    drawn = arrows(TRIAGE)
    names = [*TRIAGE.names(), END]
    plan = lay_out(names, drawn, heights=dict.fromkeys(names, 60), width=300, gap=40)
    assert {plan.spots[name][0] for name in names if name != "spam"} == {150}
    assert plan.spots["spam"][0] == 150 + 300 + SIDE


def test_an_empty_workflow_is_an_end_and_nothing_else() -> None:
    empty = Definition("empty", 1, "Empty.", ())
    assert "done when" in shown(svg(empty, sample.brief()))
    assert mermaid(empty, sample.brief()).count("\n") == 2


class Twenty(StrEnum):
    """More branches than a screen is wide."""

    A, B, C, D, E, F, G = "abcdefg"


def test_many_branches_stand_side_by_side() -> None:
    def letter_of(draft: Draft) -> Twenty:
        return Twenty(draft.body)

    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    letter = decide(draft, by=letter_of)
    body: dict[str, object] = {"ticket": ticket, "draft": draft, "letter": letter}
    body |= {f"stop_{one}": stop(one, when=letter.is_(one)) for one in Twenty}
    made = type("Wide", (Workflow,), body, version=1)
    assert issubclass(made, Workflow)
    root = ET.fromstring(svg(made.definition, sample.brief()))
    assert int(root.get("width", "0")) > 7 * 316
