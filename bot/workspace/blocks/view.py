"""Tables: modals, home tabs, and what comes with a message besides its blocks."""

from bot.workspace.blocks.block import BLOCKS
from bot.workspace.blocks.rule import Flag, Free, Items, Kinds, Rule, Shape, Text, typed
from bot.workspace.blocks.text import ID, title
from bot.workspace.state.view import Surface

MOST_ATTACHMENTS = 100
LONGEST_METADATA = 8 * 1024

_FRAME: dict[str, Rule] = {"private_metadata": Text(most=3000), "callback_id": ID, "external_id": ID}

VIEWS = Kinds(
    {
        "modal": typed(
            "title blocks",
            _FRAME
            | {
                "title": title(24),
                "submit": title(24),
                "close": title(24),
                "blocks": BLOCKS[Surface.MODAL],
                "clear_on_close": Flag(),
                "notify_on_close": Flag(),
            },
        ),
        "home": typed("blocks", _FRAME | {"blocks": BLOCKS[Surface.HOME]}),
    }
)

_ENTITIES = Items(of=Free())
METADATA = Shape(
    "event_type event_payload", {"event_type": Text(least=1, most=255), "event_payload": Free(), "entities": _ENTITIES}
)
WORK_OBJECTS = Shape("entities", {"event_type": Text(), "event_payload": Free(), "entities": _ENTITIES})
"""Metadata may tell of work objects instead of an event."""

ATTACHMENT: dict[str, Rule] = {
    "blocks": BLOCKS[Surface.MESSAGE],
    "fallback": Text(),
    "text": Text(),
    "pretext": Text(),
    "title": Text(),
    "color": Text(),
    "author_name": Text(),
    "footer": Text(),
    "fields": Items(of=Free()),
    "actions": Items(of=Free(), most=5),
    "mrkdwn_in": Items(of=Text()),
}
"""What Slack reads of an attachment. It is older than blocks and may have anything else."""
