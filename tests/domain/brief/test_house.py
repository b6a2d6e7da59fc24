"""What all workflows share, and how a brief wins over it."""

from datetime import timedelta

import pytest

from bot.domain.brief.reading import House, read_brief, read_house
from bot.domain.errors import Misdeclared
from bot.domain.redaction import FieldClass
from tests.domain.brief.whole import WHOLE, with_line
from tests.naughty import every_bytes

HOUSE = """\
[reviewers.finance]
channel = "#finance"
members = ["@farah", "@tom"]
needed = 2
remind_after = "4h"
expires_after = "3d"

[reviewers.leads]
members = ["@olga"]

[limits]
actions_per_run = 7
actions_per_day = 900

[data]
keep_content = "10d"

[data.classes]
email = "personal"
"ticket.email" = "secret"
"""


def house(text: str = HOUSE) -> House:
    return read_house(text, file="house.toml")


def with_finance(lines: str) -> str:
    return WHOLE + f"\n[reviewers.finance]\n{lines}\n"


def refusal(text: str, shared: House | None = None) -> str:
    with pytest.raises(Misdeclared) as caught:
        read_brief(text, file="brief.toml", house=shared)
    return caught.value.message


def test_a_group_is_taken_from_the_house_where_the_brief_names_it() -> None:
    finance = read_brief(with_finance('evidence = ["ticket"]'), file="x", house=house()).reviewers["finance"]
    assert (finance.channel, finance.members, finance.needed) == ("#finance", ("@farah", "@tom"), 2)
    assert (finance.evidence, finance.remind_after) == (("ticket",), timedelta(hours=4))


def test_a_group_the_brief_does_not_name_is_not_one_of_its_reviewers() -> None:
    assert "finance" not in read_brief(WHOLE, file="x", house=house()).reviewers


def test_the_brief_wins_name_by_name() -> None:
    text = with_finance('evidence = ["ticket"]\nneeded = 1\nchannel = "#money"')
    finance = read_brief(text, file="x", house=house()).reviewers["finance"]
    assert (finance.channel, finance.needed, finance.members) == ("#money", 1, ("@farah", "@tom"))


@pytest.mark.parametrize("own", ['usergroup = "finance"', 'members = ["@mia"]'])
def test_who_names_people_replaces_those_of_the_house(own: str) -> None:
    text = with_finance(f'evidence = ["ticket"]\nneeded = 1\n{own}')
    finance = read_brief(text, file="x", house=house()).reviewers["finance"]
    assert "@farah" not in finance.members
    assert finance.members or finance.usergroup


def test_limits_and_data_of_the_house_fill_the_gaps() -> None:
    text = with_line("actions_per_day = 100\n", "", text=with_line('keep_content = "30d"\n', ""))
    brief = read_brief(text, file="x", house=house())
    assert (brief.limits.actions_per_run, brief.limits.actions_per_day) == (2, 900)
    assert brief.data.keep_content == timedelta(days=10)
    assert brief.data.classes == {"email": FieldClass.PERSONAL, "ticket.email": FieldClass.PERSONAL}


def test_without_a_house_a_brief_stands_alone() -> None:
    assert read_brief(WHOLE, file="x") == read_brief(WHOLE, file="x", house=House())
    assert read_house("", file="house.toml") == House()


def test_what_neither_says_is_missing_in_the_brief() -> None:
    assert refusal(with_finance(""), house()) == (
        "brief.toml:137: `reviewers.finance.evidence` is missing: the steps they must see before they decide. "
        'For example: evidence = ["ticket", "account"]'
    )
    assert "`reviewers.finance.channel` is missing" in refusal(with_finance('evidence = ["ticket"]'))


def test_a_contradiction_with_the_house_is_found_at_the_section() -> None:
    text = with_finance('evidence = ["ticket"]\nexpires_after = "2h"')
    assert refusal(text, house()).startswith("brief.toml:137: `reviewers.finance.remind_after` is 4h, but")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("needed = 2", "neded = 2", "4: `reviewers.finance.neded` is not known here. Did you mean `needed`?"),
        (
            "needed = 2",
            'needed = "2"',
            "4: `reviewers.finance.needed` must be a whole number, without quotes, not text (“2”). "
            "For example: needed = 2",
        ),
        ("[limits]", "[limit]", "11: `limit` is not known here. Did you mean `limits`?"),
        ("[limits]", "stage = 1\n[limits]", "11: `reviewers.leads.stage` is not known here. Known here: channel,"),
        (
            'email = "personal"',
            'email = "privat"',
            "19: `data.classes.email` must be one of “public”, “internal”, “personal”, “secret”, not text (“privat”).",
        ),
        ('"10d"', '"10 d"', '16: `data.keep_content` cannot be read: "10 d" is not a duration.'),
    ],
)
def test_the_house_is_read_as_strictly_as_a_brief(old: str, new: str, sentence: str) -> None:
    with pytest.raises(Misdeclared) as caught:
        house(with_line(old, new, text=HOUSE))
    assert caught.value.message.startswith(f"house.toml:{sentence}")


@pytest.mark.parametrize("section", ["reviewers = 1", "limits = []", "data = 'x'", "reviewers.finance = 7"])
def test_a_section_that_is_none_is_refused_in_either_file(section: str) -> None:
    with pytest.raises(Misdeclared, match=r"must be a section|stands in double brackets"):
        house(section)
    name = section.split(" ")[0].split(".")[0]
    without = "\n".join(
        block for block in WHOLE.split("\n\n") if not block.lstrip("[").startswith((f"{name}.", f"{name}]"))
    )
    assert "must be a section" in (said := refusal(f"{section}\n{without}", house())) or "double brackets" in said


@every_bytes
def test_no_bytes_make_house_rules(raw: bytes) -> None:
    if raw:
        with pytest.raises(Misdeclared):
            read_house(raw, file="house.toml")
