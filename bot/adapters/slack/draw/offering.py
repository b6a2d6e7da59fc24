"""The offer to start something from a message: a button for each workflow, for one person alone."""

from collections.abc import Sequence

from bot.adapters.slack.draw.safe import Block, Blocks, label

BEGIN = "start"
"""Before the colon in the name of the block; the message it is about stands after it."""
MOST_BUTTONS = 25


def start_buttons(about: str, workflows: Sequence[str]) -> Block:
    """One button for each of the workflows, up to as many as Slack takes."""
    elements: Blocks = [
        {"type": "button", "action_id": name, "value": name, "text": label(f"Start {name.replace('_', ' ')}…")}
        for name in workflows[:MOST_BUTTONS]
    ]
    return {"type": "actions", "block_id": f"{BEGIN}:{about}", "elements": elements}
