"""A model that says what a test tells it to say, and remembers what it was asked.

    model = Scripted({"triage": triage, "draft": [first_draft, second_draft]})
    model = Scripted({"triage": wrong("It gave no category."), "draft": lambda question: write(question)})

Where a step has a list, its lines are said one after the other, and the last one again and again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from typing_extensions import TypeIs

from bot.adapters.model.envelope import attempt, check_evidence
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome
from bot.domain.plain import Plain
from bot.ports.model import Answer, NoAnswer, Question


@dataclass(frozen=True, slots=True)
class Said:
    """An answer with its envelope, as a model would give it; the fact may be plain data still."""

    fact: Fact | Mapping[str, Plain]
    confidence: int | None = 95
    doubts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failing:
    """No answer that could be used. `wrong`: it answered badly; otherwise it could not be reached."""

    text: str
    wrong: bool = True
    transient: bool = False


Line: TypeAlias = Fact | Mapping[str, Plain] | Said | Failing
Script: TypeAlias = Line | list[Line] | Callable[[Question], Line]


def wrong(text: str = "The answer does not fit the form.") -> Failing:
    return Failing(text)


def unavailable(text: str = "The model's server does not answer.", *, transient: bool = False) -> Failing:
    return Failing(text, wrong=False, transient=transient)


@dataclass(slots=True)
class Scripted:
    """A model for tests. It counts as a real one unless `rehearsal` is set."""

    script: Mapping[str, Script]
    name: str = "scripted/1"
    rehearsal: bool = False
    cost_micros: int = 0
    """What each question costs, and is estimated to cost."""
    held: Mapping[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    """Steps whose answer waits until the event is set."""
    questions: list[Question] = field(default_factory=list[Question])
    """Everything it was asked, in order."""

    async def answer(self, question: Question) -> Answer | NoAnswer:
        self.questions.append(question)
        if question.step in self.held:
            await self.held[question.step].wait()
        line = self._line(question)
        if isinstance(line, Failing):
            outcome = Outcome.INVALID if line.wrong else Outcome.CONNECTION
            tried = replace(attempt(question, model=self.name, outcome=outcome.value), error=line.text)
            return NoAnswer(line.wrong, line.text, (tried,), line.transient)
        return self._answer(question, line if isinstance(line, Said) else Said(line))

    def estimate_micros(self, question: Question) -> int:
        del question
        return self.cost_micros

    def asked(self, step: str) -> list[Question]:
        """What it was asked for one step, in order."""
        return [question for question in self.questions if question.step == step]

    def _line(self, question: Question) -> Line:
        script = self.script.get(question.step)
        if script is None:
            raise LookupError(f"Nobody told the scripted model what to say to “{question.step}”.")
        if _is_lines(script):
            times = len(self.asked(question.step))
            return script[min(times, len(script)) - 1]
        return script(question) if callable(script) else script

    def _answer(self, question: Question, said: Said) -> Answer:
        fact = said.fact if isinstance(said.fact, Fact) else question.fact.model_validate(said.fact)
        evidence, unfounded = check_evidence(said.evidence, question.material)
        tried = attempt(question, model=self.name, outcome="answered", answer=fact)
        return Answer(
            fact=fact,
            confidence=said.confidence,
            doubts=(*said.doubts, *unfounded),
            evidence=evidence,
            attempts=(replace(tried, finish="stop", cost_micros=self.cost_micros),),
            rehearsed=self.rehearsal,
        )


def _is_lines(script: Script) -> TypeIs[list[Line]]:
    return isinstance(script, list)
