"""Messages one below the other: days, what is new, what belongs together, whispers, threads."""

import pytest

from bot.workspace.changes.posting import post, whisper
from bot.workspace.page.render.timeline import AT_ONCE, row, stretch, thread, timeline
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from tests.workspace.made import BOT, GENERAL, MIA, SAM, SUPPORT
from tests.workspace.page.render.tree import Node, ids_are_whole, looking, read

HOUR = 3_600.0
DAY = 24 * HOUR


class Room:
    """A channel somebody looks at while it is written."""

    def __init__(self, person: str = MIA) -> None:
        self.viewer: Viewer = looking(person)
        self.channel: Channel = self.viewer.workspace.channels[SUPPORT]

    def say(self, text: str, user: str = SAM, *, after: float = 60, **more: object) -> Message:
        self.viewer.workspace.clock.advance(after)
        message = Message(channel=SUPPORT, user=user, text=text)
        for name, value in more.items():
            setattr(message, name, value)
        return whisper(self.viewer.workspace, message) if message.only_for else post(self.viewer.workspace, message)

    def shown(self, **how: str) -> Node:
        tree = read(timeline(self.viewer, self.channel, **how))
        ids_are_whole(tree)
        return tree

    def thread(self, root: Message) -> Node:
        tree = read(thread(self.viewer, self.channel.thread(root.ts)))
        ids_are_whole(tree)
        return tree


def texts(tree: Node) -> list[str]:
    return [one.one(kind="content").text for one in tree.all("article")]


def test_messages_stand_in_the_order_they_were_said() -> None:
    room = Room()
    for text in "abc":
        room.say(text)
    assert texts(room.shown()) == ["a", "b", "c"]
    assert not room.shown().has(kind="older")


def test_an_empty_channel_is_empty() -> None:
    assert texts(Room().shown()) == []
    assert thread(Room().viewer, []) == ""


def test_each_day_has_its_line() -> None:
    room = Room()
    for text, after in (("a", 0), ("b", HOUR), ("c", DAY), ("d", 3 * DAY)):
        room.say(text, after=after)
    days = [day.text for day in room.shown().all(kind="day")]
    assert days == ["Friday, January 15th", "Saturday, January 16th", "Today"]
    room.viewer.workspace.clock.advance(DAY)
    assert [day.text for day in room.shown().all(kind="day")][-1] == "Yesterday"


def test_a_day_ends_at_midnight_where_the_reader_is() -> None:
    room, far = Room(MIA), Room(SAM)
    for each in (room, far):
        each.say("a", after=14 * HOUR)
        each.say("b", after=2 * HOUR)
    assert len(room.shown().all(kind="day")) == 2
    assert len(far.shown().all(kind="day")) == 1


def test_what_is_new_is_marked_once() -> None:
    room = Room()
    first = room.say("a")
    room.say("b")
    room.say("c")
    tree = room.shown(read=first.ts)
    line = tree.one(kind="new-line")
    assert (line.text, line["role"]) == ("New", "separator")
    assert order(tree) == ["article", "new-line", "article", "article"]
    assert not room.shown().has(kind="new-line")
    assert not room.shown(read="9999999999.000000").has(kind="new-line")


def order(tree: Node) -> list[str]:
    return [
        "new-line" if "new-line" in node.kinds else node.name
        for node in tree.nodes
        if node.name == "article" or "new-line" in node.kinds
    ]


def test_everything_is_new_to_whoever_read_nothing() -> None:
    room = Room()
    room.say("a")
    assert order(room.shown(read="")) == ["new-line", "article"]


def test_ones_own_messages_are_not_new() -> None:
    room = Room()
    first = room.say("a")
    room.say("mine", MIA)
    assert not room.shown(read=first.ts).has(kind="new-line")


# --- what belongs together ----------------------------------------------------------------------------------------


def grouped(room: Room) -> list[bool]:
    return ["grouped" in one.kinds for one in room.shown().all("article")]


def test_messages_of_one_person_stand_under_one_name_for_a_while() -> None:
    room = Room()
    for text, after in (("a", 0), ("b", 60), ("c", 400)):
        room.say(text, after=after)
    assert grouped(room) == [False, True, False]


@pytest.mark.parametrize(
    "more",
    [
        {"user": MIA}, {"only_for": MIA}, {"broadcast": True}, {"subtype": "channel_join"}, {"username": "Other"},
        {"icon": ":tada:"}, {"bot": "B1"}, {"after": DAY},
    ],
)  # fmt: skip
def test_whatever_differs_stands_by_itself(more: dict[str, object]) -> None:
    room = Room()
    room.say("a", after=0)
    user, after = str(more.pop("user", SAM)), more.pop("after", 60)
    room.say("b", user, after=float(str(after)), **more)
    assert grouped(room) == [False, False]


def test_one_row_knows_the_message_before_it() -> None:
    room = Room()
    first, second = room.say("a"), room.say("b")
    assert read(row(room.viewer, first, None)).has(kind="day")
    below = read(row(room.viewer, second, first))
    assert not below.has(kind="day")
    assert "grouped" in below.one("article").kinds


# --- how much at once ---------------------------------------------------------------------------------------------


def test_the_last_messages_come_first_and_older_ones_on_demand() -> None:
    room = Room()
    said = [room.say(str(n)) for n in range(AT_ONCE + 10)]
    tree = room.shown()
    assert texts(tree) == [str(n) for n in range(10, AT_ONCE + 10)]
    assert tree.one(kind="older")["data-before"] == said[10].ts
    before = room.shown(before=said[10].ts)
    assert texts(before) == [str(n) for n in range(10)]
    assert not before.has(kind="older")


def test_exactly_as_many_as_fit_are_all_there_are() -> None:
    room = Room()
    for n in range(AT_ONCE):
        room.say(str(n))
    assert not stretch(room.viewer, room.channel).more


def test_replies_stand_in_their_thread_unless_they_were_sent_to_the_channel_too() -> None:
    room = Room()
    root = room.say("root")
    room.say("hidden", thread_ts=root.ts)
    room.say("both", thread_ts=root.ts, broadcast=True)
    assert texts(room.shown()) == ["root", "both"]
    assert texts(room.thread(root)) == ["root", "hidden", "both"]


# --- whispers -----------------------------------------------------------------------------------------------------


def test_whispers_stand_where_they_were_said_for_whom_they_are() -> None:
    room = Room()
    room.say("a")
    room.say("for mia", BOT, only_for=MIA)
    room.say("for sam", BOT, only_for=SAM)
    room.say("b")
    assert texts(room.shown()) == ["a", "for mia", "b"]


def test_whispers_of_other_channels_threads_and_times_are_not_among_them() -> None:
    room = Room()
    root = room.say("root")
    room.say("in the thread", BOT, only_for=MIA, thread_ts=root.ts)
    room.say("elsewhere", BOT, only_for=MIA).channel = GENERAL
    room.say("long ago", BOT, only_for=MIA)
    last = [room.say(str(n)) for n in range(AT_ONCE + 1)]
    assert texts(room.shown()) == [str(n) for n in range(1, AT_ONCE + 1)]
    assert "long ago" not in texts(room.shown(before=last[-1].ts))
    assert texts(room.thread(root)) == ["root", "in the thread"]


# --- threads ------------------------------------------------------------------------------------------------------


def test_a_thread_counts_its_replies_below_its_first_message() -> None:
    room = Room()
    root = room.say("root")
    for n in range(3):
        room.say(str(n), thread_ts=root.ts)
    tree = room.thread(root)
    assert tree.all("article")[0].one(kind="reply-count").text == "3 replies"
    assert all((one["id"] or "").startswith("t-") for one in tree.all("article"))


def test_of_a_long_thread_the_last_replies_are_in_sight() -> None:
    room = Room()
    root = room.say("root")
    for n in range(AT_ONCE + 3):
        room.say(str(n), thread_ts=root.ts)
    folded = room.thread(root).one("details", "earlier")
    assert folded.one("summary").text == "3 earlier replies"
    assert "open" not in folded.given
    assert texts(folded) == ["0", "1", "2"]
    assert texts(room.thread(root))[-1] == str(AT_ONCE + 2)
