"""What an edit would change, shown in its form before it is sent."""

from collections.abc import Sequence

from bot.adapters.slack.draw.change import differences
from bot.adapters.slack.draw.modal.frame import MOST_BLOCKS
from bot.adapters.slack.draw.safe import Block, Blocks, bullets, inline, label, pieces, rich, section
from bot.domain.content import Changed
from bot.domain.field import titled

PREVIEW = "preview"
"""The button that shows it."""
_ROOM = 12_000


def preview_button() -> Block:
    """Asks to see before and after."""
    button: Block = {"type": "button", "action_id": PREVIEW, "text": label("Preview Changes")}
    return {"type": "actions", "block_id": PREVIEW, "elements": [button]}


def with_preview(form: Block, changed: Sequence[Changed], wrong: Sequence[str]) -> Block:
    """The same form with before and after, or with what is wrong with it, above its button."""
    blocks = form["blocks"]
    if not isinstance(blocks, list) or len(blocks) >= MOST_BLOCKS:
        return form
    shown: Blocks = [*blocks[:-1], _preview(changed, wrong), *blocks[-1:]]
    return {**form, "blocks": shown}


def _preview(changed: Sequence[Changed], wrong: Sequence[str]) -> Block:
    if wrong:
        return rich([section(pieces("This cannot be saved yet", "bold")), bullets(inline(one) for one in wrong)])
    parts, untold = differences(changed, _ROOM)
    head = section(pieces("What saving would change", "bold"))
    return rich([head, *parts, *(section(inline(_at_length(one))) for one in untold)])


def _at_length(one: Changed) -> str:
    return f"{titled(one.name)}: had {len(one.before):,} characters, has {len(one.after):,} now. The card shows all."
