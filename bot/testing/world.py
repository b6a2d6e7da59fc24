"""The world of a play: what systems and the model answer, from a script, and what they were made to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar, assert_never

from typing_extensions import TypeIs

from bot.domain.acting import find, gate_of
from bot.domain.attempt import Attempt
from bot.domain.calibration import Worth
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Read, Seek, Show, StartRuns, Tell, Wake, Write
from bot.domain.errors import BotError, Transient, Uncertain
from bot.domain.event import Answered, Done, Doubted, Event, Failed, LookedUp, OutcomeUnknown, Problem, ReadBack
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.outside import address_of
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, Run
from bot.domain.terms import Terms
from bot.domain.value import Wrong, intent_of

MODEL = Actor(ActorKind.MODEL, "play")


@dataclass(frozen=True, slots=True)
class Unsure:
    """A model's answer with another confidence than 95 %, or with doubts."""

    fact: Fact
    confidence: int | None = None
    doubts: tuple[str, ...] = ()
    worth: int | None = None
    """What people's decisions have taught the bot about such a confidence; None where they are too few to teach it."""


CASES = 100
"""So many decided answers stand behind what a confidence is worth in a play."""


T = TypeVar("T")
Said: TypeAlias = Fact | Unsure | BotError
Found: TypeAlias = Fact | BotError
Outcome: TypeAlias = Receipt | BotError


class Script(Generic[T]):
    """What one part of the world says: a line, or several of which the last is repeated."""

    def __init__(self, name: str, lines: Mapping[str, T | list[T]]) -> None:
        self._name = name
        self._lines: dict[str, list[T]] = {key: [*line] if _is_lines(line) else [line] for key, line in lines.items()}

    def next(self, key: str, otherwise: T | None = None) -> T:
        lines = self._lines.get(key) or ([] if otherwise is None else [otherwise])
        if not lines:
            raise LookupError(f"The play comes to “{key}” and its script says nothing: give it in {self._name}.")
        return lines.pop(0) if len(lines) > 1 else lines[0]


def _is_lines(line: T | list[T]) -> TypeIs[list[T]]:
    return isinstance(line, list)


class World:
    """Answers effects by the script, and remembers what it was made to do."""

    def __init__(self, answers: Script[Said], reads: Script[Found], outcomes: Script[Outcome]) -> None:
        self._answers = answers
        self._reads = reads
        self._outcomes = outcomes
        self.sent: list[Intent] = []
        self.tried: list[Intent] = []
        self.taken_back: list[Intent] = []
        self.told: list[Tell] = []
        self.mailed: list[tuple[str, str]] = []
        self.started: list[tuple[str, Mapping[str, Plain]]] = []
        self.wakes: list[Wake] = []

    def answer(  # noqa: C901  one flat dispatch
        self, effect: Effect, run: Run, terms: Terms, at: datetime
    ) -> Event | None:
        """What comes of an effect; None where nothing comes back, or nothing yet."""
        match effect:
            case Read():
                return self._read(effect, at)
            case AskModel():
                return self._ask(effect, at)
            case Execute() | Compensate():
                return self._act(effect, run, terms, at)
            case StartRuns():
                return self._start(effect, at)
            case Seek():
                return self._look(effect, at)
            case Write():
                return self._write(effect, run, terms, at)
            case Tell():
                self.told.append(effect)
            case Wake():
                self.wakes.append(effect)
            case Show():
                pass
            case _:
                assert_never(effect)
        return None

    def _read(self, effect: Read, at: datetime) -> Event:
        line = self._reads.next(effect.lookup)
        if isinstance(line, BotError):
            return Failed(at, ENGINE, effect.step, _problem(line, Problem.REFUSED), line.message)
        value = line.model_dump(mode="json")
        return ReadBack(at, ENGINE, effect.step, value, effect.purpose, (effect.lookup,))

    def _ask(self, effect: AskModel, at: datetime) -> Event:
        line = self._answers.next(effect.step)
        attempts = (Attempt(MODEL.ref, effect.step, "answered"),)
        if isinstance(line, BotError):
            return Doubted(at, MODEL, effect.step, _problem(line, Problem.WRONG), line.message, attempts)
        said = line if isinstance(line, Unsure) else Unsure(line, 95)
        value = said.fact.model_dump(mode="json")
        worth = None
        if said.worth is not None and said.confidence is not None:
            worth = Worth(said.confidence, said.worth, CASES, round(CASES * said.worth / 100))
        return Answered(at, MODEL, effect.step, value, attempts, said.confidence, said.doubts, worth=worth)

    def _look(self, effect: Seek, at: datetime) -> Event:
        line = self._outcomes.next(f"look up {effect.step}", Transient("The system does not show it."))
        if isinstance(line, BotError):
            return LookedUp(at, ENGINE, effect.step, effect.n, text=line.message)
        return LookedUp(at, ENGINE, effect.step, effect.n, line.model_dump(mode="json"))

    def _write(self, effect: Write, run: Run, terms: Terms, at: datetime) -> Event:
        try:
            self.mailed.append((address_of(run, terms, run.questions[effect.step].group), effect.step))
        except Wrong as wrong:
            return Failed(at, ENGINE, effect.step, Problem.REFUSED, wrong.message, effect.n)
        line = self._outcomes.next(f"mail {effect.step}", Receipt(id=f"mail {effect.step} {effect.n}"))
        if isinstance(line, Uncertain):
            return OutcomeUnknown(at, ENGINE, effect.step, effect.n, line.message)
        if isinstance(line, BotError):
            return Failed(at, ENGINE, effect.step, _problem(line, Problem.REFUSED), line.message, effect.n)
        return Done(at, ENGINE, effect.step, effect.n, line.model_dump(mode="json"))

    def _start(self, effect: StartRuns, at: datetime) -> Event:
        self.started += [(effect.workflow, record) for record in effect.records]
        runs: list[Plain] = [f"{effect.workflow}-{n}" for n, _ in enumerate(effect.records, 1)]
        return Done(at, ENGINE, effect.step, 0, {"runs": runs})

    def _act(self, effect: Execute | Compensate, run: Run, terms: Terms, at: datetime) -> Event | None:
        if isinstance(effect, Execute) and effect.dry:
            proposal = gate_of(run, terms.definition.step(effect.step)).proposals[effect.n]
            self.tried.append(intent_of(proposal, terms))
            return Done(at, ENGINE, effect.step, effect.n, {"would": proposal.kind})
        under_way = ActionStatus.BEGUN if isinstance(effect, Execute) else ActionStatus.UNDOING
        action = find(run, effect.step, effect.n)
        if action is None or action.status is not under_way:
            return None
        ids = {one.proposal.step: str(one.receipt["id"]) for one in run.actions if one.receipt is not None}
        return self._carry_out(effect, intent_of(action.proposal, terms).resolve(ids), action.receipt, at)

    def _carry_out(
        self, effect: Execute | Compensate, intent: Intent, done: Mapping[str, Plain] | None, at: datetime
    ) -> Event:
        name = effect.step if isinstance(effect, Execute) else f"undo {effect.step}"
        line = self._outcomes.next(name, Receipt(id=f"{name} {effect.n + 1}"))
        if isinstance(line, Uncertain):
            return OutcomeUnknown(at, ENGINE, effect.step, effect.n, line.message)
        if isinstance(line, BotError):
            return Failed(at, ENGINE, effect.step, _problem(line, Problem.REFUSED), line.message, effect.n)
        back = intent.undone_by(Receipt.model_validate(done)) if done is not None else None
        if back is None:
            self.sent.append(intent)
        else:
            self.taken_back.append(back)
        return Done(at, ENGINE, effect.step, effect.n, line.model_dump(mode="json"))


def _problem(error: BotError, otherwise: Problem) -> Problem:
    """Only what may work later counts as unavailable."""
    return Problem.UNAVAILABLE if isinstance(error, Transient) else otherwise
