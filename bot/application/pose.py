"""What a run with certain facts would ask a model: from a case or a sample, in the same words and as redacted."""

from collections.abc import Mapping
from dataclasses import replace

from bot.application.ask_model import question_key, question_of
from bot.application.parts import Parts
from bot.domain.effect import AskModel
from bot.domain.intent import Fact
from bot.domain.person import Door, PersonId, TeamId
from bot.domain.run import Origin, Run, RunId, StepState, StepStatus
from bot.domain.terms import Terms
from bot.ports.model import Question


def pose(
    parts: Parts, terms: Terms, step: str, facts: Mapping[str, Fact], *, key: str = "", role: str = ""
) -> Question:
    """The question of one `ask`. Steps without a fact count as skipped; `role` asks another model than the prompt's."""
    stored, skipped = terms.fields.kept(), StepState(StepStatus.SKIPPED)
    states = {one.name: skipped for one in terms.definition.steps if one.name != step} | {
        name: StepState(StepStatus.DONE, parts.redactor.redact(fact.model_dump(mode="json"), stored, at=name).value)
        for name, fact in facts.items()
    }
    run = Run(
        id=RunId(f"{terms.definition.name}/{key or 'question'}"),
        team=TeamId(""),
        workflow=terms.definition.name,
        pins=terms.pins,
        origin=Origin(Door.TERMINAL, key, ""),
        stage=terms.brief.stage,
        owner=PersonId(terms.brief.owner),
        started_at=parts.clock.now(),
        steps=states,
    )
    question = question_of(parts, run, terms, AskModel(step=step), key=question_key(run.id, step))
    return replace(question, role=role) if role else question
