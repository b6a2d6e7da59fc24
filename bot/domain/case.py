"""A golden case: what goes in, and what each `ask` should answer. They grow from what people decided and edited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.intent import Fact
from bot.domain.terms import Terms
from bot.domain.workflow import is_always_there, named_inputs


@dataclass(frozen=True, slots=True)
class Case:
    """One example, with everything typed."""

    name: str
    about: str
    given: Mapping[str, Fact]
    """By step: what was triggered, read and answered by people."""
    expected: Mapping[str, Fact]
    """By step: what the model should say."""

    def before(self, step: str) -> Mapping[str, Fact]:
        """What a model is given when a step is measured: earlier answers are the right ones, so steps stand apart."""
        return {**self.given, **{name: fact for name, fact in self.expected.items() if name != step}}


def missing(case: Case, terms: Terms, step: str) -> Iterator[str]:
    """What a run would always have when it asks this, and the case has not: measured without it, it says nothing."""
    prompt, facts = terms.prompts[step], case.before(step)
    for one in named_inputs(terms.definition.step(step)):
        if one.name in prompt.inputs and one.name not in facts and is_always_there(one):
            yield one.name
