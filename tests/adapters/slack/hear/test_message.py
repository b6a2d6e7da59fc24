"""A message's place and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.hear.message import Source, source_in, words_of
from bot.domain.redaction import FieldClass, Redactor

NAMES = {"U1": "Mia Lindqvist"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Charged twice.", "Charged twice."),
        ("  a\nb  ", "a\nb"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> please", "@Mia Lindqvist please"),
        ("<@U1|mia> and <@U9>", "@Mia Lindqvist and @U9"),
        ("in <#C1|support>, not <#C2>", "in #support, not #channel"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@support> <!subteam^S2>", "@support @group"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
        ("<https://a.example|see this>", "see this (https://a.example)"),
        ("<https://a.example|a.example>", "https://a.example"),
        ("<mailto:ana@example.com|ana@example.com>", "ana@example.com"),
        ("<tel:+1555|+1555>", "+1555"),
        ("1 < 2 > 0, &copy;", "1 < 2 > 0, &copy;"),
        ("", ""),
        ("<>", "<>"),
    ],
)
def test_words_are_as_people_see_them(text: str, words: str) -> None:
    assert words_of(text, lambda user: NAMES.get(user, user)) == words


@given(st.text(alphabet="<>@#!|&;^ab1 \n"))
def test_any_text_has_words(text: str) -> None:
    words_of(text, str)


@given(st.integers(1_500_000_000, 2_500_000_000), st.integers(0, 999_999))
def test_the_address_of_a_message_is_stored_as_it_is(at: int, n: int) -> None:
    reply = f"?thread_ts={at}.{n:06}&cid=C0AB1CD2EF3"
    for address in (f"https://acme.slack.com/archives/C0AB1CD2EF3/p{at}{n:06}{more}" for more in ("", reply)):
        assert Redactor().clean(address, treat_as=FieldClass.PERSONAL) == address
    assert Redactor().clean(f"slack:C0AB1CD2EF3/{at}.{n:06}", treat_as=FieldClass.PERSONAL).startswith("slack:")


def test_a_place_is_written_and_read_again() -> None:
    source = Source("C1", "1700000000.000100")
    assert source_in(str(source)) == source


@pytest.mark.parametrize(
    "written", ["", "C1", "C1/", "/1.1", "C1/1.1/2", "X1/1.1", "c1/1.1", "C1/1", "C1/1.1\n", "C1/1.٢", "T1/C1/1.1"]
)
def test_nothing_else_is_a_place(written: str) -> None:
    assert source_in(written) is None
