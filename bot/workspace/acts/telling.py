"""What every payload tells an app: whose act it was, in which team, and for which app."""

from collections.abc import Sequence

from bot.workspace.payload import Json
from bot.workspace.state.app import App
from bot.workspace.state.change import Troubled
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace

_NAMES = {ChannelKind.DIRECT: "directmessage", ChannelKind.PRIVATE: "privategroup"}


def told(workspace: Workspace, app: App, person: Person, kind: str) -> Json:
    """The head of an interaction."""
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": app.id,
        "token": app.verification_token,
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_name(channel: Channel) -> str:
    """Slack names no private place to an app that may not read it."""
    return _NAMES.get(channel.kind, channel.name)


def channel_told(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel_name(channel)}


def trouble(workspace: Workspace, person: Person, text: str, *, where: Sequence[str] = ("", "")) -> str:
    """Tell a person in every window of theirs that something came to nothing; `where` is a channel and a time."""
    channel, ts = where
    workspace.tell(Troubled(person.id, text, channel, ts))
    return text
