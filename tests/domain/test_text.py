"""Nothing hides in a text that a person or a model reads, and nothing that a script needs is lost."""

import difflib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.text import (
    DIFF_WORK,
    MARKS_PER_LETTER,
    Change,
    FieldChange,
    Side,
    changes,
    clean_for_model,
    hint,
    nearest,
    one_line,
    visible,
    wrap_diff,
)
from tests.naughty import EMPTY, HUGE, INJECTIONS, UNICODE, every_short_text, every_text

ENGLAND = UNICODE["a flag made of tags"]
FAMILY = UNICODE["an emoji family"]
NAME_WITH_SELECTOR = "葛\U000e0100城"

VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are seen: signs that stand under Arabic, Syriac and Kaithi numbers."""
JOINERS = frozenset("\u200c\u200d")
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))


def hidden_in(text: str) -> set[str]:
    """What Unicode itself says nobody can see, save joiners and the tags of flags, which need their neighbours."""
    unseen = {letter for letter in set(text) if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    return unseen - VISIBLE_FORMATS - JOINERS - TAGS - {"\n", "\t"}


SUSPECTS = (
    "ab1#*.\n\r\t \u00a0\u202f\u3000\u2003\u2028\x85\x00\x1b\u00ad\u034f\u061c\u115f\u180b\u180e\u200b\u200c\u200d"
    "\u200e\u202e\u2066\u2069\u20e3\u2060\ufeff\ufe00\ufe0e\ufe0f\ufffe\ud800\udc00\ue000\U000e0001\U000e0041"
    "\U000e0067\U000e0062\U000e007f\U000e0100\u0301\u0315\u0338\u0344\u0627\u0653\u06cc\u062e\u0928\u093c\u0915"
    "\u094d\u0930\u0dd9\u0dca\u1820\u845b\u2190\u2764\u2620\u00a9\U0001f3f4\U0001f468\U0001f3fd\u1100\u1161\u11a8⟨⟩"
)
suspicious = st.text(alphabet=SUSPECTS, max_size=24) | st.text(max_size=24)

# --- what a person sees -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        pytest.param("invoice_\u202egpj.exe", "invoice_⟨U+202E⟩gpj.exe", id="right-to-left override"),
        pytest.param("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩", id="bidi isolates"),
        pytest.param("ש\u200fל", "ש⟨U+200F⟩ל", id="right-to-left mark"),
        pytest.param("pass\u200bword", "pass⟨U+200B⟩word", id="zero-width space"),
        pytest.param("\ufeffx", "⟨U+FEFF⟩x", id="byte order mark"),
        pytest.param("trans\u00adfer", "trans⟨U+00AD⟩fer", id="soft hyphen"),
        pytest.param("\u3164", "⟨U+3164⟩", id="blank letter"),
        pytest.param("x\U000e0041", "x⟨U+E0041⟩", id="tag"),
        pytest.param("a\x00b\x1b[2J\x9b", "a⟨U+0000⟩b⟨U+001B⟩[2J⟨U+009B⟩", id="control characters"),
        pytest.param("approve\x08\x7f", "approve⟨U+0008⟩⟨U+007F⟩", id="erasing characters"),
        pytest.param("a\rb", "a⟨U+000D⟩b", id="carriage return alone"),
        pytest.param("a\u2028b\x85c\x0b", "a⟨U+2028⟩b⟨U+0085⟩c⟨U+000B⟩", id="unusual line ends"),
        pytest.param("a\u2003b\u2800", "a⟨U+2003⟩b⟨U+2800⟩", id="unusual spaces"),
        pytest.param("a\ud800", "a⟨U+D800⟩", id="half a surrogate pair"),
        pytest.param("\ue000\U0010fffd", "⟨U+E000⟩⟨U+10FFFD⟩", id="private use"),
        pytest.param("\ufdd0\U0001ffff", "⟨U+FDD0⟩⟨U+1FFFF⟩", id="noncharacters"),
        pytest.param("a\u200db", "a⟨U+200D⟩b", id="joiner between Latin letters"),
        pytest.param("\U0001f468\u200d!", "\U0001f468⟨U+200D⟩!", id="joiner after the last emoji"),
        pytest.param("a\ufe0f", "a⟨U+FE0F⟩", id="emoji selector after a letter"),
        pytest.param("1\ufe0f", "1⟨U+FE0F⟩", id="emoji selector after a digit that is no keycap"),
        pytest.param("❤\ufe0f\ufe0f", "❤\ufe0f⟨U+FE0F⟩", id="a second emoji selector"),
        pytest.param("葛\U000e0100\U000e0101", "葛\U000e0100⟨U+E0101⟩", id="a second selector on a Han letter"),
        pytest.param("😀\U000e0141", "😀⟨U+E0141⟩", id="a message in selectors"),
        pytest.param("\u0645\u200c\u200c\u062e", "\u0645⟨U+200C⟩⟨U+200C⟩\u062e", id="two joiners in Persian"),
        pytest.param("\u0645\u200d", "\u0645⟨U+200D⟩", id="joiner at the end of Persian"),
        pytest.param(ENGLAND[:3] + ENGLAND[-1], "🏴⟨U+E0067⟩⟨U+E0062⟩⟨U+E007F⟩", id="a flag that does not exist"),
        pytest.param(ENGLAND[1:3], "⟨U+E0067⟩⟨U+E0062⟩", id="tags without a flag"),
        pytest.param("end\u00a0", "end⟨U+00A0⟩", id="no-break space at the end"),
        pytest.param("a\u00a0\u00a0b", "a⟨U+00A0⟩⟨U+00A0⟩b", id="several no-break spaces"),
    ],
)
def test_what_hides_is_shown(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("one\n\ttwo", id="newline and tab"),
        pytest.param("Grüße, señor — “naïve” œuvre №5 ½ €", id="Latin"),
        pytest.param("שלום مرحبا", id="right-to-left words"),
        pytest.param("می\u200cخواهم", id="Persian with its joiner"),
        pytest.param("ن\u200dن", id="Arabic with a joiner"),
        pytest.param("क्\u200dष क्\u200cष", id="Hindi conjuncts"),
        pytest.param("র\u200d্য", id="Bengali ra with ya"),
        pytest.param("ශ්\u200dරී", id="Sinhala conjunct"),
        pytest.param("ᠠ\u180bᠡ", id="Mongolian with a selector"),
        pytest.param("ที่นี่", id="Thai"),
        pytest.param(NAME_WITH_SELECTOR, id="a Japanese name with its selector"),
        pytest.param("\u3000株式会社\u3000東京", id="Japanese spaces"),
        pytest.param("« Bonjour\u00a0! » 10\u202f000\u00a0€", id="French spaces"),
        pytest.param("\u0600\u0661\u06dd", id="visible format characters"),
        pytest.param(FAMILY, id="an emoji family"),
        pytest.param("👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 🏴\u200d☠\ufe0f", id="emoji joined"),
        pytest.param("1\ufe0f\u20e3 #\ufe0f\u20e3 ☎\ufe0e ©\ufe0f", id="keycaps and selectors"),
        pytest.param("🇺🇳 🫨", id="flags and an emoji newer than this Python"),
        pytest.param(ENGLAND, id="a flag made of tags"),
    ],
)
def test_what_a_script_needs_is_kept(text: str) -> None:
    assert visible(text) == text


def test_line_ends_of_windows_become_newlines() -> None:
    assert visible("one\r\ntwo\r\r\n") == "one\ntwo⟨U+000D⟩\n"


def test_composed_and_decomposed_letters_look_and_are_the_same() -> None:
    assert visible("e\u0301 A\u030a") == visible("é Å") == "é Å"


@given(suspicious)
@example(ENGLAND)
@example(FAMILY)
def test_nothing_is_hidden_in_what_a_person_sees(text: str) -> None:
    assert hidden_in(visible(text)) == set()


@given(suspicious)
@example("a" + "\u0344" * MARKS_PER_LETTER)
def test_making_a_text_visible_twice_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert visible(text) == text
    assert clean_for_model(text, 40) == text


@every_text
def test_whatever_is_shown_can_be_stored_and_sent(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert hidden_in(shown) == set()


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
def test_markup_is_not_our_business_and_stays_as_it_is(text: str) -> None:
    assert visible(text.replace("\x00", "").replace("\r", "")) == text.replace("\x00", "").replace("\r", "")


def test_a_pile_of_marks_is_counted_instead_of_drawn() -> None:
    assert visible("z" + "\u0310" * 40 + "!") == "z" + "\u0310" * MARKS_PER_LETTER + "⟨+30 marks⟩!"
    assert visible("z" + "\u0310" * MARKS_PER_LETTER) == "z" + "\u0310" * MARKS_PER_LETTER


def test_marks_are_cut_before_they_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_texts: list[str] = []

    def normalize(form: str, text: str) -> str:
        sorted_texts.append(text)
        return unicodedata.normalize("NFC", text)

    with monkeypatch.context() as patch:
        stand_in = SimpleNamespace(normalize=normalize, combining=unicodedata.combining)
        patch.setattr("bot.domain.text.unicodedata", stand_in)
        assert "marks⟩" in visible("a" + "\u0315\u0300" * 1000)
    assert sorted_texts
    assert all(len(text) < 50 for text in sorted_texts)


# --- what a model reads -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("pass\u200bword", "password", id="zero-width space"),
        pytest.param("a\u202eb\u2066c\u200e", "abc", id="bidi controls"),
        pytest.param(UNICODE["tag characters"], "hello", id="a message in tags"),
        pytest.param(UNICODE["hidden in variation selectors"], "😀", id="a message in selectors"),
        pytest.param(NAME_WITH_SELECTOR, "葛城", id="a selector on a Han letter"),
        pytest.param(ENGLAND, "🏴", id="the tags of a flag"),
        pytest.param("a\x00b\x1b", "ab", id="control characters"),
        pytest.param("a\ud800", "a", id="half a surrogate pair"),
        pytest.param("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne", id="line ends"),
        pytest.param("a\u2003b\u00a0c\u3000", "a b c ", id="spaces"),
        pytest.param("e\u200b\u0301", "é", id="a mark kept from its letter"),
        pytest.param(FAMILY, FAMILY, id="an emoji family stays"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian stays"),
    ],
)
def test_a_model_reads_nothing_hidden(text: str, cleaned: str) -> None:
    assert clean_for_model(text, 100) == cleaned


@given(suspicious, st.integers(0, 30))
@example("\u0dd9\u200b\u0dca\u200d", 30)
@example("\U0001f468\u200d" * 20, 37)
@example("1\ufe0f\u20e3" * 20, 39)
def test_cleaning_for_a_model_keeps_to_its_promises(text: str, cap: int) -> None:
    cleaned = clean_for_model(text, cap)
    assert len(cleaned) <= cap
    assert hidden_in(cleaned) == set()
    assert not TAGS & set(cleaned)
    assert clean_for_model(cleaned, cap) == cleaned


@every_text
def test_whatever_comes_a_model_gets_short_clean_text(text: str) -> None:
    cleaned = clean_for_model(text, 1000)
    cleaned.encode()
    assert len(cleaned) <= 1000
    assert hidden_in(cleaned) == set()


def test_a_cut_says_how_much_is_missing() -> None:
    cleaned = clean_for_model(HUGE["one long word"], 100)
    head, _, note = cleaned.partition("\n")
    assert len(cleaned) <= 100
    assert note == f"[… {1_000_000 - len(head):,} characters cut]"
    assert set(head) == {"a"}


def test_a_text_that_just_fits_is_not_cut() -> None:
    assert clean_for_model("a" * 100, 100) == "a" * 100
    assert clean_for_model("a" * 101, 100).endswith(" characters cut]")


def test_what_is_taken_out_does_not_count_as_cut() -> None:
    assert clean_for_model("a\u200b" * 50, 50) == "a" * 50


# --- one line ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\n two\t\tthree ", "one two three"),
        ("12345678901234567890", "12345678901234567890"),
        ("123456789012345678901", "1234567890123456789…"),
        ("1234567890123456789 12", "1234567890123456789…"),
        ("123456789012345678 123", "123456789012345678…"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("", ""),
    ],
)
def test_one_line_shows_what_fits(text: str, line: str) -> None:
    assert one_line(text, 20) == line


@given(suspicious, st.integers(0, 20))
def test_one_line_is_one_line_and_no_longer_than_asked(text: str, cap: int) -> None:
    line = one_line(text, cap)
    assert len(line) <= cap
    assert len(line.splitlines()) <= 1
    assert hidden_in(line) == set()


@every_text
def test_one_line_of_anything_fits(text: str) -> None:
    assert len(one_line(text, 40)) <= 40


def test_one_line_of_a_text_that_begins_with_emptiness_says_that_there_is_more() -> None:
    assert one_line("a" + " " * 100_000 + "b", 10) == "a…"
    assert one_line(" " * 100_000 + "b", 10) == "b"


# --- did you mean -----------------------------------------------------------------------------------------

KEYS = ("owner", "maintainer", "reviewers", "expires_after", "escalate_after", "on_expiry")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ownr", "owner"),
        ("onwer", "owner"),
        ("Owner", "owner"),
        ("reviewer", "reviewers"),
        ("expires-after", "expires_after"),
        ("expire after", "expires_after"),
        ("on-expire", "on_expiry"),
        ("colour", None),
        ("", None),
    ],
)
def test_the_nearest_word_is_suggested_only_where_it_is_near(word: str, meant: str | None) -> None:
    assert nearest(word, KEYS) == meant


@every_text
def test_nonsense_gets_no_suggestion_but_never_an_error(text: str) -> None:
    assert nearest(text, KEYS) in {None, *KEYS}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("helpdesk.account_off", "helpdesk.account_of"),
        ("helpdsk.account_of", "helpdesk.account_of"),
        ("Helpdesk.AccountOf", "helpdesk.account_of"),
        ("billing.account_of", None),
        ("billing.invoice", "billing.invoice_of"),
        ("helpdesk.quux", None),
        ("helpdesk.invoice_of", None),
        ("helpdesk.", None),
        ("quux.quux", None),
        ("account_of", "helpdesk.account_of"),
    ],
)
def test_a_name_of_a_system_is_compared_within_that_system(word: str, meant: str | None) -> None:
    assert nearest(word, iter(["helpdesk.account_of", "helpdesk.state_of", "billing.invoice_of"])) == meant


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest("owner", []) is None
    assert nearest("a" * 1_000_000, ["a" * 1_000_000]) is None


def test_a_hint_is_the_word_that_was_meant_or_what_to_do_without() -> None:
    assert hint("ownr", KEYS, "Leave it out.") == "Did you mean owner?"
    assert hint("Expires After", KEYS, "Leave it out.") == "Did you mean expires_after?"
    assert hint("colour", KEYS, "Leave it out.") == "Leave it out."
    assert hint("owner", [], "Leave it out.") == "Leave it out."


@every_text
def test_a_hint_never_repeats_what_somebody_wrote(text: str) -> None:
    assert hint(text, KEYS, "Leave it out.") in {"Leave it out.", *(f"Did you mean {key}?" for key in KEYS)}


# --- changed fields ---------------------------------------------------------------------------------------


def test_only_the_fields_that_differ_are_changes_in_the_order_they_stand() -> None:
    before = {"to": "a", "body": "Hello", "urgent": False, "gone": 1}
    after = {"body": "Hi", "to": "a", "urgent": True, "new": [1]}
    assert changes(before, after) == (
        FieldChange("body", "Hello", "Hi"),
        FieldChange("urgent", False, True),
        FieldChange("gone", 1, None),
        FieldChange("new", None, [1]),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (0, False), (1, 1.0), (1, "1"), ([1], [True]), ({"a": 0}, {"a": False}), (None, "None"), ("", None)],
    ids=repr,
)
def test_values_of_different_types_are_different(one: object, other: object) -> None:
    assert changes({"field": one}, {"field": other}) == (FieldChange("field", one, other),)


def test_the_order_inside_an_object_is_no_change() -> None:
    assert changes({"x": {"a": 1, "b": 2}}, {"x": {"b": 2, "a": 1}}) == ()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), values, max_size=5))
def test_nothing_changes_between_a_value_and_itself(fields: dict[str, object]) -> None:
    assert changes(fields, dict(reversed(fields.items()))) == ()


@given(*[st.dictionaries(st.sampled_from("abc"), values, max_size=3) for _ in range(2)])
def test_making_the_changes_gives_the_new_fields(before: dict[str, object], after: dict[str, object]) -> None:
    made = before | {change.name: change.after for change in changes(before, after)}
    assert {name: value for name, value in made.items() if value is not None} == {
        name: value for name, value in after.items() if value is not None
    }


# --- changed texts ----------------------------------------------------------------------------------------


def side(pieces: Sequence[Change], *sides: Side) -> str:
    return "".join(piece.text for piece in pieces if piece.side in sides)


def test_a_changed_word_is_found_in_its_line() -> None:
    before = "Dear customer,\nyour refund of 40 EUR is on its way.\nRegards"
    after = "Dear customer,\nyour refund of 45 EUR is on its way.\nRegards"
    assert wrap_diff(before, after) == [
        Change(Side.BOTH, "Dear customer,\nyour refund of "),
        Change(Side.BEFORE, "40 "),
        Change(Side.AFTER, "45 "),
        Change(Side.BOTH, "EUR is on its way.\nRegards"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("same", "same", [Change(Side.BOTH, "same")]),
        ("", "new", [Change(Side.AFTER, "new")]),
        ("old", "", [Change(Side.BEFORE, "old")]),
        ("a\n", "a\nb\n", [Change(Side.BOTH, "a\n"), Change(Side.AFTER, "b\n")]),
        ("a\nb\n", "b\n", [Change(Side.BEFORE, "a\n"), Change(Side.BOTH, "b\n")]),
    ],
)
def test_what_came_and_went_is_told_apart(before: str, after: str, expected: list[Change]) -> None:
    assert wrap_diff(before, after) == expected


texts = st.lists(st.sampled_from(["the ", "a ", "refund ", "of ", "40", "\n", "\r\n", "  ", "é", "\x85"]), max_size=30)


@given(texts.map("".join), texts.map("".join))
def test_both_texts_can_be_read_from_the_comparison(before: str, after: str) -> None:
    pieces = wrap_diff(before, after)
    assert side(pieces, Side.BOTH, Side.BEFORE) == before
    assert side(pieces, Side.BOTH, Side.AFTER) == after
    assert all(piece.text for piece in pieces)
    assert all(one.side is not other.side for one, other in pairwise(pieces))


def test_two_changes_far_apart_in_a_long_text_are_both_found() -> None:
    lines = [f"Line {n} of a long and tedious text.\n" for n in range(2_000)]
    edited = [*lines]
    edited[10], edited[1_900] = "Changed.\n", "Changed as well.\n"
    pieces = wrap_diff("".join(lines), "".join(edited))
    assert [piece.text for piece in pieces if piece.side is Side.AFTER] == ["Changed.\n", "Changed as well.\n"]


class CountedMatcher(difflib.SequenceMatcher[str]):
    """Counts the steps of the inner loop: each item looked at, and each place in the other text where it stands."""

    steps = 0

    def __init__(self, isjunk: None, a: Sequence[str], b: Sequence[str], *, autojunk: bool) -> None:
        super().__init__(isjunk, a, b, autojunk=autojunk)
        self.old, self.places = a, Counter(b)

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        CountedMatcher.steps += sum(1 + self.places[item] for item in self.old[alo:ahi])
        return super().find_longest_match(alo, ahi, blo, bhi)


def count_steps(monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> int:
    monkeypatch.setattr(CountedMatcher, "steps", 0)
    monkeypatch.setattr(difflib, "SequenceMatcher", CountedMatcher)
    pieces = wrap_diff(before, after)
    assert side(pieces, Side.BOTH, Side.BEFORE) == before
    assert side(pieces, Side.BOTH, Side.AFTER) == after
    return CountedMatcher.steps


def sections(words: str) -> str:
    return "".join(f"Section {n}\n{words}{n}\n" for n in range(40))


def paragraphs(*, words: int, lines: int, step: int) -> str:
    return "".join(" ".join(str(n * step % 30) for n in range(line, line + words)) + "\n" for line in range(lines))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a " * 50_000, "a b " * 25_000, id="one word for ever"),
        pytest.param("a\n" * 50_000, "a\nb\n" * 25_000, id="one line for ever"),
        pytest.param("a " * 200 + "x", "a b " * 200 + "y", id="one word, just within bounds"),
        pytest.param(
            paragraphs(words=110, lines=400, step=7), paragraphs(words=110, lines=400, step=11), id="few words"
        ),
        pytest.param(
            paragraphs(words=9, lines=3_000, step=7), paragraphs(words=9, lines=3_000, step=11), id="short lines"
        ),
        pytest.param(sections("a " * 150), sections("a b " * 150), id="many changes, each within bounds"),
        pytest.param(HUGE["many lines"], HUGE["many short words"], id="a megabyte each"),
    ],
)
def test_comparing_long_texts_takes_bounded_work(monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    assert count_steps(monkeypatch, before, after) <= DIFF_WORK


@every_short_text
def test_a_comparison_takes_any_text(text: str) -> None:
    for other in EMPTY.values():
        pieces = wrap_diff(text, other)
        assert side(pieces, Side.BOTH, Side.BEFORE) == text
        assert side(pieces, Side.BOTH, Side.AFTER) == other
