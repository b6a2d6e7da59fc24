"""A watched model answers as it would by itself; those who watch are told when it is over, and can break nothing."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.model.rehearsal import Rehearsal
from bot.adapters.model.scripted import Said, Scripted, wrong
from bot.adapters.telemetry.watched import Asked, Watched
from bot.domain.plain import Plain
from bot.ports.model import Answer, Model, NoAnswer
from tests.adapters.model.asking import Triage, question, ticket

FACT: Mapping[str, Plain] = {"category": "bug", "urgent": False, "summary": "It crashes."}
ASKED = replace(question(Triage, ticket("It crashes.")), run="01hz7")


class Ear:
    """Somebody who watches."""

    def __init__(self) -> None:
        self.told_of: list[Asked] = []

    def told(self, asked: Asked) -> None:
        self.told_of.append(asked)


class Deaf:
    """Somebody who fails at it."""

    def told(self, asked: Asked) -> None:
        raise ZeroDivisionError(asked.step)


def watched(model: Model, *watchers: Ear | Deaf) -> Watched:
    times = iter([1_000_000_000, 3_500_000_000])
    return Watched(model, watchers, wall_ns=lambda: 77, monotonic_ns=lambda: next(times))


async def test_the_answer_is_the_model_s_own() -> None:
    model = Rehearsal()
    seen = await Watched(model, [Ear()]).answer(ASKED)
    alone = await model.answer(ASKED)
    assert isinstance(seen, Answer)
    assert isinstance(alone, Answer)
    assert (seen.fact, seen.doubts) == (alone.fact, alone.doubts)


async def test_it_passes_for_the_model_that_it_watches() -> None:
    model = Scripted({}, cost_micros=7)
    shown = Watched(model, [])
    assert (shown.name, shown.rehearsal, shown.estimate_micros(ASKED)) == ("scripted/1", False, 7)
    assert Watched(Rehearsal(), []).rehearsal


async def test_who_watches_hears_of_the_question_and_its_calls_and_of_no_word_in_them() -> None:
    ear = Ear()
    answer = await watched(Scripted({ASKED.step: Said(FACT)}), ear).answer(ASKED)
    (told,) = ear.told_of
    assert (told.workflow, told.step, told.run, told.prompt) == (ASKED.workflow, ASKED.step, "01hz7", ASKED.prompt)
    assert (told.answered, told.begun_ns, told.took) == (True, 77, timedelta(seconds=2.5))
    assert told.attempts == answer.attempts
    assert "It crashes." not in str(told)


async def test_who_watches_hears_of_what_was_not_answered_as_well() -> None:
    ear = Ear()
    answer = await watched(Scripted({ASKED.step: wrong("No.")}), ear).answer(ASKED)
    assert isinstance(answer, NoAnswer)
    assert [told.answered for told in ear.told_of] == [False]


async def test_a_model_that_was_cut_off_counts_as_one_that_was_too_slow() -> None:
    ear, model = Ear(), Scripted({ASKED.step: Said(FACT)}, held={ASKED.step: asyncio.Event()})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await watched(model, ear).answer(ASKED)
    (told,) = ear.told_of
    assert [(one.outcome, one.model) for one in told.attempts] == [("timeout", "scripted/1")]
    assert not told.answered


async def test_who_watches_badly_breaks_no_answer_and_takes_it_from_nobody(caplog: pytest.LogCaptureFixture) -> None:
    ear = Ear()
    with caplog.at_level(logging.ERROR):
        answer = await watched(Scripted({ASKED.step: Said(FACT)}), Deaf(), ear).answer(ASKED)
    assert isinstance(answer, Answer)
    assert len(ear.told_of) == 1
    assert "was not counted" in caplog.text
