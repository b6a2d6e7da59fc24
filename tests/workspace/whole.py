"""Whether a workspace is whole: what must hold of it after anything that anybody did."""

from collections.abc import Iterator

from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.message import Message
from bot.workspace.state.person import Kind
from bot.workspace.state.view import View
from bot.workspace.state.workspace import Workspace


def faults_in(workspace: Workspace) -> list[str]:
    """Everything that does not hold, in words."""
    return [*_people(workspace), *_views(workspace), *_of_channels(workspace), *_files(workspace)]


def _people(workspace: Workspace) -> Iterator[str]:
    for id, person in workspace.people.items():
        if person.id != id:
            yield f"{person.name} is kept under another id"
        if (person.kind is Kind.BOT) is not bool(person.app):
            yield f"{person.name} is a bot without an app, or the other way round"
        if person.app and (person.app not in workspace.apps or workspace.apps[person.app].user != id):
            yield f"{person.name} is the bot of an app that does not know it"
    for group in workspace.groups.values():
        if len(set(group.people)) != len(group.people) or not set(group.people) <= set(workspace.people):
            yield f"group {group.handle} has somebody twice, or nobody knows them"


def _of_channels(workspace: Workspace) -> Iterator[str]:
    names = [one.name for one in workspace.channels.values() if not one.is_direct]
    if len(set(names)) != len(names):
        yield f"two channels have one name: {names}"
    stamps = [ts for one in workspace.channels.values() for ts in one.messages]
    if len(set(stamps)) != len(stamps):
        yield "two messages have one time"
    for id, channel in workspace.channels.items():
        if channel.id != id:
            yield f"#{channel.name} is kept under another id"
        yield from (f"#{channel.name or id}: {fault}" for fault in _channel(workspace, channel))


def _channel(workspace: Workspace, channel: Channel) -> Iterator[str]:
    stamps = [*channel.messages]
    if stamps != sorted(stamps):
        yield "its messages are not in order"
    if channel.times != [ts for ts, one in channel.messages.items() if one.in_channel]:
        yield "its timeline is not what stands in it"
    if not set(channel.people) <= set(workspace.people):
        yield "somebody is in it whom nobody knows"
    if not set(channel.pins) <= set(channel.messages):
        yield "a message is pinned that is not there"
    if channel.kind is ChannelKind.DIRECT and len(channel.people) > 2:
        yield "it is direct, of more than two"
    yield from _messages(workspace, channel)


def _messages(workspace: Workspace, channel: Channel) -> Iterator[str]:
    replies: dict[str, list[str]] = {}
    for one in channel.messages.values():
        if one.is_reply:
            replies.setdefault(one.thread_ts, []).append(one.ts)
    for ts, message in channel.messages.items():
        if (message.ts, message.channel) != (ts, channel.id):
            yield f"message {ts} stands in the wrong place"
        if not message.is_reply and message.replies != replies.get(ts, []):
            yield f"message {ts} counts {message.replies} and has {replies.get(ts)}"
        yield from _message(workspace, message)


def _message(workspace: Workspace, message: Message) -> Iterator[str]:
    if message.user not in workspace.people:
        yield f"message {message.ts} is of nobody"
    if message.only_for:
        yield f"message {message.ts} is for one person and stands where all see it"
    for name, people in message.reactions.items():
        if not people or len(set(people)) != len(people):
            yield f"reaction {name} of {message.ts} is of nobody, or of somebody twice"
    if not set(message.files) <= set(workspace.files):
        yield f"message {message.ts} has a file that is not there"


def _views(workspace: Workspace) -> Iterator[str]:
    ids = [view.id for view in workspace.views()]
    if len(set(ids)) != len(ids):
        yield "two views have one id"
    for (app, person), stack in workspace.modals.items():
        yield from _stack(app, person, stack)
    for (person, ts), whisper in workspace.whispers.items():
        if (whisper.only_for, whisper.ts) != (person, ts) or whisper.channel not in workspace.channels:
            yield f"whisper {ts} is kept under another name"


def _stack(app: str, person: str, stack: list[View]) -> Iterator[str]:
    if len(stack) > 3:
        yield f"{len(stack)} forms lie on each other"
    for at, view in enumerate(stack):
        if (view.app, view.person) != (app, person) or view.root != stack[0].id:
            yield f"form {view.id} lies in the wrong stack"
        if view.previous != (stack[at - 1].id if at else ""):
            yield f"form {view.id} does not know what lies below it"


def _files(workspace: Workspace) -> Iterator[str]:
    for file in workspace.files.values():
        if not set(file.channels) <= set(workspace.channels):
            yield f"file {file.id} stands in a channel that is not there"
        if file.data is not None and file.size != len(file.data):
            yield f"file {file.id} has another size than it says"
