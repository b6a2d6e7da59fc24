"""What plain words say without a model."""

import pytest

from bot.domain.plain_words import begins_with_a_decision, hint_words, only_decides, stands_in, words_with_digits
from bot.intents.helpdesk import Ticket
from tests.naughty import every_text

DECIDING = (
    "approve",
    "Approved!",
    "ok, send it",
    "OK",
    "yes please",
    "go ahead",
    "LGTM 👍",
    ":+1:",
    "👎",
    "reject",
    "Rejected, thanks.",
    "no",
    "Looks good to me",
    "do it now",
    "ja, bitte senden",
)
SAYING = (
    "",
    "please",
    "thanks",
    "make it 40 and friendlier",
    "ok, but make it 40",
    "Reject this one, the customer has called.",
    "Is it approved by finance?",
    "it is good that you ask",
    "no, 40 is right",
)


@pytest.mark.parametrize("text", DECIDING)
def test_a_bare_yes_or_no_is_known(text: str) -> None:
    assert only_decides(text)


@pytest.mark.parametrize("text", SAYING)
def test_whatever_says_more_is_no_bare_yes_or_no(text: str) -> None:
    assert not only_decides(text)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Reject this one, the customer has called.", True),
        ("Approve, but make it 40", True),
        ("👍 and make it 40", True),
        ("Great work on this", False),
        ("Do we know the customer?", False),
        ("The approval is missing", False),
        ("", False),
    ],
)
def test_a_decision_at_the_beginning_is_known(text: str, begins: bool) -> None:
    assert begins_with_a_decision(text) is begins


@every_text
def test_any_text_is_read_in_no_time(text: str) -> None:
    assert only_decides(text) in (True, False)
    assert begins_with_a_decision(text) in (True, False)
    assert stands_in(text[:200], text) in text


def test_the_words_of_a_workflow_are_those_that_tell_it_from_others() -> None:
    process = "Answer a support ticket: sort it, draft an answer, let a person approve it, send it."
    words = hint_words("support_triage", process, Ticket)
    assert words == ("support", "triage", "ticket", "sort", "draft", "customer", "email", "subject", "body", "language")


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("T-1001", "please handle t-1001.", "t-1001"),
        ("T-1001", "please handle T-10012", ""),
        ("T-1001", "please handle XT-1001", ""),
        ("1001", "please handle T-1001", ""),
        ("ana@example.com", "from ana@example.com, today", "ana@example.com"),
        ("", "anything", ""),
        ("a.b", "axb", ""),
    ],
)
def test_a_value_stands_in_a_text_as_a_word_of_its_own(value: str, text: str, found: str) -> None:
    assert stands_in(value, text) == found


def test_the_words_that_may_name_a_record_are_those_with_digits() -> None:
    assert [*words_with_digits("Ticket T-1 costs 40.50 today")] == ["T-1", "40.50"]
