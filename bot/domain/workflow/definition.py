"""A whole workflow: the class that a workflow file writes, and what the machine reads of it."""

import sys
from dataclasses import dataclass
from typing import ClassVar

from bot.domain.errors import Misdeclared
from bot.domain.workflow.dataflow import is_step
from bot.domain.workflow.step import AnyStep


def _refuse_taken_names(steps: tuple[AnyStep, ...]) -> None:
    for step in steps:
        if step.name in Workflow.__annotations__:
            raise Misdeclared(
                f"No step can be called “{step.name}”: every workflow has a {step.name} already.",
                file=step.place.file,
                line=step.place.line,
                mend="Give the step another name.",
            )


class Workflow:
    """What a workflow file subclasses; its attributes are the steps, in order."""

    version: ClassVar[int]
    definition: ClassVar["Definition"]

    def __init_subclass__(cls, *, version: int) -> None:
        super().__init_subclass__()
        steps = tuple(step for step in vars(cls).values() if is_step(step) and step.name)
        _refuse_taken_names(steps)
        cls.version = version
        says = cls.__doc__ or getattr(sys.modules.get(cls.__module__), "__doc__", None) or cls.__name__
        cls.definition = Definition(
            name=cls.__module__.rpartition(".")[2],
            version=version,
            title=" ".join(says.split()),
            steps=steps,
            module=cls.__module__,
        )


@dataclass(frozen=True, slots=True)
class Definition:
    """A workflow as the machine reads it."""

    name: str
    version: int
    title: str
    steps: tuple[AnyStep, ...]
    module: str = ""

    def step(self, name: str) -> AnyStep:
        """The step of that name; a KeyError is a bug or a changed workflow."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps)

    @property
    def trigger(self) -> AnyStep:
        return self.steps[0]
