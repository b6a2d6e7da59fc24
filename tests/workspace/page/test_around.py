"""Beside the messages: what is found while typing, what stands at the side, what the inspector shows."""

import pytest

from bot.workspace.changes.gathering import open_direct
from bot.workspace.changes.posting import post
from bot.workspace.log import Line, Way
from bot.workspace.page.feed import shown
from bot.workspace.page.finding import find
from bot.workspace.page.render.viewer import Viewer, counted
from bot.workspace.page.side import side
from bot.workspace.page.where import Where
from bot.workspace.state.channel import ChannelKind
from bot.workspace.state.message import Message
from tests.workspace.made import APP, MIA, OLGA, SAM, SECRET, made_workspace
from tests.workspace.page.render.tree import read


def mia() -> Viewer:
    workspace = made_workspace()
    return Viewer(workspace, workspace.people[MIA])


@pytest.mark.parametrize(("count", "said"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
def test_people_are_counted_in_words(count: int, said: str) -> None:
    assert counted(count) == said


def test_a_single_letter_has_to_begin_a_word() -> None:
    viewer = mia()
    assert [one["also"] for one in find(viewer, "mentions", "@m")] == ["mia"]
    assert "mia" in [one["also"] for one in find(viewer, "mentions", "@ia")]


def test_an_emoji_is_seen_before_its_name_and_found_by_it() -> None:
    first = find(mia(), "emoji", ":headph")[0]
    assert (first["value"], first["label"]) == (":headphones:", "🎧 headphones")


def test_a_conversation_of_several_shows_how_many_and_not_who_is_there() -> None:
    viewer = mia()
    direct = open_direct(viewer.workspace, MIA, SAM)
    several = viewer.workspace.channels[SECRET]
    several.kind, several.people = ChannelKind.GROUP_DIRECT, dict.fromkeys((MIA, SAM, OLGA))
    for channel in (direct, several):
        post(viewer.workspace, Message(channel=channel.id, user=SAM, text="Hello"))
    signs = [one.text for one in read(side(viewer, Where(viewer.person))).all("span", "sign")]
    assert "2" in signs
    assert [sign for sign in signs if sign in "○●"] == ["●"]


def test_the_inspector_names_people_and_apps() -> None:
    workspace = made_workspace()
    line = Line(n=1, at=1.0, way=Way.DELIVERY, app=APP, name="/ops", request={}, person=MIA)
    assert {name: shown(workspace, line)[name] for name in ("app", "person")} == {"app": "opsbot", "person": "mia"}
    line.app, line.person = "A0GONE", ""
    assert {name: shown(workspace, line)[name] for name in ("app", "person")} == {"app": "A0GONE", "person": ""}
