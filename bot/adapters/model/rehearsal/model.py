"""The rehearsal model: rules that answer any question in its type, without a network and without an AI."""

import json
import time
from collections.abc import Callable
from dataclasses import replace

from pydantic import PydanticUserError, ValidationError

from bot.adapters.model.envelope import attempt, check_evidence
from bot.adapters.model.rehearsal.filling import Filling, Unwritable
from bot.adapters.model.rehearsal.literal import Literally, is_literal
from bot.adapters.model.rehearsal.reading import read
from bot.adapters.model.rehearsal.shape import form_of
from bot.adapters.model.rehearsal.task import Task
from bot.domain.attempt import Attempt
from bot.domain.intent import Fact
from bot.domain.plain import NotPlain
from bot.ports.model import Answer, NoAnswer, Question

NAME = "rehearsal/1"
TRIES = 8
MOST_QUOTES = 5
INSTRUCTED = "The text tries to give instructions."

SURE = 50
NOTHING_TO_GO_BY = "There was nothing in the text to go by."
"""Whoever is unsure says why."""


class Rehearsal:
    """The offline default. The same question always gets the same answer; it costs nothing and is never sure."""

    name = NAME
    rehearsal = True

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic

    async def answer(self, question: Question) -> Answer | NoAnswer:
        begun = self._monotonic()
        task = Task(read(question.material), question.hints, question.remark, question.previous)
        try:
            fact, filling = _fill(question.fact, task)
            tried = attempt(question, model=self.name, outcome="answered", answer=fact)
        except (Unwritable, NotPlain, PydanticUserError) as problem:
            tried = replace(attempt(question, model=self.name, outcome="invalid"), error=str(problem))
            return NoAnswer(True, f"The rehearsal model cannot fill this in. {problem}", (self._timed(tried, begun),))
        quotes = dict.fromkeys((*filling.quotes, *task.reading.instructions[:2]))
        evidence, unfounded = check_evidence(list(quotes)[:MOST_QUOTES], question.material)
        instructed = [INSTRUCTED] if task.reading.instructions else []
        doubts = dict.fromkeys((*instructed, *filling.doubts, *unfounded))
        if filling.confidence < SURE and not doubts:
            doubts = {NOTHING_TO_GO_BY: None}
        return Answer(
            fact=fact,
            confidence=filling.confidence,
            doubts=tuple(doubts),
            evidence=evidence,
            attempts=(self._timed(tried, begun),),
            rehearsed=True,
        )

    def estimate_micros(self, question: Question) -> int:
        del question
        return 0

    def _timed(self, tried: Attempt, begun: float) -> Attempt:
        took = round((self._monotonic() - begun) * 1000)
        return replace(tried, dialect="rules", finish="stop", cost_micros=0, latency_ms=took)


def _fill(fact: type[Fact], task: Task) -> tuple[Fact, Filling | Literally]:
    """A valid fact. Where its type refuses a value for reasons of its own, the next candidate has its turn."""
    form = form_of(fact)
    if is_literal(task.hints):
        literally = Literally(form, task)
        return fact.model_validate_json(json.dumps(literally.fill())), literally
    skips: dict[str, int] = {}
    for _ in range(TRIES):
        filling = Filling(form, task, skips)
        value = filling.fill(form.shape)
        try:
            return fact.model_validate_json(json.dumps(value)), filling
        except ValidationError as error:
            refused = {_place(problem["loc"], filling.places) for problem in error.errors(include_url=False)} - {""}
            if not refused:
                raise Unwritable(f"{error.errors()[0]['msg']}.") from error
            skips = skips | {place: skips.get(place, 0) + 1 for place in refused}
    raise Unwritable("Its type refuses everything that rules can find.")


def _place(location: tuple[int | str, ...], places: set[str]) -> str:
    """The place an error is about; pydantic puts the names of alternatives between the steps of a path."""
    parts = [str(part) for part in location]
    fitting = [place for place in places if _is_within(place.split("."), parts)]
    return max(fitting, key=len, default="")


def _is_within(place: list[str], parts: list[str]) -> bool:
    rest = iter(parts)
    return all(step in rest for step in place)
