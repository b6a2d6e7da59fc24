"""What a button carries: which card, at which version, and which verb. Nothing of it is believed; all is looked up."""

import re
from dataclasses import dataclass

from bot.domain.content import Card

_BLOCK = re.compile(r"(?:decide|reply):([0-9a-f]{32}):(0|[1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pressed:
    """The card that somebody saw when they pressed a button."""

    card: str
    version: int


def block_id(card: Card) -> str:
    """The name of a card's buttons: another one for each version, so that a click on an old one is known as such."""
    return f"decide:{card.around.id if card.around else ''}:{card.version}"


def reply_id(card: str, version: int) -> str:
    """The name of the button under a question about a card, which stands elsewhere than the card."""
    return f"reply:{card}:{version}"


def pressed(block_id: str) -> Pressed | None:
    """Which card a block of buttons is of; None where it is none of ours."""
    found = _BLOCK.fullmatch(block_id)
    return Pressed(found[1], int(found[2])) if found else None


_MAKES = frozenset("add create give grant issue make open place post publish send write".split())
"""Verbs that go without saying once somebody approves what they bring about."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def button_of(card: Card) -> str:
    """What the main button says: “Approve Reply”, “Approve: Delete Tag”, “Approve All 3 Actions”."""
    if len(card.deeds) > 1:
        return f"Approve All {len(card.deeds)} Actions"
    words = _WORD.findall(card.deeds[0].kind.rpartition(".")[2]) if card.deeds else []
    if len(words) > 1 and words[0].lower() in _MAKES:
        said = f"Approve {' '.join(words[1:])}"
    else:
        said = f"Approve: {' '.join(words)}" if words else "Approve"
    return said if len(said) <= 60 else "Approve This Action"
