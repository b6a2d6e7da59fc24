"""What tests of shipped workflows share: the library with every system connected, and the offline model."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

from bot.adapters.library.case import read_cases
from bot.adapters.library.shelf import Shelf
from bot.adapters.model.rehearsal import Rehearsal
from bot.domain.binding import Binding, Retry
from bot.domain.case import Case
from bot.domain.checks import People
from bot.domain.intent import Fact, Intent
from bot.domain.plain import Plain
from bot.domain.run import Stage
from bot.domain.terms import Terms
from bot.domain.workflow import Ask
from bot.intents import accounts, billing, calendar, chat, crm, helpdesk, hiring, mail, reports, tasks
from bot.ports.model import Answer, Question
from bot.testing import Unsure
from tests.shelves import shelf_of

FOLDER = Path(__file__).parents[2] / "workflows"
SYSTEMS = (accounts, billing, calendar, chat, crm, helpdesk, hiring, mail, reports, tasks)


def connected(*, people: People | None = None) -> Shelf:
    """The library that ships, with every system there."""
    bindings = {kind: Binding(kind, Retry.SEARCHABLE, sandbox=True) for kind in intent_types()}
    return shelf_of(FOLDER, model="play", bindings=bindings, people=people)


@cache
def shelf() -> Shelf:
    return connected()


@cache
def intent_types() -> Mapping[str, type[Intent]]:
    """Every change to every system, by its kind."""
    return {one.kind(): one for system in SYSTEMS for one in _intents(system)}


def _intents(system: ModuleType) -> list[type[Intent]]:
    types = [one for one in vars(system).values() if isinstance(one, type) and one is not Intent]
    return [one for one in types if issubclass(one, Intent)]


def terms_of(workflow: str, stage: Stage | None = None) -> Terms:
    """A workflow as it ships, at its own stage or another one."""
    current = shelf().current(workflow)
    return current if stage is None else replace(current, brief=current.brief.model_copy(update={"stage": stage}))


def findings(workflow: str) -> list[str]:
    """What the checks say, line by line."""
    return [str(finding) for finding in shelf().findings(workflow)]


def cases_of(workflow: str) -> tuple[Case, ...]:
    return read_cases(FOLDER / workflow, terms_of(workflow).definition)


def samples_of(workflow: str) -> dict[str, dict[str, Plain]]:
    """The samples of a workflow, by name."""
    return {file.stem: json.loads(file.read_bytes()) for file in sorted(FOLDER.glob(f"{workflow}/samples/*.json"))}


async def rehearse(workflow: str, step: str, given: Mapping[str, Fact]) -> Unsure:
    """What the offline model answers with the prompts as they are, for the script of a play."""
    terms = terms_of(workflow)
    node, prompt = terms.definition.step(step).node, terms.prompts[step]
    assert isinstance(node, Ask)
    material: dict[str, Plain] = {name: given[name].model_dump(mode="json") for name in prompt.inputs}
    asked = Question(
        workflow=workflow,
        step=step,
        fact=node.fact,
        instructions=prompt.body,
        material=material,
        prompt=prompt.version,
        hints=prompt.rehearsal,
        key="k",
    )
    answer = await Rehearsal().answer(asked)
    assert isinstance(answer, Answer), answer
    return Unsure(answer.fact, answer.confidence, answer.doubts)
