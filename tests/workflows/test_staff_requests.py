"""Staff requests, played: what is easy is given, the rest reaches the team that does it, in the colleague's words."""

import pytest

from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.intents import accounts
from bot.testing import Play, Unsure
from bot.testing.world import Found, Outcome, Said
from tests.workflows.shipped import cases_of, findings, rehearse, samples_of, terms_of
from tests.workflows.ways import not_played
from workflows.staff_requests import Team, Triage, Way, way_of

NAME = "staff_requests"
REQUEST = accounts.StaffRequest(id="R-801", requester="@leo", text="I need the screen recorder.")
LEO = accounts.Colleague(
    name="Leo Marchetti", department="customer care", tools=("Help desk",), allowed=("Help desk", "Screen recorder")
)
OPEN = accounts.RequestState(request_id="R-801", status="open")
TOOL = Triage(team=Team.IT, tool="screen recorder", urgent=False, title="Screen recorder")
OTHER = TOOL.model_copy(update={"tool": "Code host", "title": "Code host"})
LEAVE = Triage(team=Team.PEOPLE, urgent=False, title="Leave")
CHAIR = Triage(team=Team.PROCUREMENT, urgent=True, title="A chair")
GRANT = accounts.GrantTool(request_id="R-801", requester="@leo", tool="Screen recorder")


def play(
    triage: Said | list[Said] = TOOL,
    *,
    colleague: Found | list[Found] = LEO,
    state: list[Found] | None = None,
    outcome: Outcome | None = None,
    stage: Stage | None = None,
) -> Play:
    done = OPEN.model_copy(update={"status": "granted"})
    reads: list[Found] = state or [OPEN, OPEN, done]
    return Play(
        terms_of(NAME, stage),
        REQUEST,
        answers={"triage": triage},
        reads={accounts.request_state: reads, accounts.colleague_of: colleague},
        outcomes={} if outcome is None else {"tool": outcome, "handed": outcome},
    )


def test_check_warns_of_its_two_outcomes_and_of_nothing_else() -> None:
    (warning,) = findings(NAME)
    assert "[several-outcomes]" in warning


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@priya"),
        play().reject(by="@priya", reason="other"),
        play(LEAVE).approve(by="@nadia"),
        play(CHAIR).approve(by="@tom"),
        play(CHAIR).reject(by="@tom", reason="other"),
        play(state=[OPEN.model_copy(update={"status": "ticketed"})]),
    ]
    assert not_played(NAME, *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_a_tool_that_their_department_may_have_is_given_to_who_asked() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "it", ())
    played.approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.DONE, (GRANT,))
    assert fold(played.entries) == standing_of(played.run)


@pytest.mark.parametrize(
    ("triage", "group", "who"),
    [(OTHER, "it", "@jonas"), (LEAVE, "people", "@nadia"), (CHAIR, "procurement", "@tom")],
)
def test_everything_else_reaches_the_team_that_does_it_in_the_colleagues_words(
    triage: Triage, group: str, who: str
) -> None:
    played = play(triage)
    assert played.gate.group == group
    (sent,) = played.approve(by=who).sent
    assert isinstance(sent, accounts.PassOn)
    assert (sent.team, sent.request_id) == (triage.team.value, "R-801")
    assert REQUEST.text in sent.body
    assert "Leo Marchetti, customer care." in sent.body
    assert sent.title.startswith("URGENT: ") is triage.urgent


@pytest.mark.parametrize(
    ("triage", "colleague", "way"),
    [
        (TOOL, LEO, Way.GRANT),
        (TOOL.model_copy(update={"tool": " SCREEN recorder "}), LEO, Way.GRANT),
        (TOOL, LEO.model_copy(update={"tools": ("Screen recorder",)}), Way.HAND_OVER),
        (TOOL, LEO.model_copy(update={"allowed": ()}), Way.HAND_OVER),
        (OTHER, LEO, Way.HAND_OVER),
        (TOOL.model_copy(update={"tool": ""}), LEO, Way.HAND_OVER),
        (TOOL.model_copy(update={"team": Team.PROCUREMENT}), LEO, Way.HAND_OVER),
    ],
)
def test_what_is_easy_is_decided_by_the_departments_list(
    triage: Triage, colleague: accounts.Colleague, way: Way
) -> None:
    assert way_of(triage, colleague) is way


def test_a_team_other_than_the_peoples_does_not_hear_which_tools_somebody_uses() -> None:
    (sent,) = play(LEAVE).approve(by="@nadia").sent
    assert isinstance(sent, accounts.PassOn)
    assert "Help desk" not in sent.body


def test_a_request_that_was_dealt_with_is_left_alone() -> None:
    played = play(state=[OPEN.model_copy(update={"status": "ticketed"})])
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())
    assert "already" in played.told_to("requester")


def test_the_model_never_sees_who_asked_beyond_their_request() -> None:
    prompt = terms_of(NAME).prompts["triage"]
    assert prompt.inputs == ("request",)
    assert "request.requester" not in prompt.personal


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("goes_to_who_asked", GRANT.model_copy(update={"requester": "@eve"})),
        ("goes_to_who_asked", GRANT.model_copy(update={"request_id": "R-9"})),
        ("is_on_their_list", GRANT.model_copy(update={"tool": "Ledger"})),
        ("is_on_their_list", GRANT.model_copy(update={"tool": "Help desk"})),
    ],
)
def test_a_tool_goes_only_to_who_asked_and_only_from_their_list(rule: str, wrong: accounts.GrantTool) -> None:
    holds, other = terms_of(NAME).invariants[rule], REQUEST if rule == "goes_to_who_asked" else LEO
    assert holds(GRANT, other)
    assert not holds(wrong, other)


@pytest.mark.parametrize("values", [{"tool": "Ledger"}, {"requester": "@eve"}, {"request_id": "R-9"}])
def test_an_edit_that_would_give_something_else_is_refused(values: dict[str, Plain]) -> None:
    with pytest.raises(Unfit):
        play().decide(Verdict.EDIT, "@priya", values=values)


def test_nobody_of_another_team_decides() -> None:
    with pytest.raises(NotAllowed):
        play(LEAVE).approve(by="@tom")


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It cannot be read."), Transient("It is down.")])
def test_without_the_model_it_sorts_the_request_by_a_form(error: Broken | Transient) -> None:
    played = play(error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "it")
    typed = TOOL.model_dump(mode="json")
    assert played.answer("@priya", **typed).approve(by="@jonas").sent == (GRANT,)


def test_a_request_the_model_is_unsure_of_is_sorted_by_a_person() -> None:
    assert play(Unsure(TOOL, 40)).question.kind is Ask.FILL_IN


def test_a_wrong_team_is_corrected_on_the_card_and_goes_to_the_right_one() -> None:
    played = play(OTHER).correct("@jonas", "triage", team="people")
    assert played.gate.group == "people"


def test_a_tool_they_got_meanwhile_is_not_given_twice() -> None:
    played = play(colleague=[LEO, LEO.model_copy(update={"tools": ("Screen recorder",)})]).approve(by="@priya")
    assert (played.sent, played.run.state) == ((), RunState.WAITING)


@pytest.mark.parametrize(
    ("error", "to"), [(Broken("No."), "owner"), (Transient("Down."), "pager"), (Uncertain("Lost."), "owner")]
)
def test_what_cannot_be_done_is_told_and_not_repeated(error: Broken | Transient | Uncertain, to: str) -> None:
    played = play(outcome=error).approve(by="@priya")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert played.told_to(to)


def test_it_is_done_only_when_the_request_stands_elsewhere() -> None:
    assert play(state=[OPEN]).approve(by="@priya").run.state is RunState.PARKED


def test_a_grant_is_taken_back_by_its_owner() -> None:
    played = play().approve(by="@priya")
    played.undo(by="@olga")
    assert len(played.taken_back) == 1


# --- the dial --------------------------------------------------------------------------------------------------------


def test_at_stage_limited_the_easy_ones_run_alone_and_the_rest_asks() -> None:
    known = Unsure(TOOL, 90, worth=92)
    assert play(known, stage=Stage.LIMITED).sent == (GRANT,)
    assert play(Unsure(LEAVE, 90, worth=92), stage=Stage.LIMITED).run.state is RunState.WAITING
    assert play(Unsure(TOOL, 90), stage=Stage.LIMITED).run.state is RunState.WAITING, "nobody knows what 90 % is worth"


def test_in_shadow_nothing_is_given() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (GRANT,))


# --- the rehearsal model, the samples and the cases ------------------------------------------------------------------

SAMPLES = {name: accounts.StaffRequest.model_validate(value) for name, value in samples_of(NAME).items()}


@pytest.mark.parametrize(
    ("name", "team", "tool"),
    [
        ("tool", Team.IT, "Screen recorder"),
        ("on-call", Team.IT, "Log viewer"),
        ("not-on-the-list", Team.IT, "Code host"),
        ("broken", Team.IT, ""),
        ("leave", Team.PEOPLE, ""),
        ("purchase", Team.PROCUREMENT, ""),
    ],
)
async def test_every_sample_is_sorted_without_a_model_server(name: str, team: Team, tool: str) -> None:
    said = (await rehearse(NAME, "triage", {"request": SAMPLES[name]})).fact.model_dump()
    assert (said["team"], said["tool"]) == (team, tool)


async def test_the_rehearsal_sorts_the_cases_as_people_did() -> None:
    for case in cases_of(NAME):
        assert (await rehearse(NAME, "triage", case.given)).fact == case.expected["triage"], case.name
