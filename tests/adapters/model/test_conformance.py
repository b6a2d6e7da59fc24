"""What every model keeps to, whoever it is. A new adapter is one more line in `MODELS`."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.model.envelope import input_hash, output_hash, schema_hash
from bot.adapters.model.openai import OpenAIWire
from bot.adapters.model.rehearsal import Rehearsal
from bot.adapters.model.replay import Recording, Replay
from bot.adapters.model.scripted import Failing, Said, Scripted
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome
from bot.domain.plain import Plain
from bot.ports.model import Answer, Model, NoAnswer, Question
from tests.adapters.model.asking import ACCOUNT, Category, Draft, Triage, question, ticket
from tests.adapters.model.openai.server import Line, serving
from tests.adapters.model.openai.server import failed as refused_by_server
from tests.adapters.model.openai.server import said as spoken_by_server
from tests.adapters.model.wired import Flat, Spoken, candidate, engine, envelope, failed, said
from tests.naughty import SHORT_TEXTS

MATERIAL: Mapping[str, Plain] = {
    "ticket": ticket("I was charged twice for invoice 77. Please refund one payment.", "Charged twice"),
    "account": dict(ACCOUNT),
}
TRIAGE = Triage(category=Category.BILLING, urgent=False, summary="Charged twice.")
DRAFT = Draft(body="We are looking into it.")
FACTS: Mapping[type[Fact], Fact] = {Triage: TRIAGE, Draft: DRAFT}
QUOTES = ("charged twice for invoice 77", "Nobody ever wrote this")
INVALID = said(envelope({"body": 12, "category": "weather"}))


@dataclass(frozen=True, slots=True)
class Kind:
    """One adapter: a model of it that answers, and one that cannot."""

    answers: Callable[[Path, Fact], Model]
    fails: Callable[[Path], Model] | None
    same: bool
    """Whether the same question always has the same answer."""
    rehearsed: bool = False


def ask(model: Model, asked: Question) -> Answer | NoAnswer:
    """What comes of it, in a loop of its own."""

    async def answered() -> Answer | NoAnswer:
        return await model.answer(asked)

    return asyncio.run(answered())


def spoken(fact: Fact) -> Spoken:
    return Spoken([INVALID, said(envelope(fact, evidence=QUOTES)), said(envelope(fact, evidence=QUOTES))])


def over_replay(folder: Path, fact: Fact) -> Model:
    """Answers from a folder, in which a first conversation is recorded."""
    ask(engine(candidate(Recording(spoken(fact), folder))), question(type(fact), MATERIAL))
    return engine(candidate(Replay(folder), prices=Flat(0)))


class OverHttp:
    """The real client and a real server, which is there for as long as a question is."""

    name = "main/first"
    rehearsal = False

    def __init__(self, *script: Line) -> None:
        self._script = [*script]

    async def answer(self, question: Question) -> Answer | NoAnswer:
        async with serving(*self._script) as server:
            model = engine(candidate(OpenAIWire(url=server.url, key="sk-1234567890"), prices=Flat()))
            try:
                return await model.answer(question)
            finally:
                self._script = server.script
                await model.close()

    def estimate_micros(self, question: Question) -> int | None:
        return engine(candidate(OpenAIWire(url="http://127.0.0.1:1/v1"), prices=Flat())).estimate_micros(question)


MODELS: Mapping[str, Kind] = {
    "rehearsal": Kind(lambda _, fact: Rehearsal(monotonic=lambda: 0.0), None, same=True, rehearsed=True),
    "scripted": Kind(
        lambda _, fact: Scripted({"triage": Said(fact, evidence=QUOTES)}, cost_micros=7),
        lambda _: Scripted({"triage": Failing("It is away.", wrong=False, transient=True)}),
        same=True,
    ),
    "engine over a wire": Kind(
        lambda _, fact: engine(candidate(spoken(fact), prices=Flat())),
        lambda _: engine(candidate(Spoken([failed(Outcome.OVERLOADED)]), prices=Flat())),
        same=False,
    ),
    "engine over HTTP": Kind(
        lambda _, fact: OverHttp(spoken_by_server(INVALID.text), spoken_by_server(envelope(fact, evidence=QUOTES))),
        lambda _: OverHttp(refused_by_server(529)),
        same=False,
    ),
    "engine over replay": Kind(over_replay, lambda folder: engine(candidate(Replay(folder / "empty"))), same=True),
}

each = pytest.mark.parametrize("kind", MODELS.values(), ids=[*MODELS])
each_fact = pytest.mark.parametrize("fact", [*FACTS.values()], ids=["triage", "draft"])


@each
@each_fact
def test_an_answer_is_valid_and_rests_on_what_stands_in_the_material(kind: Kind, fact: Fact, tmp_path: Path) -> None:
    answer = ask(kind.answers(tmp_path, fact), question(type(fact), MATERIAL))
    assert isinstance(answer, Answer)
    assert type(answer.fact).model_validate_json(answer.fact.model_dump_json(), strict=True) == answer.fact
    assert type(answer.fact) is type(fact)
    assert answer.confidence is None or 0 <= answer.confidence <= 100
    said_ = " ".join(str(MATERIAL).casefold().split())
    assert all(quote.casefold() in said_ for quote in answer.evidence)
    assert answer.rehearsed is kind.rehearsed
    assert all(isinstance(doubt, str) and doubt for doubt in answer.doubts)


@each
@each_fact
def test_a_quote_that_nobody_wrote_is_a_doubt_and_no_evidence(kind: Kind, fact: Fact, tmp_path: Path) -> None:
    if kind.rehearsed:
        pytest.skip("It only quotes what it has read.")
    answer = ask(kind.answers(tmp_path, fact), question(type(fact), MATERIAL))
    assert isinstance(answer, Answer)
    assert answer.evidence == QUOTES[:1]
    assert [QUOTES[1] in doubt for doubt in answer.doubts] == [True]


@each
def test_each_call_is_written_down_with_what_was_asked(kind: Kind, tmp_path: Path) -> None:
    asked = question(Triage, MATERIAL)
    answer = ask(kind.answers(tmp_path, TRIAGE), asked)
    assert isinstance(answer, Answer)
    assert [tried.n for tried in answer.attempts] == [*range(1, len(answer.attempts) + 1)] != []
    for tried in answer.attempts:
        assert (tried.prompt, tried.input_hash) == (asked.prompt, input_hash(asked))
        assert tried.schema_hash == schema_hash(Triage)
        assert tried.model
        assert tried.outcome in {*Outcome}
    assert answer.attempts[-1].output_hash == output_hash(answer.fact)
    assert answer.attempts[-1].outcome == Outcome.ANSWERED


@each
def test_where_nothing_comes_it_says_so_in_words_and_with_a_row(kind: Kind, tmp_path: Path) -> None:
    if kind.fails is None:
        pytest.skip("It is always there.")
    answer = ask(kind.fails(tmp_path), question(Triage, MATERIAL))
    assert isinstance(answer, NoAnswer)
    assert answer.text.endswith((".", "…"))
    assert not (answer.wrong and answer.transient)
    assert len(answer.attempts) == 1
    assert answer.attempts[0].outcome != Outcome.ANSWERED
    assert answer.attempts[0].output_hash == ""


@each
def test_the_same_question_has_the_same_answer_where_that_is_promised(kind: Kind, tmp_path: Path) -> None:
    model, asked = kind.answers(tmp_path, TRIAGE), question(Triage, MATERIAL)
    first, second = ask(model, asked), ask(model, replace(asked, key="another run"))
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    if kind.same:
        assert (first.fact, first.confidence, first.evidence) == (second.fact, second.confidence, second.evidence)


@each
def test_it_costs_no_more_than_was_set_aside(kind: Kind, tmp_path: Path) -> None:
    model, asked = kind.answers(tmp_path, TRIAGE), question(Triage, MATERIAL)
    set_aside = model.estimate_micros(asked)
    answer = ask(model, asked)
    assert set_aside is not None
    assert sum(tried.cost_micros or 0 for tried in answer.attempts) <= set_aside


@each
def test_whatever_stands_in_the_material_it_raises_nothing(kind: Kind, tmp_path: Path) -> None:
    model = kind.answers(tmp_path, TRIAGE)
    for text in SHORT_TEXTS.values():
        body = text.encode(errors="replace").decode()  # half a pair is in no record
        answer = ask(model, question(Triage, {"ticket": ticket(body, body)}, remark=body))
        assert isinstance(answer, Answer | NoAnswer)


@each
def test_a_question_without_time_ends_at_once(kind: Kind, tmp_path: Path) -> None:
    answer = ask(kind.answers(tmp_path, TRIAGE), replace(question(Triage, MATERIAL), within=timedelta()))
    assert isinstance(answer, Answer | NoAnswer)


@each
def test_it_says_who_it_is_and_whether_it_rehearses(kind: Kind, tmp_path: Path) -> None:
    model = kind.answers(tmp_path, TRIAGE)
    assert model.name
    assert model.rehearsal is kind.rehearsed
