"""Modals and home tabs: opened, pushed, changed, closed, published. Content comes checked."""

from bot.workspace.payload import Json
from bot.workspace.state.change import HomeOpened, ViewsClosed, ViewShown
from bot.workspace.state.view import Surface, View
from bot.workspace.state.workspace import Workspace

DEEPEST = 3
"""The most modals on top of each other."""


def stack(workspace: Workspace, app: str, person: str) -> list[View]:
    """What somebody has open of an app, the lowest first."""
    return workspace.modals.get((app, person), [])


def open_modal(workspace: Workspace, app: str, person: str, content: Json) -> View:
    """Show a modal in the place of whatever the person has open of this app."""
    close(workspace, app, person, everything=True)
    view = _new(workspace, app, person, Surface.MODAL, content)
    view.root = view.id
    workspace.modals[app, person] = [view]
    workspace.tell(ViewShown(view))
    return view


def push_modal(workspace: Workspace, app: str, person: str, content: Json) -> View:
    """Put a modal on top of the topmost. The caller has made sure that there is one, and room."""
    below = stack(workspace, app, person)
    view = _new(workspace, app, person, Surface.MODAL, content)
    view.root, view.previous = below[0].id, below[-1].id
    below.append(view)
    workspace.tell(ViewShown(view))
    return view


def change(workspace: Workspace, view: View, content: Json) -> None:
    """Put other content into a view."""
    view.content, view.hash = content, workspace.ids.view_hash(workspace.clock.now())
    workspace.tell(ViewShown(view))


def publish_home(workspace: Workspace, app: str, person: str, content: Json) -> View:
    """Show somebody the home tab of an app from now on."""
    view = workspace.homes.get((app, person))
    if view is not None:
        change(workspace, view, content)
        return view
    view = workspace.homes[app, person] = _new(workspace, app, person, Surface.HOME, content)
    view.root = view.id
    workspace.tell(ViewShown(view))
    return view


def close(workspace: Workspace, app: str, person: str, *, everything: bool = False) -> tuple[View, ...]:
    """Close the topmost modal, or all of them; what was closed, the topmost first."""
    open_now = stack(workspace, app, person)
    if not open_now:
        return ()
    gone = tuple(reversed(open_now)) if everything else (open_now[-1],)
    workspace.modals[app, person] = [] if everything else open_now[:-1]
    workspace.tell(ViewsClosed(gone, cleared=everything))
    return gone


def close_one(workspace: Workspace, view: View) -> bool:
    """Close one modal wherever it stands in its stack; False where it is closed already."""
    open_now = stack(workspace, view.app, view.person)
    if view not in open_now:
        return False
    workspace.modals[view.app, view.person] = [one for one in open_now if one is not view]
    workspace.tell(ViewsClosed((view,)))
    return True


def visit_home(workspace: Workspace, app: str, person: str, tab: str) -> None:
    """Somebody looks at an app's home or at its messages."""
    workspace.tell(HomeOpened(person, app, tab))


def _new(workspace: Workspace, app: str, person: str, surface: Surface, content: Json) -> View:
    id, hash = workspace.ids.new("V"), workspace.ids.view_hash(workspace.clock.now())
    return View(id=id, app=app, person=person, surface=surface, content=content, hash=hash)
