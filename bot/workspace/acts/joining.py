"""Channels as a person uses them: joined, left, made, named, archived, read; direct messages opened."""

import re

from bot.workspace.acts.finding import anybody, label, seen_channel, writable_channel
from bot.workspace.acts.outcome import Outcome, Refused
from bot.workspace.changes import gathering, posting
from bot.workspace.desk import Desk
from bot.workspace.state.channel import Channel
from bot.workspace.state.person import Kind, Person
from bot.workspace.state.workspace import Workspace

_NAME = re.compile(r"[a-z0-9_\-]{1,80}")
OUTSIDERS = (Kind.GUEST, Kind.SINGLE_CHANNEL_GUEST, Kind.STRANGER)
MOST_IN_DIRECT = 9


def join(desk: Desk, person: Person, channel: str) -> Outcome:
    """Come into a channel; nothing happens to who is in it already."""
    where = _open_channel(desk.workspace, person, channel)
    gathering.join(desk.workspace, where, person.id)
    return Outcome(facts={"channel": where.id})


def leave(desk: Desk, person: Person, channel: str) -> Outcome:
    where = _open_channel(desk.workspace, person, channel)
    if where.general:
        raise Refused(f"Nobody leaves {label(where)}: everybody is in it.")
    gathering.leave(desk.workspace, where, person.id)
    return Outcome(facts={"channel": where.id})


def invite(desk: Desk, person: Person, channel: str, guest: str) -> Outcome:
    """Bring somebody, or an app, into a channel one is in."""
    where = _open_channel(desk.workspace, person, channel)
    writable_channel(desk, person, channel)
    invited = anybody(desk.workspace, guest)
    if invited.deleted:
        raise Refused(f"The account of {invited.real_name} is deactivated. Invite somebody else.")
    if invited.kind is Kind.STRANGER and where.shared_with != invited.team:
        raise Refused(f"{invited.real_name} is of another team, and {label(where)} is not shared with it.")
    gathering.join(desk.workspace, where, invited.id, inviter=person.id)
    return Outcome(facts={"channel": where.id})


def create_channel(desk: Desk, person: Person, name: str, *, private: bool = False) -> Outcome:
    _allow_members(person, "make channels")
    made = gathering.create(desk.workspace, _free_name(desk.workspace, name), person.id, private=private)
    return Outcome(facts={"channel": made.id})


def rename_channel(desk: Desk, person: Person, channel: str, name: str) -> Outcome:
    _allow_members(person, "rename channels")
    where = _joined(desk, person, channel)
    if name.removeprefix("#") != where.name:
        gathering.rename(desk.workspace, where, person.id, _free_name(desk.workspace, name))
    return Outcome(facts={"channel": where.id})


def set_topic(desk: Desk, person: Person, channel: str, topic: str) -> Outcome:
    where = _joined(desk, person, channel)
    if len(topic) > 250:
        raise Refused(f"A topic has at most 250 characters; this one has {len(topic)}. Shorten it.")
    gathering.describe(desk.workspace, where, person.id, topic=topic)
    return Outcome(facts={"channel": where.id})


def archive(desk: Desk, person: Person, channel: str) -> Outcome:
    _allow_members(person, "archive channels")
    where = _joined(desk, person, channel)
    if where.general:
        raise Refused(f"{label(where)} cannot be archived: everybody is in it.")
    gathering.archive(desk.workspace, where, person.id)
    return Outcome(facts={"channel": where.id})


def unarchive(desk: Desk, person: Person, channel: str) -> Outcome:
    _allow_members(person, "unarchive channels")
    where = _channel(desk.workspace, person, channel)
    if not where.archived:
        raise Refused(f"{label(where)} is not archived.")
    gathering.unarchive(desk.workspace, where, person.id)
    return Outcome(facts={"channel": where.id})


def open_direct(desk: Desk, person: Person, others: list[str]) -> Outcome:
    """Open the direct message with one other or several; it may be there already."""
    people = [anybody(desk.workspace, one) for one in dict.fromkeys(others)]
    if len(people) >= MOST_IN_DIRECT:
        raise Refused(f"At most {MOST_IN_DIRECT} people write to each other directly. Make a channel instead.")
    gone = next((one for one in people if one.deleted), None)
    if gone is not None:
        raise Refused(f"The account of {gone.real_name} is deactivated. Write to somebody else.")
    where = gathering.open_direct(desk.workspace, person.id, *(one.id for one in people if one.id != person.id))
    return Outcome(facts={"channel": where.id})


def mark_read(desk: Desk, person: Person, channel: str, ts: str = "") -> Outcome:
    """Read a channel up to a message, or all of it."""
    where = seen_channel(desk.workspace, person, channel)
    if ts and ts not in where.messages:
        raise Refused(f"This message is not in {label(where)} any more. Read up to another.")
    if person.id in where.people:
        posting.mark_read(desk.workspace, where, person.id, ts)
    return Outcome(facts={"channel": where.id})


# --- what may be done --------------------------------------------------------------------------------------------


def _channel(workspace: Workspace, person: Person, name: str) -> Channel:
    where = seen_channel(workspace, person, name)
    if where.is_direct:
        raise Refused("This is a conversation of certain people, not a channel. Choose a channel.")
    return where


def _open_channel(workspace: Workspace, person: Person, name: str) -> Channel:
    where = _channel(workspace, person, name)
    if where.archived:
        raise Refused(f"{label(where)} is archived, so nobody comes or goes any more. Unarchive it first.")
    return where


def _joined(desk: Desk, person: Person, name: str) -> Channel:
    _channel(desk.workspace, person, name)
    return writable_channel(desk, person, name)


def _allow_members(person: Person, what: str) -> None:
    if person.kind in OUTSIDERS:
        raise Refused(f"{person.real_name} is a guest, and guests do not {what}. Ask a member to do it.")


def _free_name(workspace: Workspace, given: str) -> str:
    name = given.removeprefix("#")
    if _NAME.fullmatch(name) is None:
        raise Refused("A channel's name has small letters, digits, hyphens and underscores, 80 at most. Change it.")
    if workspace.channel_named(name) is not None:
        raise Refused(f"There is a channel called #{name} already. Choose another name.")
    return name
