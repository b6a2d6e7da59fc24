"""Home tabs: valid whatever there is, never more than fits, and nothing in them but words."""

from datetime import timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.draw.home.place import Place, button, carried, read_place, written_place
from bot.adapters.slack.draw.home.wording import age, lasted, outcome_in_words
from bot.adapters.slack.draw.safe import to_message
from bot.domain.overview import Overview, Page
from tests.adapters.slack.draw import seen
from tests.adapters.slack.draw.cards import DRAWN
from tests.adapters.slack.draw.homes import (
    FORMS,
    HOMES,
    LONG,
    NOON,
    WORKSPACE,
    drawing,
    extreme,
    file_of,
    flow,
    shown,
    shown_inside,
    typical,
    waiting,
    within,
)
from tests.naughty import every_short_text

EVERY = {**HOMES, **FORMS}


@pytest.mark.parametrize("name", EVERY)
def test_the_drawing_is_as_it_was_approved(name: str) -> None:
    assert drawing(EVERY[name]()) == file_of(name).read_text(encoding="utf-8")


def test_every_approved_drawing_is_of_one() -> None:
    assert set(DRAWN.glob("home-*.txt")) == {file_of(name) for name in EVERY}


@pytest.mark.parametrize("name", EVERY)
def test_slack_takes_each_of_them(name: str) -> None:
    view = EVERY[name]()
    seen.refuse_flaws_of_view(view)
    assert len(cast("list[object]", view["blocks"])) <= 100
    assert len(str(view)) < 120_000


def test_a_title_links_to_its_card_and_to_nowhere_else() -> None:
    (link,) = to_message(WORKSPACE, "play/C1", "1700000001.000100", "Read *this*")
    assert link == {"type": "link", "url": f"{WORKSPACE}archives/C1/p1700000001000100", "text": "Read *this*"}


@pytest.mark.parametrize(
    ("workspace", "channel", "ts"),
    [
        ("", "play/C1", "1.1"),
        ("javascript:alert(1)/", "play/C1", "1.1"),
        ("https://a@evil.example/", "play/C1", "1.1"),
        (WORKSPACE, "", "1.1"),
        (WORKSPACE, "play/../x", "1.1"),
        (WORKSPACE, "play/C1", ""),
        (WORKSPACE, "play/C1", "1/../../2"),
    ],
)
def test_what_stands_nowhere_is_no_link(workspace: str, channel: str, ts: str) -> None:
    assert to_message(workspace, channel, ts, "Read this") == [{"type": "text", "text": "Read this"}]


@every_short_text
def test_any_text_stays_text(text: str) -> None:
    overview = Overview(
        NOON,
        waiting=(waiting(1, text),),
        waiting_page=Page(0, 1),
        flows=(flow(1, held=text, trouble=""),),
        flows_page=Page(0, 1),
        all_held=text,
    )
    view = shown(overview, note=text)
    seen.refuse_flaws_of_view(view)
    kinds = {one.get("type") for one in seen.objects(view["blocks"])}
    assert not kinds & {"mrkdwn", "broadcast", "usergroup", "channel", "emoji", "image"}


def test_the_extreme_says_how_much_there_is_and_leads_on() -> None:
    words = drawing(shown(extreme()))
    assert "51 to 60 of more than 200" in words
    assert "21 to 30 of 60" in words
    assert "more-waiting “Show More”" in words
    assert "first-flows “Back to the First”" in words


def test_a_whole_list_has_no_pages() -> None:
    assert "Show More" not in drawing(shown(typical()))


def test_a_reviewer_gets_no_button_that_would_be_refused() -> None:
    view = shown_inside(within(may_change=False, may_hold=False))
    verbs = {one.get("action_id") for one in seen.objects(view["blocks"])} - {None}
    assert verbs == {"back", "start", "refresh"}


def test_nothing_is_cut_without_a_word() -> None:
    words = seen.words(cast("list[object]", HOMES["inside, crowded"]()["blocks"]))
    assert "more settings have no room here: countersign brief show support_triage" in words
    assert "more lines: countersign brief history shows them" in words


# --- what is carried -------------------------------------------------------------------------------------------------


@given(st.builds(Place, st.text(max_size=50), *(st.integers(0, 10**6),) * 3))
@settings(max_examples=30)
def test_a_page_carries_where_it_is(place: Place) -> None:
    assert read_place(written_place(place)) == place


@pytest.mark.parametrize("text", ["", "{}", "[]", '["a",1,2]', '["a",-1,0,0]', '["a","b",0,0]', "null", "[[[", LONG])
def test_what_is_not_ours_leads_to_the_first_page(text: str) -> None:
    assert read_place(text) == Place()
    assert all(isinstance(one, str | int) for one in carried(text))


def test_a_button_carries_what_it_is_about() -> None:
    assert list(carried(str(button("rollback", "Roll Back", "brief", "tag_ticket", 3)["value"]))) == [
        "brief",
        "tag_ticket",
        3,
    ]


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "under a minute"), (59, "59 min"), (60, "1 h"), (1439, "23 h"), (1440, "1 day")]
)
def test_an_age_is_said_in_one_unit(minutes: int, said: str) -> None:

    assert lasted(timedelta(minutes=minutes)) == said
    assert age(NOON, NOON - timedelta(days=1)) == "under a minute"


def test_an_outcome_nobody_named_is_said_all_the_same() -> None:
    assert [outcome_in_words(one) for one in ("approve", "take-over", "")] == ["Approved", "Take over", "Decided"]
