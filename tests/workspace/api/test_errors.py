"""Each method, with each error it is documented with."""

import pytest

from bot.workspace.api.methods import METHODS
from tests.workspace.api.cases import CASES
from tests.workspace.api.desk import Caller
from tests.workspace.api.twists import ALWAYS, ONCE, twist_of

PAIRS = [(method, error) for method, known in METHODS.items() for error in known.errors]


def test_no_documented_error_is_without_a_case() -> None:
    assert [pair for pair in PAIRS if twist_of(*pair) is None] == []
    known = {f"{method} {error}" for method, error in PAIRS}
    assert set(ONCE) - known == set()
    assert set(ALWAYS) - {error for _, error in PAIRS} == set()


@pytest.mark.parametrize(("method", "error"), PAIRS)
def test_a_call_is_refused_with_slacks_word(call: Caller, method: str, error: str) -> None:
    twist = twist_of(method, error)
    assert twist is not None
    arguments = twist(call, CASES[method].arguments(call))
    assert call.error(method, **arguments) == error
