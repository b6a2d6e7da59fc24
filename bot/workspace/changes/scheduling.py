"""Messages put off until a time: kept, called off, posted when it comes."""

from bot.workspace.changes.posting import post
from bot.workspace.state.scheduled import Scheduled
from bot.workspace.state.workspace import Workspace


def schedule(workspace: Workspace, scheduled: Scheduled) -> None:
    """Post a message at its time, unless it is called off before."""
    workspace.scheduled[scheduled.id] = scheduled
    arm(workspace, scheduled)


def call_off(workspace: Workspace, id: str) -> None:
    workspace.scheduled.pop(id, None)


def arm(workspace: Workspace, scheduled: Scheduled) -> None:
    """Set the timer of a message; again after a restart."""
    workspace.clock.at(scheduled.post_at, lambda: _come_due(workspace, scheduled))


def _come_due(workspace: Workspace, scheduled: Scheduled) -> None:
    if workspace.scheduled.get(scheduled.id) is not scheduled:
        return
    del workspace.scheduled[scheduled.id]
    channel, app = workspace.channels.get(scheduled.message.channel), workspace.apps.get(scheduled.app)
    if channel is not None and not channel.archived and app is not None and not app.revoked:
        post(workspace, scheduled.message)
