"""A card is one message: posted once, changed where it stands, whatever happens on the way."""

import asyncio
from dataclasses import replace

import pytest

from bot.adapters.slack.draw.room import Snippet
from bot.adapters.slack.manifest import scopes
from bot.adapters.slack.post.standing import ELSEWHERE, SETTLED
from bot.domain.errors import Transient, Uncertain, Unreachable
from bot.domain.person import ChannelId
from bot.domain.run import GateStatus, Run
from bot.workspace.changes.filing import ask_for_room, complete, share
from bot.workspace.changes.posting import post
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from tests.adapters.slack.post.cards import STEP, Cards
from tests.adapters.slack.post.place import Stand

POST, CHANGE, LOOK = "chat.postMessage", "chat.update", "conversations.history"


async def until_posted(slack: Stand, count: int = 1) -> None:
    await slack.driver.until_calls(POST, count=count, answered=False)


# --- showing ------------------------------------------------------------------------------------------------------


async def test_a_card_is_posted_where_its_reviewers_are(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    place = await cards.show(run)
    (message,) = cards.card(run)
    assert place == f"slack:{slack.team}/{slack.channel('support')}/{message.ts}"
    assert message.text == "0001 approved: open v1"
    assert message.metadata == {
        "event_type": "countersign_card",
        "event_payload": {"card": run.gates[STEP].id, "version": 1},
    }


async def test_nothing_on_a_card_unfolds(cards: Cards, slack: Stand) -> None:
    await cards.show(await cards.at_gate())
    (request,) = await slack.requests(POST)
    assert (request["unfurl_links"], request["unfurl_media"]) == (False, False)


async def test_where_it_stands_is_remembered(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await cards.show(run)
    (message,), placed = cards.card(run), await cards.of(run)
    assert placed is not None
    channel = ChannelId(f"{slack.team}/{slack.channel('support')}")
    assert (placed.channel, placed.ts, placed.version, placed.card) == (channel, message.ts, 1, run.gates[STEP].id)
    assert await cards.store.run(lambda tx: tx.cards.at(channel, message.ts)) == placed
    assert await cards.store.run(lambda tx: tx.cards.by_id(placed.card)) == placed


async def test_a_card_is_changed_where_it_stands(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    place = await cards.show(run)
    decided = await cards.change(run, status=GateStatus.APPROVED, version=2)
    assert await cards.show(decided) == place
    (message,) = cards.card(run)
    assert message.text == "0001 approved: approved v2"
    assert message.metadata is not None
    assert message.metadata["event_payload"]["version"] == 2
    assert message.blocks is not None
    assert [one["type"] for one in message.blocks] == ["section"], "The button is gone."


async def test_what_stands_there_already_is_not_sent_again(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await cards.show(run)
    before = await slack.calls()
    for _ in range(3):
        await cards.show(run)
    assert await slack.calls() == before


async def test_the_names_of_channels_are_asked_for_once(cards: Cards, slack: Stand) -> None:
    for n, group in enumerate(("support", "finance", "leads", "support")):
        await cards.show(await cards.at_gate(n, group=group))
    assert await slack.calls("users.conversations") == ["ok"]
    assert [len(slack.written(name)) for name in ("support", "finance", "care-leads")] == [2, 1, 1]


async def test_of_many_changes_at_once_only_the_last_is_sent(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    states = [run]
    for version in range(2, 7):
        states.append(await cards.change(states[-1], version=version))
    slack.passing.stands = True
    await slack.driver.fault(POST, delay=5)
    first = asyncio.create_task(cards.show(states[0]))
    await until_posted(slack)
    later = [asyncio.create_task(cards.show(state)) for state in (states[1], states[5], states[3], states[2])]
    await asyncio.sleep(0)
    await slack.driver.advance(5)
    places = await asyncio.gather(first, *later)
    assert len({*places}) == 1
    assert cards.card(run)[0].text == "0001 approved: open v6"
    assert (await slack.calls(POST), await slack.calls(CHANGE)) == (["ok"], ["ok"])


async def test_cards_of_two_runs_do_not_wait_for_each_other(cards: Cards, slack: Stand) -> None:
    runs = [await cards.at_gate(n) for n in range(3)]
    await asyncio.gather(*(cards.show(run) for run in runs))
    assert [len(cards.card(run)) for run in runs] == [1, 1, 1]


async def test_a_gate_that_is_asked_elsewhere_now_leaves_a_sentence_behind(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await cards.show(run)
    (old,) = cards.card(run)
    moved = await cards.change(run, group="finance", version=2)
    await cards.show(moved)
    assert old.text == ELSEWHERE
    assert old.blocks is not None
    assert [one["type"] for one in old.blocks] == ["section"]
    assert [one.text for one in cards.card(run, "finance")] == ["0001 approved: open v2"]
    gone = await cards.store.run(lambda tx: tx.cards.at(ChannelId(f"{slack.team}/{slack.channel('support')}"), old.ts))
    assert gone is not None
    assert gone.gone


# --- questions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "by", "whom"),
    [("requester", "sam", "sam"), ("owner", "sam", "olga"), ("requester", "", "olga"), ("requester", "vera", "olga")],
)
async def test_a_question_is_asked_of_whoever_can_answer(
    cards: Cards, slack: Stand, group: str, by: str, whom: str
) -> None:
    run = await cards.asked(group, by=by)
    await cards.show(run)
    assert [one.text for one in slack.told(whom)] == ["0005 approved: asked"]


async def test_a_question_that_is_settled_leaves_nothing_to_press(cards: Cards, slack: Stand) -> None:
    run = await cards.asked()
    await cards.show(run)
    for _ in range(2):
        await cards.show(replace(run, questions={}, seq=run.seq + 1))
    (message,) = slack.told("sam")
    assert message.text == SETTLED
    assert message.blocks is not None
    assert [one["type"] for one in message.blocks] == ["section"]
    assert await slack.calls(CHANGE) == ["ok"]


async def test_what_has_no_card_is_not_shown(cards: Cards, slack: Stand) -> None:
    assert await cards.show(await cards.at_gate(), "elsewhere") == "slack"
    assert await slack.calls(POST) == []


# --- what finds no room -------------------------------------------------------------------------------------------


async def test_what_finds_no_room_stands_below_once_for_each_version(cards: Cards) -> None:
    cards.draw.overflow = ("The rest of <it> & more", "And the last of it")
    run = await cards.at_gate()
    await cards.show(run)
    run = await cards.change(run, status=GateStatus.APPROVED)
    await cards.show(run)
    assert cards.replies() == [*cards.draw.overflow]
    cards.draw.overflow = ("Version two is long, too",)
    await cards.show(await cards.change(run, version=2))
    assert cards.replies()[2:] == ["Version two is long, too"]


async def test_a_reply_whose_answer_was_lost_is_not_posted_twice(cards: Cards, slack: Stand) -> None:
    cards.draw.overflow = ("One", "Two", "Three")
    await slack.driver.fault(POST, trouble="drop after", after=2)
    run = await cards.at_gate()
    with pytest.raises(Uncertain):
        await cards.show(run)
    await cards.restarted().show(run)
    assert cards.replies() == ["One", "Two", "Three"]


# --- what is too long for messages --------------------------------------------------------------------------------

LETTER = Snippet("card-0123-1.txt", "The rest of a letter", "A line of a letter, with <@U1> & more.\n" * 400)


def files(slack: Stand) -> list[tuple[str, str]]:
    """Every file in the workspace that is shared, by its name and title."""
    return [(one.name, one.title) for one in slack.desk.workspace.files.values() if one.complete]


async def test_what_is_long_becomes_a_file_in_the_thread_once(cards: Cards, slack: Stand) -> None:
    cards.draw.overflow = (LETTER,)
    run = await cards.at_gate()
    await cards.show(run)
    await cards.restarted().show(await cards.change(run, status=GateStatus.APPROVED))
    assert files(slack) == [(LETTER.name, LETTER.title)]
    (file,) = slack.desk.workspace.files.values()
    assert (file.data or b"").decode() == LETTER.content
    (reply,) = [one for one in slack.written("support") if one.files]
    assert reply.thread_ts == cards.card(run)[0].ts


@pytest.mark.parametrize("trouble", ["drop after", "drop before"])
async def test_a_file_whose_answer_was_lost_is_not_shared_twice(cards: Cards, slack: Stand, trouble: str) -> None:
    cards.draw.overflow = (LETTER,)
    run = await cards.at_gate()
    await slack.driver.fault("files.completeUploadExternal", trouble=trouble)
    with pytest.raises(Uncertain):
        await cards.show(run)
    await cards.restarted().show(run)
    assert files(slack) == [(LETTER.name, LETTER.title)]


async def test_without_the_right_to_share_files_messages_say_it_all(cards: Cards, slack: Stand) -> None:
    app = next(iter(slack.desk.workspace.apps.values()))
    app.scopes = frozenset(scopes()) - {"files:write"}
    cards.draw.overflow = (LETTER,)
    await cards.show(await cards.at_gate())
    assert files(slack) == []
    replies = [one for one in slack.written("support") if one.thread_ts]
    said = [block["text"]["text"] for one in replies for block in one.blocks or [] if block["type"] == "section"]
    assert "".join(said).count("A line of a letter, with <@U1> & more.") == 400


async def test_a_file_of_the_same_name_by_somebody_else_is_not_taken_for_ours(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await cards.show(run)
    file = ask_for_room(slack.desk.workspace, LETTER.name, user=slack.user("kenji"), size=1)
    complete(file, "Mine")
    channel, card = slack.channel("support"), cards.card(run)[0]
    theirs = Message(channel=channel, ts="", user=slack.user("kenji"), text="Look", thread_ts=card.ts)
    share(slack.desk.workspace, theirs, file)
    cards.draw.overflow = (LETTER,)
    await cards.show(await cards.change(run, version=2))
    assert files(slack)[1:] == [(LETTER.name, LETTER.title)]


# --- when the answer is lost --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("trouble", "posts"), [("drop after", 1), ("drop before", 2), ("garbage", 1)])
@pytest.mark.parametrize("restart", [False, True], ids=["same process", "next process"])
async def test_a_card_whose_answer_was_lost_is_looked_for_before_it_is_posted_again(
    cards: Cards, slack: Stand, trouble: str, posts: int, *, restart: bool
) -> None:
    run = await cards.at_gate()
    kind = {"trouble": "drop after"} if trouble == "garbage" else {"trouble": trouble}
    await slack.driver.fault(POST, **kind)
    with pytest.raises(Uncertain):
        await cards.show(run)
    again = cards.restarted() if restart else cards
    place = await again.show(run)
    (message,) = cards.card(run)
    assert place.endswith(message.ts)
    assert len(await slack.calls(POST)) == posts
    assert await slack.calls(LOOK) == ["ok"]


async def test_a_process_that_dies_while_it_posts_leaves_no_second_card(cards: Cards, slack: Stand) -> None:
    slack.passing.stands = True
    run = await cards.at_gate()
    await slack.driver.fault(POST, delay=5)
    dying = asyncio.create_task(cards.show(run))
    await until_posted(slack)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await slack.driver.advance(5)
    await slack.driver.until_message("#support", having="0001 approved")
    await cards.restarted().show(run)
    assert len(cards.card(run)) == 1


async def test_what_was_found_again_is_brought_up_to_date(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await slack.driver.fault(POST, trouble="drop after")
    with pytest.raises(Uncertain):
        await cards.show(run)
    await cards.show(await cards.change(run, status=GateStatus.APPROVED))
    assert [one.text for one in cards.card(run)] == ["0001 approved: approved v1"]


async def test_what_surely_did_not_arrive_is_not_looked_for(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await slack.driver.fault(POST, trouble="status", status=503)
    with pytest.raises(Transient):
        await cards.show(run)
    await cards.show(run)
    assert len(cards.card(run)) == 1
    assert await slack.calls(LOOK) == []


async def test_a_message_that_only_looks_like_ours_is_not_taken_for_it(cards: Cards, slack: Stand) -> None:
    other = await cards.at_gate(2)
    await cards.show(other)
    run = await cards.at_gate()
    await slack.driver.fault(POST, trouble="drop before")
    with pytest.raises(Uncertain):
        await cards.show(run)
    await cards.show(run)
    assert (len(cards.card(run)), len(cards.card(other))) == (1, 1)


async def test_a_change_whose_answer_was_lost_is_made_again(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await cards.show(run)
    decided = await cards.change(run, status=GateStatus.REJECTED)
    await slack.driver.fault(CHANGE, trouble="drop after")
    with pytest.raises(Transient):
        await cards.show(decided)
    await cards.show(decided)
    assert [one.text for one in cards.card(run)] == ["0001 approved: rejected v1"]


async def test_a_look_that_fails_posts_nothing(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await slack.driver.fault(POST, trouble="drop after")
    await slack.driver.fault(LOOK, trouble="error", error="missing_scope")
    with pytest.raises(Uncertain):
        await cards.show(run)
    with pytest.raises(Unreachable, match="lacks a right"):
        await cards.show(run)
    assert len(cards.card(run)) == 1


# --- when somebody changes things in slack ------------------------------------------------------------------------


async def shown(cards: Cards) -> Run:
    run = await cards.at_gate()
    await cards.show(run)
    return run


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_card_that_is_gone_or_cannot_be_changed_is_posted_anew(cards: Cards, slack: Stand, error: str) -> None:
    run = await shown(cards)
    old = cards.card(run)[0].ts
    await slack.driver.fault(CHANGE, trouble="error", error=error)
    await cards.show(await cards.change(run, version=2))
    assert cards.card(run)[-1].text == "0001 approved: open v2"
    placed = await cards.of(run)
    assert placed is not None
    assert placed.ts == cards.card(run)[-1].ts != old
    before = await cards.store.run(lambda tx: tx.cards.at(placed.channel, old))
    assert before is not None
    assert before.gone


async def test_a_card_that_somebody_deleted_is_posted_anew(cards: Cards, slack: Stand) -> None:
    run = await shown(cards)
    (message,) = cards.card(run)
    await slack.caller.call("chat.delete", {"channel": message.channel, "ts": message.ts})
    await cards.show(await cards.change(run, version=2))
    assert [one.text for one in cards.card(run)] == ["0001 approved: open v2"]


async def test_a_channel_that_the_bot_is_not_in_is_named_with_what_to_do(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate(group="nowhere")
    with pytest.raises(Unreachable, match=r"“#random” that the bot is in\. Invite it there"):
        await cards.show(run)
    await slack.driver.as_("kenji").invite("random", "opsbot")
    slack.passing.pass_to(slack.passing.now() + 10)
    await cards.show(run)
    assert len(cards.card(run, "random")) == 1


async def test_a_channel_that_was_archived_is_named_with_what_to_do(cards: Cards, slack: Stand) -> None:
    run = await shown(cards)
    slack.desk.workspace.channels[slack.channel("support")].archived = True
    for state in (await cards.change(run, version=2), await cards.at_gate(2)):
        with pytest.raises(Unreachable, match="In #support: That channel is archived"):
            await cards.show(state)


async def test_a_card_of_a_renamed_channel_stays_where_it_stands(cards: Cards, slack: Stand) -> None:
    run = await shown(cards)
    slack.desk.workspace.channels[slack.channel("support")].name = "help"
    later = cards.restarted()
    await later.show(await cards.change(run, version=2))
    assert [one.text for one in cards.card(run, "help")] == ["0001 approved: open v2"]


async def test_an_owner_whom_slack_does_not_know_is_named(cards: Cards) -> None:
    run = await cards.asked("owner")
    brief = cards.terms.brief.model_copy(update={"owner": "@nobody"})
    with pytest.raises(Unreachable, match="@nobody"):
        await cards.show(run, terms=replace(cards.terms, brief=brief))


async def test_a_message_of_somebody_else_with_our_marks_is_not_taken_for_ours(cards: Cards, slack: Stand) -> None:
    run = await cards.at_gate()
    await slack.driver.fault(POST, trouble="drop before")
    with pytest.raises(Uncertain):
        await cards.show(run)
    metadata: Json = {"event_type": "countersign_card", "event_payload": {"card": run.gates[STEP].id, "version": 1}}
    kenji, support = slack.user("kenji"), slack.channel("support")
    post(slack.desk.workspace, Message(channel=support, user=kenji, text="It is me.", metadata=metadata))
    await cards.show(run)
    assert [one.text for one in cards.card(run)] == ["0001 approved: open v1"]
