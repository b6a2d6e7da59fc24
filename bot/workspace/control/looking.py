"""What there is in a workspace, as JSON for a test: in Slack's own form where Slack has one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

from bot.workspace.control import finding
from bot.workspace.control.asking import Logged, Part, State
from bot.workspace.control.watching import Watch
from bot.workspace.log import Line, Log, Way
from bot.workspace.payload import Json
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.showing import file_json, group_json, message_json, person_json, view_json
from bot.workspace.state.view import View
from bot.workspace.state.workspace import Workspace

T = TypeVar("T", bound=Message | View)

SHOWN = ("id", "name", "topic", "purpose", "general", "archived", "shared_with")
HIDDEN = ("bot_token", "app_token", "signing_secret", "verification_token", "client_secret")


@dataclass(frozen=True, slots=True)
class Look:
    """Into a workspace: at everything, or at what concerns one person and one channel."""

    watch: Watch
    workspace: Workspace
    person: str
    channel: Channel | None
    thread: str
    limit: int

    def of_person(self, things: Iterable[T], owner: Callable[[T], str]) -> list[T]:
        return [one for one in things if self.person in ("", owner(one))]

    def in_channel(self, messages: Iterable[Message]) -> list[Message]:
        return [one for one in messages if self.channel is None or self.channel.id == one.channel]


def state(watch: Watch, asked: State) -> Json:
    """The parts that were asked for. Raises Refused where somebody or something is named that is not there."""
    workspace = watch.desk.workspace
    look = Look(
        watch,
        workspace,
        finding.person(workspace, asked.person).id if asked.person else "",
        finding.channel(workspace, asked.channel) if asked.channel else None,
        asked.thread,
        asked.limit,
    )
    said: Json = {"version": watch.version, "now": workspace.clock.now(), "stands": workspace.clock.stands}
    return said | {part: PARTS[part](look) for part in asked.of}


def _people(look: Look) -> list[Json]:
    workspace = look.workspace
    return [
        person_json(workspace, one) | {"kind": one.kind.value, "away": one.away, "quiet_until": one.quiet_until}
        for one in workspace.people.values()
        if look.person in ("", one.id)
    ]


def _groups(look: Look) -> list[Json]:
    return [group_json(look.workspace, one) | {"people": one.people} for one in look.workspace.groups.values()]


def _channels(look: Look) -> list[Json]:
    """Channels as they are, not as somebody sees them."""
    return [channel_shown(one) for one in ([look.channel] if look.channel else look.workspace.channels.values())]


def channel_shown(one: Channel) -> Json:
    """A channel with its people, and what each has read."""
    said = {name: getattr(one, name) for name in SHOWN}
    counted = {"kind": one.kind.value, "people": [*one.people], "messages": len(one.messages)}
    return said | counted | {"read": dict(one.read), "pins": dict(one.pins)}


def _messages(look: Look) -> list[Json]:
    """The last ones, threads among them, oldest first."""
    if look.channel is None:
        every = [one for channel in look.workspace.channels.values() for one in channel.messages.values()]
        found = sorted(every, key=lambda one: one.ts)
    else:
        found = look.channel.thread(look.thread) if look.thread else [*look.channel.messages.values()]
    return [message_shown(look.workspace, one) for one in found[-look.limit :]]


def message_shown(workspace: Workspace, message: Message) -> Json:
    return message_json(workspace, message) | {"channel": message.channel}


def _whispers(look: Look) -> list[Json]:
    """What only one person sees."""
    found = look.of_person(look.in_channel(look.workspace.whispers.values()), lambda one: one.only_for)
    return [
        message_shown(look.workspace, one) | {"only_for": one.only_for, "is_ephemeral": True}
        for one in found[-look.limit :]
    ]


def _modals(look: Look) -> list[Json]:
    """What is open, the topmost last."""
    every = (view for stack in look.workspace.modals.values() for view in stack)
    return _views(look, every)


def _homes(look: Look) -> list[Json]:
    return _views(look, look.workspace.homes.values())


def _views(look: Look, views: Iterable[View]) -> list[Json]:
    found = look.of_person(views, lambda view: view.person)
    return [view_json(look.workspace, view) | {"person": view.person} for view in found]


def _app(look: Look) -> Json:
    return app_shown(finding.app(look.workspace))


def app_shown(app: App) -> Json:
    """The app, without its tokens."""
    said = {name: value for name, value in asdict(app).items() if name not in HIDDEN}
    for names in ("scopes", "events"):
        said[names] = None if said[names] is None else sorted(said[names])
    return said


def _files(look: Look) -> list[Json]:
    return [file_json(look.workspace, one) for one in look.workspace.files.values()]


def _notices(look: Look) -> list[Json]:
    """The last things people were told that stand in no channel: that an app did not answer, what it is doing."""
    return [*look.watch.notices]


PARTS: Mapping[Part, Callable[[Look], object]] = {
    "people": _people,
    "groups": _groups,
    "channels": _channels,
    "messages": _messages,
    "whispers": _whispers,
    "modals": _modals,
    "homes": _homes,
    "app": _app,
    "files": _files,
    "notices": _notices,
}


def lines(log: Log, asked: Logged) -> list[Line]:
    """The lines that fit, oldest first."""
    fitting = [line for line in log.lines if line.n > asked.after and _fits(line, asked)]
    return fitting[: asked.limit]


def _fits(line: Line, asked: Logged) -> bool:
    if asked.way not in (None, line.way) or not fnmatchcase(line.name, asked.name):
        return False
    answered = bool(line.status) or line.way is Way.NOTE
    return (answered or not asked.answered) and fnmatchcase(line.status, asked.status)


def line_shown(line: Line) -> Json:
    return asdict(line) | {"way": line.way.value}
