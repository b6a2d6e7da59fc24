"""A message of a few sentences, with the way to the card it is about."""

from bot.adapters.slack.draw.safe import Blocks, inside, pieces, rich, section


def way_to_card(address: str) -> Blocks:
    """One line that leads to a card."""
    return [rich([section([inside(address, "Open the card")], pieces(" to look at it and decide."))])]
