"""What the local workspace makes of a drawing: whether Slack would take it, and what people would see."""

import re
from collections.abc import Iterator, Sequence
from typing import cast

from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_message, flaws_in_view
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface

Blocks = Sequence[object]
LONGEST_MESSAGE = 50


def refuse_flaws(blocks: Blocks, text: str) -> None:
    """Slack takes them as a message."""
    assert flaws_in_message([*blocks], None, text, None) == []
    assert len(blocks) <= LONGEST_MESSAGE
    assert 0 < len(text) <= 1_500


def refuse_flaws_of_view(view: object) -> None:
    assert flaws_in_view(view) == []


def refuse_flaws_of_modal(blocks: Blocks) -> None:
    assert flaws_in_blocks([*blocks], Surface.MODAL) == []


def objects(part: object) -> Iterator[Json]:
    """Every object in blocks, from the outside in."""
    if isinstance(part, list | tuple):
        for one in cast("Sequence[object]", part):
            yield from objects(one)
    elif isinstance(part, dict):
        whole = cast("Json", part)
        yield whole
        for one in whole.values():
            yield from objects(one)


def words(blocks: Blocks) -> str:
    """All that is written, one text right behind the other."""
    return "".join(one["text"] for one in objects([*blocks]) if isinstance(one.get("text"), str))


def refuse_power(blocks: Blocks, *, buttons: int = 0) -> None:
    """Text is text: no mention, link, emoji or markup, and no more buttons than there should be."""
    kinds = [str(one.get("type")) for one in objects([*blocks])]
    strange = {"link", "user", "usergroup", "channel", "broadcast", "emoji", "team", "canvas", "mrkdwn", "image"}
    assert not strange & set(kinds)
    assert kinds.count("button") == buttons
    assert all(one["emoji"] is False for one in objects([*blocks]) if one.get("type") == "plain_text")


_POWER = re.compile(r"<[^>]*>|(?<!\w)[*_~]+(?=\S)|`|https?://|:[\w+'-]+:|&(?!amp;|lt;|gt;)")


def refuse_power_in_fallback(text: str) -> None:
    """Slack reads markup into the text of a message; there is none in it."""
    assert _POWER.search(text) is None
    assert "\n" not in text
