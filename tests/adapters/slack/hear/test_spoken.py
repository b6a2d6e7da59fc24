"""What an event about a message says: who is to hear it, and what somebody typed."""

from typing import Any

import pytest

from bot.adapters.slack.hear.spoken import Place, Spoken, plainly, spoken_in
from bot.domain.person import ChannelId
from tests.naughty import every_text

SAID: dict[str, Any] = {"type": "message", "user": "U1", "channel": "C1", "ts": "1.0", "text": "Hello"}


def heard(**other: Any) -> Spoken | None:
    return spoken_in({**SAID, **other}, "T1")


def test_a_message_stands_in_a_channel_a_thread_or_a_direct_message() -> None:
    assert heard() == Spoken(ChannelId("T1/C1"), "U1", "Hello", Place.CHANNEL, direct=False)
    below = heard(thread_ts="0.9")
    assert below is not None
    assert (below.place, below.thread) == (Place.THREAD, "0.9")
    root = heard(thread_ts="1.0")
    assert root is not None
    assert (root.place, root.thread) == (Place.CHANNEL, ""), "a message that was replied to is no reply"
    direct = heard(channel_type="im")
    assert direct is not None
    assert (direct.place, direct.direct) == (Place.DIRECT, True)
    answer = heard(channel_type="im", thread_ts="0.9")
    assert answer is not None
    assert (answer.place, answer.direct) == (Place.THREAD, True)


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast", ""])
def test_what_somebody_wrote_is_heard_however_they_sent_it(subtype: str) -> None:
    assert heard(subtype=subtype) is not None


@pytest.mark.parametrize(
    "other",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"subtype": "something_new"},
        {"hidden": True},
        {"user": ""},
        {"user": None},
        {"user": {"id": "U1"}},
        {"user": "USLACKBOT"},
        {"channel": ""},
        {"text": ""},
        {"text": None},
        {"text": ["Hello"]},
        {"text": " \n"},
        {"text": "<@U0BOT>"},
    ],
)
def test_all_else_is_not(other: dict[str, Any]) -> None:
    assert heard(**other) is None


def test_a_mention_without_a_word_is_heard() -> None:
    found = heard(type="app_mention", text="<@U0BOT>")
    assert found is not None
    assert found.text == ""


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("<@U0BOT> please", "please"),
        ("<@U0BOT|ops>, <@W1>: please", "please"),
        ("please <@U2> and <@U3|mia>", "please @somebody and @somebody"),
        ("ask <mailto:ana@example.com|ana@example.com>", "ask ana@example.com"),
        ("call <tel:+4930123|030 123>", "call 030 123 (+4930123)"),
        ("see <https://desk.example/1|the ticket>", "see the ticket (https://desk.example/1)"),
        ("see <https://desk.example/1?a=1&amp;b=2>", "see https://desk.example/1?a=1&b=2"),
        ("in <#C1|support> and <#C2>", "in #support and #channel"),
        ("<!here> <!subteam^S1|@leads> <!date^1^{date}|3 May>", "@here @leads 3 May"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("half \ud83d a letter", "half ⟨U+D83D⟩ a letter"),
    ],
)
def test_a_text_is_read_as_it_was_typed_and_names_nobody_by_id(text: str, typed: str) -> None:
    assert plainly(text) == typed


@every_text
def test_any_text_is_read_and_can_be_kept(text: str) -> None:
    plainly(text).encode()
