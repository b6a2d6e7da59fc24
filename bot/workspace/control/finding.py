"""Finds what a test names: somebody by handle or id, a channel by name or id. What is not there is a sentence."""

from bot.workspace.acts.outcome import Refused
from bot.workspace.refusal import meant
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.team import Group
from bot.workspace.state.workspace import Workspace


def person(workspace: Workspace, name: str) -> Person:
    """Somebody by handle, with or without @, or by id."""
    found = workspace.people.get(name) or workspace.person_named(name)
    if found is None:
        known = [one.name for one in workspace.people.values()]
        raise Refused(f"Nobody here is called “{name[:80]}”.{meant(name.removeprefix('@'), known) or _there(known)}")
    return found


def channel(workspace: Workspace, name: str) -> Channel:
    """A channel by name, with or without #, or by id; the direct message of several by `@sam @opsbot`."""
    found = workspace.channels.get(name) or workspace.channel_named(name)
    if found is None and name.startswith("@"):
        found = workspace.direct(*(person(workspace, one).id for one in name.split()))
        if found is None:
            raise Refused(f"There is no direct message of {name[:200]} yet. Open it with the act “direct”.")
    if found is None:
        known = [one.name for one in workspace.channels.values() if not one.is_direct]
        raise Refused(f"There is no channel “{name[:80]}”.{meant(name.removeprefix('#'), known) or _there(known)}")
    return found


def message(place: Channel, ts: str) -> Message:
    found = place.messages.get(ts)
    if found is None:
        raise Refused(f"There is no message {ts[:40]} in #{place.name or place.id}. Look for its ts with “state”.")
    return found


def group(workspace: Workspace, handle: str) -> Group:
    """A user group by handle, with or without @, or by id."""
    bare = handle.removeprefix("@")
    found = next((one for one in workspace.groups.values() if bare in (one.handle, one.id)), None)
    if found is None:
        known = [one.handle for one in workspace.groups.values()]
        raise Refused(f"There is no user group “{handle[:80]}”.{meant(bare, known) or _there(known)}")
    return found


def app(workspace: Workspace) -> App:
    """The app that is installed."""
    found = next(iter(workspace.apps.values()), None)
    if found is None:
        raise Refused("No app is installed here. Start the workspace with one.")
    return found


def _there(known: list[str]) -> str:
    return f" There is: {', '.join(known[:20])}." if known else " There is none."
