"""What Slack would refuse, and how it says so. Pointers start at what was given."""

import json
from typing import cast

from bot.workspace.blocks.across import flaws_across
from bot.workspace.blocks.block import BLOCKS
from bot.workspace.blocks.flaw import Flaw, Flaws, failed, under, wrong_type
from bot.workspace.blocks.rule import Free
from bot.workspace.blocks.view import ATTACHMENT, LONGEST_METADATA, METADATA, MOST_ATTACHMENTS, VIEWS, WORK_OBJECTS
from bot.workspace.blocks.walking import all_blocks
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface


def flaws_in_blocks(blocks: object, surface: Surface) -> list[Flaw]:
    """What is wrong with a list of blocks. Each is looked at by itself; only where all are right, they together."""
    if found := BLOCKS[surface].flaws(blocks):
        return list(found)
    return flaws_across(cast("list[Json]", blocks), surface)


def flaws_in_view(view: object) -> list[Flaw]:
    """What is wrong with a modal or a home tab."""
    if found := VIEWS.flaws(view):
        return _announced(found)
    given = cast("Json", view)
    surface = Surface(given["type"])
    return under("/blocks", flaws_across(given["blocks"], surface)) + _unsubmittable(given, surface)


def _announced(found: Flaws) -> list[Flaw]:
    """Slack announces flaws in the blocks of a view with one of the view."""
    inside = any(flaw.pointer.startswith("/blocks/") for flaw in found)
    return [*([failed("all_of", "failed to match all allowed schemas")] if inside else []), *found]


def _unsubmittable(view: Json, surface: Surface) -> list[Flaw]:
    if surface is not Surface.MODAL or "submit" in view:
        return []
    return [
        failed("all_of", "must define `submit` to use an `input` block in modals", at=f"/blocks{at}/input")
        for at, block in all_blocks(view["blocks"])
        if block["type"] == "input"
    ]


def flaws_in_message(blocks: object, attachments: object, text: object, metadata: object) -> list[Flaw]:
    """What is wrong with a message; None is what was left out. Whether it says anything at all is not asked here."""
    found: list[Flaw] = []
    if text is not None and not isinstance(text, str):
        found += under("/text", wrong_type("must provide a string"))
    if blocks is not None:
        found += under("/blocks", flaws_in_blocks(blocks, Surface.MESSAGE))
    if attachments is not None:
        found += under("/attachments", _in_attachments(attachments))
    if metadata is not None:
        found += under("/metadata", _in_metadata(metadata))
    return found


def _in_attachments(attachments: object) -> list[Flaw]:
    if not isinstance(attachments, list):
        return list(wrong_type("must provide an array"))
    given = cast("list[object]", attachments)
    if len(given) > MOST_ATTACHMENTS:
        message = f"no more than {MOST_ATTACHMENTS} items allowed"
        return [Flaw(code="too_many_attachments", message=message)]
    return [flaw for at, one in enumerate(given) for flaw in under(f"/{at}", _in_attachment(one))]


def _in_attachment(attachment: object) -> list[Flaw]:
    if found := Free().flaws(attachment):
        return list(found)
    given = cast("Json", attachment)
    parts = [(name, rule.flaws(given[name])) for name, rule in ATTACHMENT.items() if given.get(name) is not None]
    found = [flaw for name, flaws in parts for flaw in under(f"/{name}", flaws)]
    if found or not given.get("blocks"):
        return found
    return under("/blocks", flaws_across(given["blocks"], Surface.MESSAGE))


def _in_metadata(metadata: object) -> list[Flaw]:
    if found := (WORK_OBJECTS if _tells_of_work(metadata) else METADATA).flaws(metadata):
        return list(found)
    if len(json.dumps(metadata)) <= LONGEST_METADATA:
        return []
    return [Flaw(code="metadata_too_large", message=f"must be less than {LONGEST_METADATA + 1} characters")]


def _tells_of_work(metadata: object) -> bool:
    return isinstance(metadata, dict) and "entities" in metadata


_OWN_ERROR = {
    "only_one_table_allowed": "invalid_attachments",
    "msg_blocks_too_long": "msg_blocks_too_long",
    "too_many_attachments": "too_many_attachments",
    "metadata_too_large": "metadata_too_large",
}
_ERROR_OF_PART = {
    "blocks": "invalid_blocks",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
}


def error_of(flaws: Flaws) -> str:
    """The `error` a method that posts answers with: that of the first flaw in what `flaws_in_message` found."""
    if not flaws:
        return ""
    part = flaws[0].pointer.split("/")[1]
    return _OWN_ERROR.get(flaws[0].code) or _ERROR_OF_PART.get(part, "invalid_arguments")
