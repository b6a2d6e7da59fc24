"""What an app says, in the form Slack keeps it in."""

import re

from bot.workspace.blocks.naming import named
from bot.workspace.ids import Ids
from bot.workspace.payload import Json

_SIGN = re.compile(r"<[@#!a-z][^<>]*>|&(?:amp|lt|gt);|[&<>]")
_MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """A text as Slack keeps it: signs that are no markup are spelled out."""
    if "&" in text or "<" in text or ">" in text:
        return _SIGN.sub(lambda found: _MARKS.get(found[0], found[0]), text)
    return text


def numbered(attachments: list[Json], ids: Ids) -> list[Json]:
    """Attachments in Slack's form: each has a number and a fallback, its blocks have names."""
    return [_attachment(one, number, ids) for number, one in enumerate(attachments, start=1)]


def _attachment(given: Json, number: int, ids: Ids) -> Json:
    kept: Json = {"id": number} | given | {"id": number}
    if given.get("blocks"):
        kept["blocks"] = named(given["blocks"], ids)
    if not given.get("fallback"):
        kept["fallback"] = given.get("text") or "[no preview available]"
    return kept
