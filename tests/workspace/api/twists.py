"""Each error a method is documented with: how a call that would succeed is spoilt, so that it is refused with it."""

from collections.abc import Callable
from typing import TypeAlias

from bot.workspace.api.methods import SCOPES
from bot.workspace.changes.installing import give_code
from bot.workspace.payload import Json
from bot.workspace.state.person import Kind
from tests.workspace.api.desk import DIRECT, HOME, MODAL, SECTION, Caller
from tests.workspace.made import ALONE, APP, BOT, DARIO, GRETA, MIA, NOON, PIA, SAM, SUPPORT

Twist: TypeAlias = Callable[[Caller, Json], Json]
"""Changes a call that would succeed, or the world it meets."""

NOWHERE, NOBODY, NEVER = "C0NOWHERE0", "U0NOBODY00", "1600000000.000001"
FAR_TOO_LONG = "x" * 40_001
WORSE: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}


def but(**changes: object) -> Twist:
    return lambda _, arguments: arguments | changes


def without(*names: str) -> Twist:
    return lambda _, arguments: {name: value for name, value in arguments.items() if name not in names}


def after(act: Callable[[Caller], object], **changes: object) -> Twist:
    def twist(call: Caller, arguments: Json) -> Json:
        act(call)
        return arguments | changes

    return twist


def moved(**names: str) -> Twist:
    """The same, with what names its channel or its message changed."""
    return lambda _, arguments: arguments | {name: names[name] for name in names if name in arguments}


def channel_of(arguments: Json) -> str:
    channel: str = arguments.get("channel") or arguments["channel_id"]
    return channel


def outside(call: Caller, arguments: Json) -> Json:
    """The bot is not in the channel, and may not post where it is not."""
    call.workspace.channels[channel_of(arguments)].people.pop(BOT, None)
    call.workspace.apps[APP].scopes = frozenset(SCOPES.split(",")) - {"chat:write.public"}
    return arguments


def archived(call: Caller, arguments: Json) -> Json:
    call.workspace.channels[channel_of(arguments)].archived = True
    return arguments


def of_mia(call: Caller, arguments: Json) -> Json:
    """The message is not the app's own."""
    return arguments | {"ts": call.of_mia()}


def again(method: str) -> Twist:
    """The second call is one too many."""

    def twist(call: Caller, arguments: Json) -> Json:
        call.ok(method, **arguments)
        return arguments

    return twist


def general(call: Caller, arguments: Json) -> Json:
    call.workspace.channels[channel_of(arguments)].general = True
    return arguments


def reacted_by(person: str, count: int) -> Twist:
    def twist(call: Caller, arguments: Json) -> Json:
        message = call.workspace.channels[SUPPORT].messages[arguments["timestamp"]]
        message.reactions = {f"emoji{n}": [person] for n in range(count)}
        return arguments

    return twist


def full_of_pins(call: Caller, arguments: Json) -> Json:
    call.workspace.channels[SUPPORT].pins = {f"{n}": MIA for n in range(100)}
    return arguments


def crowded(call: Caller, arguments: Json) -> Json:
    """Thirty messages are to be posted within the same five minutes."""
    for n in range(30):
        call.ok("chat.scheduleMessage", channel=SUPPORT, text="Later", post_at=arguments["post_at"] + n)
    return arguments


def streaming(call: Caller, arguments: Json) -> Json:
    return arguments | {"ts": call.streaming()}


def stopped(call: Caller, arguments: Json) -> Json:
    call.ok("chat.stopStream", channel=SUPPORT, ts=arguments["ts"])
    return arguments


def late(call: Caller, arguments: Json) -> Json:
    call.workspace.clock.advance(3.5)
    return arguments


def spent(call: Caller, arguments: Json) -> Json:
    call.workspace.triggers[arguments["trigger_id"]].used = True
    return arguments


def named_like_another(call: Caller, arguments: Json) -> Json:
    """Another view of the app has this external id."""
    view: Json = arguments["view"]
    call.ok("views.publish", user_id=SAM, view=HOME | {"external_id": "mine"})
    return arguments | {"view": view | {"external_id": "mine"}}


def deep_stack(call: Caller, arguments: Json) -> Json:
    for _ in range(2):
        call.ok("views.push", trigger_id=call.trigger(), view=MODAL)
    return arguments


def nothing_open(call: Caller, arguments: Json) -> Json:
    call.workspace.modals.clear()
    return arguments


def published_before(call: Caller, arguments: Json) -> Json:
    call.ok("views.publish", **arguments)
    return arguments | {"hash": "1.old"}


def no_home(call: Caller) -> None:
    call.workspace.apps[APP].home = False


def no_messages_tab(call: Caller) -> None:
    call.workspace.apps[APP].messages = False


def code_for_elsewhere(call: Caller, arguments: Json) -> Json:
    code = give_code(call.workspace, call.workspace.apps[APP], MIA, redirect_uri="https://a.example/cb")
    return arguments | {"code": code.code, "redirect_uri": "https://b.example/cb"}


def many_blocks(call: Caller, arguments: Json) -> Json:
    chunks = [{"type": "blocks", "blocks": [SECTION] * 25} for _ in range(3)]
    return arguments | {"chunks": chunks}


def of_a_stranger(call: Caller, arguments: Json) -> Json:
    return arguments | {"users": PIA}


def of_full_guest(call: Caller, arguments: Json) -> Json:
    call.workspace.people[GRETA].kind = Kind.SINGLE_CHANNEL_GUEST
    return arguments | {"users": GRETA}


def not_uploaded(call: Caller, arguments: Json) -> Json:
    file = call.ok("files.getUploadURLExternal", filename="b.txt", length=3)["file_id"]
    return arguments | {"files": [{"id": file}]}


def of_others(call: Caller, arguments: Json) -> Json:
    """A file somebody else shared where the bot is."""
    file = call.file(app="")
    file.channels.append(SUPPORT)
    return arguments | {"file": file.id}


def replied(call: Caller, arguments: Json) -> Json:
    """The message is no reply, or one that is in the channel already."""
    return {"channel": SUPPORT, "ts": arguments["ts"], "reply_broadcast": True}


def second_group(call: Caller) -> None:
    call.ok("usergroups.create", name="On call", handle="on-call")


def alone_in_it(call: Caller, arguments: Json) -> Json:
    call.workspace.channels[SUPPORT].people = {BOT: None}
    return arguments


def by_others(call: Caller, arguments: Json) -> Json:
    call.workspace.channels[arguments["channel"]].creator = MIA
    return arguments


def name_of_many(count: int) -> str:
    return ",".join(f"U{n:09d}" for n in range(count))


def about_to_come(call: Caller, arguments: Json) -> Json:
    scheduled = call.workspace.scheduled[arguments["scheduled_message_id"]]
    call.workspace.clock.set(scheduled.post_at - 59)
    return arguments


LONG_METADATA: Json = {"event_type": "t", "event_payload": {"x": "y" * 9_000}}
SURPLUS: Json = {"type": "section", "colour": "red", "text": {"type": "mrkdwn", "text": "x"}}

ALWAYS: dict[str, Twist] = {
    "channel_not_found": moved(channel=NOWHERE, channel_id=NOWHERE),
    "not_in_channel": outside,
    "is_archived": archived,
    "method_not_supported_for_channel_type": but(channel=DIRECT),
    "user_not_found": but(user=NOBODY),
    "message_not_found": moved(ts=NEVER, timestamp=NEVER, message_ts=NEVER),
    "bad_timestamp": but(timestamp="yesterday"),
    "no_item_specified": without("timestamp"),
    "no_text": without("text", "markdown_text", "chunks"),
    "msg_too_long": but(text=FAR_TOO_LONG),
    "invalid_blocks": but(blocks=[WORSE]),
    "invalid_blocks_format": but(blocks='{"no": "list"}'),
    "invalid_attachments": but(attachments=[{"blocks": [WORSE]}]),
    "too_many_attachments": but(attachments=[{"text": "x"}] * 101),
    "markdown_text_conflict": but(text="Hello", markdown_text="**Hello**"),
    "invalid_metadata_format": but(metadata="[]"),
    "invalid_metadata_schema": but(metadata={"event_payload": {}}),
    "metadata_too_large": but(metadata=LONG_METADATA),
    "invalid_thread_ts": but(thread_ts="0"),
    "invalid_cursor": but(cursor="bm90aGluZw=="),
    "invalid_limit": but(limit="many"),
    "invalid_types": but(types="public_channel,secret_channel"),
    "invalid_ts_oldest": but(oldest="yesterday"),
    "invalid_ts_latest": but(latest="tomorrow"),
    "invalid_chunks": but(chunks=[{"type": "task_update", "id": "1"}]),
    "msg_blocks_too_many": many_blocks,
    "message_not_owned_by_app": of_mia,
    "message_not_in_streaming_state": stopped,
    "invalid_name_required": but(name=""),
    "invalid_name_maxlength": but(name="x" * 81),
    "invalid_name_punctuation": but(name="---"),
    "invalid_name_specials": but(name="Loud Name"),
    "name_taken": but(name="general"),
    "too_long": but(topic="x" * 251, purpose="x" * 251),
    "no_such_subteam": but(usergroup="S0NOBODY00"),
    "name_too_long": but(name="x" * 81),
    "bad_handle": but(handle="Not A Handle"),
    "name_already_exists": after(second_group, name="On call", handle="other"),
    "handle_already_exists": after(second_group, name="Other", handle="on-call"),
    "invalid_trigger_id": but(trigger_id="1.2.abc"),
    "expired_trigger_id": late,
    "exchanged_trigger_id": spent,
    "view_too_large": lambda _, arguments: (
        arguments | {"view": arguments["view"] | {"private_metadata": "x" * 260_000}}
    ),
    "duplicate_external_id": named_like_another,
    "hash_conflict": but(hash="1.old"),
    "thread_ts_required": without("thread_ts"),
    "not_authorized": but(channel_id=ALONE),
    "too_many_users": but(users=name_of_many(101)),
}
"""What spoils any call that can be refused with an error."""

ONCE: dict[str, Twist] = {
    "chat.postMessage messages_tab_disabled": after(no_messages_tab, channel=MIA),
    "chat.postMessage msg_blocks_too_long": but(blocks=[{"type": "markdown", "text": "x" * 7_000}] * 2),
    "chat.postMessage msg_too_long": but(text="", markdown_text="x" * 12_001),
    "chat.postEphemeral user_not_in_channel": but(user=GRETA),
    "chat.update cant_update_message": of_mia,
    "chat.update is_inactive": archived,
    "chat.update msg_too_long": but(text="x" * 4_001),
    "chat.update streaming_state_conflict": streaming,
    "chat.update no_dual_broadcast_content_update": but(reply_broadcast=True),
    "chat.update cant_broadcast_message": replied,
    "chat.delete cant_delete_message": of_mia,
    "chat.meMessage no_text": but(text=""),
    "chat.startStream user_not_found": but(recipient_user_id=NOBODY),
    "chat.startStream missing_recipient_user_id": without("recipient_user_id"),
    "chat.startStream missing_recipient_team_id": without("recipient_team_id"),
    "chat.startStream invalid_arguments": without("thread_ts"),
    "chat.startStream msg_too_long": but(markdown_text="x" * 12_001),
    "chat.appendStream msg_too_long": but(markdown_text="x" * 12_001),
    "chat.stopStream msg_too_long": but(markdown_text="x" * 12_001),
    "chat.startStream invalid_blocks": but(chunks=[{"type": "blocks", "blocks": [WORSE]}]),
    "chat.appendStream invalid_blocks": but(chunks=[{"type": "blocks", "blocks": [WORSE]}]),
    "chat.stopStream invalid_arguments": but(session_status="asleep"),
    "chat.scheduleMessage invalid_time": but(post_at="soon"),
    "chat.scheduleMessage time_in_past": but(post_at=int(NOON) - 1),
    "chat.scheduleMessage time_too_far": but(post_at=int(NOON) + 121 * 86_400),
    "chat.scheduleMessage restricted_too_many": crowded,
    "chat.scheduledMessages.list invalid_channel": but(channel=NOWHERE),
    "chat.deleteScheduledMessage invalid_scheduled_message_id": about_to_come,
    "chat.unfurl missing_channel": without("channel"),
    "chat.unfurl missing_ts": without("ts"),
    "chat.unfurl cannot_find_channel": but(channel=NOWHERE),
    "chat.unfurl cannot_find_message": but(ts=NEVER),
    "chat.unfurl missing_unfurls": without("unfurls"),
    "chat.unfurl invalid_unfurls_format": but(unfurls=["https://shop.example/1"]),
    "chat.unfurl cannot_parse_attachment": but(unfurls={"https://shop.example/1": "An order"}),
    "chat.unfurl cannot_unfurl_url": but(unfurls={"https://elsewhere.example": {"text": "x"}}),
    "conversations.open method_not_supported_for_channel_type": but(channel=SUPPORT),
    "conversations.open channel_not_found": but(channel=NOWHERE),
    "conversations.open users_list_not_supplied": without("users"),
    "conversations.open too_many_users": but(users=name_of_many(9)),
    "conversations.open user_not_found": but(users=NOBODY),
    "conversations.open user_disabled": but(users=DARIO),
    "conversations.open cannot_dm_bot": but(users=BOT),
    "conversations.close method_not_supported_for_channel_type": but(channel=SUPPORT),
    "conversations.archive already_archived": archived,
    "conversations.archive cant_archive_general": general,
    "conversations.unarchive not_archived": but(channel=SUPPORT),
    "conversations.rename not_authorized": by_others,
    "conversations.replies thread_not_found": but(ts=NEVER),
    "conversations.mark invalid_timestamp": but(ts="yesterday"),
    "conversations.leave cant_leave_general": general,
    "conversations.leave last_member": alone_in_it,
    "conversations.invite no_user": but(users=""),
    "conversations.invite user_not_found": but(users=NOBODY),
    "conversations.invite cant_invite_self": but(users=BOT),
    "conversations.invite already_in_channel": again("conversations.invite"),
    "conversations.invite cant_invite": but(users=DARIO),
    "conversations.invite no_external_invite_permission": of_a_stranger,
    "conversations.invite ura_max_channels": of_full_guest,
    "conversations.kick cant_kick_self": but(user=BOT),
    "conversations.kick cant_kick_from_general": general,
    "conversations.kick not_in_channel": but(user=GRETA),
    "users.list invalid_cursor": but(cursor="dXNlcjpVMA=="),
    "users.lookupByEmail users_not_found": but(email="nobody@acme.example"),
    "users.setPresence invalid_presence": but(presence="asleep"),
    "dnd.teamInfo no_users_provided": but(users=""),
    "usergroups.create missing_subteam_name": but(name=""),
    "usergroups.users.update no_users_provided": but(users=""),
    "usergroups.users.update invalid_users": but(users=f"{MIA},{NOBODY}"),
    "reactions.add invalid_name": but(name="No Emoji"),
    "reactions.remove invalid_name": but(name=""),
    "reactions.add already_reacted": again("reactions.add"),
    "reactions.add too_many_emoji": reacted_by(MIA, 50),
    "reactions.add too_many_reactions": reacted_by(BOT, 23),
    "reactions.remove no_reaction": but(name="tada"),
    "pins.add already_pinned": again("pins.add"),
    "pins.add too_many_pins": full_of_pins,
    "pins.remove no_pin": again("pins.remove"),
    "team.info team_not_found": but(team="T0NOWHERE0"),
    "bots.info bot_not_found": but(bot="B0NOBODY00"),
    "blocks.validate invalid_arguments": but(view=MODAL),
    "blocks.validate invalid_message": lambda _, __: {"message": {"blocks": [SURPLUS]}},
    "blocks.validate invalid_view": lambda _, __: {"view": HOME | {"blocks": [SURPLUS]}},
    "views.open invalid_arguments": but(view=HOME),
    "views.push invalid_arguments": but(view={"type": "modal"}),
    "views.update invalid_arguments": but(view="{"),
    "views.publish invalid_arguments": but(user_id=NOBODY),
    "views.push not_found": nothing_open,
    "views.push push_limit_reached": deep_stack,
    "views.update not_found": but(view_id="V0NOWHERE0"),
    "views.publish hash_conflict": published_before,
    "views.publish not_enabled": after(no_home),
    "files.getUploadURLExternal missing_argument": but(length=0),
    "files.getUploadURLExternal file_upload_size_restricted": but(length=51 * 1024 * 1024),
    "files.getUploadURLExternal snippet_too_large": but(length=2 * 1024 * 1024, snippet_type="python"),
    "files.getUploadURLExternal alt_txt_too_large": but(alt_txt="x" * 1_001),
    "files.completeUploadExternal file_not_found": not_uploaded,
    "files.completeUploadExternal not_in_channel": but(channel_id=ALONE),
    "files.completeUploadExternal channels_limit_exceeded": but(channels=name_of_many(101)),
    "files.completeUploadExternal invalid_arguments": but(files="[]"),
    "files.info file_not_found": but(file="F0NOTHING0"),
    "files.list channel_not_found": but(channel=NOWHERE),
    "files.list unknown_type": but(types="poems"),
    "files.list invalid_arguments": but(ts_from="yesterday"),
    "files.delete file_not_found": again("files.delete"),
    "files.delete cant_delete_file": of_others,
    "oauth.v2.access invalid_client_id": but(client_id="9.9"),
    "oauth.v2.access bad_client_secret": but(client_secret="guess"),
    "oauth.v2.access invalid_grant_type": but(grant_type="password"),
    "oauth.v2.access invalid_refresh_token": but(grant_type="refresh_token"),
    "oauth.v2.access invalid_code": again("oauth.v2.access"),
    "oauth.v2.access bad_redirect_uri": code_for_elsewhere,
    "assistant.threads.setStatus invalid_arguments": but(loading_messages=["x" * 51]),
    "assistant.threads.setTitle invalid_arguments": but(title=""),
    "assistant.threads.setSuggestedPrompts invalid_arguments": but(prompts=[{"title": "Without a message"}]),
    "agents.sessions.setStatus invalid_status": but(status="asleep"),
    "agents.sessions.setStatus user_not_found": but(initiator_user_id=NOBODY),
    "agents.sessions.rename invalid_name": but(title="x" * 201),
    "agents.sessions.rename session_not_found": but(thread_ts=NEVER),
}
"""What spoils a call of one method only."""


def twist_of(method: str, error: str) -> Twist | None:
    return ONCE.get(f"{method} {error}") or ALWAYS.get(error)
