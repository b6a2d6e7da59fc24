"""Emoji by their names."""

import re
from importlib.resources import files

import pytest

from bot.workspace import company
from bot.workspace.page.render.emoji import EMOJI, character, emoji
from tests.workspace.page.render.tree import read


def test_there_are_hundreds_and_each_is_a_character() -> None:
    assert len(EMOJI) > 800
    assert all(found and not found.isalnum() for found in EMOJI.values())


def test_every_emoji_of_the_sample_company_is_known() -> None:
    written = (files(company) / "company.toml").read_text("utf-8")
    reactions = " ".join(re.findall(r"reactions = \{(.*?)\}", written))
    named = {*re.findall(r":([a-z][\w+-]*):", written), *re.findall(r"([\w+-]+) =", reactions)}
    assert {"headphones", "pager", "palm_tree", "bulb", "heart"} <= named
    assert {name for name in named if character(name) is None} == set()


@pytest.mark.parametrize(
    ("name", "found"), [("flag-se", "🇸🇪"), (":flag-br:", "🇧🇷"), ("de", "🇩🇪"), ("flag-sex", None), ("se", None)]
)
def test_a_flag_is_named_by_its_country(name: str, found: str | None) -> None:
    assert character(name) == found


@pytest.mark.parametrize(("name", "found"), [("tada", "🎉"), (":tada:", "🎉"), ("+1", "👍"), ("e-mail", "📧")])
def test_a_name_is_a_character_with_or_without_its_colons(name: str, found: str) -> None:
    assert character(name) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("+1::skin-tone-2", "👍🏻"), (":+1::skin-tone-6:", "👍🏿"), ("v::skin-tone-3", "✌🏼"),
        ("tada::skin-tone-3", "🎉"),
        ("man-shrugging::skin-tone-4", "🤷🏽‍♂️"), ("+1::skin-tone-9", "👍"),
    ],
)  # fmt: skip
def test_a_tone_colours_skin_and_nothing_else(name: str, found: str) -> None:
    assert character(name) == found


def test_an_unknown_name_stays_as_it_was_typed() -> None:
    assert character("no_such") is None
    assert emoji("no_such") == ":no_such:"
    assert emoji(":<b>:") == ":&lt;b&gt;:"


def test_an_emoji_says_its_name() -> None:
    sign = read(emoji("white_check_mark")).one("span", "emoji")
    assert (sign["role"], sign["aria-label"], sign.text) == ("img", "white check mark", "✅")
