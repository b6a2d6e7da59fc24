"""A brief names real people: whom nobody here knows is found when the workflow loads."""

from dataclasses import replace

import pytest

from bot.adapters.directory.listed import Listed
from bot.domain.brief.reading import read_brief
from bot.domain.checks import Weight, check
from bot.domain.checks.finding import Code
from bot.domain.declared.toml import read_toml
from bot.domain.person import Person, PersonId
from tests.domain import sample
from tests.domain.brief.whole import WHOLE, line_of, with_line
from tests.domain.checks.wrong import small

NAMED = ("olga", "jonas", "priya", "mia", "leo", "ines", "farah")
GROUPS = frozenset({"staff", "leads"})
PEOPLE = [Person(PersonId(f"acme/{name}"), name.title(), f"@{name}", GROUPS) for name in NAMED]
ABOUT_PEOPLE = (Code.UNKNOWN_PERSON, Code.HAS_LEFT)


def found(text: str, people: list[Person] = PEOPLE) -> list[tuple[Weight, int, str]]:
    terms = replace(small(), brief=read_brief(text, file="x"))
    findings = check(terms, sample.BINDINGS, toml=read_toml(text, file="brief.toml"), people=Listed(people))
    return [(one.level, one.line, f"{one.sentence} {one.mend}") for one in findings if one.code in ABOUT_PEOPLE]


def without(handle: str) -> list[Person]:
    return [replace(one, active=one.handle != handle) for one in PEOPLE]


def test_everybody_is_known() -> None:
    assert found(WHOLE) == []


def test_without_a_directory_nothing_is_said_about_people() -> None:
    terms = replace(small(), brief=read_brief(WHOLE, file="x"))
    assert not [one for one in check(terms, sample.BINDINGS) if one.code in ABOUT_PEOPLE]


@pytest.mark.parametrize(
    ("old", "new", "where", "who", "mend"),
    [
        ('owner = "@olga"', 'owner = "@olgaa"', "owner", "@olgaa", "Did you mean @olga?"),
        ('pager = "@priya"', 'pager = "on-call"', "pager", "on-call", ""),
        ('"@leo", "@ines"', '"@leo", "@quuux"', "reviewers.support.members[3]", "@quuux", ""),
        ('"@leo", "@ines"', '"@leo", "group:nobody"', "reviewers.support.members[3]", "nobody", ""),
        ('usergroup = "leads"', 'usergroup = "bosses"', "reviewers.leads.usergroup", "bosses", ""),
        ('usergroup = "leads"', 'usergroup = "leds"', "reviewers.leads.usergroup", "leds", "Did you mean leads?"),
        ('"everyone", "staff"', '"everyone", "stuff"', "triggers.who[2]", "stuff", "Did you mean staff?"),
        ('author = "@olga"', 'author = "@quuux"', "overrides[1].author", "@quuux", ""),
    ],
)
def test_whoever_is_not_known_is_named_with_line_and_mend(old: str, new: str, where: str, who: str, mend: str) -> None:
    text = with_line(old, new)
    otherwise = "Mend the name, or add them to the directory."
    said = f"`{where}` names {who}, whom nobody here knows. {mend or otherwise}"
    assert found(text) == [(Weight.REFUSE, line_of(new, text=text), said)]


def test_a_name_without_an_end_is_shown_short() -> None:
    ((_, _, said),) = found(with_line('"@leo"', f'"@{"x" * 200}"'))
    assert len(said) < 200


@pytest.mark.parametrize("role", ["owner", "maintainer", "pager"])
def test_whoever_stands_alone_for_something_may_not_have_left(role: str) -> None:
    handle = {"owner": "@olga", "maintainer": "@jonas", "pager": "@priya"}[role]
    gone = found(WHOLE, without(handle))
    said = f"`{role}` names {handle[1:].title()}, whose account is deactivated. Name somebody else."
    assert gone[0] == (Weight.REFUSE, line_of(f"{role} ="), said)


def test_a_reviewer_who_has_left_stops_nothing() -> None:
    said = "`reviewers.support.members[1]` names Mia, whose account is deactivated. Name somebody else."
    assert found(WHOLE, without("@mia")) == [(Weight.WARN, line_of('"@mia"'), said)]


def test_a_group_whose_members_have_all_left_is_nobody() -> None:
    alone = [replace(one, groups=GROUPS if one.handle == "@leo" else frozenset()) for one in PEOPLE]
    left = [replace(one, active=one.handle != "@leo") for one in alone]
    assert [text.partition(" names")[0] for weight, _, text in found(WHOLE, left) if weight is Weight.REFUSE] == [
        "`triggers.who[2]`",
        "`reviewers.leads.usergroup`",
    ]
