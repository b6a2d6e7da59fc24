"""The app of a company: what its file, or its manifest, says of it."""

from bot.workspace.company.form import Installed
from bot.workspace.ids import Ids
from bot.workspace.state.app import App, Command, Place, Reached, Shortcut
from bot.workspace.state.workspace import Workspace


def app_of(installed: Installed, ids: Ids) -> App:
    """The app, with tokens of its own."""
    id, user, bot = ids.new("A"), ids.new("U"), ids.new("B")
    return App(
        id=id,
        name=installed.name,
        user=user,
        bot=bot,
        bot_token=f"xoxb-{_number(ids)}-{_number(ids)}-{ids.secret(24)}",
        app_token=f"xapp-1-{id}-{_number(ids)}-{ids.secret(64)}",
        signing_secret=ids.secret(32),
        verification_token=ids.secret(24),
        client_id=f"{_number(ids)}.{_number(ids)}",
        client_secret=ids.secret(32),
        reached=Reached.SOCKET if installed.socket else Reached.HTTP,
    )


def _number(ids: Ids) -> str:
    return f"{int(ids.secret(10), 16):013d}"


def wanted(app: App, installed: Installed) -> None:
    """Make the app what its file, or its manifest, now says it is; its ids and tokens stay, and how it is reached."""
    app.name, app.description, app.colour = installed.name, installed.description, installed.colour
    app.scopes = None if installed.scopes is None else frozenset(installed.scopes)
    app.events = None if installed.events is None else frozenset(installed.events)
    app.commands = _by_name(installed)
    app.shortcuts = [
        Shortcut(name=one.name, callback_id=one.callback_id, place=Place(one.place), description=one.description)
        for one in installed.shortcuts
    ]
    app.home, app.messages = installed.home, installed.messages
    app.events_url, app.interactions_url = installed.events_url, installed.interactions_url
    app.options_url = installed.options_url
    app.revoked = False


def reinstall(workspace: Workspace, installed: Installed) -> App:
    """Make the app of a workspace that was kept what is said of it now. Raises ValueError where it has none."""
    app, *_ = workspace.apps.values()
    wanted(app, installed)
    bot = workspace.people[app.user]
    bot.name = bot.real_name = installed.name
    bot.colour = installed.colour
    return app


def _by_name(installed: Installed) -> dict[str, Command] | None:
    if installed.commands is None:
        return None
    return {one.name: Command(**one.model_dump()) for one in installed.commands}
