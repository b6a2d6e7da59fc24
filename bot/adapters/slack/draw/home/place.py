"""Which page of a Home tab is shown, and what its buttons carry. Nothing of it is believed; all is looked up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.adapters.slack.draw.safe import Block, label
from bot.domain.declared.fault import is_list
from bot.domain.plain import Unreadable, read_json
from bot.domain.text import one_line

PREFIX = "home"
"""Blocks whose names begin with it and a colon are of the Home tab."""
_LONGEST = 3_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in their Home tab."""

    workflow: str = ""
    """Whose page it is; empty on the first one."""
    waiting: int = 0
    """Where the shown part of each list begins."""
    flows: int = 0
    log: int = 0


def written_place(place: Place) -> str:
    return json.dumps([place.workflow, place.waiting, place.flows, place.log], separators=(",", ":"))


def read_place(text: str) -> Place:
    """Where a Home tab was; the first page where that is nothing of ours."""
    try:
        value = read_json(text, max_bytes=_LONGEST)
    except Unreadable:
        return Place()
    match value:
        case [str(workflow), int(waiting), int(flows), int(log)] if min(waiting, flows, log) >= 0:
            return Place(workflow, waiting, flows, log)
        case _:
            return Place()


def button(verb: str, said: str, *carries: str | int, about: str = "", style: str = "") -> Block:
    """A button of the Home tab: its verb, and what it is about."""
    value = json.dumps(carries, separators=(",", ":"), ensure_ascii=False)
    element: Block = {"type": "button", "action_id": verb, "text": label(said), "value": value}
    if about:
        element["accessibility_label"] = one_line(f"{said}: {about}", 75)
    return {**element, "style": style} if style else element


def carried(value: str) -> Sequence[str | int]:
    """What a button carries; nothing where that is nothing of ours."""
    try:
        found = read_json(value, max_bytes=_LONGEST)
    except Unreadable:
        return ()
    return [one for one in found if isinstance(one, (str, int))] if is_list(found) else ()


def block_id(*names: str | int) -> str:
    """The name of a block with buttons: known as one of the Home tab, and the only one of that name there."""
    return ":".join([PREFIX, *map(str, names)])[:255]
