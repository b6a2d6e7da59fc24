"""However long an answer is, all of it is said, in messages that Slack takes; no word of it has any power."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.draw.answer import BLOCKS_AT_ONCE, LONGEST_BLOCK, Line, Linked, messages
from bot.domain.text import visible
from bot.workspace.blocks.checking import flaws_in_message
from tests.adapters.slack.draw import seen
from tests.naughty import every_short_text

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADDRESS = "https://hubwheel.slack.com/archives/C1/p1"


def refuse_flaws(lines: list[Line]) -> str:
    """Slack takes every message; what they say together."""
    said: list[str] = []
    for message in messages(lines):
        assert flaws_in_message([*message.blocks], None, "x", None) == []
        assert 0 < len(message.blocks) <= BLOCKS_AT_ONCE
        said += [seen.words([block]) for block in message.blocks]
    return "\n".join(said)


@every_short_text
def test_any_text_is_text(text: str) -> None:
    for message in messages([text, (text,)]):
        assert flaws_in_message([*message.blocks], None, "x", None) == []
        seen.refuse_power(message.blocks)


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=200)))
def test_every_line_is_there_in_its_order(lines: list[str]) -> None:
    assert refuse_flaws([*lines]) == "\n".join(map(visible, lines))


@pytest.mark.parametrize("length", [LONGEST_BLOCK - 1, LONGEST_BLOCK, 3 * LONGEST_BLOCK, 100_000])
def test_a_line_that_is_too_long_goes_on(length: int) -> None:
    line = "".join(str(n % 10) for n in range(length))
    assert refuse_flaws(["before", line, "after"]).replace("\n", "") == f"before{line}after"


def test_a_long_answer_goes_on_in_further_messages() -> None:
    lines = [f"{n}: {'x' * 90}" for n in range(1_000)]
    found = [*messages([*lines])]
    assert len(found) > 5
    assert "\n".join(message.text for message in found) == "\n".join(lines)
    assert max(len(message.text) for message in found) <= BLOCKS_AT_ONCE * LONGEST_BLOCK


def test_a_moment_is_shown_by_each_readers_own_clock() -> None:
    (message,) = messages([("since ", NOON, ", and no longer")])
    assert message.text == "since 2026-03-02 12:00 UTC, and no longer"
    (date,) = [one for one in seen.objects([*message.blocks]) if one.get("type") == "date"]
    assert (date["timestamp"], date["fallback"]) == (int(NOON.timestamp()), "2026-03-02 12:00 UTC")
    assert flaws_in_message([*message.blocks], None, "x", None) == []


def test_a_link_leads_where_slack_said_and_is_said_in_words_alone() -> None:
    (message,) = messages([(Linked("8FK2Q7M", ADDRESS), "  waits")])
    (link,) = [one for one in seen.objects([*message.blocks]) if one.get("type") == "link"]
    assert (link["url"], link["text"]) == (ADDRESS, "8FK2Q7M")
    assert message.text == "8FK2Q7M  waits"


def test_nothing_to_say_is_no_message() -> None:
    assert [*messages([])] == []
