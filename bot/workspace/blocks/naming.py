"""Blocks in Slack's form: everything has its name, and what an app left out is filled in as Slack does."""

from collections.abc import Callable
from typing import cast

from bot.workspace.blocks.walking import elements_of, nested
from bot.workspace.ids import Ids
from bot.workspace.payload import Json

_FILLED: dict[str, Json] = {
    "plain_text": {"emoji": True},
    "mrkdwn": {"verbatim": False},
    "input": {"optional": False, "dispatch_action": False},
}
"""What Slack adds to a thing of this `type` that does not say it itself."""


def named(blocks: list[Json], ids: Ids) -> list[Json]:
    """A deep copy of blocks that are as they must be, each block and each element with its name."""
    return [_named(cast("Json", _filled(block)), ids.block_id) for block in blocks]


def named_view(view: Json, ids: Ids) -> Json:
    """A deep copy of a view that is as it must be, its title and buttons filled in, its blocks named."""
    made = cast("Json", _filled(view))
    return made | {"blocks": [_named(block, ids.block_id) for block in made["blocks"]]}


def filled(thing: Json) -> Json:
    """A deep copy with what Slack fills in, of what has no names in it: an option, say."""
    return cast("Json", _filled(thing))


def _filled(value: object) -> object:
    if isinstance(value, dict):
        made: Json = {name: _filled(part) for name, part in cast("Json", value).items()}
        kind: object = made.get("type")
        more = _FILLED.get(kind) if isinstance(kind, str) else None
        return more | made if more else made
    if isinstance(value, list):
        return [_filled(part) for part in cast("list[object]", value)]
    return value


def _named(block: Json, new: Callable[[], str]) -> Json:
    """The same block, named. Its type and name come first, as Slack has it."""
    kind = block["type"]
    # Slack does not keep the id of a markdown block: it makes other blocks of it.
    block_id = ("" if kind == "markdown" else block.get("block_id")) or new()
    made = block | {"type": kind, "block_id": block_id}
    for _, element in elements_of(made):
        if not element.get("action_id"):
            element["action_id"] = new()
    for at, inner in enumerate(inside := nested(made)):
        inside[at] = _named({"type": "task_card"} | inner, new)
    return {"type": kind, "block_id": block_id} | made
