"""Whoever wrote a message: a photo, a name, what is to be known of them."""

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.emoji import character, emoji
from bot.workspace.page.render.viewer import Viewer, named, seen
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.showing import GUESTS


def author(viewer: Viewer, message: Message) -> str:
    """The name over a message: a bot may have taken another one for it."""
    return seen(message.username) or viewer.name(message.user)


def photo(viewer: Viewer, message: Message) -> Html:
    """A photo; the emoji or picture in its place that a bot has chosen for this message."""
    if message.icon.startswith(":"):
        sign = character(message.icon) or "🤖"
        return tag("span", {"class": "photo sign", "aria-hidden": "true"}, sign)
    if message.icon and not viewer.path(message.icon):
        return tag("span", {"class": "photo sign", "aria-hidden": "true"}, author(viewer, message)[:1].upper())
    source = viewer.path(message.icon) or f"/photos/{message.user}-48.svg"
    return tag("img", {"src": source, "alt": "", "class": "photo", "loading": "lazy", "width": 36, "height": 36})


def badges(viewer: Viewer, message: Message) -> Html:
    """That it is an app, a guest, or from where; and how they are."""
    person = viewer.workspace.people.get(message.user)
    app = _badge("App") if message.bot else None
    if person is None:
        return joined([app])
    return joined([app, _standing(viewer, person), _status(person)])


def _standing(viewer: Viewer, person: Person) -> Html | None:
    if person.team != viewer.workspace.team.id:
        return _badge(f"From {viewer.workspace.team.partners.get(person.team, 'another organisation')}")
    if person.deleted:
        return _badge("Deactivated")
    return _badge("Guest") if person.kind in GUESTS else None


def _badge(said: str) -> Html:
    return tag("span", {"class": "badge"}, named(said))


def _status(person: Person) -> Html | None:
    if not person.status_emoji:
        return None
    return tag("span", {"class": "status", "title": seen(person.status_text) or None}, emoji(person.status_emoji))
