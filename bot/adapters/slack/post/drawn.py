"""A card as it is sent. Who draws it is no business of whoever posts it."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Protocol

from bot.adapters.slack.draw.room import Further, Reply
from bot.domain.content import Used
from bot.domain.plain import Plain
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.text import visible

LONGEST_TEXT = 3_000
"""Of the text beside the blocks, which notifications show; Slack takes 4,000 letters of one that is changed."""
LONGEST_SECTION, MOST_SECTIONS = 3_000, 48
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Drawn(Protocol):
    """Blocks within Slack's limits, and the text for where no blocks are shown; nothing in either has to be escaped."""

    @property
    def blocks(self) -> Sequence[Plain]: ...
    @property
    def text(self) -> str: ...
    @property
    def overflow(self) -> tuple[Further, ...]:
        """What found no room: it goes into the card's thread."""
        ...


Draw = Callable[[Run, Terms, str, Used | None], Drawn | None]
"""The card of a step, with what is used of the day's limits; None where the step has none, or has none any more."""


def digest_of(drawn: Drawn) -> str:
    """Tells whether the same stands there already."""
    whole = [drawn.text, list(drawn.blocks), [*replies_of(drawn.overflow)]]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def content_of(drawn: Drawn) -> dict[str, object]:
    """A drawn card as the arguments of a call."""
    return {"text": drawn.text[:LONGEST_TEXT], "blocks": [*drawn.blocks]}


def replies_of(overflow: Sequence[Further]) -> Iterator[dict[str, object]]:
    """What goes into a card's thread, as the arguments of calls."""
    for one in overflow:
        if isinstance(one, Reply):
            yield {"text": one.text[:LONGEST_TEXT], "blocks": one.blocks}
            continue
        whole, room = f"{one.title}\n\n{one.content}", LONGEST_SECTION * MOST_SECTIONS
        yield from (said(whole[at : at + room]) for at in range(0, len(whole), room))


def said(text: str) -> dict[str, object]:
    """Any text as the arguments of a call: nothing in it can mention, link or format anything.

    Only plain text is safe from that; beside the blocks, for notifications, the text is escaped.
    """
    whole = visible(text).strip() or "…"
    pieces = [whole[at : at + LONGEST_SECTION] for at in range(0, len(whole), LONGEST_SECTION)][:MOST_SECTIONS]
    return {"text": escaped(whole[:LONGEST_TEXT]), "blocks": [_plain(piece) for piece in pieces]}


def with_blocks(content: Mapping[str, object], blocks: Sequence[Plain]) -> dict[str, object]:
    """The same with blocks below it."""
    before = content.get("blocks")
    return {**content, "blocks": [*(before if isinstance(before, list) else ()), *blocks]}


def _plain(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def escaped(text: str) -> str:
    """Without the three letters by which Slack knows a mention or a link; cut where it would be too long."""
    letters = [_ESCAPES.get(letter, letter) for letter in text[:LONGEST_TEXT]]
    room = [*accumulate(map(len, letters))]
    return "".join(letters[: bisect_right(room, LONGEST_TEXT)])
