"""What a change of routing tables would have meant for past runs, in words."""

from bot.domain.declared.toml import read_toml
from bot.domain.plain import Plain
from bot.domain.routing.reading import read_tables
from bot.domain.routing.table import Table
from bot.domain.routing.trying import Routed, tried

BEFORE = """\
[[leads]]
rule = "Germans"
when = { language = "de" }
to = ["@mia", "@leo"]

[[leads]]
rule = "Everybody else"
to = ["@ines", "@sam"]
"""


def tables(text: str = BEFORE) -> dict[str, Table]:
    return read_tables(read_toml(text, file="routes.toml"))


def run(n: int, to: str, table: str = "leads", **fact: Plain) -> Routed:
    return Routed(f"run{n}", table, fact, to)


PAST = [run(1, "@mia", language="de"), run(2, "@leo", language="de"), run(3, "@ines"), run(4, "@sam"), run(5, "@olga")]


def told(old: str, new: str, past: list[Routed] | None = None) -> tuple[str, ...]:
    return tried(tables(), tables(BEFORE.replace(old, new)), PAST if past is None else past)


def test_who_would_have_gone_to_somebody_else_is_said_with_the_rule_and_an_example() -> None:
    assert told('to = ["@mia", "@leo"]', 'to = ["@mia", "@ines"]') == (
        "Of the last 5 runs, 1 would go to somebody else:",
        "1 from @leo to @mia or @ines, by “Germans”; such as run2",
    )


def test_a_condition_that_no_longer_fits_moves_its_runs_to_the_next_rule() -> None:
    assert told('"de"', '"fr"')[1:] == (
        "1 from @mia to @ines or @sam, by “Everybody else”; such as run1",
        "1 from @leo to @ines or @sam, by “Everybody else”; such as run2",
    )


def test_what_could_go_to_the_same_people_has_not_moved() -> None:
    assert told("Germans", "German speakers") == ("Of the last 5 runs, none would go to somebody else.",)
    assert told("none", "none", [PAST[0]]) == ("Of the last run, none would go to somebody else.",)


def test_whoever_stood_in_is_no_reason_to_say_that_something_moves_until_the_rule_names_others() -> None:
    assert told("none", "none", [run(5, "@olga")]) == ("Of the last run, none would go to somebody else.",)
    (_, line) = told("@sam", "@leo", [run(5, "@olga")])
    assert line == "1 from @olga to @ines or @leo, by “Everybody else”; such as run5"


def test_without_past_runs_it_says_that_nothing_was_tried() -> None:
    assert told('"de"', '"fr"', [])[0].endswith("the change could not be tried.")
    assert told('"de"', '"fr"', [run(1, "@mia", "deals")])[0] == "Of the last run, none would go to somebody else."


def test_many_different_moves_are_told_shortly_the_most_frequent_first() -> None:
    past = [run(n, f"@p{n % 8}") for n in range(20)]
    lines = tried(tables(), tables(), past)
    assert lines == ("Of the last 20 runs, none would go to somebody else.",), "stand-ins, all of them"
    lines = told('"@ines", "@sam"', '"@ines"', past)
    assert lines[0] == "Of the last 20 runs, 20 would go to somebody else:"
    assert [line.split(" ")[0] for line in lines[1:]] == ["3", "3", "3", "3", "2", "and"]
    assert lines[-1] == "and 6 more"


def test_where_a_table_is_new_everybody_who_got_it_otherwise_has_moved() -> None:
    assert tried({}, tables(), [run(1, "@olga")])[0] == "Of the last run, 1 would go to somebody else:"
