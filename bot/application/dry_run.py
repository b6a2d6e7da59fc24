"""A dry run of a whole workflow: read for real, ask the model for real, change nothing, store nothing.

The machine is the real one, at stage shadow: nobody is asked, and what would be carried out is previewed by systems
that cannot write. A `wait` is over at once.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.application.ask_model import heard, question_key, question_of
from bot.application.move import move
from bot.application.parts import Parts
from bot.application.read import reading
from bot.application.rehearse import preview
from bot.application.remember import remember
from bot.application.start import Request, prepare
from bot.application.weigh import weigh
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Read, Seek, Show, StartRuns, Tell, Wake, Write
from bot.domain.errors import Transient, Uncertain
from bot.domain.event import Done, Event, Failed, Problem, Woken
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.run import Run, Stage, StepStatus
from bot.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Tried:
    """What a run would have come to."""

    run: Run
    terms: Terms
    would: tuple[dict[str, Plain], ...]
    """What each action would have changed: `would` in words, the fields `before` and `after`."""


async def dry_run(parts: Parts, request: Request) -> Tried:
    """Try it. Raises Refused where it may not be started; nothing is stored either way."""
    fresh, started, terms = prepare(parts, request)
    run = replace(fresh, stage=Stage.SHADOW)
    entries: list[Entry] = []
    effects: list[Effect] = []
    events: list[Event] = [started]
    while events:
        moved = move(parts, run, events.pop(), terms)
        run = replace(moved.run, seq=run.seq + len(moved.entries))
        entries += moved.entries
        effects += moved.effects
        while effects and not events:
            event = await _answer(parts, run, terms, effects.pop(0))
            events += [event] if event is not None else []
    would = ({f.name: f.value for f in entry.fields} for entry in entries if entry.kind is EntryKind.ACTION_DRY_RUN)
    return Tried(run, terms, tuple(would))


async def _answer(parts: Parts, run: Run, terms: Terms, effect: Effect) -> Event | None:
    """What comes of an effect; None where nothing does, or where it is not done in a dry run."""
    match effect:
        case Read():
            try:
                return await reading(parts, terms, effect)
            except (Transient, Uncertain) as error:
                return Failed(parts.clock.now(), ENGINE, effect.step, Problem.UNAVAILABLE, error.message)
        case AskModel():
            past = await remember(parts, run, terms, effect.step)
            key = question_key(run.id, effect.step, run.seq)
            question = question_of(parts, run, terms, effect, past, key=key)
            answer = await parts.model.answer(question)
            return heard(parts, effect.step, answer, await weigh(parts, question, answer))
        case Execute(dry=True):
            try:
                return await preview(parts, run, terms, effect)
            except (Transient, Uncertain) as error:
                text: dict[str, Plain] = {"would": f"It cannot be said now what would change: {error.message}"}
                return Done(parts.clock.now(), ENGINE, effect.step, effect.n, text)
        case Wake(at=at, step=step):
            state = run.steps.get(step)
            return Woken(at, ENGINE, step) if state is not None and state.status is StepStatus.WAITING else None
        case Execute() | Compensate() | Seek() | StartRuns() | Show() | Tell() | Write():
            return None
        case _:
            assert_never(effect)
