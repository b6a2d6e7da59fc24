"""`chat.*`: messages posted, edited, deleted, shown to one person only."""

from collections.abc import Mapping
from dataclasses import replace

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.finding import message_of, seen_channel, thread_of, writable_channel
from bot.workspace.api.scope import require
from bot.workspace.api.wording import LONGEST_EDIT, Said, said
from bot.workspace.changes.conversing import clear_status, session
from bot.workspace.changes.posting import Wording, broadcast, delete, edit, post, whisper
from bot.workspace.changes.wording import escaped
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json

LONGEST_NAME = 80


def post_message(call: Call) -> Json:
    channel = writable_channel(call, call.arguments.needed("channel", "channel_not_found"))
    what = said(call, cut=True)
    message = new_message(call, channel, what.wording)
    return put(call, message) | what.remarks()


def put(call: Call, message: Message) -> Json:
    """Post a message of the app."""
    workspace = call.desk.workspace
    post(workspace, message)
    end_status(call, message)
    return {"channel": message.channel, "ts": message.ts, "message": message_json(workspace, message)}


def end_status(call: Call, message: Message) -> None:
    """What the app said it was doing in a thread is over once it has said something there."""
    found = session(call.desk.workspace, call.app.id, message.channel, message.thread_ts)
    if found is not None:
        clear_status(call.desk.workspace, found)


def new_message(call: Call, channel: Channel, what: Wording) -> Message:
    """A message of the calling app, where and under which name the call says."""
    thread = thread_of(channel, call.arguments.text("thread_ts"))
    message = Message(
        channel=channel.id,
        user=call.app.user,
        app=call.app.id,
        bot=call.app.bot,
        text=what.text,
        blocks=what.blocks,
        attachments=what.attachments,
        metadata=what.metadata,
        thread_ts=thread,
    )
    if thread and call.arguments.flag("reply_broadcast"):
        message.broadcast, message.subtype = True, "thread_broadcast"
    dress(call, message)
    return message


def dress(call: Call, message: Message) -> None:
    """Give a message the name and the picture that the call asks for."""
    name, emoji, url = (call.arguments.text(field) for field in ("username", "icon_emoji", "icon_url"))
    if not (name or emoji or url):
        return
    require(call.app, "chat:write.customize")
    message.username, message.icon = name[:LONGEST_NAME], f":{emoji.strip(':')}:" if emoji else url
    message.subtype = message.subtype or "bot_message"


def post_ephemeral(call: Call) -> Json:
    channel = seen_channel(call)
    person = call.arguments.needed("user", "user_not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    if call.app.user not in channel.people:
        raise SlackError("not_in_channel")
    if person not in channel.people:
        raise SlackError("user_not_in_channel")
    message = new_message(call, channel, said(call).wording)
    message.only_for = person
    return {"message_ts": whisper(call.desk.workspace, message).ts}


def update(call: Call) -> Json:
    channel = seen_channel(call)
    message = own_message(call, channel, "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if message.stream is not None:
        raise SlackError("streaming_state_conflict")
    workspace, remarks = call.desk.workspace, {}
    if call.arguments.flag("reply_broadcast"):
        _broadcast(call, message)
    else:
        what = _changed(call, message)
        edit(workspace, message, call.app.bot, what.wording)
        remarks = what.remarks()
    shown = message_json(workspace, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown} | remarks


def own_message(call: Call, channel: Channel, error: str) -> Message:
    """The message a call names, which must be of its app."""
    message = message_of(call, channel)
    if message.app != call.app.id:
        raise SlackError(error)
    return message


def _broadcast(call: Call, message: Message) -> None:
    if any(call.arguments.has(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        raise SlackError("no_dual_broadcast_content_update")
    if not message.is_reply or message.broadcast:
        raise SlackError("cant_broadcast_message")
    broadcast(call.desk.workspace, message)


def _changed(call: Call, message: Message) -> Said:
    """What an edited message says: what the call leaves out stays, but the text goes with what it was the text of."""
    what, has = said(call, longest=LONGEST_EDIT), call.arguments.has
    wording = replace(
        what.wording,
        blocks=what.wording.blocks if has("blocks") or has("markdown_text") else message.blocks,
        attachments=what.wording.attachments if has("attachments") else message.attachments,
        metadata=what.wording.metadata if has("metadata") else message.metadata,
    )
    return Said(wording, what.warnings)


def delete_message(call: Call) -> Json:
    channel = seen_channel(call)
    message = own_message(call, channel, "cant_delete_message")
    delete(call.desk.workspace, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = seen_channel(call)
    message = message_of(call, channel, name="message_ts")
    return {"channel": channel.id, "permalink": permalink(call, message)}


def permalink(call: Call, message: Message) -> str:
    place = f"{call.desk.workspace.team.url}archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{place}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else place


def me_message(call: Call) -> Json:
    channel = writable_channel(call, call.arguments.needed("channel", "channel_not_found"))
    text = call.arguments.needed("text", "no_text")
    if len(text) > LONGEST_EDIT:
        raise SlackError("msg_too_long")
    message = new_message(call, channel, Wording(text=escaped(text)))
    message.subtype = "me_message"
    put(call, message)
    return {"channel": channel.id, "ts": message.ts}


_PLACE = "channel_not_found", "is_archived", "not_in_channel", "messages_tab_disabled"
_CONTENT = (
    "no_text", "msg_too_long", "invalid_blocks", "invalid_blocks_format", "markdown_text_conflict",
    "too_many_attachments", "invalid_attachments", "invalid_metadata_format", "invalid_metadata_schema",
    "metadata_too_large",
)  # fmt: skip

METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(
        do=post_message,
        tier=Tier.POSTING,
        scopes=("chat:write",),
        errors=(*_PLACE, *_CONTENT, "msg_blocks_too_long", "invalid_thread_ts"),
    ),
    "chat.postEphemeral": Method(
        do=post_ephemeral,
        tier=Tier.FOUR,
        scopes=("chat:write",),
        errors=(*_PLACE[:3], *_CONTENT, "user_not_in_channel"),
    ),
    "chat.update": Method(
        do=update,
        scopes=("chat:write",),
        errors=(
            "channel_not_found", "message_not_found", "cant_update_message", "is_inactive", "streaming_state_conflict",
            "no_dual_broadcast_content_update", "cant_broadcast_message", *_CONTENT,
        ),
    ),
    "chat.delete": Method(
        do=delete_message,
        scopes=("chat:write",),
        errors=("channel_not_found", "message_not_found", "cant_delete_message"),
    ),
    "chat.getPermalink": Method(
        do=get_permalink,
        tier=Tier.SPECIAL,
        takes_json=False,
        errors=("channel_not_found", "message_not_found"),
    ),
    "chat.meMessage": Method(do=me_message, scopes=("chat:write",), errors=(*_PLACE[:3], "no_text", "msg_too_long")),
}  # fmt: skip
