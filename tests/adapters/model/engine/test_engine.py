"""Whatever servers send, a question ends in an answer or in none, after few calls, each of them written down."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.model.engine import Candidate, Engine
from bot.adapters.model.engine.breaker import FAILURES, MOST_FAILURES
from bot.adapters.model.wire import UNCOUNTED, Dialect, Reply, Request, Usage
from bot.domain.outcome import MOST_REPAIRS, Outcome, in_words, is_wrong, may_pass
from bot.domain.plain import Plain
from bot.ports.model import Answer, Model, NoAnswer, Question
from tests.adapters.model.asking import Draft, Triage, question, ticket
from tests.adapters.model.wired import (
    CENT_A_THOUSAND,
    Clock,
    Flat,
    Line,
    Spoken,
    candidate,
    engine,
    envelope,
    failed,
    said,
)

MATERIAL = {"ticket": ticket("I was charged twice.")}
ASKED = question(Triage, MATERIAL)
FACT = {"category": "billing", "urgent": False, "summary": "Charged twice."}
GOOD = said(envelope(FACT, evidence=["charged twice"], doubts=["Or a bug?"]))
BAD = said(envelope({**FACT, "category": "weather"}))
ENDS: dict[Outcome, Reply] = {
    outcome: BAD if outcome is Outcome.INVALID else failed(outcome, f"It was {outcome}.")
    for outcome in Outcome
    if outcome is not Outcome.ANSWERED
}
ONE_CALL = [one for one in ENDS if one not in (Outcome.INVALID, Outcome.CUT, Outcome.GARBAGE, Outcome.UNSUPPORTED)]
AGAIN = [Outcome.INVALID, Outcome.CUT, Outcome.GARBAGE]
MOVES_ON = [one for one in ENDS if one not in (Outcome.REFUSED, Outcome.FILTERED, Outcome.UNSUPPORTED)]
GIVES_UP = [Outcome.REFUSED, Outcome.FILTERED]


def outcomes(answer: Answer | NoAnswer) -> list[str]:
    return [tried.outcome for tried in answer.attempts]


async def answered(*wires: Spoken, asked: Question = ASKED) -> Answer:
    answer = await engine(*(candidate(wire, f"s{n}") for n, wire in enumerate(wires, 1))).answer(asked)
    assert isinstance(answer, Answer), answer
    return answer


async def unanswered(*wires: Spoken, asked: Question = ASKED) -> NoAnswer:
    answer = await engine(*(candidate(wire, f"s{n}") for n, wire in enumerate(wires, 1))).answer(asked)
    assert isinstance(answer, NoAnswer), answer
    return answer


async def test_a_good_reply_is_an_answer_with_its_envelope_and_one_attempt() -> None:
    answer = await answered(Spoken([GOOD]))
    assert answer.fact == Triage.model_validate(FACT)
    assert (answer.confidence, answer.doubts, answer.evidence) == (85, ("Or a bug?",), ("charged twice",))
    assert (outcomes(answer), answer.rehearsed) == (["answered"], False)


# --- each outcome, and what follows ----------------------------------------------------------------------------------


def test_every_outcome_is_of_one_of_these_kinds() -> None:
    assert {*ONE_CALL, *AGAIN, Outcome.UNSUPPORTED} == {*ENDS}


@pytest.mark.parametrize("outcome", AGAIN)
async def test_what_can_be_mended_is_asked_again_and_no_more_often_than_allowed(outcome: Outcome) -> None:
    wire = Spoken([ENDS[outcome], GOOD])
    assert outcomes(await answered(wire)) == [outcome, "answered"]
    wire = Spoken([ENDS[outcome]])
    answer = await unanswered(wire)
    assert outcomes(answer) == [outcome] * (1 + MOST_REPAIRS)
    assert answer.text == in_words(outcome)


@pytest.mark.parametrize("outcome", ONE_CALL)
async def test_what_cannot_is_asked_once(outcome: Outcome) -> None:
    answer = await unanswered(Spoken([ENDS[outcome], GOOD]))
    assert outcomes(answer) == [outcome]
    assert (answer.wrong, answer.transient) == (is_wrong(outcome), may_pass(outcome) and not is_wrong(outcome))


@pytest.mark.parametrize("outcome", MOVES_ON)
async def test_then_the_next_model_is_asked_and_the_answer_says_so(outcome: Outcome) -> None:
    first, second = Spoken([ENDS[outcome]]), Spoken([GOOD])
    answer = await answered(first, second)
    assert answer.doubts == ("Or a bug?", "s2/small answered, because s1/small did not.")
    assert [tried.model for tried in answer.attempts][-1] == "s2/small"
    assert (len(first.sent), len(second.sent)) == (1 + MOST_REPAIRS if outcome in AGAIN else 1, 1)


@pytest.mark.parametrize("outcome", GIVES_UP)
async def test_what_one_model_refused_is_not_put_to_another(outcome: Outcome) -> None:
    second = Spoken([GOOD])
    answer = await unanswered(Spoken([ENDS[outcome]]), second)
    assert (answer.wrong, answer.transient, second.sent) == (True, False, [])


async def test_a_refusal_after_a_repair_ends_it_too() -> None:
    second = Spoken([GOOD])
    assert outcomes(await unanswered(Spoken([BAD, ENDS[Outcome.REFUSED]]), second)) == ["invalid", "refused"]
    assert second.sent == []


async def test_models_are_asked_in_their_order() -> None:
    order = list[str]()

    def line(request: Request, dialect: Dialect) -> Reply:
        order.append(request.model)
        return ENDS[Outcome.OVERLOADED]

    wire = Spoken([line])
    names = ["a", "b", "c", "d"]
    await engine(*(candidate(wire, name, model=name) for name in names)).answer(ASKED)
    assert order == names


async def test_repairs_are_counted_over_all_models_together() -> None:
    first, second, third = Spoken([BAD]), Spoken([BAD]), Spoken([BAD])
    await unanswered(first, second, third)
    assert [len(wire.sent) for wire in (first, second, third)] == [1 + MOST_REPAIRS, 1, 1]


async def test_the_next_model_begins_anew_and_hears_nothing_of_the_last_ones_answer() -> None:
    second = Spoken([GOOD])
    await answered(Spoken([said(envelope({**FACT, "category": "CANARY"}))]), second)
    (request,) = second.requests
    assert len(request.turns) == 1
    assert "CANARY" not in request.turns[0].text
    assert request.max_output_tokens == ASKED.max_output_tokens


async def test_a_server_that_takes_no_form_is_asked_more_plainly_and_remembered() -> None:
    wire = Spoken([ENDS[Outcome.UNSUPPORTED], ENDS[Outcome.UNSUPPORTED], GOOD])
    model = engine(candidate(wire))
    await model.answer(ASKED)
    await model.answer(ASKED)
    assert wire.spoken == [Dialect.STRICT, Dialect.SCHEMA, Dialect.TOOL, Dialect.TOOL]


async def test_a_server_that_takes_none_at_all_is_left_for_the_next() -> None:
    first, second = Spoken([ENDS[Outcome.UNSUPPORTED]]), Spoken([GOOD])
    answer = await answered(first, second)
    assert first.spoken == [*Dialect]
    assert outcomes(answer) == ["not supported"] * len(Dialect) + ["answered"]


async def test_a_server_that_is_left_alone_is_not_called_and_the_next_one_is() -> None:
    first, second = Spoken([ENDS[Outcome.CONNECTION]]), Spoken([GOOD])
    model = engine(candidate(first, "s1"), candidate(second, "s2"))
    for _ in range(MOST_FAILURES + 3):
        assert isinstance(await model.answer(ASKED), Answer)
    assert (len(first.sent), len(second.sent)) == (MOST_FAILURES, MOST_FAILURES + 3)


async def test_where_nobody_could_be_called_it_may_be_better_in_a_while() -> None:
    wire = Spoken([ENDS[Outcome.CONNECTION]])
    model = engine(candidate(wire))
    for _ in range(MOST_FAILURES):
        await model.answer(ASKED)
    answer = await model.answer(ASKED)
    assert isinstance(answer, NoAnswer)
    assert (answer.wrong, answer.transient, answer.attempts) == (False, True, ())
    assert "left alone" in answer.text
    assert answer.retry_after is not None


# --- what is told where nobody answered -------------------------------------------------------------------------------

PAIRS = [(one, two) for one in MOVES_ON for two in ENDS]


@pytest.mark.parametrize(("one", "two"), PAIRS)
async def test_of_two_bad_ends_the_one_that_helps_is_told(one: Outcome, two: Outcome) -> None:
    answer = await unanswered(Spoken([ENDS[one]]), Spoken([ENDS[two]]))
    wrong = is_wrong(one) or is_wrong(two)
    assert answer.wrong is wrong
    assert answer.transient is (not wrong and (may_pass(one) or may_pass(two)))
    told = two if is_wrong(two) or not wrong else one
    told = one if not wrong and may_pass(one) and not may_pass(two) else told
    assert answer.text == in_words(told)


async def test_the_shortest_wait_that_somebody_asked_for_is_handed_on() -> None:
    wires = [Spoken([failed(Outcome.RATE_LIMITED, after=seconds)]) for seconds in (40, 20, 30)]
    assert (await unanswered(*wires)).retry_after == timedelta(seconds=20)


async def test_no_detail_of_a_server_reaches_the_model_or_the_answer() -> None:
    first, second = Spoken([failed(Outcome.GARBAGE, "CANARY"), BAD, GOOD]), Spoken([GOOD])
    answer = await answered(first, second)
    assert all("CANARY" not in str(request) for request in first.requests)
    assert "CANARY" not in str(answer.doubts)
    assert answer.attempts[0].error == "CANARY"


# --- one attempt for each call ----------------------------------------------------------------------------------------


async def test_an_attempt_holds_all_that_is_known_of_its_call() -> None:
    wire = Spoken([BAD, replace(GOOD, usage=Usage(300, 100, 40, 9), reported="small-2\n", request_id="r" * 500)])
    clock = Clock()
    model = engine(candidate(wire, clock=clock, prices=Flat()), clock=clock)
    answer = await model.answer(ASKED)
    assert isinstance(answer, Answer)
    bad, good = answer.attempts
    assert (bad.n, bad.outcome, bad.output_hash, "category" in bad.error) == (1, "invalid", "", True)
    assert (good.n, good.outcome, good.error, len(good.output_hash)) == (2, "answered", "", 64)
    assert (good.model, good.reported, good.server) == ("main/small", "small-2", "model.example/v1")
    assert (good.dialect, good.finish, len(good.request_id)) == ("strict schema", "stop", 100)
    assert (good.input_tokens, good.cached_tokens, good.output_tokens, good.reasoning_tokens) == (300, 100, 40, 9)
    assert (good.cost_micros, good.prices) == (340 * CENT_A_THOUSAND, "the test's")
    assert {len(one) for one in (good.input_hash, good.schema_hash)} == {64}


async def test_each_call_has_a_key_of_its_own_that_comes_out_the_same_next_time() -> None:
    wires = [Spoken([BAD, BAD, GOOD]), Spoken([BAD, BAD, GOOD])]
    for wire in wires:
        answer = await answered(wire)
        assert [tried.key for tried in answer.attempts] == [request.key for request in wire.requests]
    first, second = ([request.key for request in wire.requests] for wire in wires)
    assert first == second
    assert len({*first}) == 3
    assert first[0] == hashlib.sha256(b"k/1").hexdigest()[:40]


async def test_what_nobody_counted_is_unknown_and_not_zero() -> None:
    answer = await answered(Spoken([replace(GOOD, usage=UNCOUNTED)]))
    (tried,) = answer.attempts
    assert (tried.input_tokens, tried.output_tokens, tried.cost_micros) == (None, None, None)


LONG = timedelta(minutes=10)
"""Longer than a question has time: what is asked for and waited out would take real time, which no clock here has."""
ANY_LINE: st.SearchStrategy[Line] = st.one_of(
    st.sampled_from([GOOD, BAD]),
    st.builds(
        Reply,
        outcome=st.sampled_from(Outcome),
        text=st.sampled_from(["", "no", envelope(FACT), envelope(FACT)[:-9]]) | st.text(max_size=20),
        detail=st.text(max_size=20),
        finish=st.text(max_size=9),
        reported=st.text(max_size=9),
        request_id=st.text(max_size=9),
        retry_after=st.none() | st.timedeltas(max_value=timedelta()) | st.timedeltas(min_value=LONG),
    ),
)
SCRIPTS = st.lists(st.lists(ANY_LINE, min_size=1, max_size=9), min_size=1, max_size=4)


@given(SCRIPTS)
@settings(max_examples=25)
async def test_whatever_servers_send_it_ends_after_few_calls_each_with_its_attempt(
    scripts: Sequence[Sequence[Line]],
) -> None:
    wires = [Spoken(lines) for lines in scripts]
    answer = await engine(*(candidate(wire, f"s{n}") for n, wire in enumerate(wires))).answer(ASKED)
    calls = sum(len(wire.sent) for wire in wires)
    assert calls <= MOST_REPAIRS + len(wires) * len(Dialect)
    assert sum(dialect is wire.dialects[0] for wire in wires for dialect in wire.spoken) <= MOST_REPAIRS + len(wires)
    assert [tried.n for tried in answer.attempts] == [*range(1, calls + 1)]
    assert len({tried.key for tried in answer.attempts}) == calls
    assert sum(tried.outcome == "answered" for tried in answer.attempts) == isinstance(answer, Answer)
    if isinstance(answer, NoAnswer):
        assert answer.text
        assert not (answer.wrong and answer.transient)


# --- time -------------------------------------------------------------------------------------------------------------


async def test_all_calls_together_have_the_time_of_one_question() -> None:
    clock = Clock()

    def slow(request: Request, dialect: Dialect) -> Reply:
        clock.now += request.within.total_seconds()
        return ENDS[Outcome.TIMEOUT]

    wires = [Spoken([slow]) for _ in range(4)]
    model = engine(*(candidate(wire, f"s{n}", clock=clock) for n, wire in enumerate(wires)), clock=clock)
    await model.answer(ASKED)
    given_ = [request.within.total_seconds() for wire in wires for request in wire.requests]
    assert sum(given_) == pytest.approx(ASKED.within.total_seconds())
    assert [len(wire.sent) for wire in wires] == [1, 1, 1, 1], "the first one leaves time for the others"


@pytest.mark.parametrize("outcome", [Outcome.INVALID, Outcome.UNSUPPORTED, Outcome.GARBAGE])
async def test_when_the_time_is_up_nobody_is_asked_any_more(outcome: Outcome) -> None:
    clock = Clock()

    def slow(request: Request, dialect: Dialect) -> Reply:
        clock.now += 40
        return ENDS[outcome]

    wire, second = Spoken([slow]), Spoken([GOOD])
    model = engine(candidate(wire, "s1", clock=clock), clock=clock)
    answer = await model.answer(replace(ASKED, within=timedelta(seconds=60)))
    assert isinstance(answer, NoAnswer)
    assert (answer.text, answer.transient) == (in_words(Outcome.TIMEOUT), True)
    assert [request.within.total_seconds() for request in wire.requests] == [60, 20]
    assert second.sent == []


async def test_a_question_without_time_asks_nobody() -> None:
    wire = Spoken([GOOD])
    answer = await unanswered(wire, asked=replace(ASKED, within=timedelta()))
    assert (answer.attempts, wire.sent, answer.transient) == ((), [], True)


async def test_a_question_that_is_cancelled_gives_its_place_back() -> None:
    wire = Spoken([GOOD], gate=asyncio.Event())
    one = candidate(wire, at_once=1)
    model = engine(one)
    task = asyncio.create_task(model.answer(ASKED))
    await asyncio.sleep(0)
    assert wire.under_way == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert one.endpoint.pace.under_way == 0


# --- roles ------------------------------------------------------------------------------------------------------------


async def test_a_role_is_answered_by_its_own_models_and_an_unknown_one_by_the_first() -> None:
    fast, careful = Spoken([GOOD]), Spoken([GOOD])
    model: Model = Engine({"fast": [candidate(fast)], "careful": [candidate(careful)]}, monotonic=Clock())
    for role in ("careful", "fast", "clever"):
        await model.answer(replace(ASKED, role=role))
    assert (len(fast.sent), len(careful.sent)) == (2, 1)
    assert (model.name, model.rehearsal) == ("main/small", False)


@pytest.mark.parametrize("routes", [{}, {"fast": []}], ids=["no role", "no model"])
def test_a_role_without_a_model_is_refused(routes: dict[str, list[Candidate]]) -> None:
    with pytest.raises(ValueError, match="Every role needs a model"):
        Engine(routes)


async def test_each_connection_is_closed_once() -> None:
    wire, other = Spoken([GOOD]), Spoken([GOOD])
    model = Engine({"fast": [candidate(wire), candidate(other)], "careful": [candidate(wire, model="large")]})
    await model.close()
    assert (wire.closed, other.closed) == (1, 1)


# --- what it may cost -------------------------------------------------------------------------------------------------


def counted(request: Request) -> int:
    """Tokens of a request as a generous server counts: one for each three bytes, its form included."""
    letters = request.system + "".join(turn.text for turn in request.turns) + json.dumps(request.form)
    return -(-len(letters.encode()) // 3)


TEXTS = st.builds(str.__mul__, st.text(st.characters(codec="utf-8"), max_size=20), st.integers(1, 400))


@given(
    body=TEXTS,
    remark=TEXTS,
    previous=st.none() | st.dictionaries(TEXTS, TEXTS, max_size=3),
    nested=st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=30),
    room=st.integers(1, 3_000),
    models=st.lists(st.integers(0, 9), min_size=1, max_size=3),
    lines=st.lists(st.sampled_from([*ENDS]), min_size=1, max_size=9),
    wordy=st.integers(0, 20_000),
)
@settings(max_examples=25)
async def test_what_is_spent_is_never_more_than_was_set_aside(
    body: str,
    remark: str,
    previous: dict[str, str] | None,
    nested: list[list[int]],
    room: int,
    models: list[int],
    lines: list[Outcome],
    wordy: int,
) -> None:
    def bill(end: Reply) -> Line:
        def line(request: Request, dialect: Dialect) -> Reply:
            text = ("\U0001f600" * wordy)[: request.max_output_tokens * 3 // 4]
            usage = Usage(counted(request), 0, request.max_output_tokens, 0)
            return replace(end, usage=usage, text=text if end is BAD else "")

        return line

    material: dict[str, Plain] = {"ticket": ticket(body), "account": {"seen": [[*row] for row in nested]}}
    asked = replace(
        question(Triage, material, remark=remark, previous=previous), max_output_tokens=room, within=timedelta(1)
    )
    script = [ENDS[one] if one is Outcome.UNSUPPORTED else bill(ENDS[one]) for one in lines]
    model = engine(*(candidate(Spoken(script), f"s{n}", prices=Flat(price)) for n, price in enumerate(models)))
    set_aside = model.estimate_micros(asked)
    answer = await model.answer(asked)
    assert set_aside is not None
    assert sum(tried.cost_micros or 0 for tried in answer.attempts) <= set_aside


def test_where_one_price_is_unknown_the_whole_is() -> None:
    assert engine(candidate(Spoken([])), candidate(Spoken([]), prices=Flat())).estimate_micros(ASKED) is None
    assert engine(candidate(Spoken([]), prices=Flat(0))).estimate_micros(ASKED) == 0


def test_a_small_question_does_not_set_aside_a_fortune() -> None:
    model = engine(candidate(Spoken([]), prices=Flat(1)))
    estimate = model.estimate_micros(question(Draft, {"ticket": "x"}))
    assert estimate is not None
    once = 1200 + 1200
    assert once < estimate < 10 * once


def test_every_failure_that_opens_a_breaker_is_one_that_a_server_can_have() -> None:
    assert {*ENDS} > FAILURES
