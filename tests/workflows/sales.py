"""What the tests of the sales workflows share: a library with every system connected, and the offline model."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.adapters.library.shelf import Shelf
from bot.adapters.model.rehearsal import Rehearsal
from bot.domain.binding import Binding, Retry
from bot.domain.checks import People
from bot.domain.intent import Intent
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


def _intents() -> list[type[Intent]]:
    found = [one for system in SYSTEMS for one in vars(system).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, Intent) and one.system]


def connected(*, people: People | None = None) -> Shelf:
    """The library that ships, with every system there."""
    bindings = {one.kind(): Binding(one.kind(), Retry.SEARCHABLE, sandbox=True) for one in _intents()}
    return shelf_of(FOLDER, model="play", bindings=bindings, people=people)


@cache
def shelf() -> Shelf:
    return connected()


def terms_of(workflow: str, stage: Stage | None = None) -> Terms:
    """A workflow as it ships, at its own stage or another one."""
    current = shelf().current(workflow)
    return current if stage is None else replace(current, brief=current.brief.model_copy(update={"stage": stage}))


def findings(workflow: str) -> list[str]:
    """What the checks say, line by line."""
    return [str(finding) for finding in shelf().findings(workflow)]


async def rehearse(workflow: str, step: str, material: Mapping[str, Plain]) -> Unsure:
    """What the offline model answers with the prompts as they are, for the script of a play."""
    current = terms_of(workflow)
    node, prompt = current.definition.step(step).node, current.prompts[step]
    assert isinstance(node, Ask)
    asked = Question(
        workflow=workflow,
        step=step,
        fact=node.fact,
        instructions=prompt.body,
        material={name: material[name] for name in prompt.inputs if name in material},
        prompt=prompt.version,
        hints=prompt.rehearsal,
        key="k",
    )
    answer = await Rehearsal().answer(asked)
    assert isinstance(answer, Answer)
    return Unsure(answer.fact, answer.confidence, answer.doubts)
