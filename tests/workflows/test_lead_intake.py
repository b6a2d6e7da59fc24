"""Lead intake, played: who is a lead, who gets it, what they are told, and what can stop it on the way."""

import tomllib
from typing import Any

import pytest

from bot.adapters.library.case import read_cases
from bot.adapters.model.rehearsal import MARK
from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict as Said
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Fact, Receipt
from bot.domain.plain import Plain
from bot.domain.run import Ask, GateStatus, RunState, Stage
from bot.intents import crm, routes
from bot.testing import Play, Unsure
from tests.workflows.shipped import FOLDER, findings, rehearse, terms_of
from tests.workflows.ways import not_played
from workflows.lead_intake import Draft, Fit, Judgement, Need, Topic, points

HOME = FOLDER / "lead_intake"
SAMPLES = {file.stem: crm.Inquiry.model_validate_json(file.read_bytes()) for file in HOME.glob("samples/*.json")}
INQUIRY = crm.Inquiry(
    name="Aoife Byrne", email="aoife@greenway.example", company="Greenway", message="We rent out bikes for 90 EUR."
)
UNKNOWN = crm.Company(domain="greenway.example", name="Greenway Cycles", known=False, shops=3, country="Ireland")
KNOWN = UNKNOWN.model_copy(update={"known": True, "company_id": "C-3", "owner": "@leo"})
LEAD = Judgement(
    advertising=False,
    fit=Fit.GOOD,
    need=Need.CLEAR,
    soon=True,
    topic=Topic.RENTAL,
    language="en",
    country="Ireland",
    shops=3,
    summary="Rents out bicycles.",
)
ADVERTISING = LEAD.model_copy(update={"advertising": True})
POOR = LEAD.model_copy(update={"fit": Fit.POOR, "need": Need.NONE, "soon": False})
DRAFT = Draft(subject="Rental at three stations", body="Hello Aoife,\n\nshall we have a call?")
TO_MIA = routes.Route(to="@mia", rule="Rental", why="Rental goes to @mia.")
TO_LEO = routes.Route(to="@leo", rule="Owner", why="@leo looks after the account.")
CREATED = crm.CreateLead(
    email=INQUIRY.email,
    name="Aoife Byrne",
    company="Greenway Cycles",
    owner="@mia",
    summary="Rents out bicycles. 8 of 8 points: fit good, need clear, soon.",
)
RESPONSE = crm.SendFirstResponse(
    email=INQUIRY.email, lead_id="L-301", sender="@mia", subject=DRAFT.subject, body=f"{DRAFT.body}\n\nMia\nHubwheel"
)
MADE = [Receipt(id="L-301"), Receipt(id="M-1")]
LEADS, ACCOUNTS = routes.route("leads", Judgement), routes.route("accounts", crm.Company)


def play(judgement: Any = LEAD, *, stage: Stage | None = None, **script: Any) -> Play:
    company = script.get("company", [UNKNOWN, UNKNOWN, KNOWN])
    return Play(
        terms_of("lead_intake", stage),
        script.get("inquiry", INQUIRY),
        answers={"judgement": judgement, "draft": script.get("draft", DRAFT)},
        reads={crm.company_of: company, LEADS: script.get("turn", TO_MIA), ACCOUNTS: script.get("owner", TO_LEO)},
        outcomes={"sent": script.get("outcomes", [*MADE])},
    )


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings("lead_intake") == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@mia"),
        play().reject(by="@mia", reason="other"),
        play(company=KNOWN).approve(by="@mia"),
        play(company=KNOWN).reject(by="@mia", reason="other"),
        play(ADVERTISING).approve(by="@mia"),
        play(POOR).approve(by="@mia"),
    ]
    assert not_played("lead_intake", *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_a_lead_is_judged_given_to_somebody_and_answered_in_their_name_once_approved() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "sales", ())
    played.approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.DONE, (CREATED, RESPONSE))
    assert fold(played.entries) == standing_of(played.run)


def test_an_account_that_somebody_looks_after_stays_with_them() -> None:
    played = play(company=KNOWN).approve(by="@mia")
    lead, response = played.sent
    assert isinstance(lead, crm.CreateLead)
    assert isinstance(response, crm.SendFirstResponse)
    assert (lead.owner, response.sender) == ("@leo", "@leo")
    assert response.body.endswith("Leo\nHubwheel")


def test_a_known_company_that_nobody_looks_after_goes_by_turn() -> None:
    played = play(company=KNOWN.model_copy(update={"owner": ""}))
    assert played.run.value("owner_of_account") is None
    assert played.gate.proposals[0].data["owner"] == "@mia"


def test_the_company_is_called_as_they_write_it_where_nobody_knows_it() -> None:
    played = play(company=UNKNOWN.model_copy(update={"name": ""}))
    assert played.gate.proposals[0].data["company"] == "Greenway"


# --- whoever was chosen leaves before it is approved -----------------------------------------------------------------

NOW_INES = routes.Route(to="@ines", rule="Rental", why="@ines is next in turn.", passed_over=("@mia: has left",))
MOVED = "whose_turn.to was '@mia' and is now '@ines'"


def left(**script: Any) -> Play:
    """@mia has it when the card is shown, and has left when it is approved."""
    return play(turn=[TO_MIA, NOW_INES, NOW_INES], company=[UNKNOWN] * 3 + [KNOWN], outcomes=[*MADE], **script)


def test_whoever_comes_in_their_place_is_named_everywhere_in_what_is_built_anew() -> None:
    played = left().approve(by="@leo")
    assert (played.run.state, played.sent, played.run.actions) == (RunState.WAITING, (), ())
    gate = played.gate
    assert (gate.status, gate.version, gate.approvals) == (GateStatus.OPEN, 2, ())
    assert gate.why == f"The world changed after this was approved: {MOVED}."
    lead, response = (one.data for one in gate.proposals)
    assert (lead["owner"], response["sender"]) == ("@ines", "@ines")
    assert str(response["body"]).endswith("Ines\nHubwheel")
    assert "@mia" not in str(gate.proposals)
    assert "Mia" not in str(gate.proposals)
    assert fold(played.entries) == standing_of(played.run)
    played.approve(by="@leo")
    sent = RESPONSE.model_copy(update={"sender": "@ines", "body": f"{DRAFT.body}\n\nInes\nHubwheel"})
    assert (played.run.state, played.sent) == (RunState.DONE, (CREATED.model_copy(update={"owner": "@ines"}), sent))


def test_the_model_is_not_asked_again_for_what_does_not_rest_on_the_choice() -> None:
    played = left()
    before = {name: played.run.steps[name] for name in ("judgement", "draft")}
    played.approve(by="@leo")
    assert {name: played.run.steps[name] for name in before} == before


def test_what_was_edited_for_the_one_before_is_not_mixed_into_it_and_the_card_says_so() -> None:
    played = left().edit_of("response", "@ines", subject="Stations").approve(by="@leo")
    assert (played.gate.version, played.gate.editors) == (3, ())
    assert played.gate.proposals[1].data["subject"] == DRAFT.subject
    assert played.gate.why.endswith(f"{MOVED}. It was built anew; what people had changed in it is not in it any more.")


def test_at_stage_automatic_a_person_decides_on_what_was_built_anew() -> None:
    played = left(stage=Stage.AUTOMATIC)
    assert played.gate.policy == ""
    assert played.approve(by="@leo").gate.why.startswith("The world changed after this was approved")


# --- who is no lead --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("judgement", "why"), [(ADVERTISING, "Advertising"), (POOR, "too few points")])
def test_who_is_no_lead_gets_no_answer_and_a_person_confirms_it(judgement: Judgement, why: str) -> None:
    played = play(judgement)
    assert (played.question.kind, played.question.group) == (Ask.CONFIRM, "sales")
    assert why in played.question.text
    assert played.approve(by="@mia").run.state is RunState.STOPPED
    assert played.sent == ()


def test_a_lead_that_was_judged_too_low_is_corrected_and_goes_on() -> None:
    played = play(POOR).correct(by="@mia", step="judgement", fit="good")
    assert played.gate.group == "sales"
    assert played.approve(by="@leo").run.state is RunState.DONE


def test_at_a_later_stage_advertising_ends_without_a_person() -> None:
    assert play(ADVERTISING, stage=Stage.LIMITED).run.state is RunState.STOPPED


@pytest.mark.parametrize(
    ("fit", "need", "soon", "worth"),
    [
        (Fit.GOOD, Need.CLEAR, True, 8),
        (Fit.GOOD, Need.NONE, False, 3),
        (Fit.PARTIAL, Need.VAGUE, True, 4),
        (Fit.PARTIAL, Need.VAGUE, False, 2),
        (Fit.POOR, Need.NONE, False, 0),
    ],
)
def test_points_are_counted_by_rules(fit: Fit, need: Need, soon: bool, worth: int) -> None:
    judged = LEAD.model_copy(update={"fit": fit, "need": need, "soon": soon})
    assert points(judged) == worth
    assert bool(play(judged).run.questions) is (worth < 3)


# --- what a reviewer can do ------------------------------------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_wrote() -> None:
    body = "Hello Aoife,\n\nGladly.\n\nMia\nHubwheel"
    played = play().edit_of("response", "@leo", body=body).approve(by="@mia")
    assert played.sent[1] == RESPONSE.model_copy(update={"body": body})


@pytest.mark.parametrize(
    ("of", "values", "because"),
    [
        ("lead", {"email": "eve@elsewhere.example"}, "which record"),
        ("lead", {"owner": "Leo"}, "owner"),
        ("response", {"email": "eve@elsewhere.example"}, "which record"),
        ("response", {"lead_id": "L-1"}, "which record"),
        ("response", {"sender": "@leo"}, "signed by the colleague"),
        ("response", {"body": "Yours for 49 EUR a month.\n\nMia\nHubwheel"}, "no price"),
        ("response", {"body": "Hello [name],\n\nMia\nHubwheel"}, "placeholder"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(of: str, values: dict[str, Plain], because: str) -> None:
    played = play()
    with pytest.raises(Unfit, match=because):
        played.edit_of(of, "@mia", **values)
    assert played.gate.version == 1


def test_a_reviewer_may_give_the_lead_to_somebody_else() -> None:
    body = f"{DRAFT.body}\n\nInes\nHubwheel"
    played = play().edit("@mia", owner="@ines").edit_of("response", "@mia", sender="@ines", body=body)
    lead, response = played.approve(by="@leo").sent
    assert lead == CREATED.model_copy(update={"owner": "@ines"})
    assert response == RESPONSE.model_copy(update={"sender": "@ines", "body": body})


def test_a_rejection_sends_nothing() -> None:
    played = play().reject(by="@mia", reason="not needed")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_who_is_not_in_sales_does_not_decide() -> None:
    with pytest.raises(NotAllowed):
        play().approve(by="@farah")


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "because"),
    [("It is 49 EUR a month.", "no price"), ("You get 10 % off.", "no price"), ("Hello {{ name }},", "placeholder")],
)
def test_a_draft_that_breaks_a_rule_never_reaches_a_reviewer(body: str, because: str) -> None:
    played = play(draft=Draft(subject="Hello", body=body))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert because in played.told_to("owner")


def test_a_price_that_the_lead_named_may_be_repeated() -> None:
    assert play(draft=Draft(subject="Hello", body="You take 90 EUR.")).run.state is RunState.WAITING


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("answers_who_wrote", RESPONSE.model_copy(update={"email": "eve@elsewhere.example"})),
        ("keeps_who_wrote", CREATED.model_copy(update={"email": "eve@elsewhere.example"})),
    ],
)
def test_a_lead_is_kept_and_answered_under_its_own_address(rule: str, wrong: object) -> None:
    holds = terms_of("lead_intake").invariants[rule]
    assert holds(RESPONSE if isinstance(wrong, crm.SendFirstResponse) else CREATED, INQUIRY)
    assert not holds(wrong, INQUIRY)


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It makes no sense."), Transient("It does not answer.")])
def test_without_a_model_sales_judge_it_themselves(error: Broken | Transient) -> None:
    played = play(error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "sales")
    played.answer(by="@mia", **LEAD.model_dump(mode="json"))
    assert played.approve(by="@leo").sent == (CREATED, RESPONSE)


def test_an_unsure_judgement_is_checked() -> None:
    played = play(Unsure(LEAD, 59))
    assert played.question.kind is Ask.FILL_IN
    assert "59 %" in played.question.text


def test_an_answer_that_cannot_be_sent_leaves_no_lead_behind() -> None:
    played = play(outcomes=[MADE[0], Broken("The address does not exist.")]).approve(by="@leo")
    assert played.sent == (CREATED,)
    assert played.taken_back == (crm.DeleteLead(email=INQUIRY.email, lead_id="L-301"),)
    assert "The address does not exist." in played.told_to("owner")


def test_an_answer_that_may_have_gone_out_is_not_sent_again() -> None:
    played = play(outcomes=[MADE[0], Uncertain("The line went dead.")]).approve(by="@leo")
    assert (played.run.state, played.sent, played.taken_back) == (RunState.PARKED, (CREATED,), ())


def test_a_crm_that_cannot_be_reached_is_told_to_the_pager_and_sends_nothing() -> None:
    played = play(outcomes=Transient("It is down.")).approve(by="@leo")
    assert played.sent == ()
    assert "It is down." in played.told_to("pager")


def test_somebody_who_got_an_owner_meanwhile_is_shown_before_two_write_to_them() -> None:
    played = play(company=[UNKNOWN, KNOWN]).approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "known was False and is now True" in played.gate.why


def test_whose_turn_it_was_may_not_be_there_any_more() -> None:
    played = play(turn=[TO_MIA, TO_LEO]).approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "to was '@mia' and is now '@leo'" in played.gate.why


def test_it_is_done_only_when_the_crm_knows_them() -> None:
    played = play(company=UNKNOWN).approve(by="@leo")
    assert played.run.state is RunState.PARKED
    assert "known is False, not True" in played.told_to("owner")


# --- stages ----------------------------------------------------------------------------------------------------------


def test_in_shadow_nothing_is_written_and_nobody_is_asked() -> None:
    played = play(stage=Stage.SHADOW)
    assert played.sent == ()
    assert [one.kind() for one in played.tried] == ["crm.CreateLead", "crm.SendFirstResponse"]


def test_assisted_a_person_writes_themselves() -> None:
    played = play(stage=Stage.ASSISTED).decide(Said.DONE_BY_ME, "@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, ())


@pytest.mark.parametrize("stage", [Stage.LIMITED, Stage.AUTOMATIC])
def test_a_first_response_asks_a_person_at_every_stage(stage: Stage) -> None:
    assert play(stage=stage).run.state is RunState.WAITING


# --- its files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_every_sample_goes_its_way_without_a_model_server(name: str) -> None:
    inquiry = SAMPLES[name]
    material: dict[str, Fact] = {
        "inquiry": inquiry,
        "company": UNKNOWN.model_copy(update={"country": inquiry.country}),
    }
    judgement = await rehearse("lead_intake", "judgement", material)
    written = await rehearse("lead_intake", "draft", {**material, "judgement": judgement.fact})
    played = play(judgement, inquiry=inquiry, draft=written)
    if name in ("student", "advertising"):
        assert played.question.kind is Ask.CONFIRM
        return
    assert str(written.fact.model_dump()["body"]).startswith(MARK)
    assert played.approve(by="@leo").run.state is RunState.DONE
    assert {getattr(one, "email", "") for one in played.sent} == {inquiry.email}


def test_the_expected_answers_keep_the_rules() -> None:
    cases = read_cases(HOME, terms_of("lead_intake").definition)
    assert 3 <= len(cases) <= 6
    for case in cases:
        inquiry, company, judged = case.given["inquiry"], case.given["company"], case.expected["judgement"]
        assert inquiry in SAMPLES.values()
        played = play(judged, inquiry=inquiry, company=company, draft=case.expected.get("draft", DRAFT))
        assert bool(played.run.questions) is ("draft" not in case.expected), case.name
        assert played.run.state is RunState.WAITING, case.name


def test_every_table_ends_with_a_rule_for_everybody_else() -> None:
    tables = tomllib.loads((HOME / "routes.toml").read_text(encoding="utf-8"))
    assert {*tables} == {"accounts", "leads"}
    assert all("when" not in rules[-1] for rules in tables.values())
    fields = {name for rule in tables["leads"] for name in rule.get("when", {})}
    assert fields <= {*Judgement.model_fields}


def test_what_leads_write_is_never_a_part_of_the_instructions() -> None:
    for prompt in terms_of("lead_intake").prompts.values():
        assert {"inquiry", "company"} <= prompt.untrusted
        assert prompt.confidence.endswith("?")
        assert "{{" not in prompt.body
