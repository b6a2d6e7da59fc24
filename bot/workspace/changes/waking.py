"""What was under way when a workspace stopped, set going again."""

from bot.workspace.changes import scheduling, streaming
from bot.workspace.state.workspace import Workspace


def wake(workspace: Workspace) -> None:
    """Set every timer anew: of messages put off, and of those still being written."""
    for scheduled in workspace.scheduled.values():
        scheduling.arm(workspace, scheduled)
    for channel in workspace.channels.values():
        for message in channel.messages.values():
            streaming.arm(workspace, message)
