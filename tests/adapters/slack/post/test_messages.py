"""People are told things alone, once, and in words that can do nothing."""

import pytest

from bot.adapters.slack.post.caller import objects
from bot.adapters.slack.post.drawn import LONGEST_TEXT, escaped, said
from bot.domain.errors import Transient, Uncertain, Unreachable
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from tests.adapters.slack.post.cards import Cards
from tests.adapters.slack.post.place import Stand


def words(message: Message) -> str:
    """What a person reads in a message."""
    assert message.blocks is not None
    texts: list[Json] = [block["text"] for block in message.blocks]
    assert {one["type"] for one in texts} == {"plain_text"}
    return "".join(one["text"] for one in texts)


async def test_somebody_is_told_alone(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    place = await cards.messenger.tell(run, "@mia", "Run 1 waits for you.", key="7")
    (message,) = slack.told("mia")
    assert place == f"slack:{slack.team}/{message.channel}/{message.ts}"
    assert (message.text, words(message)) == ("Run 1 waits for you.", "Run 1 waits for you.")
    assert message.metadata is not None
    assert str(run.id) in message.metadata["event_payload"]["card"]


async def test_somebody_is_found_by_their_id_and_their_channel_is_opened_once(cards: Cards, slack: Stand) -> None:
    run, mia = await cards.at_gate(), f"{slack.team}/{slack.user('mia')}"
    for key in "12":
        await cards.messenger.tell(run, mia, "Look.", key=key)
    assert len(slack.told("mia")) == 2
    assert await slack.calls("conversations.open") == ["ok"]


async def test_under_one_key_a_person_is_told_once(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    places = {await cards.messenger.tell(run, "@mia", "Look.", key="7") for _ in range(3)}
    places |= {await cards.restarted().messenger.tell(run, "@mia", "Look.", key="7")}
    await cards.messenger.tell(run, "@leo", "Look.", key="7")
    assert len(places) == len(slack.told("mia")) == len(slack.told("leo")) == 1


async def test_a_reminder_in_the_same_words_is_told_again(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    for key in ("7", "8", "", ""):
        await cards.messenger.tell(run, "@mia", "It still waits.", key=key)
    assert len(slack.told("mia")) == 4


@pytest.mark.parametrize("trouble", ["drop after", "drop before"])
async def test_a_message_whose_answer_was_lost_is_looked_for_first(cards: Cards, slack: Stand, trouble: str) -> None:
    run = await cards.at_gate()
    await slack.driver.fault("chat.postMessage", trouble=trouble)
    with pytest.raises(Uncertain):
        await cards.messenger.tell(run, "@mia", "Look.", key="7")
    await cards.restarted().messenger.tell(run, "@mia", "Look.", key="7")
    assert len(slack.told("mia")) == 1
    assert await slack.calls("conversations.history") == ["ok"]


@pytest.mark.parametrize(
    ("who", "said_of_them"),
    [("@nobody", "nobody whom Slack knows"), ("T1/U1", "nobody whom Slack knows"), ("@vera", "deactivated")],
)
async def test_whom_nobody_can_tell_is_named_with_what_to_do(cards: Cards, who: str, said_of_them: str) -> None:
    with pytest.raises(Unreachable, match=f"“{who}” .*{said_of_them}.*the brief"):
        await cards.messenger.tell(await cards.at_gate(), who, "Look.")


async def test_a_bot_cannot_be_told_anything(cards: Cards) -> None:
    with pytest.raises(Unreachable):
        await cards.messenger.tell(await cards.at_gate(), "@opsbot", "Look.")


async def test_while_slack_is_away_nobody_is_told_and_it_is_said_so(cards: Cards, slack: Stand) -> None:
    await slack.driver.fault("*", trouble="status", status=503, times=-1)
    with pytest.raises(Transient):
        await cards.messenger.tell(await cards.at_gate(), "@mia", "Look.", key="7")
    await slack.driver.mend()
    assert slack.told("mia") == []


HOSTILE = (
    "<!channel> <@U0MIA> <#C0SUPPORT|general> <https://evil.example|your bank> &lt;!here&gt;",
    "*bold* _it_ ~no~ `code` https://evil.example mailto:a@evil.example @here @channel :tada:",
    "turned \u202eround and hid\u200bden",
    "a" * 9_000,
    "<" * 4_000,
    "",
    " \n ",
    "\ud800 half",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_text_can_mention_link_format_or_hide_anything(cards: Cards, slack: Stand, text: str) -> None:
    run = await cards.at_gate()
    await cards.messenger.tell(run, "@mia", text, key="7")
    (message,) = slack.told("mia")
    assert "<" not in message.text
    assert ">" not in message.text
    shown = words(message)
    assert not {"\u202e", "\u200b", "\ud800"} & {*shown, *message.text}
    if text.isascii():
        assert shown == (text.strip() or "…")
    (request,) = await slack.requests("chat.postMessage")
    assert (request["unfurl_links"], request["unfurl_media"]) == (False, False)
    assert "link_names" not in request


def test_an_escaped_text_is_cut_between_letters() -> None:
    assert escaped("<b> & </b>") == "&lt;b&gt; &amp; &lt;/b&gt;"
    cut = escaped("x" + "<" * LONGEST_TEXT)
    assert len(cut) <= LONGEST_TEXT
    assert cut.removeprefix("x").replace("&lt;", "") == ""
    assert len(escaped("x" * LONGEST_TEXT * 2)) == LONGEST_TEXT
    assert escaped("&" * LONGEST_TEXT).replace("&amp;", "") == ""


def test_the_longest_text_there_is_fits_into_one_message() -> None:
    assert len(objects(said("word " * 100_000)["blocks"])) in range(1, 51)
