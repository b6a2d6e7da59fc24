"""What a reader finds while typing: people, channels, commands, emoji, and what an app offers in an external select."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from bot.workspace.page.render.emoji import EMOJI
from bot.workspace.page.render.viewer import Viewer, counted
from bot.workspace.page.where import path_to
from bot.workspace.payload import Json
from bot.workspace.state.app import Place

MOST: Final = 12


def find(viewer: Viewer, source: str, typed: str) -> list[Json]:
    """The first few of a kind that fit, the best first; each with a `value`, a `label` and a `description`."""
    offered = _SOURCES.get(source)
    if offered is None:
        return []
    words = typed.lower().lstrip("@#/:").strip()
    fitting = [(rank, one) for one in offered(viewer) if (rank := _rank(one, words)) is not None]
    fitting.sort(key=lambda pair: pair[0])
    return [one for _, one in islice(fitting, MOST)]


def _rank(one: Json, words: str) -> int | None:
    """How well an offer fits: begins with what was typed, has a word that does, or has it somewhere.

    A single letter is somewhere in nearly everything, so it has to begin a word.
    """
    label, also = str(one["label"]).lower().lstrip("#/:"), str(one.get("also", "")).lower()
    if label.startswith(words) or also.startswith(words):
        return 0
    if any(part.startswith(words) for part in label.split()):
        return 1
    if len(words) < 2:
        return None
    return 2 if words in label or words in str(one.get("description", "")).lower() else None


def _people(viewer: Viewer) -> Iterator[Json]:
    for person in viewer.workspace.people.values():
        if not person.deleted:
            label = viewer.name(person.id)
            yield {
                "value": person.id,
                "label": label,
                "also": person.name,
                "description": person.title or ("app" if person.is_bot else ""),
            }


def _channels(viewer: Viewer) -> Iterator[Json]:
    for channel in viewer.workspace.channels.values():
        if not channel.is_direct and not channel.archived and viewer.workspace.may_see(viewer.person.id, channel):
            yield {"value": channel.id, "label": f"#{channel.name}", "description": channel.topic, "also": channel.name}


def _conversations(viewer: Viewer) -> Iterator[Json]:
    yield from _channels(viewer)
    for channel in viewer.workspace.channels.values():
        if channel.is_direct and viewer.person.id in channel.people:
            yield {"value": channel.id, "label": viewer.called(channel.id), "description": "direct message"}


def _mentions(viewer: Viewer) -> Iterator[Json]:
    """What may follow an @: people by handle, groups, everybody."""
    for one in _people(viewer):
        yield {
            "value": f"@{one['also']}",
            "label": one["label"],
            "also": one["also"],
            "description": one["description"],
        }
    for group in viewer.workspace.groups.values():
        yield {
            "value": f"@{group.handle}",
            "label": group.name,
            "also": group.handle,
            "description": counted(len(group.people)),
        }
    for name, said in (("here", "everybody who is there"), ("channel", "everybody in this channel")):
        yield {"value": f"@{name}", "label": f"@{name}", "also": name, "description": said}


def _channel_names(viewer: Viewer) -> Iterator[Json]:
    for one in _channels(viewer):
        yield {**one, "value": one["label"]}


def _commands(viewer: Viewer) -> Iterator[Json]:
    for app in viewer.workspace.apps.values():
        for command in (app.commands or {}).values():
            said = " ".join(part for part in (command.usage_hint, command.description) if part)
            yield {"value": command.name, "label": command.name, "description": f"{said} · {app.name}".lstrip(" ·")}


def _emoji(viewer: Viewer) -> Iterator[Json]:
    del viewer
    for name, sign in EMOJI.items():
        yield {"value": f":{name}:", "label": f"{sign} {name}", "also": name}


def _places(viewer: Viewer) -> Iterator[Json]:
    """Where one can go: channels, people, apps."""
    for one in _channels(viewer):
        yield {**one, "value": path_to(viewer.person, viewer.workspace.channels[str(one["value"])])}
    for one in _people(viewer):
        yield {**one, "value": f"/as/{viewer.person.name}/dm-{one['also']}"}
    for app in viewer.workspace.apps.values():
        if app.home:
            yield {"value": path_to(viewer.person, home=app), "label": f"{app.name}: Home", "description": "app"}


def _shortcuts(place: Place) -> Callable[[Viewer], Iterator[Json]]:
    def offered(viewer: Viewer) -> Iterator[Json]:
        for app in viewer.workspace.apps.values():
            for one in app.shortcuts:
                if one.place is place:
                    said = one.description or app.name
                    yield {"value": f"{app.id} {one.callback_id}", "label": one.name, "description": said}

    return offered


_SOURCES: Final[Mapping[str, Callable[[Viewer], Iterable[Json]]]] = {
    "users": _people,
    "channels": _channels,
    "conversations": _conversations,
    "mentions": _mentions,
    "channel-names": _channel_names,
    "commands": _commands,
    "emoji": _emoji,
    "places": _places,
    "shortcuts": _shortcuts(Place.GLOBAL),
    "message-shortcuts": _shortcuts(Place.MESSAGE),
}
