"""Reactions and pins, and ephemeral messages dismissed."""

import re

from bot.workspace.acts.finding import label, seen_channel, seen_message, standing_message
from bot.workspace.acts.outcome import Outcome, Refused
from bot.workspace.changes import posting
from bot.workspace.desk import Desk
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace

_NAME = re.compile(r"[\w+'-]{1,100}(::skin-tone-[2-6])?")
MOST_REACTIONS = 23
"""Kinds of reactions to one message."""


def react(desk: Desk, person: Person, channel: str, ts: str, name: str) -> Outcome:
    """Add a reaction; one that stands already stays."""
    message, name = _markable(desk.workspace, person, channel, ts), _emoji(name)
    if name not in message.reactions and len(message.reactions) >= MOST_REACTIONS:
        raise Refused(f"A message takes {MOST_REACTIONS} kinds of reactions. Use one that is there.")
    posting.react(desk.workspace, message, person.id, name)
    return Outcome()


def unreact(desk: Desk, person: Person, channel: str, ts: str, name: str) -> Outcome:
    """Take one's own reaction back."""
    message = _markable(desk.workspace, person, channel, ts)
    posting.unreact(desk.workspace, message, person.id, _emoji(name))
    return Outcome()


def pin(desk: Desk, person: Person, channel: str, ts: str) -> Outcome:
    posting.pin(desk.workspace, _markable(desk.workspace, person, channel, ts), person.id)
    return Outcome()


def unpin(desk: Desk, person: Person, channel: str, ts: str) -> Outcome:
    posting.unpin(desk.workspace, _markable(desk.workspace, person, channel, ts), person.id)
    return Outcome()


def dismiss(desk: Desk, person: Person, channel: str, ts: str) -> Outcome:
    """Put a message away that only this person sees."""
    message = seen_message(desk.workspace, person, channel, ts)
    if not message.only_for:
        raise Refused("Everybody sees this message, so it cannot be dismissed.")
    posting.dismiss(desk.workspace, message)
    return Outcome()


def _markable(workspace: Workspace, person: Person, channel: str, ts: str) -> Message:
    message = standing_message(workspace, person, channel, ts)
    where = seen_channel(workspace, person, channel)
    if where.archived:
        raise Refused(f"{label(where)} is archived, so nothing in it changes any more. Unarchive it first.")
    if person.id not in where.people:
        raise Refused(f"{person.real_name} is not in {label(where)}. Join it first.")
    return message


def _emoji(name: str) -> str:
    bare = name.strip(":") if "::" not in name else name.removeprefix(":").removesuffix(":")
    if _NAME.fullmatch(bare) is None:
        raise Refused(f"“{name[:40]}” is no name of an emoji. Write one such as “thumbsup”.")
    return bare
