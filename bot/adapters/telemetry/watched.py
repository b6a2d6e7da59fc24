"""A model that is watched: whoever counts or traces hears of each question once it is over. Nobody else notices."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.attempt import Attempt
from bot.domain.outcome import Outcome
from bot.ports.model import Answer, Model, NoAnswer, Question

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what came of it. None of its words are in here: what is not told cannot be passed on."""

    workflow: str
    step: str
    run: str
    prompt: str
    answered: bool
    begun_ns: int
    """By the clock on the wall."""
    took: timedelta
    attempts: tuple[Attempt, ...]


class Watcher(Protocol):
    """Somebody who is told."""

    def told(self, asked: Asked) -> None:
        """Take note. It may not wait for anything."""
        ...


class Watched:
    """Any model, with others told of what it was asked."""

    def __init__(
        self,
        model: Model,
        watchers: Sequence[Watcher],
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._model = model
        self._watchers = tuple(watchers)
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self.name = model.name
        self.rehearsal = model.rehearsal

    async def answer(self, question: Question) -> Answer | NoAnswer:
        """What the model answers, however the watchers fare."""
        wall, begun = self._wall_ns(), self._monotonic_ns()
        try:
            answer = await self._model.answer(question)
        except asyncio.CancelledError:
            # It did not keep its time and was cut off, which is written down as this.
            silent = Attempt(self.name, question.prompt, Outcome.TIMEOUT.value, key=question.key)
            self._tell(question, False, (silent,), wall, begun)
            raise
        self._tell(question, isinstance(answer, Answer), answer.attempts, wall, begun)
        return answer

    def estimate_micros(self, question: Question) -> int | None:
        return self._model.estimate_micros(question)

    def _tell(self, question: Question, answered: bool, attempts: tuple[Attempt, ...], wall: int, begun: int) -> None:
        took = timedelta(microseconds=(self._monotonic_ns() - begun) / 1000)
        about = (question.workflow, question.step, question.run, question.prompt)
        asked = Asked(*about, answered=answered, begun_ns=wall, took=took, attempts=attempts)
        for watcher in self._watchers:
            try:
                watcher.told(asked)
            except Exception:
                logger.exception("A question to the model was not counted.", extra={"action": "telemetry.failed"})
