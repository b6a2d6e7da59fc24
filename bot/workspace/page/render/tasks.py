"""Blocks in which apps tell of their work: plans, tasks, alerts."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.mrkdwn import link, text_object
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, text
from bot.workspace.page.render.richtext import rich_text
from bot.workspace.payload import Json

LEVELS: Final = {"info": "Note", "warning": "Careful", "error": "Problem", "success": "Done"}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "pending": ("○", "to do"),
    "in_progress": ("◌", "under way"),
    "complete": ("✓", "done"),
    "error": ("✕", "failed"),
}


def alert(place: Place, one: Json) -> Html:
    level = text(one, "level")
    name = LEVELS.get(level)
    head = tag("strong", None, f"{name}: ") if name else None
    kind = level if name else "default"
    return tag("div", {"class": f"notice {kind}", "role": "note"}, head, text_object(place.viewer, inner(one, "text")))


def plan(place: Place, one: Json) -> Html:
    tasks = inners(one, "tasks")
    title = tag("span", {"class": "title", "dir": "auto"}, text(one, "title"))
    steps = tag("ol", {"class": "tasks"}, [tag("li", None, task(place, step)) for step in tasks]) if tasks else None
    return joined([tag("div", {"class": "plan-title"}, title, _progress(tasks)), steps])


def _progress(tasks: Sequence[Json]) -> Html | None:
    """How far it is, in words: what failed counts as over, and is told."""
    states = [_state(one) for one in tasks]
    done, failed = states.count("complete"), states.count("error")
    trouble = f", {failed} failed" if failed else ""
    return tag("span", {"class": "said"}, f"{done} of {len(states)} done{trouble}") if states else None


def _state(one: Json) -> str:
    state = text(one, "status")
    return state if state in STATES else "pending"


def task(place: Place, one: Json) -> Html:
    """A task: how it stands, in a sign and in a word, then what came of it."""
    state = _state(one)
    sign, said = STATES[state]
    mark = tag("span", {"class": f"state {state}", "title": said}, tag("span", {"aria-hidden": "true"}, sign))
    title = tag("span", {"dir": "auto"}, text(one, "title"))
    head = tag("div", {"class": "task-title"}, mark, title, tag("span", {"class": "said"}, said))
    body = [rich_text(place.viewer, inner(one, name)) for name in ("details", "output") if inner(one, name)]
    sources = [link(text(source, "url"), text(source, "text")) for source in inners(one, "sources")]
    return joined([head, *body, tag("div", {"class": "sources"}, sources) if sources else None])
