"""Routing tables: read strictly, chosen from by the first rule that fits, fair to whoever is there."""

from collections import Counter
from datetime import UTC, datetime, time

import pytest

from bot.domain.declared.toml import read_toml
from bot.domain.errors import Misdeclared
from bot.domain.frozen import replace
from bot.domain.person import Person, PersonId, Shift
from bot.domain.plain import Plain
from bot.domain.routing.choosing import Choice, Staff, choose, still_stands
from bot.domain.routing.reading import read_tables
from bot.domain.routing.table import Between, Filled, Has, InTurn, OfField, OneOf, Rule, Table, rule_for

TEXT = """\
[[leads]]
rule = "An account that somebody looks after stays with them"
when = { known = true, owner = "*" }
to = "owner"

[[leads]]
rule = "German speakers with more than five shops"
when = { language = ["de", "at"], shops = { above = 5 } }
to = ["@mia", "@leo"]

[[leads]]
rule = "Cargo bikes"
when = { message = { has = ["cargo", "load bike"] } }
to = "@ines"
only_at_work = true

[[leads]]
rule = "Everybody else, in turn"
to = ["@mia", "@leo", "@ines"]
"""
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = {
    handle: Person(PersonId(f"acme/{handle[1:]}"), handle[1:].title(), handle)
    for handle in ("@mia", "@leo", "@ines", "@olga", "@sam")
}


def tables(text: str = TEXT) -> dict[str, Table]:
    return read_tables(read_toml(text, file="routes.toml"))


LEADS = tables()["leads"]
LAST = LEADS[-1]


def staff(**changed: Person | None) -> Staff:
    known = {**PEOPLE, **{f"@{name}": person for name, person in changed.items()}}
    by_id = {person.id: person for person in known.values() if person is not None}
    return Staff(known.get, by_id.get, "@olga", NOW)


def away(handle: str, delegate: str = "") -> Person:
    return replace(PEOPLE[handle], away=True, delegate=PEOPLE[delegate].id if delegate else None)


def fact(**changed: Plain) -> dict[str, Plain]:
    return {"known": False, "owner": "", "language": "en", "shops": 1, "message": "", **changed}


# --- reading --------------------------------------------------------------------------------------------------------


def test_each_way_to_write_a_condition_is_read_as_what_it_says() -> None:
    assert LEADS[0] == Rule(LEADS[0].name, OfField("owner"), {"known": OneOf((True,)), "owner": Filled()})
    assert LEADS[1].when == {"language": OneOf(("de", "at")), "shops": Between(above=5)}
    assert (LEADS[2].when, LEADS[2].to) == ({"message": Has(("cargo", "load bike"))}, InTurn(("@ines",)))
    assert [rule.only_at_work for rule in LEADS] == [False, False, True, False]
    assert LAST.when == {}


ONE = '[[leads]]\nrule = "R"\nwhen = { shops = WHEN }\nto = TO\n\n[[leads]]\nrule = "Rest"\nto = "@mia"\n'
WRONG_CONDITIONS = (
    ("{ over = 5 }", "must be a value, a list of values"),
    ("{}", "must be a value, a list of values"),
    ("[]", "must be a value, a list of values"),
    ('["*", "de"]', "must be a value, a list of values"),
    ("[[1]]", "must be a value, a list of values"),
    ("1.5", "must be a value, a list of values"),
    ('{ above = "5" }', "compares with what is no whole number"),
    ("{ above = true }", "compares with what is no whole number"),
    ("{ above = 5, below = 6 }", "no whole number is above 5 and below 6"),
    ("{ has = [] }", "must name the words to look for"),
    ("{ has = [1] }", "must name the words to look for"),
    ('{ has = ["a"], above = 1 }', "must be a value, a list of values"),
)


@pytest.mark.parametrize(("when", "says"), WRONG_CONDITIONS)
def test_a_condition_that_means_nothing_is_refused_with_its_line(when: str, says: str) -> None:
    with pytest.raises(Misdeclared) as refused:
        tables(ONE.replace("WHEN", when).replace("TO", '"@mia"'))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("routes.toml", 3)
    assert problem.sentence.startswith("`leads[1].when.shops` ")
    assert says in problem.sentence


@pytest.mark.parametrize("to", ['"Mia Lindqvist"', "[]", '["@mia", "leo"]', "3", '["@mia", "@"]', '"@a b"'])
def test_whoever_is_no_colleague_gets_nothing(to: str) -> None:
    with pytest.raises(Misdeclared, match="must be a colleague") as refused:
        tables(ONE.replace("WHEN", "1").replace("TO", to))
    assert refused.value.problems[0].line == 4


def test_every_problem_of_a_file_is_told_at_once_with_the_nearest_name_that_is_known() -> None:
    with pytest.raises(Misdeclared) as refused:
        tables('[[leads]]\nrul = "R"\nto = "@mia"\n\n[[deals]]\nrule = ""\nto = 5\n')
    said = [(one.line, one.sentence) for one in refused.value.problems]
    assert [line for line, _ in said] == [2, 6, 7]
    assert "Did you mean `rule`?" in said[0][1]


ORDER = (
    ('[[leads]]\nrule = "A"\nto = "@mia"\nwhen = { shops = 1 }\n', 4, "what fits no rule would get nobody"),
    ('[[leads]]\nrule = "A"\nto = "@mia"\n[[leads]]\nrule = "B"\nto = "@leo"\n', 1, "no rule after it is ever reached"),
    ('[[leads]]\nrule = "A"\nto = "owner"\n', 3, "goes by a field, which can be empty"),
    (f'{TEXT}[[deals]]\nrule = "A"\nto = "owner"\nwhen = {{ a = 1 }}\n[[deals]]\nrule = "A"\nto = "@mia"\n', 25, "say"),
    ('[["Two words"]]\nrule = "A"\nto = "@mia"\n', 1, "is no name for a table"),
    ("leads = []\n", 1, "has 1 to 100 rules"),
)


@pytest.mark.parametrize(("text", "line", "says"), ORDER)
def test_a_table_in_which_somebody_would_get_nothing_or_a_rule_is_never_reached_is_refused(
    text: str, line: int, says: str
) -> None:
    with pytest.raises(Misdeclared) as refused:
        tables(text)
    assert [(line, True)] == [(one.line, says in one.sentence) for one in refused.value.problems]


# --- which rule -----------------------------------------------------------------------------------------------------

FITS: tuple[tuple[dict[str, Plain], int], ...] = (
    ({"known": True, "owner": "@sam", "language": "de", "shops": 9}, 0),
    ({"known": True, "owner": " "}, 3),
    ({"known": "true", "owner": "@sam"}, 3),
    ({"language": "DE", "shops": 6}, 1),
    ({"language": "de", "shops": 5}, 3),
    ({"language": "de", "shops": True}, 3),
    ({"message": "Do you sell CARGO bikes?"}, 2),
    ({"message": ["nothing", "a load bike, please"]}, 2),
    ({"message": "cargoes"}, 3),
    ({"message": None, "language": None, "shops": None}, 3),
)


@pytest.mark.parametrize(("changed", "n"), FITS)
def test_the_first_rule_that_fits_wins(changed: dict[str, Plain], n: int) -> None:
    assert rule_for(LEADS, fact(**changed)) is LEADS[n]


def test_a_number_between_two_is_above_the_one_and_below_the_other() -> None:
    between = tables(ONE.replace("WHEN", "{ above = 1, below = 4 }").replace("TO", '"@leo"'))["leads"]
    assert [n for n in range(6) if rule_for(between, fact(shops=n)) is between[0]] == [2, 3]


def test_a_rule_that_goes_by_a_name_fits_only_where_there_is_one() -> None:
    table = (Rule("Theirs", OfField("owner")), LAST)
    assert rule_for(table, fact()) is LAST
    assert rule_for(table, fact(owner="@sam")) is table[0]


# --- who ------------------------------------------------------------------------------------------------------------


def turns(count: int, here: Staff, rule: Rule = LAST) -> list[Choice]:
    """So many choices, one after the other."""
    made, turn = list[Choice](), 0
    for _ in range(count):
        made.append(choose(rule, fact(), here, turn=turn))
        turn += made[-1].turns
    return made


def test_several_take_turns() -> None:
    assert [one.to for one in turns(4, staff())] == ["@mia", "@leo", "@ines", "@mia"]
    assert turns(1, staff())[0].why == "Everybody else, in turn: @mia is next in turn."


def test_the_turns_of_whoever_is_away_are_shared_among_the_others_fairly() -> None:
    made = turns(30, staff(leo=away("@leo")))
    assert Counter(one.to for one in made) == {"@mia": 15, "@ines": 15}
    assert [one.passed_over for one in made[:2]] == [(), ("@leo: is away",)]


def test_whoever_stands_twice_in_a_rule_gets_twice_as_much() -> None:
    made = turns(30, staff(), Rule("R", InTurn(("@mia", "@leo", "@mia"))))
    assert Counter(one.to for one in made) == {"@mia": 20, "@leo": 10}


def test_a_rule_for_one_takes_no_turn_and_says_whose_work_it_is() -> None:
    choice = choose(LEADS[2], fact(), staff())
    assert choice == Choice("@ines", "Cargo bikes: @ines takes these.")


def test_an_account_stays_with_whoever_its_field_names() -> None:
    choice = choose(LEADS[0], fact(owner="@sam"), staff())
    assert (choice.to, choice.turns) == ("@sam", 0)
    assert choice.why.endswith("stays with them: that is @sam (owner).")


def test_where_nobody_is_there_a_delegate_stands_in_and_it_is_said() -> None:
    choice = choose(LEADS[0], fact(owner="@sam"), staff(sam=away("@sam", "@leo")))
    assert (choice.to, choice.passed_over) == ("@leo", ("@sam: is away",))
    assert choice.why.endswith("@sam cannot take it now, so @leo stands in for @sam.")


def test_without_a_delegate_it_goes_to_the_owner_and_it_is_said() -> None:
    gone = replace(PEOPLE["@leo"], active=False)
    choice = choose(LAST, fact(), staff(mia=away("@mia"), leo=gone, ines=None))
    assert (choice.to, choice.turns) == ("@olga", 0)
    assert choice.passed_over == (
        "@mia: is away",
        "@leo: has a deactivated account",
        "@ines: nobody here knows them",
    )
    assert choice.why.endswith("nor can anybody who stands in; it goes to the owner.")


def test_two_who_stand_in_for_each_other_and_are_both_away_end_with_the_owner() -> None:
    here = staff(mia=away("@mia", "@leo"), leo=away("@leo", "@mia"))
    assert choose(LEADS[1], fact(), here).to == "@olga"


def test_work_waits_at_night_unless_the_rule_is_for_people_at_work() -> None:
    night = replace(PEOPLE["@ines"], shifts=(Shift(frozenset({0}), time(22), time(6)),), quiet=True)
    assert choose(replace(LEADS[2], only_at_work=False), fact(), staff(ines=night)).to == "@ines"
    late = choose(LEADS[2], fact(), staff(ines=night))
    assert (late.to, late.passed_over) == ("@olga", ("@ines: is not at work at this hour",))


# --- what was chosen before -----------------------------------------------------------------------------------------


def chosen(to: str, rule: Rule = LAST, *passed: str) -> dict[str, Plain]:
    return {"to": to, "rule": rule.name, "why": "…", "passed_over": [*passed]}


def test_what_was_chosen_stands_while_they_can_take_it() -> None:
    assert still_stands(LAST, fact(), staff(), chosen("@leo"))
    assert not still_stands(LAST, fact(), staff(leo=away("@leo")), chosen("@leo"))
    assert not still_stands(LAST, fact(), staff(leo=None), chosen("@leo"))
    assert not still_stands(LEADS[1], fact(), staff(), chosen("@leo"))


def test_a_stand_in_keeps_what_they_were_given_until_the_field_names_another() -> None:
    before = chosen("@leo", LEADS[0], "@sam: is away")
    assert still_stands(LEADS[0], fact(owner="@sam"), staff(), before)
    assert not still_stands(LEADS[0], fact(owner="@ines"), staff(), before)
    assert not still_stands(LEADS[0], fact(owner="@ines"), staff(), {**before, "passed_over": None})
