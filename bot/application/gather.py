"""What a sample leads to: the records that a run would read before it asks a model, read here without a run."""

from collections.abc import Iterator, Mapping

from bot.application.parts import Parts
from bot.application.read import reading
from bot.domain.effect import Read
from bot.domain.errors import Unfit
from bot.domain.event import Failed
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.terms import Terms
from bot.domain.value import checked, upstream
from bot.domain.workflow import AnyStep, LookUp, Trigger, fact_type, is_always_there, named_inputs


async def gather(parts: Parts, terms: Terms, step: str, value: Mapping[str, Plain]) -> Mapping[str, Fact]:
    """The facts for one `ask`, from what would start a run. Raises Unfit where one comes from a model or a person."""
    asked, facts = terms.definition.step(step), dict[str, Fact]()
    for one in upstream(terms, asked):
        fact = fact_type(one)
        if isinstance(one.node, Trigger) and fact is not None:
            facts[one.name] = fact.model_validate(checked(fact, value))
        elif isinstance(one.node, LookUp) and is_always_there(one) and {*_names(one)} & facts.keys():
            about = next(facts[name] for name in _names(one) if name in facts)
            facts[one.name] = await _read(parts, terms, one, one.node, about)
    lacks = [one.name for one in named_inputs(asked) if one.name not in facts and is_always_there(one)]
    needed = [name for name in dict.fromkeys(lacks) if name in terms.prompts[step].inputs]
    if needed:
        said = f"“{step}” is asked about {', '.join(needed)} as well, which no sample has."
        raise Unfit(f"{said} Take a case: it has everything.")
    return facts


def _names(step: AnyStep) -> Iterator[str]:
    return (one.name for one in named_inputs(step))


async def _read(parts: Parts, terms: Terms, step: AnyStep, node: LookUp, about: Fact) -> Fact:
    found = await reading(parts, terms, Read(step.name, node.lookup.kind, about.model_dump(mode="json")))
    if isinstance(found, Failed):
        raise Unfit(f"“{step.name}” cannot be read: {found.text}")
    return node.lookup.gives.model_validate(found.value)
