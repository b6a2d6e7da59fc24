"""No text, whoever wrote it, can be more than text."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.draw.room import MOST_IN_THREAD, Left, Reply, Snippet, fit, further
from bot.adapters.slack.draw.safe import (
    bullets,
    fallback,
    inline,
    is_allowed,
    known,
    label,
    link,
    moment,
    named,
    people,
    pieces,
    plain,
    quote,
    rich,
    section,
    words,
)
from bot.domain.content import Line
from bot.domain.field import titled
from bot.domain.text import visible
from tests.adapters.slack.draw import seen
from tests.naughty import HUGE, every_short_text

TEXTS = st.text() | st.text(alphabet=st.sampled_from("<@!#|>&*_~`:/ \nhtps.UC1\u202e\u200b\ud800x"))
HOSTS = frozenset({"desk.example"})


def surfaces(text: str) -> list[object]:
    """A text, in every place that text can get to."""
    return [
        {"type": "header", "text": label(text, 150)},
        {"type": "context", "elements": [plain(text, 2_000)]},
        rich([section(pieces(text, "bold")), quote(pieces(text)), bullets([inline(text, "strike"), [named(text)]])]),
    ]


@every_short_text
def test_a_text_in_any_place_is_valid_and_has_no_power(text: str) -> None:
    seen.refuse_flaws(surfaces(text), fallback(text))
    seen.refuse_power(surfaces(text))
    seen.refuse_power_in_fallback(fallback(text))


@pytest.mark.parametrize("name", HUGE)
def test_a_hundred_thousand_characters_do_not_change_that(name: str) -> None:
    text = HUGE[name][:100_000]
    seen.refuse_flaws(surfaces(text), fallback(text))
    seen.refuse_power(surfaces(text))


@given(TEXTS)
def test_whatever_is_written_is_valid_has_no_power_and_is_all_there(text: str) -> None:
    blocks = surfaces(text)
    seen.refuse_flaws(blocks, fallback(text))
    seen.refuse_power(blocks)
    seen.refuse_power_in_fallback(fallback(text))
    assert "".join(str(one["text"]) for one in pieces(text) if isinstance(one, dict)) == visible(text)


@given(TEXTS)
def test_a_line_stays_a_line(text: str) -> None:
    assert "\n" not in seen.words(inline(text))
    assert "\n" not in str(label(text)["text"])
    assert len(str(label(text)["text"])) <= 75


def test_a_text_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert label("x" * 80)["text"] == "x" * 74 + "…"
    assert label("x" * 75)["text"] == "x" * 75


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_where_there_is_nothing_to_read_a_dash_says_so(text: str) -> None:
    assert plain(text, 10)["text"] == "–" or visible(text).strip()
    assert section(pieces("")) == section(pieces("–"))


def test_our_own_words_are_escaped_too() -> None:
    assert words("1 < 2 & 3 > 2")["text"] == "1 &lt; 2 &amp; 3 &gt; 2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Approve <!channel>", "Approve &lt;!channel&gt;"),
        ("*now*", "∗now∗"),
        ("_now_ T_1_2 __x__", "‗now‗ T_1_2 ‗‗x‗‗"),
        ("see https://evil.example", "see https:∕∕evil.example"),
        (":tada: at 10:30", "∶tada: at 10:30"),
        ("two\nlines", "two lines"),
        ("", "–"),
    ],
)
def test_what_a_notification_says_means_what_it_meant(text: str, said: str) -> None:
    assert fallback(text) == said


# --- links and people ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["https://desk.example/t/1", "https://desk.example", "https://desk.example/?q=a&b=%20"]
)
def test_a_link_to_an_allowed_host_is_one(address: str) -> None:
    assert link(address, "Open", HOSTS) == [{"type": "link", "url": address, "text": "Open"}]


@pytest.mark.parametrize(
    "address",
    [
        "http://desk.example/",
        "https://evil.example/",
        "https://desk.example@evil.example/",
        "https://mia@desk.example/",
        "https://desk.example:444/",
        "https://desk.example.evil.example/",
        "https://desk.example/\u202egpj",
        "https://desk.example/a b",
        "https://desk.example/\n",
        "https://[desk.example/",
        "javascript:alert(1)",
        "slack://open",
        "//desk.example/",
        "https://desk.example/" + "x" * 3_000,
        "",
    ],
)
def test_any_other_link_is_text(address: str) -> None:
    assert not is_allowed(address, HOSTS)
    assert all(isinstance(one, dict) and one["type"] == "text" for one in link(address, "Open", HOSTS))


@given(TEXTS)
def test_no_text_is_a_link_by_chance(text: str) -> None:
    assert is_allowed(text, HOSTS) is False or text.startswith("https://desk.example")


def test_people_are_told_apart_by_commas() -> None:
    assert people(["a", "b"], named) == [named("a"), *pieces(", "), named("b")]
    assert known("U1") == {"type": "user", "user_id": "U1"}


def test_a_time_is_each_readers_own() -> None:
    at = moment(datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert (at["timestamp"], at["fallback"]) == (1772442000, "2026-03-02 09:00 UTC")


def test_a_name_of_a_field_reads_as_a_heading() -> None:
    assert [titled(name) for name in ("open_invoices", "id", "_", "")] == ["Open invoices", "Id", "_", ""]


# --- room ------------------------------------------------------------------------------------------------------------


def lines(*values: str) -> list[Line]:
    return [Line(f"f{n}", value) for n, value in enumerate(values)]


def test_what_fits_stands_there_whole() -> None:
    fitted = fit(lines("a" * 2_000, "b"), 3_000)
    assert [one.text for one in fitted.shown] == ["a" * 2_000, "b"]
    assert (fitted.left, fitted.hidden) == ((), 0)


def test_what_does_not_fit_is_counted_and_goes_elsewhere_whole() -> None:
    fitted = fit(lines("a" * 2_000, "b"), 1_600)
    assert [(len(one.text), one.more) for one in fitted.shown] == [(1_500, 500), (1, 0)]
    assert [one.text for one in fitted.left] == ["a" * 2_000]


@given(st.lists(st.text(max_size=3_000), max_size=40), st.integers(200, 6_000))
def test_every_value_is_there_whole_or_left_for_elsewhere(values: list[str], room: int) -> None:
    fitted = fit(lines(*values), room)
    whole = {one.line.name for one in fitted.shown if not one.more}
    assert whole | {one.line.name for one in fitted.left} == {line.name for line in lines(*values)}
    assert sum(len(one.text) for one in fitted.shown) <= room
    assert len(fitted.shown) + fitted.hidden == len(values)


def test_little_goes_into_a_message_and_much_into_a_file() -> None:
    (reply,) = further([Left("Body", "x" * 3_500)], name="card-1", title="The rest")
    assert isinstance(reply, Reply)
    seen.refuse_flaws(reply.blocks, reply.text)
    (snippet,) = further([Left("Body", "x" * MOST_IN_THREAD)], name="card-1", title="The rest")
    assert isinstance(snippet, Snippet)
    assert snippet.content == "Body\n====\n\n" + "x" * MOST_IN_THREAD + "\n"
    assert further([], name="card-1", title="The rest") == ()
