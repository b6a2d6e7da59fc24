"""What is kept comes back as it was, and can be read by people."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store.codec import Codec, moment, read_plain, write_plain, written
from bot.adapters.store.outbox import BODY
from bot.domain.attempt import Attempt
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Purpose, Read, Show, StartRuns, Tell, Wake
from bot.domain.intent import Proposal
from bot.domain.plain import Plain
from bot.domain.run import (
    Action,
    ActionStatus,
    Ask,
    Gate,
    GateStatus,
    Mode,
    Question,
    Remark,
    Run,
    RunState,
    Source,
    StepState,
    StepStatus,
    Vote,
)
from tests.adapters.store.made import NOON, run_of, started, waiting

RUN = Codec(Run)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain: st.SearchStrategy[Plain] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])
facts = st.dictionaries(texts, plain, max_size=4)
pauses = st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000))


def at(pause: timedelta, zone: timezone) -> datetime:
    return (NOON + pause).astimezone(zone)


times = st.builds(at, pauses, zones)
maybe = st.none() | times
proposals = st.builds(Proposal, texts, texts, facts)
votes = st.lists(st.builds(Vote, texts, times, texts, texts), max_size=2).map(tuple)
steps = st.builds(
    StepState,
    st.sampled_from(StepStatus),
    plain,
    st.sampled_from(Source),
    st.none() | st.integers(0, 100),
    st.lists(texts, max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    maybe,
)
gates = st.builds(
    Gate,
    id=texts,
    step=texts,
    version=st.integers(1, 9),
    status=st.sampled_from(GateStatus),
    mode=st.sampled_from(Mode),
    proposals=st.lists(proposals, max_size=2).map(tuple),
    digest=texts,
    group=texts,
    needed=st.integers(1, 3),
    deny=st.integers(1, 3),
    opened_at=times,
    why=texts,
    expires_at=maybe,
    approvals=votes,
    remarks=st.lists(st.builds(Remark, texts, times, texts, texts), max_size=1).map(tuple),
)
questions = st.builds(Question, texts, st.sampled_from(Ask), texts, texts, times, plain, maybe, maybe)
actions = st.builds(
    Action, texts, st.integers(0, 9), proposals, texts, st.sampled_from(ActionStatus), maybe, st.none() | facts, texts
)


def a_run(**changes: Any) -> Run:
    return run_of(1, **changes)


runs = st.builds(
    a_run,
    state=st.sampled_from(RunState),
    paused=st.booleans(),
    steps=st.dictionaries(texts, steps, max_size=3),
    gates=st.dictionaries(texts, gates, max_size=1),
    questions=st.dictionaries(texts, questions, max_size=1),
    actions=st.lists(actions, max_size=2).map(tuple),
    spent_micros=st.integers(0),
    ended_at=maybe,
)
effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(Read, texts, texts, facts, st.sampled_from(Purpose)),
    st.builds(AskModel, texts, texts),
    st.builds(Show, texts, st.integers(0, 9)),
    st.builds(Tell, texts, texts, texts),
    st.builds(Execute, texts, st.integers(0, 9), st.booleans()),
    st.builds(Compensate, texts, st.integers(0, 9)),
    st.builds(Wake, times, texts),
    st.builds(StartRuns, texts, texts, st.lists(facts, max_size=2).map(tuple)),
)


@settings(max_examples=60)
@given(runs)
def test_a_run_comes_back_as_it_was(run: Run) -> None:
    assert RUN.decode(RUN.encode(run)) == run


@settings(max_examples=60)
@given(effects)
def test_an_effect_comes_back_as_it_was(effect: Effect) -> None:
    assert BODY.decode(BODY.encode(effect)) == effect


@settings(max_examples=60)
@given(plain)
def test_plain_data_comes_back_as_it_was(value: Plain) -> None:
    assert read_plain(write_plain(value)) == value


def test_the_kinds_of_effects_are_all_known() -> None:
    known = {json.loads(BODY.encode(one))["type"] for one in (AskModel("a"), Show("a"), Compensate("a", 0))}
    assert known == {"ask model", "show", "compensate"}
    for kind in get_args(Effect):
        name = next(one.default for one in fields(kind) if one.name == "type")
        assert isinstance(name, str)
        assert name in BODY._kinds


def test_a_document_is_json_that_a_person_can_read() -> None:
    document = json.loads(RUN.encode(waiting(run_of()).run))
    assert document["state"] == "waiting"
    assert document["started_at"] == "2026-03-02T12:00:00.123456Z"
    assert document["steps"]["ticket"]["value"]["subject"] == "Charged twice"
    assert document["gates"]["approved"]["proposals"][0]["kind"] == "helpdesk.SendReply"


def test_what_stands_at_its_default_is_left_out() -> None:
    document = json.loads(RUN.encode(run_of()))
    assert "paused" not in document
    assert "gates" not in document
    assert "confidence" not in document["steps"]["ticket"]


def test_a_field_that_is_new_in_this_version_takes_its_default_in_old_rows() -> None:
    document = json.loads(RUN.encode(run_of(spent_micros=5)))
    del document["spent_micros"]
    assert RUN.decode(json.dumps(document)) == run_of()


def test_numbers_keep_all_their_digits() -> None:
    assert read_plain(write_plain({"n": 10**40})) == {"n": 10**40}


def test_half_a_surrogate_pair_is_refused_before_it_is_written() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        RUN.encode(run_of(reason="\ud800"))


def test_something_that_is_no_dataclass_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="not a dataclass"):
        Codec(int)


def test_a_class_within_a_class_may_be_left_out() -> None:
    @dataclass(frozen=True, slots=True)
    class Inner:
        at: datetime

    @dataclass(frozen=True, slots=True)
    class Outer:
        inner: Inner | None = None

    codec = Codec(Outer)
    assert codec.decode(codec.encode(Outer(Inner(NOON)))) == Outer(Inner(NOON))
    assert codec.decode(codec.encode(Outer())) == Outer()


def test_an_attempt_of_unknown_cost_stays_unknown() -> None:
    codec = Codec(Attempt)
    assert codec.decode(codec.encode(Attempt("m", "p", "answered"))).cost_micros is None
    assert codec.decode(codec.encode(Attempt("m", "p", "answered", cost_micros=0))).cost_micros == 0


@given(times, times)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    assert (written(one) < written(other)) == (one < other)
    assert moment(written(one)) == one


def test_parts_that_stay_are_written_as_they_are_however_many_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.store.codec.REMEMBERED_PARTS", 3)
    codec = Codec(Run)
    run = run_of()
    for n in range(10):
        run = run_of(1, steps={**run.steps, f"s{n}": StepState(StepStatus.DONE, n, since=NOON)})
        assert codec.decode(codec.encode(run)) == run
        assert codec.encode(run) == Codec(Run).encode(run)


def test_equal_parts_are_not_taken_for_one_another() -> None:
    codec = Codec(Run)
    for value in (1, True, "1"):
        run = run_of(1, steps={"a": StepState(StepStatus.DONE, value)})
        assert json.loads(codec.encode(run))["steps"]["a"]["value"] is not None
        assert type(codec.decode(codec.encode(run)).steps["a"].value) is type(value)


def test_a_move_and_its_run_are_small() -> None:
    assert len(RUN.encode(started(run_of()).run)) < 1_500
