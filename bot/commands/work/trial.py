"""A prompt tried out: what exactly the model would read, and what it answers. No run is started, nothing is changed."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.adapters.library.book import Book
from bot.adapters.library.case import read_cases
from bot.adapters.model.engine.talk import Talk
from bot.application.ask_apart import ask_apart
from bot.application.gather import gather
from bot.application.pose import pose
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import Shape, call_shape
from bot.commands.shell.words import per_cent
from bot.commands.work.role import refuse_unknown_role
from bot.commands.work.sample import FOLDER, pick, samples_of
from bot.commands.work.wording import step_meant, with_file
from bot.domain.attempt import Attempt
from bot.domain.case import Case, missing
from bot.domain.comparing import Compared, compare
from bot.domain.errors import Unknown
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.policy import sure_enough
from bot.domain.terms import Terms
from bot.domain.text import hint, one_line
from bot.ports.model import Answer, NoAnswer, Question

FENCE = "RANDOMWORD00"
"""Stands for the fence, which is another word each time."""
REHEARSED = "Rules answered this (the rehearsal model), and no AI."


@dataclass(frozen=True, slots=True)
class Given:
    """What a prompt is tried with."""

    called: str
    """`case billing-angry`, `sample billing`."""
    facts: Mapping[str, Fact]
    expected: Fact | None = None


def try_prompt(arguments: argparse.Namespace) -> int:
    """Show the two turns, or ask."""
    return run_with(arguments, lambda session: _try(session, arguments), begins=True)


async def _try(session: Session, arguments: argparse.Namespace) -> int:
    shelf = session.bot.library
    terms, book = shelf.current(arguments.workflow), shelf.book(arguments.workflow)
    step = step_meant(book, arguments.step)
    if arguments.action == "show":
        given = await _either(session, book, terms, step, arguments.rendered)
        _tell_rendered(session.screen, pose(session.bot.parts, terms, step, given.facts), given, json=arguments.json)
        return 0
    refuse_unknown_role(session, arguments.model)
    if arguments.prompt:
        terms = with_file(shelf, book.name, step, arguments.prompt)
    given = await _given(session, book, terms, step, arguments)
    key = session.bot.parts.clock.now().isoformat()
    question = pose(session.bot.parts, terms, step, given.facts, key=key, role=arguments.model)
    answer = await ask_apart(session.bot.parts, question, given.called)
    trial = Trial(terms, question, given, answer)
    if arguments.json:
        session.screen.json(_shape(trial))
    else:
        _tell(session.screen, trial)
    return 0 if isinstance(answer, Answer) else 1


# --- what it is tried with -----------------------------------------------------------------------------------------


async def _given(session: Session, book: Book, terms: Terms, step: str, arguments: argparse.Namespace) -> Given:
    if arguments.sample:
        return await _from_sample(session, book, terms, step, arguments.sample)
    cases = _fitting(book, terms, step)
    if arguments.case or cases:
        return _from_case(book, cases, step, arguments.case)
    return await _from_sample(session, book, terms, step, "1")


async def _either(session: Session, book: Book, terms: Terms, step: str, typed: str) -> Given:
    """A case or a sample, by its name. Unknown where it is neither."""
    cases = _fitting(book, terms, step)
    if typed in {one.name for one in cases}:
        return _from_case(book, cases, step, typed)
    samples = sorted(file.stem for file in (book.folder / FOLDER).glob("*.json"))
    if typed not in samples:
        known = [*(one.name for one in cases), *samples]
        mend = hint(typed, known, f"There is: {', '.join(dict.fromkeys(known)) or 'none'}.")
        raise Unknown(f"There is no case or sample “{one_line(typed, 40)}”. {mend}")
    return await _from_sample(session, book, terms, step, typed)


def _fitting(book: Book, terms: Terms, step: str) -> tuple[Case, ...]:
    cases = read_cases(book.folder, book.definition)
    return tuple(one for one in cases if not [*missing(one, terms, step)])


def _from_case(book: Book, cases: tuple[Case, ...], step: str, typed: str) -> Given:
    names = [one.name for one in cases]
    if typed and typed not in names:
        mend = hint(typed, names, f"There is: {', '.join(names) or 'none'}.")
        raise Unknown(f"{book.name} has no case “{one_line(typed, 40)}” for “{step}”. {mend}")
    right = next((one for one in cases if one.name == typed), None)
    case = right or next((one for one in cases if step in one.expected), cases[0])
    return Given(f"case {case.name}", case.before(step), case.expected.get(step))


async def _from_sample(session: Session, book: Book, terms: Terms, step: str, typed: str) -> Given:
    sample = pick(samples_of(book.folder), typed)
    return Given(f"sample {sample.name}", await gather(session.bot.parts, terms, step, sample.value))


# --- what the model reads ------------------------------------------------------------------------------------------


def _tell_rendered(screen: Screen, question: Question, given: Given, *, json: bool) -> None:
    talk = Talk.about(question, FENCE)
    system, user = talk.system, talk.turns[0].text
    if json:
        screen.json({"prompt": question.prompt, "given": given.called, "system": system, "user": user})
        return
    screen.say(
        f"{question.prompt} with {given.called}. {FENCE} stands for a word that is another one each time.", "faint"
    )
    for title, text in (("The instructions", system), ("The material", user)):
        screen.say()
        screen.say(f"── {title} ──", "bold")
        screen.say(text)


# --- what it answers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """One question with its answer."""

    terms: Terms
    question: Question
    given: Given
    answer: Answer | NoAnswer

    def compared(self) -> tuple[Compared, ...]:
        if self.given.expected is None or not isinstance(self.answer, Answer):
            return ()
        return compare(self.given.expected, self.answer.fact, doubtful=bool(self.answer.doubts))


def _tell(screen: Screen, trial: Trial) -> None:
    question, answer = trial.question, trial.answer
    screen.say(f"{question.workflow}, “{question.step}”, with {trial.given.called}: prompt {question.prompt}", "bold")
    if isinstance(answer, NoAnswer):
        screen.say(answer.text, "bad")
    else:
        _tell_answer(screen, trial, answer)
    if answer.attempts:
        screen.say()
        screen.table(CALL_HEADS, [call_row(one) for one in answer.attempts])
    for one in answer.attempts:
        if one.error:
            screen.say(f"Call {one.n}: {one.error}", "faint")


def _tell_answer(screen: Screen, trial: Trial, answer: Answer) -> None:
    if answer.rehearsed:
        screen.say(REHEARSED, "warn")
    matches = {one.field: one for one in trial.compared()}
    for name, value in answer.fact.model_dump(mode="json").items():
        screen.say(f"  {name}: {in_line(value)}{_beside(matches.get(name))}")
    least = trial.terms.brief.confidence.get(trial.question.step)
    low = least is not None and not sure_enough(answer.confidence, least)
    asks = f" The brief asks for {round((least or 0) * 100)} %: in a run, a person would fill this in." if low else ""
    known = per_cent(answer.confidence) if answer.confidence is not None else "not known"
    screen.say(f"Confidence: {known}.{asks}", "warn" if low else "")
    for doubt in answer.doubts:
        screen.say(f"Doubt: {doubt}", "warn")
    for quote in answer.evidence:
        screen.say(f"Evidence: “{quote}”", "faint")


def _beside(compared: Compared | None) -> str:
    if compared is None:
        return ""
    return (
        f"   ({compared.match})"
        if compared.expected == compared.came
        else (f"\n      {compared.match}; expected: {in_line(compared.expected)}")
    )


def in_line(value: Plain) -> str:
    """A value as a person reads it."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(in_line, value)) or "–"
        case dict():
            return "; ".join(f"{name}: {in_line(one)}" for name, one in value.items())
        case _:
            return str(value)


CALL_HEADS = ("call", "outcome", "model", "dialect", "tokens in", "tokens out", "cost", "time")


def call_row(one: Attempt) -> tuple[str, ...]:
    """One call to a model; what is not known says so."""
    cost = "not known" if one.cost_micros is None else f"{one.cost_micros / 1_000_000:.6f} USD"
    took = "–" if one.latency_ms is None else f"{one.latency_ms:,} ms"
    model = one.model if one.reported in ("", one.model) else f"{one.model} (says it is {one.reported})"
    return str(one.n), one.outcome, model, one.dialect or "–", *_tokens(one), cost, took


def _tokens(one: Attempt) -> Iterator[str]:
    for count in (one.input_tokens, one.output_tokens):
        yield "–" if count is None else f"{count:,}"


def _shape(trial: Trial) -> Shape:
    question, answer = trial.question, trial.answer
    shape: Shape = {
        "workflow": question.workflow,
        "step": question.step,
        "prompt": question.prompt,
        "role": question.role,
        "given": trial.given.called,
        "answered": isinstance(answer, Answer),
        "attempts": [call_shape(one) for one in answer.attempts],
    }
    if isinstance(answer, NoAnswer):
        return shape | {"error": answer.text, "transient": answer.transient}
    return shape | {
        "rehearsed": answer.rehearsed,
        "answer": answer.fact.model_dump(mode="json"),
        "confidence": answer.confidence,
        "doubts": [*answer.doubts],
        "evidence": [*answer.evidence],
        "fields": [compared_shape(one) for one in trial.compared()],
    }


def compared_shape(one: Compared) -> Shape:
    return {"field": one.field, "match": one.match.value, "expected": one.expected, "came": one.came}
