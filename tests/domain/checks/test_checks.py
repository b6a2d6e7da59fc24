"""Each mistake is found as what it is and nothing else, in a sentence that names the place and the mend."""

import pytest

from bot.domain.checks import Finding, check
from tests.domain.checks import wrong_steps
from tests.domain.checks.wrong import Wrong

EVERY = (*wrong_steps.WRONG,)


def found(wrong: Wrong) -> tuple[Finding, ...]:
    return check(wrong.terms, wrong.bindings, workflows=wrong.known)


@pytest.mark.parametrize("wrong", EVERY, ids=[f"{n}-{wrong.code}" for n, wrong in enumerate(EVERY)])
def test_a_mistake_is_found_as_what_it_is(wrong: Wrong) -> None:
    findings = found(wrong)
    assert {finding.code for finding in findings} - wrong.also == {wrong.code}, "\n".join(map(str, findings))
    assert wrong.says in " ".join(str(finding) for finding in findings)
