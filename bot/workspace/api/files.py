"""`files.*`: files asked for, uploaded, shared, listed."""

from collections.abc import Mapping, Sequence
from typing import cast

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.chat import new_message
from bot.workspace.api.finding import seen_channel, writable_channel
from bot.workspace.api.paging import counted, time_of
from bot.workspace.api.wording import blocks_in, refuse_flaws
from bot.workspace.blocks.checking import flaws_in_message
from bot.workspace.blocks.naming import named
from bot.workspace.changes.filing import ask_for_room, complete, remove, share
from bot.workspace.changes.posting import Wording
from bot.workspace.changes.wording import escaped
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.file import File
from bot.workspace.state.showing import file_json

LARGEST = 50 * 1024 * 1024
LARGEST_SNIPPET = 1024 * 1024
LONGEST_ALT, LONGEST_NAME = 1_000, 255
MOST_CHANNELS = 100


def get_upload_url(call: Call) -> Json:
    name, length = call.arguments.needed("filename"), call.arguments.number("length", 0)
    call.arguments.needed("length")
    if length <= 0:
        raise SlackError("missing_argument")
    if length > LARGEST:
        raise SlackError("file_upload_size_restricted")
    if call.arguments.text("snippet_type") and length > LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    if len(call.arguments.text("alt_txt")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    bare = name.replace("/", "_").replace("\\", "_")[:LONGEST_NAME]
    file = ask_for_room(call.desk.workspace, bare, user=call.app.user, size=length, app=call.app.id)
    return {"upload_url": f"{call.desk.address}/upload/v1/{file.key}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    files = _uploaded(call)
    channels = _destinations(call)
    blocks = blocks_in(call.arguments)
    refuse_flaws(flaws_in_message(blocks or None, None, None, None))
    comment = call.arguments.text("initial_comment")
    workspace = call.desk.workspace
    messages = [
        new_message(
            call,
            channel,
            Wording(
                text=escaped(comment),
                blocks=named(blocks, workspace.ids) if blocks and not comment else None,
            ),
        )
        for channel in channels
    ]
    for file, title in files:
        complete(file, title)
    for message in messages:
        share(workspace, message, *(file for file, _ in files))
    return {"files": [file_json(workspace, file) for file, _ in files]}


def _uploaded(call: Call) -> list[tuple[File, str]]:
    """The files a call names and the titles it gives them: asked for by this app, and with content."""
    given = call.arguments.structure("files")
    if not isinstance(given, list) or not given:
        call.arguments.needed("files")
        raise SlackError("invalid_arguments")
    found: dict[str, tuple[File, str]] = {}
    for one in cast("list[object]", given):
        fields = cast("Json", one) if isinstance(one, dict) else {}
        file = call.desk.workspace.files.get(str(fields.get("id")))
        if file is None or file.app != call.app.id or file.data is None or file.complete:
            raise SlackError("file_not_found")
        title = fields.get("title")
        found[file.id] = (file, title if isinstance(title, str) else "")
    return [*found.values()]


def _destinations(call: Call) -> list[Channel]:
    ids = [call.arguments.text("channel_id"), *call.arguments.listed("channels")]
    wanted = list(dict.fromkeys(id for id in ids if id))
    if len(wanted) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    channels = [writable_channel(call, id) for id in wanted]
    if any(call.app.user not in channel.people for channel in channels):
        raise SlackError("not_in_channel")
    return channels


def _visible(call: Call) -> File:
    """The file a call names: one of the app's own, or one in a channel its bot is in."""
    file = call.desk.workspace.files.get(call.arguments.needed("file", "file_not_found"))
    if file is None or not may_see(call, file):
        raise SlackError("file_not_found")
    return file


def may_see(call: Call, file: File) -> bool:
    channels = call.desk.workspace.channels
    shared = any(call.app.user in channels[id].people for id in file.channels if id in channels)
    return file.complete and (file.app == call.app.id or shared)


def info(call: Call) -> Json:
    file = _visible(call)
    shown = file_json(call.desk.workspace, file)
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def list_files(call: Call) -> Json:
    """The newest first."""
    files = [one for one in call.desk.workspace.files.values() if may_see(call, one) and _is_wanted(call, one)]
    files.sort(key=lambda one: (one.created, one.id), reverse=True)
    items, paging = counted(files, call.arguments)
    return {"files": [file_json(call.desk.workspace, one) for one in items], "paging": paging}


_TYPES: Mapping[str, Sequence[str]] = {
    "images": ("image/",),
    "pdfs": ("application/pdf",),
    "zips": ("application/zip",),
    "snippets": ("text/",),
    "gdocs": (),
    "spaces": (),
}


def _is_wanted(call: Call, file: File) -> bool:
    arguments = call.arguments
    user, channel = arguments.text("user"), arguments.text("channel")
    if user and user not in call.desk.workspace.people:
        raise SlackError("user_not_found")
    if channel:
        seen_channel(call)
    since, until = _bound(call, "ts_from"), _bound(call, "ts_to")
    return (
        (not user or file.user == user)
        and (not channel or channel in file.channels)
        and (not since or file.created >= since)
        and (not until or file.created <= until)
        and _has_type(call, file)
    )


def _bound(call: Call, name: str) -> float:
    given = call.arguments.text(name)
    return float(time_of(given, "invalid_arguments")) if given else 0.0


def _has_type(call: Call, file: File) -> bool:
    types = call.arguments.listed("types") or ["all"]
    if any(type not in (*_TYPES, "all") for type in types):
        raise SlackError("unknown_type")
    return "all" in types or any(file.mimetype.startswith(kind) for type in types for kind in _TYPES[type])


def delete_file(call: Call) -> Json:
    file = _visible(call)
    if file.app != call.app.id:
        raise SlackError("cant_delete_file")
    remove(call.desk.workspace, file)
    return {}


_READ, _WRITE = ("files:read",), ("files:write",)

METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(
        do=get_upload_url,
        tier=Tier.FOUR,
        scopes=_WRITE,
        takes_json=False,
        errors=("missing_argument", "file_upload_size_restricted", "snippet_too_large", "alt_txt_too_large"),
    ),
    "files.completeUploadExternal": Method(
        do=complete_upload,
        tier=Tier.FOUR,
        scopes=_WRITE,
        errors=(
            "file_not_found", "channel_not_found", "not_in_channel", "is_archived", "invalid_blocks",
            "channels_limit_exceeded", "invalid_arguments", "invalid_thread_ts",
        ),
    ),
    "files.info": Method(do=info, tier=Tier.FOUR, scopes=_READ, takes_json=False, errors=("file_not_found",)),
    "files.list": Method(
        do=list_files,
        scopes=_READ,
        takes_json=False,
        errors=("user_not_found", "channel_not_found", "unknown_type", "invalid_arguments"),
    ),
    "files.delete": Method(do=delete_file, scopes=_WRITE, errors=("file_not_found", "cant_delete_file")),
}  # fmt: skip
