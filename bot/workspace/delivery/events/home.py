"""Events about an app itself: its home opened, its tokens taken away."""

from collections.abc import Iterator

from bot.workspace.delivery.events.event import Event
from bot.workspace.payload import Json
from bot.workspace.state.change import HomeOpened, Revoked
from bot.workspace.state.showing import view_json
from bot.workspace.state.workspace import Workspace


def of_home(workspace: Workspace, change: HomeOpened) -> Iterator[Event]:
    app = workspace.apps[change.app]
    channel = workspace.direct(change.person, app.user)
    body: Json = {
        "type": "app_home_opened",
        "user": change.person,
        "channel": channel.id if channel else "",
        "tab": change.tab,
        "event_ts": workspace.ids.ts(workspace.clock.now()),
    }
    view = workspace.homes.get((app.id, change.person))
    if view is not None and change.tab == "home":
        body["view"] = view_json(workspace, view)
    yield Event(name="app_home_opened", body=body, channel=channel, app=app.id)


def of_revoked(workspace: Workspace, change: Revoked) -> Iterator[Event]:
    """The last two things an app hears."""
    ts, app = workspace.ids.ts(workspace.clock.now()), workspace.apps[change.app]
    tokens: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.user]}, "event_ts": ts}
    for body in (tokens, {"type": "app_uninstalled", "event_ts": ts}):
        yield Event(name=body["type"], body=body, app=app.id, last_word=True)
