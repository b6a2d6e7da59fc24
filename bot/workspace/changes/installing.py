"""Apps: installed, their tokens given and taken away."""

from bot.workspace.state.app import App
from bot.workspace.state.change import Revoked
from bot.workspace.state.grant import CODE_SECONDS, Code
from bot.workspace.state.workspace import Workspace


def revoke(workspace: Workspace, app: App) -> bool:
    """Take the tokens of an app away; False where that was done before. It hears of it, and of nothing after."""
    if app.revoked:
        return False
    app.revoked = True
    workspace.tell(Revoked(app.id))
    return True


def give_code(workspace: Workspace, app: App, person: str, *, redirect_uri: str = "") -> Code:
    """What somebody who installs an app sends it: good once, for ten minutes."""
    until = workspace.clock.now() + CODE_SECONDS
    code = Code(code=workspace.ids.secret(40), app=app.id, person=person, until=until, redirect_uri=redirect_uri)
    workspace.codes[code.code] = code
    return code


def install(workspace: Workspace, code: Code) -> App:
    """Change a code into tokens; those that were taken away are good again."""
    del workspace.codes[code.code]
    app = workspace.apps[code.app]
    app.revoked = False
    return app
