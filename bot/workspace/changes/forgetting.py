"""Everything begun anew: what happened is forgotten, what is installed stays installed."""

from bot.workspace.state.change import Forgotten
from bot.workspace.state.workspace import Workspace


def begin_anew(workspace: Workspace, fresh: Workspace) -> None:
    """Put what there is in a fresh workspace into the place of everything in this one."""
    workspace.team = fresh.team
    workspace.people, workspace.groups, workspace.channels = fresh.people, fresh.groups, fresh.channels
    workspace.apps, workspace.files, workspace.homes = fresh.apps, fresh.files, fresh.homes
    workspace.scheduled, workspace.sessions = fresh.scheduled, fresh.sessions
    for passing in (
        workspace.modals, workspace.whispers, workspace.triggers, workspace.response_urls, workspace.codes,
    ):  # fmt: skip
        passing.clear()
    workspace.sessions.clear()
    workspace.codes.clear()
    workspace.tell(Forgotten())
