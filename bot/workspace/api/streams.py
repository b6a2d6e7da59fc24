"""`chat.startStream`, `appendStream` and `stopStream`: an answer that is written while it is read."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.chat import dress, end_status
from bot.workspace.api.finding import joined_channel, message_of, thread_of
from bot.workspace.api.wording import LONGEST_MARKDOWN, blocks_in, metadata_in, refuse_flaws
from bot.workspace.blocks.checking import flaws_in_message
from bot.workspace.blocks.naming import named
from bot.workspace.changes.conversing import begin as begin_session
from bot.workspace.changes.conversing import set_stage
from bot.workspace.changes.streaming import Blocks, Chunk, Draft, Plan, Task, Words, begin, drafted, end, go_on, opened
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.message import Message, Stream
from bot.workspace.state.session import STAGES
from bot.workspace.state.showing import message_json

LONGEST_FIELD = 256
MOST_BLOCKS, MOST_TASKS = 50, 50
STATES = ("pending", "in_progress", "complete", "error")
DISPLAYS = ("timeline", "plan")


def start(call: Call) -> Json:
    channel = _channel(call)
    thread = thread_of(channel, call.arguments.needed("thread_ts", "invalid_thread_ts"))
    if channel.kind is not ChannelKind.DIRECT:
        _refuse_recipient(call)
    display = call.arguments.text("task_display_mode") or "timeline"
    if display not in DISPLAYS:
        raise SlackError("invalid_arguments")
    chunks = _chunks(call)
    message = Message(channel=channel.id, user=call.app.user, app=call.app.id, bot=call.app.bot, thread_ts=thread)
    dress(call, message)
    stream = opened(call.desk.workspace, as_plan=display == "plan")
    begin(call.desk.workspace, message, _draft(call, message, stream, chunks))
    end_status(call, message)
    return {"channel": channel.id, "ts": message.ts}


def _channel(call: Call) -> Channel:
    channel = joined_channel(call)
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _refuse_recipient(call: Call) -> None:
    """In a channel Slack wants to know for whom the answer is."""
    if not call.arguments.text("recipient_user_id"):
        raise SlackError("missing_recipient_user_id")
    if not call.arguments.text("recipient_team_id"):
        raise SlackError("missing_recipient_team_id")
    if call.arguments.text("recipient_user_id") not in call.desk.workspace.people:
        raise SlackError("user_not_found")


def append(call: Call) -> Json:
    channel = _channel(call)
    message = _mine(call, channel)
    chunks = _chunks(call)
    if not chunks:
        raise SlackError("no_text")
    if message.stream is None:
        raise SlackError("message_not_in_streaming_state")
    go_on(call.desk.workspace, message, _draft(call, message, message.stream, chunks))
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    channel = _channel(call)
    message = _mine(call, channel)
    chunks, blocks, metadata = _chunks(call), blocks_in(call.arguments), metadata_in(call.arguments)
    stage = call.arguments.text("session_status")
    if stage and stage not in STAGES:
        raise SlackError("invalid_arguments")
    refuse_flaws(flaws_in_message(blocks or None, None, None, metadata))
    if message.stream is None:
        raise SlackError("message_not_in_streaming_state")
    if blocks:
        chunks = [*chunks, Blocks(named(blocks, call.desk.workspace.ids))]
    end(call.desk.workspace, message, _draft(call, message, message.stream, chunks), metadata=metadata)
    if stage:
        set_stage(begin_session(call.desk.workspace, call.app.id, channel.id, message.thread_ts), stage)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.desk.workspace, message)}


def _mine(call: Call, channel: Channel) -> Message:
    message = message_of(call, channel)
    if message.app != call.app.id:
        raise SlackError("message_not_owned_by_app")
    return message


def _draft(call: Call, message: Message, stream: Stream, chunks: Sequence[Chunk]) -> Draft:
    """What a message will say, unless that is too much."""
    draft = drafted(call.desk.workspace, message, stream, chunks)
    if len(draft.blocks) > MOST_BLOCKS or len(draft.stream.tasks) > MOST_TASKS:
        raise SlackError("msg_blocks_too_many")
    return draft


# --- chunks ------------------------------------------------------------------------------------------------------


def _chunks(call: Call) -> list[Chunk]:
    """The text and the chunks of a call, in order."""
    text = call.arguments.text("markdown_text")
    given = call.arguments.structure("chunks", "invalid_chunks")
    if given is not None and not isinstance(given, list):
        raise SlackError("invalid_chunks")
    chunks: list[Chunk] = [Words(text)] if text else []
    chunks += [_chunk(call, one) for one in cast("list[object]", given or [])]
    if sum(len(one.text) for one in chunks if isinstance(one, Words)) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return chunks


def _chunk(call: Call, given: object) -> Chunk:
    if not isinstance(given, dict):
        raise SlackError("invalid_chunks")
    fields = cast("Json", given)
    read = _READERS.get(str(fields.get("type")))
    if read is None:
        raise _refused(f"unsupported chunk type: {str(fields.get('type'))[:50]}")
    return read(call, fields)


def _refused(why: str) -> SlackError:
    return SlackError("invalid_chunks", response_metadata={"messages": [f"[ERROR] {why}"]})


def _text(fields: Json, name: str, *, longest: int = LONGEST_FIELD, needed: bool = False) -> str:
    value = fields.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value):
        raise _refused(f"missing required field: {name}")
    if len(value) > longest:
        raise _refused(f"{name} must be less than {longest + 1} characters")
    return value


def _words(_: Call, fields: Json) -> Chunk:
    text = fields.get("text")
    if not isinstance(text, str):
        raise _refused("missing required field: text")
    return Words(text)


def _task(_: Call, fields: Json) -> Chunk:
    status = _text(fields, "status", needed=True)
    if status not in STATES:
        raise _refused(f"status must be one of {', '.join(STATES)}")
    return Task(
        id=_text(fields, "id", longest=255, needed=True),
        title=_text(fields, "title", needed=True),
        status=status,
        details=_text(fields, "details"),
        output=_text(fields, "output"),
        sources=_sources(fields.get("sources")),
    )


def _sources(given: object) -> list[Json]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise _refused("sources must provide an array")
    return [_source(one) for one in cast("list[object]", given)]


def _source(given: object) -> Json:
    source = cast("Json", given) if isinstance(given, dict) else {}
    if source.get("type") != "url":
        raise _refused("sources must be of type url")
    url = _text(source, "url", longest=3_000, needed=True)
    return {"type": "url", "url": url, "text": _text(source, "text") or url}


def _plan(_: Call, fields: Json) -> Chunk:
    return Plan(_text(fields, "title", needed=True))


def _blocks(call: Call, fields: Json) -> Chunk:
    blocks = fields.get("blocks")
    refuse_flaws(flaws_in_message(blocks if blocks is not None else {}, None, None, None))
    return Blocks(named(cast("list[Json]", blocks), call.desk.workspace.ids))


_READERS: Mapping[str, Callable[[Call, Json], Chunk]] = {
    "markdown_text": _words,
    "task_update": _task,
    "plan_update": _plan,
    "blocks": _blocks,
}

_PLACE = "channel_not_found", "not_in_channel", "is_archived"
_CHUNKS = "invalid_chunks", "invalid_blocks", "msg_too_long"
_OWN = "message_not_found", "message_not_owned_by_app", "message_not_in_streaming_state", "msg_blocks_too_many"

METHODS: Mapping[str, Method] = {
    "chat.startStream": Method(
        do=start,
        tier=Tier.TWO,
        scopes=("chat:write",),
        errors=(
            *_PLACE, *_CHUNKS, "invalid_thread_ts", "missing_recipient_user_id", "missing_recipient_team_id",
            "user_not_found", "invalid_arguments", "msg_blocks_too_many",
        ),
    ),
    "chat.appendStream": Method(
        do=append, tier=Tier.FOUR, scopes=("chat:write",), errors=(*_PLACE, *_CHUNKS, *_OWN, "no_text")
    ),
    "chat.stopStream": Method(
        do=stop,
        tier=Tier.TWO,
        scopes=("chat:write",),
        errors=(*_PLACE, *_CHUNKS, *_OWN, "invalid_arguments", "invalid_metadata_format", "invalid_metadata_schema"),
    ),
}  # fmt: skip
