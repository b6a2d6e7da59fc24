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
ABOUT_PEOPLE = (Code.UNKNOWN_PERSON, Code.SAME_PERSON, Code.HAS_LEFT)

LEADS = "Did you mean leads?"


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
        ('usergroup = "leads"', 'usergroup = "@mia"', "reviewers.leads.usergroup", "@mia", "Did you mean @mia?"),
        ('usergroup = "leads"', 'usergroup = "group:leads"', "reviewers.leads.usergroup", "group:leads", LEADS),
        ('"everyone", "staff"', '"everyone", "stuff"', "triggers.who[2]", "stuff", "Did you mean staff?"),
        ('"everyone", "staff"', '"everyone", "group:stuff"', "triggers.who[2]", "stuff", "Did you mean staff?"),
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


# --- as whoever decides is compared with the brief ------------------------------------------------------------------


@pytest.mark.parametrize("writes", ["Olga", "olga", "@Olga", "@OLGA", "acme/OLGA", "ACME/olga"])
def test_a_name_that_nobody_is_compared_with_is_refused_with_the_one_that_is(writes: str) -> None:
    said = f"`owner` writes “{writes}”, and Olga is called @olga in a brief. Write @olga."
    assert found(with_line('owner = "@olga"', f'owner = "{writes}"')) == [(Weight.REFUSE, line_of("owner ="), said)]


@pytest.mark.parametrize("writes", ["@olga", "acme/olga", "staff", "group:staff"])
def test_a_handle_an_id_and_a_group_are_names(writes: str) -> None:
    assert found(with_line('owner = "@olga"', f'owner = "{writes}"')) == []


@pytest.mark.parametrize(
    "writes", ["@mia", "acme/mia", "Mia", "mia", "@MIA", "group:leads", "leads", "Leads", "@quuux"]
)
def test_what_is_let_through_means_somebody_at_the_gate(writes: str) -> None:
    meant = [one for one in PEOPLE if one.is_(writes)]
    assert bool(meant) is not bool(found(with_line('owner = "@olga"', f'owner = "{writes}"')))


def test_whoever_has_no_handle_is_called_by_their_id() -> None:
    zoe = Person(PersonId("acme/zoe"), "Zoe")
    ((_, _, said),) = found(with_line('owner = "@olga"', 'owner = "zoe"'), [*PEOPLE, zoe])
    assert said == "`owner` writes “zoe”, and Zoe is called acme/zoe in a brief. Write acme/zoe."
    assert found(with_line('owner = "@olga"', 'owner = "acme/zoe"'), [*PEOPLE, zoe]) == []


def test_a_group_that_is_called_like_somebody_is_the_group() -> None:
    people = [replace(one, groups=one.groups | {"mia"}) if one.handle == "@leo" else one for one in PEOPLE]
    assert found(with_line('owner = "@olga"', 'owner = "mia"'), people) == []


def test_whoever_is_called_otherwise_and_has_left_is_named_rightly_first() -> None:
    text = with_line('owner = "@olga"', 'owner = "Olga"')
    ((_, _, said), *_) = found(text, without("@olga"))
    assert said.endswith("is called @olga in a brief. Write @olga.")


# --- one person under two names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "again"),
    [
        ('"@mia", "acme/mia", "@ines"', [(2, "Mia")]),
        ('"acme/mia", "@leo", "@mia"', [(3, "Mia")]),
        ('"@mia", "@mia", "acme/mia"', [(2, "Mia"), (3, "Mia")]),
        ('"@mia", "@leo", "acme/leo", "acme/mia"', [(3, "Leo"), (4, "Mia")]),
        ('"@mia", "group:leads", "leads"', []),
        ('"@mia", "@leo", "@ines"', []),
    ],
)
def test_nobody_stands_twice_among_the_members(members: str, again: list[tuple[int, str]]) -> None:
    text = with_line('"@mia", "@leo", "@ines"', members)
    assert found(text) == [
        (
            Weight.REFUSE,
            line_of(members, text=text),
            f"`reviewers.support.members[{n}]` names {name}, who stands in this list already. Take it out.",
        )
        for n, name in again
    ]


def test_a_second_name_that_is_no_name_is_wrong_twice() -> None:
    said = [text for _, _, text in found(with_line('"@mia", "@leo"', '"@mia", "Mia"'))]
    assert said == [
        "`reviewers.support.members[2]` writes “Mia”, and Mia is called @mia in a brief. Write @mia.",
        "`reviewers.support.members[2]` names Mia, who stands in this list already. Take it out.",
    ]


def test_whoever_nobody_knows_is_nobody_twice() -> None:
    said = [text for _, _, text in found(with_line('"@leo", "@ines"', '"@quuux", "@quuux"'))]
    assert len(said) == 2
    assert all("whom nobody here knows" in text for text in said)


def test_somebody_may_be_in_several_groups() -> None:
    assert found(with_line('usergroup = "leads"', 'members = ["@mia", "@leo"]')) == []


def test_an_override_is_not_approved_by_its_author_under_another_name() -> None:
    text = with_line('approved_by = "@farah"', 'approved_by = "acme/olga"')
    said = "`overrides[1].approved_by` names acme/olga, who is the author, @olga. Somebody else has to approve it."
    assert found(text) == [(Weight.REFUSE, line_of("approved_by"), said)]


def test_two_whom_nobody_knows_are_not_taken_for_one() -> None:
    text = with_line('approved_by = "@farah"', 'approved_by = "@quuux"', text=with_line('"@olga"\napp', '"@quux"\napp'))
    said = [text for _, _, text in found(text)]
    assert len(said) == 2
    assert all("whom nobody here knows" in text for text in said)
