"""Beside the messages: what is found while typing, what stands at the side, what the inspector shows."""

import pytest

from bot.workspace.changes.gathering import open_direct
from bot.workspace.changes.posting import post
from bot.workspace.log import Line, Way
from bot.workspace.page.feed import shown
from bot.workspace.page.finding import find
from bot.workspace.page.region import messages
from bot.workspace.page.render.viewer import Viewer, counted
from bot.workspace.page.side import side
from bot.workspace.page.where import Where, linked
from bot.workspace.state.channel import ChannelKind
from bot.workspace.state.message import Message
from tests.workspace.made import APP, MIA, OLGA, SAM, SECRET, SUPPORT, made_workspace
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


def test_a_link_to_a_message_leads_to_it_as_whoever_follows_it() -> None:
    viewer = mia()
    said = post(viewer.workspace, Message(channel=SUPPORT, user=MIA, text="Here"))
    reply = post(viewer.workspace, Message(channel=SUPPORT, user=MIA, text="And here", thread_ts=said.ts))
    stamp, of_reply = (f"p{one.ts.replace('.', '')}" for one in (said, reply))
    assert linked(viewer.workspace, "olga", SUPPORT, stamp) == f"/as/olga/support?message={said.ts}"
    whole = f"/as/olga/support?message={reply.ts}&thread={said.ts}"
    assert linked(viewer.workspace, "olga", SUPPORT, of_reply) == whole


def test_a_link_opened_by_itself_is_read_by_somebody_who_may_see_the_message() -> None:
    viewer = mia()
    said = post(viewer.workspace, Message(channel=SECRET, user=MIA, text="Between us"))
    address = linked(viewer.workspace, "", SECRET, f"p{said.ts.replace('.', '')}")
    assert address is not None
    person = viewer.workspace.person_named(address.split("/")[2])
    assert person is not None
    assert person.id in viewer.workspace.channels[SECRET].people


@pytest.mark.parametrize(("person", "channel", "stamp"), [
    ("gus", SECRET, ""), ("nobody", SECRET, ""), ("mia", "C0GONE", ""), ("mia", SECRET, "p1000000000000000"),
    ("mia", SECRET, "p"), ("mia", SECRET, "x1"),
])  # fmt: skip
def test_a_link_to_nothing_one_may_see_leads_nowhere(person: str, channel: str, stamp: str) -> None:
    viewer = mia()
    said = post(viewer.workspace, Message(channel=SECRET, user=MIA, text="Between us"))
    assert linked(viewer.workspace, person, channel, stamp or f"p{said.ts.replace('.', '')}") is None


def test_a_page_goes_back_as_far_as_the_message_that_is_linked_to() -> None:
    viewer = mia()
    said = [post(viewer.workspace, Message(channel=SUPPORT, user=MIA, text=str(n))) for n in range(70)]
    channel = viewer.workspace.channels[SUPPORT]
    assert said[0].ts not in messages(viewer, channel)
    assert said[0].ts in messages(viewer, channel, since=said[0].ts)
