"""What follows a run as Slack shows it: approved block by block, and valid whatever the run brings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.slack.draw.progress import MOST_TASKS, drawn_progress
from bot.domain.progress import Doing, Progress, Task
from tests.adapters.slack.draw import seen
from tests.adapters.slack.draw.cards import DRAWN, outline
from tests.adapters.slack.draw.follows import FOLLOWS, file_of
from tests.naughty import every_short_text

ONE = Progress("Made, T-1", "Under way.", (Task("read", "Reading", Doing.UNDER_WAY),), "play-1", ended=False)


@pytest.mark.parametrize("name", FOLLOWS)
def test_it_is_as_it_was_approved(name: str) -> None:
    assert outline(FOLLOWS[name]()) == file_of(name).read_text(encoding="utf-8")


def test_every_approved_drawing_is_of_something() -> None:
    assert {*DRAWN.glob("progress-*.txt"), *DRAWN.glob("trouble-*.txt")} == {file_of(name) for name in FOLLOWS}


@pytest.mark.parametrize("name", FOLLOWS)
def test_slack_takes_all_of_them(name: str) -> None:
    one = FOLLOWS[name]()
    seen.refuse_flaws(one.blocks, one.text)


@every_short_text
def test_no_text_of_a_run_becomes_anything_but_text(text: str) -> None:
    task = Task("read", text or "–", Doing.DONE, text, (text,))
    one = drawn_progress(replace(ONE, title=text or "–", standing=text, tasks=(task,)), {})
    seen.refuse_flaws(one.blocks, one.text)
    seen.refuse_power(one.blocks)
    seen.refuse_power_in_fallback(one.text)


def test_of_more_tasks_than_a_plan_holds_the_last_one_says_so() -> None:
    tasks = tuple(Task(f"step_{n}", "Reading", Doing.DONE) for n in range(MOST_TASKS + 1))
    one = drawn_progress(replace(ONE, tasks=tasks), {})
    assert "And 2 more steps" in outline(one)


def test_a_run_that_has_ended_says_how_long_it_took_and_what_it_cost() -> None:
    ended = replace(
        ONE, standing="Done.", tasks=(), ended=True, took=timedelta(minutes=3, seconds=20), cost_micros=4_200
    )
    one = drawn_progress(ended, {})
    assert "It took 3 min 20 s" in seen.words(one.blocks)
    assert "The model cost 0.0042 USD" in seen.words(one.blocks)
    assert one.text == "Made, T-1: Done. It took 3 min 20 s."
