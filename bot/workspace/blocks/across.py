"""What all blocks of a message or a view must be together. They were looked at one by one before."""

from collections.abc import Iterator, Sequence

from bot.workspace.blocks.block import MOST_DATA_TABLE, MOST_MARKDOWN, MOST_TABLE
from bot.workspace.blocks.flaw import Flaw, failed
from bot.workspace.blocks.together import repeated
from bot.workspace.blocks.walking import all_blocks, elements_of
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface

MOST_CHARTS = 2


def flaws_across(blocks: list[Json], surface: Surface) -> list[Flaw]:
    """What is wrong with them together."""
    everything = list(all_blocks(blocks))
    found = _ids(everything) + _focus(everything)
    found += _charts(everything) + _tables(everything)
    return found + (_markdown(everything) if surface is Surface.MESSAGE else [])


_Blocks = Sequence[tuple[str, Json]]


def _ids(blocks: _Blocks) -> list[Flaw]:
    """No block has the name of another, and no element that of another in its block. An empty name is none."""
    found = repeated(
        [(f"{at}/block_id", block["block_id"]) for at, block in blocks if block.get("block_id")], "block_id"
    )
    for at, block in blocks:
        named = [
            (f"{at}{place}/action_id", element["action_id"])
            for place, element in elements_of(block)
            if element.get("action_id")
        ]
        found += repeated(named, "action_id")
    return found


def _focus(blocks: _Blocks) -> list[Flaw]:
    """One element at most is in focus when the view opens."""
    focused = [
        f"{at}{place}" for at, block in blocks for place, element in elements_of(block) if element.get("focus_on_load")
    ]
    message = "only one element can set `focus_on_load`"
    return [failed("unique_items", message, got=True, at=f"{pointer}/focus_on_load") for pointer in focused[1:]]


def _charts(blocks: _Blocks) -> list[Flaw]:
    charts = [at for at, block in blocks if block.get("type") == "data_visualization"]
    message = f"no more than {MOST_CHARTS} data_visualization blocks allowed"
    return [failed("max_items", message, expected=MOST_CHARTS, at=at) for at in charts[MOST_CHARTS:]]


def _tables(blocks: _Blocks) -> list[Flaw]:
    tables = [(at, block) for at, block in blocks if block.get("type") == "table"]
    code = "only_one_table_allowed"
    found = [Flaw(code=code, message=code, pointer=at) for at, _ in tables[1:]]
    for at, block in blocks:
        most = {"table": MOST_TABLE, "data_table": MOST_DATA_TABLE}.get(block.get("type", ""))
        if most is not None and (size := sum(len(text) for text in _cell_texts(block["rows"]))) > most:
            message = f"must be less than {most + 1} characters"
            found.append(failed("max_length", message, expected=most, got=size, at=f"{at}/rows"))
    return found


def _cell_texts(rows: list[list[Json]]) -> Iterator[str]:
    for row in rows:
        for cell in row:
            match cell["type"]:
                case "rich_text":
                    yield from _rich_texts(cell["elements"])
                case "action_cell":
                    yield cell["element"]["text"]["text"]
                case _:
                    yield cell.get("text") or str(cell.get("value"))


def _rich_texts(parts: list[Json]) -> Iterator[str]:
    for part in parts:
        if "elements" in part:
            yield from _rich_texts(part["elements"])
        else:
            yield part.get("text") or part.get("url") or ""


def _markdown(blocks: _Blocks) -> list[Flaw]:
    """All Markdown of a message has one limit."""
    texts = [(at, block["text"]) for at, block in blocks if block.get("type") == "markdown"]
    size = sum(len(text) for _, text in texts)
    if size <= MOST_MARKDOWN:
        return []
    message = f"must be less than {MOST_MARKDOWN + 1} characters in all markdown blocks together"
    constraint: Json = {"type": "max_length", "expected": MOST_MARKDOWN, "got": size}
    return [Flaw(code="msg_blocks_too_long", message=message, pointer=f"{texts[-1][0]}/text", constraint=constraint)]
