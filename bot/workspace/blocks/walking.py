"""Finding one's way in blocks that are as they must be: the blocks in blocks, the elements in them."""

from collections.abc import Iterator, Sequence

from bot.workspace.blocks.element import INTERACTIVE
from bot.workspace.payload import Json

_NESTED = {"carousel": "elements", "container": "child_blocks", "plan": "tasks"}
"""Where a block has blocks inside."""
_PLACES = {
    "section": "accessory",
    "actions": "elements",
    "context_actions": "elements",
    "input": "element",
    "card": "actions",
    "auth_provider": "accessory",
}
"""Where a block has elements."""


def nested(block: Json) -> list[Json]:
    """The blocks that stand in it."""
    place = _NESTED.get(block.get("type", ""), "")
    inside: list[Json] = block.get(place) or []
    return inside


def all_blocks(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Every block with the pointer to it, those inside others after the one they are in."""
    for at, block in enumerate(blocks):
        yield f"/{at}", block
        for pointer, inner in all_blocks(nested(block)):
            yield f"/{at}/{_NESTED[block['type']]}{pointer}", inner


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """The interactive elements of one block with the pointers to them, without those of blocks inside it."""
    if block.get("type") == "data_table":
        yield from _in_cells(block["rows"])
        return
    place = _PLACES.get(block.get("type", ""), "")
    there = block.get(place)
    if isinstance(there, dict):
        if there["type"] in INTERACTIVE:
            yield f"/{place}", there
    elif there:
        yield from ((f"/{place}/{at}", one) for at, one in enumerate(there) if one["type"] in INTERACTIVE)


def _in_cells(rows: list[list[Json]]) -> Iterator[tuple[str, Json]]:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell["type"] == "action_cell":
                yield f"/rows/{at}/{column}/element", cell["element"]


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with the block it stands in: the innermost, where one stands in another."""
    for _, block in all_blocks(blocks):
        for _, element in elements_of(block):
            yield block, element


def find_element(blocks: Sequence[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """The block and the element of these names."""
    for block, element in elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None
