"""One event: what is said, who may hear it, and the envelope it comes in."""

import base64
import json
from dataclasses import dataclass

from bot.workspace.payload import Json
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something an app may hear of."""

    name: str
    """What an app subscribes to: `message.channels`, `reaction_added`."""
    body: Json
    scopes: tuple[str, ...] = ()
    """Any one of them is enough; none means that everybody may hear it."""
    channel: Channel | None = None
    """What it is about."""
    members_only: bool = False
    """Whether only apps in the channel hear it."""
    app: str = ""
    """The one app that is meant; empty where any may be."""
    last_word: bool = False
    """An app whose tokens are gone hears it all the same."""

    def is_for(self, app: App) -> bool:
        """Whether an app subscribed to it, may read it, and is where it happened."""
        if (self.app and self.app != app.id) or (app.revoked and not self.last_word) or not app.hears(self.name):
            return False
        if self.members_only and self.channel is not None and app.user not in self.channel.people:
            return False
        return not self.scopes or any(app.may(scope) for scope in self.scopes)


def wrapped(workspace: Workspace, app: App, event: Event) -> Json:
    """An event in the envelope in which Slack sends it to one app."""
    team = workspace.team.id
    return {
        "token": app.verification_token,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event.body,
        "type": "event_callback",
        "event_id": workspace.ids.new("Ev"),
        "event_time": int(workspace.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": app.user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": event.channel is not None and bool(event.channel.shared_with),
        "event_context": _context(team, app, event),
    }


def _context(team: str, app: App, event: Event) -> str:
    """Opaque to apps; Slack's own is made the same way."""
    about: Json = {"et": event.body["type"], "tid": team, "aid": app.id}
    if event.channel is not None:
        about["cid"] = event.channel.id
    packed = json.dumps(about, separators=(",", ":")).encode()
    return "4-" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
