"""One value of a text is changed; nothing else moves, and what cannot be done safely is refused."""

import tomllib
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.declared import editing
from bot.domain.declared.editing import append, change, drop, parse_path, parse_value, write_toml
from bot.domain.declared.place import Where, shown
from bot.domain.declared.toml import Toml
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.text import visible
from tests.naughty import every_short_text

TEXT = """\
# The owner's own words.
stage = "shadow"   # careful at first

[reviewers.support] # who they are
members = ["@mia", "@leo"] # both on Mondays
needed = 1

  # finance comes later
[levels]
"helpdesk.AddTag" = "draft"

[[thresholds]]
above = "100 EUR"
[[thresholds]]
above = "200 EUR" # the big ones

[limits]
"""


def changed_lines(text: str, path: str, value: object) -> list[str]:
    """What a change took out and put in."""
    before, after = text.split("\n"), change(text, parse_path(path), value).split("\n")
    gone = [f"- {line}" for line in before if line not in after]
    return gone + [f"+ {line}" for line in after if line not in before]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (
            "stage",
            "approved",
            ['- stage = "shadow"   # careful at first', '+ stage = "approved"   # careful at first'],
        ),
        ("reviewers.support.needed", 2, ["- needed = 1", "+ needed = 2"]),
        (
            "reviewers.support.members",
            ["@mia"],
            ['- members = ["@mia", "@leo"] # both on Mondays', '+ members = ["@mia"] # both on Mondays'],
        ),
        (
            'levels."helpdesk.AddTag"',
            "recommend",
            ['- "helpdesk.AddTag" = "draft"', '+ "helpdesk.AddTag" = "recommend"'],
        ),
        (
            "thresholds[2].above",
            "250 EUR",
            ['- above = "200 EUR" # the big ones', '+ above = "250 EUR" # the big ones'],
        ),
        ("thresholds[1].needed", 2, ["+ needed = 2"]),
        ("reviewers.support.deny", 2, ["+ deny = 2"]),
        ("reviewers.support.specialist", True, ["+ specialist = true"]),
        ("limits.actions_per_run", 3, ["+ actions_per_run = 3"]),
        ("review_date", date(2027, 1, 31), ["+ review_date = 2027-01-31"]),
        ("metric.baseline_minutes", 12.5, ["+ [metric]", "+ baseline_minutes = 12.5"]),
        ('data.classes."ticket.email"', "personal", ["+ [data.classes]", '+ "ticket.email" = "personal"']),
        ("stage", None, ['- stage = "shadow"   # careful at first']),
        ("thresholds[2].above", None, ['- above = "200 EUR" # the big ones']),
        ("process", 'It\'s "quoted"\nand two lines', ['+ process = "It\'s \\"quoted\\"\\nand two lines"']),
    ],
)
def test_only_the_line_that_is_meant_changes(path: str, value: object, lines: list[str]) -> None:
    assert changed_lines(TEXT, path, value) == lines


def test_a_new_setting_joins_its_own_section() -> None:
    after = change(TEXT, ("reviewers", "support", "deny"), 2)
    assert "needed = 1\ndeny = 2\n\n  # finance comes later\n[levels]" in after


def test_a_new_setting_of_the_top_comes_before_the_sections() -> None:
    assert change(TEXT, ("owner",), "@olga").startswith(
        '# The owner\'s own words.\nstage = "shadow"   # careful at first\nowner = "@olga"\n\n[reviewers.support]'
    )
    assert change("[a]\nb = 1\n", ("owner",), "@olga") == 'owner = "@olga"\n[a]\nb = 1\n'


def test_a_new_section_comes_at_the_end() -> None:
    assert change("a = 1", ("map", "tools"), ["help desk"]) == 'a = 1\n\n[map]\ntools = ["help desk"]\n'
    assert change("", ("map", "tools"), ["help desk"]) == '[map]\ntools = ["help desk"]\n'


def test_the_ends_of_lines_stay_as_they_are() -> None:
    text = TEXT.replace("\n", "\r\n")
    for path, value in (("reviewers.support.deny", 2), ("map.tools", ["x"]), ("owner", "@olga"), ("stage", None)):
        after = change(text, parse_path(path), value)
        assert "\n" not in after.replace("\r\n", "")


REFUSED = "cannot be changed here without touching what stands around it. Edit the file."


@pytest.mark.parametrize(
    ("text", "path", "value", "sentence"),
    [
        ("a = 1", "b.c[1].d", 1, "There is no b.c[1] here."),
        (TEXT, "thresholds[3].above", "1 EUR", "There is no thresholds[3] here."),
        (TEXT, "thresholds.above", "1 EUR", "There is no thresholds.above here."),
        (TEXT, "stage.deep", 1, "There is no stage.deep here."),
        (TEXT, "nothing", None, "There is no nothing here."),
        (TEXT, "reviewers.support.members[1]", "@x", "There is no reviewers.support.members[1] here."),
        (
            TEXT,
            "reviewers",
            "x",
            "reviewers is a whole section. Change its settings one by one, or edit the file.",
        ),
        (
            TEXT,
            "map",
            {"tools": []},
            "map is a whole section. Change its settings one by one, or edit the file.",
        ),
        ("a = [ # one\n1, 2]", "a", [3], f"a {REFUSED}"),
        ("a = {b = 1}", "a.c", 2, "a.c cannot be changed to that. “[a]” stands here a second time. Keep one of them."),
        ("a = {b = 1}", "a.b", None, f"a.b {REFUSED}"),
        ("[[a]]\nx = {y = 1}", "a[1].x.z", 2, f"a[1].x.z {REFUSED}"),
        ("a.b = 1", "a.c", 2, "a.c cannot be changed to that. “[a]” stands here a second time. Keep one of them."),
        (
            "a = 1",
            "a",
            "@m\u200bia",
            "a cannot be changed to that. `a` holds a character that nobody can see (U+200B). Type the text again.",
        ),
        ("a = 1", "a", "\ud800", "a cannot be changed to that. Half a surrogate pair, which is not text."),
        (
            "a = 1",
            "a",
            float("nan"),
            "a cannot be changed to that. `a` is nan, which is no number. Write a number with digits.",
        ),
    ],
)
def test_what_cannot_be_done_safely_is_refused(text: str, path: str, value: object, sentence: str) -> None:
    with pytest.raises(Unfit) as caught:
        change(text, parse_path(path), value)
    assert caught.value.message == sentence


def test_a_change_that_moved_anything_else_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(toml: Toml, path: Where, written: str) -> str:
        return "a = 2\nb = 3\n"

    monkeypatch.setattr(editing, "_set", careless)
    assert change("a = 1\nb = 3\n", ("a",), 2) == "a = 2\nb = 3\n"
    with pytest.raises(Unfit, match="without touching what stands around it"):
        change("a = 1\nb = 1\n", ("a",), 2)


def test_a_text_that_does_not_load_is_not_changed() -> None:
    with pytest.raises(Misdeclared, match=r"house\.toml:1"):
        change("a = b", ("a",), 1, file="house.toml")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("stage", ("stage",)),
        ("reviewers.support.needed", ("reviewers", "support", "needed")),
        ("thresholds[1].above", ("thresholds", 0, "above")),
        ('levels."helpdesk.AddTag"', ("levels", "helpdesk.AddTag")),
        ("levels.'helpdesk.AddTag'", ("levels", "helpdesk.AddTag")),
        ('"a\\"b"[12]', ('a"b', 11)),
    ],
)
def test_a_path_is_read_as_people_write_it(text: str, path: Where) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "[1]", "a[0]", "a[x]", "a[1]b", "a b", 'a."b', 'a"b"', "a/b", "a[99999]"]
)
def test_what_is_no_path_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Unfit, match=r"names no setting. Write it like reviewers.support.needed or thresholds\[1\]"):
        parse_path(text)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(Unfit, match="is no name"):
        parse_path(r'"\q"')


@every_short_text
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    try:
        path = parse_path(text)
    except Unfit:
        return
    assert parse_path(shown(path)) == path


@given(st.lists(st.text(min_size=0, max_size=5).filter(lambda t: t.isprintable()) | st.integers(0, 50), max_size=3))
def test_a_path_that_is_shown_can_be_read_again(parts: list[str | int]) -> None:
    path = ("a", *parts)
    assert parse_path(shown(path)) == path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("true", True),
        ("0.95", 0.95),
        ("4h", "4h"),
        ("95 %", "95 %"),
        ("40 EUR", "40 EUR"),
        ("approved", "approved"),
        ("@mia", "@mia"),
        ("#support", "#support"),
        ('"2"', "2"),
        ('["@mia", "@leo"]', ["@mia", "@leo"]),
        ("2027-01-31", date(2027, 1, 31)),
        ("", ""),
        ("1\nb = 2", "1\nb = 2"),
        ("{a = 1}", "{a = 1}"),
        ("9" * 5_000, "9" * 5_000),
        ("[" * 50_000, "[" * 50_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_value_is_read_as_somebody_types_it(text: str, value: object) -> None:
    assert parse_value(text) == value


VISIBLE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=6).filter(
    lambda text: visible(text) == text
)
VALUES = VISIBLE | st.integers(0, 99)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), VALUES)), VALUES)
def test_a_change_changes_that_and_nothing_else(data: dict[str, dict[str, object]], value: object) -> None:
    after = change(write_toml(data), ("b", "y"), value)
    assert tomllib.loads(after) == {**data, "b": {**data.get("b", {}), "y": value}}


def test_an_empty_section_is_written() -> None:
    assert write_toml({"a": {}, "b": {"c": {}}}) == "[a]\n\n[b.c]\n"


# --- whole sections -------------------------------------------------------------------------------------------------

ONE: Mapping[str, object] = {"intent": "a.B", "above": 3}
TWO: Mapping[str, object] = {"intent": "c.D", "needed": 2}
SECTIONS = '# of the owner\nstage = "shadow"\n\n[[rules]] # the first\nintent = "a.B"\nabove = 3\n\n[limits]\nn = 1\n'


def test_a_section_is_added_after_all_there_is() -> None:
    text = append(SECTIONS, "rules", TWO)
    assert text.startswith(SECTIONS)
    assert tomllib.loads(text)["rules"] == [ONE, TWO]


def test_the_first_section_of_its_name_is_added_as_well() -> None:
    assert tomllib.loads(append("", "rules", ONE)) == {"rules": [ONE]}
    assert tomllib.loads(append('stage = "x"', "rules", ONE)) == {"stage": "x", "rules": [ONE]}


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_section_is_taken_out_and_no_other(n: int) -> None:
    every: list[Mapping[str, object]] = [ONE, TWO, {"intent": "e.F"}]
    text = SECTIONS
    for one in every[1:]:
        text = append(text, "rules", one)
    left = tomllib.loads(drop(text, ("rules", n)))
    assert left == {"stage": "shadow", "limits": {"n": 1}, "rules": [one for at, one in enumerate(every) if at != n]}
    assert drop(text, ("rules", n)).startswith("# of the owner\n")


def test_the_last_section_of_its_name_leaves_nothing() -> None:
    assert tomllib.loads(drop(SECTIONS, ("rules", 0))) == {"stage": "shadow", "limits": {"n": 1}}


def test_line_ends_stay_as_they_were() -> None:
    text = append(SECTIONS.replace("\n", "\r\n"), "rules", TWO)
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("path", [("rules", 1), ("rules", 0, "above"), ("limits",), ("nowhere", 0), ("stage", 0)])
def test_what_is_no_section_is_not_taken_out(path: Where) -> None:
    with pytest.raises(Unfit):
        drop(SECTIONS, path)


@pytest.mark.parametrize("text", ['rules = "x"\n', 'rules = [{ intent = "a" }]\n', "[rules]\nn = 1\n"])
def test_a_section_is_not_added_where_something_else_has_its_name(text: str) -> None:
    with pytest.raises(Unfit, match="Edit the file"):
        append(text, "rules", ONE)
