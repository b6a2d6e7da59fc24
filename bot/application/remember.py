"""What a model is shown of earlier runs, where its prompt asks for it. A prompt that does not costs nothing."""

from dataclasses import dataclass

from bot.application.learn import abouts
from bot.application.parts import Parts
from bot.domain.history import (
    MOST_CORRECTIONS,
    MOST_DECISIONS,
    correction_of,
    decisions_of,
    recalled,
    records_of,
)
from bot.domain.plain import Plain
from bot.domain.prompting import Example
from bot.domain.run import Run
from bot.domain.terms import History, Terms

_LOOKED_AT = 4 * MOST_CORRECTIONS
"""Some of those that people put right were never approved, or do not fit today's form."""


@dataclass(frozen=True, slots=True)
class Past:
    """What of earlier runs goes into a question."""

    decisions: tuple[dict[str, Plain], ...] = ()
    corrections: tuple[Example, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The runs it comes from, for the record."""
        return recalled(self.decisions, self.corrections)


NOTHING = Past()


async def remember(parts: Parts, run: Run, terms: Terms, step: str) -> Past:
    """Earlier decisions about the same record, and the last corrections of answers to the same question."""
    wanted = terms.prompts[step].history
    if not wanted:
        return NOTHING
    return Past(
        await _decisions(parts, run, terms) if History.DECISIONS in wanted else (),
        await _corrections(parts, run, terms, step) if History.CORRECTIONS in wanted else (),
    )


async def _decisions(parts: Parts, run: Run, terms: Terms) -> tuple[dict[str, Plain], ...]:
    about = (*abouts(parts, run, records_of(run, terms)),)
    if not about:
        return ()
    queries = parts.store.queries
    earlier = await queries.precedents(run.workflow, about, but=run.id, limit=MOST_DECISIONS)
    found = [one for before in earlier for one in decisions_of(before, terms)]
    return tuple(found[:MOST_DECISIONS])


async def _corrections(parts: Parts, run: Run, terms: Terms, step: str) -> tuple[Example, ...]:
    queries = parts.store.queries
    mended = await queries.mended(run.workflow, step, team=run.team, but=run.id, limit=_LOOKED_AT)
    prompt, asked = terms.prompts[step], terms.definition.step(step)
    found = (correction_of(before, asked, prompt, terms) for before in mended)
    return tuple([example for example in found if example is not None][:MOST_CORRECTIONS])
