"""Finds what a person names, as far as they may see it. What is not there for them is told in a sentence."""

from bot.workspace.acts.outcome import Refused
from bot.workspace.changes.gathering import open_direct
from bot.workspace.desk import Desk
from bot.workspace.refusal import meant
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.person import Kind, Person
from bot.workspace.state.workspace import Workspace

SHOWN = 80
"""How much of a name that is not known is said again."""


def anybody(workspace: Workspace, name: str) -> Person:
    """Somebody by handle, with or without @, or by id; apps too."""
    found = workspace.people.get(name) or workspace.person_named(name)
    if found is None:
        known = [one.name for one in workspace.people.values()]
        raise Refused(f"Nobody here is called “{name[:SHOWN]}”.{meant(name.removeprefix('@'), known)}")
    return found


def actor(workspace: Workspace, name: str) -> Person:
    """Somebody who can do something."""
    found = anybody(workspace, name)
    if found.is_bot:
        raise Refused(f"{found.real_name} is an app, and apps act by themselves. Act as a person.")
    if found.deleted:
        raise Refused(f"The account of {found.real_name} is deactivated. Act as somebody else.")
    return found


def refuse_strangers(person: Person, what: str) -> None:
    """Somebody of another team uses the buttons of an app in a shared channel, and nothing else of it."""
    if person.kind is Kind.STRANGER:
        raise Refused(f"{person.real_name} is of another team, and {what} of apps here are not theirs to use.")


def label(channel: Channel) -> str:
    return "this conversation" if channel.is_direct else f"#{channel.name}"


def seen_channel(workspace: Workspace, person: Person, name: str) -> Channel:
    """A channel by id or name, as far as somebody sees it; their direct message with others by `@sam @opsbot`."""
    if name.startswith("@"):
        return _direct(workspace, person, name)
    found = workspace.channels.get(name) or workspace.channel_named(name)
    if found is None or not workspace.may_see(person.id, found):
        there = workspace.channels.values()
        known = [one.name for one in there if not one.is_direct and workspace.may_see(person.id, one)]
        raise Refused(f"There is no channel “{name[:SHOWN]}”.{meant(name.removeprefix('#'), known)}")
    return found


def _direct(workspace: Workspace, person: Person, names: str) -> Channel:
    others = [anybody(workspace, name) for name in names.split()]
    gone = next((one for one in others if one.deleted), None)
    if gone is not None:
        raise Refused(f"The account of {gone.real_name} is deactivated, so nobody would read it.")
    return open_direct(workspace, person.id, *(one.id for one in others if one.id != person.id))


def writable_channel(desk: Desk, person: Person, name: str) -> Channel:
    """A channel that somebody may write to."""
    channel = seen_channel(desk.workspace, person, name)
    if channel.archived:
        raise Refused(f"{label(channel)} is archived, so nobody writes there any more. Unarchive it first.")
    if person.id not in channel.people:
        raise Refused(f"{person.real_name} is not in {label(channel)}. Join it first.")
    if channel.is_direct:
        _refuse_unread(desk.workspace, [desk.workspace.people[one] for one in channel.people if one != person.id])
    return channel


def _refuse_unread(workspace: Workspace, others: list[Person]) -> None:
    """Nobody writes to somebody who is gone, or to an app that takes no messages."""
    if others and all(one.deleted for one in others):
        raise Refused(f"The account of {others[0].real_name} is deactivated, so nobody would read it.")
    app = next((workspace.apps.get(one.app) for one in others if one.app), None)
    if app is not None and not app.messages:
        raise Refused(f"{app.name} does not take messages. Use its commands or its home.")


def seen_message(workspace: Workspace, person: Person, channel: str, ts: str) -> Message:
    """A message that stands, or one that only this person sees."""
    where = seen_channel(workspace, person, channel)
    whisper = workspace.whispers.get((person.id, ts))
    found = whisper if whisper is not None and whisper.channel == where.id else where.messages.get(ts)
    if found is None:
        raise Refused(f"This message is not in {label(where)} any more. It was deleted a moment ago.")
    return found


def standing_message(workspace: Workspace, person: Person, channel: str, ts: str) -> Message:
    """A message that everybody in its channel sees."""
    found = seen_message(workspace, person, channel, ts)
    if found.only_for:
        raise Refused("Only you see this message, so it can be neither shared nor marked. Dismiss it instead.")
    return found


def installed_app(workspace: Workspace, name: str) -> App:
    """An app by its id, its name or its bot's; the only one where no name is given."""
    apps = [app for app in workspace.apps.values() if not app.revoked]
    found = [app for app in apps if not name or name.removeprefix("@") in (app.id, app.name, app.user, app.bot)]
    if not found:
        raise Refused(f"No app is called “{name[:SHOWN]}”.{meant(name, [app.name for app in apps])}")
    return found[0]
