"""What owners change by a form: each setting as it is, and a text in which exactly that has changed."""

import tomllib
from typing import Any

import pytest

from bot.domain.brief.difference import diff_brief
from bot.domain.brief.reading import House, read_brief
from bot.domain.brief.setting import DROP, NEW, Area, Shape, area_of, areas_of, at_fault, edited, values_of
from bot.domain.errors import Unfit, Unknown
from bot.domain.plain import Plain
from tests.domain.brief.whole import WHOLE

BRIEF = read_brief(WHOLE, file="brief.toml")
ASKS = ("triage",)
KEYS = [area.key for area in areas_of(BRIEF, ASKS)]


def area(key: str) -> Area:
    return area_of(BRIEF, key, ASKS)


def changed(key: str, **entered: Plain) -> str:
    """The text once these settings were entered, each by the last part of its name."""
    one = area(key)
    before = values_of(BRIEF, one)
    named = {setting.name: entered[str(setting.path[-1])] for setting in one.settings if setting.path[-1] in entered}
    assert len(named) == len(entered)
    return edited(WHOLE, one, before, {**before, **named})


def lines(text: str) -> list[str]:
    return [*diff_brief(BRIEF, read_brief(text, file="brief.toml"))]


def test_a_brief_has_these_parts() -> None:
    groups = [f"{part}.{group}" for group in ("support", "leads") for part in ("reviewers", "times", "answers")]
    assert ["stage", "levels", "thresholds.0", NEW, "confidence", *groups, "limits"] == KEYS


def test_a_part_that_is_gone_is_not_known() -> None:
    with pytest.raises(Unknown, match="Open the Home tab again"):
        area_of(BRIEF, "thresholds.7", ASKS)


@pytest.mark.parametrize("key", KEYS)
def test_each_setting_has_words_a_name_of_its_own_and_is_what_the_brief_says(key: str) -> None:
    one = area(key)
    names = [setting.name for setting in one.settings]
    assert len({*names}) == len(names)
    assert all(setting.label and len(setting.label) < 75 for setting in one.settings)
    for name, value in values_of(BRIEF, one).items():
        setting = next(each for each in one.settings if each.name == name)
        assert not setting.choices or value in setting.choices
        assert isinstance(value, list) is (setting.shape is Shape.LINES)


@pytest.mark.parametrize("key", [key for key in KEYS if key != NEW])
def test_what_is_left_alone_stays_to_the_letter(key: str) -> None:
    assert changed(key) == WHOLE


@pytest.mark.parametrize(
    ("key", "entered", "told"),
    [
        ("stage", {"stage": "shadow"}, ["stage: “limited” → “shadow”"]),
        (
            "levels",
            {"helpdesk.GrantCredit": "draft"},
            ['levels."helpdesk.GrantCredit": set to “draft”'],
        ),
        ("thresholds.0", {"above": "250 EUR"}, ["thresholds[1].above: “100.00 EUR” → “250.00 EUR”"]),
        ("thresholds.0", {"needed": None}, ["thresholds[1].needed: no longer 2"]),
        ("confidence", {"triage": "95 %"}, ["confidence.triage: “90 %” → “95 %”"]),
        ("confidence", {"triage": ""}, ["confidence.triage: no longer “90 %”"]),
        (
            "reviewers.support",
            {"members": ["@mia", "@leo", "@tom"]},
            ["reviewers.support.members: added “@tom”", "reviewers.support.members: removed “@ines”"],
        ),
        ("times.leads", {"remind_after": "2h"}, ["reviewers.leads.remind_after: set to “2h”"]),
        ("answers.support", {"redrafts": 1}, ["reviewers.support.redrafts: 3 → 1"]),
        ("limits", {"actions_per_day": 50}, ["limits.actions_per_day: 100 → 50"]),
        ("limits", {"cost_per_day": None}, ["limits.cost_per_day: no longer “20.00 USD”"]),
    ],
)
def test_exactly_what_was_entered_changes(key: str, entered: dict[str, Plain], told: list[str]) -> None:
    assert lines(changed(key, **entered)) == told


def test_a_threshold_is_added_at_the_end_and_the_rest_stays() -> None:
    text = changed(
        NEW, intent="helpdesk.GrantCredit", field="cents", above="500", below=None, reviewers="support", needed=2
    )
    assert text.startswith(WHOLE.rstrip())
    added = read_brief(text, file="brief.toml").thresholds[-1]
    assert (added.intent, added.field, added.above, added.reviewers, added.needed) == (
        "helpdesk.GrantCredit",
        "cents",
        500,
        "support",
        2,
    )


def test_a_threshold_is_taken_out_and_the_rest_stays() -> None:
    one = area("thresholds.0")
    before = values_of(BRIEF, one)
    text = edited(WHOLE, one, before, {**before, f"thresholds[1].{DROP}": True})
    assert "thresholds" not in tomllib.loads(text)
    assert {**tomllib.loads(WHOLE), "thresholds": None} == {**tomllib.loads(text), "thresholds": None}


def test_what_comes_from_the_house_rules_is_replaced_and_not_emptied() -> None:
    text = WHOLE.replace('remind_after = "4h"\n', "")
    house = House(reviewers={"support": {"remind_after": "9h"}})
    brief = read_brief(text, file="brief.toml", house=house)
    one = area_of(brief, "times.support")
    before = values_of(brief, one)
    name = "reviewers.support.remind_after"
    assert before[name] == "9h"
    with pytest.raises(Unfit, match="comes from the house rules"):
        edited(text, one, before, {**before, name: ""})
    assert 'remind_after = "2h"' in edited(text, one, before, {**before, name: "2h"})


def test_a_fault_is_found_where_it_stands() -> None:
    text = changed("times.support", expires_after="soon")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "soon" in each)
    found = at_fault(text, area("times.support"), line)
    assert found is not None
    assert found.label == "Runs out after"
    assert at_fault(text, area("times.support"), 1) is None


@pytest.mark.parametrize("value", ["x" * 10_000, 'a"b', "a\nb", "\x00", "⟨U+202E⟩", "]]", "#"])
def test_odd_text_changes_its_own_setting_or_nothing(value: Any) -> None:
    try:
        text = changed("reviewers.support", channel=value)
    except Unfit:
        return
    assert tomllib.loads(text)["reviewers"]["support"]["channel"] == value
    assert {**tomllib.loads(text), "reviewers": 0} == {**tomllib.loads(WHOLE), "reviewers": 0}
