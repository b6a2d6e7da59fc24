"""Apps: their tokens taken away."""

from bot.workspace.state.app import App
from bot.workspace.state.change import Revoked
from bot.workspace.state.workspace import Workspace


def revoke(workspace: Workspace, app: App) -> bool:
    """Take the tokens of an app away; False where that was done before. It hears of it, and of nothing after."""
    if app.revoked:
        return False
    app.revoked = True
    workspace.tell(Revoked(app.id))
    return True
