"""A log says what failed and where, and nothing of what it was about."""

import pytest

from bot.domain.whereabouts import whereabouts


def fail(text: str) -> None:
    raise ValueError(text)


def test_the_innermost_place_is_named_and_no_word_of_the_message() -> None:
    with pytest.raises(ValueError, match="canary") as caught:
        fail("a canary")
    line = fail.__code__.co_firstlineno + 1
    assert whereabouts(caught.value) == f"ValueError at tests.domain.test_whereabouts:{line}"


def test_an_error_that_was_never_raised_has_a_kind_only() -> None:
    assert whereabouts(KeyError("a canary")) == "KeyError"


def test_a_place_without_a_name_is_a_question() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("1 / 0", "nowhere", "exec"), {})
    assert whereabouts(caught.value) == "ZeroDivisionError at ?:1"
