"""The `[[examples]]` of a prompt: questions with their right answers, each as whole as a run would have it.

An example that leaves out what every run has teaches a model to do without it. So every input is given whole, but for
those that a branch may skip; and the answer is a whole fact.
"""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.declared.toml import Toml
from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact
from bot.domain.plain import canonical
from bot.domain.prompting import Example
from bot.domain.text import hint
from bot.domain.workflow import AnyStep, fact_type, is_always_there

MOST = 8
MOST_BYTES = 8 * 1024
"""Of all examples of a prompt together, as the model gets them."""
SOURCE = "the prompt"


class Shown(BaseModel):
    """One example, as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    given: Mapping[str, Mapping[str, object]] = Field(
        description="what was asked about", examples=['{ ticket = { subject = "…" } }']
    )
    answer: Mapping[str, object] = Field(description="the right answer", examples=['{ category = "billing" }'])


def read_examples(
    toml: Toml, shown: tuple[Shown, ...], inputs: Mapping[str, AnyStep], fact: type[Fact]
) -> tuple[tuple[Example, ...], list[Misdeclared]]:
    """The examples in their types, and everything that is wrong with them."""
    problems = [problem for n, one in enumerate(shown) for problem in _wrong(toml, n, one, inputs, fact)]
    if len(shown) > MOST:
        said = f"There are {len(shown)} examples; at most {MOST} are shown to a model."
        problems.append(toml.wrong(("examples", MOST), said, "Keep those that are least alike."))
    if problems:
        return (), problems
    examples = tuple(_example(one, inputs, fact) for one in shown)
    size = len(canonical([[dict(one.material), dict(one.answer)] for one in examples]))
    if size > MOST_BYTES:
        said = f"The examples have {size:,} bytes together; at most {MOST_BYTES:,} are shown to a model."
        return (), [toml.wrong(("examples",), said, "Shorten their texts, or take one out.")]
    return examples, []


def _wrong(toml: Toml, n: int, one: Shown, inputs: Mapping[str, AnyStep], fact: type[Fact]) -> Iterator[Misdeclared]:
    for name, step in inputs.items():
        if name not in one.given and is_always_there(step):
            mend = f"Give it whole, or take {name} out of inputs. A run always has it."
            yield toml.wrong(("examples", n), f"This example has no “{name}”.", mend)
    for name, value in one.given.items():
        if name not in inputs:
            mend = hint(name, inputs, f"There is: {', '.join(inputs)}.")
            yield toml.wrong(("examples", n, "given", name), f"“{name}” is not one of the inputs.", mend)
        else:
            yield from _misfits(toml, ("examples", n, "given", name), value, fact_type(inputs[name]) or Fact)
    yield from _misfits(toml, ("examples", n, "answer"), one.answer, fact)


def _misfits(
    toml: Toml, place: tuple[str | int, ...], value: Mapping[str, object], fact: type[Fact]
) -> Iterator[Misdeclared]:
    try:
        fact.model_validate(value)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            field = ".".join(map(str, (place[-1], *problem["loc"])))
            said = f"“{field}” does not fit {fact.__name__}: {problem['msg']}."
            yield toml.wrong((*place, *problem["loc"]), said, "Write an example as whole as a run would have it.")


def _example(one: Shown, inputs: Mapping[str, AnyStep], fact: type[Fact]) -> Example:
    types = {name: fact_type(step) or Fact for name, step in inputs.items()}
    return Example(
        {
            name: types[name].model_validate(one.given[name]).model_dump(mode="json")
            for name in types
            if name in one.given
        },
        fact.model_validate(one.answer).model_dump(mode="json"),
        SOURCE,
    )
