"""What a TOML file may not be, in sentences; and on which line everything in it stands."""

import tomllib
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.declared.editing import write_toml
from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, shown
from bot.domain.declared.toml import MOST_BYTES, read_toml
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.text import visible
from tests.naughty import every_bytes, every_text


def refusal(raw: bytes | str) -> Misdeclared:
    with pytest.raises(Misdeclared) as caught:
        read_toml(raw, file="brief.toml")
    return caught.value


STATEMENT = 'This is neither a setting nor a section. Write settings as: name = "text".'
VALUE = 'This value cannot be read. Text stands in straight quotes: name = "text".'
AFTER = 'Something stands after the value. Put text in quotes: "4h", "40 EUR", "#support".'
QUOTES = "A text in quotes does not end on its line. Close it with the same quote."
NAME = 'A name is missing, or has a character that needs quotes. Write "helpdesk.AddTag" = ….'
HEADER = "The name of a section is not closed. Write [name], or [[name]] where there are several."


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a", 1, STATEMENT),
        ("= 1", 1, STATEMENT),
        ("x = 1\na b = 1", 2, STATEMENT),
        ("x = 1\n\na : 1", 3, STATEMENT),
        ("- mia", 1, STATEMENT),
        ("a =", 1, VALUE),
        ("a = yes", 1, VALUE),
        ("a = True", 1, VALUE),
        ("a = “x”", 1, VALUE),
        ("x = 1\na = @mia", 2, VALUE),
        ("a = #support", 1, VALUE),
        ("a == 1", 1, VALUE),
        ("a = 4h", 1, AFTER),
        ("a = 40 EUR", 1, AFTER),
        ("a = 1,2", 1, AFTER),
        ("a = 2026-13-01", 1, AFTER),
        ("a = 01", 1, AFTER),
        ("[a]]", 1, AFTER),
        ('a = "x', 1, QUOTES),
        ('x = 1\na = "x\ny"', 2, QUOTES),
        ("a = 'x", 1, QUOTES),
        ('"a = 1', 1, QUOTES),
        ('a = "c:\\q"', 1, r"A backslash stands for something else in this text. Write it twice: \\."),
        ("a = [1", 1, "A list is not closed. Add the missing ]."),
        ("a = {b = 1", 1, "A section in braces is not closed. Add the missing }."),
        ("[a", 1, HEADER),
        ("[[a]", 1, HEADER),
        ("[]", 1, NAME),
        ("a. = 1", 1, NAME),
        ("a = {\nb = 1}", 1, NAME),
        ("a = {b = 1,}", 1, NAME),
        ('a = "\x01"', 1, "There is a character here that nobody can see. Type the line again."),
        ("# \x01", 1, "There is a character here that nobody can see. Type the line again."),
        ('a = "\\ud800"', 1, "A code in this text stands for no character. Write the character itself."),
        ('a = "\\u12"', 1, "A code in this text stands for no character. Write the character itself."),
        ("a = 1\na = 2", 2, "“a” stands here a second time. Keep one of them."),
        ("[a]\nb = 1\n\n[a]\nc = 1\n", 4, "“[a]” stands here a second time. Keep one of them."),
        ("a = 1\n[a]\n", 2, "“[a]” stands here a second time. Keep one of them."),
        ("a = {b = 1, b = 2}", 1, "“a” stands here a second time. Keep one of them."),
        ("a = {b = 1}\n[a.c]\n", 2, "“[a.c]” stands here a second time. Keep one of them."),
        ("a = {b = 1}\na.c = 2\n", 2, "“a.c” stands here a second time. Keep one of them."),
        ("a = nan", 1, "`a` is nan, which is no number. Write a number with digits."),
        ("[a]\nb = [1.0, -inf]", 2, "`a.b[2]` is -inf, which is no number. Write a number with digits."),
        ("a = 1e999", 1, "`a` is inf, which is no number. Write a number with digits."),
        ("a = 9223372036854775808", 1, "`a` is larger than any number we keep. Write a smaller one."),
        ('x = 1\na = "@m\u200bia"', 2, "`a` holds a character that nobody can see (U+200B). Type the text again."),
        ('a = ["x", "\\u202e"]', 1, "`a[2]` holds a character that nobody can see (U+202E). Type the text again."),
        (
            '"a\\u200b" = 1',
            1,
            '`"a⟨U+200B⟩"` holds a character that nobody can see (U+200B). Type the text again.',
        ),
        (
            '"⟨U+200B⟩\u200b" = 1',
            1,
            '`"⟨U+200B⟩⟨U+200B⟩"` holds a character that nobody can see (U+200B). Type the text again.',
        ),
        ("a = \ud800", 1, "Half a surrogate pair, which is not text."),
        (b"x = 1\na = '\xff'", 2, "This is not UTF-8. Save the file as UTF-8."),
        (b"\xef\xbb\xbfa = 1", 1, "It begins with a byte order mark. Save the file as UTF-8 without one."),
        ("\n" * (MOST_BYTES + 1), 1, "262,145 bytes are too many; at most 262,144 are read."),
    ],
)
def test_a_refusal_says_where_and_why_and_what_to_write(text: bytes | str, line: int, sentence: str) -> None:
    assert refusal(text).message == f"brief.toml:{line}: {sentence}"


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert refusal("a = " + "9" * 5_000).message == "brief.toml: A number here has thousands of digits. Shorten it."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = " + "[" * 100_000, "Brackets are nested too deep here."),
        ("a = " + "{a = " * 50_000, "Brackets are nested too deep here."),
        ("a" + ".a" * 100_000 + " = 1", "A name has too many parts here."),
        ("[" + "a." * 100_000 + "a]", "A name has too many parts here."),
        ("x = 1\n" + '"a" . ' * 40_000 + "a = 1", "A name has too many parts here."),
    ],
    ids=["lists", "braces", "a name", "a section", "a name in quotes"],
)
def test_what_would_cost_the_reader_all_memory_is_refused_before_it_is_read(text: str, sentence: str) -> None:
    assert refusal(text).sentence == sentence


def test_every_odd_value_is_named_at_once() -> None:
    problems = refusal('a = nan\nb = 1\nc = "\u200b"').problems
    assert [(one.file, one.line) for one in problems] == [("brief.toml", 1), ("brief.toml", 3)]


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", 'a = "⟨U+200B⟩"', 'a = "Ünïcode 🎉 שלום"', "a = 1\r\nb = 2\r\n"]
)
def test_an_ordinary_text_is_read(text: str) -> None:
    assert read_toml(text, file="x").data == tomllib.loads(text)


@every_text
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    for whole in (text, f'a = "{text}"', f"a = {text}", f"[{text}]"):
        with suppress(Misdeclared):
            read_toml(whole, file="x")


@every_bytes
def test_no_bytes_do_anything_but_be_read_or_refused(raw: bytes) -> None:
    with suppress(Misdeclared):
        read_toml(raw, file="x")


# --- places -------------------------------------------------------------------------------------------------

PLACES = '''\
# A file with everything a TOML text can have.
title = "a" # not "b"
"quoted.name" = 'it''

a.b.c = 1
list = [
  "one", # with a comment, and a ] in it
  ["two", "three"],
  { x = 1, "y.z" = [2] },
]
long = """
[not a section]
key = "not a key"
"""
when = 1979-05-27 07:32:00

[section]
inside = """a""\\"""b"""
[section.deeper]
x = 1
[[many]]
n = 1
[[many]]
n = 2
[many.below]
z = \'\'\'it\'s\'\'\'
[[many.again]]
q = 5
[ spaced . "name" ]
k = [ ]
'''.replace("'it''", "'it'")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("quoted.name",), 3),
        (("a",), 5),
        (("a", "b"), 5),
        (("a", "b", "c"), 5),
        (("a", "b", "missing"), 5),
        (("list",), 6),
        (("list", 0), 7),
        (("list", 1, 1), 8),
        (("list", 2, "y.z", 0), 9),
        (("long",), 11),
        (("when",), 15),
        (("section",), 17),
        (("section", "missing"), 17),
        (("section", "inside"), 18),
        (("section", "deeper", "x"), 20),
        (("many", 0, "n"), 22),
        (("many", 1), 23),
        (("many", 1, "n"), 24),
        (("many", 1, "below", "z"), 26),
        (("many", 1, "again", 0, "q"), 28),
        (("spaced", "name", "k"), 30),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_value_is_found_on_its_line(path: Where, line: int) -> None:
    assert read_toml(PLACES, file="x").line(path) == line


def walk(value: object, path: Where = ()) -> list[tuple[Where, object]]:
    children: list[tuple[str | int, object]] = []
    if is_object(value):
        children = [*value.items()]
    elif is_list(value):
        children = [*enumerate(value)]
    return [(path, value), *(pair for part, child in children for pair in walk(child, (*path, part)))]


def span_of(text: str, path: Where) -> str:
    start, end = read_toml(text, file="x").spans.values[path]
    return text[start:end]


def test_what_stands_at_a_place_is_the_value() -> None:
    toml = read_toml(PLACES, file="x")
    scalars = [(path, value) for path, value in walk(toml.data) if not isinstance(value, dict | list)]
    assert len(scalars) > 15
    for path, value in scalars:
        assert tomllib.loads(f"it = {span_of(PLACES, path)}")["it"] == value, shown(path)


VISIBLE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8).filter(
    lambda text: visible(text) == text
)
TEXTS = VISIBLE | st.sampled_from(["#", "]", "}", '"', "'", "\\", "a = 1", "[x]", "two words", "line\nbreak", "\ttab"])
SCALARS = (
    TEXTS
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates(date(1900, 1, 1), date(2100, 1, 1))
)
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        SCALARS | st.lists(SCALARS, max_size=3),
        lambda inner: (
            st.dictionaries(TEXTS, inner, max_size=3) | st.lists(st.dictionaries(TEXTS, inner), min_size=1, max_size=2)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=60)
@given(DATA)
def test_what_is_written_is_read_again_and_found_at_its_place(data: dict[str, object]) -> None:
    text = write_toml(data)
    toml = read_toml(text, file="x")
    assert toml.data == data
    for path, value in walk(data):
        if path and not isinstance(value, dict | list):
            assert tomllib.loads(f"it = {span_of(text, path)}")["it"] == value


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("a", "b"), "a.b"),
        (("thresholds", 0, "above"), "thresholds[1].above"),
        (("levels", "helpdesk.AddTag"), 'levels."helpdesk.AddTag"'),
        (("a", 'b"c\\d'), 'a."b\\"c\\\\d"'),
        (("",), '""'),
    ],
)
def test_a_path_is_shown_as_people_write_it(path: Where, text: str) -> None:
    assert shown(path) == text
