"""Messages: where they go, what they say, whose they are."""

import pytest

from bot.workspace.payload import Json
from bot.workspace.state.change import Change, ChannelChanged, Edited, Posted, Shown
from bot.workspace.state.channel import ChannelKind
from tests.workspace.api.desk import DIRECT, SECTION, Caller
from tests.workspace.made import APP, APP_BOT, BOT, MIA, OLGA, SAM, SUPPORT, TEAM

BUTTON: Json = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]}

ODD: list[object] = [[], {}, 0, True, "[", "{}", [None], [[]], [{"type": []}], {"a": [{}]}]
METADATA: Json = {"event_type": "t", "event_payload": {}}


def heard_by(call: Caller) -> list[Change]:
    heard: list[Change] = []
    call.workspace.listen(heard.append)
    return heard


# --- where a message goes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [SUPPORT, "#support", "support"])
def test_a_channel_is_named_by_its_id_or_its_name(call: Caller, channel: str) -> None:
    assert call.ok("chat.postMessage", channel=channel, text="x")["channel"] == SUPPORT


def test_a_message_to_a_person_opens_their_direct_message_once(call: Caller) -> None:
    heard = heard_by(call)
    first = call.ok("chat.postMessage", channel=SAM, text="x")["channel"]
    assert call.ok("chat.postMessage", channel=SAM, text="x")["channel"] == first
    direct = call.workspace.channels[first]
    assert (direct.kind, set(direct.people)) == (ChannelKind.DIRECT, {BOT, SAM})
    assert sum(isinstance(one, ChannelChanged) for one in heard) == 1
    assert call.ok("chat.postMessage", channel=MIA, text="x")["channel"] == DIRECT


@pytest.mark.parametrize("channel", ["", "#", "C", "U0NOBODY00", BOT, "U0DARIO000", "D0NOWHERE0", "mpdm-x"])
def test_a_message_to_nobody_is_refused(call: Caller, channel: str) -> None:
    assert call.error("chat.postMessage", channel=channel, text="x") == "channel_not_found"


def test_a_direct_message_of_others_is_not_found(call: Caller) -> None:
    call.workspace.channels[DIRECT].people = {MIA: None, SAM: None}
    assert call.error("chat.postMessage", channel=DIRECT, text="x") == "channel_not_found"


def test_an_app_without_a_messages_tab_writes_to_nobody(call: Caller) -> None:
    call.workspace.apps[APP].messages = False
    for channel in (DIRECT, MIA, SAM):
        assert call.error("chat.postMessage", channel=channel, text="x") == "messages_tab_disabled"
    assert call.workspace.direct(BOT, SAM) is None


def test_a_reply_to_a_reply_goes_to_the_thread_of_both(call: Caller) -> None:
    root = call.said()
    reply = call.said(thread_ts=root)
    second = call.ok("chat.postMessage", channel=SUPPORT, text="x", thread_ts=reply)
    assert second["message"]["thread_ts"] == root
    channel = call.workspace.channels[SUPPORT]
    assert channel.messages[root].replies == [reply, second["ts"]]
    assert channel.times == [root]


def test_a_reply_to_a_message_that_is_not_there_stands_where_nobody_finds_it(call: Caller) -> None:
    lost = call.ok("chat.postMessage", channel=SUPPORT, text="x", thread_ts="1700000000.5")
    assert lost["message"]["thread_ts"] == "1700000000.500000"
    assert call.workspace.channels[SUPPORT].times == []
    assert call.error("conversations.replies", channel=SUPPORT, ts="1700000000.500000") == "thread_not_found"


@pytest.mark.parametrize("thread_ts", ["0", "yesterday", "1800000000", "1.2.3", "-1.0", "１.２"])
def test_a_time_that_is_none_is_named_back(call: Caller, thread_ts: str) -> None:
    answer = call("chat.postMessage", channel=SUPPORT, text="x", thread_ts=thread_ts)
    assert answer["error"] == "invalid_thread_ts"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {thread_ts} is not a valid thread_ts"]


def test_a_reply_shown_in_the_channel_brings_its_root(call: Caller) -> None:
    root = call.said("Question")
    reply = call.ok("chat.postMessage", channel=SUPPORT, text="x", thread_ts=root, reply_broadcast=True)["message"]
    assert (reply["subtype"], reply["root"]["text"]) == ("thread_broadcast", "Question")
    assert call.workspace.channels[SUPPORT].times == [root, reply["ts"]]


# --- what a message says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a & b", "a &amp; b"),
        ("a &amp; b &lt;", "a &amp; b &lt;"),
        ("1 < 2 > 1", "1 &lt; 2 &gt; 1"),
        ("> quoted", "&gt; quoted"),
        ("<@U0MIA00000> see <https://a.example|this> in <#C0SUPPORT0> <!here>", None),
        ("<!date^1800000000^{date}|soon>", None),
        ("", None),
    ],
)
def test_signs_that_are_no_markup_are_spelled_out(call: Caller, given: str, kept: str | None) -> None:
    answer = call.ok("chat.postMessage", channel=SUPPORT, text=given, blocks=[SECTION])
    assert answer["message"]["text"] == (given if kept is None else kept)


def test_names_become_mentions_where_the_call_asks(call: Caller) -> None:
    text = "@mia @leads @nobody @here see #support or #nowhere and <@U1|@sam>, not a@mia"
    linked = "<@U0MIA00000> <!subteam^S0LEADS000|@leads> @nobody <!here> see <#C0SUPPORT0|support> or #nowhere"
    for more in ({"link_names": True}, {"parse": "full"}):
        said = call.ok("chat.postMessage", channel=SUPPORT, text=text, **more)["message"]["text"]
        assert said == f"{linked} and <@U1|@sam>, not a@mia"
    assert call.ok("chat.postMessage", channel=SUPPORT, text="@mia")["message"]["text"] == "@mia"


def test_a_text_of_forty_thousand_is_whole_and_one_more_is_cut(call: Caller) -> None:
    whole = call.ok("chat.postMessage", channel=SUPPORT, text="x" * 40_000)
    assert "warning" not in whole
    cut = call.ok("chat.postMessage", channel=SUPPORT, text="x" * 40_001)
    assert (cut["warning"], len(cut["message"]["text"])) == ("message_truncated", 40_000)
    assert cut["response_metadata"]["warnings"] == ["message_truncated"]


def test_markdown_becomes_a_block(call: Caller) -> None:
    message = call.ok("chat.postMessage", channel=SUPPORT, markdown_text="**Hi**")["message"]
    assert message["text"] == "**Hi**"
    assert [(block["type"], block["text"]) for block in message["blocks"]] == [("markdown", "**Hi**")]


def test_blocks_come_back_with_names_and_what_was_left_out(call: Caller) -> None:
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x"}}, BUTTON]
    message = call.ok("chat.postMessage", channel=SUPPORT, text="x", blocks=blocks)["message"]
    section, actions = message["blocks"]
    assert section["text"]["emoji"] is True
    assert len({section["block_id"], actions["block_id"], actions["elements"][0]["action_id"]}) == 3
    assert "block_id" not in blocks[0], "what the app gave is left as it was"


def test_attachments_are_numbered_and_have_a_fallback(call: Caller) -> None:
    attachments = [{"text": "one"}, {"blocks": [SECTION]}, {"fallback": "three", "color": "#f00"}]
    kept = call.ok("chat.postMessage", channel=SUPPORT, attachments=attachments)["message"]["attachments"]
    assert [(one["id"], one["fallback"]) for one in kept] == [(1, "one"), (2, "[no preview available]"), (3, "three")]
    assert kept[1]["blocks"][0]["block_id"]


def test_a_message_says_which_app_it_is_of(call: Caller) -> None:
    message = call.ok("chat.postMessage", channel=SUPPORT, text="x")["message"]
    assert (message["user"], message["bot_id"], message["app_id"], message["team"]) == (BOT, APP_BOT, APP, TEAM)
    assert "subtype" not in message


def test_a_message_may_come_under_another_name(call: Caller) -> None:
    called = {"username": "Refunds", "icon_emoji": "moneybag"}
    message = call.ok("chat.postMessage", channel=SUPPORT, text="x", **called)["message"]
    assert (message["subtype"], message["username"]) == ("bot_message", "Refunds")
    assert message["icons"] == {"emoji": ":moneybag:"}
    pictured = call.ok("chat.postMessage", channel=SUPPORT, text="x", icon_url="https://a.example/i.png")["message"]
    assert pictured["icons"] == {"image_48": "https://a.example/i.png"}


def test_metadata_comes_back_only_to_who_asks(call: Caller) -> None:
    metadata = {"event_type": "refund", "event_payload": {"id": 1}}
    assert call.ok("chat.postMessage", channel=SUPPORT, text="x", metadata=metadata)["message"]["metadata"] == metadata
    (plain,) = call.ok("conversations.history", channel=SUPPORT)["messages"]
    (whole,) = call.ok("conversations.history", channel=SUPPORT, include_all_metadata=True)["messages"]
    assert "metadata" not in plain
    assert whole["metadata"] == metadata


@pytest.mark.parametrize("field", ["text", "blocks", "attachments", "metadata", "thread_ts"])
@pytest.mark.parametrize("value", ODD)
def test_a_field_of_any_other_kind_is_no_trouble(call: Caller, field: str, value: object) -> None:
    answer = call("chat.postMessage", channel=SUPPORT, **{"text": "x", field: value})
    assert answer["ok"] or answer["error"] != "internal_error"


# --- edited, deleted ---------------------------------------------------------------------------------------------


def test_an_edit_keeps_what_it_does_not_name(call: Caller) -> None:
    ts = call.said("old", blocks=[SECTION], attachments=[{"text": "a"}], metadata=METADATA)
    message = call.ok("chat.update", channel=SUPPORT, ts=ts, text="new")["message"]
    assert (message["text"], len(message["blocks"]), len(message["attachments"])) == ("new", 1, 1)
    kept = call.workspace.channels[SUPPORT].messages[ts]
    assert kept.metadata == METADATA
    assert (kept.edited_by, kept.edited_ts > ts) == (APP_BOT, True)


def test_an_edit_takes_away_what_it_names_empty(call: Caller) -> None:
    ts = call.said("old", blocks=[SECTION], attachments=[{"text": "a"}], metadata=METADATA)
    emptied: Json = {"blocks": [], "attachments": [], "metadata": {}}
    message = call.ok("chat.update", channel=SUPPORT, ts=ts, text="new", **emptied)["message"]
    assert not {"blocks", "attachments", "metadata"} & set(message)
    assert call.error("chat.update", channel=SUPPORT, ts=ts, text="", blocks=[]) == "no_text"


def test_an_edit_with_blocks_alone_has_no_stale_text(call: Caller) -> None:
    ts = call.said("Approve the refund?")
    assert call.ok("chat.update", channel=SUPPORT, ts=ts, blocks=[SECTION])["text"] == ""


def test_an_edit_tells_what_stood_there_before(call: Caller) -> None:
    ts, heard = call.said("old"), heard_by(call)
    call.ok("chat.update", channel=SUPPORT, ts=ts, text="new")
    (edited,) = heard
    assert isinstance(edited, Edited)
    assert (edited.before["text"], edited.message.text, edited.quietly) == ("old", "new", False)


def test_an_edit_takes_a_text_of_four_thousand(call: Caller) -> None:
    ts = call.said()
    call.ok("chat.update", channel=SUPPORT, ts=ts, text="x" * 4_000)


def test_a_reply_is_shown_in_the_channel_later_in_its_place(call: Caller) -> None:
    root = call.said()
    reply, after = call.said(thread_ts=root), call.said()
    call.ok("chat.update", channel=SUPPORT, ts=reply, reply_broadcast=True)
    assert call.workspace.channels[SUPPORT].times == [root, reply, after]
    assert call.error("chat.update", channel=SUPPORT, ts=reply, reply_broadcast=True) == "cant_broadcast_message"


def test_a_deleted_reply_is_counted_no_more(call: Caller) -> None:
    root = call.said()
    reply = call.said(thread_ts=root)
    call.ok("chat.delete", channel=SUPPORT, ts=reply)
    (alone,) = call.ok("conversations.replies", channel=SUPPORT, ts=root)["messages"]
    assert "reply_count" not in alone
    assert call.error("chat.delete", channel=SUPPORT, ts=reply) == "message_not_found"


def test_a_line_of_slacks_own_is_nobodys_to_edit(call: Caller) -> None:
    call.ok("conversations.setTopic", channel=SUPPORT, topic="Orders")
    (note,) = call.workspace.channels[SUPPORT].times
    assert call.error("chat.update", channel=SUPPORT, ts=note, text="x") == "cant_update_message"
    assert call.error("chat.delete", channel=SUPPORT, ts=note) == "cant_delete_message"


# --- for one person ----------------------------------------------------------------------------------------------


def test_an_ephemeral_message_is_in_no_list_and_cannot_be_touched(call: Caller) -> None:
    heard = heard_by(call)
    ts = call.ok("chat.postEphemeral", channel=SUPPORT, user=MIA, text="Psst")["message_ts"]
    (shown,) = heard
    assert isinstance(shown, Shown)
    assert (shown.message.only_for, shown.message.text) == (MIA, "Psst")
    assert call.ok("conversations.history", channel=SUPPORT)["messages"] == []
    assert call.error("chat.update", channel=SUPPORT, ts=ts, text="x") == "message_not_found"
    assert call.error("chat.delete", channel=SUPPORT, ts=ts) == "message_not_found"


# --- links -------------------------------------------------------------------------------------------------------


def test_a_permalink_leads_to_the_message_and_its_thread(call: Caller) -> None:
    root = call.said()
    reply = call.said(thread_ts=root)
    link = call.ok("chat.getPermalink", channel=SUPPORT, message_ts=root)["permalink"]
    assert link == f"http://127.0.0.1:3000/archives/{SUPPORT}/p{root.replace('.', '')}"
    of_reply = call.ok("chat.getPermalink", channel=SUPPORT, message_ts=reply)["permalink"]
    assert of_reply.endswith(f"/p{reply.replace('.', '')}?thread_ts={root}&cid={SUPPORT}")


def test_a_preview_is_added_once_for_each_link(call: Caller) -> None:
    ts = call.of_mia("See https://shop.example/1?a=1&amp;b=2 please")
    heard = heard_by(call)
    url = "https://shop.example/1?a=1&b=2"
    for title in ("Order 1", "Order 1, paid"):
        call.ok("chat.unfurl", channel=SUPPORT, ts=ts, unfurls={url: {"title": title, "blocks": [SECTION]}})
    (preview,) = call.workspace.channels[SUPPORT].messages[ts].attachments or []
    assert (preview["id"], preview["title"], preview["from_url"]) == (1, "Order 1, paid", url)
    assert preview["blocks"][0]["block_id"]
    assert all(isinstance(one, Edited) and one.quietly for one in heard)


def test_a_me_message_is_posted_as_one(call: Caller) -> None:
    ts = call.ok("chat.meMessage", channel=SUPPORT, text="yawns & waits")["ts"]
    message = call.workspace.channels[SUPPORT].messages[ts]
    assert (message.subtype, message.text, message.user) == ("me_message", "yawns &amp; waits", BOT)


def test_everybody_who_listens_hears_of_a_message_once(call: Caller) -> None:
    heard = heard_by(call)
    call.said()
    assert [type(one) for one in heard] == [Posted]
    assert call.workspace.channels[SUPPORT].creator == OLGA
