"""What workflows post stands in a channel once, says what it says, and can be taken out again."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from bot.adapters.slack.post.caller import objects
from bot.adapters.slack.post.places import Places
from bot.adapters.slack.system.drawn import drawn_post
from bot.adapters.slack.system.system import SlackChat
from bot.domain.errors import Broken, Transient, Uncertain
from bot.intents import chat, helpdesk
from bot.ports.system import Retry
from tests.adapters.slack.post.place import Stand, stand

POST = chat.PostMessage(
    channel="#support",
    title="Week 9",
    text="Fewer tickets, answered sooner.",
    chart="Tickets by day",
    labels=("Mon", "Tue"),
    values=(12, 7),
)


@pytest.fixture
async def slack() -> AsyncGenerator[Stand]:
    async with stand() as found:
        yield found


def system(slack: Stand) -> SlackChat:
    caller = slack.another_caller()
    now = slack.there.both.running.desk.workspace.clock.now
    return SlackChat(
        caller, Places(caller, slack.passing), now=lambda: datetime.fromtimestamp(now(), UTC), sandbox=True
    )


async def test_a_post_stands_in_its_channel_with_its_title_its_words_and_its_chart(slack: Stand) -> None:
    receipt = await system(slack).execute(POST, "k-1")
    (message,) = slack.written("#support")
    assert receipt.id == f"{slack.team}/{message.channel}/{message.ts}"
    assert message.blocks is not None
    assert [block["type"] for block in message.blocks] == ["header", "rich_text", "data_visualization"]
    assert message.blocks[2]["chart"]["series"][0]["data"] == [
        {"label": "Mon", "value": 12},
        {"label": "Tue", "value": 7},
    ]
    assert message.text == "Week 9. Fewer tickets, answered sooner. Tickets by day: Mon: 12; Tue: 7."


async def test_a_post_is_found_by_the_key_it_was_posted_under_and_by_no_other(slack: Stand) -> None:
    receipt = await system(slack).execute(POST, "k-1")
    again = system(slack)
    assert (await again.find(POST, "k-1")) == receipt
    assert await again.find(POST, "k-2") is None
    assert await again.find(POST.model_copy(update={"channel": "#general"}), "k-1") is None


@pytest.mark.parametrize("trouble", ["drop after", "drop before"])
async def test_of_a_lost_answer_nobody_says_that_it_failed_and_looking_says_what_is_there(
    slack: Stand, trouble: str
) -> None:
    await slack.driver.fault("chat.postMessage", trouble=trouble)
    with pytest.raises(Uncertain):
        await system(slack).execute(POST, "k-1")
    assert (await system(slack).find(POST, "k-1") is not None) is (trouble == "drop after")


async def test_two_messages_under_one_key_are_for_a_person_to_look_at(slack: Stand) -> None:
    for _ in range(2):
        await system(slack).execute(POST, "k-1")
    with pytest.raises(Uncertain, match="2 messages where there should be one"):
        await system(slack).find(POST, "k-1")


async def test_what_was_posted_can_be_taken_out_and_is_gone(slack: Stand) -> None:
    there = system(slack)
    undo = POST.undone_by(await there.execute(POST, "k-1"))
    assert (await there.preview(undo)).sentence == "Take a message out of #support."
    assert await there.find(undo, "k-2") is None
    await there.execute(undo, "k-2")
    assert await there.find(undo, "k-2") is not None
    assert await there.find(POST, "k-1") is None
    await there.execute(undo, "k-2")
    with pytest.raises(Broken, match="no such message"):
        await there.preview(undo)


async def test_a_channel_shows_what_workflows_posted_under_a_title(slack: Stand) -> None:
    there = system(slack)
    nothing = await there.read(chat.posted_in.kind, chat.Posting(channel="#support", title="Week 9"))
    receipt = await there.execute(POST, "k-1")
    await there.execute(POST.model_copy(update={"title": "Week 8"}), "k-2")
    found = await there.read_only().read(chat.posted_in.kind, chat.Posting(channel="#support", title="Week 9"))
    every = await there.read(chat.posted_in.kind, chat.Posting(channel="#support"))
    assert nothing == chat.Posted(channel="#support", messages=0)
    assert found == chat.Posted(channel="#support", messages=1, last_id=receipt.id)
    assert isinstance(every, chat.Posted)
    assert every.messages == 2


async def test_a_channel_the_bot_is_not_in_is_named_with_what_to_do(slack: Stand) -> None:
    lost = POST.model_copy(update={"channel": "#nowhere"})
    for call in (system(slack).execute(lost, "k-1"), system(slack).preview(lost), system(slack).find(lost, "k-1")):
        with pytest.raises(Broken, match=r"no channel “#nowhere”.*Invite it"):
            await call


async def test_while_slack_is_away_nothing_is_posted_and_it_is_said_so(slack: Stand) -> None:
    await slack.driver.fault("*", trouble="status", status=503, times=-1)
    with pytest.raises(Transient):
        await system(slack).execute(POST, "k-1")
    await slack.driver.mend()
    assert await system(slack).find(POST, "k-1") is None


async def test_what_is_not_of_the_chat_is_refused(slack: Stand) -> None:
    other = helpdesk.CloseTicket(ticket_id="T-1")
    for call in (system(slack).execute(other, "k"), system(slack).preview(other), system(slack).find(other, "k")):
        with pytest.raises(Broken, match="no way to carry out"):
            await call
    with pytest.raises(Broken, match="no lookup"):
        await system(slack).read("chat.people_in", chat.Posting(channel="#support"))
    strange = chat.DeleteMessage(channel="#support", message_id="42")
    with pytest.raises(Broken, match="no message of ours"):
        await system(slack).execute(strange, "k")


@pytest.mark.parametrize("sandbox", [True, False])
async def test_a_workspace_that_stands_in_is_a_sandbox_and_slack_is_not(slack: Stand, sandbox: bool) -> None:
    caller = slack.another_caller()
    there = SlackChat(caller, Places(caller, slack.passing), now=lambda: datetime.now(UTC), sandbox=sandbox)
    assert {(one.retry, one.sandbox) for one in there.bindings.values()} == {(Retry.SEARCHABLE, sandbox)}
    assert (there.name, {*there.lookups}) == ("chat", {"chat.posted_in"})
    assert {*there.bindings} == {"chat.PostMessage", "chat.DeleteMessage"}


@pytest.mark.parametrize("text", ["<!channel> *bold* https://evil.example", "x" * 8_000, "<" * 8_000])
async def test_no_words_can_mention_link_or_format_anything(slack: Stand, text: str) -> None:
    await system(slack).execute(POST.model_copy(update={"text": text, "title": "<!here> :tada:"}), "k-1")
    (message,) = slack.written("#support")
    assert "<" not in message.text
    assert message.blocks is not None
    assert (message.blocks[0]["text"]["type"], message.blocks[0]["text"]["text"]) == ("plain_text", "<!here> :tada:")
    assert "".join(piece["text"] for piece in message.blocks[1]["elements"][0]["elements"]) == text


async def test_labels_that_read_the_same_stay_apart_in_a_chart(slack: Stand) -> None:
    long = ("A very long name of a figure, one", "A very long name of a figure, two", "")
    await system(slack).execute(POST.model_copy(update={"labels": long, "values": (1, 2, 3)}), "k-1")
    (message,) = slack.written("#support")
    assert message.blocks is not None
    assert len({*message.blocks[2]["chart"]["axis_config"]["categories"]}) == 3


def test_a_post_without_figures_has_no_chart() -> None:
    drawn = drawn_post(chat.PostMessage(channel="#ops", title="Note", text="Nothing to count."))
    assert [one["type"] for one in objects(drawn["blocks"])] == ["header", "rich_text"]
