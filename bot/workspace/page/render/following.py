"""What follows a message: reactions to it, and replies in its thread."""

from collections.abc import Sequence
from typing import Final

from bot.workspace.page.html import Given, Html, tag
from bot.workspace.page.render.dates import ago
from bot.workspace.page.render.emoji import character
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.state.message import Message

_NAMED: Final = 20
"""So many of those who reacted are named."""
_FACES: Final = 5


def reactions(viewer: Viewer, message: Message) -> Html | None:
    if not message.reactions:
        return None
    shown = [_reaction(viewer, name, people) for name, people in message.reactions.items()]
    return tag("div", {"class": "reactions"}, shown)


def _reaction(viewer: Viewer, name: str, people: Sequence[str]) -> Html:
    mine = viewer.person.id in people
    who = _named(viewer, people)
    given: Given = {
        "type": "button",
        "class": "reaction mine" if mine else "reaction",
        "data-reaction": name,
        "aria-pressed": "true" if mine else "false",
        "title": f"{who} reacted with :{name}:",
        "aria-label": f"{name.replace('_', ' ')}: {len(people)}, {who}",
    }
    return tag("button", given, tag("span", {"aria-hidden": "true"}, character(name) or f":{name}:"), f" {len(people)}")


def _named(viewer: Viewer, people: Sequence[str]) -> str:
    names = ["you" if one == viewer.person.id else viewer.name(one) for one in people[:_NAMED]]
    more = len(people) - len(names)
    return ", ".join([*names, f"{more} more"] if more else names)


def _replies_to(viewer: Viewer, message: Message) -> list[Message]:
    channel = viewer.workspace.channels.get(message.channel)
    return [channel.messages[ts] for ts in message.replies if ts in channel.messages] if channel else []


def _counted(count: int) -> str:
    return f"{count} {'reply' if count == 1 else 'replies'}"


def replies(viewer: Viewer, message: Message) -> Html | None:
    """How many there are and when the last came; the way to them."""
    found = _replies_to(viewer, message)
    if not found:
        return None
    people = list(dict.fromkeys(reply.user for reply in found))[:_FACES]
    faces = [tag("img", {"src": f"/photos/{one}-24.svg", "alt": "", "width": 20, "height": 20}) for one in people]
    last = f" Last reply {ago(viewer.moment(float(found[-1].ts)), viewer.now())}"
    given: Given = {"type": "button", "class": "replies", "data-open-thread": message.ts}
    return tag("button", given, faces, tag("strong", None, _counted(len(found))), tag("span", {"class": "soft"}, last))


def reply_count(viewer: Viewer, message: Message) -> Html | None:
    """Below the first message of an open thread, how many follow."""
    count = len(_replies_to(viewer, message))
    return tag("div", {"class": "reply-count"}, _counted(count)) if count else None
