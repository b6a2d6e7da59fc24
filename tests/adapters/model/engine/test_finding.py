"""An answer is found wherever a model puts it, and never made out of what is not whole."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.model.engine.finding import MOST_BYTES, find_answer
from bot.domain.plain import Unreadable
from tests.naughty import HUGE
from tests.naughty import TEXTS as EVERY

WHOLE: dict[str, object] = {"evidence": [], "answer": {"body": "Hello"}, "doubts": [], "confidence": "sure"}
OTHER: dict[str, object] = {**WHOLE, "answer": {"body": "Goodbye"}}
TEXT, OTHER_TEXT = json.dumps(WHOLE), json.dumps(OTHER)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"\n\n  {TEXT}\n",
        f"```json\n{TEXT}\n```",
        f"```\n{TEXT}\n```",
        f"~~~ JSON5\n{TEXT}\n~~~",
        f"Here is the answer:\n\n{TEXT}",
        f"{TEXT}\n\nI hope this helps! {{smile}}",
        f"As asked in {{the form}}: {TEXT} – done {{}}.",
        f"<think>Is it spam? {{no}}</think>{TEXT}",
        f"<think>\n{OTHER_TEXT}\n</think>\n\n{TEXT}",
        f"<THINKING>{OTHER_TEXT}</THINKING>```json\n{TEXT}\n```",
        f"<think>a</think> <reasoning>{OTHER_TEXT}</reasoning>{TEXT}",
        f"{TEXT}\n{TEXT}",
        f'{{"note": "not this one"}} {TEXT}',
        f"\ufeff {TEXT}",
        json.dumps(WHOLE, indent=4),
    ],
    ids=repr,
)
def test_the_answer_is_found_within_whatever_stands_around_it(text: str) -> None:
    assert find_answer(text) == WHOLE


@pytest.mark.parametrize(
    "body", ["a } in it", "a { in it", '"{"', "\\", '\\"}', "```", "}{" * 30, "<think>x</think>y"], ids=repr
)
@pytest.mark.parametrize("around", ["{}", "Look: {}", "```json\n{}\n```"])
def test_what_stands_inside_of_a_text_is_left_as_it_is(body: str, around: str) -> None:
    whole = {**WHOLE, "answer": {"body": body}}
    assert find_answer(around.replace("{}", json.dumps(whole))) == whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I would rather not say.",
        "null",
        "12",
        '"an answer"',
        f"[{TEXT}]",
        f"{TEXT}\n{OTHER_TEXT}",
        f"Either {TEXT} or {OTHER_TEXT}",
        f"<think>{TEXT}",
        f"<think>{TEXT}</thinking>",
        f"<think>{TEXT}</think>",
        '{"evidence": [], "answer": {"body": "Hel',
        "Look: " + TEXT[:-1],
        "```json\n" + TEXT[:-2] + "\n```",
        TEXT.replace('"sure"', '"sure", "confidence": "certain"'),
        TEXT.replace('"Hello"', "NaN"),
        TEXT.replace('"Hello"', "'Hello'"),
        TEXT.replace('"Hello"', '"\\ud800"'),
        TEXT.replace('"Hello"', "1" * 50),
        TEXT.replace('"Hello"', "[" * 30 + "]" * 30),
        "{" * 5_000 + "}" * 5_000,
    ],
    ids=repr,
)
def test_what_is_not_one_whole_answer_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        find_answer(text)


def test_an_answer_that_is_cut_anywhere_is_none() -> None:
    for cut in range(1, len(TEXT)):
        with pytest.raises(Unreadable):
            find_answer(TEXT[:cut])


def test_an_object_that_is_no_answer_is_handed_on_so_that_its_model_hears_what_is_missing() -> None:
    assert find_answer('{"body": "Hello"}') == {"body": "Hello"}


def test_an_object_inside_of_another_is_not_taken_out_of_it() -> None:
    with pytest.raises(Unreadable):
        find_answer(f'Look: {{"wrapped": {TEXT}}} there')


def test_an_answer_larger_than_an_answer_may_be_is_none() -> None:
    with pytest.raises(Unreadable, match="too many"):
        find_answer(json.dumps({**WHOLE, "answer": {"body": "a" * MOST_BYTES}}))


def test_no_text_breaks_the_search() -> None:
    for text in EVERY.values():
        with contextlib.suppress(Unreadable):
            assert "answer" not in find_answer(text)


@pytest.mark.parametrize(
    "piece", ["{", "}", '{"', '{"a":', "{}", "<think>", "<think></think>", "</think>", "\\", "`", '"{'], ids=repr
)
def test_a_flood_of_signs_is_turned_away(piece: str) -> None:
    text = piece * (MOST_BYTES // len(piece))
    with pytest.raises(Unreadable):
        find_answer(f"Look: {text}")
    with pytest.raises(Unreadable):
        find_answer(text[:-1] + "x")


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_text_before_the_answer_does_not_hide_it(name: str) -> None:
    assert find_answer(f"{HUGE[name].replace('{', '')} {TEXT}") == WHOLE


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)
AROUND = st.text(st.characters(codec="utf-8", exclude_characters='{}<>"['), max_size=60)


@given(PLAIN, AROUND, AROUND)
def test_whatever_is_answered_is_found_to_the_letter(answer: object, before: str, after: str) -> None:
    whole = {**WHOLE, "answer": answer}
    assert find_answer(before + json.dumps(whole) + after) == whole


@given(st.text(alphabet='{}[]":,\\ a1`<think>/', max_size=200))
def test_random_signs_are_an_object_or_unreadable(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(find_answer(text), dict)
