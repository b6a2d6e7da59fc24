"""The workflows of the fixtures load, pass the checks, and run the ways the walk says they can."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from bot.adapters.systems.sandbox import BINDINGS
from bot.domain.checks import Code, check
from bot.domain.declared.toml import read_toml
from bot.domain.drawing import svg
from bot.domain.errors import BotError, Broken
from bot.domain.intent import Receipt
from bot.domain.paths import Outcome, walk
from bot.domain.paths import Path as Way
from bot.domain.plain import Plain
from bot.domain.run import RunState, StepStatus
from bot.domain.terms import Terms
from bot.domain.workflow import Verb, verb_of
from bot.intents import helpdesk
from bot.testing.play import Play
from tests.shelves import shelf_of
from tests.workflows.fixtures.partner_onboarding import Application, Kind, Note

FOLDER = Path(__file__).parent / "fixtures"
TICKET = helpdesk.Ticket(
    id="T-7", customer_id="C-3", email="pia@partner.example", subject="Partnership?", body="We would like to resell."
)
ACCOUNT = helpdesk.Account(customer_id="C-3", name="Pia", plan="basic", since="2021", open_invoices=0, standing="good")
STATE = helpdesk.TicketState(
    ticket_id="T-7", status=helpdesk.TicketStatus.OPEN, messages=1, updated_at=datetime(2026, 1, 2, tzinfo=UTC)
)


@cache
def shelf() -> Shelf:
    return shelf_of(FOLDER, model="play", package="tests.workflows.fixtures")


def terms(name: str) -> Terms:
    return shelf().current(name)


def play(kind: Kind, **outcomes: list[Receipt | BotError]) -> Play:
    return Play(
        terms("partner_onboarding"),
        TICKET,
        answers={
            "application": Application(kind=kind, company="Pia & Co", summary="They sell to schools."),
            "note": Note(note="They know the schools."),
        },
        reads={helpdesk.account_of: ACCOUNT, helpdesk.state_of: STATE},
        outcomes=outcomes,
    )


def test_every_fixture_loads_from_its_files() -> None:
    assert shelf().problems == {}
    assert shelf().names() == ("partner_onboarding", "partner_ticket")


@pytest.mark.parametrize(
    ("name", "codes"), [("partner_onboarding", [Code.SEVERAL_GATES]), ("partner_ticket", [])], ids=str
)
def test_the_checks_find_only_what_is_meant_to_be_there(name: str, codes: list[Code]) -> None:
    text = (FOLDER / name / "brief.toml").read_text()
    findings = check(terms(name), BINDINGS, workflows=shelf().names(), toml=read_toml(text, file="brief.toml"))
    assert [finding.code for finding in findings] == codes


def test_partner_onboarding_uses_every_verb_once_or_more() -> None:
    assert {verb_of(step.node) for step in terms("partner_onboarding").definition.steps} == {*Verb}


# --- one run each way ---------------------------------------------------------------------------------------


def lived(run: Play) -> list[str]:
    return [name for name, state in run.run.steps.items() if state.status is not StepStatus.SKIPPED]


def walked(way: Way) -> list[str]:
    return [visit.step for visit in way if visit.outcome is not Outcome.SKIPPED]


def every_run() -> list[Play]:
    """One run along each kind of path."""
    reseller: dict[str, Plain] = {"note": "Met at the fair.", "records": [TICKET.model_dump(mode="json")]}
    return [
        play(Kind.NONE).approve("@nora"),
        play(Kind.REFERRAL).approve("@mia").pass_time("2d"),
        play(Kind.REFERRAL).approve("@mia").arrive("settled"),
        play(Kind.REFERRAL).reject("@mia", "not needed"),
        play(Kind.RESELLER).answer("@nora", **reseller).approve("@lena").pass_time("2d"),
        play(Kind.RESELLER).answer("@nora", **reseller).reject("@lena", "not needed"),
    ]


def test_every_run_goes_a_way_that_was_walked() -> None:
    ways = [walked(way) for way in walk(terms("partner_onboarding").definition)]
    for run in every_run():
        steps = [name for name in lived(run) if name in terms("partner_onboarding").definition.names()]
        assert steps in ways, run.run.reason


def test_every_run_ends_and_can_be_drawn() -> None:
    ends = [run.run.state for run in every_run()]
    stopped, done = RunState.STOPPED, RunState.DONE
    assert ends == [stopped, done, done, stopped, done, stopped]
    for run in every_run():
        assert "Run play-1" in svg(terms("partner_onboarding").definition, terms("partner_onboarding").brief, run.run)


def test_the_label_goes_on_the_case_that_was_just_opened() -> None:
    case, label, credit = play(Kind.REFERRAL).approve("@mia").sent
    assert isinstance(case, helpdesk.OpenTicket)
    assert isinstance(label, helpdesk.AddTag)
    assert isinstance(credit, helpdesk.GrantCredit)
    assert (case.customer_id, case.body) == ("C-3", "They know the schools.")
    assert (label.ticket_id, label.tag) == ("ready 1", "partner-referral")
    assert credit.cents == 50_00


def test_what_was_done_is_taken_back_when_the_last_action_fails() -> None:
    outcomes: list[Receipt | BotError] = [Receipt(id="T-99"), Receipt(id="G-1"), Broken("The credit was refused.")]
    run = play(Kind.REFERRAL, ready=outcomes).approve("@mia")
    assert run.run.state is RunState.FAILED
    assert [type(intent) for intent in run.sent] == [helpdesk.OpenTicket, helpdesk.AddTag]
    label, case = run.taken_back
    assert label == helpdesk.DeleteTag(ticket_id="T-99", tag_id="G-1", tag="partner-referral")
    assert case == helpdesk.CloseTicket(ticket_id="T-99")


def test_each_ticket_of_a_reseller_starts_a_run_that_ends_by_itself() -> None:
    run = every_run()[4]
    ((name, record),) = run.started
    assert name == "partner_ticket"
    child = Play(terms(name), helpdesk.Ticket.model_validate(record), reads={helpdesk.state_of: STATE})
    assert child.run.state is RunState.DONE
    assert [type(intent) for intent in child.sent] == [helpdesk.AddTag]


def test_a_referral_starts_no_further_runs() -> None:
    assert every_run()[1].started == ()
