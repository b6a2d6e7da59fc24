"""Files: asked for, filled, shared, taken away."""

import mimetypes

from bot.workspace.changes.posting import post, touch
from bot.workspace.state.change import FileShared
from bot.workspace.state.file import File
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json
from bot.workspace.state.workspace import Workspace


def ask_for_room(workspace: Workspace, name: str, *, user: str, size: int, app: str = "") -> File:
    """A place for a file that is still to come."""
    file = File(
        id=workspace.ids.new("F"),
        name=name,
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        user=user,
        created=int(workspace.clock.now()),
        size=size,
        app=app,
        key=workspace.ids.secret(40),
    )
    workspace.files[file.id] = file
    return file


def fill(file: File, data: bytes) -> None:
    """Put the content in."""
    file.data, file.size = data, len(data)


def complete(file: File, title: str = "") -> None:
    """From now on it is a file like any other."""
    file.title, file.complete = title or file.title, True


def share(workspace: Workspace, message: Message, *files: File) -> Message:
    """Post a message that brings files into its channel."""
    channel = workspace.channels[message.channel]
    message.files = [file.id for file in files]
    message.subtype = message.subtype or "file_share"
    for file in files:
        if channel.id not in file.channels:
            file.channels.append(channel.id)
    post(workspace, message)
    for file in files:
        workspace.tell(FileShared(file.id, channel, message.user))
    return message


def remove(workspace: Workspace, file: File) -> None:
    """Take a file away, out of every message that brought it."""
    for channel in (workspace.channels[id] for id in file.channels):
        for message in [one for one in channel.messages.values() if file.id in one.files]:
            _take_out(workspace, message, file)
    del workspace.files[file.id]


def _take_out(workspace: Workspace, message: Message, file: File) -> None:
    before = message_json(workspace, message)
    message.files = [id for id in message.files if id != file.id]
    touch(workspace, message, before)
