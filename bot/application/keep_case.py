"""Make a golden case of a run that people have decided, about nobody in particular."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.application.parts import Parts
from bot.application.trouble import responsible_for
from bot.domain.disguise import Disguise
from bot.domain.errors import Refused, Unknown
from bot.domain.gate import allow, may_read
from bot.domain.keeping import keep, why_not
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass, FieldPolicy
from bot.domain.run import RunId
from bot.domain.terms import Terms
from bot.domain.text import hint, one_line


@dataclass(frozen=True, slots=True)
class Golden:
    """A case that is not written yet."""

    terms: Terms
    given: Mapping[str, Mapping[str, Plain]]
    expected: Mapping[str, Mapping[str, Plain]]
    changed: tuple[str, ...]
    """What people changed, one line each."""
    lost: tuple[str, ...]
    """What they changed that is not in the case, one sentence each."""
    replaced: tuple[str, ...]
    """The fields in which something made-up stands."""


async def keep_case(parts: Parts, id: RunId, *, by: Person, step: str = "", unchanged: bool = False) -> Golden:
    """The case. Refused, in words, where the run is not theirs to read, is not decided, or shows nothing new."""
    run = await parts.store.queries.run(id)
    allow(may_read(by, run, responsible_for(parts, run)))
    terms = parts.library.pinned(run)
    if reason := why_not(run, terms):
        raise Refused(reason)
    if step and step not in terms.prompts:
        mend = hint(step, terms.prompts, f"There is: {', '.join(terms.prompts) or 'none'}.")
        raise Unknown(f"{run.workflow} asks no model in a step “{one_line(step, 40)}”. {mend}")
    kept = keep(run, terms, step=step)
    if not kept.expected or (step and step not in kept.expected):
        raise Refused(f"No model answered {f'“{step}”' if step else 'anything'} in this run.")
    if not kept.changed and not unchanged:
        said = " ".join(kept.lost) or "Nobody changed what the model wrote."
        raise Refused(f"{said} Add --unchanged to keep it as a case all the same.")
    policy = FieldPolicy(terms.brief.data.classes)
    disguise = Disguise(policy, lambda text: parts.redactor.clean(text, treat_as=FieldClass.PERSONAL))
    facts = disguise.of({**kept.given, **kept.expected})
    return Golden(
        terms=terms,
        given={name: facts[name] for name in kept.given},
        expected={name: facts[name] for name in kept.expected},
        changed=kept.changed,
        lost=kept.lost,
        replaced=tuple(disguise.replaced),
    )
