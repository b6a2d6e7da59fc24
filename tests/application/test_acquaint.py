"""A brief names real people: whoever the directory does not know is found when the workflow loads."""

import pytest

from bot.adapters.directory.listed import Listed
from bot.application.acquaint import strangers
from bot.domain.brief.reading import read_brief
from bot.domain.declared.place import shown
from bot.domain.person import Person, PersonId
from tests.domain.brief.whole import WHOLE, with_line

NAMED = ("olga", "jonas", "priya", "mia", "leo", "ines", "farah")
GROUPS = frozenset({"staff", "leads"})
PEOPLE = [Person(PersonId(f"acme/{name}"), name.title(), f"@{name}", GROUPS) for name in NAMED]


def found(text: str, people: list[Person] = PEOPLE) -> list[tuple[str, str]]:
    problems = strangers(read_brief(text, file="x"), Listed(people))
    return [(shown(where), f"{sentence} {mend}") for where, sentence, mend in problems]


def test_everybody_is_known() -> None:
    assert found(WHOLE) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "who"),
    [
        ('owner = "@olga"', 'owner = "@olgaa"', "owner", "@olgaa"),
        ('pager = "@priya"', 'pager = "on-call"', "pager", "on-call"),
        ('"@leo", "@ines"', '"@leo", "@eve"', "reviewers.support.members[3]", "@eve"),
        ('"@leo", "@ines"', '"@leo", "group:nobody"', "reviewers.support.members[3]", "nobody"),
        ('usergroup = "leads"', 'usergroup = "leaders"', "reviewers.leads.usergroup", "leaders"),
        ('who = ["everyone", "staff"]', 'who = ["everyone", "stuff"]', "triggers.who[2]", "stuff"),
        ('author = "@olga"', 'author = "@eve"', "overrides[1].author", "@eve"),
    ],
)
def test_whoever_is_not_known_is_named_with_the_place(old: str, new: str, where: str, who: str) -> None:
    said = f"`{where}` names {who}, whom nobody here knows. Mend the name, or add them to the directory."
    assert found(with_line(old, new)) == [(where, said)]


def test_whoever_has_left_is_named() -> None:
    left = [Person(p.id, p.name, p.handle, p.groups, active=p.handle != "@mia") for p in PEOPLE]
    said = "`reviewers.support.members[1]` names Mia, whose account is deactivated. Name somebody else."
    assert found(WHOLE, left) == [("reviewers.support.members[1]", said)]


def test_a_group_whose_members_have_all_left_is_nobody() -> None:
    gone = [
        Person(p.id, p.name, p.handle, GROUPS if p.handle == "@olga" else frozenset(), p.handle != "@olga")
        for p in PEOPLE
    ]
    assert [where for where, _ in found(WHOLE, gone)] == [
        "owner",
        "triggers.who[2]",
        "reviewers.leads.usergroup",
        "overrides[1].author",
    ]
