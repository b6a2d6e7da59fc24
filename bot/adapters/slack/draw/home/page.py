"""A whole Home tab, within Slack's limits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.adapters.slack.draw.home.flows import flows, switch_for_all
from bot.adapters.slack.draw.home.inside import Name, inside
from bot.adapters.slack.draw.home.mine import heading, lately, linked, running, waiting
from bot.adapters.slack.draw.home.place import Place, block_id, button, written_place
from bot.adapters.slack.draw.safe import Block, Blocks, Mention, inline, moment, people, pieces, rich, section
from bot.domain.overview import Inside, Overview

MOST_BLOCKS = 100
_RULE: Block = {"type": "divider"}


def home(content: Overview, place: Place, *, workspace: str, mention: Mention, note: str = "") -> Block:
    """The first page: what is mine, then the workflows. `workspace` is the address that links to cards begin with."""
    blocks = [
        *_noted(note),
        *waiting(content, linked(workspace), mention),
        *running(content),
        _RULE,
        *flows(content),
        *_ruled(lately(content)),
        *_bottom(content.at, switch_for_all(content)),
    ]
    return _view(blocks, place)


def workflow_page(content: Inside, place: Place, *, mention: Mention, name: Name, note: str = "") -> Block:
    """The page of one workflow."""
    return _view([*_noted(note), *inside(content, mention, name), *_bottom(content.at, [])], place)


def closed_page(why: str, ask: Sequence[str], *, mention: Mention) -> Block:
    """What people see who may see nothing here: why, and whom to ask."""
    said = [section(inline(why))]
    if ask:
        said.append(section(pieces("If you need something from it, ask "), people(ask, mention), pieces(".")))
    else:
        said.append(section(pieces("If you need something from it, ask whoever invited you here.")))
    return _view([heading("This is not open to you"), rich(said)], Place())


def _noted(note: str) -> Iterator[Block]:
    """What came of the last thing they did here."""
    if note:
        yield rich([section(inline(note, "bold"))])


def _ruled(blocks: Iterable[Block]) -> Iterator[Block]:
    found = list(blocks)
    yield from [_RULE, *found] if found else []


def _bottom(at: datetime, more: Blocks) -> Iterator[Block]:
    yield rich(
        [section(pieces("Updated ", "italic"), [moment(at)], pieces(". It is not refreshed by itself.", "italic"))]
    )
    elements: Blocks = [button("start", "Start a Workflow"), button("refresh", "Refresh"), *more]
    yield {"type": "actions", "block_id": block_id("bottom"), "elements": elements}


def _view(blocks: Sequence[Block], place: Place) -> Block:
    shown = list(blocks)
    if len(shown) > MOST_BLOCKS:
        shown = [
            *shown[: MOST_BLOCKS - 1],
            rich([section(pieces("There is more than a Home tab can show. /ops help"))]),
        ]
    return {"type": "home", "callback_id": "home", "private_metadata": written_place(place), "blocks": [*shown]}
