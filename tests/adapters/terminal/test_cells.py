"""Text on a terminal is as wide as its cells: columns line up and frames close whatever people write in."""

import textwrap
import unicodedata
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel

from bot.adapters.terminal.cells import cells, padded, wrapped
from bot.adapters.terminal.text import lines_of
from bot.domain.card import Card, Deed, Line
from bot.domain.text import visible
from tests.naughty import every_short_text

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ASTRONAUT = "\U0001f469\U0001f3fd\u200d\U0001f680"
FLAG = "\U0001f1f8\U0001f1ea"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
KEYCAP = "1\ufe0f\u20e3"

WIDTHS = {
    "": 0,
    "plain": 5,
    "Ærøskøbing": 10,
    "→ “done” – fine…": 16,
    "漢字": 4,
    "ひらがな": 8,
    "ｶﾀｶﾅ": 4,  # half-width
    "ＡＢ": 4,  # full-width
    "한국어": 6,
    unicodedata.normalize("NFD", "한국어"): 6,
    "cafe\u0301": 4,
    "Z\u0335\u0321\u031b": 1,
    "ห้องน้ำ": 5,
    "हिन्दी": 3,
    "שָׁלוֹם": 4,
    "مَرْحَبًا": 5,
    "Привет": 6,
    "🙂": 2,
    "👍🏽": 2,
    FAMILY: 2,
    ASTRONAUT: 2,
    FLAG: 2,
    ENGLAND: 2,
    KEYCAP: 2,
    "☎": 1,
    "☎\ufe0f": 2,
    "\u0301": 0,
    "a\u200db": 1,
    "₩5.000": 6,
}


@pytest.mark.parametrize(("text", "width"), WIDTHS.items())
def test_a_text_is_as_wide_as_a_terminal_draws_it(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize("text", WIDTHS)
def test_the_frame_around_a_card_counts_as_we_do(text: str) -> None:
    assert cells(text) == cell_len(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"], max_codepoint=0xFFFF), max_size=20))
def test_no_text_has_a_width_that_adding_to_it_could_lessen(text: str) -> None:
    assert 0 <= cells(text) <= 2 * len(text)
    assert cells(text) <= cells(f"{text}x") <= cells(text) + 1


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", WIDTHS)
def test_what_is_padded_is_so_wide(text: str) -> None:
    assert cells(padded(text, 20)) == 20
    assert padded(text, 20).startswith(text)
    assert padded(text, 0) == text


@pytest.mark.parametrize("name", WIDTHS)
def test_the_values_of_a_card_stand_in_one_column(name: str) -> None:
    lines = (Line(name, "first"), Line("subject", "second\nthird"))
    drawn = [*lines_of(Card("Title", "Standing.", (), deeds=(Deed("A deed", "a:1", lines, "It cannot be undone."),)))]
    found = [line[: line.index(word)] for word in ("first", "second", "third") for line in drawn if word in line]
    assert len(found) == 3
    assert len({cells(before) for before in found}) == 1


# --- lines ------------------------------------------------------------------------------------------------------------

LETTERS = st.text("ab cdé \t_漢字🙂\u0301", max_size=60)


@given(LETTERS, st.integers(2, 20))
def test_no_line_is_wider_than_it_may_be_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert max(map(cells, lines), default=0) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.strip() and line == line.rstrip() for line in lines)


@given(st.text("ab cd \t_x", max_size=80), st.integers(1, 20))
def test_plain_text_is_broken_where_it_always_was(text: str, width: int) -> None:
    """But for spaces at the end of a line, which nobody sees."""
    usual = textwrap.wrap(text.strip(), width, replace_whitespace=False, break_on_hyphens=False)
    assert wrapped(text.strip(), width) == [line.rstrip() for line in usual]


def test_a_line_is_broken_at_any_wide_letter_and_in_a_word_only_where_there_is_no_other_way() -> None:
    assert wrapped("注文を返金してください", 8) == ["注文を返", "金してく", "ださい"]
    assert wrapped("注文 T-1001 を返金", 8) == ["注文", "T-1001", "を返金"]
    assert wrapped("one incomprehensible word", 8) == ["one inco", "mprehens", "ible", "word"]
    assert wrapped("2026-03-01 until 2026-03-09", 18) == ["2026-03-01 until", "2026-03-09"]


def test_what_belongs_together_is_not_torn_apart() -> None:
    assert wrapped(FAMILY * 3, 4) == [FAMILY * 2, FAMILY]
    assert wrapped("e\u0301" * 5, 2) == ["e\u0301" * 2, "e\u0301" * 2, "e\u0301"]
    assert wrapped(FLAG * 2 + KEYCAP, 2) == [FLAG, FLAG, KEYCAP]


def test_a_letter_that_is_wider_than_the_line_has_a_line_of_its_own() -> None:
    assert wrapped("漢a", 1) == ["漢", "a"]
    assert wrapped("ab", 0) == wrapped("ab", -3) == ["a", "b"]


# --- frames -----------------------------------------------------------------------------------------------------------

BODIES = [*WIDTHS, "漢字 " * 40, f"{FAMILY} " * 40, "cafe\u0301 " * 40, "שָׁלוֹם " * 40, "注文を返金してください。" * 12]


def framed(card: Card, width: int) -> list[str]:
    out = StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, markup=False, emoji=False)
    console.print(Panel.fit("\n".join(lines_of(card, width=width - 4)), padding=(0, 1)))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("width", [40, 80])
def test_the_frame_of_a_card_closes_on_every_line(body: str, width: int) -> None:
    lines = framed(a_card(body), width)
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
    assert cell_len(lines[0]) <= width
    assert all(line[0] in "╭│╰" and line[-1] in "╮│╯" for line in lines)


@every_short_text
def test_the_frame_closes_around_any_text_at_all(text: str) -> None:
    shown = visible(text)
    lines = framed(replace(a_card(shown), title=shown or "Title", standing=shown or "Standing."), 60)
    assert len({cell_len(line) for line in lines}) == 1


def a_card(body: str) -> Card:
    return Card("Title", "Standing.", ("approve",), deeds=(Deed("A deed", "a:1", (Line("body", body),), "It stays."),))
