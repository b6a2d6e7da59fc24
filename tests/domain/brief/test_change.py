"""An owner changes one setting: the text keeps its comments, the brief still loads, and the difference reads well."""

import pytest

from bot.domain.brief.difference import diff_brief
from bot.domain.brief.reading import read_brief
from bot.domain.brief.writing import change_brief, write_brief
from bot.domain.declared.editing import parse_value
from bot.domain.errors import Misdeclared, Unfit
from tests.domain.brief.whole import WHOLE, with_line


def difference(text: str, before: str = WHOLE) -> tuple[str, ...]:
    return diff_brief(read_brief(before, file="x"), read_brief(text, file="x"))


@pytest.mark.parametrize(
    ("where", "value", "lines"),
    [
        ("stage", "approved", ["stage: “limited” → “approved”"]),
        ("reviewers.support.needed", "3", ["reviewers.support.needed: 2 → 3"]),
        (
            "reviewers.support.members",
            '["@mia", "@leo", "@tom"]',
            ["reviewers.support.members: added “@tom”", "reviewers.support.members: removed “@ines”"],
        ),
        (
            "reviewers.support.members",
            '["@leo", "@mia", "@ines"]',
            ["reviewers.support.members: in another order: @leo, @mia, @ines"],
        ),
        ("thresholds[1].above", "250 EUR", ["thresholds[1].above: “100.00 EUR” → “250.00 EUR”"]),
        (
            "levels.helpdesk.GrantCredit",
            "draft",
            ['levels."helpdesk.GrantCredit": set to “draft”'],
        ),
        (
            'levels."helpdesk.SendReply"',
            "recommend",
            ['levels."helpdesk.SendReply": “execute automatically” → “recommend”'],
        ),
        (
            "data.classes.ticket.body",
            "personal",
            ['data.classes."ticket.body": set to “personal”'],
        ),
        ("confidence.triage", "95 %", ["confidence.triage: “90 %” → “95 %”"]),
        ("reviewers.leads.specialist", "false", ["reviewers.leads.specialist: yes → no"]),
        ("limits.cost_per_day", "25 USD", ["limits.cost_per_day: “20.00 USD” → “25.00 USD”"]),
        ("review_date", "2028-01-01", ["review_date: “2027-03-31” → “2028-01-01”"]),
        ("reviewers.leads.remind_after", "2h", ["reviewers.leads.remind_after: set to “2h”"]),
    ],
)
def test_a_changed_setting_is_told_in_a_line(where: str, value: str, lines: list[str]) -> None:
    assert list(difference(change_brief(WHOLE, where, parse_value(value)))) == lines


def test_a_setting_that_is_taken_out_is_told() -> None:
    assert difference(change_brief(WHOLE, "review_date", None)) == ("review_date: no longer “2027-03-31”",)
    assert difference(change_brief(WHOLE, "reviewers.support.redrafts", None)) == ("reviewers.support.redrafts: 3 → 2",)
    assert difference(change_brief(WHOLE, "map.cost_of_a_mistake", None)) == (
        "map.cost_of_a_mistake: no longer “A wrong answer.”",
    )


def test_a_whole_entry_that_comes_or_goes_is_told_setting_by_setting() -> None:
    more = WHOLE + '\n[[scope]]\nfield = "ticket.plan"\nvalues = ["Solo"]\n'
    assert difference(more) == (
        "scope[2].field: set to “ticket.plan”",
        "scope[2].values: set to Solo",
    )
    assert difference(WHOLE, more)[0] == "scope[2].field: no longer “ticket.plan”"


def test_comments_and_order_are_no_difference() -> None:
    moved = with_line('owner = "@olga"\n', "", text=with_line("process =", 'owner = "@olga" # hers\nprocess ='))
    assert difference(moved) == ()


def test_a_long_text_is_told_in_one_line() -> None:
    (line,) = difference(change_brief(WHOLE, "process", "word\n" * 400))
    assert "\n" not in line
    assert len(line) < 300


def test_a_change_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(Unfit, match="whole section"):
        change_brief(WHOLE, "reviewers", "@mia")
    with pytest.raises(Unfit, match="names no setting"):
        change_brief(WHOLE, "", 1)


@pytest.mark.parametrize(("where", "value"), [("stage", "full speed"), ("owner", 7), ("reviewers.support.need", 2)])
def test_what_would_not_load_is_written_down_for_whoever_judges_it(where: str, value: object) -> None:
    """A brief with two slips is put right one by one."""
    changed = change_brief(WHOLE, where, value)
    with pytest.raises(Misdeclared):
        read_brief(changed, file="x")
    assert change_brief(changed, "review_date", None) != changed


def test_a_brief_that_is_written_out_can_be_changed_as_well() -> None:
    text = write_brief(read_brief(WHOLE, file="x"))
    assert difference(change_brief(text, "thresholds[1].needed", 1)) == ("thresholds[1].needed: 2 → 1",)
