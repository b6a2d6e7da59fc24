"""Suggest what to start, from what somebody wrote: one of the workflows they may start, and its form filled in.

Nothing starts by it. The person sees the form, and what they send is checked as if they had typed all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.application.interpret import Budget, Words, interpret
from bot.application.parts import Parts
from bot.domain.brief import Brief
from bot.domain.intent import Fact
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.domain.plain_words import hint_words
from bot.domain.suggestion import KEPT_FOR, Filling, Suggestion, Sureness
from bot.domain.understanding import NONE_OF_THESE, choice_among, sift, values_of
from bot.domain.workflow import fact_type
from bot.ports.model import Answer, NoAnswer


@dataclass(frozen=True, slots=True)
class Plea:
    """What somebody asks for in their own words."""

    by: Person
    text: str
    offered: tuple[str, ...]
    """The workflows that this person may start; the model chooses among these."""
    delivery: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No workflow was found in it."""

    why: str = ""
    """Why the model gave no answer; empty where it says that none of them is meant."""


async def suggest_start(parts: Parts, plea: Plea) -> Suggestion | NotUnderstood:
    """The same suggestion for the same delivery, however often that comes to it."""
    id = suggestion_id(parts, plea.delivery)
    known = await parts.store.run(lambda tx: tx.suggestions.by_id(id))
    if known is not None:
        return known
    briefs = {name: parts.library.current(name).brief for name in plea.offered}
    if not briefs:
        return NotUnderstood()
    text, budget = parts.redactor.clean(plea.text), Budget.of_chat(briefs)
    chosen = await interpret(parts, _choosing(parts, plea, text, briefs, budget))
    if isinstance(chosen, NoAnswer):
        return NotUnderstood(chosen.text)
    workflow = str(chosen.fact.model_dump()["workflow"])
    if workflow == NONE_OF_THESE:
        return NotUnderstood()
    filling = await _filled(parts, plea, text, workflow, chosen, budget)
    suggestion = Suggestion(id, plea.by.id, parts.clock.now() + KEPT_FOR, filling)
    await parts.store.run(lambda tx: tx.suggestions.keep(suggestion))
    return suggestion


def suggestion_id(parts: Parts, delivery: str) -> str:
    """What the suggestion for a delivery is called: the same every time, and nothing that anybody could guess."""
    return parts.pseudonym(f"suggestion {delivery}")


def _trigger(parts: Parts, workflow: str) -> type[Fact]:
    return fact_type(parts.library.current(workflow).definition.trigger) or Fact


def _choosing(parts: Parts, plea: Plea, text: str, briefs: Mapping[str, Brief], budget: Budget) -> Words:
    listed: list[Plain] = [{"name": name, "does": brief.process} for name, brief in briefs.items()]
    words: dict[str, Plain] = {
        name: [*hint_words(name, brief.process, _trigger(parts, name))] for name, brief in briefs.items()
    }
    return Words(
        prompt="choose",
        fact=choice_among(plea.offered),
        material={"message": text, "workflows": listed},
        budget=budget,
        source=plea.delivery,
        hints={"workflow": {**words, "otherwise": NONE_OF_THESE}},
    )


async def _filled(parts: Parts, plea: Plea, text: str, workflow: str, chosen: Answer, budget: Budget) -> Filling:
    """The form of what was chosen. Where the model says nothing more, it stays empty and says why."""
    trigger = _trigger(parts, workflow)
    fact = values_of(trigger)
    if fact is None:
        return Filling(workflow, sure=_sureness(chosen))
    about: dict[str, Plain] = {
        "name": workflow,
        "does": parts.library.current(workflow).brief.process,
        "starts_from": " ".join((trigger.__doc__ or trigger.__name__).split()),
    }
    material: dict[str, Plain] = {"message": text, "workflow": about}
    answer = await interpret(parts, Words("fill", fact, material, budget, plea.delivery))
    if isinstance(answer, NoAnswer):
        return Filling(workflow, sure=_sureness(chosen, doubts=(f"The form is empty: {answer.text}",)))
    sifted = sift(trigger, answer.fact.model_dump(mode="json"), written=text)
    return Filling(workflow, sifted.values, sifted.left_out, _sureness(chosen, doubts=answer.doubts))


def _sureness(answer: Answer, doubts: tuple[str, ...] = ()) -> Sureness:
    return Sureness(answer.confidence, tuple(dict.fromkeys((*answer.doubts, *doubts))), answer.rehearsed)
