"""The files of support triage load, name people of the sample company, and keep their own rules."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.directory.listed import Listed
from bot.adapters.library.case import read_cases
from bot.adapters.library.shelf import Shelf
from bot.domain.brief.rule import doubts
from bot.domain.case import Case
from bot.domain.run import Stage
from bot.domain.terms import Terms
from bot.intents import helpdesk
from bot.settings import read_settings
from tests.shelves import shelf_of

FOLDER = Path(__file__).parents[2] / "workflows"
HOME = FOLDER / "support_triage"
SAMPLES = sorted(HOME.glob("samples/*.json"))


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shelf_of(FOLDER, model="rehearsal/1")


@pytest.fixture(scope="module")
def terms(shelf: Shelf) -> Terms:
    assert shelf.problems == {}
    return shelf.current("support_triage")


@pytest.fixture(scope="module")
def cases(terms: Terms) -> tuple[Case, ...]:
    return read_cases(HOME, terms.definition)


def rule(terms: Terms, name: str, *values: object) -> bool:
    return terms.invariants[name](*values)


def reply(body: str, ticket_id: str = "T-1001") -> helpdesk.SendReply:
    return helpdesk.SendReply(ticket_id=ticket_id, body=body)


def test_the_steps_are_those_of_the_manual(terms: Terms) -> None:
    assert terms.definition.names() == (
        "ticket",
        "account",
        "triage",
        "category",
        "spam",
        "draft",
        "reply",
        "approved",
        "sent",
    )


def test_it_may_change_one_thing_and_only_after_a_person_said_so(terms: Terms) -> None:
    assert terms.brief.changes == {"helpdesk": ("SendReply",)}
    assert terms.intents == {"helpdesk.SendReply": helpdesk.SendReply}
    assert terms.brief.stage is Stage.APPROVED
    assert terms.brief.limits.actions_per_run == 1


def test_everybody_it_names_is_in_the_sample_company(terms: Terms) -> None:
    people = Listed(read_settings({}, account="x").people())
    assert shelf_of(FOLDER, people=people).problems == {}


def test_its_brief_raises_no_doubts(terms: Terms) -> None:
    assert [*doubts(terms.brief, date(2026, 12, 1))] == []


def test_finance_and_leads_are_those_of_the_house(terms: Terms) -> None:
    text = (HOME / "brief.toml").read_text(encoding="utf-8")
    assert "@farah" not in text
    assert terms.brief.reviewers["finance"].members == ("@farah", "@tom")
    assert terms.brief.reviewers["finance"].escalate_to == "leads"


def test_what_customers_wrote_is_never_a_part_of_the_instructions(terms: Terms) -> None:
    for prompt in terms.prompts.values():
        assert {"ticket", "account"} <= prompt.untrusted
        assert "{{" not in prompt.body


def test_each_prompt_asks_for_its_confidence_and_has_something_to_rehearse(shelf: Shelf, terms: Terms) -> None:
    for prompt in terms.prompts.values():
        assert prompt.confidence.endswith("?")
        assert prompt.rehearsal
        assert shelf.instructions(prompt, {}).endswith(prompt.confidence)


def test_the_words_of_each_category_are_hints_for_rehearsal(terms: Terms) -> None:
    hints = terms.prompts["triage"].rehearsal["category"]
    assert isinstance(hints, dict)
    assert {*hints} == {"billing", "bug", "how-to", "spam"}


def test_a_reply_goes_to_the_ticket_it_was_written_for(terms: Terms) -> None:
    ticket = helpdesk.Ticket.model_validate_json(SAMPLES[0].read_bytes())
    assert rule(terms, "goes_to_its_ticket", reply("Hello", ticket.id), ticket)
    assert not rule(terms, "goes_to_its_ticket", reply("Hello", "T-9"), ticket)


@pytest.mark.parametrize(
    "body",
    [
        "Dear {{ name }},",
        "Hello [Name],",
        "Hello [customer], welcome",
        "Call [insert phone number here]",
        "[TODO] check the invoice",
        "Kind regards }}",
    ],
)
def test_a_reply_with_a_gap_is_not_sent(terms: Terms, body: str) -> None:
    assert not rule(terms, "has_no_placeholder", reply(body))


@pytest.mark.parametrize("body", ["Hello Mia,", "See [1] and the list [a, b].", "Use {id} in braces.", "nameless"])
def test_brackets_alone_are_no_gap(terms: Terms, body: str) -> None:
    assert rule(terms, "has_no_placeholder", reply(body))


# --- cases and samples --------------------------------------------------------------------------------------


def test_there_are_cases_of_every_category(cases: tuple[Case, ...]) -> None:
    assert 5 <= len(cases) <= 12
    categories = {case.expected["triage"].model_dump()["category"] for case in cases}
    assert categories == {"billing", "bug", "how-to", "spam"}


def test_every_case_says_what_it_is_about(cases: tuple[Case, ...]) -> None:
    assert all(case.about.endswith(".") and len(case.about) > 20 for case in cases)
    assert all([*case.given] == ["ticket", "account"] for case in cases)


def test_spam_gets_no_draft_and_everything_else_gets_one(cases: tuple[Case, ...]) -> None:
    for case in cases:
        spam = case.expected["triage"].model_dump()["category"] == "spam"
        assert ("draft" in case.expected) is not spam


def test_the_expected_drafts_keep_the_rules_and_the_instructions(terms: Terms, cases: tuple[Case, ...]) -> None:
    for case in cases:
        if "draft" not in case.expected:
            continue
        body = str(case.expected["draft"].model_dump()["body"])
        assert rule(terms, "has_no_placeholder", reply(body)), case.name
        assert body.endswith("Customer care"), case.name
        assert "http" not in body, case.name
        assert "refund you" not in body, case.name


def test_the_tickets_of_the_cases_are_sample_tickets(cases: tuple[Case, ...]) -> None:
    samples = [helpdesk.Ticket.model_validate_json(file.read_bytes()) for file in SAMPLES]
    assert all(case.given["ticket"] in samples for case in cases)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_a_sample_is_a_ticket(file: Path) -> None:
    ticket = helpdesk.Ticket.model_validate_json(file.read_bytes())
    assert ticket.email.endswith(".example")


def test_there_are_ten_samples_of_ten_tickets() -> None:
    assert len({json.loads(file.read_bytes())["id"] for file in SAMPLES}) == 10


def test_the_changelog_says_why() -> None:
    text = (HOME / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Why the instructions changed")
    assert "## 20" in text
